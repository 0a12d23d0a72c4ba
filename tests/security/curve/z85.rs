//! Z85 against RFC 32, and against libzmq.

use std::ffi::{CStr, CString};

use proptest::prelude::*;
use zmq4::{Errno, z85_decode, z85_encode, zmq_sys as sys};

/// What libzmq writes.
fn libzmq_encodes(data: &[u8]) -> String {
    let mut text = vec![0_u8; data.len() / 4 * 5 + 1];
    // SAFETY: the length is a multiple of 4, and the text has room for five characters each and a NUL.
    let answer = unsafe { sys::zmq_z85_encode(text.as_mut_ptr().cast(), data.as_ptr(), data.len()) };
    assert!(!answer.is_null());
    CStr::from_bytes_until_nul(&text).unwrap().to_str().unwrap().to_owned()
}

/// What libzmq reads.
fn libzmq_decodes(text: &str) -> Option<Vec<u8>> {
    let c = CString::new(text).ok()?;
    let mut data = vec![0_u8; text.len() / 5 * 4 + 4];
    // SAFETY: the text ends in NUL, and there is room for four bytes for every five characters, begun ones included.
    let answer = unsafe { sys::zmq_z85_decode(data.as_mut_ptr(), c.as_ptr()) };
    data.truncate(text.len() / 5 * 4);
    (!answer.is_null()).then_some(data)
}

/// The alphabet, out of the RFC.
const ALPHABET: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

#[test]
fn the_boundaries() {
    for (bytes, text) in [
        (vec![], ""),
        (vec![0; 4], "00000"),
        (vec![0, 0, 0, 1], "00001"),
        (vec![0, 0, 0, 84], "0000#"),
        (vec![0, 0, 0, 85], "00010"),
        (vec![0xff; 4], "%nSc0"),
        (vec![0xff, 0xff, 0xff, 0xfe], "%nSb#"),
        (vec![0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b], "HelloWorld"),
    ] {
        assert_eq!(z85_encode(&bytes).unwrap(), text);
        assert_eq!(z85_decode(text).unwrap(), bytes, "{text}");
    }
}

#[test]
fn text_that_is_not_z85_is_refused() {
    for text in [
        "0",
        "0000",
        "000000",
        "%nSc1",
        "%nSd0",
        "%nT00",
        "%o000",
        "$0000",
        "#####",
        "0000 ",
        " 0000",
        "0000~",
        "000\"0",
        "0000\\",
        "0000'",
        "0000,",
        "0000;",
        "0000_",
        "0000`",
        "0000|",
        "0000\n",
        "0000\0",
        "000\u{fc}",
        "\u{1f511}0",
    ] {
        assert_eq!(z85_decode(text).unwrap_err(), Errno::EINVAL, "{text:?}");
        assert_eq!(libzmq_decodes(text), None, "{text:?}");
    }
    for len in (1..40).filter(|len| len % 4 != 0) {
        assert_eq!(z85_encode(vec![0; len]).unwrap_err(), Errno::EINVAL, "{len}");
    }
}

#[test]
fn every_byte_stands_for_what_the_rfc_says() {
    for byte in 0..=u8::MAX {
        let text: String = ['0', '0', '0', '0', char::from(byte)].iter().collect();
        let place = ALPHABET.find(char::from(byte));
        let expected = place.map(|place| vec![0, 0, 0, u8::try_from(place).unwrap()]);
        assert_eq!(z85_decode(&text).ok(), expected, "{byte}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn bytes_become_what_libzmq_makes_of_them(mut data: Vec<u8>) {
        data.truncate(data.len() / 4 * 4);
        let text = z85_encode(&data).unwrap();
        prop_assert_eq!(&text, &libzmq_encodes(&data));
        prop_assert_eq!(z85_decode(&text).unwrap(), data);
    }

    /// Five characters of the alphabet are more than four bytes can hold in 3 of 100 cases.
    #[test]
    fn text_of_the_alphabet_is_read_as_libzmq_does(digits in proptest::collection::vec(0..85_usize, 1..12)) {
        let text: String = digits.iter().map(|digit| char::from(ALPHABET.as_bytes()[*digit])).collect();
        prop_assert_eq!(z85_decode(&text).ok(), libzmq_decodes(&text));
    }

    #[test]
    fn any_text_is_read_as_libzmq_does(text in "[ -~]{5}|[ -~]{0,11}|\\PC{0,9}") {
        // libzmq reads no empty text.
        prop_assume!(!text.is_empty());
        prop_assert_eq!(z85_decode(&text).ok(), libzmq_decodes(&text));
    }
}
