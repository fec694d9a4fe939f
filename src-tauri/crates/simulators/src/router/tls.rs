//! The router's certificate, made by itself as routers do.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

/// A fatal alert `handshake_failure`: what a router without a certificate says to a client that does not speak
/// anonymous Diffie-Hellman.
const HANDSHAKE_FAILURE: [u8; 7] = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28];

#[derive(Clone)]
pub(crate) struct Certificate {
    pub(crate) acceptor: TlsAcceptor,
    /// SHA-256 of the certificate, 64 hexadecimal digits.
    pub(crate) fingerprint: String,
}

impl Certificate {
    pub(crate) fn make() -> io::Result<Self> {
        let made = rcgen::generate_simple_self_signed(["router".to_owned()]).map_err(io::Error::other)?;
        let fingerprint = hex::encode(Sha256::digest(made.cert.der()));
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                config
                    .with_no_client_auth()
                    .with_single_cert(vec![made.cert.der().clone()], key)
            })
            .map_err(io::Error::other)?;
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            fingerprint,
        })
    }
}

/// Turns a client away as a router without a certificate does.
pub(crate) async fn turn_away(mut tcp: TcpStream) -> io::Result<()> {
    // The client's greeting is read first: closing with unread bytes would reset the connection over the alert.
    let mut greeting = [0; 4096];
    let _ = tcp.read(&mut greeting).await?;
    tcp.write_all(&HANDSHAKE_FAILURE).await?;
    tcp.shutdown().await
}
