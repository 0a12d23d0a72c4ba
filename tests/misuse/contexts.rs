//! Options of a context.

use zmq4::{Context, Errno};

use crate::open;
use crate::support::{LONG, in_child, inproc_name};

/// B3: `std::length_error` at the first socket.
#[test]
fn absurd_numbers_of_sockets() {
    in_child("contexts::absurd_numbers_of_sockets", LONG, || {
        for absurd in [0, 65536, 1 << 20, i32::MAX as u32, 1 << 31, u32::MAX] {
            let context = Context::new().unwrap();
            let error = context.set_max_sockets(absurd).unwrap_err();
            assert_eq!(error, Errno::EINVAL, "{absurd}");
            assert!(
                error.to_string().starts_with("zmq_ctx_set(ZMQ_MAX_SOCKETS): "),
                "{error}"
            );
            assert_eq!(context.max_sockets().unwrap(), 1023);
            context.socket(zmq4::PAIR).unwrap();
        }
        let context = Context::new().unwrap();
        context.set_max_sockets(65535).unwrap();
        context.socket(zmq4::PAIR).unwrap();
    });
}

/// B4: an abort at the first socket, for want of descriptors or threads.
#[test]
fn absurd_numbers_of_io_threads() {
    in_child("contexts::absurd_numbers_of_io_threads", LONG, || {
        for absurd in [100_000, i32::MAX as u32, 1 << 31, u32::MAX] {
            let context = Context::new().unwrap();
            let error = context.set_io_threads(absurd).unwrap_err();
            assert_eq!(error, Errno::EINVAL, "{absurd}");
            assert!(
                error.to_string().starts_with("zmq_ctx_set(ZMQ_IO_THREADS): "),
                "{error}"
            );
            context.socket(zmq4::PAIR).unwrap();
        }
        let context = Context::new().unwrap();
        context.set_io_threads(64).unwrap();
        context.socket(zmq4::PAIR).unwrap();
    });
}

#[test]
fn no_io_threads_at_all() {
    let context = Context::new().unwrap();
    context.set_io_threads(0).unwrap();
    let socket = open(&context, zmq4::PAIR);
    for error in [
        socket.bind("tcp://127.0.0.1:*").unwrap_err(),
        socket.connect("tcp://127.0.0.1:5555").unwrap_err(),
    ] {
        assert_eq!(error, Errno::EMTHREAD, "{error}");
    }
    socket.bind(&inproc_name()).unwrap();
}
