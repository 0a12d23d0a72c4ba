//! Key types: reading, writing, comparing, pairs.

use std::collections::{BTreeSet, HashSet};

use zmq4::{CurveKeypair, CurvePublicKey, CurveSecretKey, Errno, curve_public, z85_decode};

use crate::curve::{PUBLIC, SECRET, lacks_curve};
use crate::support::{LONG, deadline};

#[test]
fn keys_are_text_and_bytes() {
    let bytes: [u8; 32] = z85_decode(PUBLIC).unwrap().try_into().unwrap();
    let public: CurvePublicKey = PUBLIC.parse().unwrap();
    assert_eq!(public, CurvePublicKey::from(bytes));
    assert_eq!(*public.as_bytes(), bytes);
    assert_eq!(
        (public.to_string(), public.to_z85()),
        (PUBLIC.to_owned(), PUBLIC.to_owned())
    );
    assert_eq!(format!("{public:>42}"), format!("  {PUBLIC}"));
    assert_eq!(format!("{public:?}"), format!("CurvePublicKey({PUBLIC})"));
    assert_eq!(HashSet::from([public, public]).len(), 1);
    assert_eq!(
        BTreeSet::from([CurvePublicKey::from([2; 32]), CurvePublicKey::from([1; 32])]).first(),
        Some(&CurvePublicKey::from([1; 32]))
    );

    let secret: CurveSecretKey = SECRET.parse().unwrap();
    assert_eq!(secret.to_z85().as_str(), SECRET);
    assert_eq!(secret.as_bytes().as_slice(), z85_decode(SECRET).unwrap());
    let (array, slice): (&[u8; 32], &[u8]) = (secret.as_ref(), secret.as_ref());
    assert_eq!(array.as_slice(), slice);
    assert_eq!(secret, secret.clone());
    assert_ne!(secret, CurveSecretKey::from(bytes));
}

#[test]
fn invalid_key_is_refused_and_not_shown() {
    let long = format!("{SECRET}0");
    let zeros = "0".repeat(32);
    let wrong = SECRET.replace(')', "~");
    let overflow = "#".repeat(40);
    let other = "\u{fc}".repeat(20);
    for text in ["", &SECRET[1..], &long, &zeros, &wrong, &overflow, &other] {
        let errors = [
            text.parse::<CurvePublicKey>().unwrap_err(),
            text.parse::<CurveSecretKey>().unwrap_err(),
        ];
        for error in errors {
            assert_eq!(
                (error.errno(), error.call()),
                (Errno::EINVAL, "zmq_z85_decode"),
                "{text}"
            );
            assert!(error.reason().is_some());
            let shown = format!("{error} {error:?}");
            assert!(text.is_empty() || !shown.contains(text), "{shown}");
        }
    }
}

#[test]
fn secrets_do_not_show() {
    let secret: CurveSecretKey = SECRET.parse().unwrap();
    let mut shown = format!("{secret:?} {secret:#?}");
    if let Ok(pair) = CurveKeypair::from_secret(secret) {
        shown += &format!("{pair:?}");
        shown += &format!("{:?}", zmq4::Certificate::from(pair.clone()));
        shown += &format!("{:?}", zmq4::auth::Server::curve(pair.secret().clone()));
        shown += &format!("{:?}", zmq4::auth::Client::curve(pair.public(), pair));
    }
    shown += &format!("{:?}", zmq4::auth::Client::plain("admin", SECRET));
    assert!(!shown.contains(SECRET), "{shown}");
    // As a list of numbers, as bytes are shown.
    let first = z85_decode(SECRET).unwrap()[..3]
        .iter()
        .map(u8::to_string)
        .collect::<Vec<_>>();
    assert!(!shown.contains(&first.join(", ")), "{shown}");
}

#[test]
fn pairs_belong_together() {
    if lacks_curve() {
        return;
    }
    let pair = CurveKeypair::new().unwrap();
    assert_ne!(pair, CurveKeypair::new().unwrap());
    assert_eq!(curve_public(pair.secret()).unwrap(), pair.public());
    assert_eq!(pair.secret().public().unwrap(), pair.public());
    let (public, secret) = pair.clone().into_keys();
    assert_eq!(CurveKeypair::from_secret(secret.clone()).unwrap(), pair);
    assert_eq!(CurveKeypair::from_keys(public, secret.clone()).unwrap(), pair);
    let error = CurveKeypair::from_keys(PUBLIC.parse().unwrap(), secret).unwrap_err();
    assert_eq!(error, Errno::EINVAL);
    assert!(error.to_string().contains("does not belong"), "{error}");

    // The pair of the manual page.
    let secret: CurveSecretKey = SECRET.parse().unwrap();
    assert_eq!(curve_public(&secret).unwrap().to_string(), PUBLIC);
}

/// Every secret has a public key, whatever its bytes.
#[test]
fn any_bytes_are_a_secret() {
    if lacks_curve() {
        return;
    }
    for bytes in [[0; 32], [0xff; 32], [0x80; 32]] {
        let public = curve_public(&CurveSecretKey::from(bytes)).unwrap();
        assert_ne!(*public.as_bytes(), [0; 32]);
    }
}

#[test]
fn keys_travel_between_threads() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<(CurvePublicKey, CurveSecretKey, CurveKeypair, zmq4::Certificate)>();
    travels::<(zmq4::auth::Server, zmq4::auth::Client)>();
}

/// While contexts come and go, which start and stop the same source of random numbers.
#[test]
fn threads_make_pairs_at_once() {
    if lacks_curve() {
        return;
    }
    deadline(LONG, || {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                std::thread::spawn(|| {
                    (0..50)
                        .map(|_| {
                            drop(zmq4::Context::new().unwrap().socket(zmq4::PAIR).unwrap());
                            CurveKeypair::new().unwrap().public()
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let made = threads.into_iter().flat_map(|thread| thread.join().unwrap());
        assert_eq!(made.collect::<HashSet<_>>().len(), 400);
    });
}
