//! What something on a router is worth a month: the price of the package that its profile or its speed stands for.

use std::collections::HashMap;

use billing::Rupiah;
use routeros_api::RateLimit;
use store::packages::Package;

use crate::error::Result;
use crate::network::{WantedProfile, profile_name};

/// The packages of a router's profiles and speeds, with their prices.
#[derive(Default)]
pub(super) struct Worths {
    by_profile: HashMap<String, (i64, Rupiah)>,
    by_speed: Vec<(RateLimit, (i64, Rupiah))>,
}

impl Worths {
    /// Reads what the office mapped on this router.
    ///
    /// # Errors
    /// Whatever the database says.
    pub(super) async fn of(tx: &mut store::Tx, router_id: i64, packages: &[Package]) -> Result<Worths> {
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

    /// The package of a profile, or else of a speed, and what it costs a month; nothing where neither tells.
    pub(super) fn package(&self, profile: Option<&str>, limit: Option<RateLimit>) -> Option<(i64, Rupiah)> {
        let by_name = profile.and_then(|profile| self.by_profile.get(profile).copied());
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
