//! The preview: a router's lines as the office would have them, with a proposal for each. It reads the router in any
//! mode, writes nothing to it, and keeps nothing.

use std::collections::HashMap;

use billing::{ConnectionType, Period, RouterMode};
use jiff::civil::{Date, DateTime};
use serde::Serialize;
use store::customers::Customer;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Language, Result};
use crate::network::Passwords;
use crate::office::{Call, Request};
use crate::onboarding::book::{CustomerBook, line_of};
use crate::onboarding::closing::{ClosedBy, ClosedProfiles, Guessed};
use crate::onboarding::comment::{Guess, readable};
use crate::onboarding::entry::{Entry, SoldAs, Source, entries};
use crate::onboarding::groups::{self, Ground, Limits, LineGroup};
use crate::onboarding::line_name::guess;
use crate::onboarding::matching::{Matched, Proposed, Sign, Strength, matched};
use crate::onboarding::reading::{ReadRouter, read};
use crate::onboarding::remarks::{LineRemark, remarks};
use crate::onboarding::totals::LineTotals;
use crate::onboarding::words;

/// Shows the lines of a router and what would become of them. Needs to see customers as well.
#[derive(Clone, Debug, Default)]
pub struct PreviewRouterLines {
    /// The router.
    pub router_id: i64,
    /// Profiles of which a person says that lines were closed with them here, beside those that are called so.
    pub closed_profiles: Vec<String>,
    /// Profiles of which a person says that lines are open with them, though they look like those of closed lines.
    pub open_profiles: Vec<String>,
}

/// The lines of a router.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterLines {
    /// The router.
    pub router_id: i64,
    /// Its name.
    pub router_name: String,
    /// Its mode; importing works in both and sends nothing.
    pub mode: RouterMode,
    /// When it was read, epoch milliseconds.
    pub read_at: i64,
    /// What holds for every new customer unless a decision says otherwise.
    pub defaults: ImportDefaults,
    /// The profile that the office says closed lines have.
    pub isolated_profile: String,
    /// Profiles that count as those of closed lines, with their number of lines.
    pub isolated_profiles: Vec<IsolatedProfile>,
    /// The lines, by kind and name.
    pub lines: Vec<RouterLine>,
    /// What the lines were sold as, the largest group first.
    pub groups: Vec<LineGroup>,
    /// Menus that the router does not have.
    pub absent_menus: Vec<String>,
    /// How many of what.
    pub totals: LineTotals,
}

/// What holds for every new customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportDefaults {
    /// The first day that is billed: the billing day of the next month.
    #[schema(value_type = String, format = Date)]
    pub billing_start: Date,
    /// The day of the month on which lines are billed.
    pub billing_day: i64,
    /// Whether customers whose line stays closed are billed like the others.
    pub bill_closed: bool,
}

/// A profile of closed lines.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IsolatedProfile {
    /// Its name.
    pub profile: String,
    /// How many lines have it.
    pub lines: usize,
}

/// A line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterLine {
    /// By which a decision names it.
    pub key: String,
    /// Of what matters about it; a decision gives it back, so that what was looked at is what is taken in.
    pub digest: String,
    /// Where it was found.
    pub source: Source,
    /// What kind of line it is.
    pub connection_type: ConnectionType,
    /// The name of its secret or hotspot user.
    pub user_name: Option<String>,
    /// Its address, fixed or of its session now.
    pub address: Option<String>,
    /// The MAC address, of its session now for PPPoE.
    pub mac_address: Option<String>,
    /// The interface or the DHCP server.
    pub interface: Option<String>,
    /// The service of the secret.
    pub service: Option<String>,
    /// Its profile.
    pub profile: Option<String>,
    /// Its comment, at most its first 400 characters.
    pub comment: Option<String>,
    /// What the device calls itself.
    pub host_name: Option<String>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Whether it is online now.
    pub online: bool,
    /// When its last session ended, by the router's own clock.
    #[schema(value_type = Option<String>)]
    pub last_logged_out: Option<DateTime>,
    /// How somebody closed it; it becomes an override.
    pub closed: Option<LineClosed>,
    /// What a new customer would be called.
    pub guess: CustomerGuess,
    /// Existing customers whose it may be, the likeliest first.
    pub candidates: Vec<CandidateView>,
    /// What is proposed.
    pub proposal: LineProposal,
    /// The group that says what it was sold as; `null` where nothing tells.
    pub group: Option<String>,
    /// What a person should look at.
    pub remarks: Vec<LineRemark>,
}

