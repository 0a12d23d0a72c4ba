//! [`push_empty`]: a message that is made in the list where it stays.

use super::message::RawMessage;

/// A type that is a message and nothing else; [`wrapper`] defines such.
///
/// # Safety
/// It has the layout of a `RawMessage`, and each initialised message is a value of it.
pub(crate) unsafe trait Wrapper {}

/// Defines a tuple struct of a message as a [`Wrapper`].
macro_rules! wrapper {
    ($(#[$attribute:meta])* pub struct $name:ident(pub(crate) RawMessage);) => {
        $(#[$attribute])*
        #[repr(transparent)]
        pub struct $name(pub(crate) $crate::ffi::message::RawMessage);

        // SAFETY: it is transparent, and has no other field.
        #[allow(unsafe_code)]
        unsafe impl $crate::ffi::list::Wrapper for $name {}
    };
}
pub(crate) use wrapper;

/// Puts an empty message at the end of the list, as `push` would, and moves nothing.
#[inline]
pub(crate) fn push_empty<T: Wrapper>(list: &mut Vec<T>) -> &mut T {
    if list.len() == list.capacity() {
        list.reserve(1);
    }
    let len = list.len();
    // SAFETY: there is room for one more, behind what the list has.
    let place = unsafe { list.as_mut_ptr().add(len) };
    // SAFETY: a wrapper has the layout of a message, and nothing is there yet.
    unsafe { RawMessage::write_new(place.cast()) };
    // SAFETY: the message at `len` was just written.
    unsafe { list.set_len(len + 1) };
    // SAFETY: as above, and the list is borrowed as long as the answer.
    unsafe { &mut *place }
}
