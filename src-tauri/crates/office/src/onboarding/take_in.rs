//! Taking a router's lines in: the router is read again, each decision is held against what it says now, and then all of
//! it is written in one transaction or nothing is. Nothing is sent to the router and no message to a customer.

use std::collections::HashSet;

use billing::{CustomerStatus, Observed, OverrideVerdict};
use serde::Serialize;
use serde_json::json;
use store::Tx;
use store::customers::{Details, Standing};
use store::import_batches::ImportRow;
use store::overrides::NewOverride;
use store::routers::Router;
use utoipa::ToSchema;

use crate::access;
use crate::access::seen::{self, Look, Seen};
use crate::actor::Ability;
use crate::customers::{next_number, sealed_password};
use crate::error::{Error, FormCheck, Result};
use crate::importing::reserve_numbers;
use crate::logs::{self, Entry as LogEntry};
use crate::network::Passwords;
use crate::office::{Call, Request};
use crate::onboarding::book::CustomerBook;
use crate::onboarding::closing::{ClosedProfiles, Closing, Guessed};
use crate::onboarding::decisions::ImportRouterLines;
use crate::onboarding::entry::{Entry, entries};
use crate::onboarding::judging::{Judge, Judged, Work};
use crate::onboarding::linking::{Link, link};
use crate::onboarding::packages::Packages;
use crate::onboarding::preview::open_profiles;
use crate::onboarding::reading::{ReadRouter, read};
use crate::onboarding::refusal::refuse_what_is_wrong;
use crate::onboarding::words;

billing::text_enum! {
    /// What became of a line.
    pub enum LineOutcome as "outcome" {
        /// A new customer has it.
        Created => "created",
        /// A customer who was there has it.
        Matched => "matched",
        /// A customer had it before.
        Already => "already",
        /// It was left.
        Left => "left",
    }
}

/// What was taken in.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct ImportedLines {
    /// By which it can be undone like the import of a file; `null` where nothing was made or changed.
    pub batch_id: Option<i64>,
    /// New customers.
    pub created: usize,
    /// Customers who were there and got a line.
    pub matched: usize,
    /// Lines that a customer had before.
    pub already: usize,
    /// Lines that were left.
    pub left: usize,
    /// Lines that an override keeps closed.
    pub closed: usize,
    /// Lines that are set aside, closed and not billed until somebody takes them up.
    pub set_aside: usize,
    /// Packages that were made.
    pub packages: usize,
    /// Profiles that packages were mapped to.
    pub mappings: usize,
    /// Each line, in the order of the request.
    pub lines: Vec<ImportedLine>,
}

/// What became of a line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportedLine {
    /// Which.
    pub key: String,
    /// What became of it.
    pub outcome: LineOutcome,
    /// Whose it is; `null` for one that was left.
    pub customer_id: Option<i64>,
    /// The customer's number.
    pub customer_no: Option<String>,
}

impl Request for ImportRouterLines {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = ImportedLines;

