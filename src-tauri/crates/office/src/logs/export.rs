//! The log as a table for a spreadsheet: the rows that a filter shows, newest first, in the language of whoever asks.

use documents::{Cell, CsvTable, DocumentError, Separator, XlsxTable};
use store::billing_logs::Filter;

use crate::actor::Ability;
use crate::error::{Error, Language, Result};
use crate::logs::list::{ListLogs, LogView};
use crate::office::{Call, Request};
use crate::printing::{Document, draw};

/// The most rows of one file, which is put together in memory.
pub const MOST_EXPORTED: i64 = 100_000;

/// Rows that are read at a time.
const STRIDE: i64 = store::page::LARGEST;

billing::text_enum! {
    /// What kind of file.
    #[default(Csv)]
    pub enum TableForm as "table form" {
        /// Separated values, which every spreadsheet opens.
        Csv => "csv",
        /// A workbook.
        Xlsx => "xlsx",
    }
}

/// Writes the rows of the log that a filter shows into a file.
#[derive(Clone, Debug, Default)]
pub struct ExportLogs {
    /// Which rows; its cursor and its limit mean nothing here.
    pub which: ListLogs,
    /// What kind of file.
    pub form: TableForm,
}

impl Request for ExportLogs {
    const ABILITY: Ability = Ability::LogRead;
    type Answer = Document;

    async fn run(self, call: &Call<'_>) -> Result<Document> {
        let mut tx = call.read().await?;
        let filter = self.which.filter()?;
        let count = store::billing_logs::count(&mut tx, &filter).await?;
        if count > MOST_EXPORTED {
            return Err(too_many(count));
        }
        let mut rows = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
        let mut cursor = None;
        loop {
            let filter = Filter {
                cursor: cursor.as_ref(),
                limit: STRIDE,
                ..filter.clone()
            };
            let page = store::billing_logs::walk(&mut tx, &filter).await?;
            rows.extend(page.items.into_iter().map(|row| LogView::of(call, row)));
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        drop(tx);
        let (zone, language) = (call.zone.clone(), call.actor.language);
        let rows: Vec<Row> = rows.into_iter().map(|view| Row::of(view, &zone)).collect();
        let (ending, media_type) = match self.form {
            TableForm::Csv => ("csv", "text/csv"),
            TableForm::Xlsx => (
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
        };
        let form = self.form;
        let bytes = draw(move || match form {
            TableForm::Csv => csv(&rows, language),
            TableForm::Xlsx => xlsx(&rows, language),
        })
        .await?;
        Ok(Document {
            name: format!("log-{}.{ending}", call.today),
            media_type,
            bytes,
        })
    }
}

fn too_many(count: i64) -> Error {
    Error::invalid(
        "export_too_large",
        format!(
            "Ada {count} catatan, lebih dari {MOST_EXPORTED} yang muat dalam satu berkas. Persempit, misalnya per bulan."
        ),
        format!(
            "There are {count} entries, more than the {MOST_EXPORTED} that one file holds. Narrow it, for instance month by \
             month."
        ),
    )
}

/// A row of the table, in words.
struct Row {
    view: LogView,
    /// `2026-01-31 08:15:00` in the office's zone.
    at: String,
    /// What stood there before and after, and whatever else the entry tells.
    detail: String,
}

impl Row {
    fn of(view: LogView, zone: &jiff::tz::TimeZone) -> Row {
        let at = jiff::Timestamp::from_millisecond(view.at).unwrap_or_default();
        let at = zone.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let detail = view
            .detail
            .as_ref()
            .map_or_else(String::new, serde_json::Value::to_string);
        Row { view, at, detail }
    }

    fn cells(&self) -> [Cell<'_>; 12] {
        let view = &self.view;
        [
            Cell::Number(view.id),
            Cell::Text(&self.at),
            Cell::Text(&view.actor),
            Cell::Text(&view.desk),
            Cell::Text(&view.act),
            Cell::Text(&view.subject_kind),
            view.subject_id.map_or(Cell::Empty, Cell::Number),
            given(&view.subject_name),
            Cell::Text(&view.outcome),
            Cell::Text(&view.message),
            Cell::Text(&self.detail),
            given(&view.cause),
        ]
    }
}

fn given(text: &Option<String>) -> Cell<'_> {
    text.as_deref().map_or(Cell::Empty, Cell::Text)
}

fn headings(language: Language) -> [&'static str; 12] {
    match language {
        Language::Indonesian => [
            "Nomor",
            "Waktu",
            "Oleh",
            "Meja",
            "Kejadian",
            "Jenis",
            "Nomor data",
            "Tentang",
            "Hasil",
            "Keterangan",
            "Rincian",
            "Sebab",
        ],
        Language::English => [
            "Number", "Time", "By", "Desk", "Act", "Kind", "Record", "About", "Outcome", "Message",
            "Details", "Cause",
        ],
    }
}

fn csv(rows: &[Row], language: Language) -> Result<Vec<u8>, DocumentError> {
    let mut table = CsvTable::new(Vec::new(), Separator::Semicolon, &headings(language))?;
    for row in rows {
        table.row(&row.cells())?;
    }
    table.finish()
}

fn xlsx(rows: &[Row], language: Language) -> Result<Vec<u8>, DocumentError> {
    let name = match language {
        Language::Indonesian => "Catatan",
        Language::English => "Log",
    };
    let mut table = XlsxTable::new(name, &headings(language))?;
    for row in rows {
        table.row(&row.cells())?;
    }
    table.finish()
}
