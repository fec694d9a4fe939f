//! The name of the profile by which closed lines are told from open ones. Another name would declare every line open that
//! still has the old one, so it is refused while the router has such lines; which they are is asked of the router.

use store::routers::Router;

use crate::access::{LineBook, router_reading};
use crate::error::{Error, FormCheck, Result};
use crate::network::Said;
use crate::office::Call;

/// Refuses a profile for closed lines that a package's lines have there while they are open: nobody could be closed by it,
/// and everybody who has it would count as closed.
///
/// # Errors
/// `isolated_profile_of_package`, on its field.
pub(crate) async fn must_not_be_a_packages(call: &Call<'_>, router: &Router, profile: &str) -> Result<()> {
    let mut tx = call.read().await?;
    let book = LineBook::of(&mut tx, router.id).await?;
    let Some(package) = book.package_of(profile) else {
        return Ok(());
    };
    let mut form = FormCheck::new();
    form.refuse(
        "isolated_profile",
        "isolated_profile_of_package",
        format!(
            "Profil {profile} dipakai paket {package}, jadi tidak dapat menutup jalur. Pilih profil lain."
        ),
        format!(
            "The profile {profile} is the package {package}'s, so it cannot close a line. Choose another one."
        ),
    );
    form.finish()
}

/// Refuses another profile for closed lines while the router has lines under the old one.
///
/// # Errors
/// `isolated_profile_in_use`, and whatever failure the router causes: what cannot be read is not empty.
pub(crate) async fn may_be_renamed(call: &Call<'_>, router: &Router) -> Result<()> {
    let mut tx = call.read().await?;
    let closed = store::access::closed_at(&mut tx, router.id).await?;
    drop(tx);
    if closed == 0 {
        return Ok(());
    }
    let read = router_reading::read(call, router.id).await?;
    let left = read.lines.iter().filter(|(_, line)| {
        let said = read.snapshot.about(line);
        matches!(said, Ok(Said::Pppoe { profile, .. }) if profile == read.isolated)
    });
    let left = left.count();
    if left == 0 {
        return Ok(());
    }
    let (name, old) = (&router.details.name, &router.details.isolated_profile);
    Err(Error::conflict(
        "isolated_profile_in_use",
        format!(
            "{left} jalur di router {name} sedang tertutup dengan profil {old}; dengan nama lain semuanya akan dianggap \
             terbuka. Ganti dulu nama profil itu di router (secret ikut berganti), lalu ubah namanya di sini."
        ),
        format!(
            "{left} lines on the router {name} are closed under the profile {old}; under another name they would all count \
             as open. Rename that profile on the router first (its secrets follow), then change the name here."
        ),
    ))
}

/// Reads the router once more, so that what is known of its lines goes by the new name. One that does not answer is read
/// the next time.
pub(crate) async fn read_again(call: &Call<'_>, router_id: i64) {
    if let Err(error) = router_reading::read(call, router_id).await {
        tracing::info!(router_id, code = error.code, "the router was not read again");
    }
}
