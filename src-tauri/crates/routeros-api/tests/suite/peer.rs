//! The client against a router, or a stand-in for one, that somebody else wrote: `ROUTEROS_PEER=host:port`, with
//! `ROUTEROS_PEER_USER` (default `admin`) and `ROUTEROS_PEER_PASSWORD` (default empty). Everything that it makes is
//! called `sambung-peer-…`, has that comment or is of 203.0.113.0/24, and is removed again.
//!
//! The same suite runs against our own simulator, so that it is known to be right when a stranger fails it. A menu that
//! the peer does not have is left out and named; all else is a failure.

use std::env::{VarError, var};

use routeros_api::{Command, Connection, Error, Login, Query, RateLimit, Reply, Target};
use simulators::router::{Router, RouterSpec, Secret};

use crate::limits;

const MARK: &str = "sambung-peer-test";

fn setting(name: &str, default: &str) -> String {
    match var(name) {
        Ok(value) => value,
        Err(VarError::NotPresent) => default.to_owned(),
        Err(error) => panic!("{name}: {error}"),
    }
}

#[tokio::test]
async fn a_stand_in_that_we_did_not_write() {
    let peer = setting("ROUTEROS_PEER", "");
    if peer.is_empty() {
        eprintln!(
            "SKIPPED: no ROUTEROS_PEER=host:port, the client was not tried against a router of somebody else"
        );
        return;
    }
    let (host, port) = peer.rsplit_once(':').expect("ROUTEROS_PEER is host:port");
    let target = Target::plain(host).with_port(port.parse().expect("ROUTEROS_PEER ends with a port"));
    let user = setting("ROUTEROS_PEER_USER", "admin");
    let password = setting("ROUTEROS_PEER_PASSWORD", "");
    let left_out = drive(&target, &user, &password).await;
    for what in left_out {
        eprintln!("LEFT OUT: {what}");
    }
}

#[tokio::test]
async fn the_suite_for_strangers_runs_against_our_simulator_of_every_age() {
    for version in [(6, 42), (6, 49), (7, 16), (7, 18)] {
        let router = Router::start(RouterSpec {
            version,
            ..RouterSpec::default()
        })
        .await
        .unwrap();
        router.load_secrets([Secret::new("budi", "x")]);
        let target = Target::plain("127.0.0.1").with_port(router.addr().port());
        let left_out = drive(&target, "admin", "").await;
        assert_eq!(left_out, [""; 0], "version {version:?}");
        for menu in [
            "/ppp/secret",
            "/ppp/profile",
            "/ip/arp",
            "/ip/firewall/filter",
            "/queue/simple",
        ] {
            let ours = |item: &std::collections::BTreeMap<String, String>| {
                item.values()
                    .any(|value| value.contains(MARK) || value.contains("203.0.113."))
            };
            assert!(!router.items(menu).iter().any(ours), "{menu} was not tidied up");
        }
    }
}

/// Runs everything; what the peer does not have.
async fn drive(target: &Target, user: &str, password: &str) -> Vec<String> {
    let wrong = Login::new(user, format!("{password}-wrong"));
    let error = Connection::open(target, &wrong, &limits()).await.unwrap_err();
    assert!(!error.is_unreachable(), "a wrong password is a refusal: {error}");
    let connection = Connection::open(target, &Login::new(user, password), &limits())
        .await
        .unwrap();
    let peer = Peer {
        connection,
        left_out: Vec::new(),
    };
    peer.drive().await
}

struct Peer {
    connection: Connection,
    left_out: Vec<String>,
}

/// A menu, the fields of an item in it, a field that is changed, and the field by which it is found again.
struct Item<'i> {
    menu: &'i str,
    fields: &'i [(&'i str, &'i str)],
    change: (&'i str, &'i str),
    key: &'i str,
    unique: bool,
}

impl Peer {
    async fn drive(mut self) -> Vec<String> {
        self.system().await;
        self.secret().await;
        for item in ITEMS {
            self.item(item).await;
        }
        self.rate_limit().await;
        self.rules().await;
        self.streams().await;
        self.in_step().await;
        self.left_out
    }

    async fn ok(&self, command: Command) -> Reply {
        let shown = format!("{command:?}");
        match self.connection.call(command).await {
            Ok(reply) => reply,
            Err(error) => panic!("{shown}: {error}"),
        }
    }

    /// `None`, and a note, if the peer does not have the command.
    async fn known(&mut self, command: Command) -> Option<Reply> {
        let word = command.word().to_owned();
        match self.connection.call(command).await {
            Ok(reply) => Some(reply),
            Err(error) if error.is_no_such_command() => {
                self.left_out.push(word);
                None
            }
            Err(error) => panic!("{word}: {error}"),
        }
    }

    async fn find(&self, menu: &str, key: &str, value: &str) -> Reply {
        self.ok(Command::new(format!("{menu}/print")).query(Query::equals(key, value)))
            .await
    }

    async fn remove_all(&self, menu: &str, key: &str, value: &str) {
        for row in self.find(menu, key, value).await.rows {
            self.ok(Command::new(format!("{menu}/remove")).attribute(".id", row.id().unwrap()))
                .await;
        }
    }

