//! What a person does to a line, and what it owes then.

use billing::Rupiah;
use jiff::civil::Date;
use office::Actor;
use office::catalogue::AddPackage;
use office::customers::{
    ChangeCustomer, CustomerFields, CustomerView, PauseLine, ReadCustomer, TerminateLine,
};

use crate::opened::Opened;

impl Opened {
    /// A package beside the one of 200,000.
    pub(crate) async fn package(&self, code: &str, price: i64) -> i64 {
        let package = AddPackage {
            code: code.into(),
            name: code.into(),
            speed_download: 50_000,
            speed_upload: 25_000,
            price: Rupiah(price),
            is_active: None,
        };
        self.office.perform(&Actor::console(), package).await.unwrap().id
    }

    pub(crate) async fn choose(&self, id: i64, package_id: i64) -> CustomerView {
        let fields = CustomerFields {
            package_id: Some(package_id),
            ..CustomerFields::default()
        };
        let request = ChangeCustomer { id, fields };
        self.office.perform(&Actor::console(), request).await.unwrap()
    }

    pub(crate) async fn read(&self, id: i64) -> CustomerView {
        self.office
            .perform(&Actor::console(), ReadCustomer { id })
            .await
            .unwrap()
    }

    pub(crate) async fn pause(
        &self,
        id: i64,
        from: Date,
        until: Option<Date>,
    ) -> office::Result<CustomerView> {
        let request = PauseLine {
            id,
            from,
            until,
            reason: "mudik".into(),
        };
        self.office.perform(&Actor::console(), request).await
    }

    /// Ends a line, or takes an end back.
    pub(crate) async fn end(&self, id: i64, on: Option<Date>) -> office::Result<CustomerView> {
        let request = TerminateLine {
            id,
            on,
            reason: "pindah rumah".into(),
        };
        self.office.perform(&Actor::console(), request).await
    }

    pub(crate) async fn credit(&self, id: i64) -> i64 {
        let mut tx = self.office.store().read().await.unwrap();
        store::journal::credit(&mut tx, id).await.unwrap().0
    }

    /// What is owed or waits for the next invoice.
    pub(crate) async fn owes(&self, id: i64) -> i64 {
        self.balance(id).await + self.read(id).await.waiting_charges.0
    }
}
