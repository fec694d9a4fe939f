//! Customer lists as offices keep them, and the few questions that every test here asks.

use billing::CustomerStatus;
use office::customers::{CustomerView, ListCustomers, ReadCustomer};
use office::importing::{
    AppliedImport, ApplyImport, ImportMode, ImportPreview, PreviewImport, UndoImport, UndoneImport,
};
use office::{Actor, Error};

use crate::opened::{Opened, at};

/// The morning on which the lists come in.
pub(crate) const MORNING: &str = "2026-02-10T09:00:00+07:00";
pub(crate) const NAME: &str = "pelanggan.csv";

/// A list with these columns beside name, phone, package and PPPoE name; each row is a name and its other cells.
pub(crate) fn list(columns: &str, rows: &[(&str, &str)]) -> Vec<u8> {
    let mut text = format!("Nama;No HP;Paket;Username PPPoE;{columns}\r\n");
    for (name, cells) in rows {
        text.push_str(&format!(
            "{name};0812-3456-7890;HOME;{};{cells}\r\n",
            name.to_lowercase()
        ));
    }
    text.into_bytes()
}

/// A list of many customers as a Windows spreadsheet saves it: semicolons, CRLF, windows-1252.
pub(crate) fn long_list(rows: usize) -> Vec<u8> {
    let mut text = String::from(
        "Nama;No HP;Alamat;Paket;Username PPPoE;Password PPPoE;SN ONT;ODP;Wilayah;Tanggal Tagihan;Mulai;Hutang;Status\r\n",
    );
    for n in 1..=rows {
        let (phone, area, day) = (81_200_000_000 + n, n % 7, n % 28 + 1);
        let (debt, status) = match n % 10 {
            0 => ("Rp 150.000", "Isolir"),
            5 => ("75.000", "Aktif"),
            _ => ("", "Aktif"),
        };
        text.push_str(&format!(
            "René {n};0{phone};\"Jl. Melati No. {n}; Café\";Home 20 Mbps;plg{n};rahasia{n};ZTEG{n:08};ODP-{area}/{n};\
             Dusun {area};{day};31/01/2024;{debt};{status}\r\n"
        ));
    }
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect()
}

impl Opened {
    pub(crate) fn on_that_morning(&self) {
        self.clock.set(at(MORNING));
    }

    pub(crate) async fn preview(&self, bytes: &[u8]) -> ImportPreview {
        let request = PreviewImport {
            file_name: NAME.into(),
            bytes: bytes.to_vec(),
            router: None,
            first_period: None,
        };
        self.office.perform(&Actor::console(), request).await.unwrap()
    }

    pub(crate) async fn import(&self, bytes: &[u8]) -> AppliedImport {
        self.try_import(bytes, ImportMode::AllOrNothing).await.unwrap()
    }

    pub(crate) async fn try_import(&self, bytes: &[u8], mode: ImportMode) -> Result<AppliedImport, Error> {
        let request = ApplyImport {
            file_name: NAME.into(),
            bytes: bytes.to_vec(),
            router: None,
            first_period: None,
            digest: None,
            mode,
        };
        self.office.perform(&Actor::console(), request).await
    }

    pub(crate) async fn undo(&self, batch_id: i64) -> UndoneImport {
        self.office
            .perform(&Actor::console(), UndoImport { batch_id })
            .await
            .unwrap()
    }

    /// The customers, by number.
    pub(crate) async fn customers(&self) -> Vec<CustomerView> {
        let request = ListCustomers {
            sort: Some("customer_no".into()),
            limit: Some(500),
            ..ListCustomers::default()
        };
        self.office
            .perform(&Actor::console(), request)
            .await
            .unwrap()
            .items
    }

    pub(crate) async fn customer_count(&self) -> i64 {
        let request = ListCustomers {
            limit: Some(1),
            ..ListCustomers::default()
        };
        self.office
            .perform(&Actor::console(), request)
            .await
            .unwrap()
            .total
    }

    /// The customer whose name is this.
    pub(crate) async fn named(&self, name: &str) -> CustomerView {
        let mut found = self.customers().await;
        found.retain(|it| it.name == name && it.status != CustomerStatus::Terminated);
        assert_eq!(found.len(), 1, "there is one {name}");
        found.remove(0)
    }

    pub(crate) async fn read(&self, id: i64) -> CustomerView {
        self.office
            .perform(&Actor::console(), ReadCustomer { id })
            .await
            .unwrap()
    }
}
