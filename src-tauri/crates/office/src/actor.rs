//! Who is acting and what they may do. Abilities are named by the requests that need them; roles are bundles of
//! abilities. This file refuses to know how anybody logs in.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind, Language, Result};

billing::text_enum! {
    /// What an office lets somebody do.
    pub enum Role as "role" {
        /// Everything, including the office itself and its staff.
        Owner => "owner",
        /// Everything but making owners.
        Admin => "admin",
        /// Takes money, sees customers and invoices.
        Cashier => "cashier",
        /// Adds and changes lines, works with routers and devices.
        Technician => "technician",
        /// Walks the list of unpaid houses and takes cash.
        Collector => "collector",
    }
}

billing::text_enum! {
    /// A single permission. A request names the one it needs.
    pub enum Ability as "ability" {
        /// See customers, lines and why they are open or closed.
        CustomersRead => "customers.read",
        /// Add and change customers, import, pause, terminate.
        CustomersWrite => "customers.write",
        /// Set an override; isolate or open a single line by hand.
        AccessControl => "access.control",
        /// See invoices and documents.
        InvoicesRead => "invoices.read",
        /// Run billing, void and reissue; agree with customers on discounts, taxes, due dates and who pays.
        InvoicesWrite => "invoices.write",
        /// See payments and receipts.
        PaymentsRead => "payments.read",
        /// Take a payment.
        PaymentsWrite => "payments.write",
        /// Reverse a payment.
        PaymentsReverse => "payments.reverse",
        /// See routers, plans and drift.
        NetworkRead => "network.read",
        /// Add and change routers, switch modes, sync profiles.
        NetworkWrite => "network.write",
        /// Apply, approve, dismiss and undo mass changes.
        PlansApply => "plans.apply",
        /// See jobs, the schedule and notifications.
        OperationsRead => "operations.read",
        /// Retry and cancel jobs, change and run the schedule.
        OperationsWrite => "operations.write",
        /// Send messages to customers by hand, and say so.
        MessagesWrite => "messages.write",
        /// Read the log, and every event of the feed.
        LogRead => "log.read",
        /// Erase a customer's personal data on request; nothing brings it back.
        PersonalDataErase => "personal_data.erase",
        /// Change packages, areas and prices.
        CatalogueWrite => "catalogue.write",
        /// Read the settings.
        SettingsRead => "settings.read",
        /// Change the settings.
        SettingsWrite => "settings.write",
        /// Make and change staff and other people's tokens.
        StaffWrite => "staff.write",
        /// What anybody who is logged in may do: see themselves, search, follow the feed as far as the other abilities show
        /// it, manage their own tokens.
        Own => "own",
    }
}

impl Role {
    /// The abilities that the role comes with.
    #[must_use]
    pub fn abilities(self) -> Vec<Ability> {
        use Ability as A;
        // The settings hold no secrets, and every screen needs the zone and the office's name.
        let daily = [
            A::Own,
            A::CustomersRead,
            A::InvoicesRead,
            A::PaymentsRead,
            A::MessagesWrite,
            A::SettingsRead,
        ];
        let more: &[Ability] = match self {
            Role::Owner | Role::Admin => return Ability::ALL.to_vec(),
            Role::Cashier => &[A::PaymentsWrite, A::OperationsRead, A::NetworkRead],
            Role::Technician => &[
                A::CustomersWrite,
                A::AccessControl,
                A::NetworkRead,
                A::NetworkWrite,
                A::OperationsRead,
            ],
            Role::Collector => &[A::PaymentsWrite],
        };
        daily.iter().chain(more).copied().collect()
    }
}

/// An actor's label as a sentence names it: the command line and the schedule have names of their own in each language.
#[must_use]
pub(crate) fn in_words(label: &str, language: Language) -> &str {
    match (label, language) {
        ("console", Language::Indonesian) => "baris perintah",
        ("console", Language::English) => "the command line",
        ("schedule", Language::Indonesian) => "jadwal",
        ("schedule", Language::English) => "the schedule",
        _ => label,
    }
}

