//! What a desk can log in to a router with, without the password itself.

use secrecy::{ExposeSecret as _, SecretString};

billing::text_enum! {
    /// What a desk keeps to log in to a router with. A new router's `admin` has an empty password, so that one is empty is an
    /// answer, and something else than that this desk was never told one.
    pub enum PasswordState as "password state" {
        /// A password.
        Kept => "kept",
        /// The word that it is empty: the login is tried without one.
        Empty => "empty",
        /// Nothing: no login is tried from here.
        Missing => "missing",
    }
}

impl PasswordState {
    pub(super) fn of(kept: Option<&SecretString>) -> PasswordState {
        match kept {
            Some(password) if password.expose_secret().is_empty() => PasswordState::Empty,
            Some(_) => PasswordState::Kept,
            None => PasswordState::Missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_password_is_an_answer_and_no_password_is_none() {
        let of = |text: &str| PasswordState::of(Some(&SecretString::from(text)));
        assert_eq!(of("rahasia"), PasswordState::Kept);
        assert_eq!(of(""), PasswordState::Empty);
        assert_eq!(PasswordState::of(None), PasswordState::Missing);
    }
}
