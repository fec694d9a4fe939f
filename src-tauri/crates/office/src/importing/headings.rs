//! Which column of a foreign table is which field of a customer. Headings are compared without case, spaces and
//! punctuation, so that `No. HP`, `NO_HP` and `no hp` are one word.

use std::fmt;

use billing::Period;

use super::values::dates;

macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $variant:ident, $name:literal, $heading:literal, [$($synonym:literal),+ $(,)?];)+) => {
        /// A field of a customer that a column can fill.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Field {
            /// Every field, in the order in which they are shown.
            pub const ALL: &'static [Field] = &[$(Field::$variant),+];

            /// The word for programs, the same as in the REST interface where that has the field.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Field::$variant => $name),+ }
            }

            /// The heading that we recommend, in Indonesian.
            #[must_use]
            pub const fn heading(self) -> &'static str {
                match self { $(Field::$variant => $heading),+ }
            }

            /// Every heading that is understood, without spaces and punctuation, in lower case.
            const fn synonyms(self) -> &'static [&'static str] {
                match self { $(Field::$variant => &[$($synonym),+]),+ }
            }
        }
    };
}

fields! {
    /// The number by which the office knows the customer.
    CustomerNo, "customer_no", "ID Pelanggan", [
        "idpelanggan", "nopelanggan", "nomorpelanggan", "nopel", "idpel", "kodepelanggan", "customerno",
        "customernumber", "customerid", "customercode", "idcustomer", "nocustomer", "id", "accountno", "cid",
    ];
    /// The customer's name.
    Name, "name", "Nama", [
        "nama", "namapelanggan", "namalengkap", "namacustomer", "namaclient", "name", "fullname", "customername",
        "customer", "pelanggan", "client", "clientname",
    ];
    /// The number that gets messages.
    Phone, "phone", "No HP", [
        "nohp", "hp", "nomorhp", "nohandphone", "nomorhandphone", "handphone", "telepon", "notelepon", "nomortelepon",
        "telp", "notelp", "nomortelp", "tlp", "notlp", "telpon", "notelpon", "phone", "phonenumber", "phoneno", "mobile", "mobilephone",
        "mobileno", "mobilenumber", "telephone", "whatsapp", "nowhatsapp", "nomorwhatsapp", "wa", "nowa", "nomorwa", "kontak", "nokontak", "contact",
        "nohpwa", "hpwa", "notelpwa", "ponsel", "noponsel", "nomorponsel", "telephp",
    ];
    /// Where the line ends.
    Address, "address", "Alamat", [
        "alamat", "alamatlengkap", "alamatpelanggan", "alamatpemasangan", "alamatpasang", "alamatrumah", "address",
        "fulladdress", "customeraddress", "installationaddress",
    ];
    /// The package, by code or name.
    Package, "package", "Paket", [
        "paket", "namapaket", "kodepaket", "paketinternet", "paketlayanan", "layanan", "package", "packagename",
        "packagecode", "plan", "internetplan", "service", "serviceplan", "profil", "profile", "profilepppoe", "profilpppoe",
    ];
    /// The router that serves the line, by name.
    Router, "router", "Router", ["router", "namarouter", "mikrotik", "nas", "server", "routername", "routeros", "pop"];
    /// How the line is connected.
    ConnectionType, "connection_type", "Tipe", [
        "tipe", "tipekoneksi", "jeniskoneksi", "jenis", "koneksi", "tipelayanan", "type", "connectiontype", "connection",
        "servicetype", "tipelangganan", "modekoneksi",
    ];
    /// The PPPoE user name.
    PppoeUsername, "pppoe_username", "Username PPPoE", [
        "usernamepppoe", "userpppoe", "pppoeusername", "pppoeuser", "namapppoe", "pppoename", "pppoe", "akunpppoe", "idpppoe",
        "username", "user", "namapengguna", "secret", "pppsecret", "secretpppoe", "login", "ppp", "userppp", "usernameppp",
    ];
    /// The PPPoE password.
    PppoePassword, "pppoe_password", "Password PPPoE", [
        "passwordpppoe", "passpppoe", "pppoepassword", "pppoepass", "password", "pass", "katasandi", "sandi", "sandipppoe",
        "katasandipppoe", "pw", "pwpppoe", "passwd",
    ];
    /// The fixed address of the line.
    StaticIp, "static_ip", "IP", [
        "ip", "ipaddress", "alamatip", "ipstatic", "ipstatik", "ipstatis", "staticip", "ippelanggan", "ipaddr", "ipv4",
        "ipclient", "remoteaddress", "iplokal",
    ];
    /// The hardware address of the customer's device.
    MacAddress, "mac_address", "MAC", ["mac", "macaddress", "alamatmac", "macaddr", "macont", "maconu", "macrouter", "macperangkat", "callerid"];
    /// The serial number of the optical terminal.
    OntSerial, "ont_serial", "SN ONT", [
        "snont", "snonu", "sn", "ontserial", "onuserial", "ontsn", "onusn", "serialnumber", "serialont", "serialonu", "serial", "noseri",
        "nomorseri", "noseriont", "nomorseriont", "ontserialnumber", "onuserialnumber", "snmodem", "serialnumberont", "serialmodem", "snperangkat",
    ];
    /// The optical distribution point and port.
    Odp, "odp", "ODP", ["odp", "namaodp", "kodeodp", "portodp", "odpport", "odpcode", "odpname", "odpodc", "fat", "tiangodp"];
    /// The area, by name.
    Area, "area", "Wilayah", [
        "wilayah", "area", "namawilayah", "namaarea", "areaname", "zona", "zone", "region", "cluster", "klaster", "dusun",
        "lokasi", "location", "kawasan", "sektor",
    ];
    /// Who collects the money, by the name of the user.
    Collector, "collector", "Penagih", ["penagih", "kolektor", "namapenagih", "namakolektor", "collector", "collectorname", "jurutagih", "petugastagih"];
    /// The day of the month on which the line is billed.
    BillingDay, "billing_day", "Tanggal Tagihan", [
        "tanggaltagihan", "tgltagihan", "tanggaltagih", "tgltagih", "haritagihan", "haritagih", "billingday", "billday",
        "billingdate", "invoiceday", "tanggalinvoice", "tglinvoice", "tanggalpenagihan", "tglpenagihan", "billdate",
    ];
    /// From when the line is billed.
    BillingStart, "billing_start", "Mulai", [
        "mulai", "tanggalmulai", "tglmulai", "tanggalgabung", "tglgabung", "gabung", "tanggaldaftar", "tgldaftar",
        "tanggalpasang", "tglpasang", "tanggalaktif", "tglaktif", "tanggalaktivasi", "tglaktivasi", "tanggalregistrasi",
        "tanggalpemasangan", "tglpemasangan", "tanggalinstalasi", "mulaitagihan", "mulailangganan", "mulaiberlangganan",
        "tanggalberlangganan", "start", "startdate", "joindate", "joined", "joinedon", "activationdate", "installationdate",
        "installdate", "billingstart", "since", "bergabung", "tanggalbergabung", "tglregistrasi", "aktifsejak",
    ];
    /// A lasting discount, as an amount a month or a percentage.
    Discount, "discount", "Diskon", ["diskon", "potongan", "potonganharga", "disc", "discount", "nilaidiskon", "discountvalue", "diskonbulanan"];
    /// Why there is a discount.
    DiscountReason, "discount_reason", "Alasan Diskon", ["alasandiskon", "keterangandiskon", "discountreason", "catatandiskon"];
    /// Whether value added tax is charged.
    Taxed, "taxed", "PPN", ["ppn", "kenappn", "pajak", "kenapajak", "taxed", "tax", "vat", "pakaippn"];
    /// How many months may be paid together.
    Rapel, "rapel", "Rapel", ["rapel", "bulanrapel", "rapelbulan", "jumlahrapel", "rapelmonths", "lamarapel", "bayarrapel"];
    /// What the customer owes from before.
    Debt, "debt", "Hutang", [
        "hutang", "utang", "tunggakan", "totalhutang", "totalutang", "totaltunggakan", "jumlahhutang", "jumlahtunggakan",
        "sisahutang", "sisatagihan", "tagihantertunggak", "piutang", "debt", "arrears", "outstanding", "owed", "amountowed",
        "amountdue", "openingdebt", "openingbalance", "saldohutang", "balance", "belumbayar", "kekurangan",
    ];
    /// What the customer is today: active, closed, paused, left.
    Status, "status", "Status", ["status", "statuspelanggan", "statuslangganan", "statusaktif", "customerstatus", "statuslayanan", "keadaan", "statuskoneksi"];
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A column of the file and what it was understood as.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Column {
    /// The heading as it stands in the file.
    pub heading: String,
    /// The field that the column fills; none when the column is ignored.
    pub field: Option<Field>,
    /// The month to which a column of debts belongs (`Hutang Januari 2025`).
    pub month: Option<Period>,
}

impl Column {
    /// Understands one heading on its own, without regard to its neighbours.
    pub(super) fn understood(heading: &str) -> Column {
        let (field, month) = match recognised(heading) {
            Some((field, month)) => (Some(field), month),
            None => (None, None),
        };
        Column {
            heading: heading.trim().to_owned(),
            field,
            month,
        }
    }
}

/// The field that a heading names, and for a debt the month.
fn recognised(heading: &str) -> Option<(Field, Option<Period>)> {
    let outside_brackets = without_brackets(heading);
    [heading, outside_brackets.as_str()].into_iter().find_map(|text| {
        let folded = folded(text);
        Field::ALL
            .iter()
            .find(|field| field.synonyms().contains(&folded.as_str()))
            .map(|field| (*field, None))
            .or_else(|| debt_of_a_month(text).map(|month| (Field::Debt, Some(month))))
    })
}

/// `Hutang 2025-01`, `Tunggakan Jan 25`: a debt's word and then a month.
fn debt_of_a_month(heading: &str) -> Option<Period> {
    let (word, month) = heading
        .trim()
        .split_once(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | ':'))?;
    let month = month.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | ':'));
    let month = month.strip_prefix("bulan ").unwrap_or(month);
    if !Field::Debt.synonyms().contains(&folded(word).as_str()) {
        return None;
    }
    dates::month(&month.replace('_', "-")).ok()
}

