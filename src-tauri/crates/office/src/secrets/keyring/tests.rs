use super::*;

/// What the library hands back must not reach a log: these variants carry the secret's bytes.
#[test]
fn the_named_error_of_an_unreadable_entry_does_not_carry_the_secret() {
    let error = named(
        "router/1/password",
        Error::BadEncoding(b"rahasia-mikrotik".to_vec()),
    );
    assert_eq!(error.code(), "secrets_damaged");
    assert!(!format!("{error} {error:?}").contains("rahasia"), "{error:?}");
}

#[test]
fn a_locked_keyring_is_named_with_what_to_do() {
    let error = named(
        "router/1/password",
        Error::NoStorageAccess("object locked".into()),
    );
    assert_eq!(error.code(), "keyring_locked");
    assert!(error.to_string().contains("unlock the login keyring"), "{error}");
}

/// The library decides once per process which keyring there is, from the environment. So each of these tests runs this
/// test binary again, alone, in an environment of its own, and reads what [`scene`] prints there.
#[cfg(target_os = "linux")]
mod in_a_session_of_its_own {
    use std::os::unix::net::UnixListener;
    use std::path::Path;
    use std::process::Command;

    use super::*;
    use crate::secrets::Secrets;

    const SCENE: &str = "SAMBUNG_KEYRING_SCENE";

    fn play(scene: &str, mut command: Command) -> String {
        let binary = std::env::current_exe().unwrap();
        let module = module_path!().split_once("::").map_or("", |(_crate, path)| path);
        let output = command
            .arg(binary)
            .args([&format!("{module}::scene"), "--exact", "--nocapture"])
            .env(SCENE, scene)
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{printed}\n{complaints}");
        assert!(
            printed.contains("the scene ends"),
            "the scene was not played: {printed}\n{complaints}"
        );
        printed
    }

    fn with_keyring() -> Command {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .find(|at| at.join("tests/desktop").is_dir());
        Command::new(root.unwrap().join("tests/desktop/with-keyring"))
    }

    fn with_bus_at(socket: &Path) -> Command {
        let mut command = Command::new("env");
        command.arg(format!("DBUS_SESSION_BUS_ADDRESS=unix:path={}", socket.display()));
        command
    }

    /// Not a test of its own: does nothing unless one of the tests below asks for a scene.
    #[tokio::test]
    async fn scene() {
        let Ok(scene) = std::env::var(SCENE) else { return };
        let open = |scope: &str, patience| Secrets::Keyring(Keyring::with_patience(scope, patience).unwrap());
        let name = Name::router_password(1);
        match scene.as_str() {
            "fails" => {
                let secrets = open("", Duration::from_secs(2));
                println!("get: {}", secrets.get(&name).await.unwrap_err().code());
                println!(
                    "set: {}",
                    secrets
                        .set(&name, SecretString::from("x"))
                        .await
                        .unwrap_err()
                        .code()
                );
                println!("delete: {}", secrets.delete(&name).await.unwrap_err().code());
            }
            "works" => {
                let (ours, theirs) = (open("kantor", PATIENCE), open("latihan", PATIENCE));
                let shown = async |secrets: &Secrets| {
                    secrets
                        .get(&name)
                        .await
                        .unwrap()
                        .map(|secret| secret.expose_secret().to_owned())
                };
                assert_eq!(shown(&ours).await, None, "a new keyring holds nothing");
                ours.set(&name, SecretString::from("lama")).await.unwrap();
                ours.set(&name, SecretString::from("sandi ✓")).await.unwrap();
                assert_eq!(
                    shown(&ours).await.as_deref(),
                    Some("sandi ✓"),
                    "the newer one replaced the older"
                );
                assert_eq!(
                    shown(&theirs).await,
                    None,
                    "another office of the same person has its own router 1"
                );

                let seen = Command::new("secret-tool")
                    .args([
                        "lookup",
                        "service",
                        SERVICE,
                        "username",
                        "kantor/router/1/password",
                    ])
                    .output()
                    .unwrap();
                assert_eq!(
                    String::from_utf8_lossy(&seen.stdout),
                    "sandi ✓",
                    "other programs find the entry"
                );

                theirs.delete(&name).await.unwrap();
                ours.delete(&name).await.unwrap();
                ours.delete(&name).await.unwrap();
                assert_eq!(shown(&ours).await, None, "forgotten");
            }
            other => unreachable!("no scene is called {other}"),
        }
        println!("the scene ends");
    }

    #[test]
    fn a_real_secret_service_keeps_replaces_and_forgets_and_keeps_two_offices_apart() {
        play("works", with_keyring());
    }

    #[test]
    fn a_missing_keyring_is_named_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let printed = play("fails", with_bus_at(&folder.path().join("no-bus")));
        assert_eq!(printed.matches("keyring_missing").count(), 3, "{printed}");
    }

    /// The wrapper has left an entry for router 1 in it.
    #[test]
    fn a_locked_keyring_is_neither_an_empty_nor_a_missing_one() {
        let mut command = with_keyring();
        command.arg("--locked");
        let printed = play("fails", command);
        assert_eq!(printed.matches(": keyring_").count(), 3, "{printed}");
        assert!(!printed.contains("keyring_missing"), "{printed}");
    }

    /// The socket takes the connection and never says a word, as a keyring does whose prompt nobody sees.
    #[test]
    fn a_keyring_that_never_answers_is_given_up_after_the_time_limit() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("bus");
        let _deaf = UnixListener::bind(&socket).unwrap();
        let printed = play("fails", with_bus_at(&socket));
        assert_eq!(printed.matches("keyring_timeout").count(), 3, "{printed}");
    }
}
