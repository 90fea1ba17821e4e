//! Proof that whoever exchanges a code also made the link (RFC 7636), and other values that nobody can guess.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::operation::{Checks, InvalidRequest};
use crate::random::Random;
use crate::secret::Secret;

/// A value for `state`, `nonce` and the like: 32 random bytes as 43 characters of base64url.
pub fn unguessable(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The verifier of one sign-in, and the challenge that is made of it by S256; `plain` is not offered.
///
/// Keep it, together with the link's `state`, from the link until the code comes back. It is good for one sign-in.
///
/// ```
/// use rubank_core::auth::Pkce;
/// use rubank_core::random::SystemRandom;
///
/// let pkce = Pkce::new(&SystemRandom);
/// assert_eq!((pkce.verifier().expose().len(), pkce.challenge().len()), (43, 43));
/// ```
#[derive(Clone, Debug)]
pub struct Pkce {
    verifier: Secret,
}

impl Pkce {
    /// A new verifier: 32 random bytes as base64url.
    pub fn new(random: &dyn Random) -> Self {
        Pkce {
            verifier: unguessable(random).into(),
        }
    }

    /// The verifier of a sign-in that began earlier.
    ///
    /// # Errors
    /// It does not have 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`.
    pub fn with_verifier(verifier: Secret) -> Result<Self, InvalidRequest> {
        let text = verifier.expose();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let mut checks = Checks::new();
        checks.length("code_verifier", text, 43..=128);
        checks.that(
            text.bytes().all(allowed),
            "code_verifier",
            "must have letters, digits and -._~ only",
            || "other characters".to_owned(),
        );
        checks.finish()?;
        Ok(Pkce { verifier })
    }

    /// What the exchange of the code proves itself with.
    pub fn verifier(&self) -> &Secret {
        &self.verifier
    }

    /// What the link carries: `BASE64URL(SHA256(verifier))`.
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.expose().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let pkce = Pkce::with_verifier(verifier.into()).unwrap();
        assert_eq!(
            pkce.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_new_verifier_is_random_and_valid() {
        let random = SeededRandom::new(1);
        let (first, second) = (Pkce::new(&random), Pkce::new(&random));
        assert_ne!(first.verifier().expose(), second.verifier().expose());
        assert!(Pkce::with_verifier(first.verifier().clone()).is_ok());
        assert_eq!(
            Pkce::new(&SeededRandom::new(1)).challenge(),
            first.challenge()
        );
    }

    #[test]
    fn a_bad_verifier_is_refused_and_not_shown() {
        let long = "a".repeat(129);
        for text in [
            "",
            "canary-too-short",
            long.as_str(),
            &format!("{}{}", "canary".repeat(8), "я"),
        ] {
            let refused = Pkce::with_verifier(text.into()).unwrap_err();
            assert!(!format!("{refused} {refused:?}").contains("canary"));
        }
        for length in [43, 128] {
            assert!(Pkce::with_verifier("a".repeat(length).into()).is_ok());
        }
    }
}
