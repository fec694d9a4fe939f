//! The fields of a customer as a form or a script sends them, for a new customer and for a change alike: what is absent
//! stays, what is `null` is emptied.

use billing::{
    BillingDay, BillingMode, ConnectionType, Discount, DiscountType, DueRule, PaymentBehavior, phone,
};
use jiff::civil::Date;
use secrecy::SecretString;
use serde::Deserialize;
use store::customers::Details;
use utoipa::ToSchema;

use crate::change::given;
use crate::customers::DiscountValue;
use crate::device_address::is_of_a_device;
use crate::error::FormCheck;

/// Where a customer's fields come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// A person, or a script that speaks for one: what a form asks for has to be filled in.
    Form,
    /// The program itself, from a router or a list of the office's, where a phone number may be unknown.
    #[default]
    Program,
}

impl Source {
    /// Whatever is read from a request is a form.
    const fn of_a_request() -> Source {
        Source::Form
    }
}

/// A customer's fields. Required for a new one: `name`, `phone`, `package_id`, `connection_type`; of a PPPoE line its
/// `pppoe_username`, of a static one its `static_ip`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerFields {
    /// `PLG-00001` or the office's own; the next number when absent.
    pub customer_no: Option<String>,
    /// As it stands on the invoice.
    pub name: Option<String>,
    /// In any spelling; stored as `62…` digits.
    #[serde(default, deserialize_with = "given")]
    pub phone: Option<Option<String>>,
    /// Where the line is.
    #[serde(default, deserialize_with = "given")]
    pub address: Option<Option<String>>,
    /// Where the collector and the technician look.
    #[serde(default, deserialize_with = "given")]
    pub area_id: Option<Option<i64>>,
    /// The splitter that the line hangs on.
    #[serde(default, deserialize_with = "given")]
    pub odp: Option<Option<String>>,
    /// Who collects there.
    #[serde(default, deserialize_with = "given")]
    pub collector_id: Option<Option<i64>>,
    /// What was sold.
    pub package_id: Option<i64>,
    /// Where the line ends.
    #[serde(default, deserialize_with = "given")]
    pub router_id: Option<Option<i64>>,
    /// How it reaches the router.
    pub connection_type: Option<ConnectionType>,
    /// The name of its PPPoE secret.
    #[serde(default, deserialize_with = "given")]
    pub pppoe_username: Option<Option<String>>,
    /// The password of its PPPoE secret; one is made when the router has to be given a secret and there is none. It is read
    /// at `pppoe-password` alone.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Password)]
    pub pppoe_password: Option<Option<SecretString>>,
    /// Its IPv4 address.
    #[serde(default, deserialize_with = "given")]
    pub static_ip: Option<Option<String>>,
    /// Its MAC address.
    #[serde(default, deserialize_with = "given")]
    pub mac_address: Option<Option<String>>,
    /// The serial number of the device at the customer's.
    #[serde(default, deserialize_with = "given")]
    pub ont_serial: Option<Option<String>>,
    /// `normal`, or `free` for a line that is never billed.
    pub billing: Option<BillingMode>,
    /// 1 to 28; 1 when absent.
    pub billing_day: Option<i64>,
    /// The first day that is billed; today when absent.
    #[schema(value_type = Option<String>, format = Date)]
    pub billing_start: Option<Date>,
    /// Whether PPN falls on the line, if the office is a PKP; `true` when absent.
    pub taxed: Option<bool>,
    /// What `discount_value` counts; `null` for no discount.
    #[serde(default, deserialize_with = "given")]
    pub discount_type: Option<Option<DiscountType>>,
    /// Rupiah, or percent with at most two decimals (10 is 10 %).
    pub discount_value: Option<DiscountValue>,
    /// Why.
    #[serde(default, deserialize_with = "given")]
    pub discount_reason: Option<Option<String>>,
    /// The discount's first day.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Date)]
    pub discount_from: Option<Option<Date>>,
    /// The discount's last day.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = Date)]
    pub discount_until: Option<Option<Date>>,
    /// `rapel` for somebody who pays several months at once.
    pub payment_behavior: Option<PaymentBehavior>,
    /// How many months may be due and unpaid under rapel.
    pub rapel_months: Option<i64>,
    /// Who gets the invoice, if not the customer.
    #[serde(default, deserialize_with = "given")]
    pub payer_id: Option<Option<i64>>,
    /// The customer's own rule for due dates; `null` for the office's.
    #[serde(default, deserialize_with = "given")]
    pub due_rule: Option<Option<DueRule>>,
    /// Never closed.
    pub exempt: Option<bool>,
    /// The version that was read; a change since then is refused.
    pub version: Option<i64>,
    /// Who filled them in; no part of a request.
    #[serde(skip, default = "Source::of_a_request")]
    #[schema(ignore)]
    pub source: Source,
}

