//! What rows refer to and may clash with: packages, routers, names and numbers in use; and columns as a whole.

use billing::{ConnectionType, CustomerStatus};
use office::importing::{Field, Known, KnownPackage, KnownRouter, interpret};

use crate::{codes, office, refusal_of, row_with, sheet, understood, warning_of};

fn two_routers() -> Known {
    let mut known = office();
    known.routers.push(KnownRouter {
        id: 8,
        name: "RB-Timur".into(),
    });
    known
}

#[test]
fn rows_without_a_router_take_the_chosen_one_and_a_row_that_names_one_keeps_it() {
    let known = Known {
        usual_router: Some(8),
        ..two_routers()
    };
    let table = "Nama;HP;Paket;User;Router\nA;081234567801;home-10;a;\nB;081234567802;home-10;b;RB-Pusat\n";
    let it = interpret(&sheet(table), &known);
    assert_eq!(codes(&it), []);
    let routers: Vec<Option<i64>> = it.rows.iter().map(|row| row.router_id).collect();
    assert_eq!(routers, [Some(8), Some(7)]);
}

#[test]
fn a_package_is_found_by_code_or_name_in_any_case() {
    let it = understood("Nama;Paket;User\nA;home-10;a\nB;HOME 20 MBPS;b\nC;Home10Mbps;c\n");
    assert_eq!(
        it.rows.iter().map(|row| row.package_id).collect::<Vec<_>>(),
        [1, 2, 1]
    );
}

#[test]
fn an_unknown_package_is_refused_with_those_that_exist() {
    let it = understood("Nama;Paket;User;HP\nA;TURBO;a;081234567890\nB;;b;081234567890\n");
    assert_eq!(codes(&it), [(2, "package_unknown"), (3, "package_missing")]);
    for problem in &it.problems {
        assert!(
            problem.message_id.contains("HOME-10, HOME-20"),
            "{}",
            problem.message_id
        );
        assert!(
            problem.message_en.contains("HOME-10, HOME-20"),
            "{}",
            problem.message_en
        );
    }
    assert!(it.problems[0].message_id.contains("TURBO"));
}

#[test]
fn a_name_of_two_packages_asks_for_the_code() {
    let mut known = office();
    known.packages.push(KnownPackage {
        id: 3,
        code: "OLD-10".into(),
        name: "home 10 mbps".into(),
        price: billing::Rupiah(100_000),
        is_active: true,
    });
    let table = sheet("Nama;Paket;User;HP\nA;Home 10 Mbps;a;081234567890\n");
    let it = interpret(&table, &known);
    assert_eq!(codes(&it), [(2, "package_ambiguous")]);
    known.packages[2].is_active = false;
    let it = interpret(&table, &known);
    assert_eq!(
        (codes(&it), it.rows[0].package_id),
        (vec![], 1),
        "the one that is sold is meant"
    );
    let old = sheet("Nama;Paket;User;HP\nA;OLD-10;a;081234567890\n");
    let it = interpret(&old, &known);
    assert_eq!(it.rows[0].package_id, 3, "a line may have the other still");
    let said: Vec<(&str, bool)> = it.problems.iter().map(|it| (it.code, it.fatal)).collect();
    assert_eq!(said, [("package_former", false)], "and the preview says so");
}

#[test]
fn a_row_without_a_router_gets_the_only_one() {
    let table = "Nama;Paket;User;HP\nA;HOME-10;a;081234567890\n";
    assert_eq!(interpret(&sheet(table), &office()).rows[0].router_id, Some(7));
    let it = interpret(&sheet(table), &two_routers());
    assert_eq!(codes(&it), [(2, "router_unclear")]);
    assert!(
        it.problems[0].message_id.contains("RB-Pusat, RB-Timur"),
        "{}",
        it.problems[0].message_id
    );
    let it = interpret(
        &sheet(table),
        &Known {
            routers: Vec::new(),
            ..office()
        },
    );
    assert_eq!(
        (it.rows[0].router_id, codes(&it)),
        (None, vec![]),
        "an office without routers bills all the same"
    );
}

