//! A person's decisions against what the router and the office say now: each becomes a piece of work, or a problem beside
//! its line. Nothing is written here.

use std::collections::{HashMap, HashSet};

use billing::{BillingDay, BillingMode, ConnectionType, PaymentBehavior};
use store::customers::{Customer, Details};

use crate::customers::CustomerFields;
use crate::error::{FormCheck, Sentence};
use crate::office::Call;
use crate::onboarding::book::{CustomerBook, line_of};
use crate::onboarding::closing::Closing;
use crate::onboarding::decisions::{ImportRouterLines, LineAction, LineDecision};
use crate::onboarding::entry::{Entry, Source};
use crate::onboarding::line_name::guess;
use crate::onboarding::linking::put_line;
use crate::onboarding::packages::Packages;
use crate::onboarding::preview::usual_start;

/// The longest name of a line that a record holds.
const LONGEST_USER_NAME: usize = 100;

/// What is to be done with a line.
pub(super) enum Work {
    /// Nothing: a customer has it already.
    Already(i64),
    /// Nothing: it is left.
    Leave,
    /// A new customer, still without a number unless the comment had one.
    Create(Box<Details>),
    /// This customer gets it.
    Match(Box<Customer>, Box<Details>),
}

/// A line and what is to be done with it.
pub(super) struct Judged<'a> {
    /// Its place in the request, from 0.
    pub place: usize,
    pub entry: &'a Entry,
    pub work: Work,
    /// How it stays closed.
    pub closing: Closing,
}

/// What decisions are judged by.
pub(super) struct Judge<'a> {
    pub call: &'a Call<'a>,
    pub router_id: i64,
    pub entries: &'a [Entry],
    pub book: &'a CustomerBook,
    pub packages: &'a Packages,
    pub areas: &'a HashSet<i64>,
}

/// What the decisions so far have claimed, and what is wrong with them.
struct Claims<'f> {
    form: &'f mut FormCheck,
    /// Lines that are not what they were when they were looked at.
    changed: usize,
    keys: HashSet<String>,
    customers: HashSet<i64>,
    users: HashSet<String>,
    addresses: HashSet<String>,
    numbers: HashSet<String>,
}

impl Claims<'_> {
    fn refuse(&mut self, at: &str, field: &str, code: &'static str, id: &str, en: &str) {
        self.form.refuse(format!("{at}.{field}"), code, id, en);
    }
}

impl<'a> Judge<'a> {
    /// Judges every decision; what is wrong stands in the form, beside `lines[n]`. Gives the work, and how many lines are
    /// not what they were when they were looked at.
    pub(super) fn all(&self, request: &ImportRouterLines, form: &mut FormCheck) -> (Vec<Judged<'a>>, usize) {
        let by_key: HashMap<&str, &Entry> = self
            .entries
            .iter()
            .map(|entry| (entry.key.as_str(), entry))
            .collect();
        let mut claims = Claims {
            form,
            changed: 0,
            keys: HashSet::new(),
            customers: HashSet::new(),
            users: HashSet::new(),
            addresses: HashSet::new(),
            numbers: HashSet::new(),
        };
        let mut judged = Vec::with_capacity(request.lines.len());
        for (place, decision) in request.lines.iter().enumerate() {
            let at = format!("lines[{place}]");
            if !claims.keys.insert(decision.key.clone()) {
                claims.refuse(
                    &at,
                    "key",
                    "line_twice",
                    "Jalur ini disebut dua kali.",
                    "This line is named twice.",
                );
                continue;
            }
            let Some(entry) = by_key.get(decision.key.as_str()).copied() else {
                if decision.action != LineAction::Leave {
                    claims.changed += 1;
                    claims.refuse(
                        &at,
                        "key",
                        "line_gone",
                        "Jalur ini sudah tidak ada di router.",
                        "The router does not have this line any more.",
                    );
                }
                continue;
            };
            if let Some(work) = self.work(entry, decision, request, &at, &mut claims) {
                judged.push(Judged {
                    place,
                    entry,
                    work,
                    closing: Closing::of(entry, decision, request),
                });
            }
        }
        (judged, claims.changed)
    }

