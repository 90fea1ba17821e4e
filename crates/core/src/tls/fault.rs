//! What a failed handshake means, and what to do about it.

use std::error::Error;
use std::fmt;
use std::io;

use rustls::{AlertDescription, CertificateError};

/// Why TLS to a bank failed, in the terms of whoever has to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsFault {
    /// The server's certificate leads to no authority that we trust, or its chain is sent incompletely.
    UnknownCa,
    /// The server's certificate is for another host.
    NameMismatch,
    /// The server's certificate is past its last day.
    ServerCertificateExpired,
    /// The server's certificate is not good yet.
    ServerCertificateNotYetValid,
    /// The server wants a client certificate and got none.
    ClientCertificateRequired,
    /// The server got our client certificate and refused it.
    ClientCertificateRejected,
    /// No protocol version, cipher or signature algorithm in common.
    NoCommonParameters,
    /// The machine has no root certificates at all.
    SystemRootsMissing,
    /// Something else than TLS answers at that port.
    NotTls,
    /// Any other failure of the TLS layer.
    Other,
}

impl TlsFault {
    /// A stable code, for logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownCa => "unknown_ca",
            Self::NameMismatch => "name_mismatch",
            Self::ServerCertificateExpired => "server_certificate_expired",
            Self::ServerCertificateNotYetValid => "server_certificate_not_yet_valid",
            Self::ClientCertificateRequired => "client_certificate_required",
            Self::ClientCertificateRejected => "client_certificate_rejected",
            Self::NoCommonParameters => "no_common_parameters",
            Self::SystemRootsMissing => "system_roots_missing",
            Self::NotTls => "not_tls",
            Self::Other => "tls_other",
        }
    }

    /// What to do, in one line.
    pub const fn cure(self) -> &'static str {
        match self {
            Self::UnknownCa => {
                "the server's authority is not trusted here: add the bank's root (for many Russian hosts the Russian Trusted Root CA), and its intermediate if the server omits it, with `extra_roots`"
            }
            Self::NameMismatch => {
                "the server's certificate is for another host: check the base URL of the environment"
            }
            Self::ServerCertificateExpired => {
                "the server's certificate has expired: check this machine's clock, then tell the bank"
            }
            Self::ServerCertificateNotYetValid => {
                "the server's certificate is not valid yet: check this machine's clock"
            }
            Self::ClientCertificateRequired => {
                "the server wants a client certificate: set `identity` with the one that the bank issued for this environment"
            }
            Self::ClientCertificateRejected => {
                "the server refused the client certificate: check that it is the one issued for this environment, not expired or revoked, with its chain, and registered at the bank"
            }
            Self::NoCommonParameters => {
                "the server shares no TLS version or cipher with us (TLS 1.2 and 1.3, no GOST): check the base URL and any proxy on the way"
            }
            Self::SystemRootsMissing => {
                "this machine has no root certificates: install its `ca-certificates` package, or add the bank's root with `extra_roots`"
            }
            Self::NotTls => {
                "the port does not speak TLS: check the scheme and port of the base URL, and any proxy"
            }
            Self::Other => {
                "TLS failed: check the base URL, this machine's clock and any proxy on the way"
            }
        }
    }
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cure())
    }
}

/// Finds the TLS failure inside an error of any HTTP layer; `None` if TLS is not its cause.
///
/// `identity` says whether a client certificate was configured: servers of TLS 1.2 send the same alert for "none came"
/// and for "not this one". It says nothing about whether the request was sent: under TLS 1.3 a missing client
/// certificate is refused after our side of the handshake is done.
pub fn diagnose(error: &(dyn Error + 'static), identity: bool) -> Option<TlsFault> {
    // A chain of sources is short; the bound is for one that somebody closed into a ring.
    const DEPTH: usize = 32;
    let mut next = Some(error);
    for _ in 0..DEPTH {
        let error = next?;
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(classify(tls, identity));
        }
        // `io::Error::source` steps over the error that it wraps.
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn classify(error: &rustls::Error, identity: bool) -> TlsFault {
    match error {
        rustls::Error::InvalidCertificate(error) => certificate(error),
        rustls::Error::AlertReceived(alert) => refusal(*alert, identity),
        rustls::Error::PeerIncompatible(_) => TlsFault::NoCommonParameters,
        rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            TlsFault::NotTls
        }
        // The platform verifier has no type for it; a test reads its real error.
        rustls::Error::General(text) if text.starts_with("No CA certificates were loaded") => {
            TlsFault::SystemRootsMissing
        }
        _ => TlsFault::Other,
    }
}

fn certificate(error: &CertificateError) -> TlsFault {
    match error {
        CertificateError::UnknownIssuer => TlsFault::UnknownCa,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFault::NameMismatch
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            TlsFault::ServerCertificateExpired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsFault::ServerCertificateNotYetValid
        }
        _ => TlsFault::Other,
    }
}

