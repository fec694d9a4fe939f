//! Closing lines together by the command line: who and why before, the strike, the limit, the router's word after, and the
//! way back.

use crate::small_office::{DEBT, SmallOffice, each};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_names_each_line_with_its_reason_before_it_is_carried_out_and_taken_back() {
    let office = SmallOffice::open().await;
    let plan = office.answer(&["isolation", "plan"]);
    assert_eq!(
        each(&plan["closing"], "customer_no"),
        ["PLG-00001", "PLG-00002", "PLG-00003"]
    );
    assert_eq!(plan["amount"], 3 * DEBT, "{plan}");
    assert!(
        plan["closing"].as_array().is_some_and(|lines| lines
            .iter()
            .all(|line| line["reason"] != "" && line["amount"] == DEBT)),
        "{plan}"
    );
    assert!(plan["limit"]["limit"].is_u64(), "{plan}");
    assert!(plan["not_closing"].is_null(), "{plan}");
    assert_eq!(office.profile("budi"), "pkg-hemat", "looking closed nobody");

    let applied = office.answer(&["isolation", "apply", "--strike", "PLG-00002", "--confirm"]);
    assert_eq!(applied["status"], "applied", "{applied}");
    assert_eq!(
        (
            office.profile("budi"),
            office.profile("siti"),
            office.profile("agus")
        ),
        ("isolated".into(), "pkg-hemat".into(), "isolated".into()),
        "{applied}"
    );

    let id = applied["id"].to_string();
    let undone = office.answer(&["isolation", "undo", &id, "--hold-days", "2"]);
    assert_eq!(undone["status"], "undone", "{undone}");
    assert!(undone["held_until"].is_string(), "{undone}");
    assert_eq!(office.profile("agus"), "pkg-hemat");
    office.desk.ended(&["isolation", "undo", &id], "").failed(
        1,
        "plan_not_applied",
        "tidak dapat dikembalikan",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_line_is_closed_opened_and_disconnected_and_its_router_is_asked_how_it_is() {
    let office = SmallOffice::open().await;
    let closed = office.answer(&["customer", "isolate", "PLG-00001", "--reason", "pindah"]);
    assert_eq!(
        (&closed["outcome"], &closed["observed"]),
        (&"done".into(), &"closed".into())
    );
    assert_eq!(office.profile("budi"), "isolated");
    let opened = office.answer(&["customer", "open", "PLG-00001", "--reason", "kembali"]);
    assert_eq!(
        (&opened["outcome"], &opened["observed"]),
        (&"done".into(), &"open".into())
    );
    assert_eq!(office.profile("budi"), "pkg-hemat");
    let dropped = office.answer(&["customer", "disconnect", "PLG-00001"]);
    assert!(dropped["dropped"].is_u64(), "{dropped}");

    let router = office.answer(&["router", "plan"])[0]["router"].clone();
    let name = router.as_str().expect("a name");
    assert_eq!(office.answer(&["router", "test", name])["ok"], true);
    assert!(office.answer(&["router", "health", name])["sessions"].is_i64());
    assert_eq!(
        office.answer(&["router", "mode", name, "observe"])["mode"],
        "observe"
    );
    office
        .desk
        .ended(&["customer", "disconnect", "PLG-00001"], "")
        .failed(1, "router_observed", "amati");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_struck_the_day_before_stays_open_and_a_plan_that_is_done_cannot_be_stopped() {
    let office = SmallOffice::open().await;
    let four = "2026-03-01T16:00:00+07:00";
    let written = office.answer(&["task", "billing:preview-closings", "--as-of", four]);
    assert_eq!(written["notes"][0]["code"], "closings_tomorrow", "{written}");
    let plan = office.answer(&["isolation", "plan", "--date", "2026-03-02"]);
    let id = plan["shown"]["id"].to_string();
    let struck = office.answer(&["isolation", "strike", &id, "PLG-00001,PLG-00002"]);
    assert_eq!(struck["lines_by_status"]["struck"], 2, "{struck}");
    let back = office.answer(&["isolation", "strike", &id, "PLG-00002", "--back"]);
    assert_eq!(back["lines_by_status"]["struck"], 1, "{back}");

    let six = "2026-03-02T06:00:00+07:00";
    let check = office.answer(&["task", "billing:check-overdue", "--confirm", "--as-of", six]);
    assert_eq!(
        (check["isolated"].as_u64(), check["skipped"].as_u64()),
        (Some(2), Some(1)),
        "{check}"
    );
    assert_eq!(office.profile("budi"), "pkg-hemat", "struck the day before");
    office.desk.ended(&["isolation", "cancel", &id], "").failed(
        1,
        "plan_not_running",
        "tidak sedang dijalankan",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_closes_tomorrow_is_approved_ahead_and_that_is_taken_back() {
    let office = SmallOffice::open().await;
    office
        .desk
        .ended(&["isolation", "approve"], "")
        .failed(1, "nothing_to_approve", "besok");
    office.answer(&["task", "billing:preview-closings"]);
    let approved = office.answer(&["isolation", "approve"]);
    assert_eq!(
        (&approved["status"], &approved["approved_by"]),
        (&"preview".into(), &"console".into())
    );
    let id = approved["id"].to_string();
    let back = office.answer(&["isolation", "approve", &id, "--withdraw"]);
    assert!(back["approved_by"].is_null(), "{back}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_plans_so_far_are_listed_newest_first() {
    let office = SmallOffice::open().await;
    let none = office.answer(&["isolation", "list"]);
    assert_eq!(
        (none["total"].as_i64(), none["items"][0].is_null()),
        (Some(0), true)
    );

    let first = office.answer(&["isolation", "apply", "--strike", "PLG-00002", "--confirm"]);
    let second = office.answer(&["isolation", "apply", "--confirm"]);
    let list = office.answer(&["isolation", "list"]);
    assert_eq!(list["total"], 2, "{list}");
    let ids = [&list["items"][0]["id"], &list["items"][1]["id"]];
    assert_eq!(ids, [&second["id"], &first["id"]], "{list}");
    assert_eq!(list["items"][0]["status"], "applied", "{list}");
    assert_eq!(list["items"][1]["lines_by_status"]["done"], 2, "{list}");

    let page = office.answer(&["isolation", "list", "--limit", "1"]);
    let cursor = page["next_cursor"].as_str().expect("a further page");
    let rest = office.answer(&["isolation", "list", "--limit", "1", "--cursor", cursor]);
    assert_eq!(rest["items"][0]["id"], first["id"], "{rest}");
    assert_eq!(
        office.answer(&["isolation", "list", "--status", "waiting"])["total"],
        0
    );
    let words = ["isolation", "list", "--status", "selesai"];
    office
        .desk
        .ended(&words, "")
        .failed(2, "invalid_status", "applied");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_or_a_customer_that_is_not_there_closes_nobody() {
    let office = SmallOffice::open().await;
    let failed = |words: &[&str], word: &str| office.desk.ended(words, "").failed(1, "not_found", word);
    failed(&["isolation", "apply", "--plan", "99", "--confirm"], "Rencana");
    failed(&["isolation", "undo", "99"], "Rencana");
    failed(
        &[
            "isolation",
            "apply",
            "--strike",
            "PLG-00001,PLG-99999",
            "--confirm",
        ],
        "PLG-99999",
    );
    for name in ["budi", "siti", "agus"] {
        assert_eq!(office.profile(name), "pkg-hemat");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_names_the_lines_and_the_invoices_beside_its_numbers() {
    let office = SmallOffice::open().await;
    let check = office.answer(&["task", "billing:check-overdue", "--dry-run", "--confirm"]);
    assert_eq!(
        (check["isolated"].as_u64(), check["dry_run"].as_bool()),
        (Some(3), Some(true)),
        "{check}"
    );
    let closing = &check["plan"]["closing"];
    assert_eq!(
        each(closing, "customer_no"),
        ["PLG-00001", "PLG-00002", "PLG-00003"]
    );
    assert_eq!(closing[0]["amount"], DEBT, "{check}");

    let bill = [
        "task",
        "billing:generate-invoices",
        "--month",
        "2",
        "--year",
        "2026",
        "--dry-run",
    ];
    let billed = office.answer(&bill);
    assert_eq!(
        (billed["created"].as_u64(), billed["amount"].as_i64()),
        (Some(3), Some(3 * DEBT)),
        "{billed}"
    );
    assert_eq!(
        each(&billed["items"], "customer_no"),
        ["PLG-00001", "PLG-00002", "PLG-00003"]
    );
    assert_eq!(office.answer(&bill)["created"], 3, "a dry run made nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_for_a_task_that_bills_nothing_is_wrong_use() {
    let office = SmallOffice::open().await;
    for task in [
        "billing:check-overdue",
        "billing:send-reminders",
        "mikrotik:sync-profiles",
    ] {
        for extra in [&[][..], &["--dry-run"]] {
            let words = [&["task", task, "--month", "1", "--year", "2026"], extra].concat();
            office
                .desk
                .ended(&words, "")
                .failed(2, "month_without_billing", "billing:generate-invoices");
        }
    }
}
