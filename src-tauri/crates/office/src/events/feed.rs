//! The feed that scripts and the window follow, and whose eyes each event is for.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::actor::{Ability, Actor};
use crate::error::Result;
use crate::events::EventKind;
use crate::lists::{Asked, Page};
use crate::office::{Call, Request};

/// Whose eyes an event in the feed is for: those who may read what it tells of. Whoever may read the log, which tells all of
/// it, sees every event; one that is not in this table is for nobody else.
pub const SEEN_WITH: &[(EventKind, Ability)] = &[
    (EventKind::InvoiceGenerated, Ability::InvoicesRead),
    (EventKind::PaymentReceived, Ability::PaymentsRead),
    (EventKind::CustomerIsolated, Ability::CustomersRead),
    (EventKind::CustomerAccessOpened, Ability::CustomersRead),
    (EventKind::ClosingsPreviewed, Ability::CustomersRead),
];

/// What somebody sees of the feed.
#[derive(Debug, PartialEq, Eq)]
enum Sight {
    Everything,
    Only(Vec<&'static str>),
}

impl Sight {
    fn of(actor: &Actor) -> Sight {
        if actor.may(Ability::LogRead) {
            return Sight::Everything;
        }
        let seen = SEEN_WITH.iter().filter(|(_, ability)| actor.may(*ability));
        Sight::Only(seen.map(|(kind, _)| kind.as_str()).collect())
    }
}

/// An event as it is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventView {
    /// The row's id; the feed is in its order.
    pub id: i64,
    /// When, epoch milliseconds.
    pub at: i64,
    /// What happened.
    pub kind: String,
    /// The kind of thing it happened to.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: i64,
    /// What a listener needs to know.
    pub payload: Value,
    /// Who did it.
    pub actor: String,
    /// What caused it.
    pub cause: Option<String>,
}

impl From<store::events::Event> for EventView {
    fn from(row: store::events::Event) -> EventView {
        EventView {
            id: row.id,
            at: row.at.as_millisecond(),
            kind: row.kind,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            payload: row.payload,
            actor: row.actor,
            cause: row.cause,
        }
    }
}

/// Follows the events from a cursor on, oldest first, as far as the reader may see them. The cursor goes on past those that
/// are hidden: nothing is looked at twice.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FollowEvents {
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; at most 500.
    pub limit: Option<i64>,
}

impl Request for FollowEvents {
    const ABILITY: Ability = Ability::Own;
    type Answer = Page<EventView>;

    /// Everybody who is logged in follows, and a token that sees any of it.
    fn admit(actor: &Actor) -> Result<()> {
        match Sight::of(actor) {
            Sight::Only(kinds) if kinds.is_empty() => actor.require(Self::ABILITY),
            Sight::Everything | Sight::Only(_) => Ok(()),
        }
    }

    async fn run(self, call: &Call<'_>) -> Result<Page<EventView>> {
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let from = asked.cursor.map_or(0, |cursor| cursor.id);
        let mut tx = call.read().await?;
        // Before the events: one that is committed in between belongs to the next page.
        let last = store::events::last(&mut tx).await?;
        let rows = match Sight::of(call.actor) {
            Sight::Everything => store::events::after(&mut tx, from, asked.limit).await?,
            Sight::Only(kinds) => store::events::of_kinds(&mut tx, (from, last), &kinds, asked.limit).await?,
        };
        let seen = rows.last().map(|row| row.id);
        let is_full = i64::try_from(rows.len()).is_ok_and(|seen| seen >= asked.limit);
        // A feed has no last page: the cursor of an empty answer is where it ends for now, to ask again with.
        let next = match seen {
            Some(seen) if is_full => seen,
            seen => from.max(last).max(seen.unwrap_or(from)),
        };
        Ok(Page {
            items: rows.into_iter().map(EventView::from).collect(),
            next_cursor: Some(store::page::Cursor::at(next).to_string()),
            total: last,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::{Role, Who};

    fn with(abilities: &[Ability]) -> Actor {
        Actor {
            who: Who::User {
                id: 1,
                name: "Rina".into(),
                role: Role::Cashier,
            },
            abilities: abilities.to_vec(),
            language: crate::error::Language::default(),
        }
    }

    #[test]
    fn every_kind_of_event_says_whose_eyes_it_is_for() {
        for kind in EventKind::ALL {
            let rows = SEEN_WITH.iter().filter(|(seen, _)| seen == kind).count();
            assert_eq!(rows, 1, "{kind}");
        }
    }

    #[test]
    fn each_sees_what_their_abilities_let_them_read_and_the_log_shows_all() {
        let sees = |abilities: &[Ability]| Sight::of(&with(abilities));
        assert_eq!(
            sees(&[Ability::PaymentsRead]),
            Sight::Only(vec!["PaymentReceived"])
        );
        assert_eq!(
            sees(&[Ability::CustomersRead]),
            Sight::Only(vec![
                "CustomerIsolated",
                "CustomerAccessOpened",
                "ClosingsPreviewed"
            ])
        );
        assert_eq!(sees(&[Ability::LogRead]), Sight::Everything);
        for role in Role::ALL {
            let actor = with(&role.abilities());
            assert!(FollowEvents::admit(&actor).is_ok(), "{role} is logged in");
        }
    }

    #[test]
    fn who_is_not_logged_in_and_a_token_for_something_else_do_not_follow() {
        assert!(FollowEvents::admit(&Actor::stranger()).is_err());
        let refused = FollowEvents::admit(&with(&[Ability::NetworkWrite]));
        assert_eq!(refused.map_err(|error| error.code), Err("forbidden"));
    }
}
