//! Why a line or a router could not be brought where it should be. Each failure has a stable code, a sentence in both
//! languages, and the answer to the one question that decides what happens next: was it the line, or the router?

mod router_words;
mod words;

pub(super) use words::{away_since, spoken_in_clear};

use std::time::Duration;

use routeros_api as api;

use crate::error::{Error, Kind, Sentence};
use crate::network::entries::Pace;
use crate::network::said::Said;
use crate::secrets::SecretsError;

/// The codes of what keeps a closing from cutting a line off.
pub(crate) const OBSTACLES: [&str; 4] = [
    "isolation_without_effect",
    "arp_not_reply_only",
    "arp_learned_stays",
    "isolated_profile_without_effect",
];

/// What about a router stands in the way of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The stable word for programs.
    pub code: &'static str,
    /// What it is and what to do.
    pub sentence: Sentence,
}

/// What went wrong, on a router or on the way to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The router could not be asked, or refused.
    #[error("{0}")]
    Router(#[from] api::Error),
    /// The router does not even say who it is.
    #[error("{0}")]
    Refusing(api::Error),
    /// The router let several tries run into their time limit.
    #[error("the router did not answer {stage} in {tries} tries of at most {limit:?} each")]
    Silent {
        /// What the last try waited for.
        stage: api::Stage,
        /// How long each try waited at most.
        limit: Duration,
        /// How many tries ran into it.
        tries: u32,
    },
    /// The API user's group lacks policies without which the router refuses the work.
    #[error("the API user's group lacks {}", missing.join(", "))]
    LacksPolicies {
        /// Which, in the router's words.
        missing: Vec<String>,
    },
    /// The router refused a login with an empty password, which is all that is kept for it.
    #[error("the router {router} refused the login of {username} with an empty password")]
    EmptyRefused {
        /// The router's name.
        router: String,
        /// The API user.
        username: String,
    },
    /// The place for secrets has no password for the router.
    #[error("this desk has no password for the router {router}")]
    NoPassword {
        /// The router's name.
        router: String,
        /// The desks that are there and have it, by name.
        elsewhere: Vec<String>,
    },
    /// The place for secrets cannot be reached.
    #[error("{}", sentence.en)]
    Secrets {
        /// The code of that failure.
        code: &'static str,
        /// What happened and what to do.
        sentence: Sentence,
    },
    /// The office's own database, or one of its rules, is in the way.
    #[error("{}", sentence.en)]
    Here {
        /// The code of that failure.
        code: &'static str,
        /// What happened and what to do.
        sentence: Sentence,
    },
    /// No such router, or it is switched off in the office's list.
    #[error("the router is not in use")]
    NotInUse,
    /// The customer has no router.
    #[error("the customer has no router")]
    NoRouter,
    /// The line has no PPPoE user name or no address.
    #[error("the line has no user name or address")]
    NoName,
    /// The router has no secret of that name.
    #[error("the router has no PPPoE secret {0}")]
    MissingSecret(String),
    /// The secret of that name carries another customer's mark.
    #[error("the PPPoE secret {name} belongs to {mark}")]
    SecretTaken {
        /// Its name.
        name: String,
        /// The mark: `ID: PLG-00007`.
        mark: String,
    },
    /// The router has a secret of that name already, and it is not the one that is wanted.
    #[error("the router has another PPPoE secret {name}: {}", what.join(", "))]
    SecretDiffers {
        /// Its name.
        name: String,
        /// In what it differs, in the router's words: `profile`, `password`, `service`, `disabled`.
        what: Vec<&'static str>,
    },
    /// What stands under the line's name or address is marked as another customer's whom the office serves.
    #[error("{called} belongs to {mark}")]
    OfAnother {
        /// The name or address.
        called: String,
        /// The mark with the name: `ID: PLG-00007 - Pak Budi`.
        mark: String,
    },
    /// An entry of the line carries another customer's mark.
    #[error("{menu} {name} belongs to {mark}")]
    EntryTaken {
        /// Where it stands.
        menu: &'static str,
        /// What it is called.
        name: String,
        /// The mark: `ID: PLG-00007`.
        mark: String,
    },
    /// The router has an entry for the line that somebody made by hand, and it is not the one that is wanted.
    #[error("the router has another entry {name} in {menu}: {}", what.join(", "))]
    EntryDiffers {
        /// Where it stands.
        menu: &'static str,
        /// What it is called.
        name: String,
        /// In what it differs, in the router's words.
        what: Vec<&'static str>,
    },
    /// Neither the record nor the router tells what a new entry needs.
    #[error("{}", .0.sentence.en)]
    Unplaced(Obstacle),
    /// The router has no ARP entry of that address.
    #[error("the router has no ARP entry for {0}")]
    MissingArp(String),
    /// The entry was learned, not written; such entries cannot be switched off.
    #[error("the ARP entry for {0} is dynamic")]
    DynamicArp(String),
    /// The address stands on the isolation list, put there by somebody else.
    #[error("the address {0} is on the list by somebody else's hand")]
    ForeignListEntry(String),
    /// The address stands on a list of the office's own that closes lines, put there by something that puts it there again.
    #[error("{address} is on the list {list} by a dynamic entry")]
    DynamicListEntry {
        /// The address.
        address: String,
        /// The list.
        list: String,
    },
    /// The router has no lease for the device or the address.
    #[error("the router has no DHCP lease for {0}")]
    MissingLease(String),
    /// The lease was learned, not written, or stands for a whole pool; its address may be another device's tomorrow.
    #[error("the DHCP lease of {0} is dynamic")]
    DynamicLease(String),
    /// The lease is switched off, so that its device gets some other address.
    #[error("the DHCP lease of {0} is disabled")]
    DisabledLease(String),
    /// The router has no hotspot user of that name.
    #[error("the router has no hotspot user {0}")]
    MissingHotspotUser(String),
    /// The router has several hotspot users of that name, one for each of its servers.
    #[error("the router has several hotspot users {0}")]
    HotspotUserTwice(String),
    /// The hotspot user is a voucher, which runs out after a time of use.
    #[error("the hotspot user {0} is a voucher")]
    Voucher(String),
    /// The office says that the router has this profile for the package; it has not.
    #[error("the router has no profile {0}")]
    MissingProfile(String),
    /// The office says that new profiles are made like this one; the router has not got it.
    #[error("the router has no profile {0} to make others like")]
    MissingDefaultProfile(String),
    /// Read back, the router says something else than it was told.
    #[error("told {wanted:?}, the router says {said:?}")]
    Disagrees {
        /// What it was told.
        wanted: Said,
        /// What it says.
        said: Option<Said>,
    },
    /// Read back, an entry makes its line as fast as nobody told it to.
    #[error("told {wanted:?}, the router says {said:?}")]
    OtherPace {
        /// What it was told.
        wanted: Pace,
        /// What it says.
        said: Pace,
    },
    /// Read back, a profile limits its lines to something else than it was told.
    #[error("told the profile {profile} {wanted:?}, the router says {said:?}")]
    OtherRate {
        /// The profile.
        profile: String,
        /// What it was told.
        wanted: String,
        /// What it says.
        said: Option<String>,
    },
    /// A session that was dropped is still there.
    #[error("the session of {0} is still there")]
    SessionStays(String),
    /// The line is no longer as the change that is to be undone left it.
    #[error("the line has changed since; the router says {said:?}")]
    ChangedSince {
        /// What it says now.
        said: Said,
    },
    /// Whoever asked for the change has stopped it before its turn.
    #[error("it was stopped before its turn; the router says {said:?}")]
    Halted {
        /// What it says.
        said: Said,
    },
    /// A failure with something beside it that the asker should know.
    #[error("{failure}")]
    Hinted {
        /// The failure.
        failure: Box<Failure>,
        /// What stands beside it.
        hint: Sentence,
    },
    /// The line stays open whatever is written about it, so that it is not closed.
    #[error("{}", obstacle.sentence.en)]
    NoEffect {
        /// Why.
        obstacle: Obstacle,
        /// What the router says about the line now.
        said: Said,
    },
    /// The router's answer lacks what every router sends.
    #[error("the router's answer cannot be read: {0}")]
    Unreadable(String),
}

