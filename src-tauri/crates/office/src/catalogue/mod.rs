//! What the office sells and where: packages and areas.

mod areas;
mod packages;

pub use areas::{AddArea, AreaView, ListAreas, RenameArea};
pub use packages::{AddPackage, ChangePackage, ListPackages, PackageView, ReadPackage};
pub(crate) use packages::{added as package_added, check as check_package};
