//! The page's answer to a visitor: the office's card for everybody, and a customer's own standing for whoever is known by
//! the line's address or names both the customer number and the end of the phone number. It is no `Request`: a visitor is
//! nobody and has no ability, and nothing here writes.

use std::net::IpAddr;
use std::sync::Arc;

use billing::phone;

use super::guard::{Enough, Guard};
use super::standing::{self, VisitorView};
use super::visitors::{Pace, Visitors};
use crate::actor::Actor;
use crate::error::Result;
use crate::office::{Call, Office};
use crate::settings::{BankAccount, Settings};

/// The longest text of a logo, base64, that the page carries: it is read on old phones over slow lines.
const LARGEST_LOGO: usize = 60_000;

/// What a visitor says about themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// The customer number.
    pub number: String,
    /// The last four digits of the phone that the office has.
    pub digits: String,
}

/// What everybody may know of the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeCard {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Its phone, as it is printed.
    pub phone: String,
    /// The same in digits, `62…`, where it is a number.
    pub phone_digits: Option<String>,
    /// Its logo, PNG or JPEG in base64; empty when there is none or it is large.
    pub logo: String,
    /// Where money can be sent.
    pub bank_accounts: Vec<BankAccount>,
}

/// Why a claim was not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No customer has both. Which of the two is wrong is not said.
    NoMatch,
    /// Too many tries; the next may be made in so many minutes.
    TooMany {
        /// Minutes from now.
        minutes: i64,
    },
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visitor {
    /// Nobody knows; with why a claim was not believed, if one was made.
    Unknown(Option<Refusal>),
    /// A customer.
    Known(Box<VisitorView>),
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageView {
    /// The office.
    pub office: OfficeCard,
    /// The visitor.
    pub visitor: Visitor,
}

/// The page of an office. Clones are the same page: its counts and what it knows of the routers are shared.
#[derive(Clone)]
pub struct IsolationPage {
    office: Office,
    visitors: Arc<Visitors>,
    guard: Arc<Guard>,
}

impl IsolationPage {
    /// The page of this office.
    #[must_use]
    pub fn new(office: Office) -> IsolationPage {
        IsolationPage::with_pace(office, Pace::default())
    }

    /// The page that asks the routers at this pace.
    #[must_use]
    pub fn with_pace(office: Office, pace: Pace) -> IsolationPage {
        IsolationPage {
            office,
            visitors: Arc::new(Visitors::new(pace)),
            guard: Arc::default(),
        }
    }

    /// The office whose page it is.
    #[must_use]
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// The page for nobody in particular, where the records cannot be read.
    #[must_use]
    pub fn without_visitor(&self) -> PageView {
        PageView {
            office: card(&self.office.settings().borrow()),
            visitor: Visitor::Unknown(None),
        }
    }

    /// Answers a visitor at `source`.
    ///
    /// # Errors
    /// When the database cannot be read. A router that cannot be asked is no error: the visitor is unknown then.
    pub async fn answer(&self, source: IpAddr, claim: Option<Claim>) -> Result<PageView> {
        let stranger = Actor::stranger();
        let call = self.office.call(&stranger).await;
        let claim = claim.filter(|claim| !claim.number.trim().is_empty() || !claim.digits.trim().is_empty());
        let known = match claim {
            Some(claim) => self.claimed(&call, source, &claim).await?,
            None => self.visitors.customer(&self.office, source).await?.ok_or(None),
        };
        let visitor = match known {
            Err(refusal) => Visitor::Unknown(refusal),
            Ok(customer_id) => {
                let mut tx = call.read().await?;
                match standing::of_customer(&mut tx, &call, customer_id).await? {
                    Some(view) => Visitor::Known(Box::new(view)),
                    None => Visitor::Unknown(None),
                }
            }
        };
        Ok(PageView {
            office: card(&call.settings),
            visitor,
        })
    }

    /// The customer of this number whose phone ends so.
    async fn claimed(
        &self,
        call: &Call<'_>,
        source: IpAddr,
        claim: &Claim,
    ) -> Result<Result<i64, Option<Refusal>>> {
        let number = claim.number.trim();
        if let Err(Enough { minutes }) = self.guard.count(source, number, call.now) {
            return Ok(Err(Some(Refusal::TooMany { minutes })));
        }
        let mut tx = call.read().await?;
        let customer = store::customers::find_by_no(&mut tx, number).await?;
        let digits = claim.digits.trim();
        let right = customer.filter(|customer| {
            let phone = customer.details.phone.as_deref().unwrap_or_default();
            digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) && phone.ends_with(digits)
        });
        Ok(match right {
            Some(customer) => {
                self.guard.forgive(source, number);
                Ok(customer.id)
            }
            None => Err(Some(Refusal::NoMatch)),
        })
    }
}

fn card(settings: &Settings) -> OfficeCard {
    OfficeCard {
        name: settings.office_name.clone(),
        address: settings.office_address.clone(),
        phone: settings.office_phone.clone(),
        phone_digits: phone::normalise(&settings.office_phone).ok(),
        logo: Some(settings.office_logo.trim())
            .filter(|logo| logo.len() <= LARGEST_LOGO)
            .unwrap_or_default()
            .to_owned(),
        bank_accounts: settings.office_bank_accounts.clone(),
    }
}
