//! What the RouterOS client reports, in words for people. The router's own words are English whoever reads them, so they
//! stand in quotation marks.

use std::time::Duration;

use routeros_api as api;

/// In which step a router fell silent.
pub(super) fn during(stage: &api::Stage) -> String {
    match stage {
        api::Stage::Connect => "saat sambungan dibuka".to_owned(),
        api::Stage::Tls => "saat sambungan TLS dibuat".to_owned(),
        api::Stage::Login => "saat login".to_owned(),
        api::Stage::Command(word) => format!("perintah {word}"),
    }
}

/// A time limit as it is read aloud: `10`, `0,5`.
pub(super) fn seconds(limit: Duration) -> String {
    limit.as_secs_f64().to_string().replace('.', ",")
}

/// The same in English. The client's own words are for programmers: they begin small and have no full stop.
pub(super) fn of_router_in_english(error: &api::Error) -> String {
    match error {
        api::Error::Unreachable { address, .. } => format!(
            "The router at {address} cannot be reached. Check its address, the cable or tunnel, and its API service."
        ),
        api::Error::Protocol { .. } => {
            "What answers at that address is not the RouterOS API. Check the port (8728, with TLS 8729).".to_owned()
        }
        api::Error::Closed { .. } | api::Error::Unusable { .. } => {
            "The connection to the router was lost before its answer arrived. It is tried again; if it happens again, check the \
             network."
                .to_owned()
        }
        api::Error::NotTls { port } => format!(
            "Port {port} does not speak TLS. The API with TLS (api-ssl) is usually at port 8729, the one without (api) at 8728; \
             correct the port, or switch TLS off in the router's settings."
        ),
        api::Error::SpeaksTls { port } => format!(
            "Port {port} speaks TLS (api-ssl), and this connection is without TLS. Switch TLS on in the router's settings, or \
             use the port of the API without TLS, usually 8728."
        ),
        api::Error::TimedOut { stage, limit } => format!(
            "The router did not answer {stage} within {limit:?}. It may be overloaded, or something on the way swallows packets."
        ),
        api::Error::TlsHandshake { .. } => {
            "The TLS connection to the router failed; usually the router has no certificate yet. Make one in the router's \
             terminal, then set it at the service api-ssl:\n\
             /certificate add name=api-tls common-name=router days-valid=3650; /certificate sign api-tls\n\
             /ip service set api-ssl certificate=api-tls disabled=no"
                .to_owned()
        }
        api::Error::CertificateChanged { pinned, presented } => {
            let (pinned, presented) = (pinned.to_string(), presented.to_string());
            format!(
                "The router's certificate has changed: known {pinned:.16}…, now {presented:.16}…. Accept the new one only if \
                 you know why it changed."
            )
        }
        api::Error::BadLogin { .. } => {
            "The router refused the user name or the password. Check both on the router's page.".to_owned()
        }
        api::Error::NotEnoughPermissions { command, .. } => format!(
            "The API user may not run {command}. Its group needs the policies api, read, write and sensitive."
        ),
        api::Error::Trap { command, message, .. } => format!(
            "The router refused {command}: {}. See what stands in its way on the router, then try again.",
            quoted(message)
        ),
        api::Error::Fatal { message } => format!(
            "The router ended the connection: {}. Check the router, then try again.",
            quoted(message)
        ),
        api::Error::ReplyTooLarge { command, .. } => format!(
            "The router's answer to {command} is too large. Make that menu smaller on the router."
        ),
        api::Error::CommandTooLarge { command, .. } => format!(
            "{command} was not sent, since what it holds is too long. Shorten what was filled in."
        ),
    }
}

/// The router's own words, which are English whoever reads them: in quotation marks, without a full stop of theirs.
fn quoted(words: &str) -> String {
    format!("\"{}\"", words.trim().trim_end_matches('.'))
}

