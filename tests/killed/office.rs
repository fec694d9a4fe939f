//! The office whose program is killed again and again: its customers, its router, which lives in the test and outlives
//! every kill, and the months that it has billed. They begin in the year 2000, so that whatever is overdue on a day of the
//! test is overdue today as well, and the ledger says one thing whenever it is asked.

use std::time::{Duration, Instant};

use serde_json::Value;
use simulators::router::{Network, Profile, Router, RouterSpec, RunningRouter, Secret};

use crate::books::Books;
use crate::desk::{Desk, Server, package};
use crate::reckoning;

/// How long anything may take before it counts as not happening; only a failing test waits that long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
/// The profiles of open and of closed lines.
pub(crate) const OWN: &str = "pkg-hemat";
pub(crate) const ISOLATED: &str = "isolated";

/// A month that is billed; the first is January 2000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Month(u32);

impl Month {
    /// As `YYYY-MM`.
    pub(crate) fn period(self) -> String {
        format!("{}-{:02}", 2000 + self.0 / 12, self.0 % 12 + 1)
    }

    /// When its run is.
    pub(crate) fn billed_at(self) -> String {
        format!("{}-01T00:01:00+07:00", self.period())
    }

    /// When all of it is overdue beyond the grace: its invoices are due on the 21st.
    pub(crate) fn overdue_at(self) -> String {
        format!("{}-10T06:00:00+07:00", self.next().period())
    }

    fn next(self) -> Month {
        Month(self.0 + 1)
    }
}

/// The office.
pub(crate) struct Office {
    pub(crate) desk: Desk,
    pub(crate) router: RunningRouter,
    pub(crate) token: String,
    pub(crate) customers: usize,
    billed: Option<Month>,
    /// Whether the first lease that a killed process leaves is waited for in real time.
    waits: bool,
}

impl Office {
    /// An office that has billed nothing yet.
    pub(crate) async fn found(desk: Desk, customers: usize, waits: bool) -> Office {
        let spec = RouterSpec {
            redial_after: Duration::from_millis(20),
            ..RouterSpec::default()
        };
        let router = Router::start(spec).await.expect("the simulated router starts");
        router.load(&Network {
            profiles: vec![
                Profile::new(OWN, "10240k/10240k"),
                Profile::new(ISOLATED, "64k/64k"),
            ],
            secrets: (1..=customers)
                .map(|number| Secret::new(name(number), "rahasia").with_profile(OWN))
                .collect(),
            online: true,
            ..Network::default()
        });
        desk.run(
            &["user", "add", "pemilik", "--role", "owner"],
            "kata sandi panjang\n",
        );
        let token = desk.run(
            &["token", "create", "kasir", "--user", "pemilik", "--ability", "*"],
            "",
        );
        desk.run(&package("HEMAT"), "");
        let port = router.addr().port().to_string();
        let add = ["router", "add", "Pusat", "--host", "127.0.0.1", "--port", &port];
        desk.run(
            &[&add[..], &["--user", "admin", "--mode", "manage"]].concat(),
            "\n",
        );
        let mut list = "Nama;HP;Paket;Tipe;Username PPPoE;Mulai\n".to_owned();
        for number in 1..=customers {
            let line = format!(
                "Pelanggan {number};0812{number:08};HEMAT;pppoe;{};01/01/2000\n",
                name(number)
            );
            list.push_str(&line);
        }
        let file = desk.folder().join("pelanggan.csv");
        std::fs::write(&file, list).expect("the file is written");
        desk.run(&["import", "customers", &file.display().to_string()], "");
        Office {
            desk,
            router,
            token: token.trim().to_owned(),
            customers,
            billed: None,
            waits,
        }
    }

    /// The month that comes next, which counts as billed from now on.
    pub(crate) fn next_month(&mut self) -> Month {
        let month = self.billed.map_or(Month(0), Month::next);
        self.billed = Some(month);
        month
    }

    /// When everything that was billed so far is overdue.
    pub(crate) fn all_overdue_at(&self) -> String {
        self.billed.expect("a month was billed").overdue_at()
    }

    /// Runs a command that has to end with 0, and gives its one JSON document.
    #[track_caller]
    pub(crate) fn answer(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.desk.run(words, "")).expect("JSON")
    }

    /// How long the program takes to open this office and to say that there is nothing to do.
    pub(crate) fn opening(&self) -> Duration {
        let begun = Instant::now();
        let refused = self.desk.ended(&["isolation", "undo", "999999"], "");
        assert_eq!(refused.code, Some(1), "{refused:?}");
        begun.elapsed()
    }

    pub(crate) async fn serve(&self) -> Server {
        let server = self.desk.serve(&self.token).await;
        // It says where it is before it can hear that it is asked to stop; an answer comes after both.
        server.get("/packages").await;
        server
    }

    pub(crate) async fn books(&self) -> Books {
        Books::of(&self.desk).await
    }

    /// Asserts that what stands there is sound: by the program's own word, and by the books.
    pub(crate) async fn is_sound(&self) {
        let verdict = self.answer(&["verify"]);
        assert_eq!(verdict["ok"], true, "after the kill: {verdict}");
        let mut books = self.books().await;
        reckoning::holds(&mut books).await;
        books.shut().await;
    }

    /// Asserts the same at the end of an act, and that nothing is left to do.
    pub(crate) async fn is_done(&self) {
        let mut books = self.books().await;
        reckoning::ended(&mut books).await;
        books.shut().await;
    }

    /// How many jobs stand claimed by a process that is gone.
    pub(crate) async fn claimed(&self) -> i64 {
        let mut books = self.books().await;
        let claimed = books
            .number("SELECT COUNT(*) FROM jobs WHERE state = 'running'")
            .await;
        books.shut().await;
        claimed
    }

    /// How many jobs are not at their end.
    pub(crate) async fn undone(&self) -> i64 {
        let mut books = self.books().await;
        let undone = books
            .number("SELECT COUNT(*) FROM jobs WHERE state NOT IN ('done', 'cancelled')")
            .await;
        books.shut().await;
        undone
    }

    /// Lets the leases of the killed process end. A minute is long, so the books are told that it has passed, all but once
    /// in a long test.
    pub(crate) async fn leases_end(&mut self) {
        let mut books = self.books().await;
        let clock = books.clock();
        let held = format!("SELECT COUNT(*) FROM jobs WHERE state = 'running' AND lease_until > {clock}");
        if self.waits && books.number(&held).await > 0 {
            let begun = Instant::now();
            while books.number(&held).await > 0 {
                assert!(begun.elapsed() < PATIENCE, "a lease did not end");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            eprintln!(
                "the leases of a killed process ended after {} s",
                begun.elapsed().as_secs()
            );
            self.waits = false;
        }
        books
            .change("UPDATE jobs SET lease_until = lease_until - 60000 WHERE state = 'running'")
            .await;
        books.shut().await;
    }

    /// Waits until the running server has nothing left to do.
    pub(crate) async fn is_quiet(&self) {
        let begun = Instant::now();
        let mut books = self.books().await;
        while books
            .number("SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'running')")
            .await
            > 0
        {
            let undone = reckoning::undone(&mut books).await;
            assert!(begun.elapsed() < PATIENCE, "jobs that nobody does: {undone:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        books.shut().await;
    }
}

fn name(number: usize) -> String {
    format!("plg{number:05}")
}
