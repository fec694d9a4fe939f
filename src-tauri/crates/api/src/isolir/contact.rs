//! How to pay and how to reach the office.

use maud::{Markup, html};
use office::isolation_page::{Visitor, VisitorView};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::html::Shown;

/// How to pay, for a customer who owes something.
pub(super) fn paying(shown: &Shown<'_>, visitor: &VisitorView) -> Markup {
    let accounts = &shown.office().bank_accounts;
    html! {
        section.card {
            h2 { (shown.say("Cara membayar", "How to pay")) }
            @if accounts.is_empty() {
                p { (shown.say("Bayar di kantor, atau hubungi kami untuk cara lain.",
                    "Pay at the office, or contact us for other ways.")) }
            } @else {
                ul.banks {
                    @for account in accounts {
                        li {
                            span.bank { (account.bank) }
                            span.number { (account.number) }
                            small { (shown.say("a.n.", "in the name of")) " " (account.holder) }
                        }
                    }
                }
                p.hint {
                    (shown.say("Tulis", "Write")) " " b.num { (visitor.customer_no) } " "
                    @if mobile(shown).is_some() {
                        (shown.say("pada berita transfer, lalu kirim buktinya lewat WhatsApp.",
                            "as the transfer's reference, then send the proof by WhatsApp."))
                    } @else {
                        (shown.say("pada berita transfer, lalu beri tahu kantor.",
                            "as the transfer's reference, then tell the office."))
                    }
                }
            }
        }
    }
}

/// How to reach the office: all that a stranger is shown.
pub(super) fn card(shown: &Shown<'_>) -> Markup {
    let office = shown.office();
    let digits = office.phone_digits.as_deref();
    html! {
        section.card.office {
            h2 { (shown.say("Hubungi kantor", "Contact the office")) }
            @if let Some(mobile) = mobile(shown) {
                a.button.wa href=(wa_link(shown, mobile)) rel="noreferrer" { "WhatsApp" }
            }
            @if let Some(digits) = digits {
                a.button.call href=(format!("tel:+{digits}")) { (shown.say("Telepon", "Call")) " " (office.phone) }
            } @else if !office.phone.is_empty() {
                p.num { (office.phone) }
            }
            @if !office.address.is_empty() { p.address { (office.address) } }
            @if office.phone.is_empty() && office.address.is_empty() {
                p { (shown.say("Datang ke kantor tempat Anda berlangganan.",
                    "Please go to the office where you subscribed.")) }
            }
        }
    }
}

/// The office's number where it has WhatsApp: only mobile numbers do.
fn mobile<'a>(shown: &'a Shown<'_>) -> Option<&'a str> {
    let digits = shown.office().phone_digits.as_deref();
    digits.filter(|digits| digits.starts_with("628"))
}

fn wa_link(shown: &Shown<'_>, digits: &str) -> String {
    let name = shown.office_name();
    let text = match &shown.view.visitor {
        Visitor::Known(visitor) => format!(
            "{} {name}, {} {}.",
            shown.say("Halo", "Hello"),
            shown.say("saya pelanggan", "I am customer"),
            visitor.customer_no
        ),
        Visitor::Unknown(_) => format!(
            "{} {name}, {}",
            shown.say("Halo", "Hello"),
            shown.say("internet saya tertutup.", "my internet is closed.")
        ),
    };
    format!(
        "https://wa.me/{digits}?text={}",
        utf8_percent_encode(&text, NON_ALPHANUMERIC)
    )
}
