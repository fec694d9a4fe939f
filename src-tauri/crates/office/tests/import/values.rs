//! What each cell becomes, and what is said when it cannot become anything.

use std::net::Ipv4Addr;

use billing::{BillingDay, ConnectionType, CustomerStatus, DiscountType, Period, Rupiah};
use jiff::civil::date;
use office::importing::{Debt, Discount, Field};

use crate::{codes, refusal_of, row_with, understood, warning_of};

fn period(year: i16, month: i8) -> Period {
    Period::of(date(year, month, 1))
}

#[test]
fn a_full_row_is_understood_field_by_field() {
    let it = understood(
        "ID Pelanggan;Nama;No HP;Alamat;Paket;Router;Tipe;Username PPPoE;Password PPPoE;IP;MAC;SN ONT;Tanggal Tagihan;\
         Mulai;Wilayah;ODP;Diskon;Alasan Diskon;PPN;Rapel;Hutang;Status;Penagih\n\
         PLG-00077;  Budi   Santoso ;0812-3456-7890;Jl. Melati 3;home 20 mbps;rb-pusat;PPPoE;budi;r4h@sia;10.0.0.5;\
         aa-bb-cc-dd-ee-ff; zteg c8e12345;5;31 Januari 2025;karang tengah;ODP-KT-03/5;10%;tetangga;ya;3;Rp 450.000;Aktif;Asep\n",
    );
    assert_eq!(it.problems, [], "nothing is wrong with it");
    let row = &it.rows[0];
    assert_eq!(row.line_no, 2);
    assert_eq!(row.customer_no.as_deref(), Some("PLG-00077"));
    assert_eq!(row.name, "Budi Santoso");
    assert_eq!(row.phone.as_deref(), Some("6281234567890"));
    assert_eq!(row.address.as_deref(), Some("Jl. Melati 3"));
    assert_eq!((row.package_id, row.router_id), (2, Some(7)));
    assert_eq!(row.connection_type, ConnectionType::Pppoe);
    assert_eq!(row.pppoe_username.as_deref(), Some("budi"));
    let password = row
        .pppoe_password
        .as_ref()
        .map(secrecy::ExposeSecret::expose_secret);
    assert_eq!(password, Some("r4h@sia"));
    assert_eq!(row.static_ip, Some(Ipv4Addr::new(10, 0, 0, 5)));
    assert_eq!(row.mac_address.as_deref(), Some("AA:BB:CC:DD:EE:FF"));
    assert_eq!(row.ont_serial.as_deref(), Some("ZTEGC8E12345"));
    assert_eq!(row.billing_day.map(BillingDay::get), Some(5));
    assert_eq!(row.billing_start, Some(date(2025, 1, 31)));
    assert_eq!(
        row.area.as_deref(),
        Some("Karang Tengah"),
        "an area that exists keeps its spelling"
    );
    assert_eq!(row.odp.as_deref(), Some("ODP-KT-03/5"));
    let reason = Some("tetangga".to_owned());
    assert_eq!(
        row.discount,
        Some(Discount {
            kind: DiscountType::Percent,
            value: 1_000,
            reason
        })
    );
    assert_eq!(row.taxed, Some(true));
    assert_eq!(row.rapel_months, Some(3));
    assert_eq!(row.debt, Some(Debt::Total(Rupiah(450_000))));
    assert_eq!(row.status, Some(CustomerStatus::Active));
    assert_eq!(row.collector_id, Some(5));
    assert!(it.new_areas.is_empty() && !format!("{row:?}").contains("r4h@sia"));
}

#[test]
fn phones_in_every_spelling_are_one_number() {
    for cell in [
        "0812-3456-7890",
        "+62 812 3456 7890",
        "6281234567890",
        "81234567890",
        "(0812) 34567890",
        "'081234567890",
        "\"=\"\"081234567890\"\"\"",
    ] {
        let it = understood(&format!("Nama;Paket;User;No. HP\nBudi;HOME-10;b;{cell}\n"));
        assert_eq!(it.rows[0].phone.as_deref(), Some("6281234567890"), "{cell}");
    }
}

#[test]
fn a_phone_that_is_none_refuses_the_row_and_a_missing_one_only_warns() {
    let it = understood(
        "Nama;Paket;User;HP\nA;HOME-10;a;tidak ada\nB;HOME-10;b;123\nC;HOME-10;c;8,12346E+11\nD;HOME-10;d;\nE;HOME-10;e;081234567890/081234567891\n",
    );
    assert_eq!(
        codes(&it),
        [
            (2, "phone_invalid"),
            (3, "phone_invalid"),
            (4, "rounded"),
            (5, "phone_missing"),
            (6, "phone_second")
        ]
    );
    assert_eq!(it.rows.iter().map(|row| row.line_no).collect::<Vec<_>>(), [5, 6]);
    assert_eq!((it.total_rows, it.bad_rows()), (5, 3));
}

