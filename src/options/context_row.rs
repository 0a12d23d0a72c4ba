//! [`ContextOption`]: what is known of one option of a context, and the macro that makes methods of it.

use std::borrow::Cow;
use std::ffi::c_int;

pub(super) use super::row::manual;
use super::row::missing;
use super::value::{INT_MAX, out_of_range};
use crate::context::registry::Registry;
use crate::context::{Context, LockedRegistry};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;

/// What is known of one option of a context.
#[derive(Clone, Copy)]
pub(super) struct ContextOption {
    pub(super) number: c_int,
    pub(super) name: &'static str,
    /// The libzmq that introduced it.
    pub(super) since: &'static str,
    pub(super) min: u32,
    pub(super) max: u32,
    /// Whether it has no effect once a socket was opened.
    pub(super) first: bool,
}

/// A value of a context's option, an `int` in libzmq.
pub(super) trait ContextValue {
    fn of(raw: c_int) -> Self;
    fn number(self) -> u32;
}

impl ContextValue for u32 {
    fn of(raw: c_int) -> u32 {
        raw.unsigned_abs()
    }

    fn number(self) -> u32 {
        self
    }
}

impl ContextValue for bool {
    fn of(raw: c_int) -> bool {
        raw != 0
    }

    fn number(self) -> u32 {
        u32::from(self)
    }
}

/// When a new value applies, for the documentation.
macro_rules! context_when {
    (now) => {
        "A new value applies to sockets that are opened later"
    };
    (first) => {
        "It must be set before the first socket is opened"
    };
    (read) => {
        "It can only be read"
    };
}

macro_rules! is_first {
    (first) => {
        true
    };
    ($when:ident) => {
        false
    };
}

