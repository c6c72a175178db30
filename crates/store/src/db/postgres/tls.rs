//! Encryption on the way to the server: what `sslmode` and `sslrootcert` of an address mean.
//!
//! The driver knows neither all modes nor the file, so both are taken out of the address before it
//! is given one.

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// The name PostgreSQL's servers know this protocol by.
const PROTOCOL: &[u8] = b"postgresql";
/// What the driver says of a server that cannot encrypt.
const NO_TLS: &str = "server does not support TLS";

/// What is wrong, and a sentence that says what would be right.
pub(super) type Fault = (String, &'static str);

/// What an address says of encryption, as it is written there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    mode: Option<String>,
    roots: Option<String>,
}

/// How a connection is encrypted.
#[derive(Clone)]
pub(super) struct Encryption {
    pub mode: SslMode,
    pub connector: MakeRustlsConnect,
}

/// How far one looks at who answers.
#[derive(Debug, PartialEq, Eq)]
enum Trust {
    /// Whoever it is.
    Anyone,
    /// Whoever an authority of the file has signed.
    Signed(PathBuf),
    /// Whoever was signed for the name in the address, by an authority of the file or, without
    /// one, of the system.
    Named(Option<PathBuf>),
}

impl Wish {
    /// Takes the settings of encryption out of an address; what is left, and what they were.
    pub(super) fn take(url: &str) -> (String, Self) {
        let mut wish = Self::default();
        let after_role = url.find('@').unwrap_or(0);
        let Some(mark) = url[after_role..].find('?') else {
            return (url.to_owned(), wish);
        };
        let (place, settings) = url.split_at(after_role + mark);
        let others = settings[1..].split('&').filter(|setting| {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            let wished = match name {
                "sslmode" => &mut wish.mode,
                "sslrootcert" => &mut wish.roots,
                _ => return true,
            };
            *wished = Some(percent_decode_str(value).decode_utf8_lossy().into_owned());
            false
        });
        let others: Vec<&str> = others.collect();
        match others.as_slice() {
            [] => (place.to_owned(), wish),
            others => (format!("{place}?{}", others.join("&")), wish),
        }
    }

    /// What it comes to. A socket is never encrypted, as with PostgreSQL's own programs.
    pub(super) fn settle(&self, is_socket: bool) -> Result<Encryption, Fault> {
        let (mut mode, trust) = self.meant()?;
        if is_socket {
            mode = SslMode::Disable;
        }
        if trust == Trust::Anyone && matches!(mode, SslMode::Require) {
            tracing::warn!(
                "the connection to the database is encrypted, but nobody looks whose certificate \
                 the server shows; write sslmode=verify-full in its address"
            );
        }
        let connector = match mode {
            SslMode::Disable => connector(&Trust::Anyone),
            _ => connector(&trust),
        };
        Ok(Encryption {
            mode,
            connector: connector?,
        })
    }

    /// The meaning PostgreSQL documents; what would be no check although it looks like one is
    /// refused.
    fn meant(&self) -> Result<(SslMode, Trust), Fault> {
        let of_system = self.roots.as_deref() == Some("system");
        let file = self.roots.as_ref().map(PathBuf::from);
        match (self.mode.as_deref().unwrap_or("prefer"), file) {
            ("disable", None) => Ok((SslMode::Disable, Trust::Anyone)),
            ("prefer", None) => Ok((SslMode::Prefer, Trust::Anyone)),
            ("require", None) => Ok((SslMode::Require, Trust::Anyone)),
            ("require" | "verify-ca", Some(file)) if !of_system => {
                Ok((SslMode::Require, Trust::Signed(file)))
            }
            ("verify-full", file) => {
                let file = file.filter(|_| !of_system);
                Ok((SslMode::Require, Trust::Named(file)))
            }
            ("verify-ca", None) => Err((
                "sslmode=verify-ca names no authority to trust".into(),
                "Name the file with its certificate, sslrootcert=FILE, or write \
                 sslmode=verify-full.",
            )),
            ("disable" | "prefer" | "require" | "verify-ca", Some(_)) => Err((
                "it has an sslrootcert with which its sslmode checks nothing".into(),
                "Write sslmode=verify-full beside it.",
            )),
            (other, _) => Err((
                format!("sslmode={other} is unknown"),
                "Write sslmode=verify-full, or one of verify-ca, require, prefer and disable.",
            )),
        }
    }
}

