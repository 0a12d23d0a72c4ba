//! [`RawMessage`]: owns one initialised `zmq_msg_t`.

use std::ffi::{CStr, c_int};
use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::slice;

#[cfg(feature = "auth")]
use zeroize::Zeroize;
use zmq_sys as sys;

use super::errno::Errno;
use super::ret;

/// A message that is always initialised, and closed once.
pub(crate) struct RawMessage {
    raw: sys::zmq_msg_t,
    /// How long it is, so that reading it need not ask libzmq; [`UNKNOWN`] where that must be asked.
    len: u32,
}

/// What `zmq_msg_recv` says of messages that are so long, or longer.
const UNKNOWN: u32 = c_int::MAX.unsigned_abs();

/// How many bytes every libzmq stores within a message.
pub(crate) const INLINE: usize = 29;

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
    /// libzmq has initialised `raw`, with `len` bytes.
    #[inline]
    pub(super) unsafe fn from_init(raw: Uninit, len: usize) -> RawMessage {
        RawMessage {
            // SAFETY: the caller vouches for it; a message may be moved between calls.
            raw: unsafe { raw.0.assume_init() },
            len: u32::try_from(len).map_or(UNKNOWN, |len| len.min(UNKNOWN)),
        }
    }

    /// An empty message.
    #[inline]
    pub(crate) fn new() -> RawMessage {
        let mut raw = RawMessage::uninit();
        // SAFETY: initialises the room given, and cannot fail.
        unsafe { sys::zmq_msg_init(raw.as_mut_ptr()) };
        // SAFETY: libzmq just initialised it.
        unsafe { RawMessage::from_init(raw, 0) }
    }

    /// The message that `fill` receives into.
    ///
    /// Like [`new`](RawMessage::new) and then `fill`, with one move less: the compiler omits none of what libzmq had a
    /// pointer to.
    #[inline(always)]
    pub(crate) fn filled<E>(fill: impl FnOnce(&mut RawMessage) -> Result<(), E>) -> Result<RawMessage, E> {
        // SAFETY: any 64 bytes are a `zmq_msg_t`, and these are initialised next.
        let mut message = unsafe { RawMessage::from_init(RawMessage::uninit(), 0) };
        // SAFETY: initialises the room given, and cannot fail.
        unsafe { sys::zmq_msg_init(&mut message.raw) };
        match fill(&mut message) {
            Ok(()) => Ok(message),
            Err(error) => Err(error),
        }
    }

    /// Makes an empty message at `place`.
    ///
    /// # Safety
    /// There is room for one, and none to be closed.
    #[inline]
    pub(super) unsafe fn write_new(place: *mut RawMessage) {
        // SAFETY: any 64 bytes are a `zmq_msg_t`, and these are initialised next.
        let blank = unsafe { RawMessage::from_init(RawMessage::uninit(), 0) };
        // SAFETY: the caller vouches for the room.
        unsafe { place.write(blank) };
        // SAFETY: it was just written.
        let message = unsafe { &mut *place };
        // SAFETY: initialises the room given, and cannot fail.
        unsafe { sys::zmq_msg_init(&mut message.raw) };
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
        // SAFETY: libzmq gave room for as many bytes, which nothing else refers to.
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
        Ok(unsafe { RawMessage::from_init(raw, len) })
    }

    pub(crate) fn as_ptr(&self) -> *const sys::zmq_msg_t {
        &self.raw
    }

    /// For C code, which may change anything.
    pub(crate) fn as_mut_ptr(&mut self) -> *mut sys::zmq_msg_t {
        self.forget_len();
        &mut self.raw
    }

    /// For calls after which [`set_len`](RawMessage::set_len) or [`forget_len`](RawMessage::forget_len) records the length.
    #[inline]
    pub(super) fn raw_mut(&mut self) -> *mut sys::zmq_msg_t {
        &mut self.raw
    }

    /// The length that libzmq has just told.
    #[inline]
    pub(super) fn set_len(&mut self, len: c_int) {
        self.len = len as u32;
    }

    #[inline]
    pub(super) fn forget_len(&mut self) {
        self.len = UNKNOWN;
    }

    fn data_mut(&mut self) -> *mut u8 {
        // SAFETY: the message is initialised.
        unsafe { sys::zmq_msg_data(&mut self.raw).cast() }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        if self.len == UNKNOWN {
            self.size()
        } else {
            self.len as usize
        }
    }

    #[cold]
    fn size(&self) -> usize {
        // SAFETY: the message is initialised.
        unsafe { sys::zmq_msg_size(&self.raw) }
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        // One comparison for what is known and not 0.
        let len = if self.len.wrapping_sub(1) < UNKNOWN - 1 {
            self.len as usize
        } else {
            self.size()
        };
        if len == 0 {
            // The data of an empty message may be null.
            return &[];
        }
        // SAFETY: the message is initialised, and `zmq_msg_data` writes nothing in spite of its signature.
        let data = unsafe { sys::zmq_msg_data((&raw const self.raw).cast_mut()) };
        // SAFETY: `len` bytes stay as long as the message, and nothing writes to them.
        unsafe { slice::from_raw_parts(data.cast(), len) }
    }

    /// The bytes of a message that was just made with [`zeroed`](RawMessage::zeroed), and is not shared.
    fn bytes_mut(&mut self) -> &mut [u8] {
        let len = self.len();
        if len == 0 {
            return &mut [];
        }
        let data = self.data_mut();
        // SAFETY: `len` initialised bytes stand there, and this message alone has them.
        unsafe { slice::from_raw_parts_mut(data, len) }
    }

    /// A message of `len` zero bytes, which `fill` writes before they are shared.
    pub(crate) fn built(len: usize, fill: impl FnOnce(&mut [u8])) -> Result<RawMessage, Errno> {
        let mut message = RawMessage::zeroed(len)?;
        fill(message.bytes_mut());
        Ok(message)
    }

    /// Overwrites the room for bytes within the message itself, if that is where its bytes stand: others may have those that
    /// stand elsewhere. libzmq moves all of it, so that behind a short message there may be what was there before.
    #[cfg(feature = "auth")]
    pub(crate) fn wipe(&mut self) {
        let len = self.len().max(INLINE);
        let own = (&raw const self.raw).addr();
        let within = own..own + size_of::<sys::zmq_msg_t>();
        let data = self.data_mut();
        if within.contains(&data.addr()) {
            // SAFETY: the bytes stand in this message, which has room for so many, and any bytes are initialised.
            unsafe { slice::from_raw_parts_mut(data, len) }.zeroize();
        }
    }

    /// A second message over the same bytes.
    pub(crate) fn share(&mut self) -> Result<RawMessage, Errno> {
        let mut copy = RawMessage::new();
        // SAFETY: both are initialised, and they are two.
        ret::status(unsafe { sys::zmq_msg_copy(&mut copy.raw, &mut self.raw) })?;
        copy.len = self.len;
        Ok(copy)
    }

    /// Repairs a message that is marked as shared while no owner has been counted: it counts itself.
    pub(crate) fn count_once(&mut self) -> Result<(), Errno> {
        if self.get(sys::ZMQ_SHARED as c_int) == Ok(1) {
            // Closing the copy would take back what it has counted. It holds nothing else: such a message comes over
            // inproc, without properties.
            mem::forget(self.share()?);
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn more(&self) -> bool {
        // SAFETY: the message is initialised.
        unsafe { sys::zmq_msg_more(&self.raw) == 1 }
    }

    pub(crate) fn get(&self, property: c_int) -> Result<c_int, Errno> {
        // SAFETY: the message is initialised.
        ret::number(unsafe { sys::zmq_msg_get(&self.raw, property) })
    }

    /// A property that came with the message, as long-lived as the message.
    pub(crate) fn property(&self, name: &CStr) -> Option<&[u8]> {
        // SAFETY: the message is initialised, and the name ends in NUL.
        let value = unsafe { sys::zmq_msg_gets(&self.raw, name.as_ptr()) };
        if value.is_null() {
            return None;
        }
        // SAFETY: the text ends in NUL and belongs to the message.
        Some(unsafe { CStr::from_ptr(value) }.to_bytes())
    }

    /// The message, no longer closed on drop.
    #[inline]
    pub(crate) fn into_inner(self) -> sys::zmq_msg_t {
        let this = ManuallyDrop::new(self);
        // SAFETY: read once, and the original is dropped no more.
        unsafe { (&raw const this.raw).read() }
    }

    /// The content of a message that stays initialised, and is empty then.
    ///
    /// # Safety
    /// `ptr` is an initialised message that no other thread uses meanwhile.
    pub(crate) unsafe fn taken(ptr: *mut sys::zmq_msg_t) -> RawMessage {
        let mut message = RawMessage::new();
        // It fails for messages that are not initialised only.
        // SAFETY: both are initialised, and they are two.
        unsafe { sys::zmq_msg_move(&mut message.raw, ptr) };
        message.forget_len();
        message
    }

    /// # Safety
    /// `raw` is initialised, and is closed here only.
    pub(crate) unsafe fn from_inner(raw: sys::zmq_msg_t) -> RawMessage {
        RawMessage { raw, len: UNKNOWN }
    }
}

impl Default for RawMessage {
    fn default() -> RawMessage {
        RawMessage::new()
    }
}

impl Drop for RawMessage {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the message is initialised and closed nowhere else.
        unsafe { sys::zmq_msg_close(&mut self.raw) };
    }
}
