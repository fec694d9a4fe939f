//! Why a line or a router could not be brought where it should be. Each failure has a stable code, a sentence in both
//! languages, and the answer to the one question that decides what happens next: was it the line, or the router?

use billing::ConnectionType;
use routeros_api as api;

use crate::error::{Error, Kind, Sentence};
use crate::network::line::Said;
use crate::secrets::SecretsError;

/// What went wrong, on a router or on the way to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The router could not be asked, or refused.
    #[error("{0}")]
    Router(#[from] api::Error),
    /// The place for secrets has no password for the router.
    #[error("this desk has no password for the router {router}")]
    NoPassword {
        /// The router's name.
        router: String,
    },
    /// The place for secrets cannot be reached.
    #[error("{}", sentence.en)]
    Secrets {
        /// The code of that failure.
        code: &'static str,
        /// What happened and what to do.
        sentence: Sentence,
    },
    /// The office's own database, or one of its rules, is in the way.
    #[error("{}", sentence.en)]
    Here {
        /// The code of that failure.
        code: &'static str,
        /// What happened and what to do.
        sentence: Sentence,
    },
    /// No such router, or it is switched off in the office's list.
    #[error("the router is not in use")]
    NotInUse,
    /// The customer has no router.
    #[error("the customer has no router")]
    NoRouter,
    /// The line has no PPPoE user name or no address.
    #[error("the line has no user name or address")]
    NoName,
    /// Lines of this kind are not controlled.
    #[error("lines of the kind {0} are not controlled")]
    Unsupported(ConnectionType),
    /// The router has no secret of that name.
    #[error("the router has no PPPoE secret {0}")]
    MissingSecret(String),
    /// The router has no ARP entry of that address.
    #[error("the router has no ARP entry for {0}")]
    MissingArp(String),
    /// The entry was learned, not written; such entries cannot be switched off.
    #[error("the ARP entry for {0} is dynamic")]
    DynamicArp(String),
    /// The address stands on the isolation list, put there by somebody else.
    #[error("the address {0} is on the list by somebody else's hand")]
    ForeignListEntry(String),
    /// The office says that the router has this profile for the package; it has not.
    #[error("the router has no profile {0}")]
    MissingProfile(String),
    /// Read back, the router says something else than it was told.
    #[error("told {wanted:?}, the router says {said:?}")]
    Disagrees {
        /// What it was told.
        wanted: Said,
        /// What it says.
        said: Option<Said>,
    },
    /// A session that was dropped is still there.
    #[error("the session of {0} is still there")]
    SessionStays(String),
    /// The line is no longer as the change that is to be undone left it.
    #[error("the line has changed since; the router says {said:?}")]
    ChangedSince {
        /// What it says now.
        said: Said,
    },
    /// The router's answer lacks what every router sends.
    #[error("the router's answer cannot be read: {0}")]
    Unreadable(String),
}

impl From<api::RowError> for Failure {
    fn from(error: api::RowError) -> Failure {
        Failure::Unreadable(error.to_string())
    }
}

impl From<SecretsError> for Failure {
    fn from(error: SecretsError) -> Failure {
        let error = Error::from(error);
        Failure::Secrets {
            code: error.code,
            sentence: error.detail,
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Failure {
        Error::from(error).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Here {
            code: error.code,
            sentence: error.detail,
        }
    }
}

impl Failure {
    /// The stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Failure::Router(error) => error.code(),
            Failure::NoPassword { .. } => "router_password_missing",
            Failure::Secrets { code, .. } | Failure::Here { code, .. } => code,
            Failure::NotInUse => "router_not_in_use",
            Failure::NoRouter => "line_without_router",
            Failure::NoName => "line_without_name",
            Failure::Unsupported(_) => "unsupported_connection",
            Failure::MissingSecret(_) => "secret_missing",
            Failure::MissingArp(_) => "arp_missing",
            Failure::DynamicArp(_) => "arp_dynamic",
            Failure::ForeignListEntry(_) => "list_entry_foreign",
            Failure::MissingProfile(_) => "profile_missing",
            Failure::Disagrees { .. } => "router_disagrees",
            Failure::SessionStays(_) => "session_stays",
            Failure::ChangedSince { .. } => "changed_since",
            Failure::Unreadable(_) => "router_unreadable",
        }
    }

