//! [`Password`]: the salted hash of the password of a PLAIN user.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::hint::black_box;

use sha2::digest::Output;
use sha2::{Digest, Sha256};

/// A password's SHA-256 with a random salt.
///
/// The password itself is not kept. An attacker who reads the memory of the process has to guess it, and does not learn
/// whether two users have the same.
pub(crate) struct Password {
    /// An empty password matches nothing.
    is_empty: bool,
    salt: u64,
    digest: Output<Sha256>,
}

impl Password {
    pub(crate) fn new(text: &str) -> Password {
        // It has to be unique, not secret.
        let salt = RandomState::new().build_hasher().finish();
        Password {
            is_empty: text.is_empty(),
            salt,
            digest: digest(salt, text.as_bytes()),
        }
    }

    /// Compares in a time that depends on the length of `given` only, which is the peer's own.
    pub(crate) fn is(&self, given: &[u8]) -> bool {
        let theirs = digest(self.salt, given);
        let mut different = 0;
        for (theirs, ours) in theirs.iter().zip(&self.digest) {
            different = black_box(different | (theirs ^ ours));
        }
        !self.is_empty & (black_box(different) == 0)
    }

    /// Takes as long as [`is`](Password::is), for an unknown user, and returns `false`.
    pub(crate) fn dummy_check(given: &[u8]) -> bool {
        let dummy = Password {
            is_empty: true,
            salt: 0,
            digest: Output::<Sha256>::default(),
        };
        dummy.is(given)
    }
}

fn digest(salt: u64, text: &[u8]) -> Output<Sha256> {
    let mut hasher = Sha256::new();
    hasher.update(salt.to_ne_bytes());
    hasher.update(text);
    // Not moved, so that no copy stays behind: what it has of the text is overwritten when it is dropped.
    hasher.finalize_reset()
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_the_whole() {
        let password = Password::new("secret");
        assert!(password.is(b"secret"));
        for wrong in [
            "",
            "s",
            "secre",
            "Secret",
            "secreT",
            "secretsecret",
            "secret\0",
            "ecrets",
            "-",
        ] {
            assert!(!password.is(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn an_empty_one_fits_nothing() {
        for given in ["", "\0", "x"] {
            assert!(!Password::new("").is(given.as_bytes()), "{given:?}");
        }
    }

    #[test]
    fn unknown_user_has_no_password() {
        for given in ["", "-", "--", "x"] {
            assert!(!Password::dummy_check(given.as_bytes()), "{given:?}");
        }
    }

    #[test]
    fn the_same_one_is_kept_differently_each_time() {
        let [a, b] = [(); 2].map(|()| Password::new("secret"));
        assert_ne!(a.digest, b.digest);
        assert!(a.is(b"secret") && b.is(b"secret"));
    }

    #[test]
    fn is_not_printed() {
        assert!(!format!("{:?}", Password::new("secret")).contains("secret"));
    }
}