/// `"# Heading"; NAME = "NAME", since, when, min to max, { get ..; set .. }`
///
/// With `hand` the methods are written out beside the table.
macro_rules! context_options {
    ($($heading:literal;)? $(
        $(#[$doc:meta])*
        $name:ident = $c:literal, $since:literal, $when:ident, $min:literal to $max:expr, { $($body:tt)* }
    )*) => {
        pub(super) mod row {
            #[allow(unused_imports, reason = "not every file has limits of its own")]
            use super::*;
            $(
                pub(in crate::options) const $name: $crate::options::context_row::ContextOption =
                    $crate::options::context_row::ContextOption {
                        number: zmq_sys::$name,
                        name: $c,
                        since: $since,
                        min: $min,
                        max: $max,
                        first: is_first!($when),
                    };
            )*
        }

        pub(in crate::options) const ROWS: &[$crate::options::context_row::ContextOption] = &[$(row::$name),*];

        $(#[doc = $heading])?
        impl $crate::context::Context {
            $(context_methods! { [$(#[$doc])*] $name, $c, $since, $when, $($body)* })*
        }
    };
}

macro_rules! context_methods {
    ([$(#[$doc:meta])*] $name:ident, $c:literal, $since:literal, $when:ident,
     get $getter:ident: $type:ty, $go_get:literal; set $setter:ident, $go_set:literal;) => {
        context_methods! { [$(#[$doc])*] $name, $c, $since, $when, get $getter: $type, $go_get; }

        #[doc = concat!("Sets [`", stringify!($getter), "`](crate::Context::", stringify!($getter), ").")]
        ///
        #[doc = concat!(context_when!($when), "; since libzmq ", $since, ". ", manual!("zmq_ctx_set", $c))]
        ///
        /// # Errors
        /// `EINVAL` for a value out of range, for another value once a socket was opened if it must be set before, and if
        /// this libzmq does not have the option, which the error says; `ETERM` once the context has ended.
        #[doc(alias = $go_set)]
        #[doc(alias = $c)]
        pub fn $setter(&self, value: $type) -> $crate::error::Result<()> {
            self.write(row::$name, value)
        }
    };
    ([$(#[$doc:meta])*] $name:ident, $c:literal, $since:literal, $when:ident, get $getter:ident: $type:ty, $go:literal;) => {
        $(#[$doc])*
        ///
        #[doc = concat!(context_when!($when), "; since libzmq ", $since, ". ", manual!("zmq_ctx_get", $c))]
        ///
        /// # Errors
        /// `EINVAL` if this libzmq does not have the option, which the error says; `ETERM` once the context has ended.
        #[doc(alias = $go)]
        #[doc(alias = $c)]
        pub fn $getter(&self) -> $crate::error::Result<$type> {
            self.read(row::$name)
        }
    };
    ([$(#[$doc:meta])*] $name:ident, $c:literal, $since:literal, $when:ident, hand) => {};
}

pub(super) use {context_methods, context_options, context_when, is_first};

impl Context {
    /// The registry of a context that has not ended, which stays so while the guard lives.
    pub(super) fn open_registry(&self, call: Call, option: ContextOption) -> Result<LockedRegistry<'_>> {
        self.open_registry_for(call, option.name)
    }

    /// The same for an option that may have no row.
    pub(super) fn open_registry_for(&self, call: Call, name: &'static str) -> Result<LockedRegistry<'_>> {
        self.must_be_ours(call)?;
        let registry = self.registry();
        if registry.is_ended() {
            return Err(Error::new(call, Errno::ETERM).about_option(name));
        }
        Ok(registry)
    }

    pub(super) fn read<T: ContextValue>(&self, option: ContextOption) -> Result<T> {
        let registry = self.open_registry(Call::CtxGet, option)?;
        self.get(&registry, option).map(T::of)
    }

    /// Sets an option. Once a socket was opened, an option of that time may be set to its present value only.
    pub(super) fn write(&self, option: ContextOption, value: impl ContextValue) -> Result<()> {
        let value = value.number();
        let ContextOption { min, max, first, .. } = option;
        if value < min || value > max {
            return Err(refused(option, out_of_range(value, min, max)));
        }
        let registry = self.open_registry(Call::CtxSet, option)?;
        if first {
            if registry.is_started() && self.holds(&registry, option, value) {
                return Ok(());
            }
            must_not_be_started(&registry, option)?;
        }
        self.set(&registry, option, value)
    }

    pub(super) fn get(&self, _open: &Registry, option: ContextOption) -> Result<c_int> {
        self.raw()
            .get(option.number)
            .map_err(|errno| failed(Call::CtxGet, option, errno))
    }

    pub(super) fn set(&self, _open: &Registry, option: ContextOption, value: u32) -> Result<()> {
        let value = c_int::try_from(value).map_err(|_| refused(option, out_of_range(value, 0, INT_MAX)))?;
        self.raw()
            .set(option.number, value)
            .map_err(|errno| failed(Call::CtxSet, option, errno))
    }

    /// Whether the option has this value already. libzmq cannot read all of them.
    fn holds(&self, registry: &Registry, option: ContextOption, value: u32) -> bool {
        #[cfg(unix)]
        if option.number == zmq_sys::ZMQ_THREAD_PRIORITY {
            return registry.priority == Some(value);
        }
        self.get(registry, option)
            .is_ok_and(|held| c_int::try_from(value) == Ok(held))
    }
}

pub(super) fn must_not_be_started(registry: &Registry, option: ContextOption) -> Result<()> {
    if registry.is_started() {
        return Err(refused(option, "it has no effect once a socket was opened"));
    }
    Ok(())
}

pub(super) fn failed(call: Call, option: ContextOption, errno: Errno) -> Error {
    let error = Error::new(call, errno).about_option(option.name);
    match missing(option.since, &[]) {
        Some(reason) if errno == Errno::EINVAL => error.because(reason),
        _ => error,
    }
}

pub(super) fn refused(option: ContextOption, reason: impl Into<Cow<'static, str>>) -> Error {
    Error::new(Call::CtxSet, Errno::EINVAL)
        .about_option(option.name)
        .because(reason)
}
