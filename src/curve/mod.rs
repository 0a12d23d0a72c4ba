//! CURVE: the keys of RFC 26, their text (RFC 32), and the files in which they travel.

mod certificate;
mod file;
pub(crate) mod key;
pub(crate) mod keypair;
mod secret;
pub(crate) mod z85;
mod zpl;

pub use certificate::Certificate;
pub use key::CurvePublicKey;
pub use keypair::{CurveKeypair, curve_public};
pub use secret::CurveSecretKey;
pub use z85::{z85_decode, z85_encode};
