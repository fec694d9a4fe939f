//! What a task did, in numbers, the same for every task.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Error, Language, Sentence};

/// The result of one run of a task. Numbers that do not belong to the task are 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskSummary {
    /// The task's name, as in `billing:check-overdue`.
    pub task: String,
    /// The civil day that the task took for today, `YYYY-MM-DD`.
    pub as_of: String,
    /// Whether it only said what it would do.
    pub dry_run: bool,
    /// Invoices made.
    pub created: u64,
    /// Lines that the router said are closed now.
    pub isolated: u64,
    /// Lines that the router said are open now.
    pub opened: u64,
    /// Messages put on their way.
    pub sent: u64,
    /// Profiles or devices brought up to date.
    pub synced: u64,
    /// Changes in a plan that waits for a person.
    pub waiting: u64,
    /// Subjects for which there was nothing to do, for which a rule said no, or whose router is away: a note says which,
    /// and what waits for a router is done when it answers.
    pub skipped: u64,
    /// Subjects for which it failed.
    pub failed: u64,
    /// What failed, at most a hundred of them.
    pub errors: Vec<TaskError>,
    /// What somebody should know although nothing failed: that a plan waits, that nobody is closed today.
    #[serde(default)]
    pub notes: Vec<TaskNote>,
}

/// Something that somebody should know about a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskNote {
    /// The stable code.
    pub code: String,
    /// What it is and what to do, in Indonesian.
    pub message: String,
    /// The same in English; empty in what was kept before it was told in both.
    #[serde(default)]
    pub message_en: String,
}

/// One failure of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskError {
    /// About what: a customer number, a router's name.
    pub subject: String,
    /// The stable code.
    pub code: String,
    /// What happened and what to do, in Indonesian.
    pub message: String,
    /// The same in English; empty in what was kept before it was told in both.
    #[serde(default)]
    pub message_en: String,
}

impl TaskNote {
    /// It for a reader of `language`.
    #[must_use]
    pub fn said(&self, language: Language) -> &str {
        said(&self.message, &self.message_en, language)
    }
}

impl TaskError {
    /// It for a reader of `language`.
    #[must_use]
    pub fn said(&self, language: Language) -> &str {
        said(&self.message, &self.message_en, language)
    }
}

fn said<'a>(indonesian: &'a str, english: &'a str, language: Language) -> &'a str {
    match language {
        Language::English if !english.is_empty() => english,
        _ => indonesian,
    }
}

impl TaskSummary {
    /// How many failures are told one by one.
    const MOST_ERRORS: usize = 100;

    /// An empty summary of `task`.
    #[must_use]
    pub fn new(task: &str, as_of: jiff::civil::Date, dry_run: bool) -> TaskSummary {
        TaskSummary {
            task: task.to_owned(),
            as_of: as_of.to_string(),
            dry_run,
            ..TaskSummary::default()
        }
    }

    /// Counts a failure and tells it, as long as there is room.
    pub fn fail(&mut self, subject: impl Into<String>, code: impl Into<String>, message: Sentence) {
        self.failed += 1;
        if self.errors.len() < TaskSummary::MOST_ERRORS {
            self.errors.push(TaskError {
                subject: subject.into(),
                code: code.into(),
                message: message.id,
                message_en: message.en,
            });
        }
    }

    /// Adds what somebody should know.
    pub fn note(&mut self, code: &str, message: Sentence) {
        self.notes.push(TaskNote {
            code: code.to_owned(),
            message: message.id,
            message_en: message.en,
        });
    }

    /// Adds what concerns many subjects, unless it was said.
    pub fn note_once(&mut self, code: &str, message: Sentence) {
        let is_told = |note: &TaskNote| note.code == code && note.message == message.id;
        if !self.notes.iter().any(is_told) {
            self.note(code, message);
        }
    }

    /// Counts an error of a use case as a failure about `subject`.
    pub fn fail_with(&mut self, subject: impl Into<String>, error: &Error) {
        self.fail(subject, error.code, error.detail.clone());
    }
}
