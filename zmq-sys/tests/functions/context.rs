//! Contexts, errors and what the library says about itself.

use std::ptr::null_mut;

use zmq_sys::*;

use crate::support::zmq::*;

#[test]
fn options_shutdown_and_term() {
    let context = context();
    assert_eq!(sys!(zmq_ctx_get(context, ZMQ_IO_THREADS)), ZMQ_IO_THREADS_DFLT);
    assert_eq!(sys!(zmq_ctx_get(context, ZMQ_MAX_SOCKETS)), ZMQ_MAX_SOCKETS_DFLT);
    ok!(zmq_ctx_set(context, ZMQ_IO_THREADS, 2));
    assert_eq!(sys!(zmq_ctx_get(context, ZMQ_IO_THREADS)), 2);
    assert_eq!(sys!(zmq_ctx_get(context, ZMQ_MSG_T_SIZE)), 64);

    // Shut down, a socket that exists returns ETERM and a new one is refused.
    let open = socket(context, ZMQ_PULL);
    ok!(zmq_ctx_shutdown(context));
    let mut byte = 0_u8;
    assert_eq!(sys!(zmq_recv(open, (&raw mut byte).cast(), 1, 0)), -1);
    assert_eq!(sys!(zmq_errno()), ETERM);
    assert!(sys!(zmq_socket(context, ZMQ_PULL)).is_null());
    assert_eq!(sys!(zmq_errno()), ETERM);
    ok!(zmq_close(open));
    ok!(zmq_ctx_term(context));
}

#[test]
fn old_names() {
    let context = sys!(zmq_init(3));
    assert_eq!(sys!(zmq_ctx_get(context, ZMQ_IO_THREADS)), 3);
    ok!(zmq_term(context));
    ok!(zmq_ctx_destroy(context_with_a_used_socket()));
}

fn context_with_a_used_socket() -> *mut std::ffi::c_void {
    let context = context();
    let socket = socket(context, ZMQ_PUB);
    bind(socket, c"inproc://old-names");
    close(socket);
    context
}

#[test]
fn errors_have_a_number_and_a_text() {
    assert!(sys!(zmq_socket(null_mut(), ZMQ_REQ)).is_null());
    assert_eq!(sys!(zmq_errno()), libc::EFAULT);
    for (number, expected) in [
        (EFSM, c"Operation cannot be accomplished in current state"),
        (ENOCOMPATPROTO, c"The protocol is not compatible with the socket type"),
        (ETERM, c"Context was terminated"),
        (EMTHREAD, c"No thread available"),
    ] {
        assert_eq!(text(sys!(zmq_strerror(number))).as_c_str(), expected);
    }
}

#[test]
fn version_and_capabilities() {
    let (mut major, mut minor, mut patch) = (-1, -1, -1);
    sys!(zmq_version(&mut major, &mut minor, &mut patch));
    assert!(ZMQ_MAKE_VERSION(major, minor, patch) >= ZMQ_MAKE_VERSION(4, 3, 3));
    assert_eq!(sys!(zmq_has(c"ipc".as_ptr())), i32::from(cfg!(unix)));
    assert_eq!(sys!(zmq_has(c"no such capability".as_ptr())), 0);
}