/// How a line was closed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineClosed {
    /// How.
    pub by: ClosedBy,
    /// The same as a sentence.
    pub sentence: String,
}

/// What a comment and a user name tell about a customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerGuess {
    /// The name.
    pub name: Option<String>,
    /// The telephone number, `62…`.
    pub phone: Option<String>,
    /// The address.
    pub address: Option<String>,
}

/// An existing customer whose line this may be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CandidateView {
    /// Which.
    pub customer_id: i64,
    /// The number.
    pub customer_no: String,
    /// The name.
    pub name: String,
    /// The telephone number.
    pub phone: Option<String>,
    /// The line in the customer's record; `null` for none.
    pub line: Option<String>,
    /// The router in the customer's record.
    pub router_id: Option<i64>,
    /// How much the signs weigh.
    pub strength: Strength,
    /// The signs.
    pub signs: Vec<Sign>,
}

/// What is proposed for a line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineProposal {
    /// What to do; `choose` where a person has to.
    pub action: Proposed,
    /// Whose it is, for `match`.
    pub customer_id: Option<i64>,
    /// Why: a stable word.
    pub code: String,
    /// Why, for people.
    pub sentence: String,
}

impl Request for PreviewRouterLines {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = RouterLines;

    async fn run(self, call: &Call<'_>) -> Result<RouterLines> {
        call.actor.require(Ability::CustomersRead)?;
        let ReadRouter { router, inventory } = read(call, self.router_id, Passwords::Left).await?;
        let mut tx = call.read().await?;
        let book = CustomerBook::read(&mut tx).await?;
        let packages = store::packages::all(&mut tx).await?;
        let mappings = store::packages::profiles(&mut tx, router.id).await?;
        drop(tx);

        let profiles: Limits = inventory
            .profiles
            .iter()
            .map(|profile| (profile.name.clone(), profile.rate_limit.clone()))
            .collect();
        let hotspot_profiles: Limits = inventory
            .hotspot_profiles
            .iter()
            .map(|profile| (profile.name.clone(), profile.rate_limit.clone()))
            .collect();
        let mut totals = LineTotals {
            arp_learned: inventory.arp_learned,
            arp_by_dhcp: inventory.arp_by_dhcp,
            leases_dynamic: inventory.leases_dynamic,
            ..LineTotals::default()
        };
        let absent_menus = inventory.absent.iter().map(|menu| (*menu).to_owned()).collect();
        let guessed = Guessed::of(&inventory);
        let open = open_profiles(&self.open_profiles, &mappings);
        let closed_profiles = ClosedProfiles {
            router: &router,
            marked: &self.closed_profiles,
            open: &open,
            guessed: &guessed,
        };
        let entries = entries(inventory, closed_profiles);
        let guesses = entries.iter().map(guess).collect();
        let matched = matched(entries, guesses, &book, router.id);
        let kept = matched
            .iter()
            .filter(|line| line.proposal.action != Proposed::Leave)
            .map(|line| &line.entry.sold_as);
        let ground = Ground {
            packages: &packages,
            mappings: &mappings,
            profiles: &profiles,
            hotspot_profiles: &hotspot_profiles,
            router: &router.details.name,
        };
        let groups = groups::groups(kept, &ground);
        let mut isolated: HashMap<String, usize> = HashMap::new();
        let mut phones: HashMap<String, usize> = HashMap::new();
        for line in &matched {
            totals.count(line);
            if let Some(profile) = line.entry.profile.as_ref().filter(|it| closed_profiles.has(it)) {
                *isolated.entry(profile.clone()).or_default() += 1;
            }
            if let Some(phone) = &line.guess.phone {
                *phones.entry(phone.clone()).or_default() += 1;
            }
        }
        let mut isolated_profiles: Vec<IsolatedProfile> = isolated
            .into_iter()
            .map(|(profile, lines)| IsolatedProfile { profile, lines })
            .collect();
        isolated_profiles.sort_by(|a, b| a.profile.cmp(&b.profile));
        let view = View {
            book: &book,
            phones: &phones,
            today: call.today,
            language: call.actor.language,
        };
        Ok(RouterLines {
            router_id: router.id,
            router_name: router.details.name,
            mode: router.details.mode,
            read_at: call.now.as_millisecond(),
            defaults: ImportDefaults {
                billing_start: usual_start(call.today, billing::BillingDay::default()),
                billing_day: i64::from(billing::BillingDay::default().get()),
                bill_closed: true,
            },
            isolated_profile: router.details.isolated_profile,
            isolated_profiles,
            lines: matched.into_iter().map(|line| view.line(line)).collect(),
            groups,
            absent_menus,
            totals,
        })
    }
}

