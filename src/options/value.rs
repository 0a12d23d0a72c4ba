//! The kinds of values that options have: how Rust's type becomes C's, and back, and what is out of range.

use std::ffi::c_int;
use std::marker::PhantomData;
use std::time::Duration;

use zeroize::Zeroizing;

use super::row::Row;
use crate::curve::key as curve;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::socket::Socket;

/// A `bool`, which is an `int` to libzmq.
pub(crate) struct Switch;

impl Switch {
    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<bool> {
        socket.read_int(row).map(|value| value != 0)
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, value: bool) -> Result<()> {
        socket.write_int(row, c_int::from(value))
    }
}

/// A number that is not negative.
pub(crate) struct Count {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

/// As far as an `int` goes.
pub(crate) const MOST: u32 = c_int::MAX.unsigned_abs();

impl Count {
    pub(crate) const ANY: Count = Count { min: 0, max: MOST };

    pub(crate) const fn within(min: u32, max: u32) -> Count {
        Count { min, max }
    }

    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<u32> {
        socket.read_int(row).map(c_int::unsigned_abs)
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, value: u32) -> Result<()> {
        socket.write_int(row, self.check(row, value)?)
    }

    pub(crate) fn check(&self, row: &Row, value: u32) -> Result<c_int> {
        let Count { min, max } = *self;
        let out = || row.refuse(format!("{value} is not within {min} to {max}"));
        if value < min || value > max {
            return Err(out());
        }
        c_int::try_from(value).map_err(|_| out())
    }
}

/// A [`Count`] or `None`, which is -1 to libzmq.
pub(crate) struct Maybe(pub(crate) Count);

impl Maybe {
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

/// A `bool` or `None`, which is -1 to libzmq.
pub(crate) struct MaybeSwitch;

impl MaybeSwitch {
    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<Option<bool>> {
        let value = socket.read_int(row)?;
        Ok((value >= 0).then_some(value != 0))
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, value: Option<bool>) -> Result<()> {
        socket.write_int(row, value.map_or(-1, c_int::from))
    }
}

/// A time in milliseconds or seconds, or `None` for what the number `none` stands for.
#[derive(Clone, Copy)]
pub(crate) struct Time {
    none: c_int,
    min: c_int,
    max: c_int,
    /// What is stored is a multiple of this.
    step: c_int,
    nanos: u128,
    unit: &'static str,
}

impl Time {
    /// Milliseconds; -1 is for ever.
    pub(crate) const MS: Time = Time {
        none: -1,
        min: 0,
        max: c_int::MAX,
        step: 1,
        nanos: 1_000_000,
        unit: "ms",
    };

    /// Milliseconds; 0 stands for something else than no time.
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

    pub(crate) fn set(&self, socket: &Socket, row: &Row, time: Option<Duration>) -> Result<()> {
        socket.write_int(row, self.units(row, time)?)
    }

    /// What libzmq is told: rounded up, never down.
    pub(crate) fn units(&self, row: &Row, time: Option<Duration>) -> Result<c_int> {
        let Some(time) = time else {
            return Ok(self.none);
        };
        let Time { min, max, unit, .. } = *self;
        let step = self.step.unsigned_abs();
        let units = time.as_nanos().div_ceil(self.nanos).next_multiple_of(u128::from(step));
        match c_int::try_from(units) {
            Ok(units) if (min..=max).contains(&units) => Ok(units),
            _ if max < c_int::MAX => Err(row.refuse(format!("{time:?} is not within {min} to {max} {unit}"))),
            Ok(units) if units < min => Err(row.refuse(format!("{time:?} is less than {min} {unit}"))),
            _ => Err(row.refuse(format!("{time:?} is more than {max} {unit}"))),
        }
    }
}

/// A time that is always given.
pub(crate) struct Span(pub(crate) Time);

impl Span {
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
pub(crate) struct Open<T> {
    min: c_int,
    max: c_int,
    named: PhantomData<T>,
}

impl<T: Named> Open<T> {
    pub(crate) const fn within(min: c_int, max: c_int) -> Open<T> {
        Open {
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
            return Err(row.refuse(format!("{number} is not within {min} to {max}")));
        }
        socket.write_int(row, number)
    }
}

/// 64 bits without a sign.
pub(crate) struct Wide;

impl Wide {
    pub(crate) fn get(&self, socket: &Socket, row: &Row) -> Result<u64> {
        let mut value = [0; 8];
        socket.read(row, &mut value)?;
        Ok(u64::from_ne_bytes(value))
    }

    pub(crate) fn set(&self, socket: &Socket, row: &Row, value: u64) -> Result<()> {
        socket.write(row, &value.to_ne_bytes())
    }
}

/// Text of so many bytes, without NUL.
pub(crate) struct Text {
    pub(crate) min: usize,
    pub(crate) max: usize,
}

impl Text {
    /// Where libzmq takes one of no bytes for nothing.
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
            return Err(row.refuse("it has a NUL"));
        }
        Bytes {
            min: self.min,
            max: self.max,
        }
        .set(socket, row, text)
    }
}

/// So many bytes; none of them, where that is allowed, clears what was there.
pub(crate) struct Bytes {
    pub(crate) min: usize,
    pub(crate) max: usize,
}

impl Bytes {
    pub(crate) const ANY: Bytes = Bytes {
        min: 0,
        max: c_int::MAX as usize,
    };

    /// What a routing id is.
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

    /// The bytes themselves stay out of the error: they may be secret.
    pub(crate) fn check(&self, row: &Row, bytes: &[u8]) -> Result<()> {
        let (len, Bytes { min, max }) = (bytes.len(), self);
        if len < *min || len > *max {
            return Err(row.refuse(format!("{len} bytes are not within {min} to {max}")));
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

    /// Of 32 bytes, or 40 characters of Z85.
    pub(crate) fn set(&self, socket: &Socket, row: &Row, key: impl AsRef<[u8]>) -> Result<()> {
        let mut bytes = Zeroizing::new([0; 32]);
        curve::read(key.as_ref(), &mut bytes).map_err(|reason| row.refuse(reason))?;
        socket.write(row, bytes.as_slice())
    }
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
