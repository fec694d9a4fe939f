//! The sentences about lines: why something is proposed, why a line counts as closed.

use crate::error::Sentence;
use crate::network::Inventory;
use crate::onboarding::closing::ClosedBy;
use crate::onboarding::entry::Entry;
use crate::onboarding::matching::{Sign, Why};
use crate::onboarding::not_a_line::NotALine;

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
        Some(ClosedBy::AddressList) => format!("{CLOSED} (daftar {})", short_list(entry)),
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
        Some(ClosedBy::AddressList) => format!("{CLOSED} (list {})", short_list(entry)),
        None => CLOSED.to_owned(),
    };
    Sentence::new(closing_reason(closed, entry), english)
}

/// The name of the line's profile, as far as a reason has room for it.
fn short_profile(entry: &Entry) -> String {
    let name = entry.profile.as_deref().unwrap_or_default();
    name.chars().take(60).collect()
}

/// The same of the address list by which it was closed.
fn short_list(entry: &Entry) -> String {
    let name = entry.closed_list.as_deref().unwrap_or_default();
    name.chars().take(60).collect()
}

/// How the line was closed.
pub(super) fn closed(by: ClosedBy, entry: &Entry) -> Sentence {
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
        ClosedBy::AddressList => return on_list(&short_list(entry)),
    };
    Sentence::new(id, en)
}

/// An opening takes a line off our own list. A list of the office is the office's, and would keep the line closed.
fn on_list(list: &str) -> Sentence {
    if list == Inventory::OUR_LIST {
        return Sentence::new(
            format!("Alamatnya ada di daftar {list} di router; tetap tertutup sampai ada yang membukanya."),
            format!(
                "Its address stands on the router's list {list}; it stays closed until somebody opens it."
            ),
        );
    }
    Sentence::new(
        format!(
            "Ditutup lewat daftar alamat {list} di router; tetap tertutup sampai ada yang membukanya. Saat dibuka, alamatnya \
             dikeluarkan dari daftar itu."
        ),
        format!(
            "Closed by the router's address list {list}; it stays closed until somebody opens it. An opening takes the \
             address off that list."
        ),
    )
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
