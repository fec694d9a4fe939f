//! What the file is, where its headings are, and on which line each row starts.

use office::importing::{ImportError, LARGEST_FILE, LooksLike, MOST_ROWS, Sheet, read};

use crate::sheet;

fn lines(sheet: &Sheet) -> Vec<u32> {
    sheet.rows.iter().map(|row| row.line_no).collect()
}

fn refusal(bytes: &[u8]) -> ImportError {
    read("daftar.csv", bytes).expect_err("the file is refused")
}

#[test]
fn every_separator_is_found_by_itself() {
    for separator in [",", ";", "\t", "|"] {
        let text = "Nama#No HP#Paket\nBudi#0812#A\nSiti#0813#B\n".replace('#', separator);
        let sheet = sheet(&text);
        assert_eq!(
            sheet.headings,
            ["Nama", "No HP", "Paket"],
            "separated by {separator:?}"
        );
        assert_eq!(sheet.rows[1].cells, ["Siti", "0813", "B"]);
    }
}

#[test]
fn commas_in_addresses_do_not_outvote_the_semicolon() {
    let sheet =
        sheet("Nama;Alamat;Paket\nBudi;Jl. Melati 3, RT 1, RW 2, Desa, Kec, Kab;A\nSiti;a,b,c,d,e,f,g;B\n");
    assert_eq!(sheet.rows[0].cells[1], "Jl. Melati 3, RT 1, RW 2, Desa, Kec, Kab");
}

#[test]
fn the_separator_line_that_excel_writes_is_obeyed_and_left_out() {
    let sheet = sheet("sep=;\r\nNama;Paket\r\nBudi;A,B\r\n");
    assert_eq!((sheet.heading_line, sheet.rows[0].line_no), (2, 3));
    assert_eq!(sheet.rows[0].cells, ["Budi", "A,B"]);
}

#[test]
fn a_row_keeps_the_line_on_which_it_starts_through_quoted_line_breaks_and_blank_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let text = "Nama,Alamat,Paket#Budi,\"Jl. Melati#RT 1#RW 2\",A##,,#   #Siti,\"a \"\"b\"\" c\",B#"
            .replace('#', end);
        let sheet = sheet(&text);
        assert_eq!(lines(&sheet), [2, 8], "lines ending in {end:?}");
        assert_eq!(sheet.rows[0].cells[1], format!("Jl. Melati{end}RT 1{end}RW 2"));
        assert_eq!(sheet.rows[1].cells[1], "a \"b\" c");
    }
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_named_by_its_line() {
    let error = refusal(b"Nama,Paket\nBudi,A\nSiti,\"B\nUjang,C\nDewi,D\n");
    assert_eq!(error, ImportError::UnclosedQuote { line_no: 3 });
}

#[test]
fn titles_above_the_headings_are_left_out() {
    let sheet = sheet("DAFTAR PELANGGAN;;\nper Januari 2025;;\n;;\nNo;Nama;Paket\n1;Budi;A\n");
    assert_eq!((sheet.heading_line, lines(&sheet)), (4, vec![5]));
}

#[test]
fn headings_repeated_on_every_printed_page_are_no_customers() {
    let sheet = sheet("Nama;Paket\nBudi;A\nNama;Paket\nSiti;B\n");
    assert_eq!(lines(&sheet), [2, 4]);
}

#[test]
fn every_encoding_gives_the_same_table() {
    let text = "Nama;Alamat;Paket\r\nJosé Ñuñez;Jl. “Melati” – 3 €;A\r\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once('\u{feff}')
            .chain(text.chars())
            .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec())
            .flat_map(bytes)
            .collect()
    };
    let encoded = [
        text.as_bytes().to_vec(),
        ["\u{feff}", text].concat().into_bytes(),
        encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ];
    for bytes in encoded {
        let sheet = read("pelanggan.csv", &bytes).expect("every encoding is understood");
        assert_eq!(
            sheet.headings,
            ["Nama", "Alamat", "Paket"],
            "starting {:?}",
            &bytes[..4]
        );
        assert_eq!(sheet.rows[0].cells, ["José Ñuñez", "Jl. “Melati” – 3 €", "A"]);
    }
}

