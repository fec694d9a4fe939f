//! What the counter says about a line once a payment was booked and its jobs have run: the router's own word, and where
//! that is missing what it waits for. Nothing is judged here; the answer to "why?" is put into the one sentence that a
//! cashier needs.

use billing::{Access, Observed, RouterMode};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::jobs::State;

use crate::access::settling::LineAccess;
use crate::access::why::Why;
use crate::access::words::moment;
use crate::error::Language;

impl Why {
    /// Where the line stands after a payment, before which the router said `before`. The answer was read in `language`.
    #[must_use]
    pub fn after_payment(&self, before: Observed, zone: &TimeZone, language: Language) -> String {
        let in_words = |id: String, en: String| match language {
            Language::Indonesian => id,
            Language::English => en,
        };
        let Some(router) = &self.router else {
            return in_words(
                "Pelanggan ini tidak terhubung ke router yang dikelola, jadi tidak ada jalur yang dibuka."
                    .into(),
                "This customer is not on a managed router, so there is no line to open.".into(),
            );
        };
        match (self.desired, self.observed) {
            (Access::Open, Observed::Open) => {
                let at = self.said_at(zone, language);
                let name = &router.name;
                if before == Observed::Open {
                    return in_words(
                        format!(
                            "Jalur memang sudah terbuka; router {name} terakhir mengatakannya pada {at}."
                        ),
                        format!("The line was open already; the router {name} last said so on {at}."),
                    );
                }
                in_words(
                    format!("Jalur terbuka: dibaca ulang dari router {name} pada {at}."),
                    format!("The line is open: read back from the router {name} on {at}."),
                )
            }
            (Access::Closed, Observed::Closed) => {
                let why = self.decisive();
                in_words(
                    format!("Jalur tetap tertutup. {why}"),
                    format!("The line stays closed. {why}"),
                )
            }
            (Access::Open, Observed::Closed | Observed::Unknown) => match &self.change {
                Some(change) => {
                    let waits = &change.sentence;
                    let (id, en) = match (&router.error, &change.code) {
                        // What failed tells its reason itself; what waits for an absent router has it with the router.
                        (Some(error), code) if change.state == State::Parked.as_str() => (
                            format!(" {error}"),
                            code.as_ref()
                                .map_or_else(String::new, |code| format!(" It said: {code}.")),
                        ),
                        _ => (String::new(), String::new()),
                    };
                    in_words(
                        format!("Jalur belum terbuka. {waits}{id}"),
                        format!("The line is not open yet. {waits}{en}"),
                    )
                }
                None if router.mode == RouterMode::Observe => {
                    let name = &router.name;
                    in_words(
                        format!(
                            "Router {name} masih dalam mode amati, jadi tidak ada yang dikirim. {}",
                            self.sentence
                        ),
                        format!(
                            "The router {name} is still only observed, so nothing was sent. {}",
                            self.sentence
                        ),
                    )
                }
                None => self.sentence.clone(),
            },
            (Access::Closed, Observed::Open | Observed::Unknown) => self.sentence.clone(),
        }
    }

    /// The line as records show it, with the job that has yet to bring it where it should be.
    #[must_use]
    pub fn access(&self) -> LineAccess {
        let pending = self
            .change
            .as_ref()
            .filter(|change| change.state != State::Dead.as_str());
        LineAccess {
            desired: self.desired,
            observed: self.observed,
            observed_at: self.observed_at,
            job_id: pending.map(|change| change.job_id),
        }
    }

    fn decisive(&self) -> &str {
        self.reasons.first().map_or("", |reason| &reason.sentence)
    }

    fn said_at(&self, zone: &TimeZone, language: Language) -> String {
        self.observed_at
            .and_then(|at| Timestamp::from_millisecond(at).ok())
            .map_or_else(String::new, |at| moment(&zone.to_datetime(at), language))
    }
}
