//! The words of the messages, in plain Indonesian or English by the office's language. No text holds more about a person
//! than the message needs (UU PDP 27/2022: no identity numbers, no addresses).

use billing::Rupiah;
use jiff::civil::Date;

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

    pub(crate) fn invoice(&self, number: &str, total: Rupiah, remaining: Rupiah, due: Date) -> String {
        let (name, no, due) = (self.name, self.customer_no, date_words(due, self.language));
        self.signed(match self.language {
            Language::Indonesian if remaining.is_zero() => format!(
                "Halo {name} ({no}), tagihan {number} sebesar {total} sudah lunas dari saldo Anda. Terima kasih."
            ),
            Language::Indonesian => format!(
                "Halo {name} ({no}), tagihan internet {number} sebesar {total} sudah terbit. Yang perlu dibayar \
                 {remaining}, paling lambat {due}. Terima kasih."
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

    #[test]
    fn an_invoice_text_names_the_amount_the_day_and_nothing_more_about_the_person() {
        let facts = Facts {
            office: "Desa Net",
            name: "Bu Siti",
            customer_no: "PLG-00001",
            language: Language::Indonesian,
        };
        let text = facts.invoice(
            "INV-202601-00001",
            Rupiah(166_500),
            Rupiah(166_500),
            jiff::civil::date(2026, 1, 21),
        );
        assert_eq!(
            text,
            "Halo Bu Siti (PLG-00001), tagihan internet INV-202601-00001 sebesar Rp 166.500 sudah terbit. Yang perlu \
             dibayar Rp 166.500, paling lambat 21 Januari 2026. Terima kasih.\n\nDesa Net"
        );
    }
}