    async fn system(&mut self) {
        let identity = self.ok(Command::new("/system/identity/print")).await;
        assert!(identity.first().and_then(|row| row.get("name")).is_some());
        if let Some(resource) = self.known(Command::new("/system/resource/print")).await {
            let row = resource.first().expect("there is one row of resources");
            assert!(row.get("version").is_some() && row.get("uptime").is_some());
        }
        for menu in ["/system/clock", "/user", "/user/group", "/interface", "/ip/pool"] {
            self.known(Command::new(format!("{menu}/print"))).await;
        }
    }

    async fn secret(&mut self) {
        let menu = "/ppp/secret";
        self.remove_all(menu, "name", MARK).await;
        let add = || {
            Command::new("/ppp/secret/add")
                .attribute("name", MARK)
                .attribute("password", "a=b")
                .attribute("service", "pppoe")
        };
        let id = self.ok(add()).await.ret.expect("an add returns the id");
        assert!(self.connection.call(add()).await.unwrap_err().is_duplicate());
        let set = || Command::new("/ppp/secret/set").attribute(".id", &id);
        self.ok(set().attribute("comment", "x=y Jl. Melati №3")).await;
        let found = self.find(menu, "name", MARK).await;
        assert_eq!(found.rows.len(), 1);
        let row = found.first().unwrap();
        assert_eq!(
            (row.id(), row.get("comment")),
            (Some(id.as_str()), Some("x=y Jl. Melati №3"))
        );
        let few = Command::new("/ppp/secret/print")
            .proplist([".id", "name"])
            .query(Query::equals("name", MARK));
        assert_eq!(
            self.ok(few).await.rows[0].iter().count(),
            2,
            "only what was asked for"
        );
        for (on, verb) in [(true, "disable"), (false, "enable")] {
            self.ok(Command::new(format!("{menu}/{verb}")).attribute(".id", &id))
                .await;
            assert_eq!(
                self.find(menu, "name", MARK).await.rows[0].flag("disabled"),
                Ok(on)
            );
        }
        let refused = self
            .connection
            .call(set().attribute("profile", "sambung-peer-no-such-profile"))
            .await
            .unwrap_err();
        assert!(matches!(refused, Error::Trap { .. }), "{refused}");

        let find = || Command::new("/ppp/secret/print").query(Query::equals("name", MARK));
        let answers = self.connection.call_all((0..200).map(|_| find()).collect()).await;
        let whole = |answer: &Result<Reply, Error>| answer.as_ref().is_ok_and(|reply| reply.rows.len() == 1);
        assert!(answers.iter().all(whole), "200 at once");

        let remove = || Command::new("/ppp/secret/remove").attribute(".id", &id);
        self.ok(remove()).await;
        assert!(
            self.connection
                .call(remove())
                .await
                .unwrap_err()
                .is_no_such_item()
        );
        assert_eq!(self.find(menu, "name", MARK).await.rows, []);
    }

    /// Made, found, changed, made a second time, removed.
    async fn item(&mut self, item: &Item<'_>) {
        let word = |verb: &str| Command::new(format!("{}/{verb}", item.menu));
        if self.known(word("print")).await.is_none() {
            return;
        }
        let value = item.fields.iter().find(|(name, _)| *name == item.key).unwrap().1;
        self.remove_all(item.menu, item.key, value).await;
        let add = || {
            item.fields.iter().fold(word("add"), |command, (name, value)| {
                command.attribute(*name, *value)
            })
        };
        let id = self.ok(add()).await.ret.expect("an add returns the id");
        let found = self.find(item.menu, item.key, value).await;
        assert_eq!(
            found.rows.iter().filter(|row| row.id() == Some(&id)).count(),
            1,
            "{}",
            item.menu
        );
        if item.unique {
            let again = self.connection.call(add()).await.unwrap_err();
            assert!(
                matches!(again, Error::Trap { .. }),
                "{} twice: {again}",
                item.menu
            );
        }
        let (field, changed) = item.change;
        self.ok(word("set").attribute(".id", &id).attribute(field, changed))
            .await;
        let found = self.find(item.menu, item.key, value).await;
        let row = found.rows.iter().find(|row| row.id() == Some(&id)).unwrap();
        assert_eq!(row.get(field), Some(changed), "{}", item.menu);
        self.ok(word("remove").attribute(".id", &id)).await;
        let left = self.find(item.menu, item.key, value).await;
        assert!(left.rows.iter().all(|row| row.id() != Some(&id)), "{}", item.menu);
    }

    async fn rate_limit(&mut self) {
        self.remove_all("/ppp/profile", "name", MARK).await;
        let add = Command::new("/ppp/profile/add")
            .attribute("name", MARK)
            .attribute("rate-limit", "5120k/10000k");
        let id = self.ok(add).await.ret.expect("an add returns the id");
        let found = self.find("/ppp/profile", "name", MARK).await;
        let limit: RateLimit = found.rows[0].require("rate-limit").unwrap().parse().unwrap();
        assert_eq!(limit, RateLimit::from_kbit(5_120, 10_000), "equal by value");
        self.ok(Command::new("/ppp/profile/remove").attribute(".id", id))
            .await;
    }

