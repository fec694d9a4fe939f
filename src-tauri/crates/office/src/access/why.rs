//! "Why is this line closed / open?": the rule, the invoices, what the router said and when, what happened before, and the
//! same in plain words for the customer. It asks the same verdict that the jobs ask.

use billing::access::Reason;
use billing::{Access, CustomerStatus, Observed, RouterMode, Rupiah};
use jiff::civil::Date;
use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;

use crate::access::change::{Change, WhyChange};
use crate::access::facts::{self, Day, Judged};
use crate::access::failures::{self, WhyFailure};
use crate::access::message::{self, Explained, Line, explain};
use crate::access::overrides::OverrideView;
use crate::access::{seen, words};
use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::network::Said;
use crate::notify::{self, NotificationView};
use crate::office::{Call, Request};
use crate::settings::MessageChannel;

/// How many earlier acts are told.
const HISTORY: i64 = 20;
/// The acts that belong to the story of a line.
const ACTS: [&str; 16] = [
    "isolation_executed",
    "isolation_opened",
    "override_set",
    "override_ended",
    "line_found_closed",
    "line_begun",
    "line_paused",
    "line_resumed",
    "line_terminated",
    "access_warning",
    "line_written",
    "line_disconnected",
    "line_profile_changed",
    "line_password_changed",
    "line_renamed",
    "line_removed",
];

/// Why a line is as it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Why {
    /// What the rules want.
    pub desired: Access,
    /// Where the customer stands.
    pub status: CustomerStatus,
    /// What the router was last seen to say.
    pub observed: Observed,
    /// When, epoch milliseconds.
    pub observed_at: Option<i64>,
    /// The answer in a sentence.
    pub sentence: String,
    /// The reasons; the first decided.
    pub reasons: Vec<WhyReason>,
    /// A person's word that is in force.
    #[serde(rename = "override")]
    pub overridden: Option<OverrideView>,
    /// The router, and what it said.
    pub router: Option<WhyRouter>,
    /// The change that the router has not confirmed: what waits since when, or what failed.
    pub change: Option<WhyChange>,
    /// What else of the line its router should have been told and was not, because it failed and was given up; oldest first.
    pub failures: Vec<WhyFailure>,
    /// What happened before, newest first.
    pub history: Vec<WhyHistory>,
    /// The same for the customer, in plain words of the office's language.
    pub message_text: String,
}

/// One reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhyReason {
    /// The stable code.
    pub code: String,
    /// The reason in a sentence.
    pub sentence: String,
    /// The invoices that it is about.
    pub invoices: Vec<WhyInvoice>,
}

/// An invoice that a reason is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhyInvoice {
    /// The row's id.
    pub id: i64,
    /// Its number.
    pub number: String,
    /// The last day on which it would have been paid in time.
    #[schema(value_type = String, format = Date)]
    pub due_date: Date,
    /// What is still owed on it.
    pub remaining: Rupiah,
    /// How many days ago the due date was.
    pub days_overdue: u32,
}

/// What the router said.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhyRouter {
    /// The row's id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Whether anything is sent to it.
    pub mode: RouterMode,
    /// Its words about the line.
    pub said: Option<String>,
    /// When, epoch milliseconds.
    pub at: Option<i64>,
    /// Since when it does not answer, epoch milliseconds; `null` while it does.
    pub unreachable_since: Option<i64>,
    /// Why it last failed, in a sentence; `null` while it answers.
    pub error: Option<String>,
}

/// Something that happened to the line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhyHistory {
    /// When, epoch milliseconds.
    pub at: i64,
    /// What.
    pub sentence: String,
}

/// Asks why a line is as it is.
#[derive(Clone, Copy, Debug)]
pub struct ReadWhy {
    /// Whose.
    pub customer_id: i64,
}

impl Request for ReadWhy {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = Why;

