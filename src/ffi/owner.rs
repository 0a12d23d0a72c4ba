//! Bytes that a message borrows from their Rust owner, and the call by which libzmq gives them back.

use std::ffi::c_void;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::ptr;

use zmq_sys as sys;

use super::message::RawMessage;
use super::ret;
use crate::errno::Errno;

impl RawMessage {
    /// A message over the bytes of `owner`, which is dropped once, whenever libzmq is through with them, on any thread.
    pub(crate) fn from_owner<T>(owner: T) -> Result<RawMessage, Errno>
    where
        T: AsRef<[u8]> + Send + 'static,
    {
        // Boxed, and given up, before the bytes are looked up: they may lie within the owner itself.
        let hint = Box::into_raw(Box::new(owner));
        // SAFETY: the box was just made, and nobody else has it.
        let bytes: &[u8] = unsafe { &*hint }.as_ref();
        let (data, len) = (bytes.as_ptr(), bytes.len());
        if len == 0 {
            // SAFETY: as above, and nothing borrows from it any more.
            drop(unsafe { Box::from_raw(hint) });
            return Ok(RawMessage::new());
        }
        let mut raw = RawMessage::uninit();
        // SAFETY: the bytes live as long as `hint`, which `give_back::<T>` frees once.
        let rc = unsafe {
            sys::zmq_msg_init_data(
                raw.as_mut_ptr(),
                data.cast_mut().cast(),
                len,
                Some(give_back::<T>),
                hint.cast(),
            )
        };
        match ret::status(rc) {
            // SAFETY: libzmq just initialised it.
            Ok(()) => Ok(unsafe { RawMessage::from_init(raw) }),
            Err(errno) => {
                // SAFETY: on failure libzmq keeps nothing, and never calls `give_back`.
                drop(unsafe { Box::from_raw(hint) });
                Err(errno)
            }
        }
    }

    /// A message over bytes that are never freed.
    pub(crate) fn from_static(bytes: &'static [u8]) -> Result<RawMessage, Errno> {
        if bytes.is_empty() {
            return Ok(RawMessage::new());
        }
        let mut raw = RawMessage::uninit();
        // SAFETY: the bytes live for ever, and nobody writes to the data of a message that was not built here.
        let rc = unsafe {
            sys::zmq_msg_init_data(
                raw.as_mut_ptr(),
                bytes.as_ptr().cast_mut().cast(),
                bytes.len(),
                None,
                ptr::null_mut(),
            )
        };
        ret::status(rc)?;
        // SAFETY: libzmq just initialised it.
        Ok(unsafe { RawMessage::from_init(raw) })
    }
}

/// libzmq's answer that it is through with an owner's bytes.
unsafe extern "C" fn give_back<T>(_data: *mut c_void, hint: *mut c_void) {
    let dropped = panic::catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: `hint` is the box that `from_owner` gave to libzmq, which calls this once.
        drop(unsafe { Box::from_raw(hint.cast::<T>()) });
    }));
    // Nothing may unwind into C, the payload's own drop included.
    mem::forget(dropped);
}