    async fn run(self, call: &Call<'_>) -> Result<ImportedLines> {
        call.actor.require(Ability::NetworkRead)?;
        if !self.packages.is_empty() {
            call.actor.require(Ability::CatalogueWrite)?;
        }
        if !self.mappings.is_empty() {
            call.actor.require(Ability::NetworkWrite)?;
        }
        let passwords = match self.keep_passwords.unwrap_or(true) {
            true => Passwords::Read,
            false => Passwords::Left,
        };
        let ReadRouter { router, inventory } = read(call, self.router_id, passwords).await?;

        let mut tx = call.begin().await?;
        let mut form = FormCheck::new();
        let mapped = store::packages::profiles(&mut tx, router.id).await?;
        let mut packages = Packages::make(&mut tx, call, self.packages.clone(), &mut form).await?;
        packages
            .map(&mut tx, call, &router, &inventory, &self.mappings, &mut form)
            .await?;
        let guessed = Guessed::of(&inventory);
        let open = open_profiles(&self.open_profiles, &mapped);
        let closed_profiles = ClosedProfiles {
            router: &router,
            marked: &self.closed_profiles,
            open: &open,
            guessed: &guessed,
        };
        let entries = entries(inventory, closed_profiles);
        let book = CustomerBook::read(&mut tx).await?;
        let areas: HashSet<i64> = store::areas::all(&mut tx)
            .await?
            .into_iter()
            .map(|area| area.id)
            .collect();
        let judge = Judge {
            call,
            router_id: router.id,
            entries: &entries,
            book: &book,
            packages: &packages,
            areas: &areas,
        };
        let (judged, changed) = judge.all(&self, &mut form);
        refuse_what_is_wrong(form, changed, &self.lines, &entries)?;

        // What closed these lines is read as closing from now on.
        let taken = judged.iter().filter(|line| !matches!(line.work, Work::Leave));
        let marks = closed_profiles.marks(taken.map(|line| line.entry));
        if marks != router.closed_marks {
            store::routers::set_closed_marks(&mut tx, router.id, &marks).await?;
        }
        let mut done = ImportedLines {
            packages: packages.made.len(),
            mappings: packages.mapped,
            ..ImportedLines::default()
        };
        let mut writing = Writing {
            tx: &mut tx,
            call,
            router: &router,
            book: &book,
            rows: Vec::new(),
            links: Vec::new(),
            seen: Vec::new(),
        };
        writing.write(judged, &mut done).await?;
        let Writing {
            rows, links, seen, ..
        } = writing;
        let found = Look {
            seen,
            missing: Vec::new(),
        };
        seen::look(&mut tx, router.id, found, call.now).await?;
        // What was made for nobody can be taken back as well.
        if !rows.is_empty() || !links.is_empty() || !packages.made.is_empty() {
            let name = format!("Router {}", router.details.name);
            let who = call.actor.label();
            let batch_id = store::import_batches::insert(&mut tx, &name, &rows, 0, who, call.now).await?;
            store::import_links::insert(&mut tx, batch_id, &links).await?;
            store::import_batches::set_packages(&mut tx, batch_id, &packages.made).await?;
            let message = (
                format!(
                    "{} jalur dari router {} menjadi pelanggan, {} dicatat pada pelanggan yang ada",
                    done.created, router.details.name, done.matched
                ),
                format!(
                    "{} lines of router {} became customers, {} were recorded with known ones",
                    done.created, router.details.name, done.matched
                ),
            );
            let entry = LogEntry::done("router_lines_imported", message)
                .about("import", batch_id, name)
                .detail(json!({
                    "router_id": router.id, "created": done.created, "matched": done.matched, "closed": done.closed,
                    "set_aside": done.set_aside,
                    "already": done.already, "left": done.left, "packages": done.packages,
                    "mappings": done.mappings,
                }));
            logs::record(&mut tx, call, entry).await?;
            done.batch_id = Some(batch_id);
        }
        tx.commit().await?;
        Ok(done)
    }
}

/// The writing of an import, line by line.
struct Writing<'a> {
    tx: &'a mut Tx,
    call: &'a Call<'a>,
    router: &'a Router,
    book: &'a CustomerBook,
    rows: Vec<ImportRow>,
    links: Vec<store::import_links::ImportLink>,
    seen: Vec<Seen>,
}

