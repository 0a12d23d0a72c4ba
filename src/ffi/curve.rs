//! Keys, as libzmq makes them: text.

use zmq_sys as sys;

use super::errno::Errno;
use super::ret;

/// 40 characters and a NUL.
pub(crate) type Text = [u8; 41];

pub(crate) fn keypair(public: &mut Text, secret: &mut Text) -> Result<(), Errno> {
    // SAFETY: each has the 41 bytes that are written (zmq_curve_keypair(3)).
    ret::status(unsafe { sys::zmq_curve_keypair(public.as_mut_ptr().cast(), secret.as_mut_ptr().cast()) })
}

pub(crate) fn public(public: &mut Text, secret: &Text) -> Result<(), Errno> {
    // libzmq reads up to the NUL, whatever there is room for.
    if secret.last() != Some(&0) {
        return Err(Errno::EINVAL);
    }
    // SAFETY: 41 bytes are written (zmq_curve_public(3)), and the text of at most 40 characters ends in NUL, as checked.
    ret::status(unsafe { sys::zmq_curve_public(public.as_mut_ptr().cast(), secret.as_ptr().cast()) })
}
