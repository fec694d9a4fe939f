//! Receipts as poppler reads them, and as a printer gets them.

use std::path::PathBuf;

use billing::Rupiah;
use documents::{EscPos, Language, Receipt, ReceiptPaper, Reversal, Roll, receipt_escpos, receipt_pdf};
use jiff::Timestamp;
use jiff::civil::date;

use crate::poppler::{self, assert_nothing_overlaps};
use crate::samples::{allocation, prose, receipt};

const PAPERS: [(ReceiptPaper, &str); 3] = [
    (ReceiptPaper::Roll(Roll::Mm58), "58"),
    (ReceiptPaper::Roll(Roll::Mm80), "80"),
    (ReceiptPaper::A5, "a5"),
];

fn made(name: &str, receipt: &Receipt, paper: ReceiptPaper) -> PathBuf {
    let mut bytes = Vec::new();
    receipt_pdf(receipt, paper, Timestamp::UNIX_EPOCH, &mut bytes).unwrap();
    poppler::kept(name, &bytes)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_paper_says_the_same() {
    for (paper, name) in PAPERS {
        let path = made(&format!("receipt-{name}.pdf"), &receipt(), paper);
        assert_nothing_overlaps(&path, 5.0);
        let text = squeezed(&poppler::text(&path));
        for expected in [
            "PAY-20261120-00031",
            "Siti Rahmawati",
            "INV-202610-00042",
            "Rp 200.000",
            "Rp 350.000",
            "Rp 400.000",
            "Kembalian Rp 50.000",
            "Dewi Lestari",
            "tiga ratus lima puluh ribu rupiah",
        ] {
            assert!(
                text.contains(expected),
                "{expected:?} is missing on {name}: {text}"
            );
        }
        assert!(
            poppler::fonts(&path)
                .iter()
                .all(|font| font.embedded && font.subset && font.unicode)
        );
    }
}

#[test]
fn rolls_have_the_width_of_the_paper() {
    for (paper, name, width) in [(PAPERS[0].0, "58", 164.4), (PAPERS[1].0, "80", 226.8)] {
        let path = made(&format!("width-{name}.pdf"), &receipt(), paper);
        let pages = poppler::words(&path).pages;
        assert_eq!(pages.len(), 1, "a roll is one page");
        assert!((pages[0].0 - width).abs() < 0.1, "{pages:?}");
    }
}

#[test]
fn long_names_and_many_invoices_fit_every_paper() {
    let mut long = receipt();
    long.customer.name = prose("Raden Mas Haji Muhammad Syaifuddin Kusumawardhana", 200);
    long.cashier = prose("Petugas loket yang bernama panjang", 80);
    long.allocations = (1..=40)
        .map(|n| allocation(&format!("INV-202611-{n:05}"), "November 2026", 12_345_678))
        .collect();
    (long.copy, long.credit) = (true, Rupiah(999_999_999_999));
    for (paper, name) in PAPERS {
        let path = made(&format!("long-receipt-{name}.pdf"), &long, paper);
        assert_nothing_overlaps(&path, 5.0);
        let text = poppler::raw_text(&path);
        assert!(
            (1..=40).all(|n| text.contains(&format!("INV-202611-{n:05}"))),
            "{text}"
        );
        assert!(text.contains("SALINAN"));
        assert_eq!(
            text.matches("PAY-20261120-00031").count(),
            poppler::pages(&path),
            "every page names its receipt: {text}"
        );
    }
}

/// What would come out of the printer: the lines, with commands taken away.
fn printed(bytes: &[u8]) -> Vec<String> {
    let mut text = String::new();
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        let skip = match (byte, after.first()) {
            (0x1B, Some(b'@')) => 1,
            (0x1B, Some(b'a' | b'E' | b'd')) | (0x1D, Some(b'!')) => 2,
            (0x1D, Some(b'V')) => 3,
            (0x1B, Some(b'p')) => 4,
            (0x1B | 0x1D, other) => panic!("an unknown command {other:?}"),
            _ => {
                assert!(
                    *byte == b'\n' || (0x20..0x7F).contains(byte),
                    "{byte:#x} is not safe on every printer"
                );
                text.push(char::from(*byte));
                0
            }
        };
        rest = &after[skip..];
    }
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_printer_gets_lines_that_fit_and_a_cut() {
    let mut receipt = receipt();
    receipt.customer.name = "Bu Ñandú “Cafè” 漢字".to_owned();
    for (roll, columns) in [(Roll::Mm58, 32), (Roll::Mm80, 48)] {
        let bytes = receipt_escpos(
            &receipt,
            EscPos {
                roll,
                open_drawer: false,
            },
        );
        assert!(bytes.starts_with(b"\x1B@"), "it begins with a reset");
        assert!(bytes.ends_with(b"\x1DV\x42\x00"), "it ends with a cut");
        assert!(
            !bytes.windows(2).any(|pair| pair == b"\x1Bp"),
            "the drawer stays shut"
        );
        let lines = printed(&bytes);
        assert!(lines.iter().all(|line| line.len() <= columns), "{lines:#?}");
        let text = lines.join("\n");
        for expected in [
            "Bu Nandu \"Cafe\" ??",
            "Kembalian",
            "Rp 350.000",
            "Sisa tagihan",
            "PAY-20261120-00031",
        ] {
            assert!(text.contains(expected), "{expected:?} is missing in {text}");
        }
        let change = lines.iter().find(|line| line.starts_with("Kembalian")).unwrap();
        assert_eq!(change.len(), columns, "figures end at the right edge: {change:?}");
    }
}

#[test]
fn the_drawer_opens_when_asked() {
    let bytes = receipt_escpos(
        &receipt(),
        EscPos {
            roll: Roll::Mm80,
            open_drawer: true,
        },
    );
    assert!(bytes.windows(2).any(|pair| pair == b"\x1Bp"));
}

#[test]
fn a_receipt_in_english_keeps_no_indonesian() {
    let mut receipt = receipt();
    receipt.language = Language::English;
    let text = printed(&receipt_escpos(&receipt, EscPos::default())).join("\n");
    assert!(text.contains("three hundred fifty thousand rupiah"), "{text}");
    assert!(!text.contains("Kembalian") && !text.contains("Sisa"), "{text}");
}

#[test]
fn a_payment_that_was_taken_back_prints_as_cancelled_and_proves_nothing() {
    let mut receipt = receipt();
    receipt.reversal = Some(Reversal {
        on: date(2026, 11, 23),
        reason: "salah pelanggan".to_owned(),
    });
    // Whatever the payment paid for was taken back with it.
    receipt.allocations.clear();
    for (paper, name) in PAPERS {
        let path = made(&format!("receipt-cancelled-{name}.pdf"), &receipt, paper);
        assert_nothing_overlaps(&path, 5.0);
        let text = squeezed(&poppler::text(&path));
        for expected in [
            "DIBATALKAN",
            "23 November 2026",
            "salah pelanggan",
            "Tidak berlaku",
        ] {
            assert!(
                text.contains(expected),
                "{expected:?} is missing on {name}: {text}"
            );
        }
        assert!(!text.contains("yang sah"), "{name}: {text}");
        assert!(!text.contains("Terima kasih"), "{name}: {text}");
    }
    let printed = printed(&receipt_escpos(&receipt, EscPos::default())).join(" ");
    assert!(
        printed.contains("DIBATALKAN") && printed.contains("Tidak berlaku"),
        "{printed}"
    );
    assert!(!printed.contains("yang sah"), "{printed}");
}
