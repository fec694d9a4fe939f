//! The API's description: current in the UI's folder, whole, and true of every answer.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::path::Path;

use serde_json::Value;

fn document() -> Value {
    serde_json::to_value(api::openapi()).unwrap()
}

/// Every operation as (path, method, operation).
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

/// The UI's types are made from this file: `UPDATE_OPENAPI=1 cargo test -p api openapi_is_current` writes it again.
#[test]
fn openapi_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/api/openapi.json");
    let now = format!("{}\n", serde_json::to_string_pretty(&document()).unwrap());
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == now,
        "ui/src/api/openapi.json is stale: run UPDATE_OPENAPI=1 cargo test -p api openapi_is_current"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own_a_tag_a_summary_and_a_problem() {
    let document = document();
    let mut names = std::collections::BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let name = operation["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{method} {path} has no name"));
        assert!(
            names.insert(name.to_owned()),
            "{name} is the name of two operations"
        );
        assert_eq!(
            operation["tags"].as_array().map(Vec::len),
            Some(1),
            "{method} {path}"
        );
        assert!(
            operation["summary"].is_string(),
            "{method} {path} says nothing of itself"
        );
        let problem =
            &operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(problem, "#/components/schemas/Problem", "{method} {path}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str));
                object.values().for_each(|value| walk(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    walk(&document, &mut found);
    assert!(found.len() > 50);
    for target in found {
        let pointer = target.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{target} leads nowhere");
    }
}

#[test]
fn answers_promise_every_field_and_requests_only_what_is_required() {
    let document = document();
    let required = |schema: &str| {
        let schema = &document["components"]["schemas"][schema];
        (
            schema["required"].as_array().map_or(0, Vec::len),
            schema["properties"].as_object().unwrap().len(),
        )
    };
    let (promised, all) = required("CustomerView");
    assert_eq!(promised, all);
    let (promised, all) = required("Problem");
    assert_eq!(promised, all);
    let (needed, all) = required("TakePayment");
    assert!(
        needed == 3 && all > 3,
        "customer_id, amount and method are needed: {needed} of {all}"
    );
}

#[test]
fn only_the_first_start_the_login_and_the_probe_need_no_token() {
    let document = document();
    assert_eq!(document["security"][0]["token"], Value::Array(Vec::new()));
    let open: Vec<&str> = operations(&document)
        .into_iter()
        .filter(|(_, _, operation)| !operation["security"].is_null())
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(open, ["log_in", "read_setup", "set_up", "read_health"]);
}

/// What people call the fields of requests: a sentence about a form never shows them the API's names.
#[test]
fn every_field_that_a_request_can_have_has_a_name_for_people() {
    fn walk<'a>(document: &'a Value, schema: &'a Value, seen: &mut Vec<&'a str>, found: &mut Vec<&'a str>) {
        if let Some(reference) = schema["$ref"].as_str() {
            if !seen.contains(&reference) {
                seen.push(reference);
                let target = reference.trim_start_matches('#');
                walk(document, document.pointer(target).unwrap(), seen, found);
            }
            return;
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            found.push(name);
            walk(document, property, seen, found);
        }
        for many in ["oneOf", "allOf", "anyOf"] {
            for one in schema[many].as_array().into_iter().flatten() {
                walk(document, one, seen, found);
            }
        }
        if schema.get("items").is_some() {
            walk(document, &schema["items"], seen, found);
        }
    }
    let document = document();
    let (mut seen, mut found) = (Vec::new(), Vec::new());
    for (_, _, operation) in operations(&document) {
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        walk(&document, body, &mut seen, &mut found);
    }
    assert!(found.contains(&"max_in_flight") && found.contains(&"static_isolation"));
    // These are words of the trade in both languages.
    found.retain(|name| !["bank", "mode", "pool", "port", "token"].contains(name));
    let nameless: Vec<&str> = found
        .into_iter()
        .filter(|name| office::field_name(name).id == *name)
        .collect();
    assert!(nameless.is_empty(), "without a name: {nameless:?}");
}