impl Writing<'_> {
    async fn write(&mut self, judged: Vec<Judged<'_>>, done: &mut ImportedLines) -> Result<()> {
        let brought = judged.iter().filter_map(|line| match &line.work {
            Work::Create(details) => Some(details.customer_no.as_str()),
            _ => None,
        });
        reserve_numbers(self.tx, brought).await?;
        for line in judged {
            let Judged {
                place,
                entry,
                work,
                closing,
            } = line;
            let (outcome, customer) = match work {
                Work::Leave => (LineOutcome::Left, None),
                Work::Already(id) => {
                    let customer = self.book.by_id(id);
                    let number = customer.map(|customer| customer.details.customer_no.clone());
                    (LineOutcome::Already, number.map(|number| (id, number)))
                }
                Work::Create(details) => {
                    let created = self.create(place, entry, *details, closing).await?;
                    (LineOutcome::Created, Some(created))
                }
                Work::Match(customer, details) => {
                    let number = details.customer_no.clone();
                    let id = customer.id;
                    let keep_closed = closing != Closing::No;
                    self.match_line(entry, *customer, *details, keep_closed, done)
                        .await?;
                    (LineOutcome::Matched, Some((id, number)))
                }
            };
            *match outcome {
                LineOutcome::Created => &mut done.created,
                LineOutcome::Matched => &mut done.matched,
                LineOutcome::Already => &mut done.already,
                LineOutcome::Left => &mut done.left,
            } += 1;
            if outcome == LineOutcome::Created {
                done.closed += usize::from(closing == Closing::Override);
                done.set_aside += usize::from(closing == Closing::SetAside);
            }
            let (customer_id, customer_no) = customer.unzip();
            done.lines.push(ImportedLine {
                key: entry.key.clone(),
                outcome,
                customer_id,
                customer_no,
            });
        }
        Ok(())
    }

    async fn create(
        &mut self,
        place: usize,
        entry: &Entry,
        mut details: Details,
        closing: Closing,
    ) -> Result<(i64, String)> {
        let is_taken = details.customer_no.is_empty()
            || store::customers::find_by_no(self.tx, &details.customer_no)
                .await?
                .is_some();
        if is_taken {
            details.customer_no = next_number(self.tx).await?;
        }
        // Who stands on a router is served already: active, though nothing is billed before the first day.
        let standing = match closing {
            Closing::No => Standing::of(CustomerStatus::Active),
            Closing::Override => Standing {
                isolation_reason: Some(words::told_closing(entry.closed, entry).held()),
                ..Standing::of(CustomerStatus::Isolated)
            },
            Closing::SetAside => Standing {
                paused_from: Some(self.call.today),
                ..Standing::of(CustomerStatus::Suspended)
            },
        };
        let id = store::customers::insert(self.tx, &details, &standing, self.call.now).await?;
        let key = self.call.office.key();
        if let Some(sealed) = sealed_password(entry.password.as_ref(), id, key)? {
            store::customers::set_sealed_password(self.tx, id, &sealed).await?;
        }
        match closing {
            Closing::No => {}
            Closing::Override => {
                self.keep_closed(id, &details.name, entry).await?;
            }
            Closing::SetAside => self.said_set_aside(id, &details.name, entry).await?,
        }
        self.see(id, entry);
        self.rows.push(ImportRow {
            line_no: i64::try_from(place).map_err(Error::fault)? + 1,
            customer_id: id,
        });
        Ok((id, details.customer_no))
    }

    async fn match_line(
        &mut self,
        entry: &Entry,
        customer: store::customers::Customer,
        mut details: Details,
        keep_closed: bool,
        done: &mut ImportedLines,
    ) -> Result<()> {
        let id = customer.id;
        if details.pppoe_password.is_none() {
            details.pppoe_password = sealed_password(entry.password.as_ref(), id, self.call.office.key())?;
        }
        let in_force = store::overrides::in_force(self.tx, id, self.call.today).await?;
        // A line that the office itself has closed, or about which somebody has decided, needs no further word.
        let is_settled = in_force.is_some() || customer.standing.status == CustomerStatus::Isolated;
        let override_id = if keep_closed && !is_settled {
            done.closed += 1;
            Some(self.keep_closed(id, &details.name, entry).await?)
        } else {
            None
        };
        let given = Link {
            customer,
            details,
            override_id,
        };
        let written = link(self.tx, self.call, given, entry).await?;
        self.links.push(written);
        self.see(id, entry);
        Ok(())
    }

    /// Keeps a line closed that somebody closed on the router, above the ledger, until somebody opens it.
    async fn keep_closed(&mut self, customer_id: i64, name: &str, entry: &Entry) -> Result<i64> {
        let who = self.call.actor.label();
        let why = words::told_closing(entry.closed, entry);
        let reason = why.kept();
        let word = NewOverride {
            customer_id,
            verdict: OverrideVerdict::Closed,
            reason: &reason,
            until: None,
            created_by: who,
        };
        let id = store::overrides::set(self.tx, &word, self.call.now).await?;
        let said = access::override_said(OverrideVerdict::Closed, who, &why);
        let entry = LogEntry::done("override_set", said)
            .about("customer", customer_id, name)
            .detail(json!({ "verdict": OverrideVerdict::Closed, "until": null, "line": entry.key }));
        logs::record(self.tx, self.call, entry).await?;
        Ok(id)
    }

    /// The log's word of a line that was closed on the router and is not billed until somebody takes it up.
    async fn said_set_aside(&mut self, customer_id: i64, name: &str, entry: &Entry) -> Result<()> {
        let why = words::told_closing(entry.closed, entry);
        let said = (
            format!("Cuti sejak diimpor, tidak ditagih: {}", why.id),
            format!("Set aside since the import, not billed: {}", why.en),
        );
        let log = LogEntry::done("line_paused", said)
            .about("customer", customer_id, name)
            .detail(json!({ "from": self.call.today, "until": null, "line": entry.key }));
        logs::record(self.tx, self.call, log).await
    }

    fn see(&mut self, customer_id: i64, entry: &Entry) {
        let observed = match entry.closed {
            Some(_) => Observed::Closed,
            None => entry.said.observed(self.router),
        };
        self.seen.push(Seen {
            customer_id,
            observed,
            said: entry.said.clone(),
        });
    }
}
