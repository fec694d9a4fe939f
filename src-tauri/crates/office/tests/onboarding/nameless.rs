//! Lines of which nothing names a customer: the line itself stands for the name, and a refusal says which line it means.

use office::onboarding::{LineAction, LineDecision, Remark};
use simulators::router::Secret;

use crate::desk::Desk;
use crate::engine::{Engine, on_both};
use crate::office_with_router::{
    accepted, customer, customers, decision, line, look, request, take_in, watching,
};

on_both!(
    a_line_that_names_nobody_is_called_like_itself_and_can_be_taken_in,
    a_refusal_names_the_line_whose_name_is_empty,
);

/// A lease and a written address without a comment, and a secret whose name nobody can read as one.
fn fill(desk: &Desk) {
    desk.router.insert(
        "/ip/dhcp-server/lease",
        &[
            ("address", "10.9.0.2"),
            ("mac-address", "02:00:00:00:00:0A"),
            ("server", "dhcp1"),
        ],
    );
    desk.router.insert(
        "/ip/arp",
        &[
            ("address", "10.5.0.2"),
            ("mac-address", "02:00:00:00:00:09"),
            ("interface", "bridge1"),
            ("comment", "081234567890"),
        ],
    );
    desk.router.load_secrets([
        Secret::new("---", "x"),
        Secret::new("0012", "x"),
        Secret::new("siti", "x").with_comment("Siti"),
    ]);
}

async fn a_line_that_names_nobody_is_called_like_itself_and_can_be_taken_in(on: Engine) {
    let desk = watching(&on).await;
    fill(&desk);
    let lines = look(&desk).await;
    for (key, name, remark) in [
        ("lease:02:00:00:00:00:0A@dhcp1", "10.9.0.2", Remark::NameMissing),
        ("arp:10.5.0.2@bridge1", "10.5.0.2", Remark::NameMissing),
        ("pppoe:---", "pppoe", Remark::NameMissing),
        ("pppoe:0012", "0012", Remark::NameOfUser),
    ] {
        let line = line(&lines, key);
        assert_eq!(line.guess.name.as_deref(), Some(name), "{key}");
        let remarks: Vec<Remark> = line.remarks.iter().map(|it| it.code).collect();
        assert_eq!(remarks, [remark], "{key}");
    }
    assert!(line(&lines, "pppoe:siti").remarks.is_empty());
    assert!(
        line(&lines, "arp:10.5.0.2@bridge1").remarks[0]
            .sentence
            .contains("10.5.0.2")
    );
    assert_eq!((lines.totals.to_choose, lines.totals.created), (0, 5));

    let done = take_in(&desk, accepted(&desk, &lines)).await.unwrap();
    assert_eq!(done.created, 5, "what is proposed can be taken in");
    let lease = done
        .lines
        .iter()
        .find(|line| line.key.starts_with("lease:"))
        .unwrap();
    let lease = customer(&desk, lease.customer_id.unwrap()).await.unwrap();
    assert_eq!(lease.details.name, "10.9.0.2");
}

async fn a_refusal_names_the_line_whose_name_is_empty(on: Engine) {
    let desk = watching(&on).await;
    desk.router
        .load_secrets(["budi01", "dedi", "rina", "siti"].map(|name| Secret::new(name, "x")));
    let lines = look(&desk).await;
    let nameless = |key: &str| LineDecision {
        name: Some(" ".into()),
        package_id: Some(desk.package_id),
        ..decision(line(&lines, key), LineAction::Create)
    };
    let one = request(&desk, vec![nameless("pppoe:budi01")]);
    let refused = take_in(&desk, one).await.unwrap_err();
    assert_eq!(
        (refused.fields[0].field.as_str(), refused.fields[0].code),
        ("lines[0].name", "required")
    );
    assert_eq!(refused.fields[0].message.id, "Nama pelanggan wajib diisi.");
    assert_eq!(
        refused.detail.id,
        "Tidak ada yang diimpor. Jalur budi01: nama pelanggan wajib diisi."
    );
    let wrong_phone = LineDecision {
        name: Some("Budi".into()),
        phone: Some(Some("nomor".into())),
        ..nameless("pppoe:budi01")
    };
    let refused = take_in(&desk, request(&desk, vec![wrong_phone]))
        .await
        .unwrap_err();
    assert!(
        refused
            .detail
            .id
            .starts_with("Tidak ada yang diimpor. Jalur budi01 (nomor HP): "),
        "{}",
        refused.detail.id
    );

    let all = ["pppoe:budi01", "pppoe:dedi", "pppoe:rina", "pppoe:siti"].map(nameless);
    let refused = take_in(&desk, request(&desk, all.into())).await.unwrap_err();
    let detail = &refused.detail.id;
    assert!(
        detail.contains("Jalur rina: ") && !detail.contains("siti") && detail.contains("1 isian lain"),
        "{detail}"
    );
    assert_eq!(customers(&desk).await, 0);
}