#[test]
fn an_unknown_router_is_refused_with_those_that_exist() {
    let problem = refusal_of("Router", "RB-Barat");
    assert_eq!(
        (problem.code, problem.field),
        ("router_unknown", Some(Field::Router))
    );
    assert!(problem.message_en.contains("RB-Pusat"), "{}", problem.message_en);
}

#[test]
fn the_kind_of_a_line_follows_from_what_it_has() {
    let it = understood("Nama;Paket;User;IP\nA;HOME-10;a;\nB;HOME-10;;10.0.0.2\nC;HOME-10;c;10.0.0.3\n");
    let kinds: Vec<_> = it.rows.iter().map(|row| row.connection_type).collect();
    assert_eq!(
        kinds,
        [
            ConnectionType::Pppoe,
            ConnectionType::Static,
            ConnectionType::Pppoe
        ]
    );
    let it = understood("Nama;Paket;HP;Tipe\nA;HOME-10;081234567890;DHCP\nB;HOME-10;081234567890;hotspot\n");
    assert_eq!(it.problems, []);
    assert_eq!(it.rows[0].connection_type, ConnectionType::Dhcp);
}

#[test]
fn a_line_that_lacks_what_its_kind_needs_is_refused() {
    let it = understood(
        "Nama;Paket;HP;Tipe;User;IP\nA;HOME-10;081234567890;PPPoE;;10.0.0.2\nB;HOME-10;081234567890;static;b;\n\
         C;HOME-10;081234567890;;;\nD;HOME-10;081234567890;serat;d;\n",
    );
    let expected = [
        (2, "pppoe_username_missing"),
        (3, "static_ip_missing"),
        (4, "connection_type_unclear"),
        (5, "connection_type_unknown"),
    ];
    assert_eq!(codes(&it), expected);
    assert_eq!(it.bad_rows(), 4);
}

#[test]
fn a_pppoe_name_serves_one_line_of_a_router() {
    let it = understood(
        "Nama;Paket;HP;User\nA;HOME-10;081234567890;budi\nB;HOME-10;081234567890;budi\nC;HOME-10;081234567890;lama\n",
    );
    assert_eq!(
        codes(&it),
        [(3, "pppoe_username_twice"), (4, "pppoe_username_taken")]
    );
    assert!(it.problems[0].message_id.contains("baris 2") && it.problems[0].message_en.contains("line 2"));
    assert_eq!(it.rows.len(), 1, "the first keeps it");
}

#[test]
fn the_same_pppoe_name_on_two_routers_is_two_lines() {
    let table = "Nama;Paket;HP;User;Router\nA;HOME-10;081234567890;budi;RB-Pusat\nB;HOME-10;081234567890;budi;RB-Timur\n\
                 C;HOME-10;081234567890;lama;RB-Timur\n";
    assert_eq!(interpret(&sheet(table), &two_routers()).problems, []);
}

#[test]
fn a_device_has_one_lease_on_a_router_and_any_number_of_fixed_addresses() {
    let it = understood(
        "Nama;Paket;HP;Tipe;IP;MAC\nA;HOME-10;081234567890;dhcp;;02:00:00:00:00:01\n\
         B;HOME-10;081234567890;dhcp;;02-00-00-00-00-01\nC;HOME-10;081234567890;dhcp;;020000000009\n\
         D;HOME-10;081234567890;static;10.0.0.2;02:00:00:00:00:01\n",
    );
    assert_eq!(codes(&it), [(3, "mac_twice"), (4, "mac_taken")]);
}

#[test]
fn an_address_serves_one_line_of_a_router() {
    let it = understood(
        "Nama;Paket;HP;IP\nA;HOME-10;081234567890;10.0.0.2\nB;HOME-10;081234567890;10.0.0.2\nC;HOME-10;081234567890;10.0.0.9\n",
    );
    assert_eq!(codes(&it), [(3, "static_ip_twice"), (4, "static_ip_taken")]);
}

#[test]
fn a_customer_number_is_given_once_whatever_its_case() {
    let it = understood(
        "ID Pelanggan;Nama;Paket;HP;User\nA-1;A;HOME-10;081234567890;a\na-1;B;HOME-10;081234567890;b\nplg-00001;C;HOME-10;081234567890;c\n;D;HOME-10;081234567890;d\n",
    );
    assert_eq!(codes(&it), [(3, "customer_no_twice"), (4, "customer_no_taken")]);
    assert_eq!(
        it.rows[1].customer_no, None,
        "a customer without a number gets one later"
    );
}

