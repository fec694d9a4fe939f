//! What the parts below say, in the user's words. The parts' own texts are for the log.

use super::{Error, FieldProblem, Kind, Sentence};

impl From<store::Error> for Error {
    /// The database's own words are for the log; the user hears what happened and what to do.
    fn from(error: store::Error) -> Error {
        use store::Error as E;
        let (kind, id, en) = match &error {
            E::Busy => (
                Kind::Unavailable,
                "Basis data sedang dipakai salinan Sambung yang lain; tidak ada yang berubah. Coba lagi sebentar.",
                "The database is in use by another copy of Sambung; nothing was changed. Try again in a moment.",
            ),
            E::Full => (
                Kind::Unavailable,
                "Disk tempat basis data sudah penuh; tidak ada yang berubah. Kosongkan sebagian, lalu coba lagi.",
                "The disk that holds the database is full; nothing was changed. Free some space and try again.",
            ),
            E::ReadOnly => (
                Kind::Unavailable,
                "Basis data hanya dapat dibaca. Periksa hak tulis berkas dan foldernya.",
                "The database may only be read. Check the rights of its file and folder.",
            ),
            E::ForeignSchema(_) => (
                Kind::Unavailable,
                "Susunan basis data ini bukan susunan yang dikenal Sambung versi ini; tidak ada yang berubah. Pasang versi \
                 yang membuatnya, atau pulihkan cadangan.",
                "The schema of this database is not one that this version of Sambung knows; nothing was changed. Install the \
                 version that made it, or restore a backup.",
            ),
            E::Newer { .. } => (
                Kind::Unavailable,
                "Basis data dibuat oleh Sambung yang lebih baru. Pasang versi terbaru, lalu buka lagi.",
                "The database was made by a newer Sambung. Install the newest version and open it again.",
            ),
            E::Unreachable(_) => (
                Kind::Unavailable,
                "Basis data tidak dapat dijangkau. Periksa letak berkas atau jaringan ke servernya.",
                "The database cannot be reached. Check where its file is, or the network to its server.",
            ),
            E::NoDatabase(_) => (
                Kind::Unavailable,
                "Server PostgreSQL menjawab, tetapi tidak punya basis data dengan nama itu. Buat dahulu (createdb), atau \
                 betulkan namanya di --database-url.",
                "The PostgreSQL server answers, but it has no database of this name. Make it first (createdb), or mend the \
                 name in --database-url.",
            ),
            E::Denied(_) => (
                Kind::Unavailable,
                "Server PostgreSQL menjawab, tetapi menolak pengguna atau kata sandinya. Betulkan di --database-url.",
                "The PostgreSQL server answers, but it refuses the user or the password. Mend them in --database-url.",
            ),
            E::Corrupt(_) => (
                Kind::Unavailable,
                "Berkas basis data rusak. Pulihkan cadangan terakhir.",
                "The database file is damaged. Restore the last backup.",
            ),
            E::Stale => {
                return Error {
                    source: Some(Box::new(error)),
                    ..Error::stale()
                };
            }
            E::Unique(promise) => return taken(*promise).caused_by(error),
            E::ForeignKey => (
                Kind::Invalid,
                "Data ini merujuk sesuatu yang tidak ada. Muat ulang, lalu pilih lagi.",
                "This refers to something that does not exist. Reload and choose again.",
            ),
            E::Unsupported(_) => (
                Kind::Invalid,
                "Basis data yang dipakai tidak mendukung ini.",
                "The database in use cannot do this.",
            ),
            E::NotEmpty(_) => (
                Kind::Conflict,
                "Basis data tujuan sudah berisi. Pilih yang baru dan kosong; tidak ada yang berubah.",
                "There is something in the target database already. Choose a new, empty one; nothing was changed.",
            ),
            E::Unequal(_) => (
                Kind::Fault,
                "Salinan tidak sama dengan aslinya, jadi tidak dipakai; aslinya tidak berubah. Ulangi; bila tetap begitu, \
                 laporkan dengan waktu kejadiannya.",
                "The copy is not like the original and was not kept; the original was not changed. Try again; if it stays \
                 so, report it with the time it happened.",
            ),
            E::Overflow(error) => return (*error).into(),
            E::Unreadable(_) | E::Other(_) => (
                Kind::Fault,
                "Pekerjaan ini gagal karena kesalahan di dalam program; tidak ada yang berubah. Laporkan dengan waktu kejadiannya.",
                "This failed because of a fault in the program; nothing was changed. Report it with the time it happened.",
            ),
        };
        Error::new(kind, error.code(), id, en).caused_by(error)
    }
}

