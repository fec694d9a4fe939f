//! What is wrong with a row, or worth knowing about it: one sentence in each language that says what and what to do.

use super::headings::Field;
use super::phrases::quoted;

/// Something about a line of the file that a person should see.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Line of the file, from 1; that of the headings for what concerns a column.
    pub line_no: u32,
    /// The field that it is about; none when it is about the row or a column that is ignored.
    pub field: Option<Field>,
    /// A word for programs; it never changes.
    pub code: &'static str,
    /// The sentence in Indonesian.
    pub message_id: String,
    /// The sentence in English.
    pub message_en: String,
    /// Whether the row cannot be imported. Otherwise it can, and this says with what reservation.
    pub fatal: bool,
}

impl Problem {
    pub(super) fn new(line_no: u32, field: Option<Field>, fault: &Fault<'_>) -> Self {
        let (code, message_id, message_en) = fault.words();
        Self {
            line_no,
            field,
            code,
            message_id,
            message_en,
            fatal: fault.is_fatal(),
        }
    }
}

/// Everything that can be said about a row. The text that a variant quotes is never that of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault<'a> {
    TooManyCells { cells: usize, headings: usize },
    ColumnIgnored { heading: &'a str },
    ColumnTwice { heading: &'a str },
    PhoneColumnMissing,
    CellError { text: &'a str },
    Uncalculated { text: &'a str },
    Rounded { text: &'a str },
    TooLong { limit: usize },
    ControlCharacter,
    NameMissing,
    PhoneMissing,
    PhoneInvalid { text: &'a str },
    PhoneSecond,
    PackageMissing { known: &'a str },
    PackageUnknown { text: &'a str, known: &'a str },
    PackageAmbiguous { text: &'a str },
    PackageFormer { text: &'a str },
    RouterUnknown { text: &'a str, known: &'a str },
    RouterUnclear { known: &'a str },
    ConnectionTypeUnknown { text: &'a str },
    ConnectionTypeUnclear,
    PppoeUsernameMissing,
    PppoeUsernameTwice { name: &'a str, line: u32 },
    PppoeUsernameTaken { name: &'a str },
    StaticIpMissing,
    StaticIpInvalid { text: &'a str },
    StaticIpTwice { text: &'a str, line: u32 },
    StaticIpTaken { text: &'a str },
    MacInvalid { text: &'a str },
    MacTwice { text: &'a str, line: u32 },
    MacTaken { text: &'a str },
    OntSerialTwice { text: &'a str, line: u32 },
    OntSerialTaken { text: &'a str },
    BillingDayInvalid { text: &'a str },
    BillingDayTooLate { day: i64 },
    DateImpossible { text: &'a str },
    DateUnreadable { text: &'a str },
    DateOutOfRange { text: &'a str },
    CustomerNoTwice { text: &'a str, line: u32 },
    CustomerNoTaken { text: &'a str },
    MoneyNegative { text: &'a str },
    DiscountNegative { text: &'a str },
    MoneyUnreadable { text: &'a str },
    MoneyTooLarge { text: &'a str },
    PercentInvalid { text: &'a str },
    DiscountUnclear { text: &'a str },
    YesNoUnreadable { text: &'a str },
    RapelUnreadable { text: &'a str },
    RapelWithoutMonths,
    DebtMonthUnreadable { text: &'a str },
    DebtMonthTwice { month: &'a str },
    DebtMismatch { total: &'a str, months: &'a str },
    StatusUnknown { text: &'a str },
    StatusVague { text: &'a str },
    CollectorUnknown { text: &'a str },
}

impl Fault<'_> {
    /// Whether the row cannot be imported for it.
    pub(super) const fn is_fatal(&self) -> bool {
        !matches!(
            self,
            Self::ColumnIgnored { .. }
                | Self::ColumnTwice { .. }
                | Self::PhoneColumnMissing
                | Self::PhoneMissing
                | Self::PhoneSecond
                | Self::PackageFormer { .. }
                | Self::OntSerialTwice { .. }
                | Self::OntSerialTaken { .. }
                | Self::StatusVague { .. }
                | Self::CollectorUnknown { .. }
        )
    }

    /// Code, Indonesian sentence, English sentence.
    fn words(&self) -> (&'static str, String, String) {
        match *self {
            Self::TooManyCells { cells, headings } => (
                "too_many_cells",
                format!("Baris ini punya {cells} sel, judulnya hanya {headings}: mungkin alamat memuat tanda pemisah. Apit sel itu dengan tanda kutip."),
                format!("The row has {cells} cells and there are only {headings} headings: an address may contain the separator. Put that cell in quotation marks."),
            ),
            Self::ColumnIgnored { heading } => (
                "column_ignored",
                format!("Kolom {} tidak dikenal dan tidak diimpor. Ganti judulnya bila isinya diperlukan.", quoted(heading)),
                format!("The column {} is not known and is not imported. Rename it if it is needed.", quoted(heading)),
            ),
            Self::ColumnTwice { heading } => (
                "column_twice",
                format!("Kolom {} berarti sama dengan kolom sebelumnya; yang dipakai yang pertama. Hapus salah satunya.", quoted(heading)),
                format!("The column {} means the same as an earlier one; the first is used. Remove one of them.", quoted(heading)),
            ),
            Self::PhoneColumnMissing => (
                "phone_column_missing",
                "Kolom No HP tidak ada: pelanggan tidak dapat dikirimi pesan. Tambahkan kolom itu bila nomornya diketahui.".into(),
                "There is no phone column: customers cannot be sent messages. Add it if the numbers are known.".into(),
            ),
            Self::CellError { text } => (
                "cell_error",
                format!("Sel berisi galat lembar kerja {}. Perbaiki rumusnya atau kosongkan selnya.", quoted(text)),
                format!("The cell holds the spreadsheet error {}. Mend its formula or clear it.", quoted(text)),
            ),
            Self::Uncalculated { text } => (
                "uncalculated",
                format!("Sel berisi rumus {} yang hasilnya tidak tersimpan. Buka berkas di program lembar kerja, simpan lagi, lalu pilih ulang.", quoted(text)),
                format!("The cell holds the formula {} without its result. Open the file in a spreadsheet program, save it again, and choose it anew.", quoted(text)),
            ),
            Self::Rounded { text } => (
                "rounded",
                format!("{} sudah dibulatkan oleh program lembar kerja sehingga angkanya hilang. Format kolom itu sebagai teks lalu isi ulang.", quoted(text)),
                format!("{} was rounded by a spreadsheet program and digits are lost. Format the column as text and enter it again.", quoted(text)),
            ),
            Self::TooLong { limit } => (
                "too_long",
                format!("Isi sel lebih dari {limit} karakter. Persingkat."),
                format!("The cell has more than {limit} characters. Shorten it."),
            ),
            Self::ControlCharacter => (
                "control_character",
                "Sel memuat ganti baris atau karakter tak terlihat. Ketik ulang isinya.".into(),
                "The cell contains a line break or an invisible character. Type it again.".into(),
            ),
            Self::NameMissing => (
                "name_missing",
                "Nama pelanggan kosong. Isi namanya.".into(),
                "The customer's name is missing. Fill it in.".into(),
            ),
            Self::PhoneMissing => (
                "phone_missing",
                "Nomor HP kosong: pelanggan ini tidak dapat dikirimi pesan. Isi bila diketahui.".into(),
                "The phone number is missing: this customer cannot be sent messages. Fill it in if it is known.".into(),
            ),
            Self::PhoneInvalid { text } => (
                "phone_invalid",
                format!("{} bukan nomor telepon. Tulis seperti 0812-3456-7890 atau +62 812 3456 7890, atau kosongkan.", quoted(text)),
                format!("{} is not a phone number. Write it like 0812-3456-7890 or +62 812 3456 7890, or leave it empty.", quoted(text)),
            ),
            Self::PhoneSecond => (
                "phone_second",
                "Sel berisi lebih dari satu nomor; yang dipakai yang pertama. Periksa apakah itu nomor yang benar.".into(),
                "The cell holds more than one number; the first is used. Check that it is the right one.".into(),
            ),
            Self::CustomerNoTwice { text, line } => (
                "customer_no_twice",
                format!("ID pelanggan {} sudah dipakai pada baris {line}. Beri nomor lain atau kosongkan agar diberi otomatis.", quoted(text)),
                format!("The customer number {} is already used on line {line}. Give another, or leave it empty to get one.", quoted(text)),
            ),
            Self::CustomerNoTaken { text } => (
                "customer_no_taken",
                format!("ID pelanggan {} sudah dimiliki pelanggan yang ada. Beri nomor lain, atau hapus baris ini bila orangnya sama.", quoted(text)),
                format!("The customer number {} belongs to an existing customer. Give another, or remove the row if it is the same person.", quoted(text)),
            ),
            Self::StatusUnknown { text } => (
                "status_unknown",
                format!("Status {} tidak dikenal. Tulis aktif, isolir, cuti, berhenti atau pending.", quoted(text)),
                format!("The status {} is not known. Write active, isolated, suspended, terminated or pending.", quoted(text)),
            ),
            Self::StatusVague { text } => (
                "status_vague",
                format!("Status {} dibaca sebagai cuti: tidak ditagih dan nama PPPoE tetap miliknya. Tulis berhenti bila pelanggan sudah putus.", quoted(text)),
                format!("The status {} is read as suspended: not billed, and the PPPoE name is kept. Write terminated if the customer has left.", quoted(text)),
            ),
            Self::CollectorUnknown { text } => (
                "collector_unknown",
                format!("Penagih {} belum menjadi pengguna; baris ini diimpor tanpa penagih. Buat penggunanya dulu bila perlu.", quoted(text)),
                format!("The collector {} is not a user yet; the row is imported without one. Make the user first if it matters.", quoted(text)),
            ),
            Self::PackageMissing { known } => (
                "package_missing",
                format!("Paket kosong. Isi dengan kode atau nama salah satu paket: {known}."),
                format!("The package is missing. Fill in the code or name of one of: {known}."),
            ),
            Self::PackageUnknown { text, known } => (
                "package_unknown",
                format!("Paket {} tidak ada. Yang ada: {known}. Perbaiki ejaannya atau buat paketnya dulu.", quoted(text)),
                format!("There is no package {}. There are: {known}. Correct the spelling or make the package first.", quoted(text)),
            ),
            Self::PackageAmbiguous { text } => (
                "package_ambiguous",
                format!("Beberapa paket bernama {}. Tulis kode paketnya.", quoted(text)),
                format!("Several packages are called {}. Write the code of the package.", quoted(text)),
            ),
            Self::PackageFormer { text } => (
                "package_former",
                format!("Paket {} tidak dijual lagi. Baris ini diimpor dengannya; ganti bila pelanggan sudah pindah paket.", quoted(text)),
                format!("The package {} is not sold any more. The row is imported with it; change it if the customer has another by now.", quoted(text)),
            ),
            Self::RouterUnknown { text, known } => (
                "router_unknown",
                format!("Router {} tidak ada. Yang ada: {known}. Perbaiki ejaannya atau tambahkan routernya dulu.", quoted(text)),
                format!("There is no router {}. There are: {known}. Correct the spelling or add the router first.", quoted(text)),
            ),
            Self::RouterUnclear { known } => (
                "router_unclear",
                format!("Router tidak disebut, padahal ada beberapa: {known}. Tambahkan kolom Router dan isi salah satunya."),
                format!("No router is named and there are several: {known}. Add a column Router and fill in one of them."),
            ),
            Self::ConnectionTypeUnknown { text } => (
                "connection_type_unknown",
                format!("Tipe koneksi {} tidak dikenal. Tulis pppoe, static, dhcp atau hotspot.", quoted(text)),
                format!("The connection type {} is not known. Write pppoe, static, dhcp or hotspot.", quoted(text)),
            ),
            Self::ConnectionTypeUnclear => (
                "connection_type_unclear",
                "Tipe koneksi tidak dapat ditentukan: username PPPoE dan IP kosong. Isi salah satunya, atau isi kolom Tipe.".into(),
                "The connection type cannot be told: there is neither a PPPoE user name nor an IP. Fill in one of them, or the column Type.".into(),
            ),
            Self::PppoeUsernameMissing => (
                "pppoe_username_missing",
                "Pelanggan PPPoE ini tidak punya username PPPoE. Isi sesuai nama secret di router.".into(),
                "This PPPoE line has no PPPoE user name. Fill in the name of its secret on the router.".into(),
            ),
            Self::PppoeUsernameTwice { name, line } => (
                "pppoe_username_twice",
                format!("Username PPPoE {} sudah dipakai pada baris {line}. Satu nama hanya untuk satu pelanggan; perbaiki salah satunya.", quoted(name)),
                format!("The PPPoE user name {} is already used on line {line}. One name serves one customer; correct one of them.", quoted(name)),
            ),
            Self::PppoeUsernameTaken { name } => (
                "pppoe_username_taken",
                format!("Username PPPoE {} sudah dimiliki pelanggan yang ada di router ini. Ganti, atau hapus baris ini bila orangnya sama.", quoted(name)),
                format!("The PPPoE user name {} belongs to an existing customer on this router. Change it, or remove the row if it is the same person.", quoted(name)),
            ),
            Self::StaticIpMissing => (
                "static_ip_missing",
                "Pelanggan static ini tidak punya IP. Isi alamat IPv4-nya, misalnya 10.10.1.5.".into(),
                "This static line has no IP. Fill in its IPv4 address, such as 10.10.1.5.".into(),
            ),
            Self::StaticIpInvalid { text } => (
                "static_ip_invalid",
                format!("{} bukan alamat IPv4 satu perangkat. Tulis seperti 10.10.1.5, tanpa nol di depan.", quoted(text)),
                format!("{} is not the IPv4 address of one device. Write it like 10.10.1.5, without leading zeros.", quoted(text)),
            ),
            Self::StaticIpTwice { text, line } => (
                "static_ip_twice",
                format!("IP {} sudah dipakai pada baris {line}. Perbaiki salah satunya.", quoted(text)),
                format!("The IP {} is already used on line {line}. Correct one of them.", quoted(text)),
            ),
            Self::StaticIpTaken { text } => (
                "static_ip_taken",
                format!("IP {} sudah dimiliki pelanggan yang ada di router ini. Ganti, atau hapus baris ini bila orangnya sama.", quoted(text)),
                format!("The IP {} belongs to an existing customer on this router. Change it, or remove the row if it is the same person.", quoted(text)),
            ),
            Self::OntSerialTwice { text, line } => (
                "ont_serial_twice",
                format!("SN ONT {} juga tertulis pada baris {line}. Satu perangkat hanya ada di satu rumah; periksa mana yang benar.", quoted(text)),
                format!("The ONT serial number {} also stands on line {line}. One device is in one house; check which is right.", quoted(text)),
            ),
            Self::OntSerialTaken { text } => (
                "ont_serial_taken",
                format!("SN ONT {} sudah tercatat pada pelanggan yang ada. Periksa apakah perangkatnya berpindah.", quoted(text)),
                format!("The ONT serial number {} stands with an existing customer. Check whether the device has moved.", quoted(text)),
            ),
            Self::MacInvalid { text } => (
                "mac_invalid",
                format!("{} bukan alamat MAC. Tulis seperti AA:BB:CC:DD:EE:FF, atau kosongkan.", quoted(text)),
                format!("{} is not a MAC address. Write it like AA:BB:CC:DD:EE:FF, or leave it empty.", quoted(text)),
            ),
            Self::MacTwice { text, line } => (
                "mac_twice",
                format!("MAC {} sudah dipakai jalur DHCP pada baris {line}. Perbaiki salah satunya.", quoted(text)),
                format!("The MAC {} is already used by a DHCP line on line {line}. Correct one of them.", quoted(text)),
            ),
            Self::MacTaken { text } => (
                "mac_taken",
                format!("MAC {} sudah dimiliki jalur DHCP pelanggan yang ada di router ini. Ganti, atau hapus baris ini bila orangnya sama.", quoted(text)),
                format!("The MAC {} belongs to the DHCP line of an existing customer on this router. Change it, or remove the row if it is the same person.", quoted(text)),
            ),
            Self::BillingDayTooLate { day } => (
                "billing_day_too_late",
                format!("Tanggal tagihan {day} tidak ada di setiap bulan. Pilih tanggal 1 sampai 28."),
                format!("Billing day {day} does not exist in every month. Choose a day from 1 to 28."),
            ),
            Self::BillingDayInvalid { text } => (
                "billing_day_invalid",
                format!("{} bukan tanggal tagihan. Tulis angka 1 sampai 28.", quoted(text)),
                format!("{} is not a billing day. Write a number from 1 to 28.", quoted(text)),
            ),
            Self::DateImpossible { text } => (
                "date_impossible",
                format!("Tanggal {} tidak ada di kalender. Tulis hari/bulan/tahun, misalnya 31/01/2025.", quoted(text)),
                format!("The calendar has no date {}. Write day/month/year, such as 31/01/2025.", quoted(text)),
            ),
            Self::DateOutOfRange { text } => (
                "date_out_of_range",
                format!("Tahun pada tanggal {} tidak masuk akal. Tulis tahun dengan empat angka, misalnya 31/01/2025.", quoted(text)),
                format!("The year of {} makes no sense. Write it with four digits, such as 31/01/2025.", quoted(text)),
            ),
            Self::MoneyNegative { text } => (
                "money_negative",
                format!("{} kurang dari nol. Tulis nol atau lebih; kelebihan bayar dicatat sebagai pembayaran sesudah impor.", quoted(text)),
                format!("{} is below zero. Write zero or more; what was paid too much is recorded as a payment after the import.", quoted(text)),
            ),
            Self::DiscountNegative { text } => (
                "discount_negative",
                format!("Diskon {} kurang dari nol. Tulis nol atau lebih, tanpa tanda minus.", quoted(text)),
                format!("The discount {} is below zero. Write zero or more, without a minus sign.", quoted(text)),
            ),
            Self::MoneyTooLarge { text } => (
                "money_too_large",
                format!("{} terlalu besar. Periksa jumlah angkanya.", quoted(text)),
                format!("{} is too large. Check the number of digits.", quoted(text)),
            ),
            Self::PercentInvalid { text } => (
                "percent_invalid",
                format!("{} bukan persentase 0 sampai 100. Tulis misalnya 10% atau 7,5%.", quoted(text)),
                format!("{} is not a percentage from 0 to 100. Write for example 10% or 7.5%.", quoted(text)),
            ),
            Self::DiscountUnclear { text } => (
                "discount_unclear",
                format!("Diskon {} bisa berarti persen atau rupiah. Tulis {text}% atau Rp {text}.", quoted(text)),
                format!("The discount {} may mean percent or rupiah. Write {text}% or Rp {text}.", quoted(text)),
            ),
            Self::YesNoUnreadable { text } => (
                "yes_no_unreadable",
                format!("{} bukan ya atau tidak. Tulis ya atau tidak.", quoted(text)),
                format!("{} is neither yes nor no. Write yes or no.", quoted(text)),
            ),
            Self::RapelUnreadable { text } => (
                "rapel_unreadable",
                format!("{} bukan jumlah bulan rapel. Tulis angka 2 sampai 24, atau tidak.", quoted(text)),
                format!("{} is not a number of months paid together. Write a number from 2 to 24, or no.", quoted(text)),
            ),
            Self::RapelWithoutMonths => (
                "rapel_without_months",
                "Jumlah bulan rapel tidak disebut. Tulis angkanya, misalnya 3.".into(),
                "How many months are paid together is not said. Write the number, such as 3.".into(),
            ),
            Self::DebtMonthUnreadable { text } => (
                "debt_month_unreadable",
                format!("{} bukan hutang per bulan. Tulis seperti 2025-01: 150.000; 2025-02: 150.000.", quoted(text)),
                format!("{} is not a debt by month. Write it like 2025-01: 150.000; 2025-02: 150.000.", quoted(text)),
            ),
            Self::DebtMonthTwice { month } => (
                "debt_month_twice",
                format!("Hutang bulan {month} disebut dua kali. Gabungkan menjadi satu."),
                format!("The debt of {month} is given twice. Make it one."),
            ),
            Self::DebtMismatch { total, months } => (
                "debt_mismatch",
                format!("Total hutang {total} tidak sama dengan jumlah hutang per bulan {months}. Perbaiki salah satunya."),
                format!("The total debt {total} differs from the sum of the months {months}. Correct one of them."),
            ),
            Self::MoneyUnreadable { text } => (
                "money_unreadable",
                format!("{} bukan jumlah rupiah. Tulis seperti 150000 atau Rp 150.000, tanpa pecahan.", quoted(text)),
                format!("{} is not an amount in rupiah. Write it like 150000 or Rp 150.000, without a fraction.", quoted(text)),
            ),
            Self::DateUnreadable { text } => (
                "date_unreadable",
                format!("{} bukan tanggal. Tulis hari/bulan/tahun, misalnya 31/01/2025.", quoted(text)),
                format!("{} is not a date. Write day/month/year, such as 31/01/2025.", quoted(text)),
            ),
        }
    }
}
