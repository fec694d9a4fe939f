//! Every way in which the file of a backup can be wrong is found when it is opened.

use std::path::PathBuf;

use super::*;

struct Sealed {
    folder: tempfile::TempDir,
    file: PathBuf,
    manifest: Manifest,
}

fn passphrase(words: &str) -> SecretString {
    SecretString::from(words.to_owned())
}

const RIGHT: &str = "sapi makan rumput di sawah";

/// Nothing that a tar or a compressor would notice by itself.
fn content() -> Vec<u8> {
    (0..300_000_u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect()
}

fn sealed() -> Sealed {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("kantor.sqlite");
    std::fs::write(&database, content()).unwrap();
    let digest = digest_of(&database).unwrap();
    let manifest = Manifest {
        format: FORMAT,
        program: "0.1.0".to_owned(),
        office: "Warga Net".to_owned(),
        desk: "meja".to_owned(),
        taken_at: 1_767_243_600_000,
        schema: 12,
        size: digest.size,
        sha256: digest.sha256,
        holds: store::holdings::Holdings::default(),
    };
    let file = folder.path().join("cadangan.tar.zst.age");
    let written = seal(&database, &manifest, &passphrase(RIGHT), &file).unwrap();
    assert_eq!(
        written,
        digest_of(&file).unwrap(),
        "what was counted is what lies there"
    );
    Sealed {
        folder,
        file,
        manifest,
    }
}

impl Sealed {
    fn opened(&self, words: &str) -> Result<Manifest, ContainerError> {
        let into = self.folder.path().join("dibuka.sqlite");
        let _ = std::fs::remove_file(&into);
        let opened = open(&self.file, &passphrase(words), &into);
        if opened.is_ok() {
            assert_eq!(std::fs::read(&into).unwrap(), content());
        }
        opened
    }

    fn rewritten(&self, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = std::fs::read(&self.file).unwrap();
        change(&mut bytes);
        std::fs::write(&self.file, bytes).unwrap();
    }
}

#[test]
fn what_was_sealed_opens_with_its_passphrase_and_no_other() {
    let sealed = sealed();
    assert!(is_sealed(&sealed.file).unwrap());
    assert_eq!(sealed.opened(RIGHT).unwrap(), sealed.manifest);
    for wrong in ["sapi makan rumput di sawa", ""] {
        assert!(matches!(
            sealed.opened(wrong).unwrap_err(),
            ContainerError::WrongPassphrase
        ));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&sealed.file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn nothing_of_the_content_can_be_read_in_the_file() {
    let sealed = sealed();
    let bytes = std::fs::read(&sealed.file).unwrap();
    for word in ["Warga Net", "sambung.sqlite", "sapi"] {
        assert!(
            !bytes.windows(word.len()).any(|part| part == word.as_bytes()),
            "{word}"
        );
    }
}

#[test]
fn a_byte_that_flipped_anywhere_is_found() {
    let whole = sealed();
    let length = usize::try_from(std::fs::metadata(&whole.file).unwrap().len()).unwrap();
    let before = std::fs::read(&whole.file).unwrap();
    // In the head (after the work factor, which would only make the passphrase a wrong one), in the first, a middle and the
    // last part.
    for at in [30, 150, 250, length / 2, length - 1] {
        whole.rewritten(|bytes| bytes[at] ^= 1);
        assert!(whole.opened(RIGHT).is_err(), "byte {at} flipped, and it opened");
        std::fs::write(&whole.file, &before).unwrap();
    }
    assert!(whole.opened(RIGHT).is_ok());
}

#[test]
fn a_file_that_was_cut_short_is_found_wherever_it_was_cut() {
    let whole = sealed();
    let before = std::fs::read(&whole.file).unwrap();
    // The parts of age are 64 KiB: also exactly at the end of one.
    for length in [
        0,
        10,
        180,
        66_000,
        64 * 1024 + 16,
        before.len() - 17,
        before.len() - 1,
    ] {
        std::fs::write(&whole.file, &before[..length]).unwrap();
        assert!(whole.opened(RIGHT).is_err(), "cut at {length}, and it opened");
    }
    whole.rewritten(|bytes| {
        *bytes = before.clone();
        bytes.extend_from_slice(b"dan seterusnya");
    });
    assert!(whole.opened(RIGHT).is_err(), "something was added behind it");
}

#[test]
fn another_file_is_no_backup_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("foto.png");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n and no backup at all").unwrap();
    assert!(!is_sealed(&picture).unwrap());
    let refused = open(&picture, &passphrase(RIGHT), &folder.path().join("x")).unwrap_err();
    assert!(
        matches!(refused, ContainerError::NotSealed | ContainerError::Damaged(_)),
        "{refused:?}"
    );
}

#[test]
fn a_database_that_is_not_the_manifests_and_a_later_form_are_refused() {
    let mut forged = sealed();
    let database = forged.folder.path().join("kantor.sqlite");
    let again = |forged: &Sealed| {
        std::fs::remove_file(&forged.file).unwrap();
        seal(&database, &forged.manifest, &passphrase(RIGHT), &forged.file).unwrap();
    };
    let mut other = content();
    other[1_000] ^= 1;
    std::fs::write(&database, other).unwrap();
    again(&forged);
    let refused = forged.opened(RIGHT).unwrap_err();
    assert!(matches!(refused, ContainerError::Damaged(_)), "{refused:?}");
    forged.manifest.format = FORMAT + 1;
    again(&forged);
    let refused = forged.opened(RIGHT).unwrap_err();
    assert!(matches!(refused, ContainerError::Newer(2)), "{refused:?}");
}
