//! A peer that says exactly what a test writes down, for answers that no well-behaved router would give.

use bytes::BytesMut;
use routeros_api::codec::{Decoder, Sentence};
use routeros_api::{Connection, Limits, Login, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Peer {
    stream: TcpStream,
    decoder: Decoder,
    buffer: BytesMut,
}

impl Peer {
    /// The words of the next sentence, or `None` when the client has hung up.
    pub(crate) async fn heard(&mut self) -> Option<Vec<String>> {
        loop {
            if let Some(sentence) = self.decoder.decode(&mut self.buffer).unwrap() {
                return Some(
                    sentence
                        .words()
                        .map(|word| String::from_utf8_lossy(word).into_owned())
                        .collect(),
                );
            }
            if self.stream.read_buf(&mut self.buffer).await.ok()? == 0 {
                return None;
            }
        }
    }

    /// The tag of the next sentence.
    pub(crate) async fn tag(&mut self) -> String {
        let words = self.heard().await.unwrap();
        words
            .iter()
            .find(|word| word.starts_with(".tag="))
            .unwrap()
            .clone()
    }

    pub(crate) async fn say(&mut self, words: &[&str]) {
        let mut bytes = Vec::new();
        words.iter().collect::<Words>().0.encode(&mut bytes).unwrap();
        self.send(&bytes).await;
    }

    /// Bytes as they are. The client may have hung up on what came before.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }
}

struct Words(Sentence);

impl<'w> FromIterator<&'w &'w str> for Words {
    fn from_iter<I: IntoIterator<Item = &'w &'w str>>(words: I) -> Self {
        Self(words.into_iter().map(|word| word.as_bytes()).collect())
    }
}

/// A connection to a peer that lets the client log in and then follows the script.
pub(crate) async fn logged_in<F>(
    limits: Limits,
    script: impl FnOnce(Peer) -> F + Send + 'static,
) -> Connection
where
    F: Future<Output = ()> + Send,
{
    let target = listen(|mut peer| async move {
        let login = peer.heard().await.unwrap();
        assert_eq!(login, ["/login", "=name=admin", "=password="]);
        peer.say(&["!done"]).await;
        script(peer).await;
    })
    .await;
    Connection::open(&target, &Login::new("admin", ""), &limits)
        .await
        .unwrap()
}

/// A peer that follows the script from the first byte on.
pub(crate) async fn listen<F>(script: impl FnOnce(Peer) -> F + Send + 'static) -> Target
where
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        script(Peer {
            stream,
            decoder: Decoder::default(),
            buffer: BytesMut::new(),
        })
        .await;
    });
    Target::plain("127.0.0.1").with_port(port)
}
