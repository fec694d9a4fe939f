//! Personal data in what the log keeps of a change: that a telephone number or an address changed is worth knowing, and enough
//! of it to recognise the one that was meant; the whole of it stands in the customer's record alone.

use serde_json::Value;

/// The fields that are masked, wherever they stand in a detail.
const PERSONAL: [&str; 2] = ["phone", "address"];

/// The detail with its personal data masked.
pub(crate) fn masked(mut detail: Value) -> Value {
    mask(&mut detail);
    detail
}

fn mask(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(mask),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if PERSONAL.contains(&key.as_str()) => *text = ends(text),
                    value => mask(value),
                }
            }
        }
        _ => {}
    }
}

/// `6281234567890` as `62812••••890`; of what is shorter than that, its first two letters.
fn ends(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (first, last) = if letters.len() > 10 { (5, 3) } else { (2, 0) };
    let head: String = letters.iter().take(first).collect();
    let tail: String = letters.iter().rev().take(last).rev().collect();
    format!("{head}••••{tail}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_and_an_address_are_recognised_and_not_read() {
        let detail = masked(json!({
            "before": { "phone": "6281234567890", "address": "Jl. Melati No. 7 RT 03" },
            "after": { "phone": null, "address": "Gang 2", "name": "Budi" },
        }));
        assert_eq!(
            detail,
            json!({
                "before": { "phone": "62812••••890", "address": "Jl. M•••• 03" },
                "after": { "phone": null, "address": "Ga••••", "name": "Budi" },
            })
        );
    }
}
