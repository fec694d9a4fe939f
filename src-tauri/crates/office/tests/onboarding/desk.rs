//! An office on a database of its own with one package and one simulated router, which it only watches. Time stands where
//! a test puts it.

use std::sync::Arc;

use billing::{RouterMode, Rupiah, StaticIsolation};
use jiff::Timestamp;
use office::secrets::{MemorySecrets, Name, Secrets};
use office::{Actor, Office, Parts, SetClock};
use secrecy::SecretString;
use simulators::router::{Router, RouterSpec, RunningRouter};
use store::Store;

use crate::engine::Engine;

/// 1 January 2026, 00:01 in Jakarta.
const NOW: &str = "2026-01-01T00:01:00+07:00";

pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) router: RunningRouter,
    pub(crate) router_id: i64,
    pub(crate) package_id: i64,
    _folder: Option<tempfile::TempDir>,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl Desk {
    /// One package, 10 Mbit/s down and 5,120 kbit/s up.
    pub(crate) async fn watching(on: &Engine) -> Desk {
        let router = Router::start(RouterSpec::default()).await.unwrap();
        let (location, folder) = on.database().await;
        let clock = Arc::new(SetClock::at(at(NOW)));
        let secrets = Secrets::Memory(MemorySecrets::default());
        let office = Office::open(Parts {
            store: Store::open(&location, at(NOW)).await.unwrap(),
            secrets: secrets.clone(),
            clock: Arc::clone(&clock) as Arc<dyn office::Clock>,
            desk: "meja-uji".to_owned(),
            training: false,
        })
        .await
        .unwrap();
        let package = office::catalogue::AddPackage {
            code: "HEMAT-10".into(),
            name: "Hemat 10".into(),
            speed_download: 10_000,
            speed_upload: 5_120,
            price: Rupiah(150_000),
            is_active: None,
        };
        let package_id = office.perform(&Actor::console(), package).await.unwrap().id;
        let mut tx = office.store().begin().await.unwrap();
        let details = store::routers::Details {
            name: "Gedung A".into(),
            host: "127.0.0.1".into(),
            port: i64::from(router.addr().port()),
            tls: false,
            username: "admin".into(),
            certificate_sha256: None,
            mode: RouterMode::Observe,
            isolated_profile: "isolated".into(),
            static_isolation: StaticIsolation::ArpDisable,
            is_active: true,
            timeout_ms: 2_000,
            attempts: 1,
            max_in_flight: 32,
            new_profiles: store::routers::NewProfiles::default(),
        };
        let router_id = store::routers::insert(&mut tx, &details, at(NOW))
            .await
            .unwrap()
            .id;
        tx.commit().await.unwrap();
        secrets
            .set(&Name::router_password(router_id), SecretString::from(""))
            .await
            .unwrap();
        Desk {
            office,
            clock,
            router,
            router_id,
            package_id,
            _folder: folder,
        }
    }
}
