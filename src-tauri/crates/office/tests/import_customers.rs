//! The customer list of an office, from the bytes of a file to rows and problems.

#![allow(clippy::expect_used, reason = "what the tests share fails like a test")]

#[path = "import/files.rs"]
mod files;
#[path = "import/properties.rs"]
mod properties;
#[path = "import/reading.rs"]
mod reading;
#[path = "import/references.rs"]
mod references;
#[path = "import/values.rs"]
mod values;
#[path = "import/workbooks.rs"]
mod workbooks;

use office::importing::{
    ImportRow, Interpretation, Known, KnownCollector, KnownPackage, KnownRouter, Problem, Sheet, interpret,
    read,
};

/// An office with two packages, one router, one area and one collector, and one customer.
fn office() -> Known {
    Known {
        packages: vec![
            KnownPackage {
                id: 1,
                code: "HOME-10".into(),
                name: "Home 10 Mbps".into(),
                price: billing::Rupiah(150_000),
                is_active: true,
            },
            KnownPackage {
                id: 2,
                code: "HOME-20".into(),
                name: "Home 20 Mbps".into(),
                price: billing::Rupiah(250_000),
                is_active: true,
            },
        ],
        routers: vec![KnownRouter {
            id: 7,
            name: "RB-Pusat".into(),
        }],
        usual_router: None,
        areas: vec!["Karang Tengah".into()],
        collectors: vec![KnownCollector {
            id: 5,
            name: "asep".into(),
        }],
        customer_numbers: ["PLG-00001".to_owned()].into(),
        pppoe_names: [(Some(7), "lama".to_owned())].into(),
        mac_addresses: [(Some(7), "02:00:00:00:00:09".to_owned())].into(),
        ont_serials: ["ZTEG0000LAMA".to_owned()].into(),
        static_ips: [(Some(7), [10, 0, 0, 9].into())].into(),
    }
}

fn sheet(text: &str) -> Sheet {
    read("pelanggan.csv", text.as_bytes()).expect("the table can be read")
}

fn understood(text: &str) -> Interpretation {
    interpret(&sheet(text), &office())
}

/// One good row: the given columns beside a name, a package, a phone and a PPPoE name.
fn row_with(columns: &str, cells: &str) -> ImportRow {
    let mut it = understood(&table_with(columns, cells));
    assert_eq!(it.problems, [], "{columns} {cells:?} is fine");
    it.rows.remove(0)
}

/// The one problem that the given columns make beside those of a good row, which refuses it.
fn refusal_of(columns: &str, cells: &str) -> Problem {
    let it = understood(&table_with(columns, cells));
    assert!(it.rows.is_empty(), "{columns} {cells:?} refuses the row");
    only_problem(it)
}

/// The one problem that the given columns make, although the row is good.
fn warning_of(columns: &str, cells: &str) -> Problem {
    let it = understood(&table_with(columns, cells));
    assert_eq!(it.rows.len(), 1, "{columns} {cells:?} does not refuse the row");
    only_problem(it)
}

fn only_problem(it: Interpretation) -> Problem {
    let [problem] = it.problems.try_into().expect("there is exactly one problem");
    problem
}

fn table_with(columns: &str, cells: &str) -> String {
    format!("Nama;Paket;No HP;Username PPPoE;{columns}\nBudi;HOME-10;081234567890;budi;{cells}\n")
}

fn codes(it: &Interpretation) -> Vec<(u32, &'static str)> {
    it.problems
        .iter()
        .map(|problem| (problem.line_no, problem.code))
        .collect()
}
