//! Money that leaks at the routers: names that can go online and that nobody is billed for, with what such a line costs a
//! month, and lines that are paid for and never went online, or are not on the router at all. It reads and reports; what
//! to do about each is a person's decision (make a customer of it, switch it off, or call on somebody).

use std::collections::HashMap;

use billing::{BillingMode, ConnectionType, CustomerStatus, Rupiah};
use jiff::civil::Date;
use routeros_api::RateLimit;
use serde::Serialize;
use store::customers::Customer;
use store::packages::Package;
use store::routers::Router;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::network::{Failure, Inventory, Passwords, WantedProfile, profile_name};
use crate::office::{Call, Request};

/// Customers that are held in memory at once.
const STRIDE: i64 = 1_000;

/// What leaks at one router, or why that cannot be told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RouterLeaks {
    /// The router.
    pub router_id: i64,
    /// Its name.
    pub router: String,
    /// When it was read, epoch milliseconds; `null` where it could not be read.
    pub read_at: Option<i64>,
    /// Why it could not be read.
    pub error: Option<String>,
    /// Secrets that can go online and that nobody is billed for.
    pub unbilled: Vec<UnbilledSecret>,
    /// What those of a known package would bring a month, rupiah.
    pub worth: Rupiah,
    /// How many of them have no known package, and so no worth.
    pub of_unknown_worth: u64,
    /// Lines that are billed and never went online, though the router has their secret.
    pub never_online: Vec<BilledLine>,
    /// Lines that are billed and whose secret the router does not have; whether they were online before it cannot say.
    pub missing: Vec<BilledLine>,
}

/// A secret that nobody is billed for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UnbilledSecret {
    /// Its name.
    pub name: String,
    /// Its profile.
    pub profile: String,
    /// Its comment.
    pub comment: Option<String>,
    /// Whether it is online now.
    pub online: bool,
    /// When its last session ended, by the router's clock.
    #[schema(value_type = Option<String>)]
    pub last_logged_out: Option<jiff::civil::DateTime>,
    /// The package of its profile.
    pub package_id: Option<i64>,
    /// What the package costs a month, rupiah; `null` where no package fits.
    pub worth: Option<Rupiah>,
}

/// A line that is billed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BilledLine {
    /// Whose line.
    pub customer_id: i64,
    /// The customer's number.
    pub customer_no: String,
    /// The customer's name.
    pub name: String,
    /// The secret's name.
    pub pppoe_username: String,
    /// Since when it is billed.
    #[schema(value_type = String, format = Date)]
    pub billing_start: Date,
}

/// Reads every router that is in use and tells what leaks there. A router that cannot be read has its reason beside it.
#[derive(Clone, Copy, Debug)]
pub struct ReadLeaks {
    /// Only this router.
    pub router_id: Option<i64>,
}

impl Request for ReadLeaks {
    const ABILITY: Ability = Ability::NetworkRead;
    type Answer = Vec<RouterLeaks>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<RouterLeaks>> {
        let mut tx = call.read().await?;
        let routers: Vec<Router> = store::routers::all(&mut tx)
            .await?
            .into_iter()
            .filter(|router| router.details.is_active)
            .filter(|router| self.router_id.is_none_or(|id| router.id == id))
            .collect();
        if routers.is_empty() && self.router_id.is_some() {
            return Err(Error::missing("Router", "router"));
        }
        let packages = store::packages::all(&mut tx).await?;
        let mut lines = by_router(&mut tx).await?;
        let mut worths = HashMap::new();
        for router in &routers {
            worths.insert(router.id, Worths::of(&mut tx, router.id, &packages).await?);
        }
        drop(tx);
        let reads = routers.iter().map(|router| async move {
            let read = match call.office.network().glance(call.office, router.id).await {
                Ok(session) => Inventory::read(&session, Passwords::Left).await,
                Err(failure) => Err(failure),
            };
            (router, read)
        });
        let mut leaks = Vec::with_capacity(routers.len());
        for (router, read) in futures::future::join_all(reads).await {
            let lines = lines.remove(&router.id).unwrap_or_default();
            let worths = worths.remove(&router.id).unwrap_or_default();
            leaks.push(match read {
                Ok(inventory) => found(call, router, &inventory, &lines, &worths),
                Err(failure) => unread(call, router, &failure),
            });
        }
        Ok(leaks)
    }
}

fn unread(call: &Call<'_>, router: &Router, failure: &Failure) -> RouterLeaks {
    RouterLeaks {
        router_id: router.id,
        router: router.details.name.clone(),
        read_at: None,
        error: Some(call.told(&failure.sentence())),
        unbilled: Vec::new(),
        worth: Rupiah::ZERO,
        of_unknown_worth: 0,
        never_online: Vec::new(),
        missing: Vec::new(),
    }
}

