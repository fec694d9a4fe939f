//! What a person should look at before a line is taken in.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Sentence;
use crate::onboarding::comment::{self, Guess};
use crate::onboarding::entry::Entry;
use crate::onboarding::terms_in_text::Terms;

/// After so many days without a session a customer may have left.
const LONG_OFFLINE_DAYS: i32 = 90;

billing::text_enum! {
    /// Something about a line that a person should look at.
    pub enum Remark as "remark" {
        /// The name is made of the user name.
        NameOfUser => "name_of_user",
        /// Nothing tells a name; the line's own stands for it.
        NameMissing => "name_missing",
        /// The comment has further telephone numbers.
        MorePhones => "more_phones",
        /// Another line has the same telephone number.
        PhoneTwice => "phone_twice",
        /// The comment has a due day, a price or a word for a free line, which are not taken in.
        TermsLeft => "terms_left",
        /// It has not been online for a long time.
        LongOffline => "long_offline",
        /// The comment is longer than what is shown and read.
        CommentCut => "comment_cut",
    }
}

/// Something that a person should look at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineRemark {
    /// What.
    pub code: Remark,
    /// The same as a sentence.
    pub sentence: String,
}

/// What is to be said about a line; `is_phone_twice` where another one has its telephone number.
pub(super) fn remarks(
    entry: &Entry,
    guess: &Guess,
    is_phone_twice: bool,
    today: Date,
) -> Vec<(Remark, Sentence)> {
    let is_cut = entry
        .comment
        .as_deref()
        .is_some_and(|comment| comment.chars().nth(comment::READ).is_some());
    [
        (guess.name_of_user, Remark::NameOfUser),
        (guess.name_of_line, Remark::NameMissing),
        (guess.more_phones, Remark::MorePhones),
        (is_phone_twice, Remark::PhoneTwice),
        (!guess.terms.is_empty(), Remark::TermsLeft),
        (is_long_offline(entry, today), Remark::LongOffline),
        (is_cut, Remark::CommentCut),
    ]
    .into_iter()
    .filter(|(holds, _)| *holds)
    .map(|(_, code)| (code, sentence(code, guess)))
    .collect()
}

fn is_long_offline(entry: &Entry, today: Date) -> bool {
    !entry.online
        && entry.last_logged_out.is_some_and(|last| {
            last.date()
                .checked_add(jiff::Span::new().days(LONG_OFFLINE_DAYS))
                .is_ok_and(|until| until < today)
        })
}

/// What it means.
fn sentence(remark: Remark, guess: &Guess) -> Sentence {
    let (id, en) = match remark {
        Remark::NameOfUser => (
            "Nama diambil dari nama pengguna; periksa.",
            "The name is made of the user name; check it.",
        ),
        Remark::NameMissing => {
            let name = guess.name.as_deref().unwrap_or_default();
            return Sentence::new(
                format!(
                    "Tidak ada nama pelanggan; jalurnya sendiri ({name}) dipakai sebagai nama. Ganti bila perlu."
                ),
                format!(
                    "No customer is named; the line itself ({name}) stands for the name. Change it if need be."
                ),
            );
        }
        Remark::MorePhones => (
            "Komentar memuat beberapa nomor; yang pertama dipakai.",
            "The comment has several numbers; the first is used.",
        ),
        Remark::PhoneTwice => (
            "Nomor telepon yang sama ada di jalur lain; mungkin satu orang dengan dua jalur.",
            "Another line has the same telephone number; it may be one person with two lines.",
        ),
        Remark::TermsLeft => return terms_left(&guess.terms),
        Remark::LongOffline => (
            "Sudah lama tidak tersambung; mungkin sudah berhenti.",
            "It has not been online for long; the customer may have left.",
        ),
        Remark::CommentCut => (
            "Komentarnya sangat panjang; hanya awalnya dibaca.",
            "The comment is very long; only its beginning was read.",
        ),
    };
    Sentence::new(id, en)
}

fn terms_left(terms: &Terms) -> Sentence {
    let day = terms
        .day
        .map(|day| Sentence::new(format!("tanggal {day}"), format!("day {day}")));
    let price = terms
        .price
        .as_ref()
        .map(|price| Sentence::new(format!("harga {price}"), format!("price {price}")));
    let free = terms.free.as_ref().map(|free| {
        Sentence::new(
            format!("jalur gratis (\"{free}\")"),
            format!("a free line (\"{free}\")"),
        )
    });
    let (id, en): (Vec<String>, Vec<String>) = day
        .into_iter()
        .chain(price)
        .chain(free)
        .map(|term| (term.id, term.en))
        .unzip();
    Sentence::new(
        format!(
            "Komentar menyebut {}; tidak diambil. Atur sendiri bila perlu.",
            id.join(" dan ")
        ),
        format!(
            "The comment names {}; not taken in. Set it yourself if need be.",
            en.join(" and ")
        ),
    )
}
