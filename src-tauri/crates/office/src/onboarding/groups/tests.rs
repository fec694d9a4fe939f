use billing::Rupiah;
use jiff::Timestamp;
use store::packages::Details;

use super::*;

fn package(id: i64, code: &str, speed: (i64, i64)) -> Package {
    Package {
        id,
        details: Details {
            code: code.into(),
            name: format!("Paket {code}"),
            speed_download: speed.0,
            speed_upload: speed.1,
            price: Rupiah(100_000),
            is_active: true,
        },
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        version: 1,
    }
}

fn made(packages: &[Package], mappings: &[Mapping], profiles: &[(&str, &str)]) -> Vec<LineGroup> {
    let limits: Limits = profiles
        .iter()
        .map(|(name, limit)| ((*name).to_owned(), Some((*limit).to_owned())))
        .collect();
    let sold: Vec<SoldAs> = profiles
        .iter()
        .enumerate()
        .flat_map(|(place, (name, _))| {
            // The first is the largest.
            std::iter::repeat_n(SoldAs::Profile((*name).to_owned()), profiles.len() - place)
        })
        .collect();
    let ground = Ground {
        packages,
        mappings,
        profiles: &limits,
        hotspot_profiles: &Limits::new(),
        router: "Gedung A",
    };
    groups(sold.iter(), &ground)
}

#[test]
fn a_profile_finds_its_package_by_mapping_name_or_speed() {
    let packages = [
        package(1, "A", (10_000, 5_000)),
        package(2, "B", (20_000, 20_000)),
        package(3, "Hemat", (1_000, 1_000)),
    ];
    let mapping = Mapping {
        router_id: 1,
        package_id: 1,
        profile: "sepuluh".into(),
    };
    let groups = made(
        &packages,
        &[mapping],
        &[
            ("sepuluh", "1M/1M"),
            ("dua-puluh", "20M/20M"),
            ("pkg-hemat", "3M/3M"),
        ],
    );
    let found: Vec<_> = groups
        .iter()
        .map(|group| (group.by, group.package_id, group.map_profile))
        .collect();
    assert_eq!(
        found,
        [
            (PackageBy::Mapped, Some(1), false),
            (PackageBy::Speed, Some(2), true),
            (PackageBy::ProfileName, Some(3), false),
        ]
    );
}

#[test]
fn a_second_profile_of_the_same_speed_is_another_package() {
    let packages = [package(1, "A", (10_000, 10_000))];
    let groups = made(&packages, &[], &[("10M", "10M/10M"), ("10M-gedung-b", "10M/10M")]);
    assert_eq!((groups[0].by, groups[0].package_id), (PackageBy::Speed, Some(1)));
    assert_eq!(groups[1].by, PackageBy::New);
    let new = groups[1].new_package.as_ref().unwrap();
    assert_eq!(
        (new.code.as_str(), new.speed_download, new.price),
        ("10M-gedung-b", Some(10_000), None)
    );
}

#[test]
fn two_packages_of_the_same_speed_are_left_to_a_person_unless_the_name_tells() {
    let packages = [
        package(1, "A", (10_000, 10_000)),
        package(2, "VIP", (10_000, 10_000)),
    ];
    let groups = made(&packages, &[], &[("sepuluh", "10M/10M")]);
    assert_eq!(
        (groups[0].by, groups[0].package_id, &groups[0].candidates),
        (PackageBy::Nothing, None, &vec![1, 2])
    );
    let groups = made(&packages, &[], &[("vip", "10M/10M")]);
    assert_eq!((groups[0].by, groups[0].package_id), (PackageBy::Name, Some(2)));
}

#[test]
fn a_new_package_has_a_code_that_is_one_and_that_nobody_has() {
    let mut gone = package(1, "paket-10", (1, 1));
    gone.details.is_active = false;
    let packages = [gone];
    let groups = made(
        &packages,
        &[],
        &[("Paket 10%", "10M/10M"), ("=Paket 10", "11M/11M")],
    );
    let codes: Vec<_> = groups
        .iter()
        .map(|group| group.new_package.as_ref().unwrap().code.as_str())
        .collect();
    assert_eq!(codes, ["Paket-10-2", "Paket-10-3"]);
}

#[test]
fn a_speed_is_read_from_a_name_only_where_it_says_megabit() {
    let of = |name: &str| speed_in_name(name).map(|speed| speed.download);
    for name in ["10M", "PAKET-10MBPS", "rumah 10 mbps", "home10mb"] {
        assert_eq!(of(name), Some(10_000), "{name:?}");
    }
    for name in ["", "paket 10", "rumah2", "99999999999999999999M", "10menit"] {
        assert_eq!(of(name), None, "{name:?}");
    }
    assert_eq!(
        (decimal(5_120), decimal(10_000), decimal(512)),
        ("5.12".to_owned(), "10".to_owned(), "0.512".to_owned())
    );
}

#[test]
fn packages_that_would_be_called_the_same_are_told_apart() {
    let profiles = Limits::from([("default".to_owned(), Some("10M/20M".to_owned()))]);
    let hotspot_profiles = Limits::from([("default".to_owned(), Some("1M/2M".to_owned()))]);
    let sold = [
        SoldAs::Profile("default".into()),
        SoldAs::Profile("default".into()),
        SoldAs::HotspotProfile("default".into()),
    ];
    let names = |packages: &[Package]| -> Vec<String> {
        let ground = Ground {
            packages,
            mappings: &[],
            profiles: &profiles,
            hotspot_profiles: &hotspot_profiles,
            router: "Gedung B",
        };
        groups(sold.iter(), &ground)
            .into_iter()
            .filter_map(|group| group.new_package)
            .map(|package| package.name)
            .collect()
    };
    assert_eq!(names(&[]), ["default", "default (hotspot)"]);
    // Packages that are not sold any more keep their names.
    let mut former = package(1, "X", (1, 1));
    former.details.name = "Default".into();
    former.details.is_active = false;
    let mut other = package(2, "Y", (1, 1));
    other.details.name = "default (hotspot)".into();
    other.details.is_active = false;
    assert_eq!(names(&[former, other]), ["default (PPPoE)", "default (Gedung B)"]);
}
