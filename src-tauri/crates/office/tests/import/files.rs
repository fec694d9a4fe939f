//! Files as offices have them: exported by Excel, kept for years by hand, saved by other programs. The people in them are
//! invented. `pelanggan.xlsx` was written by openpyxl, which shares no code with what reads it here.

use billing::{BillingDay, ConnectionType, CustomerStatus, DiscountType, Rupiah};
use jiff::civil::date;
use office::importing::{Debt, Field, Interpretation, interpret, read};

use crate::{codes, office};

fn import(file_name: &str, bytes: &[u8]) -> Interpretation {
    interpret(
        &read(file_name, bytes).expect("the file is a customer list"),
        &office(),
    )
}

#[test]
fn the_list_that_excel_exports_comes_in_without_a_word() {
    let it = import("pelanggan.csv", include_bytes!("files/pelanggan.csv"));
    assert_eq!(
        codes(&it),
        [(7, "phone_missing")],
        "the dead customer has no phone"
    );
    assert_eq!((it.rows.len(), it.total_rows), (6, 6));
    let kinds: Vec<_> = it.rows.iter().map(|row| row.connection_type).collect();
    assert_eq!(
        kinds[..3],
        [
            ConnectionType::Pppoe,
            ConnectionType::Pppoe,
            ConnectionType::Static
        ]
    );
    assert_eq!(
        it.rows[1].address.as_deref(),
        Some("Jl. Mawar 7; belakang masjid")
    );
    assert_eq!(it.rows[2].phone.as_deref(), Some("62215550123"));
    assert_eq!((it.rows[2].rapel_months, it.rows[2].taxed), (Some(3), Some(true)));
    assert_eq!(it.rows[2].debt, Some(Debt::Total(Rupiah(450_000))));
    assert!(
        it.rows[3].is_closed_today(),
        "who is closed today is known as closed"
    );
    assert_eq!(it.rows[3].billing_start, Some(date(2024, 8, 20)));
    assert_eq!(it.rows[5].status, Some(CustomerStatus::Terminated));
    assert_eq!(
        it.rows[5].debt,
        Some(Debt::Total(Rupiah(200_000))),
        "who has left may still owe"
    );
    assert_eq!(it.new_areas, ["Sukamaju"]);
}

#[test]
fn the_list_kept_by_hand_in_windows_1252_keeps_its_accents_and_lines() {
    let it = import("rekap-lama.csv", include_bytes!("files/rekap-lama.csv"));
    assert_eq!(codes(&it), [(10, "phone_second")]);
    let names: Vec<_> = it
        .rows
        .iter()
        .map(|row| (row.line_no, row.name.as_str()))
        .collect();
    assert_eq!(
        names,
        [(5, "José Alvarez"), (8, "Hj. Nur\"aini"), (10, "André Wijaya")]
    );
    assert_eq!(
        it.rows[0].address.as_deref(),
        Some("Jl. Merdeka 5, RT 02 / RW 03, Karang Tengah")
    );
    assert_eq!(it.rows[2].phone.as_deref(), Some("6285712345678"));
}

#[test]
fn the_export_of_another_billing_program_in_utf_16_comes_in() {
    let it = import("ekspor-billing.txt", include_bytes!("files/ekspor-billing.txt"));
    assert_eq!(it.problems, []);
    assert_eq!(it.rows[0].name, "Budi “Bedjo” Santoso");
    assert_eq!(it.rows[1].billing_start, Some(date(2025, 2, 1)));
}

#[test]
fn every_bad_row_has_its_line_and_its_reason() {
    let it = import(
        "pelanggan-bermasalah.csv",
        include_bytes!("files/pelanggan-bermasalah.csv"),
    );
    let expected = [
        (3, "name_missing"),
        (4, "phone_invalid"),
        (5, "package_unknown"),
        (6, "pppoe_username_twice"),
        (7, "pppoe_username_taken"),
        (8, "billing_day_too_late"),
        (9, "date_impossible"),
        (10, "money_negative"),
        (11, "customer_no_twice"),
        (12, "static_ip_invalid"),
        (13, "connection_type_unclear"),
        (15, "too_many_cells"),
        (16, "rounded"),
    ];
    assert_eq!(codes(&it), expected);
    assert_eq!(
        it.rows.iter().map(|row| row.line_no).collect::<Vec<_>>(),
        [2, 14, 17]
    );
    assert_eq!((it.total_rows, it.bad_rows()), (16, 13));
}

#[test]
fn the_workbook_with_instructions_titles_numbers_and_formulas_comes_in() {
    let sheet = read("pelanggan.xlsx", include_bytes!("files/pelanggan.xlsx")).expect("a workbook");
    assert_eq!(
        (sheet.sheet_name.as_deref(), sheet.heading_line),
        (Some("Pelanggan"), 4)
    );
    let it = interpret(&sheet, &office());
    assert_eq!(
        codes(&it),
        [(7, "uncalculated")],
        "the formula of a debt has no result, and that is not Rp 0"
    );
    let lines: Vec<_> = it
        .rows
        .iter()
        .map(|row| (row.line_no, row.phone.as_deref()))
        .collect();
    let expected = [
        (5, Some("6281234567890")),
        (6, Some("6281311112222")),
        (9, Some("6281377778888")),
    ];
    assert_eq!(lines, expected);
    let [budi, siti, ujang] = it.rows.try_into().expect("three customers");
    assert_eq!(
        budi.discount.map(|it| (it.kind, it.value)),
        Some((DiscountType::Percent, 1_000)),
        "a cell shown as 10%"
    );
    assert_eq!(
        (budi.address.as_deref(), budi.debt),
        (Some("Jl. Melati 3 RT 01"), Some(Debt::Total(Rupiah(150_000))))
    );
    assert_eq!(
        siti.discount.map(|it| (it.kind, it.value)),
        Some((DiscountType::Amount, 25_000))
    );
    assert_eq!(
        (siti.billing_start, siti.taxed, siti.debt),
        (Some(date(2024, 3, 1)), Some(false), None)
    );
    assert_eq!(
        (
            ujang.pppoe_username.as_deref(),
            ujang.billing_day.map(BillingDay::get)
        ),
        (Some("1001"), Some(28))
    );
    assert_eq!(it.columns[11].field, Some(Field::Debt));
}
