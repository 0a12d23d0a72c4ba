//! [`Password`]: what the password of a PLAIN user is kept in.

use std::fmt;
use std::hint::black_box;

use zeroize::Zeroizing;

/// One copy of a password, overwritten when it is dropped, and never printed.
///
/// It is kept in clear, since PLAIN sends it so: whoever reads the memory of the process reads passwords from libzmq's
/// buffers as well.
pub(crate) struct Password(Zeroizing<Box<[u8]>>);

impl Password {
    pub(crate) fn new(text: &str) -> Password {
        Password(Zeroizing::new(text.as_bytes().into()))
    }

    /// Compares in a time that depends on the length of `given` only, which is the peer's own.
    pub(crate) fn is(&self, given: &[u8]) -> bool {
        same(&self.0, given)
    }

    /// Takes as long as [`is`](Password::is) for a user that there is not.
    pub(crate) fn of_nobody(given: &[u8]) -> bool {
        same(b"-", given) & black_box(false)
    }
}

fn same(kept: &[u8], given: &[u8]) -> bool {
    let mut different = u8::from(kept.len() != given.len());
    for (theirs, ours) in given.iter().zip(kept.iter().cycle()) {
        different = black_box(different | (theirs ^ ours));
    }
    !kept.is_empty() && black_box(different) == 0
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
    fn nobody_has_none() {
        for given in ["", "-", "--", "x"] {
            assert!(!Password::of_nobody(given.as_bytes()), "{given:?}");
        }
    }

    #[test]
    fn is_not_printed() {
        assert!(!format!("{:?}", Password::new("secret")).contains("secret"));
    }
}
