//! What handlers take: a body, a query and path ids whose refusals are problems like every other failure, and the caller
//! behind the bearer token. Nothing here decides what a caller may do; that is the office's.

use std::collections::HashMap;

use axum::Json;
use axum::body::{Body as AnyBody, Bytes};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use office::{Ability, Actor, Change, Error, Language, Office};
use secrecy::SecretString;
use serde_json::Value;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::door::Door;
use crate::problem::{Answer, Failure};
use crate::rejection::unknown_parameter;

/// A JSON body of whatever fields.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Failure))]
pub(crate) struct AnyFields<T>(pub T);

/// A JSON body. Where required fields are missing, all of them are named and not only the first.
pub(crate) struct Body<T>(pub T);

impl<S, T> FromRequest<S> for Body<T>
where
    S: Send + Sync,
    T: PartialSchema + serde::de::DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>, Failure> {
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(whole, state).await?;
        let again = Request::from_parts(parts, AnyBody::from(bytes.clone()));
        match Json::<T>::from_request(again, state).await {
            Ok(Json(value)) => Ok(Body(value)),
            Err(rejection) => Err(missing(&T::schema(), &bytes, &rejection)
                .map_or_else(|| Failure::from(rejection), Failure::from)),
        }
    }
}

/// The refusal of a body that lacks several of the fields that its schema requires; one that lacks a single field serde
/// names.
fn missing(schema: &RefOr<Schema>, bytes: &Bytes, rejection: &JsonRejection) -> Option<Error> {
    let (RefOr::T(Schema::Object(schema)), JsonRejection::JsonDataError(_)) = (schema, rejection) else {
        return None;
    };
    if !rejection.body_text().contains("missing field `") {
        return None;
    }
    let given = serde_json::from_slice::<HashMap<String, Value>>(bytes).ok()?;
    let missing: Vec<&str> = schema
        .required
        .iter()
        .map(String::as_str)
        .filter(|field| !given.contains_key(*field))
        .collect();
    (missing.len() > 1).then(|| office::missing_fields(&missing))
}

/// The ids in the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Failure))]
pub(crate) struct Path<T>(pub T);

/// The query string. A parameter without a value is one that was not given, as forms send it; one that the path does not
/// know is refused by its name.
pub(crate) struct Query<T>(pub T);

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: serde::de::DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Query<T>, Failure> {
        Ok(Query(read_query(&parts.uri, &filled(&parts.uri))?))
    }
}

/// The query string of a list. Of the parameters that lists have in common, one that this list has no use for is refused
/// in words of its own: passed over, it would answer with more than was asked for. Everything else is as with [`Query`].
pub(crate) struct List<T>(pub T);

impl<S, T> FromRequestParts<S> for List<T>
where
    S: Send + Sync,
    T: serde::de::DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<List<T>, Failure> {
        let rejection = match read_query(&parts.uri, &filled(&parts.uri)) {
            Ok(value) => return Ok(List(value)),
            Err(rejection) => rejection,
        };
        Err(unknown_parameter(&rejection)
            .and_then(|name| not_of_this_list(&name))
            .map_or_else(|| Failure::from(rejection), Failure::from))
    }
}

/// Why a list refuses a parameter that other lists have.
fn not_of_this_list(name: &str) -> Option<Error> {
    let (code, id, en) = match name {
        "search" => (
            "bad_search",
            "Daftar ini tidak dapat dicari. Hilangkan search.",
            "This list cannot be searched. Leave search out.",
        ),
        "status" => (
            "bad_status",
            "Isi daftar ini tidak punya status. Hilangkan status.",
            "What is in this list has no status. Leave status out.",
        ),
        "sort" => (
            "bad_sort",
            "Daftar ini hanya punya satu urutan. Hilangkan sort.",
            "This list has only one order. Leave sort out.",
        ),
        _ => return None,
    };
    Some(Error::invalid(code, id, en))
}

/// The parameters that have a value.
fn filled(uri: &Uri) -> Vec<&str> {
    let given = uri.query().unwrap_or_default().split('&');
    given
        .filter(|pair| pair.split_once('=').is_some_and(|(_, value)| !value.is_empty()))
        .collect()
}

fn read_query<T: serde::de::DeserializeOwned>(uri: &Uri, pairs: &[&str]) -> Result<T, QueryRejection> {
    // The parts of a valid URI make a valid one again; were it otherwise, the original says what was sent.
    let uri = Uri::builder()
        .path_and_query(format!("/?{}", pairs.join("&")))
        .build()
        .unwrap_or_else(|_| uri.clone());
    let axum::extract::Query(value) = axum::extract::Query::try_from_uri(&uri)?;
    Ok(value)
}

