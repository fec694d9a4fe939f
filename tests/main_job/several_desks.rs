//! Three desks on one PostgreSQL database, each the real program with a folder and secrets of its own: a further desk is let
//! in with a one-time code, and the month run and the overdue check happen once though whoever runs them is killed in the
//! middle, twice. `SAMBUNG_DESKS_CUSTOMERS=10000` makes it as large as an office gets.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;
use simulators::router::{Network, Profile, Router, RouterSpec, Secret};
use sqlx::{Connection as _, PgConnection};

use crate::desk::{Desk, Server, package};

const GENERATE: &str = "billing:generate-invoices";
const OVERDUE: &str = "billing:check-overdue";
/// How long a desk may keep silent here before another takes over, in seconds.
const LEASE: u32 = 3;
/// Who owes; the first of them alone before the others do.
const DEBTORS: usize = 20;
/// How long anything may take before it counts as not happening; only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(300);

/// An office on a server that an older program works with is not changed by a newer one that wants to join.
#[tokio::test]
async fn a_newer_program_that_wants_to_join_leaves_an_older_office_as_it_is() {
    let Some(first) = Desk::on_postgresql().await else {
        return;
    };
    let first = first.named("meja-1");
    first.run(
        &["user", "add", "pemilik", "--role", "owner"],
        "kata sandi panjang\n",
    );
    let url = first.database().expect("a server");
    let mut database = PgConnection::connect(url).await.expect("the server answers");
    // As a program left it that did not know the newest schema yet.
    let newest = "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)";
    sqlx::query(newest).execute(&mut database).await.expect("deletes");
    let count = "SELECT COUNT(*) FROM _sqlx_migrations";
    let before: (i64,) = sqlx::query_as(count)
        .fetch_one(&mut database)
        .await
        .expect("counts");
    let code = "ABCD-EFGH-JKMN-PQRS";
    let refused = first.further("meja-2").ended(&["desk", "join", code], "");
    refused.failed(refused.code.unwrap_or_default(), "office_older", "versi lama");
    let after: (i64,) = sqlx::query_as(count)
        .fetch_one(&mut database)
        .await
        .expect("counts");
    assert_eq!(before, after);
}

struct Three {
    desks: Vec<(&'static str, Desk)>,
    database: PgConnection,
    customers: usize,
}

impl Three {
    /// `None` without a cluster, which is said aloud.
    async fn open() -> Option<(Three, String)> {
        let first = Desk::on_postgresql().await?.named("meja-1");
        first.run(
            &["user", "add", "pemilik", "--role", "owner"],
            "kata sandi panjang\n",
        );
        let token = first.run(
            &["token", "create", "skrip", "--user", "pemilik", "--ability", "*"],
            "",
        );
        let url = first.database().expect("a server");
        let database = PgConnection::connect(url).await.expect("the server answers");
        let customers = std::env::var("SAMBUNG_DESKS_CUSTOMERS").ok();
        let customers = customers.map_or(300, |text| text.parse().expect("a number"));
        let desks = vec![
            ("meja-2", first.further("meja-2")),
            ("meja-3", first.further("meja-3")),
        ];
        let mut three = Three {
            desks,
            database,
            customers,
        };
        three.desks.insert(0, ("meja-1", first));
        Some((three, token.trim().to_owned()))
    }

    fn first(&self) -> &Desk {
        &self.desks[0].1
    }

    /// A router that knows every line, told to the first desk.
    async fn router(&self) -> simulators::router::RunningRouter {
        let router = Router::start(RouterSpec::default())
            .await
            .expect("the simulated router starts");
        let secrets = (1..=self.customers).map(|n| Secret::new(line(n), "x").with_profile("pkg-hemat"));
        router.load(&Network {
            profiles: vec![Profile::new("pkg-hemat", "10240k/10240k")],
            secrets: secrets.collect(),
            online: true,
            ..Network::default()
        });
        let port = router.addr().port().to_string();
        let words = [
            "router",
            "add",
            "Pusat",
            "--host",
            "127.0.0.1",
            "--port",
            &port,
            "--user",
            "admin",
            "--mode",
            "manage",
        ];
        self.first().run(&words, "\n");
        router
    }

