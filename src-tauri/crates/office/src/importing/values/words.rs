//! The few words that a column may hold: yes and no, kinds of connection, states of a customer, months of rapel.

use billing::{ConnectionType, CustomerStatus};

use super::super::headings::folded;

/// The most months that an office lets a customer pay together.
const LONGEST_RAPEL: u32 = 24;

/// Reads yes or no.
pub(in super::super) fn yes_or_no(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "ya" | "y" | "iya" | "yes" | "true" | "benar" | "1" | "x" | "v" | "ada" | "kena" | "ppn"
        | "kenappn" | "taxed" => Some(true),
        "tidak" | "tdk" | "tak" | "t" | "no" | "n" | "false" | "salah" | "0" | "non" | "nonppn" | "bukan"
        | "tanpa" | "tanpappn" | "tidakkena" => Some(false),
        _ if text.trim() == "✓" => Some(true),
        _ => None,
    }
}

/// Reads a kind of connection.
pub(in super::super) fn connection_type(text: &str) -> Option<ConnectionType> {
    match folded(text).as_str() {
        "pppoe" | "ppp" | "pppoeclient" | "dialup" => Some(ConnectionType::Pppoe),
        "static" | "statik" | "statis" | "ipstatic" | "ipstatik" | "ipstatis" | "staticip" | "fixed"
        | "arp" => Some(ConnectionType::Static),
        "dhcp" | "dhcpclient" | "dhcplease" | "lease" => Some(ConnectionType::Dhcp),
        "hotspot" | "hs" | "voucher" => Some(ConnectionType::Hotspot),
        _ => None,
    }
}

/// What a word in a status column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Standing {
    /// The state of the customer.
    pub(in super::super) status: CustomerStatus,
    /// Whether the word left open what exactly it means, so that a person should look.
    pub(in super::super) is_vague: bool,
}

/// Reads the state of a customer. `nonaktif` is vague: the customer may be on leave or gone. It is taken for leave,
/// which bills nothing and frees nothing, and can be ended either way.
pub(in super::super) fn status(text: &str) -> Option<Standing> {
    let (status, is_vague) = match folded(text).as_str() {
        "aktif" | "active" | "on" | "online" | "hidup" | "enable" | "enabled" | "jalan" | "lancar" | "1" => {
            (CustomerStatus::Active, false)
        }
        "isolir" | "diisolir" | "terisolir" | "isolated" | "isolasi" | "blokir" | "diblokir" | "blocked"
        | "tutup" | "ditutup" | "closed" | "disable" | "disabled" => (CustomerStatus::Isolated, false),
        "cuti" | "suspended" | "suspend" | "pause" | "paused" | "libur" | "berhentisementara"
        | "stopsementara" => (CustomerStatus::Suspended, false),
        "nonaktif" | "tidakaktif" | "inactive" | "nonactive" | "off" | "mati" | "0" => {
            (CustomerStatus::Suspended, true)
        }
        "berhenti"
        | "stop"
        | "putus"
        | "cabut"
        | "dicabut"
        | "bongkar"
        | "keluar"
        | "terminated"
        | "terminate"
        | "dismantle"
        | "cancelled"
        | "berhentilangganan"
        | "berhentiberlangganan"
        | "left" => (CustomerStatus::Terminated, false),
        "pending" | "menunggu" | "baru" | "calon" | "belumpasang" | "belumaktif" | "waiting" | "new"
        | "antri" => (CustomerStatus::Pending, false),
        _ => return None,
    };
    Some(Standing { status, is_vague })
}

/// Why a cell says nothing about rapel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum RapelFault {
    /// A yes without the number of months.
    WithoutMonths,
    /// Neither a number of months nor no.
    Unreadable,
}

/// Reads how many months are paid together: `3`, `3 bulan`, `tidak`. One month is the ordinary case and gives none.
pub(in super::super) fn rapel(text: &str) -> Result<Option<u32>, RapelFault> {
    let folded = folded(text);
    let digits = ["bulan", "bln", "bl", "months", "month", "x"]
        .iter()
        .find_map(|unit| folded.strip_suffix(unit))
        .unwrap_or(&folded);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return match digits.parse::<u32>() {
            Ok(0 | 1) => Ok(None),
            Ok(months) if months <= LONGEST_RAPEL => Ok(Some(months)),
            _ => Err(RapelFault::Unreadable),
        };
    }
    match yes_or_no(text) {
        Some(false) => Ok(None),
        Some(true) => Err(RapelFault::WithoutMonths),
        None if folded == "rapel" => Err(RapelFault::WithoutMonths),
        None if matches!(
            folded.as_str(),
            "reguler" | "regular" | "normal" | "bulanan" | "biasa"
        ) =>
        {
            Ok(None)
        }
        None => Err(RapelFault::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_read_in_both_languages() {
        for text in ["ya", "Y", "YES", "true", "1", "Kena PPN", "✓"] {
            assert_eq!(yes_or_no(text), Some(true), "{text:?}");
        }
        for text in ["tidak", "T", "no", "FALSE", "0", "Non-PPN"] {
            assert_eq!(yes_or_no(text), Some(false), "{text:?}");
        }
        assert_eq!(yes_or_no("11%"), None, "a rate is neither yes nor no");
    }

    #[test]
    fn a_state_is_read_and_a_vague_one_is_marked() {
        let of = |text| status(text).map(|standing| (standing.status, standing.is_vague));
        assert_eq!(of("Aktif"), Some((CustomerStatus::Active, false)));
        assert_eq!(of("ISOLIR"), Some((CustomerStatus::Isolated, false)));
        assert_eq!(of("Non-Aktif"), Some((CustomerStatus::Suspended, true)));
        assert_eq!(of("cuti"), Some((CustomerStatus::Suspended, false)));
        assert_eq!(of("berhenti"), Some((CustomerStatus::Terminated, false)));
        assert_eq!(of("mungkin"), None);
    }

    #[test]
    fn rapel_needs_a_number_of_months() {
        assert_eq!(rapel("3"), Ok(Some(3)));
        assert_eq!(rapel("3 bulan"), Ok(Some(3)));
        assert_eq!(rapel("3x"), Ok(Some(3)));
        assert_eq!(rapel("tidak"), Ok(None));
        assert_eq!(rapel("1"), Ok(None));
        assert_eq!(rapel("ya"), Err(RapelFault::WithoutMonths));
        assert_eq!(rapel("99"), Err(RapelFault::Unreadable));
        assert_eq!(rapel("kadang"), Err(RapelFault::Unreadable));
    }
}