/// The days that can be somebody's first: no office here is older, and none plans further.
const PLAUSIBLE: std::ops::RangeInclusive<Date> =
    jiff::civil::date(1990, 1, 1)..=jiff::civil::date(2099, 12, 31);

impl CustomerFields {
    /// Refuses a new customer without what a new one needs, each beside its field.
    pub(crate) fn require(&self, form: &mut FormCheck) {
        let by_a_form = self.source == Source::Form;
        let is = |kind: ConnectionType| by_a_form && self.connection_type == Some(kind);
        let required = [
            ("name", self.name.is_none()),
            ("phone", by_a_form && is_blank(&self.phone)),
            ("package_id", self.package_id.is_none()),
            ("connection_type", self.connection_type.is_none()),
            (
                "pppoe_username",
                is(ConnectionType::Pppoe) && is_blank(&self.pppoe_username),
            ),
            (
                "static_ip",
                is(ConnectionType::Static) && is_blank(&self.static_ip),
            ),
        ];
        for (field, absent) in required {
            if absent {
                form.refuse(field, "required", "Wajib diisi.", "This must be filled in.");
            }
        }
    }

    /// Puts the fields over `details`, refusing what is wrong beside its field. A password is not among them: it is sealed
    /// for a customer, who has to have an id first; see
    /// [`super::sealed_password`].
    pub(crate) fn apply(self, mut details: Details, form: &mut FormCheck) -> Details {
        if let Some(number) = self.customer_no {
            details.customer_no = form.text("customer_no", &number, 30);
        }
        if let Some(name) = self.name {
            details.name = form.text("name", &name, 150);
        }
        if let Some(phone) = self.phone {
            details.phone = phone.filter(|phone| !phone.trim().is_empty()).and_then(|typed| {
                phone::normalise(&typed)
                    .map_err(|_| {
                        form.refuse(
                            "phone",
                            "bad_phone",
                            "Nomor telepon tidak dikenali; contoh: 0812-3456-7890.",
                            "The phone number is not recognised; example: 0812-3456-7890.",
                        );
                    })
                    .ok()
            });
        }
        let mut text = |field: &str, given: Option<Option<String>>, longest, place: &mut Option<String>| {
            if let Some(value) = given {
                *place = form.optional_text(field, value.as_deref(), longest);
            }
        };
        text("address", self.address, 300, &mut details.address);
        text("odp", self.odp, 60, &mut details.odp);
        text("ont_serial", self.ont_serial, 60, &mut details.ont_serial);
        text(
            "pppoe_username",
            self.pppoe_username,
            100,
            &mut details.pppoe_username,
        );
        text(
            "discount_reason",
            self.discount_reason,
            150,
            &mut details.discount_reason,
        );
        let mut ip = details.static_ip.clone();
        text("static_ip", self.static_ip, 15, &mut ip);
        let mut mac = details.mac_address.clone();
        text("mac_address", self.mac_address, 17, &mut mac);
        // One that stood in the record before is nobody's slip of today.
        let had = details.static_ip.take();
        details.static_ip = ip.map(|ip| ipv4(&ip, had.as_deref(), form));
        details.mac_address = mac.map(|mac| mac_address(&mac, form));

        put(self.area_id, &mut details.area_id);
        put(self.collector_id, &mut details.collector_id);
        put(self.package_id, &mut details.package_id);
        put(self.router_id, &mut details.router_id);
        put(self.connection_type, &mut details.connection_type);
        put(self.billing, &mut details.billing);
        if self.billing_start.is_some_and(|day| !PLAUSIBLE.contains(&day)) {
            form.refuse(
                "billing_start",
                "out_of_range",
                "Tanggal mulai harus antara tahun 1990 dan 2099. Periksa tahunnya.",
                "The first day must lie between 1990 and 2099. Check the year.",
            );
        }
        put(self.billing_start, &mut details.billing_start);
        put(self.taxed, &mut details.taxed);
        discount(self.discount_type, self.discount_value, &mut details, form);
        put(self.discount_from, &mut details.discount_from);
        put(self.discount_until, &mut details.discount_until);
        put(self.payment_behavior, &mut details.payment_behavior);
        put(self.rapel_months, &mut details.rapel_months);
        put(self.payer_id, &mut details.payer_id);
        put(self.due_rule, &mut details.due_rule);
        put(self.exempt, &mut details.exempt);
        if let Some(day) = self.billing_day {
            details.billing_day = day;
            if BillingDay::new(day).is_err() {
                form.refuse(
                    "billing_day",
                    "billing_day",
                    "Tanggal tagihan 1 sampai 28, supaya ada di setiap bulan.",
                    "The billing day is 1 to 28, so that every month has it.",
                );
            }
        }
        whole(&details, form);
        details
    }
}

