//! Fonnte (docs.fonnte.com): form-encoded `POST /send` with the bare token in `Authorization`. It answers HTTP 200 for
//! refusals too, with `status: false` and a `reason`, so the body decides.

use std::time::Duration;

use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::{Delivery, Message, MessageError};

/// How long the provider may take.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// A Fonnte device, known by its token.
#[derive(Debug)]
pub struct Fonnte {
    base: String,
    token: SecretString,
    client: Client,
}

impl Fonnte {
    /// The public service.
    pub const BASE: &'static str = "https://api.fonnte.com";

    /// A sender for the device that `token` stands for; `base` is [`Fonnte::BASE`] but for tests.
    ///
    /// # Errors
    /// [`MessageError::Unreachable`] when no HTTP client can be made on this machine.
    pub fn new(base: impl Into<String>, token: SecretString) -> Result<Fonnte, MessageError> {
        let client = Client::builder()
            .timeout(TIME_LIMIT)
            .build()
            .map_err(|error| MessageError::Unreachable(error.to_string()))?;
        Ok(Fonnte {
            base: base.into(),
            token,
            client,
        })
    }

    pub(crate) async fn send(&self, message: &Message) -> Result<Delivery, MessageError> {
        let form = [
            ("target", message.to.digits()),
            ("message", message.text.as_str()),
            ("countryCode", "62"),
        ];
        let answer = self
            .client
            .post(format!("{}/send", self.base))
            .header("Authorization", self.token.expose_secret())
            .form(&form)
            .send()
            .await
            .map_err(|error| MessageError::Unreachable(error.without_url().to_string()))?;
        let status = answer.status();
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Err(MessageError::Unauthorised);
        }
        if status.is_server_error() {
            return Err(MessageError::Unreachable(format!("it answered {status}")));
        }
        let body: Value = answer
            .json()
            .await
            .map_err(|error| MessageError::NotUnderstood(error.without_url().to_string()))?;
        accepted(&body)
    }
}

/// Reads the answer. Key case varies between their pages and their servers, so keys are compared without it.
fn accepted(body: &Value) -> Result<Delivery, MessageError> {
    let field = |name: &str| {
        body.as_object()?
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    match field("status").and_then(Value::as_bool) {
        Some(true) => {
            let id = match field("id") {
                Some(Value::Array(ids)) => ids.first().map(plain),
                Some(id) => Some(plain(id)),
                None => None,
            };
            Ok(Delivery::Accepted {
                provider_id: id.unwrap_or_default(),
            })
        }
        Some(false) => {
            let reason = field("reason").map(plain).unwrap_or_default();
            if reason.to_ascii_lowercase().contains("token") {
                Err(MessageError::Unauthorised)
            } else {
                Err(MessageError::Refused(reason))
            }
        }
        None => Err(MessageError::NotUnderstood("no status in the answer".into())),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_accepted_message_has_the_providers_number() {
        let body = json!({"status": true, "id": ["80367170"], "process": "pending"});
        assert_eq!(
            accepted(&body).unwrap(),
            Delivery::Accepted {
                provider_id: "80367170".into()
            }
        );
    }

    #[test]
    fn a_refusal_that_comes_with_200_is_an_error() {
        let error = accepted(&json!({"Status": false, "reason": "target invalid"})).unwrap_err();
        assert!(matches!(error, MessageError::Refused(reason) if reason == "target invalid"));
        let error = accepted(&json!({"status": false, "reason": "token invalid"})).unwrap_err();
        assert!(
            matches!(error, MessageError::Unauthorised),
            "a bad token is the office's to mend, not to retry"
        );
    }

    #[test]
    fn an_answer_of_another_form_is_not_taken_for_success() {
        assert!(accepted(&json!({"ok": 1})).is_err());
        assert!(accepted(&json!("sent")).is_err());
    }
}
