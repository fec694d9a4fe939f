//! Taking lines in: all or none, once however often it is asked, and without anything sent to the router.

use billing::{CustomerStatus, Observed, OverrideVerdict, RouterMode};
use office::access::{Difference, ReadRouterPlan, SwitchRouterMode};
use office::invoicing::GenerateInvoices;
use office::onboarding::{
    ClosedBy, ImportRouterLines, LineAction, LineDecision, LineOutcome, NewMapping, NewPackage,
    PreviewRouterLines, Proposed,
};
use office::{Ability, Actor, Role, Who};
use simulators::router::{Profile, Secret, StaticLine};

use crate::desk::{Desk, at};
use crate::engine::{Engine, on_both};
use crate::office_with_router::{
    PRICE, accepted, add, customer, customers, decision, line, look, person, request, take_in, watching,
    writes,
};

on_both!(
    an_office_is_taken_in_as_proposed_and_the_router_then_agrees_with_the_ledger,
    nobody_is_billed_before_the_next_month,
    a_second_run_finds_everybody_and_the_same_request_twice_makes_nobody_twice,
    a_line_that_changed_since_the_preview_refuses_all,
    what_is_wrong_stands_beside_its_line_and_nothing_is_taken_in,
    a_line_that_was_closed_by_hand_stays_closed_above_the_ledger,
    a_profile_that_a_person_marks_is_the_one_of_closed_lines_and_no_package,
    passwords_are_sealed_or_left_on_the_router,
    our_own_marks_keep_their_numbers,
    whoever_may_not_make_packages_is_refused_before_anything_is_written,
);

/// Three lines, one of them closed by hand, and a fixed address.
pub(crate) fn fill(desk: &Desk) {
    desk.router.load_profiles([
        Profile::new("sepuluh", "5120k/10M"),
        Profile::new("Paket 20M", "10M/20M"),
        Profile::new("isolated", "64k/64k"),
    ]);
    desk.router.load_secrets([
        Secret::new("budi", "sandi-budi")
            .with_profile("sepuluh")
            .with_comment("Budi Santoso 0812-3456-7890"),
        Secret::new("joko", "sandi-joko")
            .with_profile("Paket 20M")
            .with_comment("Pak Joko / 081398765432 / Blok C"),
        Secret::new("tutup", "sandi-tutup")
            .with_profile("isolated")
            .with_comment("Ani Wijaya"),
    ]);
    desk.router.load_static_lines([StaticLine {
        address: "10.5.0.2".into(),
        mac_address: "02:00:00:00:00:09".into(),
        interface: "bridge1".into(),
        comment: Some("Rina".into()),
    }]);
}

async fn an_office_is_taken_in_as_proposed_and_the_router_then_agrees_with_the_ledger(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let lines = look(&desk).await;
    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    assert_eq!(
        (done.created, done.closed, done.packages, done.mappings),
        (4, 1, 1, 2)
    );
    assert!(done.batch_id.is_some());
    let of = |key: &str| {
        let line = done.lines.iter().find(|line| line.key == key).unwrap();
        line.customer_id.unwrap()
    };
    let budi = customer(&desk, of("pppoe:budi")).await.unwrap();
    assert_eq!(
        (
            budi.details.name.as_str(),
            budi.details.phone.as_deref(),
            budi.details.pppoe_username.as_deref(),
            budi.details.router_id,
            budi.details.package_id,
            budi.standing.status,
        ),
        (
            "Budi Santoso",
            Some("6281234567890"),
            Some("budi"),
            Some(desk.router_id),
            desk.package_id,
            CustomerStatus::Active
        )
    );
    let rina = customer(&desk, of("arp:10.5.0.2@bridge1")).await.unwrap();
    assert_eq!(
        (
            rina.details.static_ip.as_deref(),
            rina.details.mac_address.as_deref()
        ),
        (Some("10.5.0.2"), Some("02:00:00:00:00:09"))
    );
    let mut tx = desk.office.store().read().await.unwrap();
    let seen = store::access::find(&mut tx, budi.id).await.unwrap().unwrap();
    drop(tx);
    assert_eq!(
        seen.observed,
        Observed::Open,
        "what the router said is known at once"
    );

    let plan = ReadRouterPlan {
        router_id: desk.router_id,
    };
    let plan = desk.office.perform(&Actor::console(), plan).await.unwrap();
    for line in &plan.lines {
        // No queue limits the fixed address, which is told and not mended in passing.
        let difference = match line.name.as_str() {
            "Rina" => Difference::WrongLimit,
            _ => Difference::None,
        };
        assert_eq!(line.difference, difference, "{line:?}");
    }
    assert_eq!((plan.totals.lines, plan.totals.strangers), (4, 0));
    let manage = SwitchRouterMode {
        router_id: desk.router_id,
        mode: RouterMode::Manage,
        dry_run: false,
    };
    desk.office.perform(&Actor::console(), manage).await.unwrap();
    let mut tx = desk.office.store().read().await.unwrap();
    let words = store::overrides::history(&mut tx, of("pppoe:tutup"))
        .await
        .unwrap();
    assert_eq!(words.len(), 1, "the import's word is enough");
    assert_eq!(writes(&desk.router), 0);
}