    async fn run(self, call: &Call<'_>) -> Result<Why> {
        let mut tx = call.read().await?;
        let judged = judged(&mut tx, call, self.customer_id).await?;
        let row = store::access::find(&mut tx, self.customer_id).await?;
        let router = router_of(&mut tx, &judged).await?;
        let change = Change::of(&mut tx, self.customer_id, router.as_ref()).await?;
        let observed = row.as_ref().map_or(Observed::Unknown, |row| row.observed);
        let observed_at = row
            .as_ref()
            .and_then(|row| row.observed_at)
            .map(|at| at.as_millisecond());
        let router = router.map(|router| WhyRouter {
            id: router.id,
            name: router.details.name,
            mode: router.details.mode,
            said: seen::said(row.as_ref()).map(|said| in_words(&said)),
            at: observed_at,
            unreachable_since: router.unreachable_since.map(|at| at.as_millisecond()),
            error: router
                .last_error
                .filter(|_| router.unreachable_since.is_some())
                .map(|error| call.told_held(&error)),
        });
        let waits = change.as_ref().map(|change| change.sentence(&call.zone));
        let failures = failures::of(&mut tx, call, self.customer_id).await?;
        let reasons = judged
            .verdict
            .reasons
            .iter()
            .map(|reason| WhyReason {
                code: reason.code().to_owned(),
                sentence: call.told(&words::reason(reason, &judged)),
                invoices: invoices(reason, &judged, call.today),
            })
            .collect();
        Ok(Why {
            desired: judged.desired(),
            status: judged.customer.standing.status,
            observed,
            observed_at,
            sentence: call.told(&words::answer(&judged, observed, waits.as_ref())),
            reasons,
            history: history(&mut tx, call, self.customer_id, change.as_ref(), &failures).await?,
            failures,
            message_text: message::message(
                &judged,
                Line {
                    observed,
                    change: change.as_ref().map(Change::stands),
                },
                call,
            ),
            change: change.map(|change| change.view(call)),
            overridden: judged.overridden.clone().map(|word| OverrideView::of(call, word)),
            router,
        })
    }
}

async fn judged(tx: &mut Tx, call: &Call<'_>, customer_id: i64) -> Result<Judged> {
    let judged = facts::judge(tx, &Day::of(call), customer_id).await?;
    judged.ok_or_else(|| Error::missing("Pelanggan", "customer"))
}

async fn router_of(tx: &mut Tx, judged: &Judged) -> Result<Option<store::routers::Router>> {
    match judged.customer.details.router_id {
        Some(id) => Ok(store::routers::find(tx, id).await?),
        None => Ok(None),
    }
}

/// The invoices that a reason is about. An agreement to pay several months at once, and a person's word, name none of
/// their own; what is owed then is what the line would otherwise be judged by.
fn invoices(reason: &Reason, judged: &Judged, today: Date) -> Vec<WhyInvoice> {
    if matches!(reason, Reason::Rapel { .. } | Reason::Override { .. }) {
        let of = |invoice: &store::invoices::Unpaid| WhyInvoice {
            id: invoice.id,
            number: invoice.number.clone(),
            due_date: invoice.due_date,
            remaining: invoice.remaining,
            days_overdue: u32::try_from((today - invoice.due_date).get_days()).unwrap_or(0),
        };
        return judged.owed.iter().map(of).collect();
    }
    reason
        .invoices()
        .iter()
        .map(|invoice| WhyInvoice {
            id: invoice.invoice_id,
            number: judged.number(invoice.invoice_id).to_owned(),
            due_date: invoice.due_date,
            remaining: invoice.remaining,
            days_overdue: invoice.days_overdue,
        })
        .collect()
}

fn in_words(said: &Said) -> String {
    match said {
        Said::Pppoe {
            profile,
            disabled: false,
        } => format!("/ppp/secret profile={profile}"),
        Said::Pppoe {
            profile,
            disabled: true,
        } => format!("/ppp/secret profile={profile} disabled=yes"),
        Said::Address {
            disabled,
            listed,
            marked,
        } => format!(
            "/ip/arp disabled={}; /ip/firewall/address-list {}",
            if *disabled { "yes" } else { "no" },
            lists_in_words(*listed, marked)
        ),
        Said::Lease {
            listed,
            blocked,
            marked,
        } => format!(
            "/ip/firewall/address-list {}; /ip/dhcp-server/lease block-access={}",
            lists_in_words(*listed, marked),
            if *blocked { "yes" } else { "no" }
        ),
        Said::Hotspot { disabled, marked } => {
            let profile = marked.as_ref().map(|profile| format!(" profile={profile}"));
            format!(
                "/ip/hotspot/user disabled={}{}",
                if *disabled { "yes" } else { "no" },
                profile.unwrap_or_default()
            )
        }
    }
}

/// The lists that close a line, by name; a dash where it stands on none.
fn lists_in_words(listed: bool, marked: &[String]) -> String {
    let ours = listed.then_some("sambung-isolated");
    let lists: Vec<&str> = ours
        .into_iter()
        .chain(marked.iter().map(String::as_str))
        .collect();
    if lists.is_empty() {
        "-".to_owned()
    } else {
        lists.join(", ")
    }
}