    fn work(
        &self,
        entry: &Entry,
        decision: &LineDecision,
        request: &ImportRouterLines,
        at: &str,
        claims: &mut Claims<'_>,
    ) -> Option<Work> {
        if decision.action == LineAction::Leave {
            return Some(Work::Leave);
        }
        let holder = self.book.holder(entry, self.router_id);
        match (decision.action, holder) {
            (LineAction::Create, Some(holder)) => return Some(Work::Already(holder.id)),
            (LineAction::Match, Some(holder)) if decision.customer_id == Some(holder.id) => {
                return Some(Work::Already(holder.id));
            }
            (LineAction::Match, Some(holder)) => {
                let number = &holder.details.customer_no;
                claims.form.refuse(
                    format!("{at}.customer_id"),
                    "line_taken",
                    format!("Jalur ini sudah tercatat pada pelanggan {number}."),
                    format!("The customer {number} has this line already."),
                );
                return None;
            }
            _ => {}
        }
        match decision.digest.as_deref() {
            None => {
                claims.refuse(
                    at,
                    "digest",
                    "required",
                    "Sertakan sidik dari pratinjau.",
                    "Give the digest of the preview.",
                );
                return None;
            }
            Some(digest) if digest != entry.digest => {
                claims.changed += 1;
                claims.refuse(
                    at,
                    "digest",
                    "line_changed",
                    "Jalur ini berubah di router sejak pratinjau.",
                    "This line has changed on the router since the preview.",
                );
                return None;
            }
            Some(_) => {}
        }
        if !self.is_free(entry, at, claims) {
            return None;
        }
        match decision.action {
            LineAction::Create => self.create(entry, decision, request, at, claims),
            LineAction::Match => self.matched(entry, decision, at, claims),
            LineAction::Leave => Some(Work::Leave),
        }
    }

    /// Whether a record may have the line's name and address: a router has each once.
    fn is_free(&self, entry: &Entry, at: &str, claims: &mut Claims<'_>) -> bool {
        let here = |customer: &Customer| customer.details.router_id == Some(self.router_id);
        if let Some(user) = &entry.user_name {
            if user.chars().count() > LONGEST_USER_NAME || user.chars().any(char::is_control) {
                claims.refuse(
                    at,
                    "key",
                    "user_name_unusable",
                    "Nama pengguna terlalu panjang atau memuat tanda yang tidak terbaca; ganti di router.",
                    "The user name is too long or holds unreadable characters; change it on the router.",
                );
                return false;
            }
            if self.book.with_user(user).any(here) || !claims.users.insert(user.clone()) {
                claims.refuse(
                    at,
                    "key",
                    "user_name_taken",
                    "Nama pengguna ini sudah dipakai jalur lain di router ini.",
                    "Another line of this router has this user name.",
                );
                return false;
            }
        }
        if matches!(entry.source, Source::Arp | Source::Lease)
            && let Some(address) = &entry.address
            && (self.book.with_address(address).any(here) || !claims.addresses.insert(address.clone()))
        {
            claims.refuse(
                at,
                "key",
                "address_taken",
                "Alamat ini sudah dipakai jalur lain di router ini.",
                "Another line of this router has this address.",
            );
            return false;
        }
        true
    }

    fn create(
        &self,
        entry: &Entry,
        decision: &LineDecision,
        request: &ImportRouterLines,
        at: &str,
        claims: &mut Claims<'_>,
    ) -> Option<Work> {
        let guess = guess(entry);
        let mut own = FormCheck::new();
        let package_id = self
            .packages
            .named(decision.package_id, decision.new_package, at, claims.form);
        if !Packages::is_named(decision.package_id, decision.new_package) {
            own.refuse(
                "package_id",
                "required",
                "Paket wajib diisi.",
                "The package must be filled in.",
            );
        }
        if decision.area_id.is_some_and(|id| !self.areas.contains(&id)) {
            own.refuse(
                "area_id",
                "not_found",
                "Pilihan ini tidak ada lagi.",
                "This choice does not exist any more.",
            );
        }
        let day = decision.billing_day.or(request.billing_day);
        let usual = BillingDay::new(day.unwrap_or(1)).unwrap_or_default();
        let start = decision.billing_start.or(request.billing_start);
        let fields = CustomerFields {
            name: Some(decision.name.clone().or(guess.name).unwrap_or_default()),
            phone: Some(decision.phone.clone().unwrap_or(guess.phone)),
            address: Some(decision.address.clone().unwrap_or(guess.address)),
            area_id: Some(decision.area_id),
            billing_day: day,
            billing_start: Some(start.unwrap_or_else(|| usual_start(self.call.today, usual))),
            taxed: request.taxed,
            ..CustomerFields::default()
        };
        let mut details = fields.apply(blank(self.call), &mut own);
        put_line(entry, self.router_id, &mut details);
        let is_fine = move_problems(own, at, claims.form);
        details.package_id = package_id?;
        // A number that our own mark brings is used if nobody has it; a former customer may, which is known later.
        if let Some(number) = guess.customer_no
            && self.book.by_number(&number).is_none()
            && claims.numbers.insert(number.to_lowercase())
        {
            details.customer_no = number;
        }
        is_fine.then(|| Work::Create(Box::new(details)))
    }

