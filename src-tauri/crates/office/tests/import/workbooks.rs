//! Workbooks: what a cell shows is what is read, and a broken workbook is an error and not a short list.

use jiff::civil::date;
use office::importing::{Debt, ImportError, interpret, read};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use crate::{codes, office};

fn saved(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet()).expect("the sheet can be filled");
    workbook.save_to_buffer().expect("the workbook can be saved")
}

fn headings(sheet: &mut Worksheet, row: u32, headings: &[&str]) -> Result<(), XlsxError> {
    sheet.write_row(row, 0, headings.iter().copied()).map(|_| ())
}

#[test]
fn numbers_dates_percentages_and_results_of_formulas_are_read_as_they_are_shown() {
    let bytes = saved(|sheet| {
        headings(
            sheet,
            0,
            &[
                "Nama",
                "Paket",
                "User",
                "HP",
                "Mulai",
                "Diskon",
                "Hutang",
                "ID Pelanggan",
            ],
        )?;
        sheet
            .write(1, 0, "Budi")?
            .write(1, 1, "HOME-10")?
            .write(1, 2, "budi")?;
        sheet.write(1, 3, 8.123_456_789e10)?;
        sheet.write_with_format(
            1,
            4,
            ExcelDateTime::from_ymd(2025, 1, 31)?,
            &Format::new().set_num_format("dd/mm/yyyy"),
        )?;
        sheet.write_with_format(1, 5, 0.075, &Format::new().set_num_format("0.0%"))?;
        sheet.write_formula(
            1,
            6,
            Formula::new("=150000*1.11").set_result("166500.00000000003"),
        )?;
        sheet.write_with_format(1, 7, 77, &Format::new().set_num_format("00000"))?;
        Ok(())
    });
    let it = interpret(&read("a.xlsx", &bytes).expect("a workbook"), &office());
    assert_eq!(it.problems, []);
    let row = &it.rows[0];
    assert_eq!(row.phone.as_deref(), Some("6281234567890"));
    assert_eq!(row.billing_start, Some(date(2025, 1, 31)));
    assert_eq!(row.discount.as_ref().map(|it| it.value), Some(750));
    assert_eq!(
        row.debt,
        Some(Debt::Total(billing::Rupiah(166_500))),
        "a spreadsheet's last digit is noise"
    );
    assert_eq!(
        row.customer_no.as_deref(),
        Some("00077"),
        "zeros that are shown are kept"
    );
}

#[test]
fn a_number_too_long_for_a_spreadsheet_is_refused_because_its_end_is_lost() {
    let bytes = saved(|sheet| {
        headings(sheet, 0, &["Nama", "Paket", "User", "HP", "SN ONT"])?;
        sheet
            .write_row(1, 0, ["Budi", "HOME-10", "budi", "081234567890"])?
            .write(1, 4, 4.857_544_312_345_678e17)
            .map(|_| ())
    });
    let it = interpret(&read("a.xlsx", &bytes).expect("a workbook"), &office());
    assert_eq!(codes(&it), [(2, "rounded")]);
}

#[test]
fn the_first_sheet_with_headings_and_rows_is_read() {
    let mut workbook = Workbook::new();
    workbook
        .add_worksheet()
        .write(0, 0, "Petunjuk pengisian")
        .expect("written");
    headings(workbook.add_worksheet(), 0, &["Nama", "Paket"]).expect("written");
    let list = workbook.add_worksheet().set_name("Data").expect("named");
    headings(list, 2, &["Nama", "Paket"]).expect("written");
    list.write_row(6, 0, ["Budi", "HOME-10"]).expect("written");
    let sheet = read("a.xlsx", &workbook.save_to_buffer().expect("saved")).expect("a workbook");
    assert_eq!(
        (
            sheet.sheet_name.as_deref(),
            sheet.heading_line,
            sheet.rows[0].line_no
        ),
        (Some("Data"), 3, 7)
    );
}

#[test]
fn a_workbook_without_a_list_gives_the_refusal_of_the_sheet_that_came_closest() {
    let empty = saved(|_| Ok(()));
    assert_eq!(read("a.xlsx", &empty), Err(ImportError::Empty));
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "Catatan").expect("written");
    headings(workbook.add_worksheet(), 0, &["Nama", "Alamat"]).expect("written");
    let error = read("a.xlsx", &workbook.save_to_buffer().expect("saved")).expect_err("no packages");
    assert_eq!(error.code(), "import_missing_columns");
}

#[test]
fn a_stray_cell_at_the_far_corner_costs_nothing() {
    let bytes = saved(|sheet| {
        headings(sheet, 0, &["Nama", "Paket"])?;
        sheet
            .write_row(1, 0, ["Budi", "HOME-10"])?
            .write(1_048_575, 16_383, "x")
            .map(|_| ())
    });
    assert_eq!(read("a.xlsx", &bytes).expect("a workbook").rows.len(), 1);
}

#[test]
fn a_column_without_a_heading_is_ignored_in_a_workbook_where_no_cell_can_move() {
    let bytes = saved(|sheet| {
        headings(sheet, 0, &["Nama", "Paket", "User", "HP"])?;
        sheet
            .write_row(1, 0, ["Budi", "HOME-10", "budi", "081234567890", "", "catatan"])
            .map(|_| ())
    });
    let it = interpret(&read("a.xlsx", &bytes).expect("a workbook"), &office());
    assert_eq!((it.rows.len(), it.problems.len()), (1, 0));
}

#[test]
fn a_truncated_workbook_is_damaged() {
    let bytes = saved(|sheet| headings(sheet, 0, &["Nama", "Paket"]));
    let error = read("a.xlsx", &bytes[..bytes.len() - 30]).expect_err("its directory is gone");
    assert_eq!(error.code(), "import_damaged");
}

#[test]
fn a_cell_with_an_impossible_place_is_damage_or_nothing_and_never_a_crash() {
    let bytes = saved(|sheet| headings(sheet, 0, &["Nama", "Paket"]));
    let changed = crate::properties::with_part(&bytes, "xl/worksheets/sheet1.xml", |xml| {
        xml.replace("r=\"A1\"", "r=\"ZZZZZZZ1\"")
            .replace("r=\"B1\"", "r=\"B99999999999\"")
    });
    let error = read("a.xlsx", &changed).expect_err("no headings are left");
    assert!(
        matches!(error, ImportError::Damaged { .. } | ImportError::Empty),
        "{error:?}"
    );
}
