//! Payments, killed: several clients post them at once, each under a key of its own; the server dies, comes back, and
//! everything is sent once more. What was answered is still so, and each payment is there once.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::desk::Server;
use crate::moment::Usual;
use crate::office::Office;
use crate::tally::Fell;

/// How many are posted in one go, and by how many clients.
const REQUESTS: usize = 24;
const CLIENTS: usize = 4;

/// One payment that a client wants booked.
struct Request {
    key: String,
    amount: i64,
    body: Value,
}

/// Payments of customers who are chosen by chance: most pay all that they owe, some a part, some more than that.
async fn requests(office: &Office, chance: &mut StdRng) -> Arc<Vec<Request>> {
    let lines = office.lines().await;
    let payers = lines.choose_multiple(chance, REQUESTS.min(lines.len())).cloned();
    let payers: Vec<_> = payers.collect();
    let requests = payers.iter().map(|line| {
        let debt = line.balance.max(0);
        let amount = match chance.random_range(0..10) {
            0 | 1 => chance.random_range(1..=debt.max(2) / 2),
            2 => debt + chance.random_range(1..=50_000),
            _ => debt.max(1_000),
        };
        let key = format!("kunci-{:016x}", chance.random::<u64>());
        let method = ["cash", "transfer", "qris"][chance.random_range(0..3_usize)];
        let body = json!({
            "customer_id": line.customer_id, "amount": amount, "method": method, "reference": key,
        });
        Request { key, amount, body }
    });
    Arc::new(requests.collect())
}

/// Posts payments undisturbed, and says how long it takes until all are answered.
pub(crate) async fn undisturbed(office: &mut Office, chance: &mut StdRng) -> Duration {
    let before = office.before().await;
    let requests = requests(office, chance).await;
    let server = office.serve().await;
    let begun = Instant::now();
    let answers = answers(post(office, &server, &requests)).await;
    let took = begun.elapsed();
    assert_eq!(answers.len(), requests.len(), "everything is answered");
    office.is_quiet().await;
    server.stop().await;
    each_is_there_once(office, &requests).await;
    office
        .lines_are(&before, |line, was_closed| line.owes && was_closed)
        .await;
    took
}

/// Posts payments to a server that is killed, and posts all of them to the next one.
pub(crate) async fn killed(office: &mut Office, usual: &mut Usual, share: f64, chance: &mut StdRng) -> Fell {
    let before = office.before().await;
    let requests = requests(office, chance).await;
    let mut server = office.serve().await;
    let clients = post(office, &server, &requests);
    tokio::time::sleep(usual.moment(share)).await;
    server.kill();
    let first = answers(clients).await;
    office.is_sound().await;
    let booked = booked(office, &requests).await;
    let undone = office.undone().await;
    let claimed = office.claimed().await;
    for (place, answer) in &first {
        let key = &requests[*place].key;
        let there = booked.get(key).map(|(number, _)| number.as_str());
        assert_eq!(
            there,
            answer["number"].as_str(),
            "a payment that was answered is lost"
        );
    }

    office.leases_end().await;
    let server = office.serve().await;
    let second = answers(post(office, &server, &requests)).await;
    assert_eq!(second.len(), requests.len(), "everything is answered now");
    for (place, answer) in &first {
        assert_eq!(
            second.get(place),
            Some(answer),
            "the same key has the same answer"
        );
    }
    office.is_quiet().await;
    server.stop().await;
    each_is_there_once(office, &requests).await;
    office
        .lines_are(&before, |line, was_closed| line.owes && was_closed)
        .await;
    office.is_done().await;
    Fell {
        in_the_middle: first.len() < requests.len(),
        half_done: (!booked.is_empty() && booked.len() < requests.len()) || undone > 0,
        claimed,
    }
}

/// Several clients at once; each goes on until the server is gone.
fn post(office: &Office, server: &Server, requests: &Arc<Vec<Request>>) -> JoinSet<HashMap<usize, Value>> {
    let mut clients = JoinSet::new();
    for first in 0..CLIENTS {
        let requests = Arc::clone(requests);
        let (url, token) = (format!("{}/payments", server.base()), office.token.clone());
        clients.spawn(async move {
            let client = reqwest::Client::new();
            let mut answers = HashMap::new();
            for (place, request) in requests.iter().enumerate().skip(first).step_by(CLIENTS) {
                let posted = client
                    .post(&url)
                    .bearer_auth(&token)
                    .header("Idempotency-Key", &request.key)
                    .json(&request.body)
                    .send();
                let Ok(answer) = posted.await else { break };
                let status = answer.status();
                // An answer that breaks off is none.
                let Ok(answer) = answer.json::<Value>().await else {
                    break;
                };
                assert_eq!(status, 201, "{answer}");
                answers.insert(place, answer);
            }
            answers
        });
    }
    clients
}

/// What was answered, by the place of its request.
async fn answers(clients: JoinSet<HashMap<usize, Value>>) -> HashMap<usize, Value> {
    clients.join_all().await.into_iter().flatten().collect()
}

/// The payments that these requests have become: their numbers and amounts.
async fn booked(office: &Office, requests: &[Request]) -> HashMap<String, (String, i64)> {
    let mut books = office.books().await;
    let rows: Vec<(String, String, i64)> = books
        .rows("SELECT reference, number, amount FROM payments WHERE reference LIKE 'kunci-%'")
        .await;
    books.shut().await;
    let mut all: HashMap<String, (String, i64)> = HashMap::new();
    for (reference, number, amount) in rows {
        let twice = all.insert(reference, (number, amount));
        assert_eq!(twice, None, "one key, one payment");
    }
    let ours = requests
        .iter()
        .filter_map(|request| all.remove_entry(&request.key));
    ours.collect()
}

async fn each_is_there_once(office: &Office, requests: &[Request]) {
    let booked = booked(office, requests).await;
    for request in requests {
        let amount = booked.get(&request.key).map(|(_, amount)| *amount);
        assert_eq!(amount, Some(request.amount), "the payment of {}", request.key);
    }
}
