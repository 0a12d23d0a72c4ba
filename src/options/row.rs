//! [`Row`]: what is known of one option, and the macro that makes methods of it.

use std::ffi::c_int;

use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::socket::Socket;
use crate::socket_type::SocketType;
use crate::version::{has, version};

/// What is known of one option of a socket.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) number: c_int,
    /// The libzmq that brought it.
    pub(crate) since: &'static str,
    /// The types that it may be set on; none are all.
    pub(crate) types: &'static [SocketType],
    /// What libzmq must have been built with; `a|b` is one or the other.
    pub(crate) needs: &'static [&'static str],
    #[cfg(test)]
    pub(crate) access: &'static str,
    /// Sets and reads back the row's samples.
    #[cfg(test)]
    pub(crate) round_trip: fn(&Socket),
}

impl Row {
    /// Refuses a value of this option before libzmq sees it.
    pub(crate) fn refuse(&self, reason: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        Error::new(Call::SetSockOpt, Errno::EINVAL)
            .about_option(self.name)
            .because(reason)
    }

    /// Refuses to set it on a type that takes it and does something else with it, or that does not have it.
    pub(crate) fn check_type(&self, ty: SocketType) -> Result<()> {
        if self.types.is_empty() || self.types.contains(&ty) {
            return Ok(());
        }
        Err(self.refuse(format!("{ty:?} does not have it; it is for {:?}", self.types)))
    }

    /// An error of libzmq, with the reason if libzmq does not have the option at all.
    pub(crate) fn failed(&self, call: Call, errno: Errno) -> Error {
        let error = Error::new(call, errno).about_option(self.name);
        if errno != Errno::EINVAL {
            return error;
        }
        match missing(self.since, self.needs) {
            Some(reason) => error.because(reason),
            None => error,
        }
    }
}

/// Why the libzmq that runs does not have an option, if it is known not to.
pub(super) fn missing(since: &str, needs: &[&str]) -> Option<String> {
    let (major, minor, patch) = version();
    if (major, minor, patch) < parse(since) {
        let reason = format!("libzmq {major}.{minor}.{patch} does not have it: it came with {since}");
        return Some(reason);
    }
    let lacking = needs.iter().find(|need| !need.split('|').any(has))?;
    let lacking = lacking.replace('|', " and without ");
    Some(format!("libzmq {major}.{minor}.{patch} was built without {lacking}"))
}