/// What the log tells of the line, with what failed, which the log keeps under its jobs.
async fn history(
    tx: &mut Tx,
    call: &Call<'_>,
    customer_id: i64,
    change: Option<&Change>,
    failures: &[WhyFailure],
) -> Result<Vec<WhyHistory>> {
    let filter = store::billing_logs::Filter {
        subject_kind: Some("customer"),
        subject_id: Some(customer_id),
        // Other acts (edits, invoices) stand between those that are told.
        limit: HISTORY * 5,
        ..store::billing_logs::Filter::default()
    };
    let rows = store::billing_logs::list(tx, &filter).await?.items;
    let told = rows
        .into_iter()
        .filter(|row| ACTS.contains(&row.act.as_str()))
        .take(usize::try_from(HISTORY).unwrap_or(usize::MAX))
        .map(|row| WhyHistory {
            at: row.at.as_millisecond(),
            sentence: logs::told(call, row.message, row.message_en),
        });
    let failed = change.and_then(|change| change.failure(&call.zone));
    let failed = failed.map(|(at, sentence)| WhyHistory {
        at,
        sentence: call.told(&sentence),
    });
    let given_up = failures.iter().map(|failure| WhyHistory {
        at: failure.at,
        sentence: failure.sentence.clone(),
    });
    let mut story: Vec<WhyHistory> = failed.into_iter().chain(given_up).chain(told).collect();
    story.sort_by_key(|told| std::cmp::Reverse(told.at));
    Ok(story)
}

/// What a message about a line is about: once a day for each state of it, since "still closed" must not keep "open again"
/// from being said.
pub(crate) fn line_subject(line: &Explained) -> String {
    format!("line:{}:{}", line.judged.desired(), line.observed)
}

/// Sends the answer to the customer, in plain words.
#[derive(Clone, Copy, Debug)]
pub struct SendWhy {
    /// To whom.
    pub customer_id: i64,
}

/// What was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SentWhy {
    /// The message's id.
    pub notification_id: i64,
    /// How it goes.
    pub channel: String,
    /// The link that opens WhatsApp with the text, where a person sends it.
    pub wa_link: Option<String>,
}

impl Request for SendWhy {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = SentWhy;

    async fn run(self, call: &Call<'_>) -> Result<SentWhy> {
        if call.settings.messages_whatsapp == MessageChannel::Off {
            return Err(Error::conflict(
                "messages_off",
                "Pesan ke pelanggan dimatikan di setelan.",
                "Messages to customers are switched off in the settings.",
            ));
        }
        let mut tx = call.begin().await?;
        let line = explain(&mut tx, call, &Day::of(call), self.customer_id)
            .await?
            .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
        let customer = &line.judged.customer;
        if customer.details.phone.is_none() {
            return Err(Error::invalid(
                "no_phone",
                "Pelanggan ini belum punya nomor HP. Isi nomornya dulu.",
                "This customer has no phone number. Enter one first.",
            ));
        }
        let told = notify::Told {
            kind: notify::WHY,
            subject: line_subject(&line),
            text: line.text.clone(),
            event_id: None,
            invoice_id: None,
            judged_on: Some(call.today),
        };
        let subject = told.subject.clone();
        let id = match notify::put(&mut tx, call, customer, told).await? {
            Some(id) => {
                let by_hand = call.settings.messages_whatsapp == MessageChannel::ByHand;
                let words = if by_hand {
                    (
                        "Penjelasan ditulis untuk dikirim sendiri lewat WhatsApp",
                        "The explanation was written, to be sent by hand through WhatsApp",
                    )
                } else {
                    (
                        "Penjelasan dikirim ke pelanggan",
                        "The explanation was sent to the customer",
                    )
                };
                let entry =
                    Entry::done("why_sent", words).about("customer", customer.id, &customer.details.name);
                logs::record(&mut tx, call, entry).await?;
                id
            }
            // Who closed WhatsApp without sending it gets the same message once more.
            None => notify::still_by_hand(&mut tx, call, customer.id, notify::WHY, &subject)
                .await?
                .ok_or_else(|| {
                    Error::conflict(
                        "already_told",
                        "Penjelasan ini sudah dikirim hari ini dan keadaannya belum berubah; lihat di daftar pesan.",
                        "This was already sent today and nothing has changed since; see the list of messages.",
                    )
                })?,
        };
        let row = store::notifications::find(&mut tx, id).await?;
        let view = row
            .map(NotificationView::from)
            .ok_or_else(|| Error::missing("Pesan", "message"))?;
        tx.commit().await?;
        call.office.ring();
        let by_hand = view.channel == MessageChannel::ByHand.as_str();
        Ok(SentWhy {
            notification_id: id,
            channel: view.channel,
            // What a gateway carries must not be sent a second time by hand.
            wa_link: view.wa_link.filter(|_| by_hand),
        })
    }
}
