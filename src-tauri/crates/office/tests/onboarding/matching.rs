//! Whose line it is: plain signs give a proposal, anything else is a person's to choose.

use office::customers::CustomerFields;
use office::onboarding::{LineAction, LineDecision, Proposed, Strength};
use simulators::router::Secret;

use crate::engine::{Engine, on_both};
use crate::office_with_router::{
    add, decision, line, look, look_at, person, proposal, request, second_router, take_in, watching,
};

on_both!(
    a_line_finds_its_customer_by_mark_phone_name_or_user_name,
    an_ambiguous_comment_is_left_to_a_person,
    two_lines_that_point_at_one_customer_are_left_to_a_person,
    the_same_name_on_two_routers_is_two_customers,
    a_person_cannot_give_one_customer_two_lines_by_mistake,
);

async fn a_line_finds_its_customer_by_mark_phone_name_or_user_name(on: Engine) {
    let desk = watching(&on).await;
    let by_number = add(&desk, person(&desk, "Ibu Wati")).await;
    let by_phone = add(
        &desk,
        CustomerFields {
            phone: Some(Some("0812 3456 7890".into())),
            ..person(&desk, "Dedi")
        },
    )
    .await;
    let by_name = add(&desk, person(&desk, "BUDI SANTOSO")).await;
    let by_user = add(
        &desk,
        CustomerFields {
            pppoe_username: Some(Some("rina".into())),
            ..person(&desk, "Rina")
        },
    )
    .await;
    let mark = format!("ID: {} - Ibu Wati", by_number.customer_no);
    desk.router.load_secrets([
        Secret::new("a", "x").with_comment(mark),
        Secret::new("b", "x").with_comment("pak dedi 081234567890"),
        Secret::new("c", "x").with_comment("Bpk. Budi Santoso, RT 03"),
        Secret::new("rina", "x"),
        Secret::new("d", "x").with_comment(format!("ID: {} - Orang Lain", by_number.customer_no)),
    ]);
    let lines = look(&desk).await;
    let of = |customer: &office::customers::CustomerView, code| (Proposed::Match, Some(customer.id), code);
    assert_eq!(proposal(&lines, "pppoe:a"), of(&by_number, "mark"));
    assert_eq!(proposal(&lines, "pppoe:b"), of(&by_phone, "phone"));
    assert_eq!(proposal(&lines, "pppoe:c"), of(&by_name, "full_name"));
    assert_eq!(proposal(&lines, "pppoe:rina"), of(&by_user, "same_user"));
    assert_eq!(
        proposal(&lines, "pppoe:d").0,
        Proposed::Choose,
        "a number with another name may be another office's"
    );
}

async fn an_ambiguous_comment_is_left_to_a_person(on: Engine) {
    let desk = watching(&on).await;
    let first = add(&desk, person(&desk, "Budi Santoso")).await;
    let second = add(
        &desk,
        CustomerFields {
            phone: Some(Some("081234567890".into())),
            ..person(&desk, "Budi Santoso")
        },
    )
    .await;
    let short = add(&desk, person(&desk, "Joko")).await;
    desk.router.load_secrets([
        Secret::new("satu", "x").with_comment("Budi Santoso"),
        Secret::new("dua", "x").with_comment("Joko"),
    ]);
    let lines = look(&desk).await;
    assert_eq!(
        proposal(&lines, "pppoe:satu"),
        (Proposed::Choose, None, "several_candidates")
    );
    let candidates: Vec<i64> = line(&lines, "pppoe:satu")
        .candidates
        .iter()
        .map(|it| it.customer_id)
        .collect();
    assert_eq!(candidates, [first.id, second.id]);
    assert_eq!(
        proposal(&lines, "pppoe:dua"),
        (Proposed::Choose, None, "weak_candidate"),
        "one word is many people's name"
    );
    let candidate = &line(&lines, "pppoe:dua").candidates[0];
    assert_eq!(
        (candidate.customer_id, candidate.strength),
        (short.id, Strength::Weak)
    );
}

async fn two_lines_that_point_at_one_customer_are_left_to_a_person(on: Engine) {
    let desk = watching(&on).await;
    add(
        &desk,
        CustomerFields {
            phone: Some(Some("081234567890".into())),
            ..person(&desk, "Dedi Kurnia")
        },
    )
    .await;
    desk.router.load_secrets([
        Secret::new("rumah", "x").with_comment("Dedi 081234567890 rumah"),
        Secret::new("warung", "x").with_comment("Dedi 081234567890 warung"),
    ]);
    let lines = look(&desk).await;
    for key in ["pppoe:rumah", "pppoe:warung"] {
        assert_eq!(
            proposal(&lines, key),
            (Proposed::Choose, None, "same_customer_twice")
        );
    }
}

async fn the_same_name_on_two_routers_is_two_customers(on: Engine) {
    let desk = watching(&on).await;
    desk.router
        .load_secrets([Secret::new("budi", "x").with_comment("Budi Satu")]);
    let lines = look(&desk).await;
    let first = LineDecision {
        package_id: Some(desk.package_id),
        ..decision(line(&lines, "pppoe:budi"), LineAction::Create)
    };
    let taken = take_in(&desk, request(&desk, vec![first])).await.unwrap();
    let first = taken.lines[0].customer_id.unwrap();

    let (router, router_id) = second_router(&desk).await;
    router.load_secrets([Secret::new("budi", "x").with_comment("Budi Dua")]);
    let lines = look_at(&desk, router_id).await.unwrap();
    assert_eq!(proposal(&lines, "pppoe:budi"), (Proposed::Create, None, "new"));
    let candidate = &line(&lines, "pppoe:budi").candidates[0];
    assert_eq!(
        (candidate.customer_id, candidate.strength),
        (first, Strength::Weak),
        "shown, and not taken for the same"
    );
    let second = LineDecision {
        package_id: Some(desk.package_id),
        ..decision(line(&lines, "pppoe:budi"), LineAction::Create)
    };
    let mut request = request(&desk, vec![second]);
    request.router_id = router_id;
    let taken = take_in(&desk, request).await.unwrap();
    assert_eq!(taken.created, 1);
    assert_ne!(taken.lines[0].customer_id, Some(first));
}

async fn a_person_cannot_give_one_customer_two_lines_by_mistake(on: Engine) {
    let desk = watching(&on).await;
    let customer = add(&desk, person(&desk, "Budi Santoso")).await;
    desk.router
        .load_secrets([Secret::new("satu", "x"), Secret::new("dua", "x")]);
    let lines = look(&desk).await;
    let matched = |key| LineDecision {
        customer_id: Some(customer.id),
        ..decision(line(&lines, key), LineAction::Match)
    };
    let both = request(&desk, vec![matched("pppoe:satu"), matched("pppoe:dua")]);
    let refused = take_in(&desk, both).await.unwrap_err();
    assert_eq!(
        (refused.fields[0].field.as_str(), refused.fields[0].code),
        ("lines[1].customer_id", "customer_twice")
    );
    take_in(&desk, request(&desk, vec![matched("pppoe:satu")]))
        .await
        .unwrap();
    let refused = take_in(&desk, request(&desk, vec![matched("pppoe:dua")]))
        .await
        .unwrap_err();
    assert_eq!(refused.fields[0].code, "customer_has_line");
    let replaced = LineDecision {
        replace_line: Some(true),
        ..matched("pppoe:dua")
    };
    assert_eq!(
        take_in(&desk, request(&desk, vec![replaced]))
            .await
            .unwrap()
            .matched,
        1
    );
}
