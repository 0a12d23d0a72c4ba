//! [`push_empty`]: a message that is made in the list where it stays.

use super::message::RawMessage;
use crate::message::Message;

/// Puts an empty message at the end of the list, as `push` would, and moves nothing.
#[inline]
pub(crate) fn push_empty(list: &mut Vec<Message>) -> &mut Message {
    if list.len() == list.capacity() {
        list.reserve(1);
    }
    let len = list.len();
    // SAFETY: there is room for one more, behind what the list has.
    let place = unsafe { list.as_mut_ptr().add(len) };
    // SAFETY: the place is in the list's own memory.
    let raw = unsafe { &raw mut (*place).0 };
    // SAFETY: nothing is there yet.
    unsafe { RawMessage::write_new(raw) };
    // SAFETY: the message at `len` was just written.
    unsafe { list.set_len(len + 1) };
    // SAFETY: as above, and the list is borrowed as long as the answer.
    unsafe { &mut *place }
}
