//! The frame of the page: head, heading, foot, and the words in the visitor's language. One file without anything to
//! fetch, in markup and style that phones of ten years ago understand; every text goes through the template's escaping.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use office::Language;
use office::isolation_page::{LineState, OfficeCard, PageView, Visitor};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Asked, asking, contact, standing};

const STYLE: &str = include_str!("page.css");

/// Seconds after which a page whose line is about to open is loaded again.
const SOON: u32 = 5;
/// The same while a bill is unpaid: it may be paid at the counter meanwhile.
const LATER: u32 = 30;

/// A page and what it is shown with.
pub(super) struct Shown<'a> {
    pub view: &'a PageView,
    pub asked: &'a Asked,
    /// `isolation_page.address`; empty while the office has not set it.
    pub own_address: &'a str,
    /// The office's records could not be read.
    pub failed: bool,
}

impl Shown<'_> {
    pub(super) fn language(&self) -> Language {
        match self.asked.lang.as_str() {
            "en" => Language::English,
            _ => Language::Indonesian,
        }
    }

    /// The wording in the visitor's language.
    pub(super) fn say<'t>(&self, id: &'t str, en: &'t str) -> &'t str {
        match self.language() {
            Language::Indonesian => id,
            Language::English => en,
        }
    }

    pub(super) fn office(&self) -> &OfficeCard {
        &self.view.office
    }

    pub(super) fn office_name(&self) -> &str {
        match self.office().name.trim() {
            "" => self.say("Kantor internet Anda", "Your internet office"),
            name => name,
        }
    }

    /// Where the page's own form and links lead: to the page by its own address, since the address that is in the
    /// browser belongs to somebody else as soon as the line is open.
    pub(super) fn target(&self) -> String {
        format!("{}/isolir", origin(self.own_address))
    }

    /// The same page in a language, with what the visitor had said.
    fn again(&self, language: Language) -> String {
        let mut link = self.target();
        let lang = match language {
            Language::Indonesian => "id",
            Language::English => "en",
        };
        link.push_str("?lang=");
        link.push_str(lang);
        if matches!(self.view.visitor, Visitor::Known(_)) {
            for (name, value) in [("nomor", &self.asked.nomor), ("hp", &self.asked.hp)] {
                if !value.is_empty() {
                    link.push_str(&format!(
                        "&{name}={}",
                        utf8_percent_encode(value, NON_ALPHANUMERIC)
                    ));
                }
            }
        }
        link
    }

    fn reload(&self) -> Option<String> {
        let Visitor::Known(visitor) = &self.view.visitor else {
            return None;
        };
        let seconds = match visitor.line {
            LineState::Opening => SOON,
            LineState::Unpaid { .. } => LATER,
            _ => return None,
        };
        Some(format!("{seconds}; url={}", self.again(self.language())))
    }

    /// The whole page.
    pub(super) fn page(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.say("id", "en")) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    @if let Some(reload) = self.reload() { meta http-equiv="refresh" content=(reload); }
                    title { (self.office_name()) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    main {
                        (self.heading())
                        @if self.failed {
                            (self.broken())
                        } @else {
                            @match &self.view.visitor {
                                Visitor::Known(visitor) => (standing::known(self, visitor)),
                                Visitor::Unknown(refusal) => (asking::unknown(self, *refusal)),
                            }
                        }
                        (contact::card(self))
                        (self.foot())
                    }
                }
            }
        }
    }

    fn heading(&self) -> Markup {
        let (other, label) = match self.language() {
            Language::Indonesian => (Language::English, "English"),
            Language::English => (Language::Indonesian, "Indonesia"),
        };
        html! {
            header {
                @if let Some(picture) = picture(&self.office().logo) {
                    img.logo src=(picture) alt="";
                } @else {
                    span.mark aria-hidden="true" { (self.office_name().chars().next().unwrap_or('•')) }
                }
                strong { (self.office_name()) }
                a.lang href=(self.again(other)) lang=(self.say("en", "id")) { (label) }
            }
        }
    }

    fn broken(&self) -> Markup {
        html! {
            section.state.wait {
                (icon(Icon::Clock))
                div {
                    h1 { (self.say("Belum dapat ditampilkan", "Not available at the moment")) }
                    p { (self.say(
                        "Data kantor sedang tidak dapat dibaca. Coba lagi sebentar, atau hubungi kami.",
                        "The office's records cannot be read right now. Try again in a moment, or contact us.")) }
                }
            }
        }
    }

    fn foot(&self) -> Markup {
        html! {
            footer {
                p { (self.say(
                    "Halaman ini milik kantor internet Anda dan hanya memuat tagihan Anda sendiri.",
                    "This page belongs to your internet office and shows only your own bills.")) }
            }
        }
    }
}

/// `http://address`, or nothing where no address of digits is set.
pub(super) fn origin(own_address: &str) -> String {
    let is_plain = !own_address.is_empty()
        && own_address
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b':'));
    match is_plain {
        true => format!("http://{own_address}"),
        false => String::new(),
    }
}

/// A logo as a picture within the page.
fn picture(logo: &str) -> Option<String> {
    let kind = match logo {
        png if png.starts_with("iVBOR") => "png",
        jpeg if jpeg.starts_with("/9j/") => "jpeg",
        _ => return None,
    };
    let logo: String = logo.split_whitespace().collect();
    Some(format!("data:image/{kind};base64,{logo}"))
}

/// The small pictures of the page.
#[derive(Clone, Copy)]
pub(super) enum Icon {
    Lock,
    Check,
    Clock,
    Question,
}

/// A picture, drawn in the colour of its text.
pub(super) fn icon(icon: Icon) -> Markup {
    let lines = match icon {
        Icon::Lock => {
            r#"<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>"#
        }
        Icon::Check => r#"<circle cx="12" cy="12" r="9"/><path d="M8 12.5l2.8 2.8L16 9.8"/>"#,
        Icon::Clock => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.2 2"/>"#,
        Icon::Question => {
            r#"<circle cx="12" cy="12" r="9"/><path d="M9.6 9.6a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.7"/><path d="M12 16.6v.1"/>"#
        }
    };
    html! {
        span.icon aria-hidden="true" {
            svg viewBox="0 0 24 24" width="28" height="28" fill="none" stroke="currentColor" stroke-width="1.8"
                stroke-linecap="round" stroke-linejoin="round" { (PreEscaped(lines)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_made_of_an_address_and_of_nothing_else() {
        assert_eq!(origin("192.168.10.5:8791"), "http://192.168.10.5:8791");
        for hostile in ["", "a.example", "1.2.3.4; script-src *", "1.2.3.4/\"><script>"] {
            assert_eq!(origin(hostile), "", "{hostile}");
        }
    }

    #[test]
    fn only_pictures_become_pictures() {
        assert_eq!(
            picture("iVBORw0K\nGgo=").as_deref(),
            Some("data:image/png;base64,iVBORw0KGgo=")
        );
        assert_eq!(picture("PHN2Zz4="), None, "an SVG could carry scripts");
    }
}
