//! What must not happen to secrets in a file: loss, damage that goes unnoticed, another passphrase, another reader.

use super::disk::beside;
use super::header::{Cost, HEADER, MAGIC};
use super::*;

fn phrase(text: &str) -> SecretString {
    SecretString::from(text)
}

struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }
    fn path(&self) -> PathBuf {
        self.folder.path().join("secrets")
    }
    async fn open(&self, passphrase: &str) -> Result<SecretFile, SecretsError> {
        SecretFile::open(self.path(), phrase(passphrase)).await
    }
}

async fn read(file: &SecretFile, name: &Name) -> Option<String> {
    file.get(name)
        .await
        .unwrap()
        .map(|secret| secret.expose_secret().to_owned())
}

#[tokio::test]
async fn secrets_survive_a_restart_and_can_be_replaced_and_forgotten() {
    let case = Case::new();
    let (first, second) = (Name::router_password(1), Name::router_password(2));
    let file = case.open("kopi tubruk").await.unwrap();
    file.set(&first, phrase("satu")).await.unwrap();
    file.set(&second, phrase("dua ✓")).await.unwrap();

    let file = case.open("kopi tubruk").await.unwrap();
    assert_eq!(read(&file, &first).await.as_deref(), Some("satu"));
    file.set(&first, phrase("baru")).await.unwrap();
    file.delete(&second).await.unwrap();
    file.delete(&second).await.unwrap();

    let file = case.open("kopi tubruk").await.unwrap();
    assert_eq!(read(&file, &first).await.as_deref(), Some("baru"));
    assert_eq!(read(&file, &second).await, None);
}

#[tokio::test]
async fn nothing_of_a_secret_or_its_name_stands_in_the_file() {
    let case = Case::new();
    let file = case.open("kopi tubruk").await.unwrap();
    file.set(&Name::router_password(1), phrase("sandi-mikrotik"))
        .await
        .unwrap();
    let bytes = fs::read(case.path()).unwrap();
    for word in ["sandi-mikrotik", "router", "kopi"] {
        assert!(
            !bytes.windows(word.len()).any(|part| part == word.as_bytes()),
            "{word} is readable"
        );
    }
}

#[tokio::test]
async fn a_wrong_passphrase_is_named_and_changes_nothing() {
    let case = Case::new();
    case.open("benar")
        .await
        .unwrap()
        .set(&Name::office_key(), phrase("isi"))
        .await
        .unwrap();
    let before = fs::read(case.path()).unwrap();
    let error = case.open("salah").await.unwrap_err();
    assert_eq!(error.code(), "passphrase_wrong", "{error}");
    assert!(error.to_string().contains("SAMBUNG_PASSPHRASE"), "{error}");
    assert_eq!(fs::read(case.path()).unwrap(), before);
}

#[tokio::test]
async fn an_empty_passphrase_protects_nothing_and_is_refused() {
    let case = Case::new();
    assert_eq!(case.open("").await.unwrap_err().code(), "passphrase_missing");
    assert!(!case.path().exists());
}

#[tokio::test]
async fn a_changed_byte_anywhere_is_damage_not_a_wrong_passphrase() {
    let case = Case::new();
    let file = case.open("kopi").await.unwrap();
    file.set(&Name::office_key(), phrase("isi")).await.unwrap();
    let whole = fs::read(case.path()).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x40;
        fs::write(case.path(), &changed).unwrap();
        let error = file.get(&Name::office_key()).await.unwrap_err();
        assert_eq!(error.code(), "secrets_damaged", "byte {at}: {error}");
    }
    for length in [
        0,
        1,
        MAGIC.len(),
        HEADER - 1,
        HEADER,
        HEADER + NONCE,
        whole.len() - 1,
    ] {
        fs::write(case.path(), &whole[..length]).unwrap();
        assert_eq!(
            case.open("kopi").await.unwrap_err().code(),
            "secrets_damaged",
            "{length} bytes left"
        );
    }
}

#[tokio::test]
async fn a_file_that_asks_for_all_of_the_machines_memory_is_refused_before_it_gets_any() {
    let case = Case::new();
    let cost = Cost {
        memory_kib: u32::MAX,
        passes: 1,
        lanes: 1,
    };
    let hostile = Header {
        cost,
        salt: [1; 16],
        check: [2; 16],
    };
    fs::write(case.path(), hostile.bytes()).unwrap();
    assert_eq!(case.open("kopi").await.unwrap_err().code(), "secrets_damaged");
}

#[tokio::test]
async fn two_handles_that_write_at_once_lose_nothing() {
    let case = Case::new();
    let (one, two) = (case.open("kopi").await.unwrap(), case.open("kopi").await.unwrap());
    let writes = (0..20).map(|id| {
        let file = if id % 2 == 0 { one.clone() } else { two.clone() };
        tokio::spawn(async move { file.set(&Name::router_password(id), phrase("x")).await })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap().unwrap();
    }
    for id in 0..20 {
        assert!(
            read(&one, &Name::router_password(id)).await.is_some(),
            "router {id} was lost"
        );
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let case = Case::new();
    let missing = case.folder.path().join("tidak-ada").join("secrets");
    let error = SecretFile::open(missing, phrase("kopi")).await.unwrap_err();
    assert_eq!(error.code(), "secrets_io");
    assert!(error.to_string().contains("tidak-ada"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_file_even_after_it_was_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let case = Case::new();
    let file = case.open("kopi").await.unwrap();
    file.set(&Name::office_key(), phrase("isi")).await.unwrap();
    let mode = fs::metadata(case.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");
}

#[tokio::test]
async fn a_half_written_file_of_a_crash_does_no_harm() {
    let case = Case::new();
    let file = case.open("kopi").await.unwrap();
    file.set(&Name::office_key(), phrase("isi")).await.unwrap();
    fs::write(beside(&case.path(), ".new"), b"half").unwrap();
    file.set(&Name::router_password(1), phrase("satu")).await.unwrap();
    assert_eq!(read(&file, &Name::office_key()).await.as_deref(), Some("isi"));
    assert_eq!(
        read(&file, &Name::router_password(1)).await.as_deref(),
        Some("satu")
    );
}

#[tokio::test]
async fn printing_shows_where_never_what() {
    let case = Case::new();
    let file = case.open("kopi").await.unwrap();
    file.set(&Name::office_key(), phrase("isi-rahasia"))
        .await
        .unwrap();
    let printed = format!("{file:?}");
    assert!(
        printed.starts_with("SecretFile(") && !printed.contains("isi-rahasia") && !printed.contains("kopi")
    );
}
