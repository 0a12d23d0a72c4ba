//! [`SocketHandle`] and [`FdHandle`]: what can be given to a poller, borrowed or shared.

use std::any::Any;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use crate::ffi::fd::RawFd;
use crate::ffi::fd::{self, AsFd, BorrowedFd};
use crate::ffi::poll::OwnsSocket;
use crate::ffi::socket::RawSocket;
use crate::socket::Socket;

/// A socket that is given to a [`Reactor`](crate::Reactor) or a [`Poller`](crate::Poller): `&Socket`, which is borrowed, or
/// `Rc<Socket>`, which is shared and so kept open.
///
/// To share a socket and keep one's own handle, pass `Rc::clone(&socket)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handle of a socket",
    note = "pass `&Socket`, or `Rc<Socket>` to share the socket; `Rc::clone(&socket)` keeps your own handle"
)]
pub trait SocketHandle<'s>: sealed::Socket<'s> + Deref<Target = Socket> + Clone + 's {}

/// A file descriptor that is given to a [`Reactor`](crate::Reactor) or a [`Poller`](crate::Poller): a reference to what
/// owns it (`AsFd`; on Windows a socket, `AsSocket`), a `BorrowedFd`, or an `Rc` or `Arc` of the owner, which is shared and
/// so kept open.
///
/// A [`Receiver`](crate::Receiver) is such an owner.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handle of a file descriptor",
    note = "pass a reference to what owns the descriptor, a `BorrowedFd`, or an `Rc` or `Arc` of the owner"
)]
pub trait FdHandle<'s>: sealed::Fd + Clone + 's {}

mod sealed {
    use std::any::Any;

    use super::AnySocket;
    use crate::ffi::fd::RawFd;

    pub trait Socket<'s> {
        fn into_any(self) -> AnySocket<'s>;
    }

    pub trait Fd {
        /// The descriptor's number, and what keeps it open unless it is borrowed.
        fn keep(self) -> (RawFd, Option<Box<dyn Any>>);
    }
}

impl OwnsSocket for Socket {
    fn raw(&self) -> &RawSocket {
        self.raw()
    }
}

impl<'s> SocketHandle<'s> for &'s Socket {}

impl<'s> sealed::Socket<'s> for &'s Socket {
    fn into_any(self) -> AnySocket<'s> {
        AnySocket::Borrowed(self)
    }
}

impl<'s> SocketHandle<'s> for Rc<Socket> {}

impl<'s> sealed::Socket<'s> for Rc<Socket> {
    fn into_any(self) -> AnySocket<'s> {
        AnySocket::Shared(self)
    }
}

impl<'s, F: AsFd + ?Sized> FdHandle<'s> for &'s F {}

impl<F: AsFd + ?Sized> sealed::Fd for &F {
    fn keep(self) -> (RawFd, Option<Box<dyn Any>>) {
        (fd::number(fd::borrow(self)), None)
    }
}

impl<'s> FdHandle<'s> for BorrowedFd<'s> {}

impl sealed::Fd for BorrowedFd<'_> {
    fn keep(self) -> (RawFd, Option<Box<dyn Any>>) {
        (fd::number(self), None)
    }
}

impl<'s, F: AsFd + 'static> FdHandle<'s> for Rc<F> {}

impl<F: AsFd + 'static> sealed::Fd for Rc<F> {
    fn keep(self) -> (RawFd, Option<Box<dyn Any>>) {
        (fd::number(fd::borrow(&*self)), Some(Box::new(self)))
    }
}

impl<'s, F: AsFd + 'static> FdHandle<'s> for Arc<F> {}

impl<F: AsFd + 'static> sealed::Fd for Arc<F> {
    fn keep(self) -> (RawFd, Option<Box<dyn Any>>) {
        (fd::number(fd::borrow(&*self)), Some(Box::new(self)))
    }
}

/// A socket in either form, for a poller that takes both.
#[derive(Clone, Debug)]
pub enum AnySocket<'s> {
    /// The lifetime of the poller.
    Borrowed(&'s Socket),
    /// Kept open.
    Shared(Rc<Socket>),
}

impl Deref for AnySocket<'_> {
    type Target = Socket;

    fn deref(&self) -> &Socket {
        match self {
            AnySocket::Borrowed(socket) => socket,
            AnySocket::Shared(socket) => socket,
        }
    }
}

impl<'s> SocketHandle<'s> for AnySocket<'s> {}

impl<'s> sealed::Socket<'s> for AnySocket<'s> {
    fn into_any(self) -> AnySocket<'s> {
        self
    }
}