/// The same where it stands alone, as on a receipt.
#[must_use]
pub(crate) fn on_paper(label: &str, language: Language) -> &str {
    match (label, language) {
        ("console", Language::Indonesian) => "Baris perintah",
        ("console", Language::English) => "Command line",
        ("schedule", Language::Indonesian) => "Jadwal",
        ("schedule", Language::English) => "Schedule",
        _ => label,
    }
}

/// Somebody, or something, that acts on the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Who it is.
    pub who: Who,
    /// What they may do.
    pub abilities: Vec<Ability>,
    /// What they read answers in.
    #[serde(skip)]
    pub language: Language,
}

/// The kinds of actor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// A member of the staff, at the window or through a token.
    User {
        /// The row's id.
        id: i64,
        /// The login name.
        name: String,
        /// The role.
        role: Role,
    },
    /// Whoever can start the program on the machine that holds the data: the command line.
    Console,
    /// The schedule, acting for the office.
    Schedule,
    /// Nobody yet: before the first owner exists, or before a login.
    Stranger,
}

impl Actor {
    /// The command line: it already has the data in its hands.
    #[must_use]
    pub fn console() -> Actor {
        Actor {
            who: Who::Console,
            abilities: Ability::ALL.to_vec(),
            language: Language::default(),
        }
    }

    /// The schedule.
    #[must_use]
    pub fn schedule() -> Actor {
        Actor {
            who: Who::Schedule,
            abilities: Ability::ALL.to_vec(),
            language: Language::default(),
        }
    }

    /// Somebody who has not logged in.
    #[must_use]
    pub fn stranger() -> Actor {
        Actor {
            who: Who::Stranger,
            abilities: Vec::new(),
            language: Language::default(),
        }
    }

    /// The same, who reads `language`.
    #[must_use]
    pub fn reading(self, language: Language) -> Actor {
        Actor { language, ..self }
    }

    /// The name that the log and the documents show.
    #[must_use]
    pub fn label(&self) -> &str {
        match &self.who {
            Who::User { name, .. } => name,
            Who::Console => "console",
            Who::Schedule => "schedule",
            Who::Stranger => "stranger",
        }
    }

    /// The staff member's id, where it is one.
    #[must_use]
    pub fn user_id(&self) -> Option<i64> {
        match self.who {
            Who::User { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether the actor has `ability`.
    #[must_use]
    pub fn may(&self, ability: Ability) -> bool {
        self.abilities.contains(&ability)
    }

    /// Requires `ability`.
    ///
    /// # Errors
    /// `unauthenticated` for a stranger, `forbidden` for anybody else without it.
    pub fn require(&self, ability: Ability) -> Result<()> {
        if self.may(ability) {
            return Ok(());
        }
        if self.who == Who::Stranger {
            return Err(Error::new(
                Kind::Unauthenticated,
                "unauthenticated",
                "Masuk dulu dengan nama dan kata sandi Anda, atau kirim token yang berlaku.",
                "Log in with your name and password first, or send a valid token.",
            ));
        }
        Err(Error::new(
            Kind::Forbidden,
            "forbidden",
            format!(
                "Peran Anda tidak memiliki izin {ability}. Minta pemilik untuk melakukannya atau memberi izin."
            ),
            format!("Your role lacks the permission {ability}. Ask the owner to do it or to grant it."),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cashier_takes_money_but_changes_no_prices_and_reverses_nothing() {
        let abilities = Role::Cashier.abilities();
        assert!(abilities.contains(&Ability::PaymentsWrite));
        for forbidden in [
            Ability::CatalogueWrite,
            Ability::PaymentsReverse,
            Ability::StaffWrite,
            Ability::SettingsWrite,
        ] {
            assert!(
                !abilities.contains(&forbidden),
                "a cashier must not have {forbidden}"
            );
        }
    }

    #[test]
    fn a_stranger_is_told_to_log_in_and_a_collector_that_it_is_not_allowed() {
        assert_eq!(
            Actor::stranger().require(Ability::Own).unwrap_err().code,
            "unauthenticated"
        );
        let collector = Actor {
            who: Who::User {
                id: 1,
                name: "Ujang".into(),
                role: Role::Collector,
            },
            abilities: Role::Collector.abilities(),
            language: Language::default(),
        };
        assert_eq!(
            collector.require(Ability::PlansApply).unwrap_err().code,
            "forbidden"
        );
    }
}