pub(super) fn parse(version: &str) -> (u32, u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

impl Socket {
    pub(crate) fn read_int(&self, row: &Row) -> Result<c_int> {
        self.retry_interrupted(|| self.raw().get_int(row.number))
            .map_err(|errno| row.failed(Call::GetSockOpt, errno))
    }

    pub(crate) fn read(&self, row: &Row, value: &mut [u8]) -> Result<usize> {
        self.retry_interrupted(|| self.raw().get(row.number, value))
            .map_err(|errno| row.failed(Call::GetSockOpt, errno))
    }

    pub(crate) fn write_int(&self, row: &Row, value: c_int) -> Result<()> {
        self.write(row, &value.to_ne_bytes())
    }

    pub(crate) fn write(&self, row: &Row, value: &[u8]) -> Result<()> {
        row.check_type(self.socket_type())?;
        self.retry_interrupted(|| self.raw().set(row.number, value))
            .map_err(|errno| row.failed(Call::SetSockOpt, errno))?;
        self.preconditions().greet(row.number, !value.is_empty());
        self.remember_option(row.number, value);
        Ok(())
    }

    /// Sets the option to nothing at all, which is more than an empty value to libzmq.
    pub(crate) fn write_nothing(&self, row: &Row) -> Result<()> {
        row.check_type(self.socket_type())?;
        self.retry_interrupted(|| self.raw().clear(row.number))
            .map(|()| self.preconditions().greet(row.number, false))
            .map_err(|errno| row.failed(Call::SetSockOpt, errno))
    }
}

/// When a new value applies, for the documentation.
macro_rules! when {
    (now) => {
        "A new value applies at once"
    };
    (next) => {
        "A new value applies to later binds and connects"
    };
    (bind) => {
        "A new value applies to later binds"
    };
    (first) => {
        "It must be set before the socket binds or connects"
    };
    (once) => {
        "It applies to the next connection only"
    };
    (read) => {
        "It can only be read"
    };
}

/// Where libzmq's manual describes an option, for the documentation. The fragment finds the heading of its section.
macro_rules! manual {
    ($page:literal, $c:literal) => {
        concat!(
            "See [",
            $page,
            "(3)](https://libzmq.readthedocs.io/en/latest/",
            $page,
            ".html#:~:text=",
            $c,
            ":)."
        )
    };
}

/// `"# Heading"; NAME = "NAME", since, types, when, needs capabilities, kind, { get ..; set ..; good [..]; bad [..] }`
///
/// The heading stands above the methods on the page of [`Socket`]. The setter of an option with a getter refers to that one.
/// A row has a getter, a setter or both. `good` are values that read back as they were set, `bad` ones that are refused.
/// The name stands twice because an alias of the documentation has to be a literal. With `hand` the methods are written
/// out beside the table.
macro_rules! options {
    ($($heading:literal;)? $(
        $(#[doc = $doc:literal])*
        $(#[doc(alias = $alias:literal)])*
        $(#[deprecated = $why:literal])?
        $name:ident = $c:literal, $since:literal, $types:expr, $when:ident, needs $needs:expr, $kind:expr,
        { $($body:tt)* }
    )*) => {
        #[allow(deprecated, reason = "deprecated options are tested as well")]
        pub(super) mod row {
            #[allow(unused_imports, reason = "not every file has types or capabilities of its own")]
            use super::*;
            $(
                pub(crate) const $name: $crate::options::Row = $crate::options::Row {
                    name: $c,
                    number: zmq_sys::$name,
                    since: $since,
                    types: $types,
                    needs: $needs,
                    #[cfg(test)]
                    access: access!($($body)*),
                    #[cfg(test)]
                    round_trip: round_trip!($name, $($body)*),
                };
            )*
        }

        pub(super) const ROWS: &[&$crate::options::Row] = &[$(&row::$name),*];

        $(#[doc = $heading])?
        impl Socket {
            $(methods! {
                [$(#[doc = $doc])*] [$(#[doc(alias = $alias)])* $(#[deprecated = $why])?]
                $name, $c, $since, $when, $kind, $($body)*
            })*
        }
    };
}

macro_rules! methods {
    ([$($doc:tt)*] [$($attr:tt)*] $name:ident, $c:literal, $since:literal, $when:ident, $kind:expr,
     get $getter:ident: $got:ty, $go_get:literal; set $setter:ident: $arg:ty, $go_set:literal; $($samples:tt)*) => {
        methods! { [$($doc)*] [$($attr)*] $name, $c, $since, $when, $kind, get $getter: $got, $go_get; }
        methods! {
            [#[doc = concat!("Sets [`", stringify!($getter), "`](Socket::", stringify!($getter), ").")]] [$($attr)*]
            $name, $c, $since, $when, $kind, set $setter: $arg, $go_set;
        }
    };
    ([$($doc:tt)*] [$($attr:tt)*] $name:ident, $c:literal, $since:literal, $when:ident, $kind:expr,
     get $getter:ident: $got:ty, $go:literal; $($samples:tt)*) => {
        $($doc)*
        ///
        #[doc = concat!(when!($when), "; since libzmq ", $since, ". ", manual!("zmq_getsockopt", $c))]
        ///
        /// # Errors
        /// `EINVAL` if this libzmq does not have the option, which the error says; `ETERM` once the context has ended.
        #[doc(alias = $go)]
        #[doc(alias = $c)]
        $($attr)*
        pub fn $getter(&self) -> $crate::error::Result<$got> {
            $kind.get(self, &row::$name)
        }
    };
    ([$($doc:tt)*] [$($attr:tt)*] $name:ident, $c:literal, $since:literal, $when:ident, $kind:expr,
     set $setter:ident: $arg:ty, $go:literal; $($samples:tt)*) => {
        $($doc)*
        ///
        #[doc = concat!(when!($when), "; since libzmq ", $since, ". ", manual!("zmq_setsockopt", $c))]
        ///
        /// # Errors
        /// `EINVAL` for a value out of range, for a type of socket that does not have the option, and if this libzmq does
        /// not have it, which the error says; `ETERM` once the context has ended.
        #[doc(alias = $go)]
        #[doc(alias = $c)]
        $($attr)*
        pub fn $setter(&self, value: $arg) -> $crate::error::Result<()> {
            $kind.set(self, &row::$name, value)
        }
    };
    ([$($doc:tt)*] [$($attr:tt)*] $name:ident, $c:literal, $since:literal, $when:ident, $kind:expr, hand $access:literal) => {};
}

#[cfg(test)]
macro_rules! access {
    (get $getter:ident: $got:ty, $go:literal; set $($rest:tt)*) => {
        "get/set"
    };
    (get $($rest:tt)*) => {
        "get"
    };
    (set $($rest:tt)*) => {
        "set"
    };
    (hand $access:literal) => {
        $access
    };
}

#[cfg(test)]
macro_rules! round_trip {
    ($name:ident, get $getter:ident: $got:ty, $go:literal;
     set $setter:ident: $arg:ty, $goset:literal; good [$($good:expr),*]; bad [$($bad:expr),*]) => {
        |socket| {
            $(
                let value = $good;
                socket.$setter(value).unwrap();
                assert_eq!(socket.$getter().unwrap(), $good, stringify!($name));
            )*
            $($crate::options::tests::is_refused(stringify!($name), socket.$setter($bad));)*
        }
    };
    ($name:ident, get $getter:ident: $got:ty, $go:literal;) => {
        |socket| {
            socket.$getter().unwrap();
        }
    };
    ($name:ident, set $setter:ident: $arg:ty, $go:literal; good [$($good:expr),*]; bad [$($bad:expr),*]) => {
        |socket| {
            $(socket.$setter($good).unwrap();)*
            $($crate::options::tests::is_refused(stringify!($name), socket.$setter($bad));)*
        }
    };
    ($name:ident, hand $access:literal) => {
        |_| {}
    };
}

#[cfg(test)]
pub(crate) use {access, round_trip};
pub(crate) use {manual, methods, options, when};
