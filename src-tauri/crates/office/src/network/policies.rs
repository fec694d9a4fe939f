//! What the API user may do on a router: the policies of its group. A user that lacks one can be logged in and refused the
//! work all the same; such work waits until the group has them, as it waits for a router that is off.

use routeros_api::{Command, Connection, Query};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Sentence;
use crate::network::connections::Session;
use crate::network::failure::Failure;

/// The policies that the API user's group needs.
const NEEDED: [&str; 4] = ["api", "read", "write", "sensitive"];

/// What is wrong with the API user's group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Permissions {
    /// Policies that it needs and lacks.
    pub missing: Vec<String>,
    /// Policies that it has and does not need.
    pub excess: Vec<String>,
}

impl Permissions {
    /// Compares a group's policies, in which what is not granted has a `!`, with what is needed.
    fn judge(policy: &str) -> Permissions {
        let granted: Vec<&str> = policy
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty() && !word.starts_with('!'))
            .collect();
        Permissions {
            missing: NEEDED
                .iter()
                .filter(|word| !granted.contains(word))
                .map(|word| (*word).to_owned())
                .collect(),
            excess: granted
                .iter()
                .filter(|word| !NEEDED.contains(word))
                .map(|word| (*word).to_owned())
                .collect(),
        }
    }

    /// Asks a router what its API user may do; `None` where it does not tell.
    ///
    /// # Errors
    /// Any [`Failure`] of asking.
    pub(super) async fn ask(connection: &Connection, username: &str) -> Result<Option<Permissions>, Failure> {
        let questions = vec![
            Command::new("/user/print")
                .proplist(["name", "group"])
                .query(Query::equals("name", username)),
            Command::new("/user/group/print").proplist(["name", "policy"]),
        ];
        let mut answers = connection.call_all(questions).await.into_iter();
        let mut next = || answers.next().transpose().map(Option::unwrap_or_default);
        let (user, groups) = (next()?, next()?);
        let group = user.first().and_then(|row| row.get("group"));
        let row = groups
            .rows
            .iter()
            .find(|row| group.is_some() && row.get("name") == group);
        Ok(row.and_then(|row| row.get("policy")).map(Permissions::judge))
    }

    /// What the group lacks, and what to do; `None` where it lacks nothing.
    #[must_use]
    pub(super) fn refusal(&self) -> Option<Sentence> {
        (!self.missing.is_empty()).then(|| lacking(&self.missing))
    }
}

/// What a group lacks, and what to do.
pub(super) fn lacking(missing: &[String]) -> Sentence {
    let missing = missing.join(", ");
    Sentence::new(
        format!("Grup pengguna API kurang izin: {missing}. Tambahkan di /user group."),
        format!("The API user's group lacks: {missing}. Add them in /user group."),
    )
}

impl Session {
    /// What the API user may do; `None` where the router does not tell.
    ///
    /// # Errors
    /// Any [`Failure`] of asking.
    pub(super) async fn permissions(&self) -> Result<Option<Permissions>, Failure> {
        Permissions::ask(self.connection(), &self.router.details.username).await
    }

    /// The failure in full: a command that was refused for a policy that the API user's group lacks is refused for every
    /// line, so that it is the router's trouble until somebody grants it.
    pub(crate) async fn in_full(&self, failure: Failure) -> Failure {
        if !failure.is_refused_permission() {
            return failure;
        }
        match self.permissions().await {
            Ok(Some(permissions)) if !permissions.missing.is_empty() => Failure::LacksPolicies {
                missing: permissions.missing,
            },
            Ok(_) | Err(_) => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_told_what_it_lacks_and_what_it_has_too_much() {
        let permissions = Permissions::judge("read,api,!write,ftp,sensitive,!policy");
        assert_eq!(permissions.missing, ["write"]);
        assert_eq!(permissions.excess, ["ftp"]);
    }
}
