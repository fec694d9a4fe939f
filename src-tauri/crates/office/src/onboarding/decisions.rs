//! What a person decided about a router's lines: the body of an import.

use billing::Rupiah;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::change::given;

billing::text_enum! {
    /// What is to be done with a line.
    pub enum LineAction as "action" {
        /// A new customer.
        Create => "create",
        /// It is this customer's.
        Match => "match",
        /// Nothing.
        Leave => "leave",
    }
}

/// Takes lines of a router in, all or none. Nothing is sent to the router. A line that a customer has already is left as
/// it is, so that the same request twice does nothing twice. New packages and mappings need their own abilities.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRouterLines {
    /// The router; set from the path.
    #[serde(skip)]
    pub router_id: i64,
    /// The first day that new customers are billed for; the billing day of the next month when absent.
    #[schema(value_type = Option<String>, format = Date)]
    pub billing_start: Option<Date>,
    /// The day of the month on which they are billed, 1 to 28; 1 when absent.
    pub billing_day: Option<i64>,
    /// Whether PPN falls on the new customers, if the office is a PKP; `true` when absent.
    pub taxed: Option<bool>,
    /// Whether the passwords of their secrets are read and sealed; `true` when absent.
    pub keep_passwords: Option<bool>,
    /// Whether new customers whose line stays closed are billed like the others, as far as the office bills closed lines;
    /// `true` when absent. `false` sets them aside from today on: closed and not billed until somebody takes them up.
    pub bill_closed: Option<bool>,
    /// Profiles of which a person says that lines were closed with them here: their lines are closed ones, and no package
    /// is theirs. The preview has to be asked with the same.
    #[serde(default)]
    pub closed_profiles: Vec<String>,
    /// Profiles of which a person says that lines are open with them, though they look like those of closed lines. The
    /// preview has to be asked with the same.
    #[serde(default)]
    pub open_profiles: Vec<String>,
    /// Packages to be made first.
    #[serde(default)]
    pub packages: Vec<NewPackage>,
    /// Profiles of the router that packages are mapped to.
    #[serde(default)]
    pub mappings: Vec<NewMapping>,
    /// The lines; one that is not named is left.
    pub lines: Vec<LineDecision>,
}

/// A package to be made. One that exists just so is used.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPackage {
    /// The short code: letters, digits, `-`, `_` and `.`.
    pub code: String,
    /// The name that customers read.
    pub name: String,
    /// Towards the customer, kbit/s.
    pub speed_download: i64,
    /// From the customer, kbit/s.
    pub speed_upload: i64,
    /// Rupiah a month.
    pub price: Rupiah,
}

/// A profile that the router has for a package. Either `package_id` or `new_package`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMapping {
    /// The profile's name on the router.
    pub profile: String,
    /// A package that exists.
    pub package_id: Option<i64>,
    /// The place in `packages` of a package to be made, from 0.
    pub new_package: Option<usize>,
}

/// What to do with one line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineDecision {
    /// The line, as the preview names it.
    pub key: String,
    /// The digest that the preview gave; required unless the line is left. A line that changed since is refused.
    pub digest: Option<String>,
    /// What to do.
    pub action: LineAction,
    /// Whose it is; required for `match`.
    pub customer_id: Option<i64>,
    /// Its package. A new customer needs this or `new_package`; for `match` absent means the customer's own.
    pub package_id: Option<i64>,
    /// The place in `packages` of a package to be made, from 0.
    pub new_package: Option<usize>,
    /// The new customer's name; as the preview guessed it when absent.
    pub name: Option<String>,
    /// The telephone number; as guessed when absent, none when `null`.
    #[serde(default, deserialize_with = "given")]
    pub phone: Option<Option<String>>,
    /// The address; as guessed when absent, none when `null`.
    #[serde(default, deserialize_with = "given")]
    pub address: Option<Option<String>>,
    /// The area.
    pub area_id: Option<i64>,
    /// The first day that is billed, where it differs from the others'.
    #[schema(value_type = Option<String>, format = Date)]
    pub billing_start: Option<Date>,
    /// The billing day, where it differs from the others'.
    pub billing_day: Option<i64>,
    /// Whether a line that is closed on the router stays closed, by an override; `true` when absent.
    pub keep_closed: Option<bool>,
    /// Whether a new customer whose line stays closed is billed, where it differs from the others'.
    pub bill_closed: Option<bool>,
    /// Whether a customer who has another line gets this one instead; `false` when absent.
    pub replace_line: Option<bool>,
}