#[test]
fn a_csv_that_is_an_image_a_pdf_an_archive_or_a_program_is_called_what_it_is() {
    let files: [(&[u8], LooksLike); 13] = [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", LooksLike::Image),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF\0", LooksLike::Image),
        (b"GIF89a\x01\0\x01\0", LooksLike::Image),
        (b"RIFF\x24\0\0\0WEBPVP8 ", LooksLike::Image),
        (b"%PDF-1.7\n%\xE2\xE3", LooksLike::Pdf),
        (b"PK\x03\x04\x14\0\0\0\x08\0foto.jpg", LooksLike::Archive),
        (b"MZ\x90\0\x03\0\0\0\x04\0", LooksLike::Program),
        (b"\x7FELF\x02\x01\x01\0", LooksLike::Program),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", LooksLike::OldOffice),
        (b"<html><body><table><tr><td>Nama</td>", LooksLike::WebPage),
        (b"{\"customers\": []}", LooksLike::StructuredText),
        (b"SQLite format 3\0\x10\0", LooksLike::Database),
        (b"Nama;Paket\nBudi\0;A\n", LooksLike::Binary),
    ];
    for (bytes, looks_like) in files {
        let error = refusal(bytes);
        assert_eq!(error, ImportError::NotATable { looks_like }, "{:?}", &bytes[..8]);
        assert_eq!(error.code(), "import_not_a_table");
        assert!(error.to_string().contains(looks_like.in_english()), "{error}");
        assert!(
            error.in_indonesian().contains(looks_like.in_indonesian()),
            "{}",
            error.in_indonesian()
        );
    }
}

#[test]
fn a_document_of_libreoffice_is_told_from_an_archive() {
    let bytes = b"PK\x03\x04\x14\0\0\x08\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK";
    assert_eq!(
        refusal(bytes),
        ImportError::NotATable {
            looks_like: LooksLike::OpenDocument
        }
    );
}

#[test]
fn an_empty_file_says_so() {
    for bytes in [&b""[..], b"\xEF\xBB\xBF", b" \r\n\r\n\t ", b"\xFF\xFE"] {
        assert_eq!(refusal(bytes), ImportError::Empty, "{bytes:?}");
    }
}

#[test]
fn a_file_beyond_the_limit_is_refused_before_it_is_read() {
    let mut bytes = b"Nama;Paket\nBudi;A\n".to_vec();
    bytes.resize(LARGEST_FILE + 1, b'\n');
    let error = refusal(&bytes);
    assert_eq!(
        error,
        ImportError::TooLarge {
            bytes: LARGEST_FILE + 1,
            limit: LARGEST_FILE
        }
    );
    assert!(error.to_string().contains("at most 20 MiB"), "{error}");
    bytes.truncate(LARGEST_FILE);
    assert!(read("besar.csv", &bytes).is_ok(), "the limit itself is allowed");
}

#[test]
fn a_table_with_too_many_rows_is_refused() {
    let mut text = "Nama;Paket\n".to_owned();
    text.push_str(&"Budi;A\n".repeat(MOST_ROWS));
    assert_eq!(sheet(&text).rows.len(), MOST_ROWS);
    text.push_str("Siti;A\n");
    assert_eq!(
        refusal(text.as_bytes()),
        ImportError::TooManyRows { limit: MOST_ROWS }
    );
}

#[test]
fn a_table_without_headings_says_which_are_expected_and_what_was_found() {
    let error = refusal(b"Budi;081234;Jl. Melati\nSiti;081235;Jl. Mawar\n");
    assert_eq!(error.code(), "import_no_headings");
    assert!(
        error.in_indonesian().contains("Nama") && error.in_indonesian().contains("Budi"),
        "{}",
        error.in_indonesian()
    );
}

#[test]
fn a_missing_column_is_named_with_the_columns_that_are_there() {
    let error = refusal(b"No HP;Alamat\n0812;Jl. Melati\n");
    assert_eq!(error.code(), "import_missing_columns");
    assert_eq!(
        error.to_string(),
        "The column Nama, Paket is missing. Add it to the file; columns found: No HP, Alamat."
    );
    let error = refusal(b"Nama;Alamat\nBudi;Jl. Melati\n");
    assert_eq!(
        error.in_indonesian(),
        "Kolom Paket tidak ada. Tambahkan kolom itu ke berkas; kolom yang ada: Nama, Alamat."
    );
}

#[test]
fn headings_alone_are_no_list() {
    assert_eq!(refusal(b"Nama;Paket\n;;\n"), ImportError::NoRows);
}

#[test]
fn broken_utf_16_is_damaged_and_not_guessed() {
    assert_eq!(
        refusal(b"\xFF\xFEN\0a\0m\0a\0\x00\xD8x\0").code(),
        "import_damaged"
    );
}

#[test]
fn a_sheet_never_prints_its_cells() {
    let sheet = sheet("Nama;Paket;Password\nBudi;A;rahasia\n");
    let printed = format!("{sheet:?} {:?}", sheet.rows);
    assert!(
        !printed.contains("rahasia") && !printed.contains("Budi"),
        "{printed}"
    );
}