fn connector(trust: &Trust) -> Result<MakeRustlsConnect, Fault> {
    let provider = Arc::new(ring::default_provider());
    let unusable = |error: String| (error, "Please report this.");
    let verifier: Arc<dyn ServerCertVerifier> = match trust {
        Trust::Anyone => Arc::new(Nameless::new(None, Arc::clone(&provider))),
        Trust::Signed(file) => {
            let roots = read(file)?;
            Arc::new(Nameless::new(Some(roots), Arc::clone(&provider)))
        }
        Trust::Named(file) => {
            let roots = file.as_deref().map_or_else(of_system, read)?;
            let named =
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
            named.build().map_err(|error| unusable(error.to_string()))?
        }
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

/// The authorities of a file.
fn read(file: &Path) -> Result<RootCertStore, Fault> {
    const ADVICE: &str = "Let sslrootcert name a file that Mainstay may read, with the \
                          certificates of the authorities to trust, in PEM.";
    let unread = |why: String| (format!("{} {why}", file.display()), ADVICE);
    let bytes = std::fs::read(file).map_err(|error| unread(format!("cannot be read: {error}")))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        let certificate = certificate.map_err(|error| unread(format!("is no PEM: {error}")))?;
        let added = roots.add(certificate);
        added.map_err(|error| unread(format!("holds a certificate that is none: {error}")))?;
    }
    if roots.is_empty() {
        return Err(unread("holds no certificate".into()));
    }
    Ok(roots)
}

/// The authorities this machine trusts.
fn of_system() -> Result<RootCertStore, Fault> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err((
            "this machine trusts no authority that could have signed its certificate".into(),
            "Name the file with the authority's certificate: sslrootcert=FILE.",
        ));
    }
    Ok(roots)
}

/// Looks who signed a certificate, or not even that; for whom it is does not matter.
#[derive(Debug)]
struct Nameless {
    roots: Option<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl Nameless {
    const fn new(roots: Option<RootCertStore>, provider: Arc<CryptoProvider>) -> Self {
        Self { roots, provider }
    }
}

impl ServerCertVerifier for Nameless {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let algorithms = self.provider.signature_verification_algorithms.all;
            let certificate = ParsedCertificate::try_from(certificate)?;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                roots,
                intermediates,
                now,
                algorithms,
            )?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

/// What it is about encryption that keeps a connection from being made, if it is that.
pub(super) fn fault(error: &tokio_postgres::Error) -> Option<Fault> {
    let source = error.source()?;
    if source.to_string() == NO_TLS {
        return Some((
            "its server does not encrypt connections".into(),
            "Switch that on, `ssl = on` in postgresql.conf, or leave sslmode out where nobody can \
             listen on the way.",
        ));
    }
    let failed = source.downcast_ref::<std::io::Error>()?.get_ref()?;
    match failed.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(wrong) => Some(of_certificate(wrong)),
        other => Some((
            format!("no encrypted connection comes about: {other}"),
            "Check what the server's log says.",
        )),
    }
}

