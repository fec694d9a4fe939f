//! What the office sells and where: packages and areas.

mod areas;
mod packages;

pub use areas::{AddArea, AreaView, ListAreas, RenameArea};
pub(crate) use packages::check as check_package;
pub use packages::{AddPackage, ChangePackage, ListPackages, PackageView, ReadPackage};
