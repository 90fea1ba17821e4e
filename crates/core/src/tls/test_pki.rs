//! Certificates made on the fly, for the tests of this room.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use time::OffsetDateTime;
use time::macros::datetime;

pub(super) type Authority = CertifiedIssuer<'static, KeyPair>;

/// Dates that do not run out.
pub(super) const ALWAYS: (OffsetDateTime, OffsetDateTime) = (
    datetime!(2020-01-01 0:00 UTC),
    datetime!(2120-01-01 0:00 UTC),
);
pub(super) const PAST: (OffsetDateTime, OffsetDateTime) = (
    datetime!(2020-01-01 0:00 UTC),
    datetime!(2021-01-01 0:00 UTC),
);
pub(super) const FUTURE: (OffsetDateTime, OffsetDateTime) = (
    datetime!(2119-01-01 0:00 UTC),
    datetime!(2120-01-01 0:00 UTC),
);

fn params(name: &str, host: &str, dates: (OffsetDateTime, OffsetDateTime)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = dates;
    params
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = params(name, "authority.test", ALWAYS);
    params.subject_alt_names.clear();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

/// A root.
pub(super) fn authority(name: &str) -> Authority {
    CertifiedIssuer::self_signed(authority_params(name), KeyPair::generate().unwrap()).unwrap()
}

/// An authority below another.
pub(super) fn intermediate(name: &str, above: &Authority) -> Authority {
    let key = KeyPair::generate().unwrap();
    CertifiedIssuer::signed_by(authority_params(name), key, above).unwrap()
}

/// A certificate for one host and one key.
pub(super) fn leaf(
    name: &str,
    host: &str,
    dates: (OffsetDateTime, OffsetDateTime),
    key: &KeyPair,
    above: &Authority,
) -> rcgen::Certificate {
    params(name, host, dates).signed_by(key, above).unwrap()
}