/// What is wrong with the certificate a server showed.
fn of_certificate(wrong: &CertificateError) -> Fault {
    use CertificateError as Wrong;
    match wrong {
        Wrong::UnknownIssuer => (
            "its certificate is signed by an authority that is not trusted".into(),
            "Name the file with the authority's certificate: sslrootcert=FILE.",
        ),
        Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => (
            format!("it shows the certificate of another server: {wrong}"),
            "Write the address with a name the certificate is for, or give the server a \
             certificate for this name.",
        ),
        Wrong::Expired | Wrong::ExpiredContext { .. } => (
            "its certificate has expired".into(),
            "Give the server a new one, and check this machine's clock.",
        ),
        Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => (
            "its certificate is not valid yet".into(),
            "Check this machine's clock.",
        ),
        other => (
            format!("its certificate is refused: {other}"),
            "Give the server a certificate that an authority signed for its name; that of an \
             authority itself is none.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(url: &str) -> (String, Option<String>, Option<String>) {
        let (url, wish) = Wish::take(url);
        (url, wish.mode, wish.roots)
    }

    fn meant(settings: &str) -> Result<(SslMode, Trust), String> {
        let (_, wish) = Wish::take(&format!("postgres://a@b/c?{settings}"));
        wish.meant()
            .map_err(|(reason, advice)| format!("{reason}. {advice}"))
    }

    #[test]
    fn the_driver_is_given_the_rest_of_the_address() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            taken("postgres://a@b/c"),
            ("postgres://a@b/c".into(), None, None)
        );
        assert_eq!(
            taken("postgres://a:b?sslmode=x@c/d?sslmode=require"),
            ("postgres://a:b?sslmode=x@c/d".into(), some("require"), None)
        );
        assert_eq!(
            taken(
                "postgres://a@b/c?connect_timeout=3&sslrootcert=%2Fetc%2Fmy%20ca.pem&sslmode=verify-full&host=d"
            ),
            (
                "postgres://a@b/c?connect_timeout=3&host=d".into(),
                some("verify-full"),
                some("/etc/my ca.pem")
            )
        );
    }

    #[test]
    fn each_mode_means_what_postgresql_says() {
        let ca = || PathBuf::from("ca");
        assert_eq!(meant(""), Ok((SslMode::Prefer, Trust::Anyone)));
        assert_eq!(
            meant("sslmode=disable"),
            Ok((SslMode::Disable, Trust::Anyone))
        );
        assert_eq!(
            meant("sslmode=require"),
            Ok((SslMode::Require, Trust::Anyone))
        );
        let signed = Ok((SslMode::Require, Trust::Signed(ca())));
        assert_eq!(meant("sslmode=require&sslrootcert=ca"), signed);
        assert_eq!(meant("sslmode=verify-ca&sslrootcert=ca"), signed);
        let named = |file| Ok((SslMode::Require, Trust::Named(file)));
        assert_eq!(
            meant("sslmode=verify-full&sslrootcert=ca"),
            named(Some(ca()))
        );
        assert_eq!(meant("sslmode=verify-full"), named(None));
        assert_eq!(meant("sslmode=verify-full&sslrootcert=system"), named(None));
    }

    #[test]
    fn what_would_check_nothing_is_refused() {
        for (settings, said) in [
            ("sslmode=verify-ca", "names no authority"),
            ("sslmode=verify-ca&sslrootcert=system", "checks nothing"),
            ("sslmode=require&sslrootcert=system", "checks nothing"),
            ("sslrootcert=ca", "sslmode=verify-full beside it"),
            ("sslmode=disable&sslrootcert=ca", "checks nothing"),
            ("sslmode=allow", "sslmode=allow is unknown"),
        ] {
            let refused = meant(settings).unwrap_err();
            assert!(refused.contains(said), "{settings}: {refused}");
        }
    }

    #[test]
    fn a_file_of_authorities_that_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        let refused = |file: &Path| read(file).unwrap_err().0;
        assert!(refused(&file).contains("ca.pem cannot be read"));
        std::fs::write(&file, "Dear Sir or Madam").unwrap();
        assert!(refused(&file).contains("holds no certificate"));
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        std::fs::write(&file, broken).unwrap();
        assert!(refused(&file).contains("certificate that is none"));
    }

    #[test]
    fn what_is_wrong_with_a_certificate_is_said_in_words() {
        let said = |wrong| of_certificate(&wrong).0;
        assert!(said(CertificateError::Expired).contains("has expired"));
        assert!(said(CertificateError::NotValidYet).contains("not valid yet"));
        assert!(said(CertificateError::UnknownIssuer).contains("not trusted"));
        assert!(said(CertificateError::NotValidForName).contains("another server"));
        assert!(said(CertificateError::BadEncoding).contains("refused"));
    }
}
