//~ E0505: cannot move out of `owner`
//! A view borrows another owner's socket.
use std::ptr::NonNull;
use zmq4::{Flags, Socket, SocketRef};

fn view(owner: &Socket) -> SocketRef<'_> {
    // SAFETY: the socket is open as long as it is borrowed.
    unsafe { SocketRef::from_raw(NonNull::new(owner.as_ptr()).unwrap()) }
}

fn main() {
    let owner = Socket::new(zmq4::PUSH).unwrap();
    let view = view(&owner);
    drop(owner);
    view.send("too late", Flags::NONE).unwrap();
}
