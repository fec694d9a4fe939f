//! The training office as a newcomer meets it.

use serde_json::json;

use crate::desk::Desk;

/// From here on the page warns of a router's clock.
const NOTEWORTHY_SECONDS: i64 = 120;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_router_of_a_training_office_has_nothing_to_complain_of_not_even_its_clock() {
    let desk = Desk::on_sqlite();
    let server = desk.train().await;
    let router = server.all("/routers").await.remove(0);
    let (status, tested) = server
        .post(&format!("/routers/{}/test", router["id"]), json!({}))
        .await;
    assert_eq!((status, &tested["ok"]), (200, &json!(true)), "{tested}");
    let skew = tested["clock_skew_seconds"].as_i64().expect("a skew");
    assert!(skew.abs() < NOTEWORTHY_SECONDS, "{tested}");
    server.stop().await;
}