    /// Everybody; the debtors are customers since last year, the others since the first of this month.
    async fn import(&mut self) {
        let (this_month,): (String,) =
            sqlx::query_as("SELECT to_char(now() AT TIME ZONE 'Asia/Jakarta', '01/MM/YYYY')")
                .fetch_one(&mut self.database)
                .await
                .expect("the month");
        let mut file = String::from("Nama;HP;Paket;Tipe;Username PPPoE;Mulai\n");
        for n in 1..=self.customers {
            let since = match n {
                1 => "01/12/2025",
                2..=DEBTORS => "01/01/2026",
                _ => this_month.as_str(),
            };
            file.push_str(&format!(
                "Pelanggan {n};08123{n:07};HEMAT;pppoe;{};{since}\n",
                line(n)
            ));
        }
        let path = self.first().folder().join("pelanggan.csv");
        std::fs::write(&path, file).expect("the file is written");
        let path = path.display().to_string();
        let imported = self.answer(&["import", "customers", &path]);
        assert_eq!(imported["imported"], self.customers, "{imported}");
        // The first debtor is closed by a person, which lets the schedule close those who came with the same file.
        self.answer(&["task", GENERATE, "--as-of", "2025-12-01T00:01:00+07:00"]);
        let first = [
            "task",
            OVERDUE,
            "--as-of",
            "2026-01-15T06:00:00+07:00",
            "--confirm",
        ];
        assert_eq!(self.answer(&first)["isolated"], 1);
        self.answer(&["task", GENERATE, "--as-of", "2026-01-01T00:01:00+07:00"]);
    }

    fn answer(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.first().run(words, "")).expect("JSON")
    }

    /// Lets the other two desks in, each with a code of its own.
    fn pair(&self) {
        for (name, desk) in &self.desks[1..] {
            desk.ended(&["verify"], "")
                .failed(1, "office_key_missing", "desk join");
            let code = self.first().run(&["desk", "pair"], "");
            let joined = desk.run(&["desk", "join", code.trim()], "");
            let joined: Value = serde_json::from_str(&joined).expect("JSON");
            assert_eq!(joined["routers"], 1, "{name}: {joined}");
            desk.ended(&["desk", "join", code.trim()], "")
                .failed(1, "pairing_none", "kode");
            desk.run(&["verify"], "");
            // From now on a plain start opens the office that was joined.
            desk.run_plainly(&["verify"]);
        }
    }

    /// Makes the two tasks due now, as if the office had slept over their last times, and no other.
    async fn make_due(&mut self) {
        // At 00:01 and 00:02, so that neither comes before the other whenever this runs.
        let day_before =
            "UPDATE schedule SET paused = task NOT IN ($1, $2), last_slot = last_slot - 26 * 3600000,
                          cron = CASE WHEN task = $1 THEN '1 0 * * *' ELSE '2 0 * * *' END";
        sqlx::query(day_before)
            .bind(GENERATE)
            .bind(OVERDUE)
            .execute(&mut self.database)
            .await
            .expect("the schedule");
    }

    /// The name of the desk that has a task in hand.
    async fn in_hand(&mut self, task: &str) -> Option<String> {
        let found: Option<(String,)> = sqlx::query_as(
            "SELECT desks.name FROM leases JOIN desks ON leases.owner LIKE desks.id || '/%' WHERE leases.name = $1",
        )
        .bind(format!("task:{task}"))
        .fetch_optional(&mut self.database)
        .await
        .expect("the leases");
        found.map(|(name,)| name)
    }

    /// Whether a task was finished since `before`.
    async fn is_finished(&mut self, task: &str) -> bool {
        let (finished,): (bool,) = sqlx::query_as(
            "SELECT last_slot > (SELECT CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)) - 25 * 3600000
             FROM schedule WHERE task = $1",
        )
        .bind(task)
        .fetch_one(&mut self.database)
        .await
        .expect("the task");
        finished
    }

    async fn count(&mut self, text: &'static str) -> i64 {
        let (count,): (i64,) = sqlx::query_as(text)
            .fetch_one(&mut self.database)
            .await
            .expect("a number");
        count
    }

