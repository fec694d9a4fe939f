//! How a month of invoices is divided over files. A file holds at most [`MOST_INVOICES_PER_FILE`], so that memory stays
//! flat however many customers there are: read one range, write one file, forget it, go on.

use std::ops::Range;

use crate::MOST_INVOICES_PER_FILE;

/// One file of a month: what it is called and which invoices, counted in the caller's order, go into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthFile {
    /// `tagihan-2026-11.pdf`, or `tagihan-2026-11-03-dari-20.pdf` when there are several.
    pub name: String,
    /// Positions of its invoices; never empty, at most [`MOST_INVOICES_PER_FILE`] long.
    pub range: Range<usize>,
}

/// The files of a month, in order.
#[derive(Clone, Debug)]
pub struct MonthFiles {
    period: String,
    invoices: usize,
    next: usize,
}

impl MonthFiles {
    /// Divides `invoices` invoices of `period` (`2026-11`) over files.
    ///
    /// Characters of the period that have a meaning in paths are replaced, so that a name stays inside its directory.
    #[must_use]
    pub fn new(period: &str, invoices: usize) -> MonthFiles {
        let period = period
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || c == '-' {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        MonthFiles {
            period,
            invoices,
            next: 0,
        }
    }

    /// How many files there are in all.
    #[must_use]
    pub const fn files(&self) -> usize {
        self.invoices.div_ceil(MOST_INVOICES_PER_FILE)
    }
}

impl Iterator for MonthFiles {
    type Item = MonthFile;

    fn next(&mut self) -> Option<MonthFile> {
        let files = self.files();
        if self.next >= files {
            return None;
        }
        let start = self.next * MOST_INVOICES_PER_FILE;
        self.next += 1;
        let range = start..self.invoices.min(start + MOST_INVOICES_PER_FILE);
        let name = if files == 1 {
            format!("tagihan-{}.pdf", self.period)
        } else {
            let digits = files.to_string().len().max(2);
            format!(
                "tagihan-{}-{:0digits$}-dari-{files:0digits$}.pdf",
                self.period, self.next
            )
        };
        Some(MonthFile { name, range })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_small_month_is_one_file_and_an_empty_one_none() {
        let names: Vec<_> = MonthFiles::new("2026-11", 500).map(|file| file.name).collect();
        assert_eq!(names, ["tagihan-2026-11.pdf"]);
        assert_eq!(MonthFiles::new("2026-11", 0).count(), 0);
    }

    #[test]
    fn a_period_cannot_climb_out_of_its_directory() {
        let names: Vec<_> = MonthFiles::new("../../etc", 1).map(|file| file.name).collect();
        assert_eq!(names, ["tagihan-------etc.pdf"]);
    }

    proptest! {
        #[test]
        fn every_invoice_is_in_exactly_one_file(invoices in 0_usize..20_000) {
            let files: Vec<_> = MonthFiles::new("2026-11", invoices).collect();
            let mut next = 0;
            for file in &files {
                prop_assert_eq!(file.range.start, next);
                prop_assert!(!file.range.is_empty() && file.range.len() <= MOST_INVOICES_PER_FILE);
                next = file.range.end;
            }
            prop_assert_eq!(next, invoices);
            let mut names: Vec<_> = files.iter().map(|file| file.name.clone()).collect();
            names.sort();
            prop_assert!(names.iter().eq(files.iter().map(|file| &file.name)), "names sort in file order");
        }
    }
}