/// A JSON body that may be absent altogether: no body is the default value.
pub(crate) struct OptionalBody<T>(pub T);

impl<S, T> FromRequest<S> for OptionalBody<T>
where
    S: Send + Sync,
    T: Default + PartialSchema + serde::de::DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<OptionalBody<T>, Failure> {
        let empty = request.headers().get(header::CONTENT_TYPE).is_none()
            || request
                .headers()
                .get(header::CONTENT_LENGTH)
                .is_some_and(|length| length == "0");
        if empty {
            return Ok(OptionalBody(T::default()));
        }
        let Body(value) = Body::<T>::from_request(request, state).await?;
        Ok(OptionalBody(value))
    }
}

/// The JSON body of a change. A field that cannot be empty and is given as `null` is refused beside its name; to serde it
/// would be one that was not given.
pub(crate) struct ChangeBody<T>(pub T);

impl<S, T> FromRequest<S> for ChangeBody<T>
where
    S: Send + Sync,
    T: Change + PartialSchema + serde::de::DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<ChangeBody<T>, Failure> {
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(whole, state).await?;
        // What is no object at all the reading below refuses in its own words.
        if let Ok(fields) = serde_json::from_slice::<HashMap<String, Value>>(&bytes) {
            T::check_filled(|field| fields.get(field).is_some_and(Value::is_null))?;
        }
        let again = Request::from_parts(parts, AnyBody::from(bytes));
        let Body(value) = Body::<T>::from_request(again, state).await?;
        Ok(ChangeBody(value))
    }
}

/// The bytes of a file.
pub(crate) struct FileBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for FileBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<FileBody, Failure> {
        Ok(FileBody(Bytes::from_request(request, state).await?))
    }
}

/// Whoever is behind the request's bearer token. Nobody gets past it without a valid one, so a stranger's body is never
/// read; what the caller may do, the use case says.
pub(crate) struct Caller {
    /// The office that is asked.
    pub office: Office,
    /// Who asks.
    pub actor: Actor,
    /// What they proved it with.
    pub token: SecretString,
}

impl FromRequestParts<Office> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, office: &Office) -> Result<Caller, Failure> {
        let Some(token) = bearer(&parts.headers) else {
            Actor::stranger().require(Ability::Own)?;
            return Err(Error::fault("a stranger has an ability").into());
        };
        let actor = office::people::recognise(office, token)
            .await?
            .reading(language(&parts.headers));
        Ok(Caller {
            office: office.clone(),
            actor,
            token: SecretString::from(token),
        })
    }
}

impl Caller {
    /// Performs a request of the office.
    pub(crate) async fn perform<R: office::Request>(&self, request: R) -> Answer<R::Answer> {
        Ok(self.office.perform(&self.actor, request).await?)
    }

    /// Performs a request and answers with what came of it.
    pub(crate) async fn ask<R: office::Request>(&self, request: R) -> Answer<Json<R::Answer>> {
        Ok(Json(self.perform(request).await?))
    }

    /// Performs a request that makes something: 201.
    pub(crate) async fn create<R: office::Request>(
        &self,
        request: R,
    ) -> Answer<(StatusCode, Json<R::Answer>)> {
        Ok((StatusCode::CREATED, Json(self.perform(request).await?)))
    }

    /// Performs a request that has nothing to say: 204.
    pub(crate) async fn done<R: office::Request<Answer = ()>>(&self, request: R) -> Answer<StatusCode> {
        self.perform(request).await?;
        Ok(StatusCode::NO_CONTENT)
    }
}

/// The token of `Authorization: Bearer …`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}

/// The language of the caller's `Accept-Language`.
pub(crate) struct Spoken(pub Language);

/// Reads `Accept-Language`; Indonesian unless it begins with English.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let tag = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    tag.map_or(Language::Indonesian, Language::from_tag)
}

impl<S: Send + Sync> FromRequestParts<S> for Spoken {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Spoken, Self::Rejection> {
        Ok(Spoken(language(&parts.headers)))
    }
}

/// The caller's `Idempotency-Key`. One that is no plain text is refused instead of ignored: whoever sends one relies on it.
pub(crate) struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<IdempotencyKey, Failure> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(IdempotencyKey(None));
        };
        let text = value.to_str().map_err(|error| {
            Error::invalid(
                "bad_idempotency_key",
                "Idempotency-Key hanya boleh berisi huruf, angka dan tanda ASCII.",
                "An Idempotency-Key holds plain ASCII only.",
            )
            .caused_by(error)
        })?;
        Ok(IdempotencyKey(Some(text.to_owned())))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Door {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Door, Self::Rejection> {
        Ok(parts.extensions.get::<Door>().copied().unwrap_or(Door::Tcp))
    }
}
