//! What the structures of `zmq.h` look like in memory, asserted when this is compiled.

use core::ffi::{c_short, c_void};
use core::mem::{align_of, offset_of, size_of};

use crate::bindings::zmq_pollitem_t;
use crate::types::{zmq_fd_t, zmq_msg_t};

const POINTER: usize = size_of::<*const c_void>();

const _: () = assert!(size_of::<zmq_msg_t>() == 64);
const _: () = assert!(align_of::<zmq_msg_t>() == POINTER);

const _: () = assert!(offset_of!(zmq_pollitem_t, socket) == 0);
const _: () = assert!(offset_of!(zmq_pollitem_t, fd) == POINTER);
const _: () = assert!(offset_of!(zmq_pollitem_t, events) == POINTER + size_of::<zmq_fd_t>());
const _: () = assert!(offset_of!(zmq_pollitem_t, revents) == offset_of!(zmq_pollitem_t, events) + size_of::<c_short>());
const _: () = assert!(align_of::<zmq_pollitem_t>() == POINTER);
const _: () = assert!(size_of::<zmq_pollitem_t>() == (POINTER + size_of::<zmq_fd_t>() + 4).next_multiple_of(POINTER));

#[cfg(feature = "draft")]
mod draft {
    use super::*;
    use crate::bindings_draft::zmq_poller_event_t;

    const USER_DATA: usize = (POINTER + size_of::<zmq_fd_t>()).next_multiple_of(POINTER);

    const _: () = assert!(offset_of!(zmq_poller_event_t, socket) == 0);
    const _: () = assert!(offset_of!(zmq_poller_event_t, fd) == POINTER);
    const _: () = assert!(offset_of!(zmq_poller_event_t, user_data) == USER_DATA);
    const _: () = assert!(offset_of!(zmq_poller_event_t, events) == USER_DATA + POINTER);
    const _: () = assert!(size_of::<zmq_poller_event_t>() == USER_DATA + 2 * POINTER);
}