    /// A rule that is placed before another stands before it.
    async fn rules(&mut self) {
        let menu = "/ip/firewall/filter";
        if self.known(Command::new(format!("{menu}/print"))).await.is_none() {
            return;
        }
        let (first, second) = (format!("{MARK} first"), format!("{MARK} second"));
        for comment in [&first, &second] {
            self.remove_all(menu, "comment", comment).await;
        }
        let add = |comment: &str| {
            // Of a network for documentation: no packet ever meets it.
            Command::new(format!("{menu}/add"))
                .attribute("chain", "forward")
                .attribute("action", "accept")
                .attribute("src-address", "203.0.113.0/24")
                .attribute("comment", comment)
        };
        let later = self.ok(add(&second)).await.ret.expect("an add returns the id");
        let earlier = self
            .ok(add(&first).attribute("place-before", &later))
            .await
            .ret
            .unwrap();
        let rows = self.ok(Command::new(format!("{menu}/print"))).await.rows;
        let at = |id: &str| rows.iter().position(|row| row.id() == Some(id)).unwrap();
        assert!(at(&earlier) < at(&later));
        for id in [earlier, later] {
            self.ok(Command::new(format!("{menu}/remove")).attribute(".id", id))
                .await;
        }
    }

    async fn streams(&mut self) {
        let mut rows = self
            .connection
            .stream(Command::new("/ppp/profile/print"))
            .await
            .unwrap();
        let mut count = 0;
        while let Some(row) = rows.next_row().await {
            row.unwrap();
            count += 1;
        }
        let whole = self.ok(Command::new("/ppp/profile/print")).await;
        assert_eq!(count, whole.rows.len());

        let mut followed = self
            .connection
            .listen("/ppp/secret", [".id", "name"])
            .await
            .unwrap();
        self.ok(Command::new("/system/identity/print")).await;
        let add = Command::new("/ppp/secret/add").attribute("name", MARK);
        let id = self.ok(add).await.ret.expect("an add returns the id");
        match followed.next_row().await.unwrap() {
            Ok(row) => {
                assert_eq!((row.id(), row.get("name")), (Some(id.as_str()), Some(MARK)));
                followed.cancel().await.unwrap();
            }
            Err(error) if error.is_no_such_command() => self.left_out.push("/ppp/secret/listen".to_owned()),
            Err(error) => panic!("/ppp/secret/listen: {error}"),
        }
        self.ok(Command::new("/ppp/secret/remove").attribute(".id", id))
            .await;
    }

    /// After refusals the answers still belong to their questions.
    async fn in_step(&mut self) {
        let commands = (0..30).map(|number| match number % 3 {
            0 => Command::new("/no/such/command"),
            1 => Command::new("/system/identity/print"),
            _ => Command::new("/ppp/secret/remove").attribute(".id", "*FFFFFF"),
        });
        let answers = self.connection.call_all(commands.collect()).await;
        for (number, answer) in answers.into_iter().enumerate() {
            match number % 3 {
                1 => assert_eq!(answer.unwrap().rows.len(), 1),
                _ => assert!(matches!(answer.unwrap_err(), Error::Trap { .. })),
            }
        }
        assert!(self.connection.is_usable());
    }
}

const ITEMS: &[Item<'_>] = &[
    Item {
        menu: "/ip/arp",
        fields: &[
            ("address", "203.0.113.7"),
            ("mac-address", "02:00:5E:00:53:07"),
            ("interface", "ether1"),
        ],
        change: ("comment", MARK),
        key: "address",
        unique: true,
    },
    Item {
        menu: "/ip/firewall/address-list",
        fields: &[("list", MARK), ("address", "203.0.113.7")],
        change: ("comment", "a=b"),
        key: "list",
        unique: true,
    },
    Item {
        menu: "/queue/simple",
        fields: &[
            ("name", MARK),
            ("target", "203.0.113.7/32"),
            ("max-limit", "2000k/10M"),
        ],
        change: ("comment", MARK),
        key: "name",
        unique: true,
    },
    Item {
        menu: "/ip/pool",
        fields: &[("name", MARK), ("ranges", "203.0.113.10-203.0.113.20")],
        change: ("ranges", "203.0.113.10-203.0.113.30"),
        key: "name",
        unique: true,
    },
    Item {
        menu: "/ip/hotspot/user",
        fields: &[("name", MARK), ("password", "x")],
        change: ("comment", MARK),
        key: "name",
        unique: true,
    },
    Item {
        menu: "/ip/firewall/nat",
        fields: &[
            ("chain", "dstnat"),
            ("action", "accept"),
            ("dst-address", "203.0.113.7"),
            ("comment", MARK),
        ],
        change: ("dst-address", "203.0.113.8"),
        key: "comment",
        unique: false,
    },
    Item {
        menu: "/ip/dhcp-server/lease",
        fields: &[("address", "203.0.113.7"), ("mac-address", "02:00:5E:00:53:07")],
        change: ("comment", MARK),
        key: "address",
        unique: false,
    },
];