    /// Whether the router as a whole is the trouble: unreachable, refusing the login, without a password. Work for it
    /// waits then, without spending tries, until it answers again.
    #[must_use]
    pub fn is_of_router(&self) -> bool {
        match self {
            Failure::Router(error) => {
                error.is_unreachable()
                    || matches!(
                        error,
                        api::Error::TlsHandshake { .. }
                            | api::Error::CertificateChanged { .. }
                            | api::Error::BadLogin { .. }
                    )
            }
            Failure::NoPassword { .. } | Failure::Secrets { .. } | Failure::NotInUse => true,
            _ => false,
        }
    }

    /// Whether trying again cannot help before a person has changed something about the line.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Failure::Unsupported(_)
                | Failure::NoRouter
                | Failure::NoName
                | Failure::ChangedSince { .. }
                | Failure::Here {
                    code: "router_observed",
                    ..
                }
        )
    }

    /// What happened and what to do.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Failure::Router(error) => Sentence::new(of_router(error), error.to_string()),
            Failure::NoPassword { router } => Sentence::new(
                format!(
                    "Komputer ini tidak menyimpan kata sandi router {router}. Isi kata sandinya di halaman router."
                ),
                format!(
                    "This desk keeps no password for the router {router}. Enter it on the router's page."
                ),
            ),
            Failure::Secrets { sentence, .. } | Failure::Here { sentence, .. } => sentence.clone(),
            Failure::NotInUse => Sentence::new(
                "Router ini tidak dipakai atau sudah dinonaktifkan. Aktifkan router, atau pindahkan pelanggannya.",
                "This router is not in use or was switched off. Switch it on, or move its customers.",
            ),
            Failure::NoRouter => Sentence::new(
                "Pelanggan ini belum punya router. Pilih routernya di data pelanggan.",
                "This customer has no router. Choose one in the customer's record.",
            ),
            Failure::NoName => Sentence::new(
                "Data pelanggan belum berisi nama PPPoE atau alamat IP-nya. Lengkapi dulu.",
                "The customer's record has no PPPoE name or address. Fill it in first.",
            ),
            Failure::Unsupported(kind) => Sentence::new(
                format!(
                    "Sambungan jenis {kind} belum dapat dikendalikan. Buka atau tutup langsung di router."
                ),
                format!(
                    "This kind of line ({kind}) is not controlled yet. Open or close it on the router itself."
                ),
            ),
            Failure::MissingSecret(name) => Sentence::new(
                format!(
                    "Router tidak punya secret PPPoE \"{name}\". Buat secret itu, atau betulkan nama di data pelanggan."
                ),
                format!(
                    "The router has no PPPoE secret \"{name}\". Add it, or correct the name in the customer's record."
                ),
            ),
            Failure::MissingArp(address) => Sentence::new(
                format!(
                    "Router tidak punya entri ARP untuk {address}. Tambahkan entri ARP statis untuk alamat itu."
                ),
                format!(
                    "The router has no ARP entry for {address}. Add a static ARP entry for that address."
                ),
            ),
            Failure::DynamicArp(address) => Sentence::new(
                format!(
                    "Entri ARP {address} dipelajari otomatis dan tidak bisa dinonaktifkan. Jadikan statis, atau pilih cara \
                     address_list untuk router ini."
                ),
                format!(
                    "The ARP entry for {address} was learned and cannot be disabled. Make it static, or choose \
                     address_list for this router."
                ),
            ),
            Failure::ForeignListEntry(address) => Sentence::new(
                format!(
                    "Alamat {address} ada di daftar isolasi router, tetapi bukan Sambung yang menaruhnya. Hapus entri itu di \
                     router bila memang tidak diperlukan."
                ),
                format!(
                    "The address {address} is on the router's isolation list, but Sambung did not put it there. Remove the \
                     entry on the router if it is not needed."
                ),
            ),
            Failure::MissingProfile(name) => Sentence::new(
                format!(
                    "Router tidak punya profil \"{name}\" yang dipetakan ke paket ini. Buat profilnya, atau hapus pemetaannya."
                ),
                format!(
                    "The router has no profile \"{name}\", which is mapped to this package. Make it, or remove the mapping."
                ),
            ),
            Failure::Disagrees { .. } => Sentence::new(
                "Setelah dibaca ulang, router menjawab lain dari yang diminta. Periksa apakah ada yang mengubahnya di router.",
                "Read back, the router says something else than it was told. See whether somebody changes it on the router.",
            ),
            Failure::SessionStays(name) => Sentence::new(
                format!(
                    "Sesi PPPoE \"{name}\" tidak mau putus. Putuskan dari router; perubahan berlaku setelah itu."
                ),
                format!(
                    "The PPPoE session \"{name}\" does not end. Drop it on the router; the change takes effect then."
                ),
            ),
            Failure::ChangedSince { .. } => Sentence::new(
                "Saluran ini sudah berubah sejak rencana dijalankan, jadi dibiarkan apa adanya.",
                "This line has changed since the plan was applied, so it was left as it is.",
            ),
            Failure::Unreadable(what) => Sentence::new(
                format!("Jawaban router tidak dapat dibaca ({what}). Periksa versi RouterOS-nya."),
                format!("The router's answer cannot be read ({what}). Check its RouterOS version."),
            ),
        }
    }
}

