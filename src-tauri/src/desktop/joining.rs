//! Joining an office that is on a server, from the page of the first start: what `sambung desk join` does. Then the program
//! starts again, in that office.

use std::sync::Arc;

use secrecy::SecretString;
use serde::Deserialize;
use tauri::{AppHandle, State};

use super::{Pending, Refusal};

/// What somebody who joins has typed.
#[derive(Debug, Deserialize)]
pub struct Invitation {
    /// The server's address; it holds a password.
    pub address: SecretString,
    /// The one-time code of another desk.
    pub code: SecretString,
    /// The page's language, in which a refusal is said.
    pub language: String,
}

/// Joins the office that was named, and remembers it for the next start.
pub type Join = Arc<dyn Fn(Invitation) -> Pending<Result<(), Refusal>> + Send + Sync>;

/// Lets a desk join; `None` where the office is none to leave, such as a training office.
pub(super) struct Joining(pub(super) Option<Join>);

/// Joins and starts the program again. Answers only when it is refused.
#[tauri::command]
pub(super) async fn join_office(
    app: AppHandle,
    joining: State<'_, Joining>,
    invitation: Invitation,
) -> Result<(), Refusal> {
    let Some(join) = &joining.0 else {
        return Err(Refusal::new(
            "office_in_use",
            "this office cannot be left for another",
        ));
    };
    join(invitation).await?;
    app.restart();
}
