//! The failures of routers and lines in words: one sentence that says what happened and what to do.

use jiff::civil::DateTime;

use super::Failure;
use super::router_words::{during, of_router, of_router_in_english, seconds};
use crate::access::moment;
use crate::error::{Language, Sentence};
use crate::network::policies::lacking;

impl Failure {
    /// What happened and what to do.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Failure::Router(error) | Failure::Refusing(error) => {
                Sentence::new(of_router(error), of_router_in_english(error))
            }
            Failure::Silent { stage, limit, tries } => Sentence::new(
                format!(
                    "Router tidak menjawab {}: {tries} kali dicoba, masing-masing paling lama {} detik. Mungkin terlalu \
                     sibuk, atau paketnya hilang di jalan.",
                    during(stage),
                    seconds(*limit)
                ),
                format!(
                    "The router did not answer {stage} in {tries} tries of at most {limit:?} each. It may be overloaded, or \
                     something on the way swallows packets."
                ),
            ),
            Failure::LacksPolicies { missing } => lacking(missing),
            Failure::EmptyRefused { router, username } => Sentence::new(
                format!(
                    "Router menolak nama pengguna atau kata sandi: kata sandi {username} yang disimpan untuk {router} kosong. \
                     Isi kata sandinya di halaman router."
                ),
                format!(
                    "The router refused the user name or the password: the password of {username} that is kept for {router} \
                     is empty. Enter it on the router's page."
                ),
            ),
            Failure::NoPassword { router, elsewhere } if elsewhere.is_empty() => Sentence::new(
                format!(
                    "Tidak ada komputer kantor yang menyala di sini yang tahu kata sandi router {router}. Isi kata sandinya di \
                     halaman router, atau nyalakan komputer yang menyimpannya."
                ),
                format!(
                    "No computer of the office that is on knows the password of the router {router}. Enter it on the router's \
                     page, or switch the computer on that keeps it."
                ),
            ),
            Failure::NoPassword { router, elsewhere } => {
                let elsewhere = elsewhere.join(", ");
                Sentence::new(
                    format!(
                        "Komputer ini tidak menyimpan kata sandi router {router}; yang menyimpannya: {elsewhere}. Lakukan di \
                         sana, atau isi kata sandinya di halaman router."
                    ),
                    format!(
                        "This desk keeps no password for the router {router}; these do: {elsewhere}. Do it there, or enter the \
                         password on the router's page."
                    ),
                )
            }
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
                "Data pelanggan belum berisi nama PPPoE atau hotspot, alamat IP, atau alamat MAC-nya. Lengkapi dulu.",
                "The customer's record has no PPPoE or hotspot name, IP address or MAC address. Fill it in first.",
            ),
            Failure::MissingSecret(name) => Sentence::new(
                format!(
                    "Router tidak punya secret PPPoE \"{name}\". Buat secret itu, atau betulkan nama di data pelanggan."
                ),
                format!(
                    "The router has no PPPoE secret \"{name}\". Add it, or correct the name in the customer's record."
                ),
            ),
            Failure::SecretTaken { name, mark } => Sentence::new(
                format!(
                    "Secret PPPoE \"{name}\" di router milik pelanggan lain ({mark}). Pilih nama PPPoE lain untuk pelanggan ini."
                ),
                format!(
                    "The PPPoE secret \"{name}\" on the router is another customer's ({mark}). Choose another PPPoE name \
                     for this one."
                ),
            ),
            Failure::OfAnother { called, mark } => Sentence::new(
                format!(
                    "Di router, \"{called}\" bertanda milik pelanggan lain ({mark}), jadi tidak ada yang dikirim. Betulkan nama \
                     atau alamat jalur di data pelanggan ini, atau ubah komentarnya di router."
                ),
                format!(
                    "On the router \"{called}\" is marked as another customer's ({mark}), so nothing was sent. Correct the \
                     line's name or address in this customer's record, or change the comment on the router."
                ),
            ),
            Failure::SecretDiffers { name, what } => {
                let what = what.join(", ");
                Sentence::new(
                    format!(
                        "Router sudah punya secret PPPoE \"{name}\" yang isinya lain ({what}). Samakan di router lalu ulangi \
                         pekerjaan ini, atau pilih nama PPPoE lain."
                    ),
                    format!(
                        "The router has a PPPoE secret \"{name}\" already, and it differs ({what}). Make it the same and \
                         retry this job, or choose another PPPoE name."
                    ),
                )
            }
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
                     Daftar alamat untuk router ini."
                ),
                format!(
                    "The ARP entry for {address} was learned and cannot be disabled. Make it static, or choose \
                     Address list for this router."
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
            Failure::DynamicListEntry { address, list } => Sentence::new(
                format!(
                    "Alamat {address} ada di daftar {list} yang memutus jalur, dan ditaruh di sana oleh profil, lease, atau \
                     aturan di router, jadi tidak dapat dihapus dari daftar itu. Hapus pengaturan itu di router, lalu coba lagi."
                ),
                format!(
                    "The address {address} is on the list {list}, which cuts lines off, and was put there by a profile, a lease \
                     or a rule of the router, so it cannot be taken off. Remove that setting on the router, then try again."
                ),
            ),
            Failure::MissingLease(called) => Sentence::new(
                format!(
                    "Router tidak punya lease DHCP untuk {called}. Tambahkan lease statis untuk perangkat itu, atau betulkan \
                     alamat MAC di data pelanggan."
                ),
                format!(
                    "The router has no DHCP lease for {called}. Add a static lease for the device, or correct the MAC \
                     address in the customer's record."
                ),
            ),
            Failure::DynamicLease(called) => Sentence::new(
                format!(
                    "Lease DHCP {called} dinamis, jadi alamatnya bisa berpindah ke perangkat lain. Jadikan statis di router \
                     (make-static), lalu ulangi."
                ),
                format!(
                    "The DHCP lease of {called} is dynamic, so its address may move to another device. Make it static on \
                     the router (make-static), then try again."
                ),
            ),
            Failure::DisabledLease(called) => Sentence::new(
                format!(
                    "Lease DHCP {called} dinonaktifkan, jadi perangkatnya memakai alamat lain. Aktifkan lease itu di router."
                ),
                format!(
                    "The DHCP lease of {called} is switched off, so its device uses another address. Switch the lease on."
                ),
            ),
            Failure::MissingHotspotUser(name) => Sentence::new(
                format!(
                    "Router tidak punya pengguna hotspot \"{name}\". Buat pengguna itu, atau betulkan nama di data pelanggan."
                ),
                format!(
                    "The router has no hotspot user \"{name}\". Add it, or correct the name in the customer's record."
                ),
            ),
            Failure::HotspotUserTwice(name) => Sentence::new(
                format!(
                    "Router punya lebih dari satu pengguna hotspot \"{name}\" (untuk server yang berbeda). Sisakan satu, atau \
                     beri nama yang berbeda."
                ),
                format!(
                    "The router has more than one hotspot user \"{name}\" (for different servers). Keep one of them, or \
                     give them different names."
                ),
            ),
            Failure::Voucher(name) => Sentence::new(
                format!(
                    "Pengguna hotspot \"{name}\" adalah voucher (punya limit-uptime), jadi dibiarkan. Buat pengguna tersendiri \
                     untuk pelanggan ini."
                ),
                format!(
                    "The hotspot user \"{name}\" is a voucher (it has a limit-uptime), so it was left alone. Make a user of \
                     his own for this customer."
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
            Failure::MissingDefaultProfile(name) => Sentence::new(
                format!(
                    "Router tidak punya profil bawaan \"{name}\", jadi profil baru tidak mendapat alamat. Betulkan profil bawaan di \
                     data router, atau isi alamat lokal dan pool-nya."
                ),
                format!(
                    "The router has no default profile \"{name}\", so a new profile would have no addresses. Correct it on \
                     the router's page, or fill in the local address and the pool."
                ),
            ),
            Failure::Disagrees { .. } | Failure::OtherPace { .. } | Failure::OtherRate { .. } => {
                Sentence::new(
                    "Setelah dibaca ulang, router menjawab lain dari yang diminta. Periksa apakah ada yang mengubahnya di router.",
                    "Read back, the router says something else than it was told. See whether somebody changes it on the router.",
                )
            }
            Failure::SessionStays(name) => Sentence::new(
                format!(
                    "Sesi \"{name}\" tidak mau putus. Putuskan dari router; perubahan berlaku setelah itu."
                ),
                format!(
                    "The session \"{name}\" does not end. Drop it on the router; the change takes effect then."
                ),
            ),
            Failure::Halted { .. } => Sentence::new(
                "Dihentikan sebelum gilirannya; tidak ada yang dikirim.",
                "It was stopped before its turn; nothing was sent.",
            ),
            Failure::ChangedSince { .. } => Sentence::new(
                "Jalur ini sudah berubah sejak rencana dijalankan, jadi dibiarkan apa adanya.",
                "This line has changed since the plan was applied, so it was left as it is.",
            ),
            Failure::Hinted { failure, hint } => {
                let sentence = failure.sentence();
                Sentence::new(beside(&sentence.id, &hint.id), beside(&sentence.en, &hint.en))
            }
            Failure::EntryTaken { menu, name, mark } => Sentence::new(
                format!(
                    "Entri {menu} untuk \"{name}\" di router milik pelanggan lain ({mark}). Betulkan data salah satunya lalu ulangi."
                ),
                format!(
                    "The entry {menu} for \"{name}\" on the router is another customer's ({mark}). Correct one of the two \
                     records and retry."
                ),
            ),
            Failure::EntryDiffers { menu, name, what } => {
                let what = what.join(", ");
                Sentence::new(
                    format!(
                        "Router sudah punya entri {menu} untuk \"{name}\" yang bukan buatan Sambung dan isinya lain ({what}). \
                         Samakan di router, atau kosongkan komentarnya, lalu ulangi pekerjaan ini."
                    ),
                    format!(
                        "The router has an entry {menu} for \"{name}\" that Sambung did not make, and it differs ({what}). Make \
                         it the same on the router, or empty its comment, and retry this job."
                    ),
                )
            }
            Failure::Unplaced(obstacle) | Failure::NoEffect { obstacle, .. } => obstacle.sentence.clone(),
            Failure::Unreadable(what) => Sentence::new(
                format!("Jawaban router tidak dapat dibaca ({what}). Periksa versi RouterOS-nya."),
                format!("The router's answer cannot be read ({what}). Check its RouterOS version."),
            ),
        }
    }
}

/// Two sentences as one text; not every first one ends in a full stop.
fn beside(first: &str, second: &str) -> String {
    format!("{}. {second}", first.trim_end_matches('.'))
}

/// What a router that is known to be away adds to its failure: since when.
pub(in crate::network) fn away_since(at: &DateTime) -> Sentence {
    let since = |language| moment(at, language);
    Sentence::new(
        format!("Tidak dapat dipakai sejak {}.", since(Language::Indonesian)),
        format!("It cannot be used since {}.", since(Language::English)),
    )
}

/// What whoever spoke in clear and was cut off before the login may have done: a TLS port answers nothing else.
pub(in crate::network) fn spoken_in_clear(port: i64) -> Sentence {
    Sentence::new(
        format!(
            "Sambungan ini tanpa TLS; bila port {port} adalah port TLS (api-ssl, biasanya 8729), nyalakan TLS di data router."
        ),
        format!(
            "This connection is without TLS; if {port} is the TLS port (api-ssl, usually 8729), switch TLS on in the router's \
             settings."
        ),
    )
}
