use proptest::prelude::*;

use super::*;

/// Name, phone, address.
fn parts(comment: &str, user_name: &str) -> (String, String, String) {
    let guess = guess(Some(comment), Some(user_name));
    (
        guess.name.unwrap_or_default(),
        guess.phone.unwrap_or_default(),
        guess.address.unwrap_or_default(),
    )
}

#[test]
fn comments_as_offices_write_them_give_name_phone_and_address() {
    let phone = "6281234567890";
    for (comment, name, number, address) in [
        ("Budi Santoso 081234567890", "Budi Santoso", phone, ""),
        ("Pak Joko / 0812-3456-7890 / Blok C", "Pak Joko", phone, "Blok C"),
        (
            "Siti Aminah (081234567890) Jl. Melati 5",
            "Siti Aminah",
            phone,
            "Jl. Melati 5",
        ),
        (
            "budi hartono RT 03/05 dekat masjid",
            "Budi Hartono",
            "",
            "RT 03/05 dekat masjid",
        ),
        (
            "nama: Rina, hp: 081234567890, alamat: Gg. Mawar 2",
            "Rina",
            phone,
            "Gg. Mawar 2",
        ),
        ("Agus - 10Mbps - 150rb", "Agus", "", ""),
        ("081234567890", "Budi", phone, ""),
        ("Blok D 12", "Budi", "", "Blok D 12"),
        ("ID: PLG-00007 - Ibu Wati", "Ibu Wati", "", ""),
        ("Dewi\n081234567890\nDusun Krajan", "Dewi", phone, "Dusun Krajan"),
    ] {
        assert_eq!(
            parts(comment, "budi"),
            (name.into(), number.into(), address.into()),
            "{comment:?}"
        );
    }
    assert_eq!(
        guess(Some("id: PLG-00007"), None).customer_no.as_deref(),
        Some("PLG-00007")
    );
    assert_eq!(guess(Some("ID: KTP ada"), None).customer_no, None);
}

#[test]
fn names_with_titles_and_houses_are_kept_whole_and_a_free_line_is_a_term() {
    let phone = "6281234567890";
    for (comment, name, number, address, free) in [
        ("Pak RT gratis", "Pak RT", "", "", Some("gratis")),
        (
            "Pak RT gratis karena izin tiang",
            "Pak RT",
            "",
            "",
            Some("gratis karena izin tiang"),
        ),
        ("Bu RW 081234567890", "Bu RW", phone, "", None),
        ("Pak RT 05 Blok C", "Pak RT 05", "", "Blok C", None),
        ("gratis Pak RT", "Pak RT", "", "", Some("gratis")),
        ("Ketua RT 02 / free", "Ketua RT 02", "", "", Some("free")),
        (
            "H. Ahmad Dahlan RT 01/02",
            "H. Ahmad Dahlan",
            "",
            "RT 01/02",
            None,
        ),
        (
            "Hj. Siti Maryam (081234567890)",
            "Hj. Siti Maryam",
            phone,
            "",
            None,
        ),
        (
            "Bpk. Slamet Blok D5 gratis",
            "Bpk. Slamet",
            "",
            "Blok D5",
            Some("gratis"),
        ),
        (
            "Bu Ani warung gratis sampai Desember",
            "Bu Ani warung",
            "",
            "",
            Some("gratis sampai Desember"),
        ),
        (
            "Warung Mbok Darmi Gg. Melati",
            "Warung Mbok Darmi",
            "",
            "Gg. Melati",
            None,
        ),
        ("Pos Ronda RT 03 free", "Pos Ronda", "", "RT 03", Some("free")),
        (
            "Masjid Al-Ikhlas GRATIS",
            "Masjid Al-Ikhlas",
            "",
            "",
            Some("GRATIS"),
        ),
        ("Balai Desa Sukamaju", "Balai Desa Sukamaju", "", "", None),
        (
            "Kantor Kelurahan - Jl. Raya 1 - free",
            "Kantor Kelurahan",
            "",
            "Jl. Raya 1",
            Some("free"),
        ),
        ("Pak Kades (gratis)", "Pak Kades", "", "", Some("gratis")),
        ("Budi RT 03 RW 05", "Budi", "", "RT 03 RW 05", None),
    ] {
        let guess = guess(Some(comment), Some("user1"));
        let text = |part: Option<String>| part.unwrap_or_default();
        assert_eq!(
            (
                text(guess.name),
                text(guess.phone),
                text(guess.address),
                guess.terms.free.as_deref()
            ),
            (name.into(), number.into(), address.into(), free),
            "{comment:?}"
        );
    }
    let of_user = guess(None, Some("pak-rt-gratis"));
    assert_eq!(of_user.name.as_deref(), Some("Pak Rt Gratis"));
}

#[test]
fn a_user_name_stands_in_where_the_comment_names_nobody() {
    for (user_name, name, address) in [
        ("budi-rt03", "Budi", "RT03"),
        ("budi.santoso@mawar", "Budi Santoso", ""),
        ("siti02", "Siti", ""),
        ("joko_blokc_12", "Joko", "BLOKC 12"),
        ("user12", "User12", ""),
        ("plg00001", "Plg00001", ""),
        ("0012", "0012", ""),
    ] {
        let guess = guess(None, Some(user_name));
        assert!(guess.name_of_user, "{user_name:?}");
        assert_eq!(guess.name.as_deref(), Some(name), "{user_name:?}");
        assert_eq!(guess.address.unwrap_or_default(), address, "{user_name:?}");
    }
    assert_eq!(guess(None, None), Guess::default());
}

#[test]
fn a_hostile_comment_gives_no_formula_and_nothing_without_end() {
    for comment in [
        "=HYPERLINK(\"http://x\",\"y\")",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "\u{0}\u{7}=1",
    ] {
        let name = guess(Some(comment), Some("budi")).name.unwrap_or_default();
        assert!(
            !name.starts_with(['=', '+', '-', '@']) && !name.contains(char::is_control),
            "{comment:?} gives {name:?}"
        );
    }
    let endless = "Budi ".repeat(200_000);
    let guess = guess(Some(&endless), None);
    assert!(guess.name.unwrap_or_default().chars().count() <= LONGEST_NAME);
    assert!(guess.address.unwrap_or_default().chars().count() <= LONGEST_ADDRESS);
}

#[test]
fn further_numbers_are_mentioned_and_the_first_is_used() {
    let guess = guess(Some("Budi 081234567890 / 085711112222"), None);
    assert_eq!(guess.phone.as_deref(), Some("6281234567890"));
    assert!(guess.more_phones);
}

proptest! {
    #[test]
    fn no_comment_is_too_strange(comment in "\\PC{0,120}", user_name in "\\PC{0,40}") {
        let guess = guess(Some(&comment), Some(&user_name));
        let name = guess.name.unwrap_or_default();
        prop_assert!(name.chars().count() <= LONGEST_NAME);
        prop_assert!(!name.starts_with(['=', '+', '-', '@']));
    }
}
