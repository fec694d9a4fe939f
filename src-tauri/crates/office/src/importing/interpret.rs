//! From a table of text to customers to be, row by row. All that is wrong with a row is said at once, so that nobody has
//! to mend a file one problem at a time.

use billing::{BillingDay, CustomerStatus};
use jiff::civil::Date;

use super::cells::RowReading;
use super::debts;
use super::headings::Field;
use super::known::{Found, Known};
use super::layout::Layout;
use super::line::line;
use super::problem::Fault;
use super::reading::Sheet;
use super::register::Register;
use super::rows::{Discount, ImportRow, Interpretation};
use super::uniqueness::Claim;
use super::values::amounts::AmountFault;
use super::values::dates::{self, DateFault};
use super::values::words::{self, RapelFault};
use super::values::{amounts, numbering, phones};

/// The most characters of a name: beyond, two cells have run together.
const LONGEST_NAME: usize = 120;
/// The most characters of an address or a reason.
const LONGEST_TEXT: usize = 500;
/// The most characters of a customer number.
const LONGEST_NUMBER: usize = 40;

/// Understands a table against what the office has. Every row either becomes an [`ImportRow`] or has at least one fatal
/// problem; a row that becomes one may still have problems that are not fatal.
#[must_use]
pub fn interpret(sheet: &Sheet, known: &Known) -> Interpretation {
    let mut problems = Vec::new();
    let (layout, columns) = Layout::of(sheet, &mut problems);
    let mut register = Register::of(known);
    let mut rows = Vec::with_capacity(sheet.rows.len());
    for row in &sheet.rows {
        rows.extend(customer(
            &mut RowReading::of(row, &layout, &mut problems),
            &mut register,
        ));
    }
    Interpretation {
        columns,
        rows,
        problems,
        total_rows: sheet.rows.len(),
        new_areas: register.into_new_areas(),
    }
}

fn customer(row: &mut RowReading<'_, '_>, register: &mut Register<'_>) -> Option<ImportRow> {
    if !row.fits_the_headings() {
        return None;
    }
    let status = status(row);
    let is_gone = status == Some(CustomerStatus::Terminated);
    let customer_no = customer_no(row, register);
    let name = name(row);
    let phone = phone(row);
    let address = row.line(Field::Address, LONGEST_TEXT);
    let package_id = package(row, register);
    let line = line(row, register, is_gone);
    let odp = row.line(Field::Odp, LONGEST_NAME);
    let area = row.line(Field::Area, LONGEST_NAME);
    let collector_id = collector(row, register);
    let billing_day = billing_day(row);
    let billing_start = date(row, Field::BillingStart);
    let discount = discount(row);
    let taxed = taxed(row);
    let rapel_months = rapel(row);
    let debt = debts::debt(row);
    if row.is_bad() {
        return None;
    }
    let line = line?;
    Some(ImportRow {
        line_no: row.line_no(),
        customer_no,
        name: name?,
        phone,
        address,
        package_id: package_id?,
        router_id: line.router_id,
        connection_type: line.connection_type,
        pppoe_username: line.pppoe_username,
        pppoe_password: line.pppoe_password,
        static_ip: line.static_ip,
        mac_address: line.mac_address,
        ont_serial: line.ont_serial,
        odp,
        // An area is only added to the list of new ones by a row that is good.
        area: area.map(|area| register.area(area)),
        collector_id,
        billing_day,
        billing_start,
        discount,
        taxed,
        rapel_months,
        debt,
        status,
    })
}

fn name(row: &mut RowReading<'_, '_>) -> Option<String> {
    if row.text(Field::Name).is_none() {
        row.blame(Field::Name, &Fault::NameMissing);
        return None;
    }
    row.line(Field::Name, LONGEST_NAME)
}

fn customer_no(row: &mut RowReading<'_, '_>, register: &mut Register<'_>) -> Option<String> {
    let text = row.exact(Field::CustomerNo, LONGEST_NUMBER)?;
    match register
        .customer_numbers
        .claim(text.to_lowercase(), row.line_no())
    {
        Claim::Granted => {}
        Claim::Line(line) => row.blame(Field::CustomerNo, &Fault::CustomerNoTwice { text, line }),
        Claim::Existing => row.blame(Field::CustomerNo, &Fault::CustomerNoTaken { text }),
    }
    Some(text.to_owned())
}

