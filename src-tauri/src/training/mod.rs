//! The training office: invented customers, a simulated router, a few months of history. It lives in a data directory of
//! its own, is made anew at every start, and never touches the real office, a real router or the keyring.

mod people;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use billing::{ConnectionType, Method, PaymentBehavior, Period, RouterMode, Rupiah};
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};
use jiff::{Timestamp, ToSpan as _};
use office::access::ReadRouterPlan;
use office::catalogue::{AddArea, AddPackage};
use office::customers::{AddCustomer, CustomerFields};
use office::invoicing::GenerateInvoices;
use office::payments::TakePayment;
use office::people::SetUp;
use office::routers::AddRouter;
use office::schedule::Pace;
use office::secrets::{MemorySecrets, Secrets};
use office::settings::ChangeSettings;
use office::{Actor, Clock as _, Error, Office, Parts, Request as _, SystemClock};
use secrecy::SecretString;
use simulators::router::{
    Group, Network, Profile, Router, RouterSpec, RunningRouter, Secret, StaticLine, User,
};
use store::{Location, Store};

use crate::command_line::Place;
use crate::commands::serve::{Running, bind, serve as serve_office};
use crate::commands::stop::StopSignals;
use crate::{boot, voice};

/// The login of the training office; the login screen shows it. There is nothing in it to protect.
pub(crate) const LOGIN: &str = "latihan";
/// Its password.
pub(crate) const PASSWORD: &str = "latihan-sambung";
/// The password that the office knows the simulated router by.
const ROUTER_PASSWORD: &str = "sandi-simulasi";
/// The interface of the fixed addresses: it answers only for written ARP entries, so that switching one off closes a line.
const STATIC_BRIDGE: &str = "bridge-tetap";
/// How many months of bills lie behind a training office.
const MONTHS: i64 = 3;

/// A training office and the router that it thinks is real.
pub(crate) struct Training {
    /// The office.
    pub(crate) office: Office,
    /// The simulated router; it stops when this is dropped.
    pub(crate) router: RunningRouter,
}

/// Serves a training office until the process is asked to stop; prints one JSON line when it is ready.
pub(crate) async fn serve(place: &Place, customers: u32, listen: SocketAddr) -> Result<ExitCode, Error> {
    let stop = StopSignals::listen()?;
    let listener = bind(listen, "--serve").await?;
    let training = open(place, customers).await?;
    let address = listener.local_addr().map_err(Error::fault)?;
    let router = training.router.addr();
    let ready = serde_json::json!({
        "url": format!("http://{address}"), "user": LOGIN, "password": PASSWORD, "router": router.to_string(),
    });
    let running = Running::start(training.office.clone(), Some(Pace::default())).await?;
    voice::result(&ready.to_string());
    let served = serve_office(training.office.clone(), listener, stop).await;
    running.stop().await;
    served.map(|()| ExitCode::SUCCESS)
}

/// Makes a training office of `customers` invented customers.
pub(crate) async fn open(place: &Place, customers: u32) -> Result<Training, Error> {
    let data_dir = boot::data_dir(place)?.join("training");
    if data_dir.exists() {
        std::fs::remove_dir_all(&data_dir).map_err(Error::fault)?;
    }
    let place = Place {
        data_dir: Some(data_dir),
        ..place.clone()
    };
    let data_dir = boot::data_dir(&place)?;
    let clock = Arc::new(SystemClock);
    let store = Store::open(&Location::Sqlite(data_dir.join("training.sqlite")), clock.now()).await?;
    let secrets = Secrets::Memory(MemorySecrets::default());
    let parts = Parts {
        store,
        secrets,
        clock,
        desk: "latihan".to_owned(),
        training: true,
    };
    let office = Office::open(parts).await?;
    let router = simulated_router().await?;
    furnish(&office, &router, customers).await?;
    Ok(Training { office, router })
}

async fn simulated_router() -> Result<RunningRouter, Error> {
    let spec = RouterSpec {
        identity: "Simulasi-Pusat".to_owned(),
        users: vec![User {
            name: "sambung".to_owned(),
            password: ROUTER_PASSWORD.to_owned(),
            group: Group::Of {
                name: "sambung".to_owned(),
                policies: "api,read,write,sensitive".to_owned(),
            },
        }],
        // A clock that is wrong on purpose would be the first thing that the router's test complains of.
        clock: SystemClock.now().to_zoned(TimeZone::fixed(tz::offset(7))),
        ..RouterSpec::default()
    };
    Router::start(spec).await.map_err(Error::fault)
}