fn refusal(alert: AlertDescription, identity: bool) -> TlsFault {
    use AlertDescription as Alert;
    match alert {
        Alert::CertificateRequired | Alert::NoCertificate => TlsFault::ClientCertificateRequired,
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA
        | Alert::AccessDenied
        | Alert::DecryptError => {
            if identity {
                TlsFault::ClientCertificateRejected
            } else {
                TlsFault::ClientCertificateRequired
            }
        }
        // OpenSSL's TLS 1.2 for a missing certificate; anybody's for parameters.
        Alert::HandshakeFailure if !identity => TlsFault::ClientCertificateRequired,
        Alert::HandshakeFailure | Alert::ProtocolVersion | Alert::InsufficientSecurity => {
            TlsFault::NoCommonParameters
        }
        _ => TlsFault::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::{InvalidMessage, PeerIncompatible};

    #[derive(Debug)]
    struct Layer(Box<dyn Error + Send + Sync>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("layer")
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self.0.as_ref())
        }
    }

    #[test]
    fn each_error_of_rustls_has_its_fault() {
        use AlertDescription as Alert;
        use TlsFault as Fault;
        use rustls::Error::{AlertReceived, InvalidCertificate};
        let rows = [
            (
                InvalidCertificate(CertificateError::UnknownIssuer),
                true,
                Fault::UnknownCa,
            ),
            (
                InvalidCertificate(CertificateError::NotValidForName),
                true,
                Fault::NameMismatch,
            ),
            (
                InvalidCertificate(CertificateError::Expired),
                true,
                Fault::ServerCertificateExpired,
            ),
            (
                InvalidCertificate(CertificateError::NotValidYet),
                true,
                Fault::ServerCertificateNotYetValid,
            ),
            (
                InvalidCertificate(CertificateError::Revoked),
                true,
                Fault::Other,
            ),
            (
                AlertReceived(Alert::CertificateRequired),
                false,
                Fault::ClientCertificateRequired,
            ),
            (
                AlertReceived(Alert::CertificateRequired),
                true,
                Fault::ClientCertificateRequired,
            ),
            (
                AlertReceived(Alert::HandshakeFailure),
                false,
                Fault::ClientCertificateRequired,
            ),
            (
                AlertReceived(Alert::HandshakeFailure),
                true,
                Fault::NoCommonParameters,
            ),
            (
                AlertReceived(Alert::BadCertificate),
                false,
                Fault::ClientCertificateRequired,
            ),
            (
                AlertReceived(Alert::BadCertificate),
                true,
                Fault::ClientCertificateRejected,
            ),
            (
                AlertReceived(Alert::UnsupportedCertificate),
                true,
                Fault::ClientCertificateRejected,
            ),
            (
                AlertReceived(Alert::UnknownCA),
                true,
                Fault::ClientCertificateRejected,
            ),
            (
                AlertReceived(Alert::CertificateExpired),
                true,
                Fault::ClientCertificateRejected,
            ),
            (
                AlertReceived(Alert::CertificateRevoked),
                true,
                Fault::ClientCertificateRejected,
            ),
            (
                AlertReceived(Alert::CertificateUnknown),
                true,
                Fault::ClientCertificateRejected,
            ),
            (
                AlertReceived(Alert::AccessDenied),
                true,
                Fault::ClientCertificateRejected,
            ),
            (
                AlertReceived(Alert::ProtocolVersion),
                true,
                Fault::NoCommonParameters,
            ),
            (
                AlertReceived(Alert::InsufficientSecurity),
                true,
                Fault::NoCommonParameters,
            ),
            (AlertReceived(Alert::InternalError), true, Fault::Other),
            (
                PeerIncompatible::NoCipherSuitesInCommon.into(),
                true,
                Fault::NoCommonParameters,
            ),
            (
                InvalidMessage::InvalidContentType.into(),
                true,
                Fault::NotTls,
            ),
            (
                rustls::Error::General("anything".to_owned()),
                true,
                Fault::Other,
            ),
        ];
        for (error, identity, expected) in rows {
            let name = format!("{error:?}, identity {identity}");
            assert_eq!(diagnose(&error, identity), Some(expected), "{name}");
            // As reqwest and hyper bring it: an I/O error in an I/O error in layers of their own.
            let wrapped = Layer(Box::new(io::Error::other(io::Error::new(
                io::ErrorKind::InvalidData,
                Layer(Box::new(error)),
            ))));
            assert_eq!(
                diagnose(&wrapped, identity),
                Some(expected),
                "{name}, wrapped"
            );
        }
    }

    #[test]
    fn what_is_not_tls_is_left_alone() {
        assert_eq!(
            diagnose(&io::Error::from(io::ErrorKind::ConnectionRefused), true),
            None
        );
        assert_eq!(diagnose(&io::Error::other("text"), true), None);
        assert_eq!(diagnose(&Layer(Box::new(fmt::Error)), true), None);
    }

    #[test]
    fn a_ring_of_sources_ends() {
        #[derive(Debug)]
        struct Ring;
        impl fmt::Display for Ring {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("ring")
            }
        }
        impl Error for Ring {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(self)
            }
        }
        assert_eq!(diagnose(&Ring, true), None);
    }

    #[test]
    fn codes_differ_and_each_fault_has_a_cure() {
        let all = [
            TlsFault::UnknownCa,
            TlsFault::NameMismatch,
            TlsFault::ServerCertificateExpired,
            TlsFault::ServerCertificateNotYetValid,
            TlsFault::ClientCertificateRequired,
            TlsFault::ClientCertificateRejected,
            TlsFault::NoCommonParameters,
            TlsFault::SystemRootsMissing,
            TlsFault::NotTls,
            TlsFault::Other,
        ];
        let codes: std::collections::BTreeSet<_> = all.iter().map(|fault| fault.as_str()).collect();
        assert_eq!(codes.len(), all.len());
        for fault in all {
            assert!(fault.cure().len() > 20 && fault.to_string() == fault.cure());
        }
    }
}
