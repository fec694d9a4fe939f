//! What only a person can say: whether lines that were closed by hand are billed, and what packages are called.

use billing::CustomerStatus;
use office::Actor;
use office::access::{Difference, ReadRouterPlan};
use office::invoicing::GenerateInvoices;
use office::onboarding::{ImportRouterLines, NewPackage};

use crate::desk::at;
use crate::engine::{Engine, on_both};
use crate::office_with_router::{PRICE, accepted, customer, look, request, take_in, watching};
use crate::taking_in::fill;

on_both!(
    a_closed_line_is_set_aside_and_not_billed_where_a_person_says_so,
    two_packages_of_one_name_are_refused_beside_the_second,
);

async fn a_closed_line_is_set_aside_and_not_billed_where_a_person_says_so(on: Engine) {
    for per_line in [false, true] {
        let desk = watching(&on).await;
        fill(&desk);
        let lines = look(&desk).await;
        assert_eq!(
            (lines.totals.closed_created, lines.defaults.bill_closed),
            (1, true)
        );
        let mut request = accepted(&desk, &lines);
        request.bill_closed = Some(per_line);
        for line in request.lines.iter_mut().filter(|line| line.key == "pppoe:tutup") {
            line.bill_closed = per_line.then_some(false);
        }
        let done = take_in(&desk, request).await.unwrap();
        assert_eq!((done.created, done.closed, done.set_aside), (4, 0, 1));
        let closed = done.lines.iter().find(|line| line.key == "pppoe:tutup").unwrap();
        let id = closed.customer_id.unwrap();
        let standing = customer(&desk, id).await.unwrap().standing;
        assert_eq!(
            (standing.status, standing.paused_from, standing.paused_until),
            (
                CustomerStatus::Suspended,
                Some(jiff::civil::date(2026, 1, 1)),
                None
            )
        );
        // Closed on the router and meant to be: there is nothing to repair.
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
        desk.clock.set(at("2026-02-01T00:01:00+07:00"));
        let run = GenerateInvoices {
            month: None,
            year: None,
            dry_run: false,
        };
        let billed = desk.office.perform(&Actor::console(), run).await.unwrap();
        assert_eq!(billed.summary.created, 3, "all but the one that is set aside");
        // Taken up, it is a customer like the others.
        let resume = office::customers::ResumeLine { id };
        desk.office.perform(&Actor::console(), resume).await.unwrap();
        assert_eq!(
            customer(&desk, id).await.unwrap().standing.status,
            CustomerStatus::Active
        );
    }
}

async fn two_packages_of_one_name_are_refused_beside_the_second(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let package = |code: &str, name: &str| NewPackage {
        code: code.into(),
        name: name.into(),
        speed_download: 1_000,
        speed_upload: 1_000,
        price: PRICE,
    };
    let asked = ImportRouterLines {
        packages: vec![
            package("A", "default"),
            package("B", "Default"),
            package("C", "hemat 10"),
            // Just the one that was made for the first group.
            package("a", "default"),
        ],
        ..request(&desk, Vec::new())
    };
    let refused = take_in(&desk, asked).await.unwrap_err();
    let told: Vec<(&str, &str)> = refused
        .fields
        .iter()
        .map(|problem| (problem.field.as_str(), problem.code))
        .collect();
    assert_eq!(
        told,
        [
            ("packages[1].name", "name_taken"),
            ("packages[2].name", "name_taken")
        ]
    );
    assert!(refused.fields[0].message.id.contains("Paket A"));
}