/// Fills the office: settings, packages, areas, the router, customers, bills and payments.
async fn furnish(office: &Office, router: &RunningRouter, customers: u32) -> Result<(), Error> {
    let console = Actor::console();
    let set_up = SetUp {
        office_name: "Desa Net (latihan)".to_owned(),
        owner_name: LOGIN.to_owned(),
        password: SecretString::from(PASSWORD.to_owned()),
        zone: None,
        language: None,
    };
    set_up.run(office, true).await?;
    let settings = serde_json::json!({
        "office.address": "Jl. Raya Cibodas 12, Lembang, Bandung Barat",
        "office.phone": "022-2786543",
        "office.bank_accounts": [{ "bank": "BRI", "number": "0123-01-004567-50-8", "holder": "Desa Net" }],
        "office.footer": "Terima kasih telah membayar tepat waktu.",
        // What the invented past caused is told to nobody; messages begin with the present.
        "messages.whatsapp": "off",
    });
    let serde_json::Value::Object(settings) = settings else {
        return Ok(());
    };
    office.perform(&console, ChangeSettings(settings)).await?;

    let mut packages = Vec::new();
    for (code, name, down, up, price) in people::PACKAGES {
        let request = AddPackage {
            code: code.to_owned(),
            name: name.to_owned(),
            speed_download: down,
            speed_upload: up,
            price: Rupiah(price),
            is_active: None,
        };
        packages.push(office.perform(&console, request).await?);
    }
    let mut areas = Vec::new();
    for name in people::AREAS {
        areas.push(
            office
                .perform(
                    &console,
                    AddArea {
                        name: name.to_owned(),
                    },
                )
                .await?
                .id,
        );
    }
    let address = router.addr();
    let request = AddRouter {
        name: "Pusat".to_owned(),
        host: address.ip().to_string(),
        port: Some(i64::from(address.port())),
        tls: Some(false),
        username: "sambung".to_owned(),
        password: SecretString::from(ROUTER_PASSWORD.to_owned()),
        mode: Some(RouterMode::Manage),
        isolated_profile: None,
        static_isolation: None,
        is_active: None,
        timeout_ms: None,
        attempts: None,
        max_in_flight: None,
        default_profile: None,
        profile_local_address: None,
        profile_remote_address: None,
    };
    let router_id = office.perform(&console, request).await?.id;

    let call = office.call(&console).await;
    let start = months_before(call.today, MONTHS + 3);
    let mut network = Network {
        online: true,
        ..Network::default()
    };
    network.profiles.extend(packages.iter().map(|package| {
        let rate = format!("{}k/{}k", package.speed_upload, package.speed_download);
        Profile::new(format!("pkg-{}", package.code.to_lowercase()), rate)
    }));
    network.profiles.push(Profile {
        address_list: Some("isolated".to_owned()),
        ..Profile::new("isolated", "64k/64k")
    });
    for number in 1..=customers {
        let invented = people::person(number);
        let package = &packages[invented.package % packages.len()];
        let is_static = number % 12 == 0;
        let address = format!("10.20.{}.{}", number / 250, number % 250 + 2);
        let user = format!("plg{number:05}");
        let fields = CustomerFields {
            name: Some(invented.name.clone()),
            phone: Some(Some(format!(
                "08{:010}",
                1_200_000_000_u64 + u64::from(number) * 7_919
            ))),
            address: Some(Some(invented.address)),
            area_id: areas.get(invented.area % areas.len().max(1)).copied().map(Some),
            odp: Some(Some(format!("ODP-{:02}", number % 24 + 1))),
            package_id: Some(package.id),
            router_id: Some(Some(router_id)),
            connection_type: Some(if is_static {
                ConnectionType::Static
            } else {
                ConnectionType::Pppoe
            }),
            pppoe_username: (!is_static).then(|| Some(user.clone())),
            pppoe_password: (!is_static).then(|| Some(SecretString::from(format!("sandi{number:05}")))),
            static_ip: is_static.then(|| Some(address.clone())),
            billing_start: Some(start),
            payment_behavior: (number % 40 == 0).then_some(PaymentBehavior::Rapel),
            rapel_months: (number % 40 == 0).then_some(3),
            ..CustomerFields::default()
        };
        let customer = office.perform(&console, AddCustomer(fields)).await?;
        let comment = format!("ID: {} - {}", customer.customer_no, customer.name);
        if is_static {
            let rate = format!("{}k/{}k", package.speed_upload, package.speed_download);
            let queue = [
                ("name", comment.trim_start_matches("ID: ")),
                ("target", address.as_str()),
                ("max-limit", rate.as_str()),
                ("comment", comment.as_str()),
            ];
            router.insert("/queue/simple", &queue);
            network.static_lines.push(StaticLine {
                address,
                mac_address: format!("02:00:00:{:02X}:{:02X}:01", number / 256 % 256, number % 256),
                interface: STATIC_BRIDGE.to_owned(),
                comment: Some(comment),
            });
        } else {
            let profile = format!("pkg-{}", package.code.to_lowercase());
            let secret = Secret::new(user, format!("sandi{number:05}")).with_profile(profile);
            network.secrets.push(Secret {
                comment: Some(comment),
                ..secret
            });
        }
    }
    router.insert(
        "/interface/bridge",
        &[("name", STATIC_BRIDGE), ("arp", "reply-only")],
    );
    router.load(&network);
    history(office, customers).await?;
    // The first look at the router, so that every line has been seen.
    office.perform(&console, ReadRouterPlan { router_id }).await?;
    Ok(())
}