/// Letters and digits alone, in lower case.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The text without what stands in brackets: `Hutang (Rp)` is `Hutang`.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut outside = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_heading_of_the_design_is_understood() {
        let table = [
            (Field::Name, &["Nama", "Name"][..]),
            (
                Field::Phone,
                &[
                    "No HP",
                    "Telepon",
                    "Phone",
                    "No. HP",
                    "NO_HP",
                    "Nomor WhatsApp",
                    "no hp (WA)",
                ],
            ),
            (Field::Address, &["Alamat", "Address"]),
            (Field::Package, &["Paket", "Package", "PAKET *"]),
            (Field::Router, &["Router"]),
            (Field::ConnectionType, &["Tipe", "Type", "connection_type"]),
            (
                Field::PppoeUsername,
                &["Username PPPoE", "User", "pppoe_username"],
            ),
            (Field::PppoePassword, &["Password PPPoE", "Password"]),
            (Field::StaticIp, &["IP", "IP Address", "static_ip"]),
            (Field::MacAddress, &["MAC", "MAC Address"]),
            (Field::OntSerial, &["SN ONT", "ONT Serial"]),
            (
                Field::BillingDay,
                &["Tanggal Tagihan", "Billing Day", "Tgl. Tagihan"],
            ),
            (Field::BillingStart, &["Mulai", "Tanggal Gabung", "Start"]),
            (Field::Area, &["Wilayah", "Area"]),
            (Field::Odp, &["ODP"]),
            (Field::CustomerNo, &["ID Pelanggan", "Customer No", "customer_no"]),
            (Field::Discount, &["Diskon", "Discount"]),
            (Field::Taxed, &["PPN", "Taxed", "PPN (ya/tidak)"]),
            (Field::Rapel, &["Rapel"]),
            (Field::Debt, &["Hutang", "Debt", "Hutang (Rp)", "TUNGGAKAN"]),
            (Field::Status, &["Status"]),
            (Field::Collector, &["Penagih", "Collector"]),
        ];
        for (field, headings) in table {
            for heading in headings {
                assert_eq!(
                    recognised(heading),
                    Some((field, None)),
                    "{heading:?} is the column of {field}"
                );
            }
        }
    }

    #[test]
    fn no_heading_belongs_to_two_fields() {
        let mut seen = std::collections::HashMap::new();
        for field in Field::ALL {
            for synonym in field.synonyms() {
                assert_eq!(
                    &folded(synonym),
                    synonym,
                    "{synonym:?} is written in its compared form"
                );
                assert_eq!(
                    seen.insert(*synonym, *field),
                    None,
                    "{synonym:?} is claimed twice"
                );
            }
            assert!(
                field.synonyms().contains(&folded(field.heading()).as_str()),
                "{field}'s own heading is understood"
            );
        }
    }

    #[test]
    fn a_column_of_debts_may_name_its_month() {
        for heading in [
            "Hutang 2025-01",
            "Tunggakan Januari 2025",
            "hutang_jan_2025",
            "Hutang Bulan Jan 25",
        ] {
            assert_eq!(
                recognised(&heading.to_lowercase()),
                Some((Field::Debt, Some(Period::of(date(2025, 1, 1))))),
                "{heading:?}"
            );
        }
    }

    #[test]
    fn a_strange_heading_is_not_guessed() {
        for heading in [
            "",
            "No",
            "Keterangan",
            "Foto KTP",
            "Hutang Budi",
            "Nama Ibu Kandung",
        ] {
            assert_eq!(recognised(heading), None, "{heading:?} is nobody's column");
        }
    }
}