#[test]
fn a_date_that_does_not_exist_is_refused_with_the_date_in_the_sentence() {
    let problem = refusal_of("Mulai", "30/02/2025");
    assert_eq!(
        (problem.code, problem.field),
        ("date_impossible", Some(Field::BillingStart))
    );
    assert!(problem.message_id.contains("30/02/2025") && problem.message_en.contains("30/02/2025"));
    assert_eq!(refusal_of("Mulai", "kemarin").code, "date_unreadable");
    assert_eq!(refusal_of("Mulai", "31/01/0205").code, "date_out_of_range");
}

#[test]
fn dates_are_understood_as_offices_write_them() {
    for cell in [
        "2025-01-31",
        "31/01/2025",
        "31-01-2025",
        "31 Januari 2025",
        "31 Jan 25",
    ] {
        assert_eq!(
            row_with("Tanggal Gabung", cell).billing_start,
            Some(date(2025, 1, 31)),
            "{cell}"
        );
    }
}

#[test]
fn a_billing_day_of_31_is_refused_with_what_to_do() {
    for day in ["29", "30", "31"] {
        let problem = refusal_of("Tanggal Tagihan", day);
        assert_eq!(
            (problem.code, problem.line_no, problem.fatal),
            ("billing_day_too_late", 2, true)
        );
        assert!(
            problem.message_id.contains("Pilih tanggal 1 sampai 28"),
            "{}",
            problem.message_id
        );
        assert!(
            problem.message_en.contains(day) && problem.message_en.contains("1 to 28"),
            "{}",
            problem.message_en
        );
    }
    for day in ["0", "-1", "32", "lima", "45688"] {
        assert_eq!(
            refusal_of("Tanggal Tagihan", day).code,
            "billing_day_invalid",
            "{day}"
        );
    }
    for day in ["5", "05", "tgl 5", "Tgl. 5", "05/01/2025"] {
        assert_eq!(
            row_with("Tanggal Tagihan", day).billing_day.map(BillingDay::get),
            Some(5),
            "{day}"
        );
    }
}

#[test]
fn wrong_money_is_refused_each_kind_with_its_own_sentence() {
    for (cell, code) in [
        ("-150000", "money_negative"),
        ("(150.000)", "money_negative"),
        ("150000,50", "money_unreadable"),
        ("seratus ribu", "money_unreadable"),
        ("99999999999999999999", "money_too_large"),
    ] {
        let problem = refusal_of("Hutang", cell);
        assert_eq!((problem.code, problem.field), (code, Some(Field::Debt)), "{cell}");
    }
    for cell in ["0", "-", "Rp 0", ""] {
        assert_eq!(row_with("Hutang", cell).debt, None, "{cell:?} is no debt");
    }
}

#[test]
fn a_debt_may_be_one_sum_or_sums_of_months() {
    let months = Debt::ByMonth(vec![
        (period(2024, 12), Rupiah(50_000)),
        (period(2025, 1), Rupiah(150_000)),
    ]);
    assert_eq!(
        row_with("Hutang", "Rp 200.000").debt,
        Some(Debt::Total(Rupiah(200_000)))
    );
    assert_eq!(
        row_with("Hutang", "\"2025-01: 150.000; 2024-12: 50.000\"").debt,
        Some(months.clone())
    );
    assert_eq!(
        row_with("Hutang Jan 2025;Hutang Des 2024", "150000;50000").debt,
        Some(months.clone())
    );
    assert_eq!(
        row_with("Hutang;Hutang Jan 2025;Hutang Des 2024", "200000;150000;50000").debt,
        Some(months)
    );
    assert_eq!(row_with("Hutang Jan 2025;Hutang Des 2024", "0;").debt, None);
}

#[test]
fn a_debt_that_contradicts_itself_is_refused() {
    assert_eq!(
        refusal_of("Hutang;Hutang Jan 2025", "200000;150000").code,
        "debt_mismatch"
    );
    assert_eq!(
        refusal_of("Hutang", "\"2025-01: 1000; 2025-01: 2000\"").code,
        "debt_month_twice"
    );
    assert_eq!(refusal_of("Hutang", "Budi: 1000").code, "debt_month_unreadable");
    assert_eq!(refusal_of("Hutang", "2025-01: banyak").code, "money_unreadable");
}

#[test]
fn a_discount_is_an_amount_or_a_percentage_and_never_a_guess() {
    let discount = |cell| row_with("Diskon", cell).discount.map(|it| (it.kind, it.value));
    assert_eq!(discount("10%"), Some((DiscountType::Percent, 1_000)));
    assert_eq!(discount("7,5 %"), Some((DiscountType::Percent, 750)));
    assert_eq!(discount("Rp 25.000"), Some((DiscountType::Amount, 25_000)));
    assert_eq!(discount("0"), None);
    assert_eq!(refusal_of("Diskon", "10").code, "discount_unclear");
    assert_eq!(refusal_of("Diskon", "150%").code, "percent_invalid");
    assert_eq!(refusal_of("Diskon", "-5000").code, "discount_negative");
}

