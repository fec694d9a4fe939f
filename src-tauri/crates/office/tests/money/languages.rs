//! What was done is told in the language of whoever reads: the log, the statement, why a line is as it is.

use jiff::civil::date;
use office::access::ReadWhy;
use office::customers::{CustomerFields, PauseLine, ReadStatement};
use office::logs::{ListLogs, LogView};
use office::payments::ReversePayment;
use office::{Actor, Language};

use crate::opened::{Opened, at, on_both};

async fn read_by(it: &Opened, language: Language) -> Vec<LogView> {
    let reader = Actor::console().reading(language);
    it.office
        .perform(&reader, ListLogs::default())
        .await
        .unwrap()
        .items
}

async fn said(it: &Opened, language: Language, act: &str) -> String {
    let entries = read_by(it, language).await;
    let entry = entries.into_iter().find(|entry| entry.act == act);
    entry.expect("the act is in the log").message
}

async fn the_log_is_told_in_the_readers_language(it: Opened) {
    let id = it.customer("Budi", CustomerFields::default()).await.id;
    it.bill(2026, 1).await;
    it.pay(id, 200_000).await;
    let pause = PauseLine {
        id,
        from: date(2026, 2, 1),
        until: None,
        reason: "pulang kampung".into(),
    };
    it.office.perform(&Actor::console(), pause).await.unwrap();
    for (act, id, en) in [
        (
            "payment_received",
            "Pembayaran PAY-20260101-00001 sebesar Rp 200.000",
            "Payment PAY-20260101-00001 of Rp 200.000",
        ),
        (
            "invoices_generated",
            "1 tagihan dibuat, Rp 200.000",
            "1 invoices made, Rp 200.000",
        ),
        (
            "line_paused",
            "Cuti mulai 1 Februari 2026: pulang kampung",
            "Paused from 1 February 2026: pulang kampung",
        ),
    ] {
        assert_eq!(said(&it, Language::Indonesian, act).await, id);
        assert_eq!(said(&it, Language::English, act).await, en);
    }
}

async fn every_entry_has_two_wordings(it: Opened) {
    let id = it.customer("Budi", CustomerFields::default()).await.id;
    it.bill(2026, 1).await;
    it.pay(id, 200_000).await;
    it.settings(serde_json::json!({ "office.name": "Kantor Uji" }))
        .await;
    let (indonesian, english) = (
        read_by(&it, Language::Indonesian).await,
        read_by(&it, Language::English).await,
    );
    assert!(indonesian.len() >= 5, "{indonesian:?}");
    for (id, en) in indonesian.iter().zip(&english) {
        assert_eq!(id.id, en.id);
        assert_ne!(id.message, en.message, "{}", id.act);
    }
}

async fn a_statement_is_told_in_the_readers_language(it: Opened) {
    let id = it.customer("Budi", CustomerFields::default()).await.id;
    it.bill(2026, 1).await;
    let taken = it.pay(id, 200_000).await;
    let reverse = ReversePayment {
        id: taken.payment.id,
        reason: "salah orang".into(),
        idempotency_key: None,
    };
    it.office.perform(&Actor::console(), reverse).await.unwrap();
    for (language, expected) in [
        (
            Language::Indonesian,
            "Pembatalan pembayaran PAY-20260101-00001: salah orang",
        ),
        (
            Language::English,
            "Payment reversed PAY-20260101-00001: salah orang",
        ),
    ] {
        let reader = Actor::console().reading(language);
        let statement = ReadStatement {
            customer_id: id,
            ..ReadStatement::default()
        };
        let statement = it.office.perform(&reader, statement).await.unwrap();
        let told: Vec<_> = statement
            .items
            .iter()
            .filter_map(|item| item.description.as_deref())
            .collect();
        assert!(told.contains(&expected), "{told:?}");
    }
}

async fn days_that_are_given_back_are_told_in_the_readers_language(it: Opened) {
    let id = it.customer("Budi", CustomerFields::default()).await.id;
    it.bill(2026, 1).await;
    it.clock.set(at("2026-01-05T08:00:00+07:00"));
    let pause = PauseLine {
        id,
        from: date(2026, 1, 10),
        until: Some(date(2026, 1, 19)),
        reason: "renovasi".into(),
    };
    it.office.perform(&Actor::console(), pause).await.unwrap();
    for (language, expected) in [
        (Language::Indonesian, "Penyesuaian 10 hari dari layanan"),
        (Language::English, "10 days of the service"),
    ] {
        let reader = Actor::console().reading(language);
        let statement = ReadStatement {
            customer_id: id,
            ..ReadStatement::default()
        };
        let statement = it.office.perform(&reader, statement).await.unwrap();
        let mut told = statement
            .items
            .iter()
            .filter_map(|item| item.description.as_deref());
        assert!(told.any(|text| text.starts_with(expected)), "{statement:?}");
    }
}

async fn the_story_of_a_line_is_told_in_the_readers_language(it: Opened) {
    let id = it.customer("Budi", CustomerFields::default()).await.id;
    let pause = PauseLine {
        id,
        from: date(2026, 1, 1),
        until: None,
        reason: "pulang kampung".into(),
    };
    it.office.perform(&Actor::console(), pause).await.unwrap();
    for (language, expected) in [
        (Language::Indonesian, "Cuti mulai 1 Januari 2026"),
        (Language::English, "Paused from 1 January 2026"),
    ] {
        let reader = Actor::console().reading(language);
        let why = it
            .office
            .perform(&reader, ReadWhy { customer_id: id })
            .await
            .unwrap();
        assert!(
            why.history.iter().any(|told| told.sentence.starts_with(expected)),
            "{:?}",
            why.history
        );
    }
}

on_both!(
    the_log_is_told_in_the_readers_language,
    every_entry_has_two_wordings,
    a_statement_is_told_in_the_readers_language,
    days_that_are_given_back_are_told_in_the_readers_language,
    the_story_of_a_line_is_told_in_the_readers_language,
);
