//! Who may come in.

use md5::{Digest, Md5};

use super::state::State;
use super::wire::{Answer, Question, Refusal};

/// What a `/login` leads to.
#[derive(Debug)]
pub(crate) enum Outcome {
    In(String),
    /// A router before 6.43 waits for the response to this challenge.
    Challenged([u8; 16]),
    Out,
}

impl State {
    pub(crate) fn log_in(
        &mut self,
        question: &Question,
        challenge: Option<[u8; 16]>,
        answer: &mut Answer,
    ) -> Outcome {
        self.note(question);
        let name = question.attribute("name").unwrap_or_default();
        let response = question.attribute("response");
        let accepted = match (self.spec.challenges(), challenge, response) {
            (true, Some(challenge), Some(response)) => self
                .password(name)
                .is_some_and(|password| *response == expected(password, &challenge)),
            // The old login answers anything else with a challenge, a password that was sent along too.
            (true, ..) => {
                let challenge: [u8; 16] = rand::random();
                answer.done(Some(&hex::encode(challenge)));
                return Outcome::Challenged(challenge);
            }
            (false, ..) => self
                .password(name)
                .is_some_and(|password| question.attribute("password") == Some(password)),
        };
        let refusal = match accepted {
            true if self.may(name, "api") => {
                answer.done(None);
                return Outcome::In(name.to_owned());
            }
            true => Refusal::not_permitted(),
            false if self.spec.challenges() => Refusal::new(None, "cannot log in"),
            false => Refusal::bad_login(),
        };
        answer.trap(&refusal);
        answer.done(None);
        Outcome::Out
    }

    fn password(&self, name: &str) -> Option<&str> {
        let user = self
            .table("/user")?
            .by_name(name)
            .filter(|user| !user.is("disabled"))?;
        Some(user.get("password").unwrap_or_default())
    }
}

fn expected(password: &str, challenge: &[u8]) -> String {
    let digest = Md5::new()
        .chain_update([0])
        .chain_update(password)
        .chain_update(challenge)
        .finalize();
    format!("00{}", hex::encode(digest))
}
