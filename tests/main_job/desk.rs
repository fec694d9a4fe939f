//! An office's machine: a data directory, the real binary, and its server.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use sqlx::Connection as _;
use tempfile::TempDir;

/// A machine with an office on it.
pub(crate) struct Desk {
    folder: TempDir,
    database: Option<String>,
}

impl Desk {
    pub(crate) fn on_sqlite() -> Desk {
        Desk {
            folder: tempfile::tempdir().expect("a folder"),
            database: None,
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
        let name = format!("main_job_{}", std::process::id());
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
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sambung"));
        command
            .env("SAMBUNG_DATA_DIR", self.folder.path().join("data"))
            .env("SAMBUNG_SECRETS", "file")
            .env("SAMBUNG_PASSPHRASE", "sandi untuk uji")
            .env_remove("SAMBUNG_DATABASE_URL");
        if let Some(url) = &self.database {
            command.env("SAMBUNG_DATABASE_URL", url);
        }
        command
    }

    /// Runs a command to its end and gives its standard output; it has to end with 0.
    pub(crate) fn run(&self, words: &[&str], input: &str) -> String {
        let output = self.output(words, input);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "`sambung {}` failed: {told}",
            words.join(" ")
        );
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs a command that has to fail, and gives what it told.
    pub(crate) fn refused(&self, words: &[&str]) -> String {
        let output = self.output(words, "");
        assert!(
            !output.status.success(),
            "`sambung {}` went through",
            words.join(" ")
        );
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn output(&self, words: &[&str], input: &str) -> std::process::Output {
        let mut child = self
            .command()
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // A command that reads nothing may have closed its input already.
        let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
        child.wait_with_output().expect("the program ends")
    }

    /// Starts `sambung serve` without the schedule.
    pub(crate) async fn serve(&self, token: &str) -> Server {
        let mut child = self
            .command()
            .args(["serve", "--listen", "127.0.0.1:0", "--no-schedule"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        let url = lines.next().expect("the address is printed").expect("text");
        // The tests speak plain HTTP, but the client wants a provider for what it could speak.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Server {
            child,
            base: format!("{url}/api/v1"),
            token: token.to_owned(),
            client: reqwest::Client::new(),
        }
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
        let request = self
            .client
            .post(format!("{}{path}", self.base))
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
