//! The API's own description, OpenAPI 3.1: gathered from the handlers, and completed with what holds for all of them, so
//! that no handler has to repeat it: the token, the problems, and that nothing is ever left out of an answer.

use std::collections::BTreeSet;

use office::settings::VERSION;
use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayItems, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, ResponseBuilder};
use utoipa::{OpenApi as _, ToSchema as _};

use crate::problem::{ChangedBy, FieldError, MEDIA_TYPE, Problem};
use crate::routes;

/// What stands above the paths.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Sambung",
        description = "Billing and line control for internet offices. Money is an integer of rupiah; instants are \
                       milliseconds since 1970 UTC; days are `YYYY-MM-DD` in the office's zone. Lists answer \
                       `{items, next_cursor, total}`. An absent value is `null`, never left out. Every error is an \
                       RFC 9457 problem with a stable `code`, its sentence in the language of `Accept-Language` \
                       (Indonesian, or English). `Idempotency-Key` makes a repeated booking of money harmless.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(Problem, FieldError, ChangedBy)),
    security(("token" = []))
)]
struct Heading;

/// The document without paths.
pub(crate) fn heading() -> OpenApi {
    let mut document = Heading::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document
}

/// The API's description.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut document = routes::all().into_openapi();
    complete(&mut document);
    document
}

/// Adds what holds for every operation.
pub(crate) fn complete(document: &mut OpenApi) {
    let bearer = SecurityScheme::Http(
        HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token of a login, or one made for a script."))
            .build(),
    );
    if let Some(components) = &mut document.components {
        components
            .security_schemes
            .insert("token".to_owned(), bearer.into());
    }
    let problem = ResponseBuilder::new()
        .description("What went wrong, and what to do.")
        .content(
            MEDIA_TYPE,
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(Problem::name())))
                .build(),
        )
        .build();
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        operation
            .responses
            .responses
            .insert("default".to_owned(), problem.clone().into());
    }
    let sent = sent_by_callers(document);
    let Some(components) = &mut document.components else {
        return;
    };
    let names: BTreeSet<String> = components.schemas.keys().cloned().collect();
    for (name, schema) in &mut components.schemas {
        if let Some(item) = name.strip_prefix("Page_").filter(|item| names.contains(*item)) {
            items_by_name(schema, item);
        }
        if name == "Settings" {
            with_tasks(schema);
        }
        if sent.contains(name) {
            without_defaults(schema);
        } else {
            nothing_left_out(schema);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.patch,
    ]
    .into_iter()
    .flatten()
}

/// The schemas that bodies of requests are made of; there a field may be left out.
fn sent_by_callers(document: &mut OpenApi) -> BTreeSet<String> {
    let mut waiting = Vec::new();
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        waiting.extend(operation.request_body.iter().flat_map(references));
    }
    let mut sent = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if sent.contains(&name) {
            continue;
        }
        let schema = document
            .components
            .as_ref()
            .and_then(|components| components.schemas.get(&name));
        waiting.extend(schema.iter().flat_map(|schema| references(*schema)));
        sent.insert(name);
    }
    sent
}

/// The names of the schemas that a part of the document refers to.
fn references(part: &impl serde::Serialize) -> Vec<String> {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(target)) = object.get("$ref") {
                    found.extend(target.rsplit('/').next().map(str::to_owned));
                }
                object.values().for_each(|value| walk(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    // A part of the document always has a JSON form; without one there is nothing to find.
    walk(&serde_json::to_value(part).unwrap_or_default(), &mut found);
    found
}

/// The generator writes a page's items out once more; a reference says the same.
fn items_by_name(page: &mut RefOr<Schema>, item: &str) {
    if let RefOr::T(Schema::Object(page)) = page
        && let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items")
    {
        items.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into()));
    }
}

/// Beside the settings that are always there, each task of the schedule has one, `schedule.<task>`, and there is the edit
/// that a reader has read.
fn with_tasks(settings: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(settings)) = settings {
        let version = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .description(Some(
                "Rises with each change. Sent along with a change, it keeps from writing over what somebody else changed since.",
            ));
        settings.properties.insert(VERSION.to_owned(), version.into());
        settings.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
    }
}

/// What a field is when it is left out, its words say. For a change it is what it was before and not the default of the
/// type, and a generated client must not fill it in.
fn without_defaults(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else {
        return;
    };
    for property in object.properties.values_mut() {
        match property {
            RefOr::T(Schema::Object(property)) => property.default = None,
            RefOr::T(Schema::Array(property)) => property.default = None,
            RefOr::T(Schema::OneOf(property)) => property.default = None,
            RefOr::Ref(property) => property.default = None,
            RefOr::T(_) => {}
        }
    }
}

/// Makes every property of an answer required: what is absent is `null`.
fn nothing_left_out(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            object.required = object.properties.keys().cloned().collect();
            object.properties.values_mut().for_each(nothing_left_out);
        }
        Schema::AllOf(all) => all.items.iter_mut().for_each(nothing_left_out),
        // What is in a list or a choice is a schema of its own; utoipa keeps the right to add kinds.
        _ => {}
    }
}