fn of_router(error: &api::Error) -> String {
    match error {
        api::Error::Unreachable { address, .. } => {
            format!(
                "Router di {address} tidak dapat dihubungi. Periksa alamat, kabel atau tunnel, dan layanan API-nya."
            )
        }
        api::Error::TimedOut { stage, limit } => format!(
            "Router tidak menjawab ({stage}) dalam {} detik. Mungkin terlalu sibuk, atau paketnya hilang di jalan.",
            limit.as_secs()
        ),
        api::Error::TlsHandshake { .. } => {
            "Sambungan TLS ke router gagal; biasanya router belum punya sertifikat. Buat \
             sertifikat di terminal router, lalu pasang di layanan api-ssl."
                .to_owned()
        }
        api::Error::CertificateChanged { .. } => {
            "Sertifikat router berubah dari yang dikenal. Terima yang baru hanya \
             bila Anda tahu mengapa berubah."
                .to_owned()
        }
        api::Error::BadLogin { .. } => {
            "Router menolak nama pengguna atau kata sandi. Periksa keduanya di halaman router.".to_owned()
        }
        api::Error::NotEnoughPermissions { command, .. } => format!(
            "Pengguna API tidak diizinkan menjalankan {command}. Grupnya perlu izin api, read, write, dan sensitive."
        ),
        api::Error::Trap { command, message, .. } => format!("Router menolak {command}: {message}"),
        api::Error::Fatal { message } => format!("Router memutus sambungan: {message}"),
        api::Error::Protocol { .. } => {
            "Yang menjawab di alamat itu bukan API RouterOS. Periksa portnya (8728, dengan TLS 8729)."
                .to_owned()
        }
        api::Error::ReplyTooLarge { command, .. } => format!("Jawaban router untuk {command} terlalu besar."),
        api::Error::CommandTooLarge { command, .. } => {
            format!("Perintah {command} tidak dikirim karena isinya terlalu panjang.")
        }
        api::Error::Closed { .. } | api::Error::Unusable { .. } => {
            "Sambungan ke router terputus sebelum jawabannya tiba.".to_owned()
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        let kind = match &failure {
            Failure::Router(_)
            | Failure::NoPassword { .. }
            | Failure::Secrets { .. }
            | Failure::Unreadable(_) => Kind::Elsewhere,
            Failure::Here { .. } => Kind::Unavailable,
            Failure::Unsupported(_) | Failure::NoRouter | Failure::NoName => Kind::Invalid,
            _ => Kind::Conflict,
        };
        let detail = failure.sentence();
        Error {
            kind,
            code: failure.code(),
            detail,
            fields: Vec::new(),
            source: Some(Box::new(failure)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_command_is_of_the_line_and_a_refused_login_is_of_the_router() {
        let trap = api::Error::Trap {
            command: "/ppp/secret/set".into(),
            category: None,
            message: "input does not match any value of profile".into(),
        };
        assert!(
            !Failure::from(trap).is_of_router(),
            "the other lines of the router go on"
        );
        let login = api::Error::BadLogin {
            message: "invalid user name or password (6)".into(),
        };
        assert!(
            Failure::from(login).is_of_router(),
            "work waits until the password is mended"
        );
    }

    #[test]
    fn a_line_that_cannot_be_controlled_says_so_in_both_languages() {
        let error = Error::from(Failure::Unsupported(ConnectionType::Dhcp));
        assert_eq!(error.code, "unsupported_connection");
        assert!(error.detail.id.contains("dhcp") && error.detail.en.contains("not controlled yet"));
    }
}
