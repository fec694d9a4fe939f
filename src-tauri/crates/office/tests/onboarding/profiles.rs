//! Mapping packages to profiles that a router has already.

use office::Actor;
use office::onboarding::{MapProfiles, ProfileChoice, ReadProfileMappings};
use simulators::router::Profile;

use crate::engine::{Engine, on_both};
use crate::office_with_router::{watching, writes};

on_both!(a_package_is_mapped_to_a_profile_that_is_there_and_back_again);

async fn a_package_is_mapped_to_a_profile_that_is_there_and_back_again(on: Engine) {
    let desk = watching(&on).await;
    desk.router.load_profiles([
        Profile::new("sepuluh", "5120k/10M"),
        Profile::new("isolated", "64k/64k"),
    ]);
    let map = |profile: Option<&str>| MapProfiles {
        router_id: desk.router_id,
        mappings: vec![ProfileChoice {
            package_id: desk.package_id,
            profile: profile.map(str::to_owned),
        }],
    };
    let read = ReadProfileMappings {
        router_id: desk.router_id,
    };
    let console = Actor::console();
    let before = desk.office.perform(&console, read).await.unwrap();
    let package = &before.packages[0];
    assert_eq!(
        (package.profile.as_str(), package.mapped, package.exists),
        ("pkg-hemat-10", false, false)
    );
    for (profile, code) in [("tidak-ada", "profile_missing"), ("isolated", "profile_isolated")] {
        let refused = desk
            .office
            .perform(&console, map(Some(profile)))
            .await
            .unwrap_err();
        assert_eq!(refused.fields[0].code, code);
    }
    let mapped = desk.office.perform(&console, map(Some("sepuluh"))).await.unwrap();
    let package = &mapped.packages[0];
    assert_eq!(
        (package.profile.as_str(), package.mapped, package.exists),
        ("sepuluh", true, true)
    );
    let ten = mapped.profiles.iter().find(|it| it.name == "sepuluh").unwrap();
    assert_eq!(
        (ten.speed_download, ten.speed_upload, ten.isolated),
        (Some(10_000), Some(5_120), false)
    );
    let back = desk.office.perform(&console, map(None)).await.unwrap();
    assert!(!back.packages[0].mapped);
    assert_eq!(writes(&desk.router), 0);
}