/// The code of a router whose API user's group lacks policies.
pub(super) const LACKS_POLICIES: &str = "router_permission_missing";

impl From<api::RowError> for Failure {
    fn from(error: api::RowError) -> Failure {
        Failure::Unreadable(error.to_string())
    }
}

impl From<SecretsError> for Failure {
    fn from(error: SecretsError) -> Failure {
        let error = Error::from(error);
        Failure::Secrets {
            code: error.code,
            sentence: error.detail,
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Failure {
        Error::from(error).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Here {
            code: error.code,
            sentence: error.detail,
        }
    }
}

impl Failure {
    /// The stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Failure::Router(error) | Failure::Refusing(error) => error.code(),
            Failure::Silent { .. } => "router_timed_out",
            Failure::LacksPolicies { .. } => LACKS_POLICIES,
            Failure::EmptyRefused { .. } => "router_bad_login",
            Failure::NoPassword { .. } => "router_password_missing",
            Failure::Secrets { code, .. } | Failure::Here { code, .. } => code,
            Failure::NotInUse => "router_not_in_use",
            Failure::NoRouter => "line_without_router",
            Failure::NoName => "line_without_name",
            Failure::MissingSecret(_) => "secret_missing",
            Failure::SecretTaken { .. } => "secret_taken",
            Failure::SecretDiffers { .. } => "secret_differs",
            Failure::OfAnother { .. } => "line_of_another",
            Failure::EntryTaken { .. } => "entry_taken",
            Failure::EntryDiffers { .. } => "entry_differs",
            Failure::Unplaced(obstacle) => obstacle.code,
            Failure::MissingArp(_) => "arp_missing",
            Failure::DynamicArp(_) => "arp_dynamic",
            Failure::ForeignListEntry(_) => "list_entry_foreign",
            Failure::DynamicListEntry { .. } => "list_entry_dynamic",
            Failure::MissingLease(_) => "lease_missing",
            Failure::DynamicLease(_) => "lease_dynamic",
            Failure::DisabledLease(_) => "lease_disabled",
            Failure::MissingHotspotUser(_) => "hotspot_user_missing",
            Failure::HotspotUserTwice(_) => "hotspot_user_twice",
            Failure::Voucher(_) => "hotspot_voucher",
            Failure::MissingProfile(_) => "profile_missing",
            Failure::MissingDefaultProfile(_) => "default_profile_missing",
            Failure::Disagrees { .. } | Failure::OtherPace { .. } | Failure::OtherRate { .. } => {
                "router_disagrees"
            }
            Failure::SessionStays(_) => "session_stays",
            Failure::ChangedSince { .. } => "changed_since",
            Failure::Halted { .. } => "plan_stopped",
            Failure::Hinted { failure, .. } => failure.code(),
            Failure::NoEffect { obstacle, .. } => obstacle.code,
            Failure::Unreadable(_) => "router_unreadable",
        }
    }