/// Bills the last months and lets most customers pay them.
async fn history(office: &Office, customers: u32) -> Result<(), Error> {
    let console = Actor::console();
    let real = office.call(&console).await;
    for month in (0..MONTHS).rev() {
        let first = months_before(real.today, month).first_of_month();
        let morning = real
            .zone
            .to_zoned(first.at(0, 1, 0, 0))
            .map_err(Error::fault)?
            .timestamp();
        let call = office.call(&console).await.as_of(morning.min(real.now));
        GenerateInvoices::default().run(&call).await?;
        let oldest = month == MONTHS - 1;
        for number in 1..=customers {
            if pays(number, month, oldest) {
                // Of the present month some pay only today, so that the dashboard has something to show.
                let today = month == 0 && number.is_multiple_of(7);
                let day = i64::from(number % 14 + 2);
                let at = Timestamp::from_millisecond(morning.as_millisecond() + day * 86_400_000)
                    .map_err(Error::fault)?;
                pay(
                    office,
                    &console,
                    number,
                    if today { real.now } else { at.min(real.now) },
                )
                .await?;
            }
        }
    }
    office::jobs::run_due(office, true).await?;
    let speak = serde_json::Map::from_iter([("messages.whatsapp".to_owned(), "by_hand".into())]);
    office.perform(&console, ChangeSettings(speak)).await?;
    Ok(())
}

/// Who pays which month: most pay, one in nine is a month behind, one in seventeen two, and of the present month not
/// everybody has paid yet.
fn pays(number: u32, months_ago: i64, oldest: bool) -> bool {
    match months_ago {
        0 => number.is_multiple_of(3),
        1 => !number.is_multiple_of(9) && !number.is_multiple_of(17),
        _ => oldest || !number.is_multiple_of(17),
    }
}

/// Customer number `number` pays everything that is owed.
async fn pay(office: &Office, console: &Actor, number: u32, at: Timestamp) -> Result<(), Error> {
    let mut tx = office.store().read().await?;
    let Some(customer) = store::customers::find_by_no(&mut tx, &format!("PLG-{number:05}")).await? else {
        return Ok(());
    };
    drop(tx);
    if !customer.balance.is_positive() {
        return Ok(());
    }
    let request = TakePayment {
        customer_id: customer.id,
        invoice_id: None,
        amount: customer.balance,
        method: if number.is_multiple_of(4) {
            Method::Transfer
        } else {
            Method::Cash
        },
        reference: None,
        money_received: None,
        to_credit: None,
        received_at: Some(at.as_millisecond()),
        reason: Some("Data latihan".into()),
        idempotency_key: None,
    };
    let call = office.call(console).await.as_of(at);
    request.run(&call).await?;
    Ok(())
}

fn months_before(day: Date, months: i64) -> Date {
    let first = Period::of(day).first_day();
    first.checked_sub(months.months()).unwrap_or(first)
}
