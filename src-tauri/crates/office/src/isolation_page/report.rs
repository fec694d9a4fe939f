//! What a person reads of a router's preparation: each row in plain words with what became of it, what to know besides,
//! and why it ended early where it did.

use billing::StaticIsolation;
use serde::Serialize;
use utoipa::ToSchema;

use super::prepare::Work;
use crate::error::Sentence;
use crate::network::isolation_page::{Plan, Sent, Step, StepAction, StepOutcome};
use crate::office::Call;

/// A router as the isolation page needs it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Preparation {
    /// The router.
    pub router_id: i64,
    /// Where customers reach the page; `null` while the settings do not say.
    pub page_address: Option<String>,
    /// Whether the office has the page switched on (`isolation_page.listen`).
    pub page_on: bool,
    /// The range of the pool for closed lines; `null` when they keep their addresses.
    pub pool: Option<String>,
    /// The pool or address that the office's own profile for closed lines has on the router, which is left alone; `null` where it
    /// has none.
    pub profile_pool: Option<String>,
    /// The address lists that the rules look at.
    pub lists: Vec<String>,
    /// Whether the router knows IPv6.
    pub ipv6: bool,
    /// Whether the router is as it should be.
    pub done: bool,
    /// Each row, in the order in which the router is told.
    pub steps: Vec<PreparationStep>,
    /// What a person should know.
    pub notes: Vec<PreparationNote>,
    /// Why it ended early or is not as it should be; `null` when nothing failed.
    pub failure: Option<PreparationNote>,
}

/// One row on the router.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreparationStep {
    /// The router's menu.
    pub menu: String,
    /// Its name; rules carry it in their comment after `sambung:isolir:`.
    pub name: String,
    /// What is done with it.
    pub action: StepAction,
    /// What it is for, in plain words.
    pub purpose: String,
    /// The row as the router writes it.
    pub rule: String,
    /// What became of it; `null` when nothing was sent.
    pub outcome: Option<StepOutcome>,
}

/// A sentence with its code.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreparationNote {
    /// The stable code.
    pub code: String,
    /// The sentence.
    pub message: String,
}

impl Work {
    /// The work, and what came of it where it was sent.
    pub(super) fn told(&self, call: &Call<'_>, sent: Option<&Sent>, left: Option<&Plan>) -> Preparation {
        let outcome = |place: usize| sent.and_then(|sent| sent.outcomes.get(place).copied().flatten());
        let failure = match (sent.and_then(|sent| sent.failure.as_ref()), left) {
            (Some(failure), _) => Some(note(call, failure.code(), &failure.sentence())),
            (None, Some(left)) => Some(note(call, "router_disagrees", &disagrees(left))),
            (None, None) => None,
        };
        let done = match sent {
            None => self.plan.is_done(),
            Some(_) => failure.is_none(),
        };
        Preparation {
            router_id: self.router.id,
            page_address: self
                .wanted
                .as_ref()
                .map(|wanted| format!("{}:{}", wanted.page.0, wanted.page.1)),
            page_on: !call.settings.isolation_page_listen.is_empty(),
            pool: self.pool.clone(),
            profile_pool: self.plan.own_addresses.clone(),
            lists: self.plan.lists.clone(),
            ipv6: self.found.ipv6,
            done,
            steps: self
                .plan
                .steps
                .iter()
                .enumerate()
                .map(|(place, step)| told_step(call, step, outcome(place)))
                .collect(),
            notes: match self.wanted {
                Some(_) => self.notes(call),
                None => self.removal_notes(call),
            },
            failure,
        }
    }

    /// The office's own profiles of closed lines whose addresses the rules do not look at.
    fn profiles_off_list(&self) -> Vec<&str> {
        let marked = self.router.closed_marks.profiles.iter().map(String::as_str);
        marked
            .filter(|name| *name != self.router.details.isolated_profile)
            .filter(|name| self.found.is_off_lists(name, &self.plan.lists))
            .collect()
    }

    fn removal_notes(&self, call: &Call<'_>) -> Vec<PreparationNote> {
        let lines = self.plan.still_closed;
        if lines == 0 {
            return Vec::new();
        }
        let stays = Sentence::new(
            format!(
                "{lines} jalur di router ini hanya ditutup lewat daftar alamat, jadi aturan yang menutupnya tetap di router. \
                 Selebihnya dicabut; ulangi setelah jalur terakhir terbuka supaya aturan itu ikut dicabut."
            ),
            format!(
                "{lines} lines of this router are closed by an address list alone, so the rule that closes them stays on the \
                 router. The rest is taken off; remove again once the last line is open, and that rule goes too."
            ),
        );
        vec![note(call, "closed_lines_stay", &stays)]
    }

