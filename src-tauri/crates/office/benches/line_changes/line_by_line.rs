//! The sketch's way: for each line a connection of its own, a login, and one question after the other.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use routeros_api::{Command, Connection, Limits, Login, Query, Target};
use simulators::router::RunningRouter;

use crate::owing::name;

/// Time for a line with a client that behaves well on the wire.
pub(crate) async fn by_sentences(router: &RunningRouter, sample: usize) -> Duration {
    let target = Target::plain("127.0.0.1").with_port(router.addr().port());
    let start = Instant::now();
    for number in 0..sample {
        let name = name(number);
        let connection = Connection::open(&target, &Login::new("admin", ""), &Limits::default())
            .await
            .unwrap();
        let find = |menu: &str| Command::new(format!("{menu}/print")).query(Query::equals("name", &name));
        let secret = connection.call(find("/ppp/secret")).await.unwrap();
        let id = secret.first().unwrap().id().unwrap().to_owned();
        let set = Command::new("/ppp/secret/set")
            .attribute(".id", id)
            .attribute("profile", "isolated");
        connection.call(set).await.unwrap();
        let live = connection.call(find("/ppp/active")).await.unwrap();
        let id = live.first().unwrap().id().unwrap().to_owned();
        let remove = Command::new("/ppp/active/remove").attribute(".id", id);
        connection.call(remove).await.unwrap();
        connection.close();
    }
    start.elapsed() / u32::try_from(sample).unwrap()
}

/// Time for a line with a client that writes each word by itself and lets the system collect small packets.
pub(crate) fn by_words(router: SocketAddr, sample: usize) -> Duration {
    let start = Instant::now();
    for number in 0..sample {
        let name = name(number);
        let mut wire = TcpStream::connect(router).unwrap();
        ask(&mut wire, &["/login", "=name=admin", "=password="]);
        let query = format!("?name={name}");
        let id = id_of(&ask(&mut wire, &["/ppp/secret/print", &query]));
        ask(&mut wire, &["/ppp/secret/set", &id, "=profile=isolated"]);
        let id = id_of(&ask(&mut wire, &["/ppp/active/print", &query]));
        ask(&mut wire, &["/ppp/active/remove", &id]);
    }
    start.elapsed() / u32::try_from(sample).unwrap()
}

/// Sends a sentence word by word and reads up to `!done`, byte by byte.
fn ask(wire: &mut TcpStream, words: &[&str]) -> Vec<String> {
    for word in words {
        wire.write_all(&[u8::try_from(word.len()).unwrap()]).unwrap();
        wire.write_all(word.as_bytes()).unwrap();
    }
    wire.write_all(&[0]).unwrap();
    let mut said = Vec::new();
    let mut is_last = false;
    loop {
        let mut length = [0];
        wire.read_exact(&mut length).unwrap();
        assert!(length[0] < 0x80, "the answers of this bench have short words");
        if length[0] == 0 {
            if is_last {
                return said;
            }
            continue;
        }
        let mut word = vec![0; usize::from(length[0])];
        wire.read_exact(&mut word).unwrap();
        let word = String::from_utf8(word).unwrap();
        assert_ne!(word, "!trap", "the router refused: {said:?}");
        is_last |= word == "!done";
        said.push(word);
    }
}

fn id_of(said: &[String]) -> String {
    said.iter()
        .find(|word| word.starts_with("=.id="))
        .unwrap()
        .clone()
}
