//! The security mechanisms NULL, PLAIN and CURVE.
//!
//! The option that was set last selects the mechanism.

use zeroize::Zeroizing;

use super::newtype::Mechanism;
use super::row::*;
use super::value::{Bool, Enum, Key, Text};
use crate::curve::{CurvePublicKey, CurveSecretKey};
use crate::error::Result;
use crate::socket::Socket;

const CURVE: &[&str] = &["curve"];

options! {
    "# Options: NULL, PLAIN and CURVE";
    /// The security mechanism, which the other options select. The default is [`NULL`](crate::NULL).
    ZMQ_MECHANISM = "ZMQ_MECHANISM", "4.0.0", &[], read, needs &[], Enum::<Mechanism>::within(0, i32::MAX), {
        get mechanism: Mechanism, "GetMechanism";
    }
    /// Whether the socket is a PLAIN server, which requires a name and a password of its peers. The default is `false`. Setting it to `false`
    /// selects the mechanism NULL, whatever was selected before.
    ZMQ_PLAIN_SERVER = "ZMQ_PLAIN_SERVER", "4.0.0", &[], next, needs &[], Bool, {
        get plain_server: bool, "GetPlainServer"; set set_plain_server: bool, "SetPlainServer";
        good [true, false]; bad []
    }
    /// The user name of a PLAIN client, 1 to 255 bytes. Setting it selects PLAIN, as a client, also if the socket was a server
    /// before. Empty text, the default, selects NULL.
    ZMQ_PLAIN_USERNAME = "ZMQ_PLAIN_USERNAME", "4.0.0", &[], next, needs &[], Text::CLEARED_BY_NONE, {
        get plain_username: String, "GetPlainUsername"; set set_plain_username: impl AsRef<str>, "SetPlainUsername";
        good ["admin", "\u{e9}"]; bad ["ad\0min", "x".repeat(256).as_str()]
    }
    /// The password of a PLAIN client, 1 to 255 bytes. Setting it selects PLAIN, as a client. Empty text selects NULL; for an
    /// empty password set none.
    ZMQ_PLAIN_PASSWORD = "ZMQ_PLAIN_PASSWORD", "4.0.0", &[], next, needs &[], Text::CLEARED_BY_NONE, {
        get plain_password: String, "GetPlainPassword"; set set_plain_password: impl AsRef<str>, "SetPlainPassword";
        good ["secret"]; bad ["sec\0ret", "x".repeat(256).as_str()]
    }
    /// Whether the socket is the server of a CURVE handshake. The default is `false`, and setting that selects the
    /// mechanism NULL.
    ZMQ_CURVE_SERVER = "ZMQ_CURVE_SERVER", "4.0.0", &[], next, needs CURVE, Bool, {
        get curve_server: bool, "GetCurveServer"; set set_curve_server: bool, "SetCurveServer";
        good [true, false]; bad []
    }
    /// The socket's own public key; all zero if it was not set. It is set as 32 bytes or as 40 characters of Z85, which
    /// selects CURVE.
    ZMQ_CURVE_PUBLICKEY = "ZMQ_CURVE_PUBLICKEY", "4.0.0", &[], next, needs CURVE, Key::<CurvePublicKey>::ANY, {
        get curve_publickey: CurvePublicKey, "GetCurvePublickeyRaw";
        set set_curve_publickey: impl AsRef<[u8]>, "SetCurvePublickey";
        good [CurvePublicKey::from([7; 32]), CurvePublicKey::from([255; 32])];
        bad [[7; 31].as_slice(), &[7; 41], &[b'~'; 40], &[b'#'; 40], b""]
    }
    /// The socket's own secret key; all zero if it was not set. It is set as 32 bytes or as 40 characters of Z85, which
    /// selects CURVE.
    ZMQ_CURVE_SECRETKEY = "ZMQ_CURVE_SECRETKEY", "4.0.0", &[], next, needs CURVE, Key::<CurveSecretKey>::ANY, {
        get curve_secretkey: CurveSecretKey, "GetCurveSecretkeyRaw";
        set set_curve_secretkey: impl AsRef<[u8]>, "SetCurveSecretkey";
        good [CurveSecretKey::from([7; 32]), CurveSecretKey::from([255; 32])];
        bad [[7; 31].as_slice(), &[7; 41], &[b'~'; 40], &[b'#'; 40], b""]
    }
    /// The public key of the server, for a client; all zero if it was not set. It is set as 32 bytes or as 40
    /// characters of Z85, which selects CURVE, as a client.
    ZMQ_CURVE_SERVERKEY = "ZMQ_CURVE_SERVERKEY", "4.0.0", &[], next, needs CURVE, Key::<CurvePublicKey>::ANY, {
        get curve_serverkey: CurvePublicKey, "GetCurveServerkeyRaw";
        set set_curve_serverkey: impl AsRef<[u8]>, "SetCurveServerkey";
        good [CurvePublicKey::from([7; 32]), CurvePublicKey::from([255; 32])];
        bad [[7; 31].as_slice(), &[7; 41], &[b'~'; 40], &[b'#'; 40], b""]
    }
    /// The domain that is sent to the authentication handler (ZAP), 1 to 255 bytes. With an empty one, the default, the handler
    /// is used for PLAIN and CURVE only. It cannot be reset to empty.
    ZMQ_ZAP_DOMAIN = "ZMQ_ZAP_DOMAIN", "4.0.0", &[], next, needs &[], Text { min: 1, max: 255 }, {
        get zap_domain: String, "GetZapDomain"; set set_zap_domain: impl AsRef<str>, "SetZapDomain";
        good ["global", "g"]; bad ["", "glo\0bal", "global\0", "x".repeat(256).as_str()]
    }
}

macro_rules! as_text {
    ($($z85:ident: $text:ty = $key:ident, $c:literal, $go:literal;)*) => {
        impl Socket {$(
            #[doc = concat!("[`", stringify!($key), "`](Socket::", stringify!($key), ") as 40 characters of Z85.")]
            ///
            /// # Errors
            #[doc = concat!("Those of [`", stringify!($key), "`](Socket::", stringify!($key), ").")]
            #[doc(alias = $c)]
            #[doc(alias = $go)]
            pub fn $z85(&self) -> Result<$text> {
                self.$key().map(|key| key.to_z85())
            }
        )*}
    };
}

as_text! {
    curve_publickey_z85: String = curve_publickey, "ZMQ_CURVE_PUBLICKEY", "GetCurvePublickeykeyZ85";
    curve_secretkey_z85: Zeroizing<String> = curve_secretkey, "ZMQ_CURVE_SECRETKEY", "GetCurveSecretkeyZ85";
    curve_serverkey_z85: String = curve_serverkey, "ZMQ_CURVE_SERVERKEY", "GetCurveServerkeyZ85";
}