/// What a router or the way to it refused, in Indonesian.
pub(super) fn of_router(error: &api::Error) -> String {
    match error {
        api::Error::Unreachable { address, .. } => {
            format!(
                "Router di {address} tidak dapat dihubungi. Periksa alamat, kabel atau tunnel, dan layanan API-nya."
            )
        }
        api::Error::TimedOut { stage, limit } => format!(
            "Router tidak menjawab {} dalam {} detik. Mungkin terlalu sibuk, atau paketnya hilang di jalan.",
            during(stage),
            seconds(*limit)
        ),
        api::Error::TlsHandshake { .. } => {
            "Sambungan TLS ke router gagal; biasanya router belum punya sertifikat. Buat di terminal router, lalu pasang di \
             layanan api-ssl:\n\
             /certificate add name=api-tls common-name=router days-valid=3650; /certificate sign api-tls\n\
             /ip service set api-ssl certificate=api-tls disabled=no"
                .to_owned()
        }
        api::Error::NotTls { port } => format!(
            "Port {port} tidak memakai TLS. API dengan TLS (api-ssl) biasanya di port 8729, yang tanpa TLS (api) di 8728; \
             betulkan portnya, atau matikan TLS di data router."
        ),
        api::Error::SpeaksTls { port } => format!(
            "Port {port} memakai TLS (api-ssl), padahal sambungan ini tanpa TLS. Nyalakan TLS di data router, atau pakai port \
             API tanpa TLS, biasanya 8728."
        ),
        api::Error::CertificateChanged { pinned, presented } => {
            // The beginning tells two apart, and can be read out on the telephone.
            let (pinned, presented) = (pinned.to_string(), presented.to_string());
            format!(
                "Sertifikat router berubah: dikenal {pinned:.16}…, kini {presented:.16}…. Terima yang baru hanya bila Anda tahu \
                 mengapa berubah."
            )
        }
        api::Error::BadLogin { .. } => {
            "Router menolak nama pengguna atau kata sandi. Periksa keduanya di halaman router.".to_owned()
        }
        api::Error::NotEnoughPermissions { command, .. } => format!(
            "Pengguna API tidak diizinkan menjalankan {command}. Grupnya perlu izin api, read, write, dan sensitive."
        ),
        api::Error::Trap { command, message, .. } => {
            format!(
                "Router menolak {command}: {}. Periksa penyebabnya di router, lalu ulangi.",
                quoted(message)
            )
        }
        api::Error::Fatal { message } => {
            format!(
                "Router memutus sambungan: {}. Periksa router, lalu ulangi.",
                quoted(message)
            )
        }
        api::Error::Protocol { .. } => {
            "Yang menjawab di alamat itu bukan API RouterOS. Periksa portnya (8728, dengan TLS 8729)."
                .to_owned()
        }
        api::Error::ReplyTooLarge { command, .. } => {
            format!("Jawaban router untuk {command} terlalu besar. Kurangi isi menu itu di router.")
        }
        api::Error::CommandTooLarge { command, .. } => {
            format!("Perintah {command} tidak dikirim karena isinya terlalu panjang. Persingkat isiannya.")
        }
        api::Error::Closed { .. } | api::Error::Unusable { .. } => {
            "Sambungan ke router terputus sebelum jawabannya tiba. Sambung dicoba lagi; bila terulang, periksa jaringannya."
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_routers_own_words_are_quoted_and_every_sentence_begins_and_ends_as_one() {
        let text = || "failure: already have such address.".to_owned();
        let command = || "/ip/arp/add".to_owned();
        let errors = [
            api::Error::Unreachable {
                address: "10.0.0.1:8729".into(),
                reason: "no route".into(),
            },
            api::Error::TimedOut {
                stage: api::Stage::Connect,
                limit: Duration::from_secs(3),
            },
            api::Error::NotTls { port: 8728 },
            api::Error::SpeaksTls { port: 8729 },
            api::Error::BadLogin { message: text() },
            api::Error::NotEnoughPermissions {
                command: command(),
                message: text(),
            },
            api::Error::Trap {
                command: command(),
                category: None,
                message: text(),
            },
            api::Error::Fatal { message: text() },
            api::Error::Protocol { detail: text() },
            api::Error::ReplyTooLarge {
                command: command(),
                limit: 1,
            },
            api::Error::Closed { reason: text() },
        ];
        for error in errors {
            for said in [of_router(&error), of_router_in_english(&error)] {
                assert!(
                    said.starts_with(char::is_uppercase) && said.ends_with('.'),
                    "{said}"
                );
                assert!(
                    !said.contains("failure") || said.contains("\"failure: already have such address\"."),
                    "{said}"
                );
            }
        }
    }
}
