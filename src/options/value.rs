//! The kinds of values that options have: how Rust's type becomes C's, and back, and what is out of range.

use std::ffi::c_int;
use std::fmt::Display;
use std::marker::PhantomData;
use std::time::Duration;

use zeroize::Zeroizing;

use super::row::Row;
use crate::curve::key as curve;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::socket::Socket;

/// A `bool`, an `int` in libzmq.
pub(crate) struct Bool;

impl Bool {
    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<bool> {
        socket.read_int(row).map(|value| value != 0)
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, value: bool) -> Result<()> {
        socket.write_int(row, c_int::from(value))
    }
}

/// A number of at least 0.
pub(crate) struct UInt {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

/// The greatest `int`.
pub(crate) const INT_MAX: u32 = c_int::MAX.unsigned_abs();

impl UInt {
    pub(crate) const ANY: UInt = UInt { min: 0, max: INT_MAX };

    pub(crate) const fn within(min: u32, max: u32) -> UInt {
        UInt { min, max }
    }

    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<u32> {
        socket.read_int(row).map(c_int::unsigned_abs)
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, value: u32) -> Result<()> {
        socket.write_int(row, self.check(row, value)?)
    }

    pub(crate) fn check(&self, row: &Row, value: u32) -> Result<c_int> {
        let UInt { min, max } = *self;
        let out = || row.refuse(out_of_range(value, min, max));
        if value < min || value > max {
            return Err(out());
        }
        c_int::try_from(value).map_err(|_| out())
    }
}

/// A [`UInt`], or `None`, -1 in libzmq.
pub(crate) struct OptUInt(pub(crate) UInt);

impl OptUInt {
    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<Option<u32>> {
        socket.read_int(row).map(|value| u32::try_from(value).ok())
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, value: Option<u32>) -> Result<()> {
        let value = match value {
            None => -1,
            Some(value) => self.0.check(row, value)?,
        };
        socket.write_int(row, value)
    }
}

/// A `bool`, or `None`, -1 in libzmq.
pub(crate) struct OptBool;

impl OptBool {
    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<Option<bool>> {
        let value = socket.read_int(row)?;
        Ok((value >= 0).then_some(value != 0))
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, value: Option<bool>) -> Result<()> {
        socket.write_int(row, value.map_or(-1, c_int::from))
    }
}

/// A time in milliseconds or seconds, or `None`, the number `none` in libzmq. If that is 0, so is a time of zero.
#[derive(Clone, Copy)]
pub(crate) struct Time {
    none: c_int,
    min: c_int,
    max: c_int,
    /// The stored value is a multiple of this.
    step: c_int,
    nanos: u128,
    unit: &'static str,
}

impl Time {
    /// Milliseconds; -1 is indefinite.
    pub(crate) const MS: Time = Time {
        none: -1,
        min: 0,
        max: c_int::MAX,
        step: 1,
        nanos: 1_000_000,
        unit: "ms",
    };

    /// Milliseconds; 0 is `None`.
    pub(crate) const MS_OR_ZERO: Time = Time {
        none: 0,
        min: 1,
        ..Time::MS
    };

    pub(crate) const SECONDS: Time = Time {
        nanos: 1_000_000_000,
        unit: "s",
        ..Time::MS
    };

    pub(crate) const fn within(mut self, min: c_int, max: c_int) -> Time {
        self.min = min;
        self.max = max;
        self
    }

    pub(crate) const fn step(mut self, step: c_int) -> Time {
        self.step = step;
        self
    }

    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<Option<Duration>> {
        let units = socket.read_int(row)?;
        Ok(self.duration(units))
    }

    fn duration(&self, units: c_int) -> Option<Duration> {
        let units = u64::try_from(units).ok().filter(|_| units != self.none)?;
        let nanos = u128::from(units) * self.nanos;
        let second = 1_000_000_000;
        Some(Duration::new((nanos / second) as u64, (nanos % second) as u32))
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, time: impl Into<Option<Duration>>) -> Result<()> {
        socket.write_int(row, self.units(row, time.into())?)
    }

