//! CURVE keys and Z85, by plain arithmetic.

/// The alphabet, out of RFC 32.
const ALPHABET: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

pub(super) fn z85(key: &[u8]) -> String {
    let digit = |value: u64, place: u32| ALPHABET.as_bytes()[(value / 85_u64.pow(place) % 85) as usize];
    key.chunks(4)
        .map(|four| four.iter().fold(0_u64, |value, byte| value * 256 + u64::from(*byte)))
        .flat_map(|value| (0..5).rev().map(move |place| char::from(digit(value, place))))
        .collect()
}

/// The 32 bytes, if the text is a key.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    if text.len() != 40 {
        return None;
    }
    let digits: Option<Vec<u64>> = text
        .chars()
        .map(|character| ALPHABET.find(character).map(|place| place as u64))
        .collect();
    let values = digits?
        .chunks(5)
        .map(|five| five.iter().fold(0_u64, |value, digit| value * 85 + *digit))
        .collect::<Vec<_>>();
    let fours: Option<Vec<[u8; 4]>> = values
        .into_iter()
        .map(|value| u32::try_from(value).ok().map(u32::to_be_bytes))
        .collect();
    Some(fours?.concat())
}
