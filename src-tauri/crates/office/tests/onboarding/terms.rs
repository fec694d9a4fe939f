//! Due days and prices in comments: neither name nor address, told to a person, and never in the books.

use office::onboarding::Remark;
use simulators::router::Secret;

use crate::engine::{Engine, on_both};
use crate::office_with_router::{accepted, customer, line, look, take_in, watching};

on_both!(a_due_day_and_a_price_in_a_comment_are_no_address_and_are_told_and_not_taken_in);

async fn a_due_day_and_a_price_in_a_comment_are_no_address_and_are_told_and_not_taken_in(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_secrets([
        Secret::new("maya", "x").with_comment("Maya Prasetyo | 081234567890 | jatuh tempo 20"),
        Secret::new("joko", "x").with_comment("Pak Joko - Blok C5 - tgl 10 - 150rb"),
        Secret::new("rina", "x").with_comment("Rina Rp 165.000/bln Jl. Tempo 5"),
        Secret::new("budi", "x").with_comment("Budi Santoso, RT 03/05"),
    ]);
    let lines = look(&desk).await;
    let told = |key: &str| -> (String, Option<String>, Option<String>) {
        let line = line(&lines, key);
        let remark = line.remarks.iter().find(|it| it.code == Remark::TermsLeft);
        (
            line.guess.name.clone().unwrap_or_default(),
            line.guess.address.clone(),
            remark.map(|it| it.sentence.clone()),
        )
    };
    let remark = |what: &str| {
        Some(format!(
            "Komentar menyebut {what}; tidak diambil. Atur sendiri bila perlu."
        ))
    };
    assert_eq!(
        told("pppoe:maya"),
        ("Maya Prasetyo".into(), None, remark("tanggal 20"))
    );
    assert_eq!(
        told("pppoe:joko"),
        (
            "Pak Joko".into(),
            Some("Blok C5".into()),
            remark("tanggal 10 dan harga 150rb")
        )
    );
    assert_eq!(
        told("pppoe:rina"),
        (
            "Rina".into(),
            Some("Jl. Tempo 5".into()),
            remark("harga Rp 165.000")
        )
    );
    assert_eq!(
        told("pppoe:budi"),
        ("Budi Santoso".into(), Some("RT 03/05".into()), None)
    );

    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    for line in &done.lines {
        let taken = customer(&desk, line.customer_id.unwrap()).await.unwrap().details;
        assert_eq!((taken.billing_day, taken.due_rule), (1, None), "{}", line.key);
    }
}
