//! `sambung router lines`: what stands on a router and what would become of it. It reads only.

use std::process::ExitCode;

use office::onboarding::{PreviewRouterLines, Proposed, RouterLine, RouterLines};
use office::{Error, Language, Office};

use crate::commands::naming;
use crate::voice;

/// The widest cell of the table, in characters.
const WIDEST: usize = 48;

/// Prints the lines of the router of this name, as one JSON document or as a table.
pub(super) async fn run(office: &Office, name: &str, table: bool) -> Result<ExitCode, Error> {
    let console = voice::console();
    let router = naming::router(office, name).await?;
    let language = voice::language();
    let preview = PreviewRouterLines {
        router_id: router.id,
        ..PreviewRouterLines::default()
    };
    let lines = office.perform(&console, preview).await?;
    if table {
        voice::result(&as_table(&lines, language));
    } else {
        voice::result(&serde_json::to_string(&lines).map_err(Error::fault)?);
    }
    voice::say(&summary(&lines, language));
    Ok(ExitCode::SUCCESS)
}

fn summary(lines: &RouterLines, language: Language) -> String {
    let totals = lines.totals;
    match language {
        Language::Indonesian => format!(
            "{} jalur: {} sudah tercatat, {} cocok, {} baru, {} perlu dipilih, {} dilewati; {} tertutup, {} tersambung",
            totals.lines,
            totals.known,
            totals.matched,
            totals.created,
            totals.to_choose,
            totals.left,
            totals.closed,
            totals.online
        ),
        Language::English => format!(
            "{} lines: {} known, {} matched, {} new, {} to choose, {} left out; {} closed, {} online",
            totals.lines,
            totals.known,
            totals.matched,
            totals.created,
            totals.to_choose,
            totals.left,
            totals.closed,
            totals.online
        ),
    }
}

fn as_table(lines: &RouterLines, language: Language) -> String {
    let headings = match language {
        Language::Indonesian => [
            "JALUR",
            "PROFIL",
            "KEADAAN",
            "USUL",
            "PELANGGAN",
            "TELEPON",
            "ALASAN",
        ],
        Language::English => ["LINE", "PROFILE", "STATE", "PROPOSAL", "CUSTOMER", "PHONE", "WHY"],
    };
    let rows: Vec<[String; 7]> = std::iter::once(headings.map(str::to_owned))
        .chain(lines.lines.iter().map(|line| row(line, language)))
        .collect();
    let widths: [usize; 7] =
        std::array::from_fn(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0));
    let mut table = String::new();
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        table.push_str(cells.join("  ").trim_end());
        table.push('\n');
    }
    table.pop();
    table
}

fn row(line: &RouterLine, language: Language) -> [String; 7] {
    let state = match (&line.closed, line.online, language) {
        (Some(_), _, Language::Indonesian) => "tertutup",
        (Some(_), _, Language::English) => "closed",
        (None, true, _) => "online",
        (None, false, _) => "offline",
    };
    let customer = line
        .candidates
        .iter()
        .find(|candidate| Some(candidate.customer_id) == line.proposal.customer_id)
        .map(|candidate| format!("{} {}", candidate.customer_no, candidate.name));
    let new = || line.guess.name.clone().unwrap_or_default();
    let who = match line.proposal.action {
        Proposed::Leave => String::new(),
        _ => customer.unwrap_or_else(new),
    };
    [
        line.key.clone(),
        line.profile.clone().unwrap_or_default(),
        state.to_owned(),
        line.proposal.action.to_string(),
        who,
        line.guess.phone.clone().unwrap_or_default(),
        line.proposal.sentence.clone(),
    ]
    .map(|cell| shown(&cell))
}

/// A cell that leaves the table whole, whatever somebody has put into a name.
fn shown(cell: &str) -> String {
    let plain = cell.chars().map(|c| if c.is_control() { ' ' } else { c });
    let short: String = plain.take(WIDEST + 1).collect();
    if width(&short) <= WIDEST {
        return short;
    }
    short.chars().take(WIDEST - 1).chain(['…']).collect()
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_line_and_not_wider_than_its_column() {
        assert_eq!(shown("budi\n\u{1b}[31m"), "budi  [31m");
        let long = shown(&"x".repeat(1000));
        assert_eq!(width(&long), WIDEST);
        assert!(long.ends_with('…'));
    }
}
