//! The preview: what a file would do, before it does anything.

use std::collections::BTreeMap;

use billing::{CustomerStatus, Period, Rupiah};
use serde::Serialize;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::Result;
use crate::importing::apply::file::{File, understand};
use crate::importing::apply::first_billing::{self, FirstBilling};
use crate::importing::apply::months_owed::MonthsOwed;
use crate::importing::apply::sample::{Names, SampleRow};
use crate::importing::apply::{customer, debts, existing};
use crate::importing::{Column, ImportRow, Interpretation, Known, Problem};
use crate::office::{Call, Request};

/// How many customers the preview shows.
const SAMPLE: usize = 20;

/// Shows what a file would do. Nothing is kept.
#[derive(Clone, Debug)]
pub struct PreviewImport {
    /// The file's name.
    pub file_name: String,
    /// Its bytes, CSV or XLSX.
    pub bytes: Vec<u8>,
    /// The name of the router of rows that name none; the office's only one when absent.
    pub router: Option<String>,
    /// The first period that is billed; the one under way when absent.
    pub first_period: Option<Period>,
}

/// What a file would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportPreview {
    /// SHA-256 of the file; applying names it, so that what was looked at is what is taken in.
    pub digest: String,
    /// The file's name.
    pub file_name: String,
    /// The worksheet that was read; `null` for a text file.
    pub sheet_name: Option<String>,
    /// The columns and what each was understood as.
    pub columns: Vec<Column>,
    /// Rows below the headings.
    pub rows: usize,
    /// Rows that can become customers.
    pub good: usize,
    /// Rows that cannot.
    pub bad: usize,
    /// What is wrong or worth knowing, in the order of the file.
    pub problems: Vec<Problem>,
    /// The first customers.
    pub sample: Vec<SampleRow>,
    /// What the good rows add up to.
    pub totals: ImportTotals,
    /// Whom the next month run would bill for the period under way, and for how much.
    pub first_billing: FirstBilling,
}

/// What the good rows of a file add up to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportTotals {
    /// Owed from before, rupiah.
    pub debt: Rupiah,
    /// Customers who owe something from before.
    pub debtors: usize,
    /// Opening invoices that are made of what they owe.
    pub opening_invoices: usize,
    /// Lines that will be active.
    pub active: usize,
    /// Lines whose service begins later.
    pub pending: usize,
    /// Lines that are closed today and stay closed by an override.
    pub isolated: usize,
    /// Lines that are set aside.
    pub suspended: usize,
    /// Former customers.
    pub terminated: usize,
    /// Areas that the office does not have yet.
    pub new_areas: Vec<String>,
    /// The packages in use, most customers first.
    pub packages: Vec<PackageUse>,
}

/// How many customers of a file have a package.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PackageUse {
    /// The package.
    pub id: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// So many rows.
    pub customers: usize,
}

impl Request for PreviewImport {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = ImportPreview;

    async fn run(self, call: &Call<'_>) -> Result<ImportPreview> {
        first_billing::check(call, self.first_period)?;
        let File { sheet, digest } = File::open(self.file_name, self.bytes, None).await?;
        let mut tx = call.read().await?;
        let known = existing::known(&mut tx, self.router.as_deref()).await?;
        drop(tx);
        let (file_name, sheet_name) = (sheet.file_name.clone(), sheet.sheet_name.clone());
        let (it, known) = understand(sheet, known).await?;
        let names = Names::of(&known);
        let sample: Result<Vec<SampleRow>> = it
            .rows
            .iter()
            .take(SAMPLE)
            .map(|row| names.sample(row, call.today))
            .collect();
        Ok(ImportPreview {
            digest,
            file_name,
            sheet_name,
            rows: it.total_rows,
            good: it.rows.len(),
            bad: it.bad_rows(),
            sample: sample?,
            totals: totals(&it, &known, call)?,
            first_billing: first_billing::preview(&it.rows, &known, call, self.first_period)?,
            columns: it.columns,
            problems: it.problems,
        })
    }
}

fn totals(it: &Interpretation, known: &Known, call: &Call<'_>) -> Result<ImportTotals> {
    let mut standing: BTreeMap<CustomerStatus, usize> = BTreeMap::new();
    for row in &it.rows {
        *standing
            .entry(customer::standing(row, call.today).status)
            .or_default() += 1;
    }
    let count = |status| standing.get(&status).copied().unwrap_or_default();
    Ok(ImportTotals {
        debt: debts::sum(&it.rows)?,
        debtors: it.rows.iter().filter(|row| row.debt.is_some()).count(),
        opening_invoices: debts::count(call, &it.rows, &MonthsOwed::of(known, call))?,
        active: count(CustomerStatus::Active),
        pending: count(CustomerStatus::Pending),
        isolated: count(CustomerStatus::Isolated),
        suspended: count(CustomerStatus::Suspended),
        terminated: count(CustomerStatus::Terminated),
        new_areas: it.new_areas.clone(),
        packages: packages(&it.rows, known),
    })
}

fn packages(rows: &[ImportRow], known: &Known) -> Vec<PackageUse> {
    let mut uses: BTreeMap<i64, usize> = BTreeMap::new();
    for row in rows {
        *uses.entry(row.package_id).or_default() += 1;
    }
    let mut packages: Vec<PackageUse> = known
        .packages
        .iter()
        .filter_map(|package| {
            let customers = uses.get(&package.id).copied()?;
            Some(PackageUse {
                id: package.id,
                code: package.code.clone(),
                name: package.name.clone(),
                customers,
            })
        })
        .collect();
    packages.sort_by_key(|package| std::cmp::Reverse(package.customers));
    packages
}
