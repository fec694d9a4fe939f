//! An office that watches a router, and the short words of these tests.

use billing::{ConnectionType, RouterMode, Rupiah};
use office::customers::{AddCustomer, CustomerFields, CustomerView};
use office::onboarding::{
    ImportRouterLines, ImportedLines, LineAction, LineDecision, NewMapping, NewPackage, PreviewRouterLines,
    Proposed, RouterLine, RouterLines,
};
use office::routers::AddRouter;
use office::{Actor, Error};
use secrecy::SecretString;
use simulators::router::{Router, RouterSpec, RunningRouter};
use store::customers::Customer;

use crate::desk::Desk;
use crate::engine::Engine;

/// What every new package costs here.
pub(crate) const PRICE: Rupiah = Rupiah(165_000);

/// An office that only watches its router.
pub(crate) async fn watching(on: &Engine) -> Desk {
    Desk::watching(on).await
}

pub(crate) async fn look(desk: &Desk) -> RouterLines {
    look_at(desk, desk.router_id).await.unwrap()
}

pub(crate) async fn look_at(desk: &Desk, router_id: i64) -> Result<RouterLines, Error> {
    let preview = PreviewRouterLines {
        router_id,
        ..PreviewRouterLines::default()
    };
    desk.office.perform(&Actor::console(), preview).await
}

pub(crate) fn line<'a>(lines: &'a RouterLines, key: &str) -> &'a RouterLine {
    let found = lines.lines.iter().find(|line| line.key == key);
    found.unwrap_or_else(|| {
        let keys: Vec<&str> = lines.lines.iter().map(|line| line.key.as_str()).collect();
        panic!("no line {key} among {keys:?}")
    })
}

/// What is proposed for a line, and by which word.
pub(crate) fn proposal<'a>(lines: &'a RouterLines, key: &str) -> (Proposed, Option<i64>, &'a str) {
    let proposal = &line(lines, key).proposal;
    (proposal.action, proposal.customer_id, &proposal.code)
}

pub(crate) fn decision(line: &RouterLine, action: LineAction) -> LineDecision {
    LineDecision {
        key: line.key.clone(),
        digest: Some(line.digest.clone()),
        action,
        customer_id: None,
        package_id: None,
        new_package: None,
        name: None,
        phone: None,
        address: None,
        area_id: None,
        billing_start: None,
        billing_day: None,
        keep_closed: None,
        bill_closed: None,
        replace_line: None,
    }
}

/// A request that decides nothing yet.
pub(crate) fn request(desk: &Desk, lines: Vec<LineDecision>) -> ImportRouterLines {
    ImportRouterLines {
        router_id: desk.router_id,
        billing_start: None,
        billing_day: None,
        taxed: None,
        keep_passwords: None,
        bill_closed: None,
        closed_profiles: Vec::new(),
        open_profiles: Vec::new(),
        packages: Vec::new(),
        mappings: Vec::new(),
        lines,
    }
}

/// Everything as it is proposed: what a person does who finds nothing to correct. Where nothing tells the package it is
/// the office's own, and what is left to a person is left.
pub(crate) fn accepted(desk: &Desk, lines: &RouterLines) -> ImportRouterLines {
    let mut packages = Vec::new();
    let mut mappings = Vec::new();
    let mut of_group = std::collections::HashMap::new();
    for group in &lines.groups {
        let new_package = group.new_package.as_ref().map(|new| {
            packages.push(NewPackage {
                code: new.code.clone(),
                name: new.name.clone(),
                speed_download: new.speed_download.unwrap_or(1_000),
                speed_upload: new.speed_upload.unwrap_or(1_000),
                price: PRICE,
            });
            packages.len() - 1
        });
        if let Some(profile) = group.profile.as_ref().filter(|_| group.map_profile) {
            mappings.push(NewMapping {
                profile: profile.clone(),
                package_id: group.package_id,
                new_package,
            });
        }
        of_group.insert(group.key.as_str(), (group.package_id, new_package));
    }
    let decisions = lines
        .lines
        .iter()
        .map(|line| {
            let own = (Some(desk.package_id), None);
            let (package_id, new_package) = line
                .group
                .as_deref()
                .and_then(|group| of_group.get(group).copied())
                .filter(|(old, new)| old.is_some() || new.is_some())
                .unwrap_or(own);
            match line.proposal.action {
                Proposed::Create => LineDecision {
                    package_id,
                    new_package,
                    ..decision(line, LineAction::Create)
                },
                Proposed::Match => LineDecision {
                    customer_id: line.proposal.customer_id,
                    ..decision(line, LineAction::Match)
                },
                Proposed::Leave | Proposed::Choose => decision(line, LineAction::Leave),
            }
        })
        .collect();
    ImportRouterLines {
        packages,
        mappings,
        ..request(desk, decisions)
    }
}

pub(crate) async fn take_in(desk: &Desk, request: ImportRouterLines) -> Result<ImportedLines, Error> {
    desk.office.perform(&Actor::console(), request).await
}

/// A customer without a line.
pub(crate) fn person(desk: &Desk, name: &str) -> CustomerFields {
    CustomerFields {
        name: Some(name.into()),
        package_id: Some(desk.package_id),
        connection_type: Some(ConnectionType::Pppoe),
        ..CustomerFields::default()
    }
}

pub(crate) async fn add(desk: &Desk, fields: CustomerFields) -> CustomerView {
    desk.office
        .perform(&Actor::console(), AddCustomer(fields))
        .await
        .unwrap()
}

pub(crate) async fn customer(desk: &Desk, id: i64) -> Option<Customer> {
    let mut tx = desk.office.store().read().await.unwrap();
    store::customers::find(&mut tx, id).await.unwrap()
}

/// How many customers there are, former ones too.
pub(crate) async fn customers(desk: &Desk) -> i64 {
    let mut tx = desk.office.store().read().await.unwrap();
    let counts = store::customers::count_by_status(&mut tx).await.unwrap();
    counts.into_iter().map(|(_, customers)| customers).sum()
}

/// A further router that the office watches.
pub(crate) async fn second_router(desk: &Desk) -> (RunningRouter, i64) {
    let router = Router::start(RouterSpec::default()).await.unwrap();
    let request = AddRouter {
        name: "Gedung B".into(),
        host: "127.0.0.1".into(),
        port: Some(i64::from(router.addr().port())),
        tls: Some(false),
        username: "admin".into(),
        password: SecretString::from(""),
        mode: Some(RouterMode::Observe),
        isolated_profile: None,
        static_isolation: None,
        is_active: None,
        timeout_ms: None,
        attempts: None,
        max_in_flight: None,
        default_profile: None,
        profile_local_address: None,
        profile_remote_address: None,
    };
    let id = desk.office.perform(&Actor::console(), request).await.unwrap().id;
    (router, id)
}

/// How many commands changed something on the router.
pub(crate) fn writes(router: &RunningRouter) -> u64 {
    let log = router.command_log();
    log.counts
        .iter()
        .filter(|(word, _)| !word.ends_with("/print") && *word != "/login")
        .map(|(_, times)| times)
        .sum()
}
