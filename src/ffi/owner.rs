//! Bytes that a message borrows from their Rust owner, and the call by which libzmq gives them back.

use std::ffi::c_void;
use std::mem::{self, ManuallyDrop};
use std::ptr;
use std::sync::Arc;

use zmq_sys as sys;

use super::defer;
use super::errno::Errno;
use super::message::RawMessage;
use super::ret;

impl RawMessage {
    /// A message over the bytes of `owner`, which is dropped once, whenever libzmq is through with them, on any thread.
    pub(crate) fn from_owner<T>(owner: T) -> Result<RawMessage, Errno>
    where
        T: AsRef<[u8]> + Send + 'static,
    {
        // Boxed, and given up, before the bytes are looked up: they may lie within the owner itself.
        let lent = Lent(Box::into_raw(Box::new(owner)));
        // SAFETY: the box was just made and is not shared.
        let bytes: &[u8] = unsafe { &*lent.0 }.as_ref();
        let (data, len) = (bytes.as_ptr().cast_mut(), bytes.len());
        // SAFETY: the bytes live as long as the box, which `give_back::<T>` frees.
        match unsafe { RawMessage::over(data, len, give_back::<T>, lent.0.cast()) }? {
            Some(message) => {
                // libzmq has the box now.
                mem::forget(lent);
                message.held_by_others()
            }
            None => Ok(RawMessage::new()),
        }
    }

    /// Like [`from_owner`](RawMessage::from_owner), without a box for the owner: libzmq keeps all that it takes to free it,
    /// the data and the capacity.
    pub(crate) fn from_vec(owner: Vec<u8>) -> Result<RawMessage, Errno> {
        let mut owner = ManuallyDrop::new(owner);
        let hint = ptr::without_provenance_mut(owner.capacity());
        // SAFETY: the bytes live until `give_back_vec` frees them; the vector, which would too, does not.
        let raw = unsafe { RawMessage::over(owner.as_mut_ptr(), owner.len(), give_back_vec, hint) };
        if !matches!(raw, Ok(Some(_))) {
            drop(ManuallyDrop::into_inner(owner));
        }
        raw.map(Option::unwrap_or_default)
    }

    /// Like [`from_vec`](RawMessage::from_vec).
    pub(crate) fn from_arc(owner: Arc<[u8]>) -> Result<RawMessage, Errno> {
        let len = owner.len();
        let data = Arc::into_raw(owner);
        // SAFETY: the bytes live until `give_back_arc` gives up the count that is kept for them here.
        let raw = unsafe {
            RawMessage::over(
                data.cast_mut().cast(),
                len,
                give_back_arc,
                ptr::without_provenance_mut(len),
            )
        };
        if !matches!(raw, Ok(Some(_))) {
            // SAFETY: libzmq keeps nothing, so the count is still ours.
            drop(unsafe { Arc::from_raw(data) });
        }
        raw?.map_or_else(|| Ok(RawMessage::new()), RawMessage::held_by_others)
    }

    /// Has libzmq know that others may have the bytes, by a copy that is made and closed.
    ///
    /// Without that it writes to them: a client over `ws://` masks what it sends where it is.
    fn held_by_others(mut self) -> Result<RawMessage, Errno> {
        drop(self.share()?);
        Ok(self)
    }

    /// A message over bytes that libzmq gives back through `give_back`, or none if there are none; it keeps nothing then.
    ///
    /// # Safety
    /// The bytes live, and nothing writes to them, until `give_back` is called with `data` and `hint`, on any thread.
    unsafe fn over(
        data: *mut u8,
        len: usize,
        give_back: unsafe extern "C" fn(*mut c_void, *mut c_void),
        hint: *mut c_void,
    ) -> Result<Option<RawMessage>, Errno> {
        if len == 0 {
            return Ok(None);
        }
        let mut raw = RawMessage::uninit();
        // SAFETY: the caller vouches for the bytes.
        ret::status(unsafe { sys::zmq_msg_init_data(raw.as_mut_ptr(), data.cast(), len, Some(give_back), hint) })?;
        // SAFETY: libzmq just initialised it.
        Ok(Some(unsafe { RawMessage::from_init(raw, len) }))
    }

    /// A message over bytes that are never freed.
    pub(crate) fn from_static(bytes: &'static [u8]) -> Result<RawMessage, Errno> {
        if bytes.is_empty() {
            return Ok(RawMessage::new());
        }
        let mut raw = RawMessage::uninit();
        // SAFETY: the bytes are static, and nothing writes to the data of a message that was not built here.
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
        Ok(unsafe { RawMessage::from_init(raw, bytes.len()) })
    }
}

/// The box of an owner that libzmq does not have, or not yet. It is given back as libzmq would do it, whatever happens.
struct Lent<T: Send + 'static>(*mut T);

impl<T: Send + 'static> Drop for Lent<T> {
    fn drop(&mut self) {
        // SAFETY: libzmq keeps nothing, so the box is still ours.
        unsafe { give_back::<T>(ptr::null_mut(), self.0.cast()) };
    }
}

/// Like [`give_back`], for a vector with the capacity `hint`; freeing bytes cannot unwind.
unsafe extern "C" fn give_back_vec(data: *mut c_void, hint: *mut c_void) {
    // SAFETY: `from_vec` gave both to libzmq, which calls this once; the length is of no meaning to freeing.
    drop(unsafe { Vec::<u8>::from_raw_parts(data.cast(), 0, hint.addr()) });
}

/// Like [`give_back_vec`], for a counted slice with the length `hint`.
unsafe extern "C" fn give_back_arc(data: *mut c_void, hint: *mut c_void) {
    let slice = ptr::slice_from_raw_parts(data.cast_const().cast::<u8>(), hint.addr());
    // SAFETY: `from_arc` gave the count to libzmq, which calls this once.
    drop(unsafe { Arc::from_raw(slice) });
}

/// libzmq's answer that it is through with an owner's bytes.
unsafe extern "C" fn give_back<T: Send + 'static>(_data: *mut c_void, hint: *mut c_void) {
    // SAFETY: `hint` is the box that `from_owner` gave to libzmq, which calls this once.
    defer::drop_owner(unsafe { Box::from_raw(hint.cast::<T>()) });
}