/// What must be unique and is not, beside the field where it was typed.
fn taken(promise: store::Promise) -> Error {
    use store::Promise as P;
    let (field, id, en) = match promise {
        P::UserName => (
            "name",
            "Nama pengguna ini sudah dipakai.",
            "This user name is taken.",
        ),
        P::AreaName => (
            "name",
            "Wilayah dengan nama ini sudah ada.",
            "An area of this name exists.",
        ),
        P::RouterName => (
            "name",
            "Router dengan nama ini sudah ada.",
            "A router of this name exists.",
        ),
        P::PackageCode => (
            "code",
            "Paket dengan kode ini sudah ada.",
            "A package with this code exists.",
        ),
        P::CustomerNo => (
            "customer_no",
            "Nomor pelanggan ini sudah dipakai.",
            "This customer number is taken.",
        ),
        P::PppoeUsername => (
            "pppoe_username",
            "Username PPPoE ini sudah dipakai pelanggan lain di router yang sama.",
            "Another customer on the same router has this PPPoE user name.",
        ),
        P::StaticIp => (
            "static_ip",
            "Alamat IP ini sudah dipakai pelanggan lain di router yang sama.",
            "Another customer on the same router has this address.",
        ),
        P::Charge => (
            "period",
            "Periode ini sudah ditagih.",
            "This period is billed already.",
        ),
        P::Reversal => (
            "id",
            "Ini sudah dibatalkan sebelumnya.",
            "This was reversed before.",
        ),
        P::Override => (
            "customer_id",
            "Pengecualian lain masih berlaku.",
            "Another override is in force.",
        ),
        P::Token
        | P::InvoiceNumber
        | P::PaymentNumber
        | P::Idempotency
        | P::Job
        | P::Notification
        | P::PlanLine
        | P::Other => {
            return Error::conflict(
                promise.code(),
                "Data yang sama sudah ada. Muat ulang, lalu periksa.",
                "The same record exists already. Reload and check.",
            );
        }
    };
    let message = Sentence::new(id, en);
    let mut error = Error::conflict(
        promise.code(),
        format!("{id} Pakai yang lain."),
        format!("{en} Use another."),
    );
    if matches!(promise, P::Charge | P::Reversal | P::Override) {
        error.detail = message.clone();
    }
    error.fields = vec![FieldProblem {
        field: field.to_owned(),
        code: promise.code(),
        message,
    }];
    error
}

impl From<crate::secrets::SecretsError> for Error {
    fn from(error: crate::secrets::SecretsError) -> Error {
        let en = error.to_string();
        let id = match error.code() {
            "keyring_missing" => {
                "Komputer ini tidak punya gantungan kunci (keyring) yang menjawab. Masuk ke sesi desktop lalu buka lagi \
                 Sambung, atau pilih berkas terenkripsi dengan --secrets file dan SAMBUNG_PASSPHRASE."
            }
            "keyring_locked" | "keyring_timeout" => {
                "Gantungan kunci (keyring) terkunci. Buka kuncinya lewat sesi desktop, lalu coba lagi."
            }
            "passphrase_missing" => "Isi kata sandi berkas rahasia di SAMBUNG_PASSPHRASE.",
            "passphrase_wrong" => "Kata sandi berkas rahasia salah. Periksa SAMBUNG_PASSPHRASE.",
            _ => {
                "Rahasia (kata sandi router) tidak dapat dibaca atau disimpan. Periksa gantungan kunci atau berkasnya."
            }
        };
        Error::new(Kind::Elsewhere, error.code(), id, en).caused_by(error)
    }
}

impl From<crate::secrets::SealError> for Error {
    fn from(error: crate::secrets::SealError) -> Error {
        Error::new(
            Kind::Elsewhere,
            error.code(),
            "Kata sandi PPPoE tersimpan tidak dapat dibuka dengan kunci kantor ini. Isi ulang kata sandinya.",
            "The kept PPPoE password cannot be opened with this office's key. Enter the password again.",
        )
        .caused_by(error)
    }
}

impl From<billing::MoneyError> for Error {
    fn from(error: billing::MoneyError) -> Error {
        Error::invalid(
            "amount_too_large",
            "Jumlahnya terlalu besar untuk dihitung. Periksa angkanya.",
            "The amount is too large to be counted. Check the number.",
        )
        .caused_by(error)
    }
}
