//! Handles that cross between Rust and C: raw pointers out, owners and views in. The one public surface with `unsafe`.

use std::ffi::c_void;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use zmq_sys as sys;

use crate::context::Context;
use crate::error::{Call, Error, Result};
use crate::ffi::context::{self, RawContext};
use crate::ffi::message::RawMessage;
use crate::ffi::socket::RawSocket;
use crate::message::Message;
use crate::refusal::Refusal;
use crate::socket::Socket;
use crate::socket_type::SocketType;

/// # Raw pointers
impl Context {
    /// The pointer that C code may use while this handle lives; null once the context is being terminated.
    pub fn as_ptr(&self) -> *mut c_void {
        self.raw().as_ptr()
    }

    /// Gives the context to C code, which is to terminate it with `zmq_ctx_term`.
    ///
    /// All other handles, those of open sockets included, no longer reach the context: they answer `ETERM`, and dropping
    /// them does nothing. Open sockets go on working until the context is shut down. Null if it has been terminated.
    pub fn into_raw(self) -> *mut c_void {
        if !self.raw().is_forked() {
            self.registry().release_reserve();
        }
        self.raw().release()
    }

    /// Takes over a context that C code made: it is terminated when the last handle is dropped.
    ///
    /// # Safety
    /// `ptr` came from `zmq_ctx_new`, was not terminated, and is terminated here only.
    pub unsafe fn from_raw(ptr: NonNull<c_void>) -> Context {
        // SAFETY: the caller gives the context up.
        Context::foreign(unsafe { RawContext::from_ptr(ptr) })
    }
}

/// A view of a context that C code owns: opens sockets in it, and does not terminate it.
///
/// ```
/// use std::ptr::NonNull;
/// use zmq4::{ContextRef, zmq_sys};
/// // SAFETY: has no precondition.
/// let ptr = NonNull::new(unsafe { zmq_sys::zmq_ctx_new() }).unwrap();
/// // SAFETY: the context lives until the end.
/// let context = unsafe { ContextRef::from_raw(ptr) };
/// let socket = context.socket(zmq4::PAIR)?;
/// drop(socket);
/// // SAFETY: made above, and used no more.
/// unsafe { zmq_sys::zmq_ctx_term(ptr.as_ptr()) };
/// # Ok::<(), zmq4::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct ContextRef<'c> {
    ptr: NonNull<c_void>,
    _context: PhantomData<&'c c_void>,
}

// SAFETY: a libzmq context is made to be used by many threads at once.
unsafe impl Send for ContextRef<'_> {}

// SAFETY: as above.
unsafe impl Sync for ContextRef<'_> {}

impl<'c> ContextRef<'c> {
    /// A view of the context at `ptr`.
    ///
    /// # Safety
    /// `ptr` is a context that is not terminated during `'c`.
    pub unsafe fn from_raw(ptr: NonNull<c_void>) -> ContextRef<'c> {
        ContextRef {
            ptr,
            _context: PhantomData,
        }
    }

    /// The pointer.
    pub fn as_ptr(self) -> *mut c_void {
        self.ptr.as_ptr()
    }

    /// Opens a socket in the context ([`zmq_socket`]). It is closed when it is dropped; C's [`zmq_ctx_term`] waits for that.
    ///
    /// [`Socket::context`] of it cannot open further sockets, since the socket does not own its context.
    ///
    /// # Errors
    /// `EMFILE` where the context has its maximum of sockets, `EINVAL` for a type that this libzmq does not have, `ETERM`
    /// once the context has been shut down.
    ///
    /// [`zmq_ctx_term`]: https://libzmq.readthedocs.io/en/latest/zmq_ctx_term.html
    /// [`zmq_socket`]: https://libzmq.readthedocs.io/en/latest/zmq_socket.html
    #[doc(alias = "zmq_socket")]
    pub fn socket(self, ty: SocketType) -> Result<Socket> {
        let failed = |refusal: Refusal| Error::refused(Call::Socket, refusal).about_type(ty);
        ty.check().map_err(failed)?;
        // SAFETY: the context is live during `'c`.
        let raw = unsafe { RawSocket::open(self.ptr.as_ptr(), ty.raw()) }.map_err(|errno| failed(errno.into()))?;
        Ok(Socket::opened(raw, Context::foreign(RawContext::unknown()), ty))
    }

    /// Takes over a socket that C code opened in the context: it is closed when it is dropped, and C's [`zmq_ctx_term`] waits
    /// for that. [`Socket::from_raw`] is the same for a context that Rust terminates.
    ///
    /// [`Socket::context`] of it cannot open further sockets, since the socket does not own its context.
    ///
    /// ```
    /// use std::ptr::NonNull;
    /// use zmq4::{ContextRef, zmq_sys};
    /// // SAFETY: has no precondition.
    /// let ptr = NonNull::new(unsafe { zmq_sys::zmq_ctx_new() }).unwrap(); // C's
    /// // SAFETY: the context is live.
    /// let theirs = NonNull::new(unsafe { zmq_sys::zmq_socket(ptr.as_ptr(), zmq_sys::ZMQ_PUB) }).unwrap();
    /// // SAFETY: the context lives until the end.
    /// let context = unsafe { ContextRef::from_raw(ptr) };
    /// // SAFETY: the socket is open, in this context, and closed here only.
    /// let socket = unsafe { context.socket_from_raw(theirs) };
    /// socket.bind("inproc://taken over")?;
    /// drop(socket);
    /// // SAFETY: made above, and used no more.
    /// unsafe { zmq_sys::zmq_ctx_term(ptr.as_ptr()) };
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// # Safety
    /// `ptr` is an open socket of this context, which is not used on other threads, and closed here only.
    ///
    /// [`zmq_ctx_term`]: https://libzmq.readthedocs.io/en/latest/zmq_ctx_term.html
    pub unsafe fn socket_from_raw(self, ptr: NonNull<c_void>) -> Socket {
        // SAFETY: the caller gives the socket up.
        let raw = unsafe { RawSocket::from_ptr(ptr) };
        Socket::adopt(raw, Context::foreign(RawContext::unknown()), true)
    }

    /// Ends the context for all its sockets at once, as [`Context::shutdown`] does ([`zmq_ctx_shutdown`]).
    ///
    /// # Errors
    /// None that is known; the result is libzmq's.
    ///
    /// [`zmq_ctx_shutdown`]: https://libzmq.readthedocs.io/en/latest/zmq_ctx_shutdown.html
    #[doc(alias = "zmq_ctx_shutdown")]
    pub fn shutdown(self) -> Result<()> {
        // SAFETY: the context is live during `'c`.
        unsafe { context::shutdown(self.ptr) }.map_err(|errno| Error::new(Call::CtxShutdown, errno))
    }
}

