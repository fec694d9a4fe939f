//! Queries of a `print`: words that push truths onto a stack or combine them.
//!
//! The stack has endless truths underneath; an item is shown if no untruth is left at the end (MikroTik's manual, "API",
//! section "Queries").

use std::borrow::Cow;
use std::cmp::Ordering;

pub(crate) fn matches<'i>(queries: &[String], value: impl Fn(&str) -> Option<Cow<'i, str>>) -> bool {
    let mut stack: Vec<bool> = Vec::new();
    for query in queries {
        if let Some(operations) = query.strip_prefix('#') {
            operate(operations, &mut stack);
        } else if let Some(name) = query.strip_prefix('-') {
            stack.push(value(name).is_none());
        } else if let Some(test) = query.strip_prefix('<') {
            stack.push(compares(test, Ordering::Less, &value));
        } else if let Some(test) = query.strip_prefix('>') {
            stack.push(compares(test, Ordering::Greater, &value));
        } else {
            let test = query.strip_prefix('=').unwrap_or(query);
            stack.push(match test.split_once('=') {
                Some((name, wanted)) => value(name).is_some_and(|found| same(&found, wanted)),
                None => value(test).is_some(),
            });
        }
    }
    stack.into_iter().all(|truth| truth)
}

/// The name and value of a query that is a single test for equality.
pub(crate) fn single_equality(queries: &[String]) -> Option<(&str, &str)> {
    let [query] = queries else { return None };
    if query.starts_with(['#', '-', '<', '>']) {
        return None;
    }
    query.strip_prefix('=').unwrap_or(query).split_once('=')
}

/// Switches match in both spellings.
fn same(found: &str, wanted: &str) -> bool {
    found == wanted || matches!((found, wanted), ("true", "yes") | ("false", "no"))
}

fn compares<'i>(test: &str, wanted: Ordering, value: impl Fn(&str) -> Option<Cow<'i, str>>) -> bool {
    let Some((name, limit)) = test.split_once('=') else {
        return false;
    };
    let Some(found) = value(name) else { return false };
    let order = match (found.parse::<i64>(), limit.parse::<i64>()) {
        (Ok(found), Ok(limit)) => found.cmp(&limit),
        _ => found.as_ref().cmp(limit),
    };
    order == wanted
}

fn operate(operations: &str, stack: &mut Vec<bool>) {
    let mut index: Option<usize> = None;
    for operation in operations.chars() {
        if let Some(digit) = operation.to_digit(10) {
            index = Some(
                index
                    .unwrap_or(0)
                    .saturating_mul(10)
                    .saturating_add(digit as usize),
            );
            continue;
        }
        if let Some(index) = index.take() {
            stack.push(at(stack, index));
            if operation == '.' {
                continue;
            }
        }
        match operation {
            '!' => {
                let top = stack.pop().unwrap_or(true);
                stack.push(!top);
            }
            '&' | '|' => {
                let (right, left) = (stack.pop().unwrap_or(true), stack.pop().unwrap_or(true));
                stack.push(if operation == '&' {
                    left && right
                } else {
                    left || right
                });
            }
            '.' => stack.push(at(stack, 0)),
            _ => {}
        }
    }
    // An index at the end replaces the whole stack.
    if let Some(index) = index {
        *stack = vec![at(stack, index)];
    }
}

fn at(stack: &[bool], index: usize) -> bool {
    stack.iter().rev().nth(index).copied().unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    fn shown(queries: &[&str]) -> bool {
        let queries: Vec<String> = queries.iter().map(|&query| query.to_owned()).collect();
        super::matches(&queries, |name| match name {
            "name" => Some(Cow::Borrowed("budi")),
            "disabled" => Some(Cow::Borrowed("true")),
            "mtu" => Some(Cow::Borrowed("1500")),
            _ => None,
        })
    }

    #[test]
    fn tests_and_their_combinations() {
        assert!(shown(&[]), "without a query everything is shown");
        assert!(shown(&["name=budi"]) && shown(&["=name=budi"]) && !shown(&["name=siti"]));
        assert!(shown(&["name"]) && !shown(&["comment"]) && shown(&["-comment"]));
        assert!(shown(&["disabled=yes"]) && shown(&["disabled=true"]));
        assert!(
            shown(&[">mtu=300"]) && !shown(&["<mtu=300"]),
            "numbers compare as numbers"
        );
        assert!(!shown(&["name=siti", "mtu=1500"]), "several tests must all hold");
        assert!(shown(&["name=siti", "mtu=1500", "#|"]));
        assert!(!shown(&["name=siti", "mtu=1500", "#&"]));
        assert!(shown(&["name=siti", "#!"]));
        assert!(shown(&["name=siti", "name=budi", "#|!!"]));
        assert!(
            shown(&["name=siti", "name=budi", "#0"]),
            "an index at the end replaces the stack"
        );
    }
}
