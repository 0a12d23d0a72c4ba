//! Options of a context.

use std::borrow::Cow;
use std::ffi::c_int;
use std::sync::MutexGuard;

use zmq_sys as sys;

use super::Context;
use super::book::Book;
use crate::errno::Errno;
use crate::error::{Call, Error, Result};

/// More I/O threads than this are refused: libzmq aborts where the system cannot start one.
const MAX_IO_THREADS: u32 = 256;

#[derive(Clone, Copy)]
struct ContextOption {
    number: c_int,
    name: &'static str,
}

macro_rules! context_options {
    ($($name:ident = $number:ident;)*) => {$(
        const $name: ContextOption = ContextOption { number: sys::$number, name: stringify!($number) };
    )*};
}

context_options! {
    BLOCKY = ZMQ_BLOCKY;
    IO_THREADS = ZMQ_IO_THREADS;
    MAX_SOCKETS = ZMQ_MAX_SOCKETS;
    SOCKET_LIMIT = ZMQ_SOCKET_LIMIT;
}

impl Context {
    /// How many threads move messages in the background. The default is 1.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_IO_THREADS")]
    #[doc(alias = "GetIoThreads")]
    pub fn io_threads(&self) -> Result<u32> {
        self.get(&self.open_book(Call::CtxGet, IO_THREADS)?, IO_THREADS)
            .map(c_int::unsigned_abs)
    }

    /// Says how many threads move messages in the background, before the first socket is opened: one for each gigabyte
    /// a second, says libzmq's guide, and 0 for a program that uses inproc alone.
    ///
    /// # Errors
    /// `EINVAL` for more than 256, and after the first socket; `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_IO_THREADS")]
    #[doc(alias = "SetIoThreads")]
    pub fn set_io_threads(&self, threads: u32) -> Result<()> {
        if threads > MAX_IO_THREADS {
            return Err(out_of_range(IO_THREADS, threads, 0, MAX_IO_THREADS));
        }
        let book = self.open_book(Call::CtxSet, IO_THREADS)?;
        book.must_not_be_started(IO_THREADS)?;
        self.set(&book, IO_THREADS, threads)
    }

    /// How many sockets may be open at once. The default is 1023.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_MAX_SOCKETS")]
    #[doc(alias = "GetMaxSockets")]
    pub fn max_sockets(&self) -> Result<u32> {
        let book = self.open_book(Call::CtxGet, MAX_SOCKETS)?;
        let limit = self.get(&book, MAX_SOCKETS)?.unsigned_abs();
        Ok(limit.min(book.max_sockets()))
    }

    /// Says how many sockets may be open at once, before the first one is.
    ///
    /// libzmq is given one more, which it may need when it terminates.
    ///
    /// # Errors
    /// `EINVAL` for 0, for more than the limit of this libzmq (`ZMQ_SOCKET_LIMIT`), and after the first socket;
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_MAX_SOCKETS")]
    #[doc(alias = "SetMaxSockets")]
    pub fn set_max_sockets(&self, sockets: u32) -> Result<()> {
        let mut book = self.open_book(Call::CtxSet, MAX_SOCKETS)?;
        let limit = self.get(&book, SOCKET_LIMIT)?.unsigned_abs();
        if sockets == 0 || sockets > limit {
            return Err(out_of_range(MAX_SOCKETS, sockets, 1, limit));
        }
        book.must_not_be_started(MAX_SOCKETS)?;
        self.set(&book, MAX_SOCKETS, sockets + Book::RESERVE)?;
        book.set_max_sockets(sockets);
        Ok(())
    }

    /// Whether a new socket lingers for ever by default. The default is `true`.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_BLOCKY")]
    #[doc(alias = "GetBlocky")]
    pub fn blocky(&self) -> Result<bool> {
        self.get(&self.open_book(Call::CtxGet, BLOCKY)?, BLOCKY)
            .map(|blocky| blocky != 0)
    }

    /// With `false`, sockets opened from now on do not linger unless they are told to, so that termination never waits
    /// for messages that nobody receives.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_BLOCKY")]
    #[doc(alias = "SetBlocky")]
    pub fn set_blocky(&self, blocky: bool) -> Result<()> {
        self.set(&self.open_book(Call::CtxSet, BLOCKY)?, BLOCKY, u32::from(blocky))
    }

    /// The book of a context that has not ended, which stays so while the guard lives.
    fn open_book(&self, call: Call, option: ContextOption) -> Result<MutexGuard<'_, Book>> {
        self.must_be_ours(call)?;
        let book = self.book();
        if book.is_ended() {
            return Err(Error::new(call, Errno::ETERM).about_option(option.name));
        }
        Ok(book)
    }

    fn get(&self, _open: &MutexGuard<'_, Book>, option: ContextOption) -> Result<c_int> {
        let failed = |errno| Error::new(Call::CtxGet, errno).about_option(option.name);
        self.0.raw.get(option.number).map_err(failed)
    }

    fn set(&self, _open: &MutexGuard<'_, Book>, option: ContextOption, value: u32) -> Result<()> {
        let failed = |errno| Error::new(Call::CtxSet, errno).about_option(option.name);
        let value = c_int::try_from(value).map_err(|_| failed(Errno::EINVAL))?;
        self.0.raw.set(option.number, value).map_err(failed)
    }
}

impl Book {
    fn must_not_be_started(&self, option: ContextOption) -> Result<()> {
        if self.is_started() {
            return Err(refused(option, "it has no effect once a socket was opened"));
        }
        Ok(())
    }
}

fn out_of_range(option: ContextOption, value: u32, min: u32, max: u32) -> Error {
    refused(option, format!("{value} is not within {min} to {max}"))
}

fn refused(option: ContextOption, reason: impl Into<Cow<'static, str>>) -> Error {
    Error::new(Call::CtxSet, Errno::EINVAL)
        .about_option(option.name)
        .because(reason)
}
