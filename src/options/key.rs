//! CURVE keys: 32 bytes, or 40 characters of Z85 (RFC 32).

use crate::error::Result;
use crate::options::Row;
use crate::socket::Socket;

const ALPHABET: &[u8; 85] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/// A key, read as bytes.
pub(crate) struct Key;

impl Key {
    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<[u8; 32]> {
        let mut key = [0; 32];
        socket.read(row, &mut key)?;
        Ok(key)
    }

    /// The key itself stays out of every error: it may be secret.
    pub(crate) fn set(&self, socket: &Socket, row: &Row, key: impl AsRef<[u8]>) -> Result<()> {
        let key = key.as_ref();
        match key.len() {
            32 => socket.write(row, key),
            40 => {
                let mut bytes = [0; 32];
                decode(key, &mut bytes).map_err(|reason| row.refuse(reason))?;
                socket.write(row, &bytes)
            }
            len => {
                let reason = format!("{len} bytes are not within what a key has: 32 bytes, or 40 characters of Z85");
                Err(row.refuse(reason))
            }
        }
    }
}

pub(crate) fn encode(key: &[u8; 32]) -> String {
    let mut text = String::with_capacity(40);
    for four in key.chunks_exact(4) {
        let mut value = four.iter().fold(0, |value: u32, byte| value << 8 | u32::from(*byte));
        let mut digits = [0; 5];
        for digit in digits.iter_mut().rev() {
            *digit = ALPHABET[(value % 85) as usize];
            value /= 85;
        }
        text.extend(digits.map(char::from));
    }
    text
}

fn decode(text: &[u8], key: &mut [u8; 32]) -> Result<(), &'static str> {
    for (five, four) in text.chunks_exact(5).zip(key.chunks_exact_mut(4)) {
        let mut value: u32 = 0;
        for character in five {
            let digit = ALPHABET.iter().position(|known| known == character);
            let digit = digit.and_then(|digit| u32::try_from(digit).ok());
            let digit = digit.ok_or("a character is not within those of Z85")?;
            value = value
                .checked_mul(85)
                .and_then(|value| value.checked_add(digit))
                .ok_or("five characters are not within the four bytes that they stand for")?;
        }
        four.copy_from_slice(&value.to_be_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the example in libzmq's zmq_curve_keypair.
    const TEXT: &str = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

    #[test]
    fn reads_what_it_wrote() {
        let mut key = [0; 32];
        decode(TEXT.as_bytes(), &mut key).unwrap();
        assert_eq!(encode(&key), TEXT);
        for key in [[0; 32], [0xff; 32]] {
            let mut again = [1; 32];
            decode(encode(&key).as_bytes(), &mut again).unwrap();
            assert_eq!(again, key);
        }
    }

    #[test]
    fn refuses_what_is_not_z85() {
        let mut key = [0; 32];
        assert!(decode(&[b'~'; 40], &mut key).is_err(), "a wrong character");
        assert!(decode(&[b'#'; 40], &mut key).is_err(), "more than four bytes");
    }
}