/// The PPPoE customers who are not terminated, by router and secret.
async fn by_router(tx: &mut store::Tx) -> Result<HashMap<i64, HashMap<String, Customer>>> {
    let mut lines: HashMap<i64, HashMap<String, Customer>> = HashMap::new();
    let mut last = 0;
    loop {
        let stride = store::customers::after(tx, last, STRIDE).await?;
        let Some(end) = stride.last() else {
            return Ok(lines);
        };
        last = end.id;
        for customer in stride {
            // A hotspot user's name stands in the same field and says nothing about a secret.
            if let (ConnectionType::Pppoe, Some(router_id), Some(name)) = (
                customer.details.connection_type,
                customer.details.router_id,
                customer.details.pppoe_username.clone(),
            ) {
                lines.entry(router_id).or_default().insert(name, customer);
            }
        }
    }
}

fn found(
    call: &Call<'_>,
    router: &Router,
    inventory: &Inventory,
    lines: &HashMap<String, Customer>,
    worths: &Worths,
) -> RouterLeaks {
    let isolated = router.details.isolated_profile.as_str();
    let limits: HashMap<&str, Option<RateLimit>> = inventory
        .profiles
        .iter()
        .map(|profile| {
            let limit = profile.rate_limit.as_deref().and_then(|limit| limit.parse().ok());
            (profile.name.as_str(), limit)
        })
        .collect();
    let mut unbilled: Vec<UnbilledSecret> = inventory
        .secrets
        .iter()
        .filter(|secret| matches!(secret.service.as_str(), "pppoe" | "any"))
        .filter(|secret| !secret.disabled && secret.profile != isolated)
        .filter(|secret| !lines.contains_key(&secret.name))
        .map(|secret| {
            let limit = limits.get(secret.profile.as_str()).copied().flatten();
            let package = worths.package(&secret.profile, limit);
            UnbilledSecret {
                name: secret.name.clone(),
                profile: secret.profile.clone(),
                comment: secret.comment.clone(),
                online: inventory.sessions.contains_key(&secret.name),
                last_logged_out: secret.last_logged_out,
                package_id: package.map(|(id, _)| id),
                worth: package.map(|(_, price)| price),
            }
        })
        .collect();
    unbilled.sort_by(|a, b| b.worth.cmp(&a.worth).then_with(|| a.name.cmp(&b.name)));
    let secrets: HashMap<&str, bool> = inventory
        .secrets
        .iter()
        .map(|secret| (secret.name.as_str(), secret.last_logged_out.is_some()))
        .collect();
    let (mut never_online, mut missing) = (Vec::new(), Vec::new());
    for customer in lines.values() {
        let details = &customer.details;
        let is_billed = details.billing == BillingMode::Normal
            && customer.standing.status == CustomerStatus::Active
            && details.billing_start < call.today;
        let Some(name) = details.pppoe_username.as_deref().filter(|_| is_billed) else {
            continue;
        };
        let silent = match secrets.get(name) {
            _ if inventory.sessions.contains_key(name) => continue,
            Some(true) => continue,
            Some(false) => &mut never_online,
            None => &mut missing,
        };
        silent.push(BilledLine {
            customer_id: customer.id,
            customer_no: details.customer_no.clone(),
            name: details.name.clone(),
            pppoe_username: name.to_owned(),
            billing_start: details.billing_start,
        });
    }
    for silent in [&mut never_online, &mut missing] {
        silent.sort_by(|a, b| a.customer_no.cmp(&b.customer_no));
    }
    RouterLeaks {
        router_id: router.id,
        router: router.details.name.clone(),
        read_at: Some(call.now.as_millisecond()),
        error: None,
        worth: unbilled.iter().filter_map(|secret| secret.worth).sum(),
        of_unknown_worth: unbilled.iter().filter(|secret| secret.worth.is_none()).count() as u64,
        unbilled,
        never_online,
        missing,
    }
}

/// What a profile of a router is worth: the price of the package that it stands for.
#[derive(Default)]
struct Worths {
    by_profile: HashMap<String, (i64, Rupiah)>,
    by_speed: Vec<(RateLimit, (i64, Rupiah))>,
}

impl Worths {
    async fn of(tx: &mut store::Tx, router_id: i64, packages: &[Package]) -> Result<Worths> {
        let mut worths = Worths::default();
        for package in packages {
            let worth = (package.id, package.details.price);
            worths
                .by_profile
                .insert(profile_name(&package.details.code), worth);
            worths
                .by_speed
                .push((WantedProfile::of_package(package, None).rate, worth));
        }
        for mapped in store::packages::profiles(tx, router_id).await? {
            if let Some(package) = packages.iter().find(|package| package.id == mapped.package_id) {
                let worth = (package.id, package.details.price);
                worths.by_profile.insert(mapped.profile, worth);
            }
        }
        Ok(worths)
    }

    fn package(&self, profile: &str, limit: Option<RateLimit>) -> Option<(i64, Rupiah)> {
        let by_name = self.by_profile.get(profile).copied();
        by_name.or_else(|| {
            let limit = limit?;
            let mut of_speed = self.by_speed.iter().filter(|(rate, _)| *rate == limit);
            // Two packages of one speed may have two prices: the speed alone tells none then.
            match (of_speed.next(), of_speed.next()) {
                (Some((_, worth)), None) => Some(*worth),
                _ => None,
            }
        })
    }
}