/// Refuses fields that do not go together.
fn whole(details: &Details, form: &mut FormCheck) {
    if let Some(kind) = details.discount_type {
        let (from, until) = (details.discount_from, details.discount_until);
        if Discount::new(kind, details.discount_value, None, from, until).is_err() {
            form.refuse(
                "discount_value",
                "bad_discount",
                "Potongan lebih dari 0; persen paling banyak 100, dan tidak berakhir sebelum mulai.",
                "A discount is above 0; a percentage at most 100, and it does not end before it begins.",
            );
        }
    } else if details.discount_value != 0 {
        form.refuse(
            "discount_type",
            "required",
            "Pilih jenis potongan: rupiah (amount) atau persen (percent).",
            "Choose the kind of discount: rupiah (amount) or percent.",
        );
    }
    if !(0..=36).contains(&details.rapel_months) {
        form.refuse(
            "rapel_months",
            "out_of_range",
            "Rapel 0 sampai 36 bulan.",
            "Rapel is 0 to 36 months.",
        );
    }
    if details.payment_behavior == PaymentBehavior::Rapel && details.rapel_months == 0 {
        form.refuse(
            "rapel_months",
            "required",
            "Isi berapa bulan rapel dibolehkan.",
            "Say how many months of rapel are allowed.",
        );
    }
}

/// Puts kind and value of the discount together: what is absent stays as people see it, so that 10 % which becomes an
/// amount is Rp 10 and not Rp 1,000.
fn discount(
    kind: Option<Option<DiscountType>>,
    value: Option<DiscountValue>,
    details: &mut Details,
    form: &mut FormCheck,
) {
    let is_given = value.is_some() || kind.is_some();
    let value = match (value, kind) {
        (Some(value), _) => value,
        (None, Some(None)) => DiscountValue::default(),
        (None, _) => DiscountValue::of(details.discount_type, details.discount_value),
    };
    put(kind, &mut details.discount_type);
    match value.stored(details.discount_type) {
        // One that stood in the record before is nobody's slip of today.
        Some(0) if is_given && details.discount_type.is_some() => form.refuse(
            "discount_value",
            "required",
            "Isi besarnya potongan; tanpa potongan, kosongkan jenisnya.",
            "Say how much the discount is; for no discount leave its kind empty.",
        ),
        Some(stored) => details.discount_value = stored,
        None => form.refuse(
            "discount_value",
            "bad_discount",
            "Potongan dalam rupiah ditulis bulat, tanpa koma.",
            "A discount in rupiah is a whole number.",
        ),
    }
}

fn is_blank(text: &Option<Option<String>>) -> bool {
    text.as_ref()
        .and_then(Option::as_ref)
        .is_none_or(|text| text.trim().is_empty())
}

fn put<T>(given: Option<T>, place: &mut T) {
    if let Some(value) = given {
        *place = value;
    }
}

fn ipv4(text: &str, had: Option<&str>, form: &mut FormCheck) -> String {
    match text.parse::<std::net::Ipv4Addr>() {
        Ok(address) if is_of_a_device(address) || had == Some(text) => address.to_string(),
        Ok(address) => {
            form.refuse(
                "static_ip",
                "not_of_a_device",
                format!(
                    "{address} bukan alamat satu perangkat. Isi alamat pelanggan ini, seperti 10.10.0.25."
                ),
                format!(
                    "{address} is not the address of one device. Enter this customer's, like 10.10.0.25."
                ),
            );
            text.to_owned()
        }
        Err(_) => {
            form.refuse(
                "static_ip",
                "not_an_address",
                "Alamat IP ditulis seperti 10.10.0.25.",
                "An address is written like 10.10.0.25.",
            );
            text.to_owned()
        }
    }
}

/// The MAC address as routers write it, `AA:BB:CC:DD:EE:FF`.
fn mac_address(text: &str, form: &mut FormCheck) -> String {
    let digits: String = text
        .chars()
        .filter(char::is_ascii_hexdigit)
        .collect::<String>()
        .to_ascii_uppercase();
    let separators = text
        .chars()
        .filter(|c| !c.is_ascii_hexdigit())
        .all(|c| matches!(c, ':' | '-' | '.'));
    let is_one = digits.chars().any(|digit| digit != '0') && digits.chars().any(|digit| digit != 'F');
    if digits.len() != 12 || !separators || !is_one {
        form.refuse(
            "mac_address",
            "not_a_mac",
            "Alamat MAC ditulis seperti AA:BB:CC:DD:EE:FF.",
            "A MAC address is written like AA:BB:CC:DD:EE:FF.",
        );
        return text.to_owned();
    }
    let pairs: Vec<&str> = (0..6)
        .filter_map(|pair| digits.get(pair * 2..pair * 2 + 2))
        .collect();
    pairs.join(":")
}
