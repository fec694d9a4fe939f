//! An office's machine: a data directory, the real binary, and its server. `tests/killed` drives the program by it too.

#![allow(
    dead_code,
    reason = "each of the tests that drive the program needs another part of it"
)]

use std::hash::{BuildHasher as _, RandomState};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Connection as _;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_sambung");

/// The words that add a package with this code.
pub(crate) fn package(code: &str) -> [&str; 11] {
    let speed = "10240";
    [
        "package",
        "add",
        code,
        "--name",
        "Hemat 10 Mbps",
        "--download",
        speed,
        "--upload",
        speed,
        "--price",
        "200.000",
    ]
}

/// A machine with an office on it.
pub(crate) struct Desk {
    folder: TempDir,
    database: Option<String>,
    /// What the machine is called, where a test cares.
    name: Option<&'static str>,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) result: String,
    pub(crate) told: String,
}

impl Ended {
    /// Asserts that it failed with this exit code and stable word, in an Indonesian sentence with these words, and that
    /// it gave no result.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, reason: &str, words: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(
            self.told.contains(&format!("[{reason}]")) && self.told.contains(words),
            "{self:?}"
        );
        assert_eq!(self.result, "", "a command that failed has no result");
    }

    /// Asserts that it went through, and gives its result.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.result
    }
}

