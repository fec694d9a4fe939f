//! The sentences about lines: why something is proposed, why a line counts as closed, what a person should look at.

use crate::error::Sentence;
use crate::onboarding::entry::{ClosedBy, Entry, NotALine};
use crate::onboarding::matching::{Sign, Why};

/// How the reason of an override begins that an import of lines has set.
const CLOSED: &str = "Sudah ditutup di router sebelum diimpor";

/// Whether the reason of an override is one that an import of lines gave.
pub(crate) fn is_closing_of_import(reason: &str) -> bool {
    reason.starts_with(CLOSED)
}

/// Why a line that was closed by hand stays closed, as its override says it.
fn closing_reason(closed: Option<ClosedBy>, entry: &Entry) -> String {
    match closed {
        Some(ClosedBy::IsolatedProfile) => format!("{CLOSED} (profil {})", short_profile(entry)),
        Some(ClosedBy::Disabled) => format!("{CLOSED} (dinonaktifkan)"),
        Some(ClosedBy::Blocked) => format!("{CLOSED} (lease diblokir)"),
        None => CLOSED.to_owned(),
    }
}

/// The same in both wordings, for whoever reads the customer's record or the log.
pub(super) fn told_closing(closed: Option<ClosedBy>, entry: &Entry) -> Sentence {
    const CLOSED: &str = "Closed on the router before it was imported";
    let english = match closed {
        Some(ClosedBy::IsolatedProfile) => format!("{CLOSED} (profile {})", short_profile(entry)),
        Some(ClosedBy::Disabled) => format!("{CLOSED} (disabled)"),
        Some(ClosedBy::Blocked) => format!("{CLOSED} (lease blocked)"),
        None => CLOSED.to_owned(),
    };
    Sentence::new(closing_reason(closed, entry), english)
}

/// The name of the line's profile, as far as a reason has room for it.
fn short_profile(entry: &Entry) -> String {
    let name = entry.profile.as_deref().unwrap_or_default();
    name.chars().take(60).collect()
}

/// How the line was closed.
pub(super) fn closed(by: ClosedBy) -> Sentence {
    let (id, en) = match by {
        ClosedBy::Disabled => (
            "Dinonaktifkan di router; tetap tertutup sampai ada yang membukanya.",
            "Switched off on the router; it stays closed until somebody opens it.",
        ),
        ClosedBy::IsolatedProfile => (
            "Berprofil isolir di router; tetap tertutup sampai ada yang membukanya.",
            "It has the profile of closed lines; it stays closed until somebody opens it.",
        ),
        ClosedBy::Blocked => (
            "Diblokir di router; tetap tertutup sampai ada yang membukanya.",
            "Blocked on the router; it stays closed until somebody opens it.",
        ),
    };
    Sentence::new(id, en)
}

/// Why this is proposed.
pub(super) fn why(why: Why) -> Sentence {
    let (id, en) = match why {
        Why::New => (
            "Belum ada pelanggan untuk jalur ini.",
            "No customer is known for this line.",
        ),
        Why::Sign(sign) => return sign_sentence(sign),
        Why::Not(NotALine::OtherService) => (
            "Secret ini untuk terowongan, bukan PPPoE.",
            "This secret is for a tunnel, not for PPPoE.",
        ),
        Why::Not(NotALine::NotACustomer) => (
            "Nama atau komentarnya bukan milik pelanggan.",
            "Its name or comment is no customer's.",
        ),
        Why::Not(NotALine::Voucher) => (
            "Voucher hotspot yang habis pakai.",
            "A hotspot voucher that runs out.",
        ),
        Why::Not(NotALine::SameAddress) => (
            "Alamat ini sudah ada sebagai entri ARP; jalurnya diambil dari sana.",
            "The address has an ARP entry, from which the line is taken.",
        ),
        Why::Several => (
            "Beberapa pelanggan cocok; pilih salah satu.",
            "Several customers fit; choose one.",
        ),
        Why::OnlyWeak => (
            "Mungkin pelanggan ini, tetapi tandanya lemah; pilih sendiri.",
            "It may be this customer, but the sign is weak; choose yourself.",
        ),
        Why::SameCustomerTwice => (
            "Beberapa jalur menunjuk ke pelanggan yang sama; pilih satu untuknya.",
            "Several lines point at the same customer; choose one for them.",
        ),
    };
    Sentence::new(id, en)
}

fn sign_sentence(sign: Sign) -> Sentence {
    let (id, en) = match sign {
        Sign::SameLine => (
            "Jalur ini sudah tercatat pada pelanggannya.",
            "The customer's record has this line already.",
        ),
        Sign::Mark => (
            "Komentarnya memuat nomor pelanggan ini.",
            "The comment has this customer's number.",
        ),
        Sign::MarkOtherName => (
            "Komentarnya memuat nomor pelanggan ini dengan nama lain.",
            "The comment has this customer's number with another name.",
        ),
        Sign::SameUser => (
            "Nama PPPoE pelanggan ini sama.",
            "This customer has the same PPPoE name.",
        ),
        Sign::Phone => (
            "Komentarnya memuat nomor telepon pelanggan ini.",
            "The comment has this customer's telephone number.",
        ),
        Sign::FullName | Sign::ShortName => (
            "Komentarnya memuat nama pelanggan ini.",
            "The comment has this customer's name.",
        ),
        Sign::SameUserElsewhere => (
            "Nama PPPoE yang sama ada di router lain.",
            "Another router has the same PPPoE name.",
        ),
    };
    Sentence::new(id, en)
}

billing::text_enum! {
    /// Something about a line that a person should look at.
    pub enum Remark as "remark" {
        /// The name is made of the user name.
        NameOfUser => "name_of_user",
        /// Nothing tells a name.
        NameMissing => "name_missing",
        /// The comment has further telephone numbers.
        MorePhones => "more_phones",
        /// Another line has the same telephone number.
        PhoneTwice => "phone_twice",
        /// It has not been online for a long time.
        LongOffline => "long_offline",
        /// The comment is longer than what is shown and read.
        CommentCut => "comment_cut",
    }
}

/// What it means.
pub(super) fn remark(remark: Remark) -> Sentence {
    let (id, en) = match remark {
        Remark::NameOfUser => (
            "Nama diambil dari nama pengguna; periksa.",
            "The name is made of the user name; check it.",
        ),
        Remark::NameMissing => (
            "Tidak ada nama; isi sebelum diimpor.",
            "There is no name; type one before importing.",
        ),
        Remark::MorePhones => (
            "Komentar memuat beberapa nomor; yang pertama dipakai.",
            "The comment has several numbers; the first is used.",
        ),
        Remark::PhoneTwice => (
            "Nomor telepon yang sama ada di jalur lain; mungkin satu orang dengan dua jalur.",
            "Another line has the same telephone number; it may be one person with two lines.",
        ),
        Remark::LongOffline => (
            "Sudah lama tidak tersambung; mungkin sudah berhenti.",
            "It has not been online for long; the customer may have left.",
        ),
        Remark::CommentCut => (
            "Komentarnya sangat panjang; hanya awalnya dibaca.",
            "The comment is very long; only its beginning was read.",
        ),
    };
    Sentence::new(id, en)
}