/// The profiles with which lines are open whatever they are called: a person said so, or a package has them.
pub(super) fn open_profiles(said: &[String], mappings: &[store::packages::Profile]) -> Vec<String> {
    let mapped = mappings.iter().map(|mapping| mapping.profile.clone());
    said.iter().cloned().chain(mapped).collect()
}

/// From when on a line is billed that was served before: from the billing day of the next month, so that nobody gets a
/// bill for days that another program has billed.
pub(super) fn usual_start(today: Date, day: billing::BillingDay) -> Date {
    Period::of(today).next().on(day)
}

/// What lines are shown with.
struct View<'a> {
    book: &'a CustomerBook,
    phones: &'a HashMap<String, usize>,
    today: Date,
    language: Language,
}

impl View<'_> {
    fn line(&self, line: Matched) -> RouterLine {
        let Matched {
            entry,
            guess,
            candidates,
            proposal,
        } = line;
        let remarks = self.remarks(&entry, &guess);
        let customer = |id| -> Option<&Customer> { self.book.by_id(id) };
        RouterLine {
            closed: entry.closed.map(|by| LineClosed {
                by,
                sentence: self.said(words::closed(by, &entry)),
            }),
            candidates: candidates
                .into_iter()
                .filter_map(|candidate| {
                    let customer = customer(candidate.customer_id)?;
                    Some(CandidateView {
                        customer_id: customer.id,
                        customer_no: customer.details.customer_no.clone(),
                        name: customer.details.name.clone(),
                        phone: customer.details.phone.clone(),
                        line: line_of(customer).map(str::to_owned),
                        router_id: customer.details.router_id,
                        strength: candidate.strength,
                        signs: candidate.signs,
                    })
                })
                .collect(),
            proposal: LineProposal {
                action: proposal.action,
                customer_id: proposal.customer_id,
                code: proposal.why.code().to_owned(),
                sentence: self.said(words::why(proposal.why)),
            },
            group: groups::key(&entry.sold_as).filter(|_| entry.sold_as != SoldAs::Unknown),
            guess: CustomerGuess {
                name: guess.name,
                phone: guess.phone,
                address: guess.address,
            },
            remarks,
            comment: entry.comment.as_deref().map(readable),
            key: entry.key,
            digest: entry.digest,
            source: entry.source,
            connection_type: entry.kind,
            user_name: entry.user_name,
            address: entry.address,
            mac_address: entry.mac_address,
            interface: entry.place,
            service: entry.service,
            profile: entry.profile,
            host_name: entry.host_name,
            disabled: entry.disabled,
            online: entry.online,
            last_logged_out: entry.last_logged_out,
        }
    }

    fn remarks(&self, entry: &Entry, guess: &Guess) -> Vec<LineRemark> {
        let is_phone_twice = guess
            .phone
            .as_ref()
            .and_then(|phone| self.phones.get(phone))
            .is_some_and(|lines| *lines > 1);
        remarks(entry, guess, is_phone_twice, self.today)
            .into_iter()
            .map(|(code, sentence)| LineRemark {
                code,
                sentence: self.said(sentence),
            })
            .collect()
    }

    fn said(&self, sentence: crate::error::Sentence) -> String {
        sentence.for_language(self.language).to_owned()
    }
}
