//! Undoing: the batch of a router is undone as that of a file, and whoever had a life since stays and is named.

use office::importing::{ListImports, UndoImport, UndoneImport};
use office::{Actor, Error};
use simulators::router::{Profile, Secret};

use crate::desk::{Desk, at};
use crate::engine::{Engine, on_both};
use crate::office_with_router::{
    accepted, add, customer, customers, look, person, proposal, take_in, watching,
};

on_both!(
    customers_go_and_matched_lines_are_given_back,
    whoever_was_billed_since_is_kept_and_named,
    a_matched_line_that_was_changed_since_stays,
    packages_of_an_import_go_with_it_and_those_that_somebody_has_are_named,
    the_package_of_a_line_that_came_in_closed_goes_with_the_import,
);

async fn undo(desk: &Desk, batch_id: i64) -> Result<UndoneImport, Error> {
    desk.office
        .perform(&Actor::console(), UndoImport { batch_id })
        .await
}

fn fill(desk: &Desk) {
    desk.router.load_profiles([
        Profile::new("sepuluh", "5120k/10M"),
        Profile::new("isolated", "64k/64k"),
    ]);
    desk.router.load_secrets([
        Secret::new("budi", "x")
            .with_profile("sepuluh")
            .with_comment("Budi Santoso"),
        Secret::new("tutup", "x")
            .with_profile("isolated")
            .with_comment("Ani Wijaya"),
        Secret::new("baru", "x")
            .with_profile("sepuluh")
            .with_comment("Citra Dewi"),
    ]);
}

async fn customers_go_and_matched_lines_are_given_back(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let known = add(&desk, person(&desk, "Budi Santoso")).await;
    let before = customer(&desk, known.id).await.unwrap().details;
    let lines = look(&desk).await;
    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    assert_eq!((done.created, done.matched, done.closed), (2, 1, 1));
    let linked = customer(&desk, known.id).await.unwrap().details;
    assert_eq!(
        (linked.router_id, linked.pppoe_username.as_deref()),
        (Some(desk.router_id), Some("budi"))
    );
    let imports = desk
        .office
        .perform(&Actor::console(), ListImports::default())
        .await
        .unwrap();
    assert_eq!(
        (imports.items[0].file_name.as_str(), imports.items[0].imported),
        ("Router Gedung A", 2)
    );

    let undone = undo(&desk, done.batch_id.unwrap()).await.unwrap();
    assert!(undone.kept.is_empty(), "{:?}", undone.kept);
    assert_eq!((undone.removed, undone.restored), (2, 1));
    assert_eq!(customer(&desk, known.id).await.unwrap().details, before);
    let lines = look(&desk).await;
    assert_eq!(
        (lines.totals.known, lines.totals.matched, lines.totals.created),
        (0, 1, 2),
        "and everything can be taken in again"
    );
    assert_eq!(proposal(&lines, "pppoe:budi").1, Some(known.id));
    assert_eq!(take_in(&desk, accepted(&desk, &lines)).await.unwrap().created, 2);
    let twice = undo(&desk, done.batch_id.unwrap()).await.unwrap_err();
    assert_eq!(twice.code, "import_already_undone");
}

async fn whoever_was_billed_since_is_kept_and_named(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let lines = look(&desk).await;
    let mut request = accepted(&desk, &lines);
    let later = jiff::civil::date(2026, 3, 1);
    for line in request.lines.iter_mut().filter(|line| line.key != "pppoe:budi") {
        line.billing_start = Some(later);
    }
    let done = take_in(&desk, request).await.unwrap();
    desk.clock.set(at("2026-02-01T00:01:00+07:00"));
    let run = office::invoicing::GenerateInvoices {
        month: None,
        year: None,
        dry_run: false,
    };
    let billed = desk.office.perform(&Actor::console(), run).await.unwrap();
    assert_eq!(billed.summary.created, 1);

    let undone = undo(&desk, done.batch_id.unwrap()).await.unwrap();
    assert_eq!(undone.removed, 2);
    let number = done
        .lines
        .iter()
        .find(|line| line.key == "pppoe:budi")
        .and_then(|line| line.customer_no.clone())
        .unwrap();
    let kept: Vec<(&str, &str)> = undone
        .kept
        .iter()
        .map(|kept| (kept.customer_no.as_str(), kept.code.as_str()))
        .collect();
    assert_eq!(kept, [(number.as_str(), "has_invoices")]);
}

