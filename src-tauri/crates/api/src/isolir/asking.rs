//! What a visitor sees whom nobody knows: a form for the customer number and the end of the phone number.

use maud::{Markup, html};
use office::isolation_page::Refusal;

use super::html::{Icon, Shown, icon};

/// The page of a stranger.
pub(super) fn unknown(shown: &Shown<'_>, refusal: Option<Refusal>) -> Markup {
    html! {
        section.state.wait {
            (icon(Icon::Question))
            div {
                h1 { (shown.say("Internet Anda belum terbuka?", "Is your internet not open?")) }
                p { (shown.say(
                    "Isi nomor pelanggan Anda untuk melihat sebabnya.",
                    "Enter your customer number to see why.")) }
            }
        }
        section.card {
            @if let Some(refusal) = refusal { p.refused role="alert" { (why(shown, refusal)) } }
            form method="get" action=(shown.target()) {
                label for="nomor" { (shown.say("Nomor pelanggan", "Customer number")) }
                input #nomor name="nomor" type="text" required maxlength="40" autocomplete="off" autocapitalize="characters"
                    placeholder="PLG-00123" value=(if refusal.is_some() { shown.asked.nomor.as_str() } else { "" });
                label for="hp" { (shown.say("4 angka terakhir nomor HP Anda", "Last 4 digits of your phone number")) }
                input #hp name="hp" type="tel" required minlength="4" maxlength="4" pattern="[0-9]{4}" inputmode="numeric"
                    autocomplete="off" placeholder="7890";
                @if shown.asked.lang == "en" { input type="hidden" name="lang" value="en"; }
                button.button type="submit" { (shown.say("Lihat tagihan saya", "Show my bill")) }
            }
            p.hint { (shown.say(
                "Nomor pelanggan ada di kuitansi dan di pesan tagihan. Nomor HP adalah yang terdaftar di kantor.",
                "The customer number is on your receipt and in the billing messages. The phone number is the one that the \
                 office has.")) }
        }
    }
}

fn why(shown: &Shown<'_>, refusal: Refusal) -> String {
    match refusal {
        Refusal::NoMatch => shown
            .say(
                "Nomor pelanggan dan nomor HP itu tidak cocok. Periksa keduanya, atau hubungi kantor.",
                "That customer number and phone number do not belong together. Check both, or contact the office.",
            )
            .to_owned(),
        Refusal::TooMany { minutes } => format!(
            "{} {minutes} {}",
            shown.say("Terlalu sering mencoba. Coba lagi dalam", "Too many tries. Try again in"),
            shown.say("menit, atau hubungi kantor.", "minutes, or contact the office.")
        ),
    }
}
