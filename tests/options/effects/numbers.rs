//! DRAFT options that act in stable builds too: by number there, by name with the feature.

use zmq4::{Context, Flags, Socket};

use crate::effects::sockets;
use crate::support::bind_tcp;

/// `ZMQ_METADATA`.
#[cfg(not(feature = "draft"))]
fn add(socket: &Socket, property: &str) -> zmq4::Result<()> {
    socket.set_raw(95, property.as_bytes())
}

#[cfg(feature = "draft")]
fn add(socket: &Socket, property: &str) -> zmq4::Result<()> {
    socket.set_metadata(property)
}

#[test]
fn metadata_comes_with_the_messages() {
    let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
    let endpoint = bind_tcp(&pull);
    assert!(add(&push, "no prefix:value").is_err());
    add(&push, "X-key:value").unwrap();
    push.connect(&endpoint).unwrap();
    push.send("hello", Flags::NONE).unwrap();
    let message = pull.recv(Flags::NONE).unwrap();
    assert_eq!(message.property("X-key"), Some("value"));
    assert_eq!(message.property("Socket-Type"), Some("PUSH"));
}

/// `ZMQ_ZERO_COPY_RECV`.
#[cfg(not(feature = "draft"))]
fn set_zero_copy(context: &Context, on: bool) {
    context.set_raw(10, on.into()).unwrap();
}

#[cfg(feature = "draft")]
fn set_zero_copy(context: &Context, on: bool) {
    context.set_zero_copy_recv(on).unwrap();
}

#[test]
fn context_option_is_set_and_read_by_number() {
    let context = Context::new().unwrap();
    for on in [false, true, false] {
        set_zero_copy(&context, on);
        assert_eq!(context.get_raw(10).unwrap(), i32::from(on));
    }
    context.set_io_threads(3).unwrap();
    assert_eq!(context.get_raw(zmq4::zmq_sys::ZMQ_IO_THREADS).unwrap(), 3);
}