    /// Whether the router as a whole is the trouble: unreachable, refusing the login, without a password. Work for it
    /// waits then, without spending tries, until it answers again.
    #[must_use]
    pub fn is_of_router(&self) -> bool {
        match self {
            Failure::Router(error) => {
                error.is_unreachable()
                    || matches!(
                        error,
                        api::Error::TlsHandshake { .. }
                            | api::Error::NotTls { .. }
                            | api::Error::SpeaksTls { .. }
                            | api::Error::CertificateChanged { .. }
                            | api::Error::BadLogin { .. }
                    )
            }
            Failure::Refusing(_)
            | Failure::Silent { .. }
            | Failure::LacksPolicies { .. }
            | Failure::EmptyRefused { .. }
            | Failure::NoPassword { .. }
            | Failure::Secrets { .. }
            | Failure::NotInUse => true,
            Failure::Hinted { failure, .. } => failure.is_of_router(),
            _ => false,
        }
    }

    /// Whether nothing is sent to the router because it is only to be observed. An undo waits until a person lets it be
    /// changed again.
    #[must_use]
    pub(crate) fn is_of_mode(&self) -> bool {
        self.code() == store::jobs::OBSERVED
    }

    /// Whether the router refused a command because its API user may not do that.
    #[must_use]
    pub(crate) fn is_refused_permission(&self) -> bool {
        matches!(
            self.bare(),
            Failure::Router(api::Error::NotEnoughPermissions { .. })
        )
    }

