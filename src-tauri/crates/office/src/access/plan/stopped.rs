//! What the plans of a day would have closed when somebody stopped them. Nobody struck these lines, so that whoever runs the
//! closings again is offered them; but nothing that runs by itself closes on that day what a person just stopped. On the
//! next day the rules decide again.

use std::collections::HashSet;

use jiff::civil::Date;
use store::Tx;

use crate::access::plan::ahead::lines_in_words;
use crate::access::plan::draft::DraftLine;
use crate::actor::in_words;
use crate::error::{Language, Result, Sentence};

/// The lines that stopped plans of a day left out.
#[derive(Debug, Default)]
pub(crate) struct Stopped {
    lines: HashSet<i64>,
    by: Option<String>,
}

impl Stopped {
    /// Reads them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn on(tx: &mut Tx, day: Date) -> Result<Stopped> {
        let mut stopped = Stopped::default();
        for (customer_id, by) in store::plans::stopped_on(tx, day).await? {
            stopped.lines.insert(customer_id);
            stopped.by = Some(by);
        }
        Ok(stopped)
    }

    /// Whether a customer's line is among them.
    pub(crate) fn has(&self, customer_id: i64) -> bool {
        self.lines.contains(&customer_id)
    }

    /// That those of these closings wait for a person which a stop left out; `None` where it left out none of them.
    pub(crate) fn sentence<'d>(&self, closing: impl IntoIterator<Item = &'d DraftLine>) -> Option<Sentence> {
        let closing = closing.into_iter();
        let lines = closing.filter(|line| self.has(line.customer_id)).count();
        let by = self.by.as_deref().filter(|_| lines > 0)?;
        Some(Sentence::new(
            format!(
                "{lines} jalur tidak jadi ditutup karena rencananya dihentikan oleh {}. Hari ini jadwal tidak menutupnya; \
                 jalankan sendiri bila tetap perlu.",
                in_words(by, Language::Indonesian)
            ),
            format!(
                "{} not closed because the plan was stopped by {}. The schedule does not close them today; run it \
                 yourself if they are to be closed all the same.",
                match lines {
                    1 => format!("{} was", lines_in_words(lines)),
                    _ => format!("{} were", lines_in_words(lines)),
                },
                in_words(by, Language::English)
            ),
        ))
    }
}
