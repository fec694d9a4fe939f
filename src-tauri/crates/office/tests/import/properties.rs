//! What holds for every file: nothing makes the reader panic, a table that was written comes back, and no row is lost
//! between the good and the bad.

use std::collections::HashSet;
use std::io::{Cursor, Read, Write};

use office::importing::{Field, Sheet, interpret, read};
use proptest::prelude::*;
use proptest::sample::Index;
use rust_xlsxwriter::Workbook;

use crate::office;

const HEADINGS: [&str; 4] = ["Nama", "Paket", "Alamat", "Catatan"];

/// Text as people type it, with everything that CSV has to quote.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ -~]{0,12}",
        2 => "[a-zA-Z ,;\t|\"'=@é“”\\n]{0,20}",
        1 => "\\PC{0,8}",
    ]
}

/// Tables whose rows have something in them.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let row = prop::collection::vec(cell(), HEADINGS.len()).prop_filter("a blank row is no row", |row| {
        row.iter().any(|cell| !cell.trim().is_empty())
    });
    prop::collection::vec(row, 1..12)
}

fn csv(rows: &[Vec<String>], separator: u8, end: csv::Terminator) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .terminator(end)
        .from_writer(Vec::new());
    writer.write_record(HEADINGS).expect("written");
    for row in rows {
        writer.write_record(row).expect("written");
    }
    writer.into_inner().expect("written")
}

fn cells(sheet: Sheet) -> Vec<Vec<String>> {
    sheet.rows.into_iter().map(|row| row.cells).collect()
}

fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, HEADINGS).expect("written");
    for (row, line) in rows.iter().zip(1..) {
        for (cell, column) in row.iter().zip(0..) {
            sheet.write_string(line, column, cell.as_str()).expect("written");
        }
    }
    workbook.save_to_buffer().expect("saved")
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read("x.csv", &bytes);
    }

    #[test]
    fn no_text_makes_the_reader_or_the_interpretation_panic(text in "(Nama|Paket|No HP|Hutang|Mulai|Tanggal Tagihan|[;,\t\"\n\r]|\\PC){0,80}") {
        if let Ok(sheet) = read("x.csv", text.as_bytes()) {
            let _ = interpret(&sheet, &office());
        }
    }

    #[test]
    fn no_cells_make_the_interpretation_panic_or_lose_a_row(rows in prop::collection::vec(prop::collection::vec(cell(), Field::ALL.len()), 1..6)) {
        let mut text = Field::ALL.iter().map(|field| field.heading()).collect::<Vec<_>>().join(";").into_bytes();
        text.push(b'\n');
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(text);
        for row in &rows {
            writer.write_record(row).expect("written");
        }
        let Ok(sheet) = read("x.csv", &writer.into_inner().expect("written")) else { return Ok(()) };
        let it = interpret(&sheet, &office());
        let bad: HashSet<u32> = it.problems.iter().filter(|problem| problem.fatal).map(|problem| problem.line_no).collect();
        prop_assert_eq!(bad.len(), it.bad_rows(), "every row that is refused says why");
        prop_assert!(it.rows.iter().all(|row| !bad.contains(&row.line_no)), "and no other");
    }

    #[test]
    fn every_table_written_as_csv_comes_back(
        rows in table(),
        separator in prop::sample::select(&b",;\t|"[..]),
        windows in any::<bool>(),
    ) {
        let end = if windows { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let sheet = read("x.csv", &csv(&rows, separator, end)).expect("it is a table");
        prop_assert_eq!(&sheet.headings, &HEADINGS);
        let lines: Vec<u32> = sheet.rows.iter().map(|row| row.line_no).collect();
        let mut line = 2;
        for (row, line_no) in rows.iter().zip(lines) {
            prop_assert_eq!(line_no, line, "the line on which the row starts");
            line += 1 + u32::try_from(row.iter().flat_map(|cell| cell.matches('\n')).count()).expect("few");
        }
        prop_assert_eq!(cells(sheet), rows);
    }

    #[test]
    fn a_byte_changed_in_a_workbook_is_an_error_or_a_table_and_never_a_panic(place in any::<Index>(), byte in any::<u8>()) {
        let mut bytes = workbook(&[vec!["Budi".into(), "HOME-10".into(), String::new(), "x".into()]]);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(sheet) = read("x.xlsx", &bytes) {
            let _ = interpret(&sheet, &office());
        }
    }

    #[test]
    fn no_xml_inside_a_workbook_makes_the_reader_panic(
        part in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), 0..4_usize, scrap()), 1..4),
    ) {
        let bytes = with_changed_part(include_bytes!("files/pelanggan.xlsx"), part, &changes);
        if let Ok(sheet) = read("x.xlsx", &bytes) {
            let _ = interpret(&sheet, &office());
        }
    }
}

/// Pieces that hurt those who read the XML of workbooks.
const SCRAPS: &[&str] = &[
    "",
    "-1",
    "99999999999",
    "1e999",
    "NaN",
    "A0",
    "ZZZZZZZ1",
    "XFD1048577",
    "\"",
    "<c>",
    "</row>",
    "<v/>",
    "&",
    "é",
    "0",
];

fn scrap() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => prop::sample::select(SCRAPS).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ]
}

/// The workbook with some bytes of one of its parts replaced.
fn with_changed_part(workbook: &[u8], part: Index, changes: &[(Index, usize, Vec<u8>)]) -> Vec<u8> {
    let mut parts = parts(workbook);
    let part = part.index(parts.len());
    let bytes = &mut parts[part].1;
    for (place, length, scrap) in changes {
        let start = place.index(bytes.len().max(1));
        let end = (start + length).min(bytes.len());
        bytes.splice(start.min(end)..end, scrap.iter().copied());
    }
    packed(&parts)
}

/// The workbook with the text of the named part changed.
pub(crate) fn with_part(workbook: &[u8], name: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut parts = parts(workbook);
    for (_, bytes) in parts.iter_mut().filter(|(part, _)| part == name) {
        *bytes = change(String::from_utf8(bytes.clone()).expect("text")).into_bytes();
    }
    packed(&parts)
}

fn parts(workbook: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).expect("an archive");
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("read");
            (part.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}

/// Packs the parts anew, so that their checksums are right.
fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(name.as_str(), stored).expect("started");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("packed").into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_table_written_as_a_workbook_comes_back(rows in table()) {
        let sheet = read("x.xlsx", &workbook(&rows)).expect("it is a workbook");
        prop_assert_eq!(&sheet.headings, &HEADINGS);
        for (read, written) in sheet.rows.iter().zip(&rows) {
            // A cell of white space is not kept, and neither are empty cells at the end.
            let shown = |cell: Option<&String>| cell.filter(|cell| !cell.trim().is_empty()).cloned().unwrap_or_default();
            for column in 0..HEADINGS.len() {
                prop_assert_eq!(shown(read.cells.get(column)), shown(written.get(column)));
            }
        }
        prop_assert_eq!(sheet.rows.len(), rows.len());
    }
}

#[test]
fn ten_thousand_customers_are_read_and_understood() {
    let mut text = "Nama;No HP;Alamat;Paket;Username PPPoE;IP;Hutang\n".to_owned();
    for n in 0..10_000 {
        text.push_str(&format!(
            "Pelanggan {n};0812{n:08};Jl. Melati {n};HOME-10;user{n};;{}\n",
            n % 7 * 50_000
        ));
    }
    let it = interpret(&read("besar.csv", text.as_bytes()).expect("a table"), &office());
    assert_eq!((it.rows.len(), it.problems.len()), (10_000, 0));
    assert_eq!(it.rows[9_999].line_no, 10_001);
}