    fn matched(
        &self,
        entry: &Entry,
        decision: &LineDecision,
        at: &str,
        claims: &mut Claims<'_>,
    ) -> Option<Work> {
        let Some(customer) = decision.customer_id.and_then(|id| self.book.by_id(id)) else {
            claims.refuse(
                at,
                "customer_id",
                "not_found",
                "Pilih pelanggan yang masih ada.",
                "Choose a customer that exists.",
            );
            return None;
        };
        if !claims.customers.insert(customer.id) {
            claims.refuse(
                at,
                "customer_id",
                "customer_twice",
                "Pelanggan ini sudah dipilih untuk jalur lain; satu pelanggan satu jalur.",
                "This customer was chosen for another line; a customer has one line.",
            );
            return None;
        }
        let is_same_user = customer.details.router_id.is_none()
            && customer.details.pppoe_username.is_some()
            && customer.details.pppoe_username == entry.user_name;
        if let Some(line) = line_of(customer)
            && !is_same_user
            && !decision.replace_line.unwrap_or(false)
        {
            claims.form.refuse(
                format!("{at}.customer_id"),
                "customer_has_line",
                format!("Pelanggan ini sudah punya jalur {line}; buat pelanggan baru, atau ganti jalurnya."),
                format!("This customer has the line {line}; make a new customer, or replace the line."),
            );
            return None;
        }
        let mut details = customer.details.clone();
        put_line(entry, self.router_id, &mut details);
        if Packages::is_named(decision.package_id, decision.new_package) {
            details.package_id =
                self.packages
                    .named(decision.package_id, decision.new_package, at, claims.form)?;
        }
        Some(Work::Match(Box::new(customer.clone()), Box::new(details)))
    }
}

/// Moves what is wrong with one line to where the whole request hears it; whether nothing was.
fn move_problems(own: FormCheck, at: &str, form: &mut FormCheck) -> bool {
    let Err(refused) = own.finish() else { return true };
    for problem in refused.fields {
        let message = match (problem.field.as_str(), problem.code) {
            ("name", "required") => Sentence::new(
                "Nama pelanggan wajib diisi.",
                "The customer's name must be filled in.",
            ),
            _ => problem.message,
        };
        form.refuse(
            format!("{at}.{}", problem.field),
            problem.code,
            message.id,
            message.en,
        );
    }
    false
}

/// A customer of whom nothing is known yet.
fn blank(call: &Call<'_>) -> Details {
    Details {
        customer_no: String::new(),
        name: String::new(),
        phone: None,
        address: None,
        area_id: None,
        odp: None,
        collector_id: None,
        package_id: 0,
        router_id: None,
        connection_type: ConnectionType::Pppoe,
        pppoe_username: None,
        pppoe_password: None,
        static_ip: None,
        mac_address: None,
        ont_serial: None,
        billing: BillingMode::Normal,
        billing_day: i64::from(BillingDay::default().get()),
        billing_start: call.today,
        taxed: true,
        discount_type: None,
        discount_value: 0,
        discount_reason: None,
        discount_from: None,
        discount_until: None,
        payment_behavior: PaymentBehavior::Regular,
        rapel_months: 0,
        payer_id: None,
        due_rule: None,
        exempt: false,
    }
}