    fn notes(&self, call: &Call<'_>) -> Vec<PreparationNote> {
        let mut notes = Vec::new();
        let mut say =
            |code: &str, id: String, en: String| notes.push(note(call, code, &Sentence::new(id, en)));
        if call.settings.isolation_page_listen.is_empty() {
            say(
                "page_off",
                "Halamannya sendiri belum dinyalakan; isi \"Didengarkan di\" di Pengaturan, bagian Halaman isolir.".into(),
                "The page itself is not switched on yet; fill in \"Listens at\" in the settings, under Isolation page.".into(),
            );
        }
        if !self.found.ipv6 {
            say(
                "no_ipv6",
                "Router ini tidak mengenal IPv6, jadi aturan IPv6 tidak diperlukan.".into(),
                "This router does not know IPv6, so no IPv6 rules are needed.".into(),
            );
        }
        if self.plan.own_addresses.is_some() && self.pool.is_some() {
            say(
                "pool_unused",
                "Profil isolir sudah punya alamat sendiri; alamat itu dibiarkan dan pool ini tidak dipakai."
                    .into(),
                "The isolated profile has addresses of its own; they stay and this pool is not used.".into(),
            );
        }
        if let Some(overlap) = &self.overlaps {
            let Sentence { id, en } = overlap.sentence.clone();
            say(overlap.code, id, en);
        } else if !self.within.is_empty() {
            let networks = self.within.join(", ");
            say(
                "pool_in_network",
                format!(
                    "Rentang ini ada di dalam jaringan router sendiri ({networks}); pastikan tidak ada perangkat di sana \
                     yang memakai alamatnya."
                ),
                format!(
                    "This range lies in a network of the router's own ({networks}); make sure that no device there uses \
                     its addresses."
                ),
            );
        }
        if let Some((addresses, lines)) = self.too_small {
            say(
                "pool_too_small",
                format!(
                    "Rentang ini hanya berisi {addresses} alamat, sedangkan router ini punya {lines} jalur PPPoE. Bila jalur \
                     yang tertutup lebih banyak dari itu, sisanya tidak bisa tersambung sama sekali. Pakai rentang yang \
                     lebih besar."
                ),
                format!(
                    "This range holds only {addresses} addresses, while this router has {lines} PPPoE lines. Closed lines \
                     beyond that number cannot dial in at all. Use a larger range."
                ),
            );
        }
        if self.plan.joins_list {
            say(
                "redial_needed",
                "Jalur yang sudah tertutup baru masuk daftar setelah dial ulang; putuskan sesinya bila perlu segera.".into(),
                "Lines that are closed already join the list when they dial again; drop their sessions if it is urgent."
                    .into(),
            );
        }
        let unseen = self.profiles_off_list().join(", ");
        if !unseen.is_empty() {
            let list = self.plan.lists.first().map_or("", String::as_str);
            say(
                "closed_profiles_see_nothing",
                format!(
                    "Jalur yang kantor tutup dengan profil {unseen} tidak sampai ke halaman ini, karena profil itu bukan dari \
                     Sambung dan tidak diubah. Isi address-list={list} di profil itu lewat Winbox supaya mereka melihatnya."
                ),
                format!(
                    "Lines that the office closed by the profile {unseen} do not reach this page, since that profile is not \
                     Sambung's and is left as it is. Set address-list={list} in it with Winbox so that they see the page."
                ),
            );
        }
        if self.router.details.static_isolation == StaticIsolation::ArpDisable {
            say(
                "static_lines_see_nothing",
                "Jalur IP tetap di router ini ditutup lewat ARP, jadi tidak sampai ke halaman mana pun. Pilih cara \
                 Daftar alamat supaya mereka melihat halaman ini."
                    .into(),
                "Lines with a fixed address on this router are closed by ARP, so they reach no page at all. Choose \
                 Address list so that they see this page."
                    .into(),
            );
        }
        if self.found.fasttrack {
            say(
                "fasttrack",
                "Router ini memakai FastTrack: sambungan yang sudah berjalan sebelum jalur ditutup bisa terus sampai \
                 selesai bila alamatnya tidak berganti."
                    .into(),
                "This router uses FastTrack: connections that ran before a line was closed may go on to their end where its \
                 address stays the same."
                    .into(),
            );
        }
        say(
            "no_masquerade",
            "Antara router dan komputer kantor jangan ada masquerade; kalau ada, halaman tidak mengenali pelanggan dan \
             menanyakan nomornya."
                .into(),
            "There should be no masquerade between the router and the office's machine; with it the page does not know \
             customers and asks for their number."
                .into(),
        );
        notes
    }
}

fn told_step(call: &Call<'_>, step: &Step, outcome: Option<StepOutcome>) -> PreparationStep {
    PreparationStep {
        menu: step.menu.to_owned(),
        name: step.name.clone(),
        action: step.action,
        purpose: call.told(&step.why),
        rule: step.rule.clone(),
        outcome,
    }
}

fn note(call: &Call<'_>, code: &str, sentence: &Sentence) -> PreparationNote {
    PreparationNote {
        code: code.to_owned(),
        message: call.told(sentence),
    }
}

/// The router took every step and does not show it.
pub(super) fn disagrees(left: &Plan) -> Sentence {
    let names: Vec<&str> = left.changes().map(|step| step.name.as_str()).collect();
    let names = names.join(", ");
    Sentence::new(
        format!(
            "Setelah dibaca ulang, router belum sesuai: {names}. Periksa apakah ada yang mengubahnya, lalu ulangi."
        ),
        format!(
            "Read back, the router is not as it should be: {names}. See whether somebody changes it, and try again."
        ),
    )
}
