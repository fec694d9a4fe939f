//! Invented offices, customers, invoices and receipts.

use std::sync::Arc;

use billing::Rupiah;
use documents::{
    Allocation, BankAccount, Customer, Invoice, InvoiceLine, Language, Logo, Office, Qr, Receipt,
    ServiceSpan, Tax, Totals,
};
use jiff::civil::date;

/// Text of exactly `length` characters, made of words.
pub(crate) fn prose(words: &str, length: usize) -> String {
    let text: String = words.chars().chain([' ']).cycle().take(length).collect();
    // A blank at the end would be lost on paper.
    text.strip_suffix(' ')
        .map_or(text.clone(), |start| format!("{start}."))
}

pub(crate) fn office(logo: bool) -> Arc<Office> {
    Arc::new(Office {
        name: "Contoh Net Nusantara".to_owned(),
        address: "Jl. Melati No. 17, RT 03/RW 05, Sukamaju\nKec. Cilodong, Kota Depok 16415".to_owned(),
        phone: Some("0812-3456-7890".to_owned()),
        npwp: Some("01.234.567.8-901.000".to_owned()),
        logo: logo.then(|| Logo::read(&logo_png()).expect("the sample logo is a PNG")),
        bank_accounts: vec![
            account("Bank Contoh Mandala", "137-00-1234567-8"),
            account("Bank Rakyat Teladan", "0021-01-009876-50-4"),
        ],
        footer_note: Some(
            "Pembayaran setelah jatuh tempo dapat mengakibatkan layanan ditutup sementara. Simpan bukti transfer Anda."
                .to_owned(),
        ),
    })
}

fn account(bank: &str, number: &str) -> BankAccount {
    BankAccount {
        bank: bank.to_owned(),
        number: number.to_owned(),
        holder: "CV Contoh Net Nusantara".to_owned(),
    }
}

/// A disc with a hole on a transparent ground.
pub(crate) fn logo_png() -> Vec<u8> {
    let (width, height) = (360_u32, 360_u32);
    let mut pixels = Vec::new();
    for y in 0..height as i32 {
        for x in 0..width as i32 {
            let distance = (x - 180).pow(2) + (y - 180).pow(2);
            let arc = distance < 170 * 170 && !(60 * 60..=120 * 120).contains(&distance);
            pixels.extend([0x0B, 0x4F, 0x6C, if arc { 0xFF } else { 0 }]);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&pixels).expect("the pixels");
    drop(writer);
    bytes
}

pub(crate) fn customer() -> Customer {
    Customer {
        number: "PLG-00042".to_owned(),
        name: "Siti Rahmawati".to_owned(),
        address: Some("Jl. Kenanga Gg. 3 No. 8, RT 02/RW 11, Sukamaju, Cilodong, Depok".to_owned()),
        phone: Some("0813-9876-5432".to_owned()),
    }
}

pub(crate) fn november() -> ServiceSpan {
    ServiceSpan {
        from: date(2026, 11, 1),
        to: date(2026, 11, 30),
    }
}

pub(crate) fn line(description: &str, amount: i64) -> InvoiceLine {
    InvoiceLine {
        description: description.to_owned(),
        service: Some(november()),
        quantity: None,
        amount: Rupiah(amount),
        discount: Rupiah::ZERO,
        discount_reason: None,
    }
}

/// Rp 150.000 with PPN: the reference's first example.
pub(crate) fn invoice(number: usize) -> Invoice {
    Invoice {
        office: office(false),
        customer: customer(),
        number: format!("INV-202611-{number:05}"),
        issue_date: date(2026, 11, 1),
        due_date: date(2026, 11, 21),
        period: "November 2026".to_owned(),
        service: Some(november()),
        lines: vec![line("Internet Rumah 20 Mbps", 150_000)],
        totals: Totals {
            subtotal: Rupiah(150_000),
            tax: Some(Tax {
                label: "PPN 12%".to_owned(),
                base: Rupiah(137_500),
                amount: Rupiah(16_500),
            }),
            total: Rupiah(166_500),
            remaining: Rupiah(166_500),
            ..Totals::default()
        },
        qr: Some(Qr::Number(format!(
            "https://tagihan.contoh.net.id/t/INV-202611-{number:05}"
        ))),
        marking: None,
        language: Language::Indonesian,
    }
}

/// Every part that an invoice can have.
pub(crate) fn full_invoice() -> Invoice {
    let mut invoice = invoice(7);
    invoice.office = office(true);
    let mut add_on = line("IP publik statis", 50_000);
    (add_on.quantity, add_on.discount) = (Some(2), Rupiah(10_000));
    let mut visit = line(
        "Kunjungan teknisi dan penggantian kabel drop core 75 meter",
        125_000,
    );
    (visit.quantity, visit.service) = (Some(1), None);
    invoice.lines = vec![line("Internet Rumah 20 Mbps", 150_000), add_on, visit];
    invoice.totals = Totals {
        subtotal: Rupiah(325_000),
        discount: Rupiah(10_000),
        tax: Some(Tax {
            label: "PPN 12%".to_owned(),
            base: Rupiah(288_750),
            amount: Rupiah(34_650),
        }),
        total: Rupiah(349_650),
        credit: Rupiah(40_000),
        paid: Rupiah(100_000),
        remaining: Rupiah(209_650),
        arrears: Some(Rupiah(150_000)),
    };
    invoice.qr = Some(Qr::Qris(QRIS.to_owned()));
    invoice
}

pub(crate) const QRIS: &str = "00020101021226680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI52044814530336054061500005802ID5914ISP CONTOH NET6007BANDUNG61054011162070703A016304557F";

pub(crate) fn receipt() -> Receipt {
    Receipt {
        office: office(true),
        customer: customer(),
        number: "PAY-20261120-00031".to_owned(),
        time: date(2026, 11, 20).at(14, 5, 0, 0),
        cashier: "Dewi Lestari".to_owned(),
        method: "Tunai".to_owned(),
        amount: Rupiah(350_000),
        received: Some(Rupiah(400_000)),
        change: Rupiah(50_000),
        allocations: vec![
            allocation("INV-202610-00042", "Oktober 2026", 200_000),
            allocation("INV-202611-00042", "November 2026", 150_000),
        ],
        credit: Rupiah::ZERO,
        balance: Rupiah(50_000),
        copy: false,
        reversal: None,
        language: Language::Indonesian,
    }
}

pub(crate) fn allocation(invoice: &str, period: &str, amount: i64) -> Allocation {
    Allocation {
        invoice: invoice.to_owned(),
        period: period.to_owned(),
        amount: Rupiah(amount),
    }
}
