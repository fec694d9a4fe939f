//! Joining an office that is on a server, from the page of the first start: what `sambung desk join` does. Then the program
//! starts again, in that office.

use std::sync::Arc;

use office::Sentence;
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
        let why = Sentence::new(
            "Kantor latihan tidak dapat bergabung. Buka Sambung tanpa `training`, lalu gabung dari sana.",
            "A training office cannot join another. Open Sambung without `training` and join from there.",
        );
        return Err(Refusal::told("office_in_use", &why, &invitation.language));
    };
    join(invitation).await?;
    app.restart();
}