    /// The number for libzmq: rounded up, never down.
    pub(crate) fn units(&self, row: &Row, time: Option<Duration>) -> Result<c_int> {
        let Some(time) = time else {
            return Ok(self.none);
        };
        let Time { min, max, unit, .. } = *self;
        if time.is_zero() && self.none == 0 {
            return Ok(self.none);
        }
        let step = self.step.unsigned_abs();
        let units = time.as_nanos().div_ceil(self.nanos).next_multiple_of(u128::from(step));
        match c_int::try_from(units) {
            Ok(units) if (min..=max).contains(&units) => Ok(units),
            _ if max < c_int::MAX => Err(row.refuse(format!("{time:?} is out of range: {min} to {max} {unit}"))),
            Ok(units) if units < min => Err(row.refuse(format!("{time:?} is less than {min} {unit}"))),
            _ => Err(row.refuse(format!("{time:?} is more than {max} {unit}"))),
        }
    }
}

/// A time that cannot be `None`.
pub(crate) struct RequiredTime(pub(crate) Time);

impl RequiredTime {
    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<Duration> {
        Ok(self.0.get(socket, row)?.unwrap_or_default())
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, time: Duration) -> Result<()> {
        self.0.set(socket, row, Some(time))
    }
}

/// A number with names for some of its values.
pub(crate) trait Named: Copy + std::fmt::Debug {
    fn of(raw: c_int) -> Self;
    fn number(self) -> c_int;
}

/// A [`Named`] number within a range.
pub(crate) struct Enum<T> {
    min: c_int,
    max: c_int,
    named: PhantomData<T>,
}

impl<T: Named> Enum<T> {
    pub(crate) const fn within(min: c_int, max: c_int) -> Enum<T> {
        Enum {
            min,
            max,
            named: PhantomData,
        }
    }

    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<T> {
        socket.read_int(row).map(T::of)
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, value: T) -> Result<()> {
        let (number, min, max) = (value.number(), self.min, self.max);
        if number < min || number > max {
            return Err(row.refuse(out_of_range(number, min, max)));
        }
        socket.write_int(row, number)
    }
}

/// An unsigned number of 64 bits.
pub(crate) struct U64;

impl U64 {
    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<u64> {
        let mut value = [0; 8];
        socket.read(row, &mut value)?;
        Ok(u64::from_ne_bytes(value))
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, value: u64) -> Result<()> {
        socket.write(row, &value.to_ne_bytes())
    }
}

/// Text without NUL, of `min` to `max` bytes.
pub(crate) struct Text {
    pub(crate) min: usize,
    pub(crate) max: usize,
}

impl Text {
    /// An empty text clears the option.
    pub(crate) const CLEARED_BY_NONE: Text = Text { min: 0, max: 255 };

    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<String> {
        let mut text = socket.long_bytes(row)?;
        // libzmq counts the NUL at the end.
        if text.last() == Some(&0) {
            text.pop();
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, text: impl AsRef<str>) -> Result<()> {
        let text = text.as_ref().as_bytes();
        if text.contains(&0) {
            return Err(row.refuse("the text contains a NUL"));
        }
        Bytes {
            min: self.min,
            max: self.max,
        }
        .set(socket, row, text)
    }
}

/// `min` to `max` bytes; an empty value, if allowed, clears the option.
pub(crate) struct Bytes {
    pub(crate) min: usize,
    pub(crate) max: usize,
}

impl Bytes {
    pub(crate) const ANY: Bytes = Bytes {
        min: 0,
        max: c_int::MAX as usize,
    };

    /// A routing id.
    pub(crate) const ID: Bytes = Bytes { min: 1, max: 255 };

    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<Vec<u8>> {
        socket.long_bytes(row)
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, bytes: impl AsRef<[u8]>) -> Result<()> {
        let bytes = bytes.as_ref();
        self.check(row, bytes)?;
        if bytes.is_empty() {
            return socket.write_nothing(row);
        }
        socket.write(row, bytes)
    }

    /// The bytes are not in the error: they may be secret.
    pub(crate) fn check(&self, row: &Row, bytes: &[u8]) -> Result<()> {
        let (len, Bytes { min, max }) = (bytes.len(), self);
        if len < *min || len > *max {
            return Err(row.refuse(wrong_length(len, *min, *max)));
        }
        Ok(())
    }
}

/// A CURVE key.
pub(crate) struct Key<K>(PhantomData<K>);

impl<K: curve::Key> Key<K> {
    pub(crate) const ANY: Key<K> = Key(PhantomData);

    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<K> {
        K::filled(|bytes| socket.read(row, bytes).map(drop))
    }

    /// From 32 bytes, or 40 characters of Z85.
    pub(crate) fn set(&self, socket: &Socket, row: &Row, key: impl AsRef<[u8]>) -> Result<()> {
        let mut bytes = Zeroizing::new([0; 32]);
        curve::read(key.as_ref(), &mut bytes).map_err(|reason| row.refuse(reason))?;
        socket.write(row, bytes.as_slice())
    }
}

/// The reason for a number that an option does not have.
pub(crate) fn out_of_range(value: impl Display, min: impl Display, max: impl Display) -> String {
    format!("{value} is out of range: {min} to {max}")
}

/// The reason for text or bytes of a length that an option does not have.
pub(crate) fn wrong_length(len: usize, min: usize, max: usize) -> String {
    format!("a length of {len} bytes is out of range: {min} to {max}")
}

impl Socket {
    /// Bytes of any length: the buffer grows until they fit.
    pub(crate) fn long_bytes(&self, row: &Row) -> Result<Vec<u8>> {
        const ENOUGH: usize = 1 << 26;
        let mut value = vec![0; 256];
        loop {
            match self.raw().get(row.number, &mut value) {
                Ok(len) => {
                    value.truncate(len);
                    return Ok(value);
                }
                Err(Errno::EINVAL) if value.len() < ENOUGH => {
                    if super::row::missing(row.since, row.needs).is_some() {
                        return Err(row.failed(Call::GetSockOpt, Errno::EINVAL));
                    }
                    value.resize(value.len() * 8, 0);
                }
                Err(errno) => return Err(Error::new(Call::GetSockOpt, errno).about_option(row.name)),
            }
        }
    }
}