/// A number that cannot be read refuses the row; a missing one is only mentioned.
fn phone(row: &mut RowReading<'_, '_>) -> Option<String> {
    let Some(text) = row.text(Field::Phone) else {
        // A missing column is mentioned once, at the headings.
        if row.has_column(Field::Phone) {
            row.blame(Field::Phone, &Fault::PhoneMissing);
        }
        return None;
    };
    if numbering::is_rounded(text) {
        row.blame(Field::Phone, &Fault::Rounded { text });
        return None;
    }
    let Some(reached) = phones::phone(text) else {
        row.blame(Field::Phone, &Fault::PhoneInvalid { text });
        return None;
    };
    if reached.has_more {
        row.blame(Field::Phone, &Fault::PhoneSecond);
    }
    Some(reached.number)
}

fn package(row: &mut RowReading<'_, '_>, register: &Register<'_>) -> Option<i64> {
    let known = &register.package_list;
    let Some(text) = row.text(Field::Package) else {
        row.blame(Field::Package, &Fault::PackageMissing { known });
        return None;
    };
    let found = match register.packages.find(text) {
        Found::None => {
            let former = register.former_packages.find(text);
            if let Found::One(_) = former {
                row.blame(Field::Package, &Fault::PackageFormer { text });
            }
            former
        }
        found => found,
    };
    match found {
        Found::One(id) => return Some(id),
        Found::Several => row.blame(Field::Package, &Fault::PackageAmbiguous { text }),
        Found::None => row.blame(Field::Package, &Fault::PackageUnknown { text, known }),
    }
    None
}

fn collector(row: &mut RowReading<'_, '_>, register: &Register<'_>) -> Option<i64> {
    let text = row.text(Field::Collector)?;
    match register.collectors.find(text) {
        Found::One(id) => Some(id),
        Found::Several | Found::None => {
            row.blame(Field::Collector, &Fault::CollectorUnknown { text });
            None
        }
    }
}

/// Reads `5`, `tgl 5`, or a whole date, of which the day counts.
fn billing_day(row: &mut RowReading<'_, '_>) -> Option<BillingDay> {
    let text = row.text(Field::BillingDay)?;
    let lower = text.to_lowercase();
    let bare = ["tanggal", "tgl"]
        .iter()
        .find_map(|word| lower.strip_prefix(word))
        .unwrap_or(&lower);
    let day = match bare.trim_start_matches('.').trim().parse::<i64>() {
        Ok(day) => Some(day),
        Err(_) => dates::day(text).ok().map(|date| i64::from(date.day())),
    };
    let fault = match day.map(|day| (day, BillingDay::new(day))) {
        Some((_, Ok(day))) => return Some(day),
        Some((day @ 29..=31, Err(_))) => Fault::BillingDayTooLate { day },
        _ => Fault::BillingDayInvalid { text },
    };
    row.blame(Field::BillingDay, &fault);
    None
}

fn date(row: &mut RowReading<'_, '_>, field: Field) -> Option<Date> {
    let text = row.text(field)?;
    let fault = match dates::day(text) {
        Ok(date) => return Some(date),
        Err(DateFault::Unreadable) => Fault::DateUnreadable { text },
        Err(DateFault::DoesNotExist) => Fault::DateImpossible { text },
        Err(DateFault::OutOfRange) => Fault::DateOutOfRange { text },
    };
    row.blame(field, &fault);
    None
}

fn discount(row: &mut RowReading<'_, '_>) -> Option<Discount> {
    let reason = row.line(Field::DiscountReason, LONGEST_TEXT);
    let text = row.text(Field::Discount)?;
    match amounts::discount(text) {
        Ok(discount) => discount.map(|(kind, value)| Discount { kind, value, reason }),
        Err(fault) => {
            let blame = match fault {
                AmountFault::Negative => Fault::DiscountNegative { text },
                other => debts::amount_fault(other, text),
            };
            row.blame(Field::Discount, &blame);
            None
        }
    }
}

fn taxed(row: &mut RowReading<'_, '_>) -> Option<bool> {
    let text = row.text(Field::Taxed)?;
    let taxed = words::yes_or_no(text);
    if taxed.is_none() {
        row.blame(Field::Taxed, &Fault::YesNoUnreadable { text });
    }
    taxed
}

fn rapel(row: &mut RowReading<'_, '_>) -> Option<u32> {
    let text = row.text(Field::Rapel)?;
    let fault = match words::rapel(text) {
        Ok(months) => return months,
        Err(RapelFault::WithoutMonths) => Fault::RapelWithoutMonths,
        Err(RapelFault::Unreadable) => Fault::RapelUnreadable { text },
    };
    row.blame(Field::Rapel, &fault);
    None
}

fn status(row: &mut RowReading<'_, '_>) -> Option<CustomerStatus> {
    let text = row.text(Field::Status)?;
    let Some(standing) = words::status(text) else {
        row.blame(Field::Status, &Fault::StatusUnknown { text });
        return None;
    };
    if standing.is_vague {
        row.blame(Field::Status, &Fault::StatusVague { text });
    }
    Some(standing.status)
}
