//! The words of the messages, in plain Indonesian or English by the office's language. No text holds more about a person
//! than the message needs (UU PDP 27/2022: no identity numbers, no addresses).

use billing::Rupiah;
use jiff::civil::Date;
use store::invoices::Invoice;

use crate::dates::date_words;
use crate::error::Language;

/// What a text may speak of.
pub(crate) struct Facts<'a> {
    pub office: &'a str,
    pub name: &'a str,
    pub customer_no: &'a str,
    pub language: Language,
}

impl Facts<'_> {
    fn signed(&self, text: String) -> String {
        if self.office.is_empty() {
            text
        } else {
            format!("{text}\n\n{}", self.office)
        }
    }

    /// The text of an invoice, by what it came to: nothing, nothing any more, or an amount that is to be paid.
    pub(crate) fn invoice(&self, invoice: &Invoice) -> String {
        let (name, no, number) = (self.name, self.customer_no, &invoice.number);
        let (total, remaining) = (invoice.total, invoice.remaining);
        let due = date_words(invoice.due_date, self.language);
        let is_given = total.is_zero() && invoice.discount.is_positive();
        self.signed(match self.language {
            Language::Indonesian if is_given => format!(
                "Halo {name} ({no}), tagihan internet {number} kali ini gratis berkat potongan {}. Tidak ada yang perlu \
                 dibayar. Terima kasih.",
                invoice.discount
            ),
            Language::Indonesian if total.is_zero() => format!(
                "Halo {name} ({no}), tagihan internet {number} sebesar {total} sudah terbit. Tidak ada yang perlu \
                 dibayar. Terima kasih."
            ),
            Language::Indonesian if remaining.is_zero() => format!(
                "Halo {name} ({no}), tagihan {number} sebesar {total} sudah lunas dari saldo Anda. Terima kasih."
            ),
            Language::Indonesian => format!(
                "Halo {name} ({no}), tagihan internet {number} sebesar {total} sudah terbit. Yang perlu dibayar \
                 {remaining}, paling lambat {due}. Terima kasih."
            ),
            Language::English if is_given => format!(
                "Hello {name} ({no}), your internet invoice {number} is free this time, by a discount of {}. There is \
                 nothing to pay. Thank you.",
                invoice.discount
            ),
            Language::English if total.is_zero() => format!(
                "Hello {name} ({no}), your internet invoice {number} of {total} is ready. There is nothing to pay. Thank \
                 you."
            ),
            Language::English if remaining.is_zero() => {
                format!("Hello {name} ({no}), invoice {number} of {total} was settled from your credit. Thank you.")
            }
            Language::English => format!(
                "Hello {name} ({no}), your internet invoice {number} of {total} is ready. To pay: {remaining}, by {due}. \
                 Thank you."
            ),
        })
    }

    pub(crate) fn reminder(&self, number: &str, remaining: Rupiah, due: Date) -> String {
        let (name, no, due) = (self.name, self.customer_no, date_words(due, self.language));
        self.signed(match self.language {
            Language::Indonesian => format!(
                "Halo {name} ({no}), kami mengingatkan tagihan {number}: {remaining}, jatuh tempo {due}. Abaikan pesan \
                 ini bila sudah membayar. Terima kasih."
            ),
            Language::English => format!(
                "Hello {name} ({no}), a reminder of invoice {number}: {remaining}, due {due}. Please ignore this if you \
                 have paid. Thank you."
            ),
        })
    }

    pub(crate) fn opened(&self) -> String {
        let (name, no) = (self.name, self.customer_no);
        self.signed(match self.language {
            Language::Indonesian => {
                format!(
                    "Halo {name} ({no}), internet Anda sudah terbuka kembali. Selamat memakai, terima kasih."
                )
            }
            Language::English => {
                format!("Hello {name} ({no}), your internet is open again. Enjoy, and thank you.")
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(language: Language) -> Facts<'static> {
        Facts {
            office: "Desa Net",
            name: "Bu Siti",
            customer_no: "PLG-00001",
            language,
        }
    }

    /// An invoice of `subtotal` less `discount`, of which `remaining` is still owed.
    fn invoice(subtotal: i64, discount: i64, remaining: i64) -> Invoice {
        Invoice {
            id: 1,
            number: "INV-202601-00001".into(),
            customer_id: 1,
            period: billing::Period::new(2026, 1).unwrap(),
            issue_date: jiff::civil::date(2026, 1, 1),
            due_date: jiff::civil::date(2026, 1, 21),
            subtotal: Rupiah(subtotal),
            discount: Rupiah(discount),
            tax_base: Rupiah::ZERO,
            tax: Rupiah::ZERO,
            total: Rupiah(subtotal - discount),
            paid: Rupiah(subtotal - discount - remaining),
            remaining: Rupiah(remaining),
            origin: "task".into(),
            voided_at: None,
            void_reason: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn an_invoice_text_names_the_amount_the_day_and_nothing_more_about_the_person() {
        let text = facts(Language::Indonesian).invoice(&invoice(166_500, 0, 166_500));
        assert_eq!(
            text,
            "Halo Bu Siti (PLG-00001), tagihan internet INV-202601-00001 sebesar Rp 166.500 sudah terbit. Yang perlu \
             dibayar Rp 166.500, paling lambat 21 Januari 2026. Terima kasih.\n\nDesa Net"
        );
    }

    #[test]
    fn a_bill_that_a_discount_makes_free_speaks_of_no_credit() {
        let free = invoice(150_000, 150_000, 0);
        let indonesian = facts(Language::Indonesian).invoice(&free);
        assert_eq!(
            indonesian,
            "Halo Bu Siti (PLG-00001), tagihan internet INV-202601-00001 kali ini gratis berkat potongan Rp 150.000. Tidak \
             ada yang perlu dibayar. Terima kasih.\n\nDesa Net"
        );
        let english = facts(Language::English).invoice(&free);
        assert!(
            english.contains("is free this time, by a discount of Rp 150.000") && !english.contains("credit"),
            "{english}"
        );
        // A bill of nothing without a discount is settled from no credit either; one that credit paid is.
        let nothing = facts(Language::Indonesian).invoice(&invoice(0, 0, 0));
        assert!(
            nothing.contains("Tidak ada yang perlu dibayar") && !nothing.contains("saldo"),
            "{nothing}"
        );
        let settled = facts(Language::Indonesian).invoice(&invoice(150_000, 15_000, 0));
        assert!(
            settled.contains("Rp 135.000 sudah lunas dari saldo Anda"),
            "{settled}"
        );
    }
}
