//! [`RawMessage`]: owns one initialised `zmq_msg_t`.

use std::ffi::{CStr, c_int};
use std::mem::{self, MaybeUninit};
use std::slice;

use zmq_sys as sys;

use super::ret;
use crate::errno::Errno;

/// A message that is always initialised, and closed once.
#[repr(transparent)]
pub(crate) struct RawMessage(sys::zmq_msg_t);

/// Room for a message that libzmq is about to initialise.
pub(super) struct Uninit(MaybeUninit<sys::zmq_msg_t>);

// SAFETY: a message may move between threads, and what it points to is counted atomically; the owner of borrowed
// bytes is `Send` by the bound of `from_owner`.
unsafe impl Send for RawMessage {}

// SAFETY: through `&RawMessage` the message is only read. `zmq_msg_copy`, which writes to its source, takes `&mut`.
unsafe impl Sync for RawMessage {}

impl Uninit {
    pub(super) fn as_mut_ptr(&mut self) -> *mut sys::zmq_msg_t {
        self.0.as_mut_ptr()
    }
}

impl RawMessage {
    #[inline]
    pub(super) fn uninit() -> Uninit {
        Uninit(MaybeUninit::uninit())
    }

    /// # Safety
    /// libzmq has initialised `raw`.
    #[inline]
    pub(super) unsafe fn from_init(raw: Uninit) -> RawMessage {
        // SAFETY: the caller vouches for it; a message may be moved between calls.
        RawMessage(unsafe { raw.0.assume_init() })
    }

    /// An empty message.
    #[inline]
    pub(crate) fn new() -> RawMessage {
        let mut raw = RawMessage::uninit();
        // SAFETY: initialises the room given, and cannot fail.
        unsafe { sys::zmq_msg_init(raw.as_mut_ptr()) };
        // SAFETY: libzmq just initialised it.
        unsafe { RawMessage::from_init(raw) }
    }

    /// A message of `len` zero bytes.
    pub(crate) fn zeroed(len: usize) -> Result<RawMessage, Errno> {
        let mut message = RawMessage::sized(len)?;
        // SAFETY: libzmq gave room for `len` bytes, none of which is read before this.
        unsafe { message.data_mut().write_bytes(0, len) };
        Ok(message)
    }

    /// A message with a copy of `bytes`.
    #[inline]
    pub(crate) fn copied(bytes: &[u8]) -> Result<RawMessage, Errno> {
        let mut message = RawMessage::sized(bytes.len())?;
        // SAFETY: libzmq gave room for as many bytes, which nobody else has.
        unsafe { message.data_mut().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(message)
    }

    /// A message whose bytes are not yet written: for this file only.
    #[inline]
    fn sized(len: usize) -> Result<RawMessage, Errno> {
        let mut raw = RawMessage::uninit();
        // SAFETY: initialises the room given.
        ret::status(unsafe { sys::zmq_msg_init_size(raw.as_mut_ptr(), len) })?;
        // SAFETY: libzmq just initialised it.
        Ok(unsafe { RawMessage::from_init(raw) })
    }

    pub(crate) fn as_ptr(&self) -> *const sys::zmq_msg_t {
        &self.0
    }

    pub(crate) fn as_mut_ptr(&mut self) -> *mut sys::zmq_msg_t {
        &mut self.0
    }

    fn data_mut(&mut self) -> *mut u8 {
        // SAFETY: the message is initialised.
        unsafe { sys::zmq_msg_data(&mut self.0).cast() }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        // SAFETY: the message is initialised.
        unsafe { sys::zmq_msg_size(&self.0) }
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        let len = self.len();
        if len == 0 {
            // The data of an empty message may be null.
            return &[];
        }
        // SAFETY: the message is initialised, and `zmq_msg_data` writes nothing in spite of its signature.
        let data = unsafe { sys::zmq_msg_data((&raw const self.0).cast_mut()) };
        // SAFETY: `len` bytes stand there as long as the message, and nobody writes to them.
        unsafe { slice::from_raw_parts(data.cast(), len) }
    }

    /// The bytes of a message that was just made with [`zeroed`](RawMessage::zeroed), and is shared with nobody.
    fn bytes_mut(&mut self) -> &mut [u8] {
        let len = self.len();
        if len == 0 {
            return &mut [];
        }
        let data = self.data_mut();
        // SAFETY: `len` initialised bytes stand there, and this message alone has them.
        unsafe { slice::from_raw_parts_mut(data, len) }
    }

    /// A message of `len` zero bytes, which `fill` may write before anybody else has them.
    pub(crate) fn built(len: usize, fill: impl FnOnce(&mut [u8])) -> Result<RawMessage, Errno> {
        let mut message = RawMessage::zeroed(len)?;
        fill(message.bytes_mut());
        Ok(message)
    }

    /// A second message over the same bytes.
    pub(crate) fn share(&mut self) -> Result<RawMessage, Errno> {
        let mut copy = RawMessage::new();
        // SAFETY: both are initialised, and they are two.
        ret::status(unsafe { sys::zmq_msg_copy(&mut copy.0, &mut self.0) })?;
        Ok(copy)
    }

    pub(crate) fn more(&self) -> bool {
        // SAFETY: the message is initialised.
        unsafe { sys::zmq_msg_more(&self.0) == 1 }
    }

    pub(crate) fn get(&self, property: c_int) -> Result<c_int, Errno> {
        // SAFETY: the message is initialised.
        ret::number(unsafe { sys::zmq_msg_get(&self.0, property) })
    }

    /// A property that came with the message, as long-lived as the message.
    pub(crate) fn property(&self, name: &CStr) -> Option<&[u8]> {
        // SAFETY: the message is initialised, and the name ends in NUL.
        let value = unsafe { sys::zmq_msg_gets(&self.0, name.as_ptr()) };
        if value.is_null() {
            return None;
        }
        // SAFETY: the text ends in NUL and belongs to the message.
        Some(unsafe { CStr::from_ptr(value) }.to_bytes())
    }

    /// The message, no longer closed on drop.
    #[inline]
    pub(crate) fn into_inner(self) -> sys::zmq_msg_t {
        // SAFETY: read once, and the original is forgotten.
        let raw = unsafe { (&raw const self.0).read() };
        mem::forget(self);
        raw
    }

    /// # Safety
    /// `raw` is initialised, and nobody else closes it.
    pub(super) unsafe fn from_inner(raw: sys::zmq_msg_t) -> RawMessage {
        RawMessage(raw)
    }
}

impl Drop for RawMessage {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the message is initialised and closed nowhere else.
        unsafe { sys::zmq_msg_close(&mut self.0) };
    }
}