#[test]
fn one_who_has_left_needs_no_line_and_holds_none() {
    let known = two_routers();
    let it = interpret(
        &sheet(
            "Nama;Paket;HP;User;Router;Status\nA;HOME-10;081234567890;lama;RB-Pusat;berhenti\nB;HOME-10;081234567890;;;berhenti\n",
        ),
        &known,
    );
    assert_eq!(it.problems, []);
    assert!(
        it.rows
            .iter()
            .all(|row| row.status == Some(CustomerStatus::Terminated))
    );
}

#[test]
fn a_new_area_is_listed_once_and_an_unknown_collector_does_not_stop_the_row() {
    let it = understood(
        "Nama;Paket;HP;User;Wilayah\nA;HOME-10;081234567890;a;Sukamaju\nB;HOME-10;081234567890;b; SUKAMAJU \n;X;1;;Ciledug\n",
    );
    assert_eq!(it.new_areas, ["Sukamaju"], "areas of refused rows are not made");
    assert_eq!(it.rows[1].area.as_deref(), Some("Sukamaju"));
    assert_eq!(row_with("Penagih", "ASEP").collector_id, Some(5));
    let problem = warning_of("Penagih", "Ujang");
    assert_eq!((problem.code, problem.fatal), ("collector_unknown", false));
}

#[test]
fn unknown_columns_are_kept_and_reported_as_ignored() {
    let it = understood("No;Nama;Paket;HP;User;Warna Rumah\n1;A;HOME-10;081234567890;a;hijau\n");
    assert_eq!(
        codes(&it),
        [(1, "column_ignored")],
        "a counter of rows is not worth a word"
    );
    assert!(it.problems[0].message_id.contains("Warna Rumah"));
    let fields: Vec<_> = it
        .columns
        .iter()
        .map(|column| (column.heading.as_str(), column.field))
        .collect();
    assert_eq!(fields[0], ("No", None));
    assert_eq!(fields[1], ("Nama", Some(Field::Name)));
    assert_eq!(fields[5], ("Warna Rumah", None));
}

#[test]
fn of_two_columns_for_one_field_the_first_is_used_and_the_other_reported() {
    let it = understood("Nama;Paket;User;No HP;No WA\nA;HOME-10;a;081234567890;081200000000\n");
    assert_eq!(codes(&it), [(1, "column_twice")]);
    assert_eq!(it.rows[0].phone.as_deref(), Some("6281234567890"));
    assert_eq!(it.columns[4].field, None);
}

#[test]
fn a_table_without_phones_says_so_once_and_not_for_every_row() {
    let it = understood("Nama;Paket;User\nA;HOME-10;a\nB;HOME-10;b\n");
    assert_eq!(codes(&it), [(1, "phone_column_missing")]);
}

#[test]
fn a_row_with_more_cells_than_headings_is_refused_because_its_cells_have_moved() {
    let it = understood(
        "Nama,Alamat,Paket,User,HP\nBudi,Jl. Melati 3, RT 1,HOME-10,budi,081234567890\nSiti,Jl. Mawar,HOME-10,siti,081234567890,,\n",
    );
    assert_eq!(
        codes(&it),
        [(2, "too_many_cells")],
        "one word about it, and none about the cells that moved"
    );
    assert_eq!(it.rows.len(), 1, "empty cells at the end are harmless");
}

#[test]
fn a_problem_says_what_and_what_to_do_in_both_languages() {
    let it = understood(
        "Nama;Paket;HP;Mulai;Tanggal Tagihan;Hutang;MAC;IP;Diskon;PPN;Rapel;Status\n;X;1;30/2/2025;31;-1;zz;1.2;10;mungkin;ya;entah\n",
    );
    assert!(it.problems.len() >= 12, "{:?}", codes(&it));
    for problem in &it.problems {
        assert!(
            problem.message_id != problem.message_en,
            "{} is translated",
            problem.code
        );
        for message in [&problem.message_id, &problem.message_en] {
            assert!(
                message.matches(". ").count() >= 1 && message.ends_with('.'),
                "{message:?} says what and then what to do"
            );
        }
    }
}