impl fmt::Debug for ContextRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContextRef({:p})", self.ptr)
    }
}

/// # Raw pointers
impl Socket {
    /// The pointer that C code may use while this socket lives, on the thread that has the socket, and must not close.
    pub fn as_ptr(&self) -> *mut c_void {
        self.raw().as_ptr()
    }

    /// Gives the socket to C code, which is to close it with `zmq_close`, and returns the socket's handle of the context with it.
    ///
    /// The drop of the context's last handle waits until C has closed the socket: indefinitely, if that is to happen later on the same
    /// thread. Keep the handle until then, or give the context to C too, with [`Context::into_raw`]. If the socket came from a
    /// [`ContextRef`], dropping the handle does nothing.
    ///
    /// ```
    /// use zmq4::{Context, zmq_sys};
    /// let (socket, context) = Context::new()?.socket(zmq4::PAIR)?.into_raw();
    /// let context = context.into_raw(); // both are C's now
    /// // SAFETY: made above, and used no more.
    /// unsafe { zmq_sys::zmq_close(socket) };
    /// // SAFETY: made above, and used no more.
    /// unsafe { zmq_sys::zmq_ctx_term(context) };
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn into_raw(self) -> (*mut c_void, Context) {
        let (raw, context) = self.give_up();
        (raw.into_ptr(), context)
    }

    /// Takes over a socket that C code made in `context`, or that came from [`into_raw`](Socket::into_raw). For a context that C
    /// terminates, use [`ContextRef::socket_from_raw`].
    ///
    /// # Safety
    /// `ptr` is an open socket of `context`, which is not used on other threads, and closed here only.
    pub unsafe fn from_raw(ptr: NonNull<c_void>, context: Context) -> Socket {
        // SAFETY: the caller gives the socket up.
        Socket::adopt(unsafe { RawSocket::from_ptr(ptr) }, context, true)
    }
}

/// A view of a socket that C code owns: everything but closing it.
///
/// ```
/// use std::ptr::NonNull;
/// use zmq4::{Context, SocketRef, zmq_sys};
/// let context = Context::new()?;
/// // SAFETY: the context is live.
/// let ptr = NonNull::new(unsafe { zmq_sys::zmq_socket(context.as_ptr(), zmq_sys::ZMQ_PUB) }).unwrap();
/// // SAFETY: the socket is open, and used on this thread alone.
/// let socket = unsafe { SocketRef::from_raw(ptr) };
/// socket.bind("inproc://news")?;
/// assert_eq!(socket.socket_type(), zmq4::PUB);
/// // SAFETY: made above, and used no more.
/// unsafe { zmq_sys::zmq_close(ptr.as_ptr()) };
/// # Ok::<(), zmq4::Error>(())
/// ```
pub struct SocketRef<'s> {
    socket: Socket,
    /// Not `Send` either: the owner stays on its thread, and may use the socket too.
    _owner: PhantomData<(&'s c_void, *const ())>,
}