async fn nobody_is_billed_before_the_next_month(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let lines = look(&desk).await;
    let mut request = accepted(&desk, &lines);
    request.billing_day = Some(10);
    take_in(&desk, request).await.unwrap();
    let bill = async |day: &str| {
        desk.clock.set(at(day));
        let run = GenerateInvoices {
            month: None,
            year: None,
            dry_run: false,
        };
        desk.office
            .perform(&Actor::console(), run)
            .await
            .unwrap()
            .summary
            .created
    };
    assert_eq!(bill("2026-01-15T08:00:00+07:00").await, 0);
    assert_eq!(
        bill("2026-02-09T08:00:00+07:00").await,
        0,
        "not even the days before the tenth"
    );
    assert_eq!(bill("2026-02-10T08:00:00+07:00").await, 4);
}

async fn a_second_run_finds_everybody_and_the_same_request_twice_makes_nobody_twice(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let lines = look(&desk).await;
    let first = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    let again = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    assert_eq!(
        (
            again.batch_id,
            again.created,
            again.already,
            again.packages,
            again.mappings
        ),
        (None, 0, 4, 0, 0)
    );
    let ids = |lines: &[office::onboarding::ImportedLine]| {
        lines.iter().map(|line| line.customer_id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&first.lines), ids(&again.lines));
    assert!(
        again
            .lines
            .iter()
            .all(|line| line.outcome == LineOutcome::Already)
    );
    assert_eq!(customers(&desk).await, 4);

    let lines = look(&desk).await;
    assert_eq!((lines.totals.known, lines.totals.created), (4, 0));
    assert!(
        lines
            .lines
            .iter()
            .all(|line| line.proposal.action == Proposed::Match && line.proposal.code == "same_line")
    );
    let third = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    assert_eq!((third.batch_id, third.already), (None, 4));
}

async fn a_line_that_changed_since_the_preview_refuses_all(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let lines = look(&desk).await;
    desk.router.dial("joko");
    desk.router.load_secrets([Secret::new("budi", "x")
        .with_profile("Paket 20M")
        .with_comment("Budi Santoso 0812-3456-7890")]);
    let refused = take_in(&desk, accepted(&desk, &lines)).await.unwrap_err();
    assert_eq!(refused.code, "router_lines_changed");
    let changed: Vec<(&str, &str)> = refused
        .fields
        .iter()
        .map(|field| (field.field.as_str(), field.code))
        .collect();
    let place = lines
        .lines
        .iter()
        .position(|line| line.key == "pppoe:budi")
        .unwrap();
    assert_eq!(
        changed,
        [(format!("lines[{place}].digest").as_str(), "line_changed")],
        "a session that came up is no change"
    );
    assert_eq!(customers(&desk).await, 0);
    let packages = desk
        .office
        .perform(&Actor::console(), office::catalogue::ListPackages)
        .await
        .unwrap();
    assert_eq!(
        packages.len(),
        1,
        "the packages of a refused import are not made either"
    );

    let lines = look(&desk).await;
    assert_eq!(take_in(&desk, accepted(&desk, &lines)).await.unwrap().created, 4);
}

async fn what_is_wrong_stands_beside_its_line_and_nothing_is_taken_in(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let lines = look(&desk).await;
    let of = |key: &str| decision(line(&lines, key), LineAction::Create);
    let mut wrong = request(
        &desk,
        vec![
            LineDecision {
                phone: Some(Some("nomor".into())),
                name: Some(" ".into()),
                package_id: Some(desk.package_id),
                ..of("pppoe:budi")
            },
            of("pppoe:joko"),
            LineDecision {
                package_id: Some(desk.package_id),
                new_package: Some(0),
                area_id: Some(99),
                ..of("pppoe:tutup")
            },
            LineDecision {
                action: LineAction::Match,
                customer_id: Some(4_711),
                ..of("arp:10.5.0.2@bridge1")
            },
        ],
    );
    wrong.packages.push(NewPackage {
        code: "hemat-10".into(),
        name: "Lain".into(),
        speed_download: 1,
        speed_upload: 1,
        price: PRICE,
    });
    wrong.mappings.push(NewMapping {
        profile: "tidak-ada".into(),
        package_id: Some(desk.package_id),
        new_package: None,
    });
    let refused = take_in(&desk, wrong).await.unwrap_err();
    let mut found: Vec<(&str, &str)> = refused
        .fields
        .iter()
        .map(|field| (field.field.as_str(), field.code))
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("lines[0].name", "required"),
            ("lines[0].phone", "bad_phone"),
            ("lines[1].package_id", "required"),
            ("lines[2].area_id", "not_found"),
            ("lines[2].package_id", "package_twice"),
            ("lines[3].customer_id", "not_found"),
            ("mappings[0].profile", "profile_missing"),
            ("packages[0].code", "code_taken"),
        ]
    );
    assert_eq!(customers(&desk).await, 0);
}

