//! Short forms for calls of libzmq.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering};

use zmq_sys::*;

/// Calls one function of libzmq.
macro_rules! sys {
    ($name:ident($($arg:expr),* $(,)?)) => {{
        // SAFETY: the tests pass handles that they hold open, used by one
        // thread at a time, and buffers that outlive the call.
        unsafe { zmq_sys::$name($($arg),*) }
    }};
}

/// Calls one function of libzmq that returns -1 when it fails, and must not.
macro_rules! ok {
    ($name:ident($($arg:expr),* $(,)?)) => {
        $crate::support::zmq::checked(sys!($name($($arg),*)), stringify!($name))
    };
}

pub(crate) fn checked(rc: c_int, call: &str) -> c_int {
    assert_ne!(rc, -1, "{call}: {}", error_text());
    rc
}

pub(crate) fn error_text() -> String {
    let number = sys!(zmq_errno());
    text(sys!(zmq_strerror(number))).to_string_lossy().into_owned()
}

/// A copy of the text that a call returned.
pub(crate) fn text(answer: *const c_char) -> CString {
    assert!(!answer.is_null(), "no text");
    // SAFETY: libzmq ends its texts with a NUL, and the tests copy them before
    // they touch what owns them.
    unsafe { CStr::from_ptr(answer) }.to_owned()
}

/// A context or a socket on its way to another thread.
#[derive(Clone, Copy)]
pub(crate) struct Handle(*mut c_void);

// SAFETY: the tests give a socket away before they go on without it.
unsafe impl Send for Handle {}

impl Handle {
    pub(crate) fn new(ptr: *mut c_void) -> Self {
        assert!(!ptr.is_null(), "{}", error_text());
        Self(ptr)
    }

    // A method, so that a closure captures the handle and not the pointer.
    pub(crate) fn ptr(self) -> *mut c_void {
        self.0
    }
}

pub(crate) fn context() -> *mut c_void {
    Handle::new(sys!(zmq_ctx_new())).ptr()
}

/// A socket that gives up after ten seconds and does not linger.
pub(crate) fn socket(context: *mut c_void, kind: c_int) -> *mut c_void {
    let socket = Handle::new(sys!(zmq_socket(context, kind))).ptr();
    set(socket, ZMQ_RCVTIMEO, 10_000);
    set(socket, ZMQ_SNDTIMEO, 10_000);
    set(socket, ZMQ_LINGER, 0);
    socket
}

pub(crate) fn set(socket: *mut c_void, option: c_int, value: c_int) {
    set_bytes(socket, option, &value.to_ne_bytes());
}

pub(crate) fn set_bytes(socket: *mut c_void, option: c_int, value: &[u8]) {
    ok!(zmq_setsockopt(socket, option, value.as_ptr().cast(), value.len()));
}

pub(crate) fn get(socket: *mut c_void, option: c_int) -> c_int {
    let mut value: c_int = 0;
    let mut len = size_of::<c_int>();
    ok!(zmq_getsockopt(socket, option, (&raw mut value).cast(), &mut len));
    value
}

pub(crate) fn last_endpoint(socket: *mut c_void) -> CString {
    let mut buffer = [0_u8; 256];
    let mut len = buffer.len();
    ok!(zmq_getsockopt(
        socket,
        ZMQ_LAST_ENDPOINT,
        buffer.as_mut_ptr().cast(),
        &mut len
    ));
    CStr::from_bytes_until_nul(&buffer).unwrap().to_owned()
}

/// Binds, and returns the endpoint that peers can connect to.
pub(crate) fn bind(socket: *mut c_void, endpoint: &CStr) -> CString {
    ok!(zmq_bind(socket, endpoint.as_ptr()));
    last_endpoint(socket)
}

/// An endpoint of IPC without a file, new each time: closed sockets give their
/// names back a little later.
#[cfg(target_os = "linux")]
pub(crate) fn unused_ipc() -> CString {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    CString::new(format!("ipc://@zmq-sys-{}-{count}", std::process::id())).unwrap()
}

pub(crate) fn connect(socket: *mut c_void, endpoint: &CStr) {
    ok!(zmq_connect(socket, endpoint.as_ptr()));
}

pub(crate) fn send(socket: *mut c_void, data: &[u8], flags: c_int) {
    let sent = ok!(zmq_send(socket, data.as_ptr().cast(), data.len(), flags));
    assert_eq!(sent as usize, data.len());
}

/// One frame of at most 256 bytes.
pub(crate) fn recv(socket: *mut c_void) -> Vec<u8> {
    let mut buffer = vec![0_u8; 256];
    let len = ok!(zmq_recv(socket, buffer.as_mut_ptr().cast(), buffer.len(), 0));
    buffer.truncate(len as usize);
    buffer
}

pub(crate) fn close(socket: *mut c_void) {
    ok!(zmq_close(socket));
}

pub(crate) fn term(context: *mut c_void) {
    ok!(zmq_ctx_term(context));
}

pub(crate) fn has(capability: &CStr) -> bool {
    sys!(zmq_has(capability.as_ptr())) == 1
}

/// Memory for a message, to be given to one of `zmq_msg_init*`.
pub(crate) fn unset() -> zmq_msg_t {
    // SAFETY: every pattern of bytes is a value of this type.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

pub(crate) fn version() -> (c_int, c_int, c_int) {
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    sys!(zmq_version(&mut major, &mut minor, &mut patch));
    (major, minor, patch)
}
