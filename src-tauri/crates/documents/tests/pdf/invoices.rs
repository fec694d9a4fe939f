//! Invoices as poppler reads them.

use std::path::PathBuf;
use std::sync::Arc;

use billing::Rupiah;
use documents::{
    DocumentError, Invoice, Language, Layout, MOST_INVOICES_PER_FILE, Marking, Qr, Sheet, Tax, Totals,
    invoices_pdf,
};
use jiff::Timestamp;

use crate::poppler::{self, assert_nothing_overlaps};
use crate::samples::{QRIS, customer, full_invoice, invoice, line, office, prose};

const LONG_NAME: &str = "Raden Mas Haji Muhammad Syaifuddin Kusumawardhana bin Tumenggung Prawirodirjo";
const LONG_ADDRESS: &str =
    "Perumahan Griya Kencana Asri Blok F-12A Nomor 117, Jalan Raya Pahlawan Kemerdekaan";

fn made(name: &str, invoices: &[Invoice], sheet: Sheet) -> (PathBuf, Vec<u8>) {
    let mut bytes = Vec::new();
    let layout = Layout {
        sheet,
        created: Timestamp::from_second(1_793_500_000).unwrap(),
    };
    let pages = invoices_pdf(invoices, &layout, &mut bytes).unwrap();
    let path = poppler::kept(name, &bytes);
    assert_eq!(
        poppler::pages(&path),
        pages,
        "the reported number of pages is the file's"
    );
    (path, bytes)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn text_copied_out_is_right_and_in_reading_order() {
    let (path, _) = made("plain.pdf", &[invoice(1)], Sheet::A4);
    let text = squeezed(&poppler::raw_text(&path));
    let mut rest = text.as_str();
    let in_order = [
        "Contoh Net Nusantara",
        "Jl. Melati No. 17, RT 03/RW 05, Sukamaju",
        "NPWP 01.234.567.8-901.000",
        "TAGIHAN",
        "INV-202611-00001",
        "Ditagihkan kepada",
        "Siti Rahmawati",
        "Tanggal terbit 1 November 2026",
        "Jatuh tempo 21 November 2026",
        "Masa layanan 1–30 Nov 2026",
        "Jumlah yang harus dibayar Rp 166.500",
        "Uraian Jumlah",
        "Internet Rumah 20 Mbps Rp 150.000",
        "Subtotal Rp 150.000",
        "DPP nilai lain Rp 137.500",
        "PPN 12% Rp 16.500",
        "Total Rp 166.500",
        "Terbilang Seratus enam puluh enam ribu lima ratus rupiah",
        "Bank Contoh Mandala 137-00-1234567-8 a.n. CV Contoh Net Nusantara",
        "Halaman 1 dari 1",
    ];
    for expected in in_order {
        let at = rest
            .find(expected)
            .unwrap_or_else(|| panic!("{expected:?} is missing or out of order in {text}"));
        rest = &rest[at + expected.len()..];
    }
}

#[test]
fn fonts_are_embedded_subset_and_map_to_unicode() {
    let (path, bytes) = made("fonts.pdf", &[invoice(1)], Sheet::A4);
    let fonts = poppler::fonts(&path);
    assert_eq!(fonts.len(), 2, "{fonts:?}");
    for font in &fonts {
        assert!(font.embedded && font.subset && font.unicode, "{font:?}");
        assert!(
            font.name
                .get(6..)
                .is_some_and(|name| name.starts_with("+NotoSans-")),
            "{font:?}"
        );
    }
    assert!(
        bytes.len() < 60_000,
        "one invoice with two subset fonts has {} bytes",
        bytes.len()
    );
}

#[test]
fn every_stream_is_compressed() {
    let (_, bytes) = made("streams.pdf", &[full_invoice()], Sheet::A4);
    let (streams, compressed) = poppler::streams(&bytes);
    assert!(
        streams >= 8,
        "page, two fonts with their maps, logo, mask and symbol: {streams}"
    );
    assert_eq!(compressed, streams);
}

#[test]
fn the_symbol_can_be_scanned_from_paper() {
    for (sheet, name) in [(Sheet::A4, "scan-a4.pdf"), (Sheet::HalfA5, "scan-a5.pdf")] {
        let mut linked = invoice(2);
        linked.qr = Some(Qr::Number("https://tagihan.contoh.net.id/t/a".to_owned()));
        let (path, _) = made(name, &[full_invoice(), linked], sheet);
        let read: Vec<String> = (1..=poppler::pages(&path))
            .flat_map(|page| poppler::scanned(&path, page))
            .collect();
        assert_eq!(read, [QRIS, "https://tagihan.contoh.net.id/t/a"], "on {sheet:?}");
    }
}

#[test]
fn every_part_has_its_place() {
    for (sheet, name) in [(Sheet::A4, "full-a4.pdf"), (Sheet::HalfA5, "full-a5.pdf")] {
        let (path, _) = made(name, &[full_invoice()], sheet);
        assert_nothing_overlaps(&path, 15.0);
        let text = squeezed(&poppler::text(&path));
        for expected in [
            "Diskon -Rp 10.000",
            "Total Rp 349.650",
            "Titipan dipakai -Rp 40.000",
            "Sudah dibayar -Rp 100.000",
            "Sisa tagihan Rp 209.650",
            "Tunggakan sebelumnya Rp 150.000",
            "Jumlah yang harus dibayar Rp 359.650",
            "membayar (QRIS)",
        ] {
            assert!(text.contains(expected), "{expected:?} is missing in {text}");
        }
    }
}

#[test]
fn names_and_addresses_of_two_hundred_characters_wrap() {
    let mut long = full_invoice();
    let mut office = (*office(true)).clone();
    office.name = prose(LONG_NAME, 100);
    office.address = prose(LONG_ADDRESS, 200);
    long.office = Arc::new(office);
    long.customer.name = prose(LONG_NAME, 200);
    long.customer.address = Some(prose(LONG_ADDRESS, 200));
    long.lines[0].description = prose(LONG_ADDRESS, 200);
    for (sheet, name) in [(Sheet::A4, "long-a4.pdf"), (Sheet::HalfA5, "long-a5.pdf")] {
        let (path, _) = made(name, &[long.clone()], sheet);
        assert_nothing_overlaps(&path, 15.0);
        let text = squeezed(&poppler::raw_text(&path));
        for whole in [
            &long.customer.name,
            long.customer.address.as_ref().unwrap(),
            &long.lines[0].description,
        ] {
            assert!(text.contains(whole.as_str()), "{whole:?} is whole in {text}");
        }
    }
}

#[test]
fn everything_at_its_longest_keeps_its_place() {
    let mut longest = full_invoice();
    let mut office = (*office(true)).clone();
    office.name = prose(LONG_NAME, 400);
    office.address = format!("{}\n", prose(LONG_ADDRESS, 60)).repeat(12);
    office.phone = Some("0812-3456-7890 / ".repeat(12));
    office.npwp = Some("01.234.567.8-901.000 ".repeat(12));
    office.footer_note = Some(prose(LONG_ADDRESS, 900));
    for account in &mut office.bank_accounts {
        account.bank = prose(LONG_NAME, 150);
        account.number = "0123-".repeat(30);
        account.holder = prose(LONG_NAME, 200);
    }
    longest.office = Arc::new(office);
    longest.number = "INV-202611-".repeat(12);
    longest.period = prose(LONG_ADDRESS, 300);
    longest.customer.number = "PLG-".repeat(60);
    longest.customer.name = prose(LONG_NAME, 500);
    longest.customer.address = Some(format!("{}\n", prose(LONG_ADDRESS, 50)).repeat(12));
    longest.customer.phone = Some("0813-9876-5432, ".repeat(12));
    longest.lines[0].description = prose(LONG_ADDRESS, 2_000);
    longest.marking = Some(Marking::Copy);
    for (sheet, name) in [(Sheet::A4, "longest-a4.pdf"), (Sheet::HalfA5, "longest-a5.pdf")] {
        let (path, _) = made(name, &[longest.clone()], sheet);
        assert_nothing_overlaps(&path, 15.0);
        let text = squeezed(&poppler::text(&path));
        assert!(text.contains("Rp 359.650"), "the amount to pay is there: {text}");
    }
}

#[test]
fn words_without_a_space_are_broken_and_hostile_text_is_harmless() {
    let mut odd = invoice(3);
    odd.customer.name = "W".repeat(200);
    odd.customer.address = Some("ü".repeat(200));
    odd.lines[0].description = format!("(\\) <</Type>> {}\u{0}\u{1B}😀 %EOF endstream", "x".repeat(150));
    odd.period = "Masa yang sangat panjang sekali ".repeat(4);
    for (sheet, name) in [(Sheet::A4, "odd-a4.pdf"), (Sheet::HalfA5, "odd-a5.pdf")] {
        let (path, _) = made(name, &[odd.clone()], sheet);
        assert_nothing_overlaps(&path, 15.0);
        let text = poppler::raw_text(&path);
        assert!(text.contains("(\\) <</Type>>"), "{text}");
        let count = |letter: char| text.chars().filter(|c| *c == letter).count();
        assert_eq!(count('ü'), 200, "every letter of the address is printed");
    }
}

#[test]
fn sixty_lines_break_over_pages_under_a_repeated_head() {
    let mut long = invoice(4);
    long.lines = (1..=60)
        .map(|n| line(&format!("Titik layanan nomor {n:02}"), 100_000))
        .collect();
    long.totals = Totals {
        subtotal: Rupiah(6_000_000),
        total: Rupiah(6_000_000),
        remaining: Rupiah(6_000_000),
        ..Totals::default()
    };
    let (path, _) = made("sixty.pdf", &[long.clone()], Sheet::A4);
    let text = poppler::raw_text(&path);
    let pages: Vec<&str> = text
        .split('\u{C}')
        .filter(|page| !page.trim().is_empty())
        .collect();
    assert_nothing_overlaps(&path, 15.0);
    for (index, page) in pages.iter().enumerate() {
        assert!(
            page.contains(&format!("Halaman {} dari {}", index + 1, pages.len())),
            "{page}"
        );
        assert!(page.contains("Uraian Jumlah"), "the head is repeated: {page}");
        assert!(
            page.contains("INV-202611-00004"),
            "every page names its invoice: {page}"
        );
    }
    for n in 1..=60 {
        assert_eq!(
            text.matches(&format!("nomor {n:02}")).count(),
            1,
            "line {n} is there once"
        );
    }
    let last = pages.last().unwrap();
    assert!(
        last.contains("nomor 60") && last.contains("Total Rp 6.000.000"),
        "the totals follow a line: {last}"
    );

    long.lines.iter_mut().for_each(|line| line.service = None);
    long.lines.truncate(38);
    let (path, _) = made("two-pages.pdf", &[long], Sheet::A4);
    assert!(poppler::raw_text(&path).contains("Halaman 1 dari 2"));
}

#[test]
fn many_accounts_go_on_on_the_next_page() {
    let mut many = invoice(5);
    let mut office = (*office(false)).clone();
    office.bank_accounts = (0..40)
        .map(|n| documents::BankAccount {
            bank: format!("Bank Nomor {n:02}"),
            number: format!("900-{n:02}"),
            holder: "CV Contoh".to_owned(),
        })
        .collect();
    many.office = Arc::new(office);
    for (sheet, name) in [(Sheet::A4, "accounts-a4.pdf"), (Sheet::HalfA5, "accounts-a5.pdf")] {
        let (path, _) = made(name, &[many.clone()], sheet);
        assert_nothing_overlaps(&path, 15.0);
        let text = poppler::raw_text(&path);
        assert!(
            (0..40).all(|n| text.contains(&format!("900-{n:02}"))),
            "no account is lost: {text}"
        );
    }
}

#[test]
fn tax_is_shown_as_the_regulation_has_it() {
    let mut taxed = invoice(6);
    taxed.lines = vec![line("Internet Bisnis 50 Mbps", 250_000)];
    taxed.totals = Totals {
        subtotal: Rupiah(250_000),
        tax: Some(Tax {
            label: "PPN 12%".to_owned(),
            base: Rupiah(229_167),
            amount: Rupiah(27_500),
        }),
        total: Rupiah(277_500),
        remaining: Rupiah(277_500),
        ..Totals::default()
    };
    let (path, _) = made("taxed.pdf", &[taxed.clone()], Sheet::A4);
    let text = squeezed(&poppler::text(&path));
    for figure in [
        "DPP nilai lain Rp 229.167",
        "PPN 12% Rp 27.500",
        "Total Rp 277.500",
    ] {
        assert!(text.contains(figure), "{figure} is missing in {text}");
    }
    taxed.totals.tax = None;
    let (path, _) = made("untaxed.pdf", &[taxed], Sheet::A4);
    let text = poppler::text(&path);
    assert!(
        !text.contains("DPP") && !text.contains("PPN"),
        "only a PKP charges PPN: {text}"
    );
}

#[test]
fn large_amounts_are_grouped_and_stay_in_their_columns() {
    for (number, amount) in [(8, 12_345_678), (9, 999_999_999_999), (10, i64::MAX)] {
        let mut large = invoice(number);
        large.lines = vec![line(&prose(LONG_NAME, 200), amount)];
        large.totals = Totals {
            subtotal: Rupiah(amount),
            total: Rupiah(amount),
            remaining: Rupiah(amount),
            ..Totals::default()
        };
        for (sheet, paper) in [(Sheet::A4, "a4"), (Sheet::HalfA5, "a5")] {
            let (path, _) = made(&format!("large-{number}-{paper}.pdf"), &[large.clone()], sheet);
            assert_nothing_overlaps(&path, 15.0);
            let text = squeezed(&poppler::text(&path));
            assert_eq!(text.matches(&Rupiah(amount).to_string()).count(), 4, "{text}");
            let words = poppler::words(&path);
            let last_word = large.totals.total.to_string().replace("Rp ", "");
            let amounts = words.words.iter().filter(|word| word.text == last_word);
            let edges: Vec<_> = amounts
                .map(|word| word.right)
                .filter(|right| *right > words.pages[0].0 * 0.8)
                .collect();
            assert!(
                edges.iter().all(|edge| (edge - edges[0]).abs() < 0.15),
                "one right edge: {edges:?}"
            );
        }
    }
}

#[test]
fn paid_and_void_invoices_say_so() {
    for (marking, word) in [
        (Marking::Paid, "LUNAS"),
        (Marking::Void, "BATAL"),
        (Marking::Copy, "SALINAN"),
    ] {
        let mut marked = full_invoice();
        marked.marking = Some(marking);
        if marking == Marking::Paid {
            (marked.totals.paid, marked.totals.remaining) = (Rupiah(309_650), Rupiah::ZERO);
        }
        for (sheet, paper) in [(Sheet::A4, "a4"), (Sheet::HalfA5, "a5")] {
            let (path, _) = made(&format!("{word}-{paper}.pdf"), &[marked.clone()], sheet);
            assert_nothing_overlaps(&path, 15.0);
            let text = poppler::text(&path);
            assert!(text.contains(word), "{word} on {paper}");
            let asks = marking == Marking::Copy;
            assert_eq!(
                text.contains("Bank Contoh Mandala"),
                asks,
                "nobody shall pay what is paid or void: {text}"
            );
            assert_eq!(
                text.contains("QRIS"),
                asks,
                "nobody shall scan what is paid or void: {text}"
            );
            assert_eq!(
                text.contains("Tunggakan") || text.contains("harus dibayar"),
                asks,
                "nobody shall be asked for money here: {text}"
            );
        }
    }
}

#[test]
fn halves_share_a_sheet() {
    let invoices: Vec<_> = (1..=5).map(invoice).collect();
    let (path, _) = made("halves.pdf", &invoices, Sheet::HalfA5);
    assert_eq!(poppler::pages(&path), 3, "five halves need three sheets");
    assert_eq!(poppler::info(&path, "Page size"), "595.276 x 841.89 pts (A4)");
    assert_nothing_overlaps(&path, 15.0);
    let words = poppler::words(&path);
    for word in words
        .words
        .iter()
        .filter(|word| word.text.starts_with("INV-202611-0000"))
    {
        let number: usize = word.text[word.text.len() - 5..].parse().unwrap();
        let upper = word.top < words.pages[word.page].1 / 2.0;
        assert_eq!(
            (word.page, upper),
            ((number - 1) / 2, number % 2 == 1),
            "{word:?}"
        );
    }
}

#[test]
fn english_is_complete() {
    let mut english = full_invoice();
    english.language = Language::English;
    english.period = "November 2026".to_owned();
    let (path, _) = made("english.pdf", &[english], Sheet::A4);
    let text = squeezed(&poppler::text(&path));
    for expected in [
        "INVOICE",
        "Billed to",
        "Amount to pay",
        "Page 1 of 1",
        "Three hundred fifty nine thousand",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing in {text}");
    }
    for left_over in ["Jumlah", "Tagihan", "Halaman", "Terbilang", "rekening", "Jatuh"] {
        assert!(!text.contains(left_over), "{left_over:?} was left in {text}");
    }
}

#[test]
fn what_cannot_be_printed_is_refused() {
    let layout = Layout {
        sheet: Sheet::A4,
        created: Timestamp::UNIX_EPOCH,
    };
    let code = |invoices: &[Invoice]| {
        invoices_pdf(invoices, &layout, &mut Vec::new())
            .unwrap_err()
            .code()
    };
    assert_eq!(code(&[]), "document_nothing_to_print");
    assert_eq!(
        code(&vec![invoice(1); MOST_INVOICES_PER_FILE + 1]),
        "document_too_many_invoices"
    );
    let mut overflowing = invoice(1);
    overflowing.totals.arrears = Some(Rupiah(i64::MAX));
    assert_eq!(code(&[overflowing]), "document_amount_overflow");
    let mut unscannable = invoice(1);
    unscannable.qr = Some(Qr::Number("x".repeat(5_000)));
    assert_eq!(code(&[unscannable]), "document_qr_too_long");
}

#[test]
fn a_full_disk_is_an_error_and_not_a_file() {
    struct FullDisk(usize);
    impl std::io::Write for FullDisk {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self
                .0
                .checked_sub(bytes.len())
                .ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let layout = Layout {
        sheet: Sheet::A4,
        created: Timestamp::UNIX_EPOCH,
    };
    for room in [0, 10_000] {
        let error = invoices_pdf(&[invoice(1)], &layout, &mut FullDisk(room)).unwrap_err();
        assert!(
            matches!(&error, DocumentError::Write(cause) if cause.kind() == std::io::ErrorKind::StorageFull),
            "{error}"
        );
    }
}

#[test]
fn an_empty_office_and_customer_still_make_a_page() {
    let mut bare = invoice(1);
    bare.office = Arc::default();
    bare.customer = documents::Customer {
        name: customer().name,
        ..documents::Customer::default()
    };
    (bare.qr, bare.service, bare.lines) = (None, None, Vec::new());
    let (path, _) = made("bare.pdf", &[bare], Sheet::A4);
    assert_nothing_overlaps(&path, 15.0);
}

#[test]
fn a_discount_says_why_where_that_is_known() {
    let long =
        "tetangga yang menyediakan tempat untuk tiang dan listrik bagi perangkat di ujung gang, dan ketua RT";
    for (sheet, name) in [(Sheet::A4, "reason-a4.pdf"), (Sheet::HalfA5, "reason-a5.pdf")] {
        let mut reasoned = full_invoice();
        reasoned.lines[1].discount_reason = Some("Promo Ramadan".to_owned());
        (reasoned.lines[2].discount, reasoned.lines[2].discount_reason) =
            (Rupiah(5_000), Some(long.to_owned()));
        (reasoned.lines[0].discount, reasoned.lines[0].discount_reason) =
            (Rupiah(1_000), Some("  ".to_owned()));
        let (path, _) = made(name, &[reasoned], sheet);
        assert_nothing_overlaps(&path, 15.0);
        let text = squeezed(&poppler::text(&path));
        assert!(text.contains("Diskon: Promo Ramadan -Rp 10.000"), "{text}");
        assert!(text.contains("Diskon -Rp 1.000"), "a blank is no reason: {text}");
        for word in ["Diskon: tetangga", "ketua RT"] {
            assert!(text.contains(word), "{word:?} is missing in {text}");
        }
    }
}
