//! The first period that an import's customers are billed for: the preview says whom the next run would bill, and a later
//! first period bills nobody before it.

use billing::{CustomerStatus, Rupiah};
use office::importing::{ApplyImport, ImportMode, PreviewImport};
use office::{Actor, Role, Who};

use crate::lists::{NAME, list};
use crate::opened::{Opened, at, on_both};

const COLUMNS: &str = "Mulai;Tanggal Tagihan;Diskon;Status";

/// Two who are served for long, one of them with a discount; one who joined on the 8th; one who begins in March.
fn file() -> Vec<u8> {
    list(
        COLUMNS,
        &[
            ("Siti", "01/02/2025;1;;Aktif"),
            ("Budi", "01/02/2025;1;50.000;Isolir"),
            ("Joko", "08/02/2026;1;;Aktif"),
            ("Rina", "01/03/2026;1;;Aktif"),
        ],
    )
}

fn march() -> Option<billing::Period> {
    Some("2026-03".parse().unwrap())
}

async fn a_preview_says_whom_the_next_run_bills_and_about_how_much(opened: Opened) {
    opened.on_that_morning();
    let shown = opened.preview(&file()).await.first_billing;
    assert_eq!(shown.under_way.to_string(), "2026-02");
    // 200,000, 150,000, and 21 of February's 28 days.
    assert_eq!((shown.customers, shown.amount), (3, Rupiah(500_000)));
    opened.import(&file()).await;
    let made = opened.bill(2026, 2).await;
    assert_eq!(
        (made.summary.created, made.amount),
        (3, Rupiah(500_000)),
        "and that is what the run makes"
    );
}

async fn a_later_first_period_bills_nobody_before_it_and_everybody_from_it_on(opened: Opened) {
    opened.on_that_morning();
    let request = PreviewImport {
        file_name: NAME.into(),
        bytes: file(),
        router: None,
        first_period: march(),
    };
    let shown = opened.office.perform(&Actor::console(), request).await.unwrap();
    assert_eq!(shown.first_billing.customers, 0);
    let request = ApplyImport {
        file_name: NAME.into(),
        bytes: file(),
        router: None,
        first_period: march(),
        digest: Some(shown.digest),
        mode: ImportMode::AllOrNothing,
    };
    opened.office.perform(&Actor::console(), request).await.unwrap();
    assert_eq!(
        opened.named("Siti").await.status,
        CustomerStatus::Active,
        "who is served already is served, and only billed later"
    );
    assert_eq!(opened.bill(2026, 2).await.summary.created, 0);
    opened.clock.set(at("2026-03-01T08:00:00+07:00"));
    let made = opened.bill(2026, 3).await;
    assert_eq!((made.summary.created, made.amount), (4, Rupiah(750_000)));
}

async fn a_first_period_that_has_passed_or_is_a_slip_is_refused_and_a_technician_names_none(opened: Opened) {
    opened.on_that_morning();
    let request = |month: &str| ApplyImport {
        file_name: NAME.into(),
        bytes: list("Mulai", &[("Siti", "01/02/2025")]),
        router: None,
        first_period: Some(month.parse().unwrap()),
        digest: None,
        mode: ImportMode::AllOrNothing,
    };
    for month in ["2026-01", "2062-03"] {
        let refused = opened.office.perform(&Actor::console(), request(month)).await;
        assert_eq!(refused.unwrap_err().fields[0].field, "first_period", "{month}");
    }
    let technician = Actor {
        who: Who::User {
            id: 1,
            name: "Dedi".into(),
            role: Role::Technician,
        },
        abilities: Role::Technician.abilities(),
        language: office::Language::default(),
    };
    let refused = opened.office.perform(&technician, request("2026-03")).await;
    assert_eq!(refused.unwrap_err().code, "forbidden");
    assert_eq!(opened.customer_count().await, 0);
}

async fn months_that_an_imported_debt_stands_for_are_not_billed_again(opened: Opened) {
    opened.on_that_morning();
    let rows = [("Siti", "150.000;01/02/2025"), ("Budi", ";01/02/2025")];
    opened.import(&list("Hutang;Mulai", &rows)).await;
    assert_eq!(
        opened.bill(2026, 1).await.summary.created,
        1,
        "only who came without a debt"
    );
    assert_eq!(opened.bill(2026, 2).await.summary.created, 2);
}

on_both!(
    months_that_an_imported_debt_stands_for_are_not_billed_again,
    a_preview_says_whom_the_next_run_bills_and_about_how_much,
    a_later_first_period_bills_nobody_before_it_and_everybody_from_it_on,
    a_first_period_that_has_passed_or_is_a_slip_is_refused_and_a_technician_names_none,
);
