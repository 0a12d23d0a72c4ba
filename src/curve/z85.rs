//! Z85, the text in which keys are written (RFC 32): five characters for four bytes.

use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;

const ALPHABET: &[u8; 85] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/// The digit that a character stands for; 85 where it stands for none.
const DIGITS: [u8; 256] = digits();

const fn digits() -> [u8; 256] {
    let mut digits = [85; 256];
    let mut digit = 0;
    while digit < 85 {
        digits[ALPHABET[digit as usize] as usize] = digit;
        digit += 1;
    }
    digits
}

/// Writes bytes as Z85 ([`zmq_z85_encode`]): five characters for every four of them.
///
/// Nothing becomes the empty text ([RFC 32](https://rfc.zeromq.org/spec/32/)). The code is this crate's own, and what it writes is what libzmq writes.
///
/// ```
/// let bytes = [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B];
/// assert_eq!(zmq4::z85_encode(bytes)?, "HelloWorld");
/// # Ok::<(), zmq4::Error>(())
/// ```
///
/// # Errors
/// `EINVAL` where the number of bytes is no multiple of 4, `ENOMEM` where there is no memory for the text.
///
/// [`zmq_z85_encode`]: https://libzmq.readthedocs.io/en/latest/zmq_z85_encode.html
#[doc(alias = "zmq_z85_encode")]
#[doc(alias = "Z85encode")]
pub fn z85_encode(data: impl AsRef<[u8]>) -> Result<String> {
    let data = data.as_ref();
    if data.len() % 4 != 0 {
        let reason = format!("{} bytes are not a multiple of 4", data.len());
        return Err(Error::refused(Call::Z85Encode, Refusal::invalid(reason)));
    }
    let mut text = String::new();
    text.try_reserve_exact(data.len() / 4 * 5)
        .map_err(|_| Error::new(Call::Z85Encode, Errno::ENOMEM))?;
    push(&mut text, data);
    Ok(text)
}

/// Reads Z85 ([`zmq_z85_decode`]): four bytes for every five characters.
///
/// The empty text is no bytes, which libzmq refuses; otherwise this accepts what libzmq accepts, with code of its own. What
/// is read is not wiped: for secret keys there is [`CurveSecretKey`](crate::CurveSecretKey), which parses too.
///
/// ```
/// let bytes = [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B];
/// assert_eq!(zmq4::z85_decode("HelloWorld")?, bytes);
/// assert!(zmq4::z85_decode("Hello World").is_err());
/// # Ok::<(), zmq4::Error>(())
/// ```
///
/// # Errors
/// `EINVAL` where the length is no multiple of 5, for a character that Z85 does not have, and for five characters that are
/// more than four bytes can hold; `ENOMEM` where there is no memory for the bytes. The text stays out of the error.
///
/// [`zmq_z85_decode`]: https://libzmq.readthedocs.io/en/latest/zmq_z85_decode.html
#[doc(alias = "zmq_z85_decode")]
#[doc(alias = "Z85decode")]
pub fn z85_decode(text: &str) -> Result<Vec<u8>> {
    let refused = |reason| Error::refused(Call::Z85Decode, reason);
    if text.len() % 5 != 0 {
        return Err(refused(Refusal::invalid(format!(
            "{} bytes of text are not a multiple of 5",
            text.len()
        ))));
    }
    let mut bytes = Vec::new();
    let len = text.len() / 5 * 4;
    bytes
        .try_reserve_exact(len)
        .map_err(|_| Error::new(Call::Z85Decode, Errno::ENOMEM))?;
    bytes.resize(len, 0);
    read(text.as_bytes(), &mut bytes).map_err(|reason| refused(Refusal::invalid(reason)))?;
    Ok(bytes)
}

/// Appends the text of whole fours of bytes.
pub(crate) fn push(text: &mut String, data: &[u8]) {
    for four in data.chunks_exact(4) {
        let mut value = four.iter().fold(0, |value: u32, byte| value << 8 | u32::from(*byte));
        let mut characters = [0; 5];
        for character in characters.iter_mut().rev() {
            *character = ALPHABET[(value % 85) as usize];
            value /= 85;
        }
        text.extend(characters.map(char::from));
    }
}

/// Decodes groups of five characters into groups of four bytes. The error does not contain the text, which may be secret.
pub(crate) fn read(text: &[u8], bytes: &mut [u8]) -> Result<(), &'static str> {
    for (five, four) in text.chunks_exact(5).zip(bytes.chunks_exact_mut(4)) {
        let mut value: u32 = 0;
        for character in five {
            let digit = DIGITS[usize::from(*character)];
            if digit == 85 {
                return Err("a character is not one of Z85");
            }
            value = value
                .checked_mul(85)
                .and_then(|value| value.checked_add(u32::from(digit)))
                .ok_or("five characters exceed the four bytes that they encode")?;
        }
        four.copy_from_slice(&value.to_be_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_reads_back() {
        for (digit, character) in ALPHABET.iter().enumerate() {
            assert_eq!(usize::from(DIGITS[usize::from(*character)]), digit);
        }
        assert_eq!(DIGITS.iter().filter(|digit| **digit != 85).count(), 85);
    }

    #[test]
    fn errors_do_not_show_the_text() {
        for (text, says) in [
            ("~~~~~", "one of Z85"),
            ("#####", "four bytes"),
            ("0000", "multiple of 5"),
        ] {
            let error = z85_decode(text).unwrap_err();
            assert_eq!((error.errno(), error.call()), (Errno::EINVAL, "zmq_z85_decode"));
            assert!(error.to_string().contains(says), "{error}");
            assert!(!error.to_string().contains(text), "{error}");
        }
        let error = z85_encode([1, 2, 3]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "zmq_z85_encode: 3 bytes are not a multiple of 4 (EINVAL)"
        );
    }
}
