//! An office of three customers behind a simulated router, who all owe January, made by the command line alone.

use serde_json::Value;
use simulators::router::{Network, Profile, Router, RouterSpec, RunningRouter, Secret};

use crate::desk::{Desk, package};

const CUSTOMERS: &str = "Nama;HP;Paket;Tipe;Username PPPoE;Mulai\n\
    Budi Santoso;081234567801;HEMAT;pppoe;budi;01/01/2025\n\
    Siti Aminah;081234567802;HEMAT;pppoe;siti;01/01/2025\n\
    Agus Salim;081234567803;HEMAT;pppoe;agus;01/01/2025\n";

/// What each of them owes.
pub(crate) const DEBT: i64 = 200_000;

/// The office and its router.
pub(crate) struct SmallOffice {
    pub(crate) desk: Desk,
    pub(crate) router: RunningRouter,
}

impl SmallOffice {
    pub(crate) async fn open() -> SmallOffice {
        let router = Router::start(RouterSpec::default())
            .await
            .expect("the simulated router starts");
        let secret = |name: &str| Secret::new(name, "rahasia").with_profile("pkg-hemat");
        router.load(&Network {
            profiles: vec![Profile::new("pkg-hemat", "10240k/10240k")],
            secrets: vec![secret("budi"), secret("siti"), secret("agus")],
            online: true,
            ..Network::default()
        });
        let desk = Desk::on_sqlite();
        desk.run(&package("HEMAT"), "");
        let port = router.addr().port().to_string();
        let add = [
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
        desk.run(&add, "\n");
        let office = SmallOffice { desk, router };
        office.import("pelanggan.csv", CUSTOMERS, &[]);
        office.answer(&[
            "task",
            "billing:generate-invoices",
            "--as-of",
            "2026-01-01T00:01:00+07:00",
        ]);
        office
    }

    /// Imports a file with this text.
    pub(crate) fn import(&self, name: &str, text: &str, words: &[&str]) -> Value {
        let file = self.desk.folder().join(name);
        std::fs::write(&file, text).expect("the file is written");
        let file = file.display().to_string();
        self.answer(&[&["import", "customers", file.as_str()], words].concat())
    }

    /// Runs a command that has to end with 0, and gives its one JSON document.
    #[track_caller]
    pub(crate) fn answer(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.desk.run(words, "")).expect("JSON")
    }

    /// The profile that a customer's secret has on the router.
    pub(crate) fn profile(&self, name: &str) -> String {
        self.router.secret(name).expect("the secret").profile
    }
}

/// This field of each item.
pub(crate) fn each<'a>(items: &'a Value, field: &str) -> Vec<&'a str> {
    let items = items.as_array().expect("a list");
    items.iter().filter_map(|item| item[field].as_str()).collect()
}