#[test]
fn states_become_those_of_a_customer_and_a_closed_line_is_known_as_closed() {
    let cases = [
        ("aktif", CustomerStatus::Active),
        ("ISOLIR", CustomerStatus::Isolated),
        ("Cuti", CustomerStatus::Suspended),
        ("berhenti", CustomerStatus::Terminated),
        ("pending", CustomerStatus::Pending),
    ];
    for (cell, status) in cases {
        let row = row_with("Status", cell);
        assert_eq!(row.status, Some(status), "{cell}");
        assert_eq!(
            row.is_closed_today(),
            status == CustomerStatus::Isolated,
            "{cell}"
        );
    }
    let problem = warning_of("Status", "nonaktif");
    assert_eq!((problem.code, problem.fatal), ("status_vague", false));
    assert_eq!(refusal_of("Status", "entahlah").code, "status_unknown");
}

#[test]
fn yes_no_and_rapel_are_read_or_refused() {
    assert_eq!(row_with("PPN", "Tidak").taxed, Some(false));
    assert_eq!(
        row_with("Alamat", "x").taxed,
        None,
        "a file without the column says nothing"
    );
    assert_eq!(refusal_of("PPN", "11%").code, "yes_no_unreadable");
    assert_eq!(row_with("Rapel", "2 bulan").rapel_months, Some(2));
    assert_eq!(row_with("Rapel", "tidak").rapel_months, None);
    assert_eq!(refusal_of("Rapel", "ya").code, "rapel_without_months");
    assert_eq!(refusal_of("Rapel", "sering").code, "rapel_unreadable");
}

/// A device that stands twice is worth a look, and no reason to keep a customer out.
#[test]
fn a_serial_number_that_stands_twice_is_mentioned() {
    let it = understood(
        "Nama;Paket;No HP;User;SN ONT\nA;HOME-10;081234567890;a;zteg 0001\nB;HOME-10;081234567890;b;ZTEG0001\n\
         C;HOME-10;081234567890;c;ZTEG0000LAMA\nD;HOME-10;081234567890;d;ZTEG0002\n",
    );
    assert_eq!(codes(&it), [(3, "ont_serial_twice"), (4, "ont_serial_taken")]);
    assert_eq!(it.rows.len(), 4);
    assert!(it.problems.iter().all(|problem| !problem.fatal));
    assert!(it.problems[0].message_id.contains("baris 2"));
}

#[test]
fn addresses_and_serials_are_checked() {
    assert_eq!(refusal_of("IP", "10.0.0.256").code, "static_ip_invalid");
    assert_eq!(refusal_of("IP", "10.0.0.0/24").code, "static_ip_invalid");
    assert_eq!(refusal_of("MAC", "aa:bb").code, "mac_invalid");
    assert_eq!(refusal_of("SN ONT", "4,85754E+15").code, "rounded");
    assert_eq!(refusal_of("ID Pelanggan", "1E+11").code, "rounded");
}

#[test]
fn a_cell_that_looks_like_a_formula_is_text() {
    let it = understood(
        "Nama;Paket;User;HP;Alamat\n\"=HYPERLINK(\"\"http://x\"\",\"\"Budi\"\")\";HOME-10;b;081234567890;=1+1\n",
    );
    assert_eq!(it.problems, []);
    assert_eq!(it.rows[0].name, "=HYPERLINK(\"http://x\",\"Budi\")");
    assert_eq!(it.rows[0].address.as_deref(), Some("=1+1"));
}

#[test]
fn the_error_of_a_spreadsheet_is_no_name() {
    let it = understood("Nama;Paket;User;HP\n#N/A;HOME-10;b;081234567890\n");
    assert!(it.rows.is_empty());
    assert!(codes(&it).contains(&(2, "cell_error")), "{:?}", codes(&it));
}

#[test]
fn a_name_with_the_length_of_a_page_is_refused() {
    assert_eq!(refusal_of("Wilayah", &"x".repeat(121)).code, "too_long");
    assert_eq!(refusal_of("Alamat", &"x ".repeat(400)).code, "too_long");
}

#[test]
fn a_password_is_never_repeated_in_a_problem() {
    let it = understood("Nama;Paket;User;HP;Password\n;TIDAK-ADA;b;salah;#N/A\n;x;lama;0;s3cret,\"\n");
    let said = format!("{:?}", it.problems);
    assert!(!said.contains("s3cret") && !said.contains("#N/A"), "{said}");
}

#[test]
fn all_that_is_wrong_with_a_row_is_said_at_once() {
    let it = understood("Nama;Paket;HP;Mulai;Tanggal Tagihan;Hutang\n;X;1;30/2/2025;31;-1\n");
    let expected = [
        "name_missing",
        "phone_invalid",
        "package_unknown",
        "connection_type_unclear",
        "billing_day_too_late",
        "date_impossible",
        "money_negative",
    ];
    assert_eq!(
        it.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(),
        expected
    );
}