async fn a_line_that_was_closed_by_hand_stays_closed_above_the_ledger(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let known = add(&desk, person(&desk, "Ani Wijaya")).await;
    let lines = look(&desk).await;
    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    assert_eq!((done.created, done.matched, done.closed), (3, 1, 1));
    let mut tx = desk.office.store().read().await.unwrap();
    let today = jiff::civil::date(2026, 1, 1);
    let word = store::overrides::in_force(&mut tx, known.id, today)
        .await
        .unwrap();
    let word = word.unwrap();
    drop(tx);
    assert_eq!(word.verdict, OverrideVerdict::Closed);
    assert!(word.reason.contains("isolated"), "{}", word.reason);

    let desk = watching(&on).await;
    fill(&desk);
    let lines = look(&desk).await;
    let open = LineDecision {
        keep_closed: Some(false),
        package_id: Some(desk.package_id),
        ..decision(line(&lines, "pppoe:tutup"), LineAction::Create)
    };
    let done = take_in(&desk, request(&desk, vec![open])).await.unwrap();
    assert_eq!(done.closed, 0);
    let ani = customer(&desk, done.lines[0].customer_id.unwrap()).await.unwrap();
    assert_eq!(ani.standing.status, CustomerStatus::Active, "the person said so");
}

async fn passwords_are_sealed_or_left_on_the_router(on: Engine) {
    for keep in [true, false] {
        let desk = watching(&on).await;
        fill(&desk);
        let lines = look(&desk).await;
        let mut request = accepted(&desk, &lines);
        request.keep_passwords = Some(keep);
        let done = take_in(&desk, request).await.unwrap();
        let budi = done.lines.iter().find(|line| line.key == "pppoe:budi").unwrap();
        let budi = customer(&desk, budi.customer_id.unwrap()).await.unwrap();
        match budi.details.pppoe_password {
            Some(sealed) => assert!(keep && !sealed.contains("sandi"), "{sealed}"),
            None => assert!(!keep),
        }
    }
}

async fn our_own_marks_keep_their_numbers(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_secrets([
        Secret::new("a", "x").with_comment("Baru Sekali"),
        Secret::new("b", "x").with_comment("ID: PLG-00007 - Ibu Wati"),
        Secret::new("c", "x").with_comment("ID: PLG-00007 - Ibu Wati"),
    ]);
    let lines = look(&desk).await;
    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    let numbers: Vec<&str> = done
        .lines
        .iter()
        .map(|line| line.customer_no.as_deref().unwrap())
        .collect();
    assert_eq!(numbers, ["PLG-00008", "PLG-00007", "PLG-00009"]);
}

async fn a_profile_that_a_person_marks_is_the_one_of_closed_lines_and_no_package(on: Engine) {
    let desk = watching(&on).await;
    desk.router
        .load_profiles([Profile::new("10M", "10M/10M"), Profile::new("kusus", "2M/2M")]);
    desk.router.load_secrets([
        Secret::new("budi", "x").with_profile("10M").with_comment("Budi"),
        Secret::new("siti", "x")
            .with_profile("kusus")
            .with_comment("Siti"),
    ]);
    let unmarked = look(&desk).await;
    assert!(line(&unmarked, "pppoe:siti").closed.is_none());
    assert!(unmarked.groups.iter().any(|group| group.key == "profile:kusus"));

    let closed_profiles = vec!["kusus".to_owned()];
    let preview = PreviewRouterLines {
        router_id: desk.router_id,
        closed_profiles: closed_profiles.clone(),
        ..PreviewRouterLines::default()
    };
    let marked = desk.office.perform(&Actor::console(), preview).await.unwrap();
    let siti = line(&marked, "pppoe:siti");
    assert_eq!(
        siti.closed.as_ref().map(|closed| closed.by),
        Some(ClosedBy::IsolatedProfile)
    );
    assert_eq!(siti.group, None);
    assert_eq!(marked.groups.len(), 1, "no package for it: {:?}", marked.groups);
    assert_eq!((marked.isolated_profiles.len(), marked.totals.closed), (1, 1));

    let without_the_mark = accepted(&desk, &marked);
    let refused = take_in(&desk, without_the_mark).await.unwrap_err();
    assert_eq!(
        refused.code, "router_lines_changed",
        "what was looked at is what is taken in"
    );
    let request = ImportRouterLines {
        closed_profiles,
        ..accepted(&desk, &marked)
    };
    let done = take_in(&desk, request).await.unwrap();
    assert_eq!((done.created, done.closed, done.packages), (2, 1, 1));
}

async fn whoever_may_not_make_packages_is_refused_before_anything_is_written(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let lines = look(&desk).await;
    let technician = Actor {
        who: Who::User {
            id: 1,
            name: "Teknisi".into(),
            role: Role::Technician,
        },
        abilities: Role::Technician.abilities(),
        language: office::Language::default(),
    };
    let refused = desk
        .office
        .perform(&technician, accepted(&desk, &lines))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "forbidden");
    assert!(refused.detail.en.contains(Ability::CatalogueWrite.as_str()));
    assert_eq!(customers(&desk).await, 0);
}