impl<'s> SocketRef<'s> {
    /// A view of the socket at `ptr`.
    ///
    /// # Safety
    /// `ptr` is a socket that is neither closed nor used on another thread during `'s`.
    pub unsafe fn from_raw(ptr: NonNull<c_void>) -> SocketRef<'s> {
        // SAFETY: the socket is open during `'s`, and the view never closes it.
        let raw = unsafe { RawSocket::view(ptr) };
        SocketRef {
            socket: Socket::adopt(raw, Context::foreign(RawContext::unknown()), false),
            _owner: PhantomData,
        }
    }
}

impl Deref for SocketRef<'_> {
    type Target = Socket;

    fn deref(&self) -> &Socket {
        &self.socket
    }
}

impl fmt::Debug for SocketRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SocketRef({:p})", self.socket.as_ptr())
    }
}

/// # Raw pointers
impl Message {
    /// The message that C code may read while this one lives.
    pub fn as_ptr(&self) -> *const sys::zmq_msg_t {
        self.0.as_ptr()
    }

    /// The message that C code may send, receive into, or replace, until it is next used here; it must leave it
    /// initialised.
    pub fn as_mut_ptr(&mut self) -> *mut sys::zmq_msg_t {
        self.0.as_mut_ptr()
    }

    /// Gives the message to C code, which is to close it with `zmq_msg_close`. It may be moved until then.
    pub fn into_raw(self) -> sys::zmq_msg_t {
        self.0.into_inner()
    }

    /// Takes over a message that C code initialised.
    ///
    /// # Safety
    /// `raw` was initialised by the same copy of libzmq that this crate is linked to, is closed and used here only, and its data
    /// may be freed on any thread.
    pub unsafe fn from_raw(raw: sys::zmq_msg_t) -> Message {
        // SAFETY: the caller gives the message up.
        Message(unsafe { RawMessage::from_inner(raw) })
    }

    /// Takes the content of a message that C code owns, which is empty afterwards, as after a send ([`zmq_msg_move`]). C code
    /// goes on using that message, and closes it.
    ///
    /// ```
    /// use zmq4::{Message, zmq_sys};
    /// let mut theirs: zmq_sys::zmq_msg_t = Message::from("Hello").into_raw(); // what C code has
    /// // SAFETY: initialised by the libzmq that this crate is linked to, and used on this thread alone.
    /// let ours = unsafe { Message::take(&mut theirs) };
    /// assert_eq!(ours, "Hello");
    /// // SAFETY: it stays initialised.
    /// assert_eq!(unsafe { zmq_sys::zmq_msg_size(&theirs) }, 0);
    /// // SAFETY: used no more.
    /// unsafe { zmq_sys::zmq_msg_close(&mut theirs) };
    /// ```
    ///
    /// # Safety
    /// `ptr` is a message that was initialised by the same copy of libzmq that this crate is linked to, and that no other thread uses
    /// during the call. Its data may be freed on any thread.
    ///
    /// [`zmq_msg_move`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_move.html
    #[doc(alias = "zmq_msg_move")]
    pub unsafe fn take(ptr: *mut sys::zmq_msg_t) -> Message {
        // SAFETY: the caller vouches for the message.
        Message(unsafe { RawMessage::taken(ptr) })
    }

    /// A view of a message that C code owns.
    ///
    /// # Safety
    /// `ptr` is a message that was initialised by the same copy of libzmq that this crate is linked to, and that is not written
    /// to during `'m`.
    pub unsafe fn from_ptr<'m>(ptr: *const sys::zmq_msg_t) -> MessageRef<'m> {
        // SAFETY: the caller vouches for it.
        let copy = unsafe { ptr.read() };
        // SAFETY: the copy is never closed, and lent out only while the original lives.
        let message = Message(unsafe { RawMessage::from_inner(copy) });
        MessageRef {
            message: ManuallyDrop::new(message),
            // SAFETY: the caller vouches for it.
            owner: unsafe { &*ptr },
        }
    }
}

/// A view of a message that C code owns ([`Message::from_ptr`]): reads it, and does not close it.
pub struct MessageRef<'m> {
    message: ManuallyDrop<Message>,
    owner: &'m sys::zmq_msg_t,
}

impl MessageRef<'_> {
    /// The pointer.
    pub fn as_ptr(&self) -> *const sys::zmq_msg_t {
        self.owner
    }
}

impl Deref for MessageRef<'_> {
    type Target = Message;

    fn deref(&self) -> &Message {
        &self.message
    }
}

impl fmt::Debug for MessageRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