    /// Whether only this desk has the trouble: it lacks what another one that is there has.
    #[must_use]
    pub(super) fn is_of_this_desk(&self) -> bool {
        matches!(self.bare(), Failure::NoPassword { elsewhere, .. } if !elsewhere.is_empty())
    }

    /// The failure with something beside it that the asker should know.
    #[must_use]
    pub(super) fn hinted(self, hint: Sentence) -> Failure {
        Failure::Hinted {
            failure: Box::new(self),
            hint,
        }
    }

    /// The failure itself, without what stands beside it.
    pub(super) fn bare(&self) -> &Failure {
        match self {
            Failure::Hinted { failure, .. } => failure.bare(),
            bare => bare,
        }
    }

    /// Whether the router does not have the line at all.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(
            self,
            Failure::MissingSecret(_)
                | Failure::MissingArp(_)
                | Failure::MissingLease(_)
                | Failure::MissingHotspotUser(_)
        )
    }

    /// Whether trying again cannot help before a person has changed something about the line.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Failure::NoRouter
                | Failure::NoName
                | Failure::Voucher(_)
                | Failure::SecretTaken { .. }
                | Failure::SecretDiffers { .. }
                | Failure::OfAnother { .. }
                | Failure::ChangedSince { .. }
                | Failure::Halted { .. }
                | Failure::NoEffect { .. }
                | Failure::EntryTaken { .. }
                | Failure::EntryDiffers { .. }
                | Failure::Unplaced(_)
                | Failure::Here {
                    code: "router_observed" | "line_not_renamed",
                    ..
                }
        )
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        let kind = match failure.bare() {
            Failure::Router(_)
            | Failure::Refusing(_)
            | Failure::Silent { .. }
            | Failure::LacksPolicies { .. }
            | Failure::EmptyRefused { .. }
            | Failure::NoPassword { .. }
            | Failure::Secrets { .. }
            | Failure::Unreadable(_) => Kind::Elsewhere,
            Failure::Here { .. } => Kind::Unavailable,
            Failure::NoRouter | Failure::NoName => Kind::Invalid,
            _ => Kind::Conflict,
        };
        let detail = failure.sentence();
        Error {
            kind,
            code: failure.code(),
            detail,
            fields: Vec::new(),
            changed: None,
            source: Some(Box::new(failure)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_command_is_of_the_line_and_a_refused_login_is_of_the_router() {
        let trap = api::Error::Trap {
            command: "/ppp/secret/set".into(),
            category: None,
            message: "input does not match any value of profile".into(),
        };
        assert!(
            !Failure::from(trap).is_of_router(),
            "the other lines of the router go on"
        );
        let login = api::Error::BadLogin {
            message: "invalid user name or password (6)".into(),
        };
        assert!(
            Failure::from(login).is_of_router(),
            "work waits until the password is mended"
        );
    }

    #[test]
    fn what_was_waited_is_told_in_full_with_each_try_and_parts_of_a_second() {
        let (stage, limit) = (api::Stage::Connect, Duration::from_millis(2_500));
        let once = Failure::from(api::Error::TimedOut {
            stage: stage.clone(),
            limit,
        })
        .sentence();
        assert!(once.id.contains("dalam 2,5 detik"), "{once:?}");
        let silent = Failure::Silent {
            stage,
            limit,
            tries: 3,
        };
        let often = silent.sentence();
        assert!(
            often.id.contains("3 kali dicoba") && often.id.contains("2,5 detik"),
            "{often:?}"
        );
        assert!(
            often.en.contains("3 tries") && often.en.contains("2.5s"),
            "{often:?}"
        );
        assert!(silent.is_of_router() && silent.code() == "router_timed_out");
    }

    #[test]
    fn a_lease_that_was_learned_says_in_both_languages_how_to_keep_it() {
        let error = Error::from(Failure::DynamicLease("02:00:00:00:00:07".into()));
        assert_eq!(error.code, "lease_dynamic");
        assert!(error.detail.id.contains("make-static") && error.detail.en.contains("make-static"));
    }
}