    /// Kills whoever has this task in hand, as soon as somebody has.
    async fn kill_in_the_middle(
        &mut self,
        task: &str,
        running: &mut BTreeMap<&'static str, Server>,
    ) -> String {
        let started = Instant::now();
        loop {
            if let Some(name) = self.in_hand(task).await
                && let Some(server) = running.get_mut(name.as_str())
            {
                server.kill();
                running.remove(name.as_str());
                return name;
            }
            assert!(
                !self.is_finished(task).await,
                "{task} was over before anybody could be killed"
            );
            assert!(started.elapsed() < PATIENCE, "nobody takes {task} up");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn until_finished(&mut self, task: &str) {
        let started = Instant::now();
        while !self.is_finished(task).await {
            assert!(started.elapsed() < PATIENCE, "{task} is never finished");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn line(n: usize) -> String {
    format!("plg{n:05}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_month_and_the_closings_happen_once_though_their_desk_is_killed_twice() {
    let Some((mut three, token)) = Three::open().await else {
        return;
    };
    three.first().run(&package("HEMAT"), "");
    let router = three.router().await;
    three.import().await;
    three.pair();
    let mut running = BTreeMap::new();
    for (name, desk) in &three.desks {
        running.insert(*name, desk.serve_with_schedule(&token, LEASE).await);
    }
    let everybody = Instant::now();
    while three.count("SELECT COUNT(*) FROM desks").await < 3 {
        assert!(
            everybody.elapsed() < PATIENCE,
            "a desk does not say that it is there"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    three.make_due().await;
    let begun = Instant::now();
    let first = three.kill_in_the_middle(GENERATE, &mut running).await;
    let billed = three.count("SELECT COUNT(*) FROM invoices").await;
    let killed = Instant::now();
    three.until_finished(GENERATE).await;
    let taken_over = killed.elapsed();
    let second = three.kill_in_the_middle(OVERDUE, &mut running).await;
    let killed = Instant::now();
    three.until_finished(OVERDUE).await;
    let taken_over_again = killed.elapsed();
    assert_ne!(first, second);
    let settled = Instant::now();
    let waiting = "SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'running', 'parked', 'dead') AND kind = 'access'";
    while three.count(waiting).await > 0 {
        assert!(settled.elapsed() < PATIENCE, "closings are left undone");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let customers = three.customers;
    eprintln!(
        "{customers} customers: {first} was killed in the month run at {billed} invoices, finished by another after {} ms; \
         {second} was killed in the overdue check, finished by the third after {} ms; all of it in {} ms",
        taken_over.as_millis(),
        taken_over_again.as_millis(),
        begun.elapsed().as_millis()
    );

    // Everybody is billed for this month, once; the debtors have January too, and the first of them December.
    let invoices = three
        .count("SELECT COUNT(*) FROM invoices WHERE voided_at IS NULL")
        .await;
    let expected = customers + DEBTORS + 1;
    assert_eq!(invoices, i64::try_from(expected).expect("a number"));
    let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM charges WHERE voided_at IS NULL
                 GROUP BY customer_id, kind, period HAVING COUNT(*) > 1) AS twice";
    assert_eq!(three.count(twice).await, 0);
    // Every debtor is closed on the router, told once, and nobody else is.
    let closed = (1..=customers).filter(|n| {
        router
            .secret(&line(*n))
            .is_some_and(|secret| secret.profile == "isolated")
    });
    assert_eq!(closed.collect::<Vec<_>>(), (1..=DEBTORS).collect::<Vec<_>>());
    let executed = "SELECT COUNT(*) FROM billing_logs WHERE act = 'isolation_executed'";
    assert_eq!(
        three.count(executed).await,
        i64::try_from(DEBTORS).expect("a number")
    );
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'CustomerIsolated'";
    assert_eq!(three.count(told).await, i64::try_from(DEBTORS).expect("a number"));
    let verdict = three.answer(&["verify"]);
    assert_eq!(verdict["ok"], true, "{verdict}");
    let listed = three.answer(&["desk", "list"]);
    assert_eq!(listed["desks"].as_array().map(Vec::len), Some(3), "{listed}");
    for (_, server) in running {
        server.stop().await;
    }
}
