//! `sambung import`: customers from a file, the imports so far, and undoing one.

use std::path::Path;
use std::process::ExitCode;

use office::importing::{
    ApplyImport, FirstBilling, ImportMode, ListImports, PreviewImport, Problem, UndoImport,
};
use office::{Error, Kind, Language, Office};
use serde::Serialize;

use crate::command_line::Import;
use crate::voice;

/// Does what was asked and prints the answer as one JSON document.
pub(super) async fn run(office: &Office, what: Import) -> Result<ExitCode, Error> {
    let console = voice::console();
    match what {
        Import::Customers {
            file,
            dry_run,
            good_rows,
            router,
            first_period,
        } => {
            let list = CustomerList {
                first_period,
                ..CustomerList::read(&file, router)?
            };
            if dry_run {
                list.check(office).await
            } else {
                list.take_in(office, good_rows).await
            }
        }
        Import::List {
            search,
            limit,
            cursor,
        } => {
            let request = ListImports {
                search,
                cursor,
                limit: Some(limit),
            };
            print(&office.perform(&console, request).await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Import::Undo { batch } => {
            let undone = office.perform(&console, UndoImport { batch_id: batch }).await?;
            for kept in &undone.kept {
                let reason = kept.reason.for_language(voice::language());
                voice::say(&format!("{}: {reason} [{}]", kept.customer_no, kept.code));
            }
            for kept in &undone.packages_kept {
                let reason = kept.reason.for_language(voice::language());
                voice::say(&format!("{}: {reason} [{}]", kept.package_code, kept.code));
            }
            print(&undone)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// A customer list as it was named.
struct CustomerList {
    file_name: String,
    bytes: Vec<u8>,
    router: Option<String>,
    first_period: Option<billing::Period>,
}

impl CustomerList {
    fn read(file: &Path, router: Option<String>) -> Result<CustomerList, Error> {
        let bytes = std::fs::read(file).map_err(|error| {
            let why = voice::in_words(&error);
            Error::new(
                Kind::Missing,
                "cannot_read",
                format!(
                    "{} tidak dapat dibaca ({}). Periksa nama berkasnya.",
                    file.display(),
                    why.id
                ),
                format!("{} cannot be read ({}). Check its name.", file.display(), why.en),
            )
        })?;
        let file_name = file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        Ok(CustomerList {
            file_name,
            bytes,
            router,
            first_period: None,
        })
    }

    /// Says what the file would do; a bad row makes it fail.
    async fn check(self, office: &Office) -> Result<ExitCode, Error> {
        let request = PreviewImport {
            file_name: self.file_name,
            bytes: self.bytes,
            router: self.router,
            first_period: self.first_period,
        };
        let preview = office.perform(&voice::console(), request).await?;
        preview.problems.iter().for_each(tell);
        if preview.first_billing.customers > 0 {
            voice::say(&first_billing(&preview.first_billing));
        }
        print(&preview)?;
        Ok(if preview.bad == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    async fn take_in(self, office: &Office, good_rows: bool) -> Result<ExitCode, Error> {
        let request = ApplyImport {
            file_name: self.file_name,
            bytes: self.bytes,
            router: self.router,
            first_period: self.first_period,
            digest: None,
            mode: if good_rows {
                ImportMode::GoodRows
            } else {
                ImportMode::AllOrNothing
            },
        };
        let applied = office
            .perform(&voice::console(), request)
            .await
            .map_err(in_words)?;
        applied.problems.iter().for_each(tell);
        print(&applied)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Whom the next month run would bill, and how to begin later.
fn first_billing(billed: &FirstBilling) -> String {
    let (customers, amount, month) = (billed.customers, billed.amount, billed.under_way.next());
    match voice::language() {
        Language::Indonesian => format!(
            "{customers} pelanggan akan ditagih untuk periode yang sedang berjalan, kira-kira {amount}. Sudah ditagih di \
             program lama? Mulai dari bulan depan: --first-period {month}."
        ),
        Language::English => format!(
            "{customers} customers will be billed for the period under way, about {amount}. Billed by the old program \
             already? Begin with next month: --first-period {month}."
        ),
    }
}

/// Tells what is wrong with a row, with its line number.
fn tell(problem: &Problem) {
    voice::say(&match voice::language() {
        Language::Indonesian => format!("baris {}: {}", problem.line_no, problem.message_id),
        Language::English => format!("line {}: {}", problem.line_no, problem.message_en),
    });
}

/// The places of bad rows as [`tell`] names them; `line 7: phone` is how programs read them.
fn in_words(mut error: Error) -> Error {
    let line = match voice::language() {
        Language::Indonesian => "baris",
        Language::English => "line",
    };
    for field in &mut error.fields {
        let place = field.field.strip_prefix("line ").map(|place| {
            let number = place.split_once(':').map_or(place, |(number, _)| number);
            format!("{line} {number}")
        });
        if let Some(place) = place {
            field.field = place;
        }
    }
    error
}

fn print(answer: &impl Serialize) -> Result<(), Error> {
    voice::result(&serde_json::to_string(answer).map_err(Error::fault)?);
    Ok(())
}