/// Runs a command with this input to its end.
pub(crate) fn ended(mut command: Command, input: &str) -> Ended {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A command that reads nothing may have closed its input already.
    let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    Ended {
        code: output.status.code(),
        result: String::from_utf8(output.stdout).expect("text"),
        told: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Desk {
    pub(crate) fn on_sqlite() -> Desk {
        Desk {
            folder: tempfile::tempdir().expect("a folder"),
            database: None,
            name: None,
        }
    }

    /// `None` without a cluster, which is said aloud.
    pub(crate) async fn on_postgresql() -> Option<Desk> {
        let Ok(cluster) = std::env::var("SAMBUNG_TEST_POSTGRES") else {
            eprintln!("SKIPPED on PostgreSQL: SAMBUNG_TEST_POSTGRES is not set");
            return None;
        };
        let (server, options) = cluster.split_once('?').unwrap_or((&cluster, ""));
        let url = |database: &str| format!("{}/{database}?{options}", server.trim_end_matches('/'));
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "main_job_{:x}_{}",
            // A process number comes again within one run of all tests.
            RandomState::new().hash_one(0),
            DATABASES.fetch_add(1, Ordering::Relaxed)
        );
        let mut connection = sqlx::PgConnection::connect(&url("postgres"))
            .await
            .expect("the cluster answers");
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create)
            .execute(&mut connection)
            .await
            .expect("a database is made");
        connection.close().await.expect("the connection ends");
        Some(Desk {
            folder: tempfile::tempdir().expect("a folder"),
            database: Some(url(&name)),
            name: None,
        })
    }

    /// The same on a machine of this name.
    pub(crate) fn named(self, name: &'static str) -> Desk {
        Desk {
            name: Some(name),
            ..self
        }
    }

    /// A further machine of this name at the same database, with a folder and secrets of its own.
    pub(crate) fn further(&self, name: &'static str) -> Desk {
        Desk {
            folder: tempfile::tempdir().expect("a folder"),
            database: self.database.clone(),
            name: Some(name),
        }
    }

    /// The address of the server's database; `None` for an office in a file.
    pub(crate) fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// The office of this data folder in its file, whatever database it had before.
    pub(crate) fn in_its_file(mut self) -> Desk {
        self.database = None;
        self
    }

    /// The office of this data folder on this server.
    pub(crate) fn on_server(mut self, url: &str) -> Desk {
        self.database = Some(url.to_owned());
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the office's data is.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The program for this office, still without words.
    pub(crate) fn command(&self) -> Command {
        self.prepared(Command::new(PROGRAM))
    }

    /// The same without the powers of root, whom no right of a file stops.
    #[cfg(unix)]
    pub(crate) fn powerless(&self) -> Command {
        use std::os::unix::fs::MetadataExt as _;
        let is_root = self.folder.path().metadata().expect("a folder").uid() == 0;
        if !is_root {
            return self.command();
        }
        let mut command = Command::new("setpriv");
        command.args(["--bounding-set=-all", "--inh-caps=-all", PROGRAM]);
        self.prepared(command)
    }

    fn prepared(&self, mut command: Command) -> Command {
        command
            .env("LC_ALL", "id_ID.UTF-8")
            .env("SAMBUNG_DATA_DIR", self.data())
            .env("SAMBUNG_SECRETS", "file")
            .env("SAMBUNG_PASSPHRASE", "sandi untuk uji")
            .env_remove("SAMBUNG_DATABASE_URL");
        if let Some(url) = &self.database {
            command.env("SAMBUNG_DATABASE_URL", url);
        }
        if let Some(name) = self.name {
            command.env("HOSTNAME", name).env_remove("COMPUTERNAME");
        }
        command
    }

    /// Runs a command to its end.
    pub(crate) fn ended(&self, words: &[&str], input: &str) -> Ended {
        let mut command = self.command();
        command.args(words);
        ended(command, input)
    }

    /// Runs a command to its end and gives its standard output; it has to end with 0.
    #[track_caller]
    pub(crate) fn run(&self, words: &[&str], input: &str) -> String {
        self.ended(words, input).done()
    }

    /// Runs a command to its end as a menu starts the program: without a word about the database.
    #[track_caller]
    pub(crate) fn run_plainly(&self, words: &[&str]) -> String {
        let mut command = self.command();
        command.args(words).env_remove("SAMBUNG_DATABASE_URL");
        ended(command, "").done()
    }

    /// Runs a command that has to fail, and gives what it told.
    pub(crate) fn refused(&self, words: &[&str]) -> String {
        let ended = self.ended(words, "");
        assert_ne!(ended.code, Some(0), "`sambung {}` went through", words.join(" "));
        ended.told
    }

    /// Adds a package, as a piece of work that writes.
    pub(crate) fn add_package(&self, code: &str) -> Ended {
        self.ended(&package(code), "")
    }

    /// Starts `sambung serve` without the schedule.
    pub(crate) async fn serve(&self, token: &str) -> Server {
        let (child, url) = self.started(&["serve", "--listen", "127.0.0.1:0", "--no-schedule"]);
        Server::new(child, &url, token)
    }

    /// Starts `sambung serve` with the schedule, which another desk takes over after this many seconds of silence.
    pub(crate) async fn serve_with_schedule(&self, token: &str, lease: u32) -> Server {
        let lease = lease.to_string();
        let words = ["serve", "--listen", "127.0.0.1:0", "--lease", &lease];
        let (child, url) = self.started(&words);
        Server::new(child, &url, token)
    }

    /// Starts a training office and logs in with what it says.
    pub(crate) async fn train(&self) -> Server {
        let words = ["training", "--customers", "3", "--serve", "127.0.0.1:0"];
        let (child, ready) = self.started(&words);
        let ready: Value = serde_json::from_str(&ready).expect("JSON");
        let mut server = Server::new(child, ready["url"].as_str().expect("an address"), "");
        let login = json!({ "name": ready["user"], "password": ready["password"] });
        let (status, session) = server.post("/auth/login", login).await;
        assert_eq!(status, 200, "{session}");
        session["token"]
            .as_str()
            .expect("a token")
            .clone_into(&mut server.token);
        server
    }

    /// Starts a command that runs until it is stopped, and gives the line that it prints when it is ready.
    fn started(&self, words: &[&str]) -> (Child, String) {
        let mut child = self
            .command()
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        let ready = lines.next().expect("a line when it is ready").expect("text");
        (child, ready)
    }
}

/// The running server and a client with a token.
pub(crate) struct Server {
    child: Child,
    base: String,
    token: String,
    client: reqwest::Client,
}

impl Server {
    fn new(child: Child, url: &str, token: &str) -> Server {
        // The tests speak plain HTTP, but the client wants a provider for what it could speak.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Server {
            child,
            base: format!("{url}/api/v1"),
            token: token.to_owned(),
            client: reqwest::Client::new(),
        }
    }

    /// Where its interface is, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self
            .client
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "GET {path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::PATCH, path, body).await
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .json(&body);
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    /// Every row of a list, page by page.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("{path}?limit=500&cursor={cursor}")).await;
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => return items,
            }
        }
    }

    /// The customer of exactly this name.
    pub(crate) async fn customer(&self, name: &str) -> Value {
        let customers = self.all("/customers").await;
        customers
            .into_iter()
            .find(|customer| customer["name"] == name)
            .expect("the customer")
    }

    /// Kills the server where it stands.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it ends");
    }

    /// Asks the server to stop, as a service manager would, and waits for its end.
    pub(crate) async fn stop(mut self) {
        let id = self.child.id().to_string();
        let asked = Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .expect("kill runs");
        assert!(asked.success());
        let ended = self.child.wait().expect("the server ends");
        assert!(ended.success(), "the server ends with 0 when it is asked to stop");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After a failed assertion the server must not outlive the test; after `stop` there is nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
