//! Z85, keys and certificate files: text in, and the same text out.

use zmq4::{Certificate, CurvePublicKey, CurveSecretKey, z85_decode, z85_encode};

pub(crate) fn run(data: &[u8]) {
    if let Ok(text) = z85_encode(data) {
        assert_eq!(z85_decode(&text).unwrap(), data);
    }
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(bytes) = z85_decode(text) {
        assert_eq!(z85_encode(&bytes).unwrap(), text);
    }
    if let Ok(key) = text.parse::<CurvePublicKey>() {
        assert_eq!(key.to_z85(), text);
    }
    let _ = text.parse::<CurveSecretKey>();
    if let Ok(certificate) = text.parse::<Certificate>() {
        for (name, value) in certificate.metadata() {
            assert_eq!(certificate.metadata_value(name), Some(value));
        }
        let again = Certificate::from(certificate.public());
        assert_eq!(again.public(), certificate.public());
    }
}
