//! What C code does with a context and a socket. That the pointers are live is the business of each test.

use std::ffi::{CString, c_int, c_void};
use std::ptr::NonNull;

use zmq4::zmq_sys as sys;

pub(crate) fn context() -> NonNull<c_void> {
    // SAFETY: has no precondition.
    NonNull::new(unsafe { sys::zmq_ctx_new() }).unwrap()
}

pub(crate) fn term(context: *mut c_void) {
    // SAFETY: the test has the context, and uses it no more.
    assert_eq!(unsafe { sys::zmq_ctx_term(context) }, 0);
}

/// A socket that C code has; it is closed by no other owner.
#[derive(Clone, Copy)]
pub(crate) struct CSocket(pub(crate) NonNull<c_void>);

// SAFETY: the tests use it on one thread at a time.
unsafe impl Send for CSocket {}

impl CSocket {
    /// Opens a PAIR that gives up after a while.
    pub(crate) fn open(context: *mut c_void) -> Self {
        // SAFETY: the test keeps the context.
        let socket = unsafe { sys::zmq_socket(context, sys::ZMQ_PAIR) };
        let socket = Self(NonNull::new(socket).unwrap());
        let patience = c_int::try_from(crate::support::LONG.as_millis()).unwrap();
        socket.set(sys::ZMQ_RCVTIMEO, patience);
        socket.set(sys::ZMQ_SNDTIMEO, patience);
        socket
    }

    pub(crate) fn ptr(self) -> *mut c_void {
        self.0.as_ptr()
    }

    pub(crate) fn set(self, option: c_int, value: c_int) {
        let bytes = (&raw const value).cast();
        // SAFETY: the socket is open, and the option is an `int`.
        let rc = unsafe { sys::zmq_setsockopt(self.ptr(), option, bytes, size_of::<c_int>()) };
        assert_eq!(rc, 0);
    }

    pub(crate) fn get(self, option: c_int) -> c_int {
        let (mut value, mut size) = (0, size_of::<c_int>());
        let to = (&raw mut value).cast();
        // SAFETY: the socket is open, and the option is an `int`.
        let rc = unsafe { sys::zmq_getsockopt(self.ptr(), option, to, &mut size) };
        assert_eq!(rc, 0);
        value
    }

    pub(crate) fn bind(self, endpoint: &str) {
        let endpoint = CString::new(endpoint).unwrap();
        // SAFETY: the socket is open, and the text ends in NUL.
        assert_eq!(unsafe { sys::zmq_bind(self.ptr(), endpoint.as_ptr()) }, 0);
    }

    pub(crate) fn connect(self, endpoint: &str) {
        let endpoint = CString::new(endpoint).unwrap();
        // SAFETY: the socket is open, and the text ends in NUL.
        let rc = unsafe { sys::zmq_connect(self.ptr(), endpoint.as_ptr()) };
        assert_eq!(rc, 0);
    }

    pub(crate) fn send(self, bytes: &[u8], flags: c_int) {
        // SAFETY: the socket is open, and the bytes are live.
        let rc = unsafe { sys::zmq_send(self.ptr(), bytes.as_ptr().cast(), bytes.len(), flags) };
        assert_eq!(usize::try_from(rc), Ok(bytes.len()));
    }

    /// The bytes of a short frame, or the error number.
    pub(crate) fn recv(self) -> Result<Vec<u8>, c_int> {
        let mut bytes = vec![0; 256];
        // SAFETY: the socket is open, and libzmq writes at most the length given.
        let rc = unsafe { sys::zmq_recv(self.ptr(), bytes.as_mut_ptr().cast(), bytes.len(), 0) };
        let Ok(size) = usize::try_from(rc) else {
            // SAFETY: has no precondition.
            return Err(unsafe { sys::zmq_errno() });
        };
        bytes.truncate(size);
        Ok(bytes)
    }

    pub(crate) fn close(self) {
        // SAFETY: the test uses the socket no more.
        assert_eq!(unsafe { sys::zmq_close(self.ptr()) }, 0);
    }
}
