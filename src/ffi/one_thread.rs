//! [`OneThread`]: a part of what one thread at a time may use.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// A part of a socket, which may move between threads as far as `T` may, and is never shared by them.
///
/// A program that shares a socket gets one error, with the text of [`SharedByThreads`]. Without this, the compiler would report each
/// cell and pointer in the socket on its own.
#[derive(Default)]
pub(crate) struct OneThread<T, S = Sharing>(T, PhantomData<S>);

/// What [`OneThread`] is shared by if nothing else is said: the same for all parts, so that there is one error for all of them.
#[derive(Default)]
pub(crate) struct Sharing;

/// Nothing implements this.
#[diagnostic::on_unimplemented(
    message = "a ZeroMQ socket cannot be shared between threads",
    label = "this would let several threads use one socket, and libzmq's sockets have no locks",
    note = "move the socket to the thread that uses it, or open a socket for each thread and connect them over inproc",
    note = "in async code use `zmq4::aio::Socket`, which several tasks may share"
)]
pub(crate) trait SharedByThreads {}

// SAFETY: nothing implements the trait, so this is no implementation for any type.
unsafe impl<T, S: SharedByThreads> Sync for OneThread<T, S> {}

impl<T> OneThread<T> {
    pub(crate) fn new(value: T) -> OneThread<T> {
        OneThread(value, PhantomData)
    }
}

impl<T> Deref for OneThread<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for OneThread<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