async fn packages_of_an_import_go_with_it_and_those_that_somebody_has_are_named(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_profiles([
        Profile::new("dua-puluh", "10M/20M"),
        Profile::new("tiga-puluh", "15M/30M"),
        Profile::new("empat-puluh", "20M/40M"),
    ]);
    desk.router.load_secrets([
        Secret::new("budi", "x").with_profile("dua-puluh"),
        Secret::new("citra", "x").with_profile("tiga-puluh"),
        Secret::new("dewi", "x").with_profile("empat-puluh"),
    ]);
    let lines = look(&desk).await;
    let mut request = accepted(&desk, &lines);
    for (line, name) in request.lines.iter_mut().zip(["Budi", "Citra", "Dewi"]) {
        line.name = Some(name.into());
    }
    let done = take_in(&desk, request).await.unwrap();
    assert_eq!((done.created, done.packages, done.mappings), (3, 3, 3));
    let mut tx = desk.office.store().read().await.unwrap();
    let packages = store::packages::all(&mut tx).await.unwrap();
    drop(tx);
    let of = |code: &str| {
        packages
            .iter()
            .find(|package| package.details.code == code)
            .unwrap()
    };
    // Somebody else has got one of them since, and one was given another price.
    let other = office::customers::CustomerFields {
        package_id: Some(of("tiga-puluh").id),
        ..person(&desk, "Eka")
    };
    add(&desk, other).await;
    let mut tx = desk.office.store().begin().await.unwrap();
    let mut dearer = of("empat-puluh").clone();
    dearer.details.price = billing::Rupiah(200_000);
    store::packages::update(&mut tx, &dearer, at("2026-01-01T09:00:00+07:00"))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let undone = undo(&desk, done.batch_id.unwrap()).await.unwrap();
    assert_eq!((undone.removed, undone.packages_removed), (3, 1));
    let kept: Vec<(&str, &str)> = undone
        .packages_kept
        .iter()
        .map(|kept| (kept.package_code.as_str(), kept.code.as_str()))
        .collect();
    assert_eq!(
        kept,
        [("empat-puluh", "changed"), ("tiga-puluh", "package_in_use")]
    );
    let mut tx = desk.office.store().read().await.unwrap();
    assert!(
        store::packages::find(&mut tx, of("dua-puluh").id)
            .await
            .unwrap()
            .is_none()
    );
    let mapped = store::packages::profiles(&mut tx, desk.router_id).await.unwrap();
    assert!(
        mapped.iter().all(|mapping| mapping.profile != "dua-puluh"),
        "{mapped:?}"
    );
}

async fn the_package_of_a_line_that_came_in_closed_goes_with_the_import(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_profiles([
        Profile::new("dua-puluh", "10M/20M"),
        Profile::new("isolated", "64k/64k"),
    ]);
    let mut closed = Secret::new("budi", "x")
        .with_profile("dua-puluh")
        .with_comment("Budi Santoso");
    closed.disabled = true;
    desk.router.load_secrets([closed]);
    let lines = look(&desk).await;
    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    assert_eq!((done.created, done.closed, done.packages), (1, 1, 1));
    let undone = undo(&desk, done.batch_id.unwrap()).await.unwrap();
    assert!(undone.packages_kept.is_empty(), "{:?}", undone.packages_kept);
    assert_eq!(
        (undone.removed, undone.withdrawn, undone.packages_removed),
        (1, 0, 1)
    );
    assert_eq!(customers(&desk).await, 0);
}

async fn a_matched_line_that_was_changed_since_stays(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let known = add(&desk, person(&desk, "Budi Santoso")).await;
    let lines = look(&desk).await;
    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    let mut tx = desk.office.store().begin().await.unwrap();
    let mut changed = store::customers::find(&mut tx, known.id).await.unwrap().unwrap();
    changed.details.pppoe_username = Some("budi-baru".into());
    store::customers::update(&mut tx, &changed, at("2026-01-01T09:00:00+07:00"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let undone = undo(&desk, done.batch_id.unwrap()).await.unwrap();
    assert_eq!((undone.removed, undone.restored), (2, 0));
    assert_eq!(undone.kept[0].customer_no, known.customer_no);
    assert_eq!(undone.kept[0].code, "changed");
    assert_eq!(
        customer(&desk, known.id).await.unwrap().details.router_id,
        Some(desk.router_id)
    );
    // The one who was closed by hand stays in the books under another number, without a line.
    assert!(customers(&desk).await >= 1);
}
