//! A customer's own standing: the state of the line, what is owed, and by when it was due.

use maud::{Markup, html};
use office::isolation_page::{LineState, OwedInvoice, VisitorView};

use super::contact;
use super::html::{Icon, Shown, icon};

/// What a customer sees.
pub(super) fn known(shown: &Shown<'_>, visitor: &VisitorView) -> Markup {
    html! {
        (state(shown, visitor))
        (bill(shown, visitor))
        @if !visitor.owed.is_empty() { (contact::paying(shown, visitor)) }
    }
}

/// The line in one glance.
fn state(shown: &Shown<'_>, visitor: &VisitorView) -> Markup {
    let (class, picture, title, text) = words(shown, visitor);
    html! {
        section class=(format!("state {class}")) {
            (icon(picture))
            div {
                h1 { (title) }
                p { (text) }
            }
        }
    }
}

fn words(shown: &Shown<'_>, visitor: &VisitorView) -> (&'static str, Icon, String, String) {
    let both = |class, picture, title: (&str, &str), text: (&str, &str)| {
        (
            class,
            picture,
            shown.say(title.0, title.1).to_owned(),
            shown.say(text.0, text.1).to_owned(),
        )
    };
    match &visitor.line {
        LineState::Open if visitor.overdue > billing::Rupiah::ZERO => both(
            "good",
            Icon::Check,
            ("Internet Anda terbuka", "Your internet is open"),
            (
                "Ada tagihan yang lewat jatuh tempo. Mohon dibayar supaya internet tetap terbuka.",
                "A bill is overdue. Please pay it so that the internet stays open.",
            ),
        ),
        LineState::Open => both(
            "good",
            Icon::Check,
            ("Internet Anda terbuka", "Your internet is open"),
            (
                "Router sudah membuka saluran Anda. Kalau belum jalan, matikan modem sebentar lalu nyalakan lagi.",
                "The router has opened your line. If nothing loads yet, switch the modem off and on again.",
            ),
        ),
        LineState::Opening => both(
            "wait",
            Icon::Clock,
            ("Sedang dibuka", "Opening now"),
            (
                "Saluran Anda boleh dibuka dan router sedang diberi tahu. Halaman ini memuat ulang sendiri.",
                "Your line may open and the router is being told. This page reloads by itself.",
            ),
        ),
        LineState::Unpaid { .. } if visitor.paid_by_other => both(
            "bad",
            Icon::Lock,
            (
                "Internet Anda ditutup sementara",
                "Your internet is closed for now",
            ),
            (
                "Tagihan saluran ini dibayar oleh orang lain dan sudah lewat jatuh tempo. Hubungi pembayarnya, atau kantor.",
                "Somebody else pays for this line and is overdue. Please ask them, or the office.",
            ),
        ),
        LineState::Unpaid { closed: true } => both(
            "bad",
            Icon::Lock,
            (
                "Internet Anda ditutup sementara",
                "Your internet is closed for now",
            ),
            (
                "Ada tagihan yang lewat jatuh tempo. Begitu dibayar, internet terbuka lagi dengan sendirinya.",
                "A bill is overdue. As soon as it is paid, the internet opens again by itself.",
            ),
        ),
        LineState::Unpaid { closed: false } => both(
            "bad",
            Icon::Clock,
            ("Internet Anda akan ditutup", "Your internet is about to close"),
            (
                "Ada tagihan yang lewat jatuh tempo. Mohon dibayar supaya internet tetap terbuka.",
                "A bill is overdue. Please pay it so that the internet stays open.",
            ),
        ),
        LineState::Paused { until } => {
            let text = match until.as_ref().map(|day| day.for_language(shown.language())) {
                Some(day) => format!(
                    "{} {day}.",
                    shown.say(
                        "Langganan Anda sedang cuti sampai",
                        "Your subscription is paused until"
                    )
                ),
                None => shown
                    .say("Langganan Anda sedang cuti.", "Your subscription is paused.")
                    .to_owned(),
            };
            let title = shown.say("Sedang cuti", "Paused").to_owned();
            ("wait", Icon::Clock, title, text)
        }
        LineState::NotYetActive => both(
            "wait",
            Icon::Clock,
            ("Belum aktif", "Not active yet"),
            (
                "Langganan Anda belum diaktifkan. Hubungi kantor untuk keterangan.",
                "Your subscription has not been activated yet. Please contact the office.",
            ),
        ),
        LineState::Ended => both(
            "bad",
            Icon::Lock,
            ("Langganan sudah berakhir", "The subscription has ended"),
            (
                "Hubungi kantor bila ingin berlangganan lagi.",
                "Please contact the office if you want to subscribe again.",
            ),
        ),
        LineState::ByOffice => both(
            "bad",
            Icon::Lock,
            (
                "Internet Anda ditutup sementara",
                "Your internet is closed for now",
            ),
            (
                "Kantor menutup saluran ini sementara. Hubungi kami untuk keterangan.",
                "The office has closed this line for now. Please contact us.",
            ),
        ),
    }
}

/// Who it is and what is owed.
fn bill(shown: &Shown<'_>, visitor: &VisitorView) -> Markup {
    let whole: billing::Rupiah = visitor.owed.iter().map(|invoice| invoice.remaining).sum();
    let is_overdue = visitor.overdue > billing::Rupiah::ZERO;
    html! {
        section.card {
            dl.who {
                div { dt { (shown.say("Pelanggan", "Customer")) } dd { (visitor.name) } }
                div { dt { (shown.say("Nomor", "Number")) } dd.num { (visitor.customer_no) } }
            }
            @if visitor.owed.is_empty() {
                @if !visitor.paid_by_other {
                    p.none { (shown.say("Tidak ada tagihan yang belum dibayar.", "Nothing is unpaid.")) }
                }
            } @else {
                p.label {
                    @if is_overdue { (shown.say("Yang perlu dibayar sekarang", "To be paid now")) }
                    @else { (shown.say("Belum jatuh tempo", "Not due yet")) }
                }
                p.amount { (if is_overdue { visitor.overdue } else { whole }) }
                ul.bills { @for invoice in &visitor.owed { (row(shown, invoice)) } }
                @if is_overdue && whole != visitor.overdue {
                    p.sum {
                        (shown.say("Bersama yang belum jatuh tempo:", "With what is not due yet:")) " " b { (whole) }
                    }
                }
            }
        }
    }
}

fn row(shown: &Shown<'_>, invoice: &OwedInvoice) -> Markup {
    let due = invoice.due.for_language(shown.language());
    html! {
        li {
            b { (invoice.remaining) }
            span.num { (invoice.number) }
            small {
                (shown.say("Jatuh tempo", "Due")) " " (due)
                @if invoice.days_overdue > 0 {
                    em { (shown.say("lewat ", "")) (invoice.days_overdue) (shown.say(" hari", " days late")) }
                }
            }
        }
    }
}
