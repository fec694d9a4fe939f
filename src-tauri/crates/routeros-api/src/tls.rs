//! TLS with a pinned certificate.
//!
//! Routers make their own certificates, so no authority vouches for them. What counts is that it is the same
//! certificate as last time: its SHA-256 fingerprint (the one that `/certificate print` shows) is taken at first
//! contact and compared ever after. The handshake's signature is checked in both cases, so the peer holds the key.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::Error;

/// The SHA-256 digest of a certificate, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a certificate in DER.
    #[must_use]
    pub fn of_certificate(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// The text is not a SHA-256 fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a certificate's fingerprint is 64 hexadecimal digits, with or without colons")]
pub struct FingerprintError;

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut digest = [0; 32];
        let digits: String = text.chars().filter(|character| *character != ':').collect();
        hex::decode_to_slice(digits, &mut digest).map_err(|_| FingerprintError)?;
        Ok(Self(digest))
    }
}

/// Accepts the pinned certificate, or any at first contact, and remembers which one was shown.
#[derive(Debug)]
struct Pin {
    expected: Option<Fingerprint>,
    presented: Mutex<Option<Fingerprint>>,
    provider: Arc<CryptoProvider>,
}

impl Pin {
    fn presented(&self) -> Option<Fingerprint> {
        *self.presented.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let presented = Fingerprint::of_certificate(end_entity);
        *self.presented.lock().unwrap_or_else(PoisonError::into_inner) = Some(presented);
        match self.expected {
            Some(expected) if expected != presented => Err(rustls::Error::InvalidCertificate(
                rustls::CertificateError::ApplicationVerificationFailure,
            )),
            _ => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Shakes hands over `stream`; the encrypted stream and the fingerprint of the router's certificate. What answers without
/// speaking TLS is [`Error::NotTls`], with the `port` that it is.
pub(crate) async fn handshake<S>(
    stream: S,
    expected: Option<Fingerprint>,
    port: u16,
) -> Result<(TlsStream<S>, Fingerprint), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let failed = |detail: String| Error::TlsHandshake { detail };
    let provider = Arc::new(ring::default_provider());
    let pin = Arc::new(Pin {
        expected,
        presented: Mutex::new(None),
        provider: Arc::clone(&provider),
    });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::<Pin>::clone(&pin))
        .with_no_client_auth();
    // Routers have no use for the name, and an address is none.
    config.enable_sni = false;
    // It is neither sent nor compared, so a name that no certificate could carry (`menara_1`) is as good as another.
    let name = ServerName::try_from("router").map_err(|error| failed(error.to_string()))?;

    match TlsConnector::from(Arc::new(config)).connect(name, stream).await {
        Ok(stream) => match pin.presented() {
            Some(presented) => Ok((stream, presented)),
            None => Err(failed("the router showed no certificate".to_owned())),
        },
        Err(error) => Err(match (expected, pin.presented()) {
            (Some(pinned), Some(presented)) if pinned != presented => {
                Error::CertificateChanged { pinned, presented }
            }
            _ => match error
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<rustls::Error>())
            {
                Some(rustls::Error::InvalidMessage(_)) => Error::NotTls { port },
                Some(_) => failed(error.to_string()),
                None => Error::Closed {
                    reason: format!("during the TLS handshake: {error}"),
                },
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_read_in_both_spellings() {
        let fingerprint = Fingerprint::of_certificate(b"certificate");
        let plain = fingerprint.to_string();
        let pairs: Vec<&str> = plain
            .as_bytes()
            .chunks(2)
            .map(|pair| std::str::from_utf8(pair).unwrap())
            .collect();
        assert_eq!(plain.parse(), Ok(fingerprint));
        assert_eq!(pairs.join(":").to_uppercase().parse(), Ok(fingerprint));
        assert_eq!("12".parse::<Fingerprint>(), Err(FingerprintError));
    }
}
