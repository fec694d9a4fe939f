//! What the desk's database and its router show to a test.

use billing::{CustomerStatus, Observed};
use office::access::ReadPlan;
use office::jobs::{JobView, ListJobs};
use store::plans::PlanLine;

use crate::desk::{Desk, until};

impl Desk {
    pub(crate) async fn status(&self, customer_id: i64) -> CustomerStatus {
        let mut tx = self.office.store().read().await.expect("reads");
        store::customers::find(&mut tx, customer_id)
            .await
            .expect("reads")
            .expect("a customer")
            .standing
            .status
    }

    pub(crate) async fn observed(&self, customer_id: i64) -> Observed {
        let mut tx = self.office.store().read().await.expect("reads");
        store::access::find(&mut tx, customer_id)
            .await
            .expect("reads")
            .map_or(Observed::Unknown, |row| row.observed)
    }

    pub(crate) async fn job(&self, customer_id: i64) -> store::jobs::Job {
        let mut tx = self.office.store().read().await.expect("reads");
        let key = format!("access:{customer_id}");
        store::jobs::newest(&mut tx, &key)
            .await
            .expect("reads")
            .expect("a job")
    }

    pub(crate) async fn router_row(&self) -> store::routers::Router {
        let mut tx = self.office.store().read().await.expect("reads");
        store::routers::find(&mut tx, self.router_id)
            .await
            .expect("reads")
            .expect("a router")
    }

    /// Changes how the router closes lines with fixed addresses, as a person does it on its page.
    pub(crate) async fn isolates_by(&self, how: billing::StaticIsolation) {
        let change = office::routers::ChangeRouter {
            id: self.router_id,
            static_isolation: Some(how),
            ..Default::default()
        };
        self.ask(change).await.expect("the router is changed");
    }

    pub(crate) async fn acts(&self, act: &str) -> Vec<store::billing_logs::LogRow> {
        let mut tx = self.office.store().read().await.expect("reads");
        let filter = store::billing_logs::Filter {
            act: Some(act),
            limit: 500,
            ..Default::default()
        };
        store::billing_logs::list(&mut tx, &filter)
            .await
            .expect("reads")
            .items
    }

    pub(crate) async fn events(&self) -> Vec<String> {
        let mut tx = self.office.store().read().await.expect("reads");
        store::events::after(&mut tx, 0, 10_000)
            .await
            .expect("reads")
            .into_iter()
            .map(|event| event.kind)
            .collect()
    }

    pub(crate) async fn plan(&self, id: i64) -> office::access::PlanDetail {
        self.ask(ReadPlan { id }).await.expect("a plan")
    }

    pub(crate) async fn plan_line(&self, customer_id: i64) -> PlanLine {
        let mut tx = self.office.store().read().await.expect("reads");
        let lines = store::plans::lines_of_customer(&mut tx, customer_id, 1)
            .await
            .expect("reads");
        lines.into_iter().next().expect("a plan line")
    }

    pub(crate) fn profile(&self, name: &str) -> String {
        self.router.secret(name).expect("a secret").profile
    }

    /// How many commands changed something on the router.
    pub(crate) fn writes(&self) -> u64 {
        let log = self.router.command_log();
        log.counts
            .iter()
            .filter(|(word, _)| !word.ends_with("/print") && *word != "/login")
            .map(|(_, n)| n)
            .sum()
    }

    /// Waits until the customer's device is online again with this profile.
    pub(crate) async fn online_with(&self, name: &str, profile: &str) {
        until(&format!("{name} is online with {profile}"), async || {
            self.router
                .active(name)
                .is_some_and(|session| session.profile == profile)
        })
        .await;
    }

    /// The jobs of a kind, newest first.
    pub(crate) async fn jobs_of(&self, kind: &str) -> Vec<JobView> {
        let list = ListJobs {
            kind: Some(kind.to_owned()),
            ..ListJobs::default()
        };
        self.ask(list).await.expect("a list").items
    }
}
