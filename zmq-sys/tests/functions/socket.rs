//! Sockets, their options, endpoints and events.

use std::ffi::c_short;
use std::ptr::null_mut;

use zmq_sys::*;

use crate::support::monitor::Monitor;
use crate::support::zmq::*;

#[test]
fn open_and_close() {
    let context = context();
    for kind in ZMQ_PAIR..=ZMQ_STREAM {
        let socket = sys!(zmq_socket(context, kind));
        assert_eq!(get(socket, ZMQ_TYPE), kind);
        ok!(zmq_close(socket));
    }
    assert!(sys!(zmq_socket(context, 99)).is_null());
    assert_eq!(sys!(zmq_errno()), libc::EINVAL);
    assert_eq!(sys!(zmq_close(null_mut())), -1);
    assert_eq!(sys!(zmq_errno()), libc::ENOTSOCK);
    term(context);
}

#[test]
fn options() {
    let context = context();
    let socket = socket(context, ZMQ_DEALER);
    let (mark, len) = (7_i32, size_of::<i32>());
    ok!(zmq_setsockopt(socket, ZMQ_SNDHWM, (&raw const mark).cast(), len));
    let (mut got, mut got_len) = (0_i32, len);
    ok!(zmq_getsockopt(socket, ZMQ_SNDHWM, (&raw mut got).cast(), &mut got_len));
    assert_eq!((got, got_len), (mark, len));
    assert_eq!(
        sys!(zmq_setsockopt(socket, ZMQ_SNDHWM, (&raw const mark).cast(), 3)),
        -1
    );
    assert_eq!(sys!(zmq_errno()), libc::EINVAL);
    close(socket);
    term(context);
}

#[test]
fn frames() {
    static CONSTANT: [u8; 8] = *b"constant";
    let context = context();
    let (one, two) = (socket(context, ZMQ_PAIR), socket(context, ZMQ_PAIR));
    ok!(zmq_bind(one, c"inproc://frames".as_ptr()));
    ok!(zmq_connect(two, c"inproc://frames".as_ptr()));
    assert_eq!(ok!(zmq_send(one, b"copied".as_ptr().cast(), 6, ZMQ_SNDMORE)), 6);
    assert_eq!(ok!(zmq_send_const(one, CONSTANT.as_ptr().cast(), 8, 0)), 8);

    let mut buffer = [0_u8; 4];
    // The true length comes back, the rest of the frame is lost.
    assert_eq!(ok!(zmq_recv(two, buffer.as_mut_ptr().cast(), 4, 0)), 6);
    assert_eq!(&buffer, b"copi");
    assert_eq!(get(two, ZMQ_RCVMORE), 1);
    assert_eq!(recv(two), CONSTANT);
    assert_eq!(get(two, ZMQ_RCVMORE), 0);
    assert_eq!(sys!(zmq_recv(two, buffer.as_mut_ptr().cast(), 4, ZMQ_DONTWAIT)), -1);
    assert_eq!(sys!(zmq_errno()), libc::EAGAIN);
    close(one);
    close(two);
    term(context);
}

#[test]
fn endpoints_are_left() {
    let context = context();
    let (server, client) = (socket(context, ZMQ_ROUTER), socket(context, ZMQ_DEALER));
    let endpoint = bind(server, c"tcp://127.0.0.1:*");
    connect(client, &endpoint);
    ok!(zmq_disconnect(client, endpoint.as_ptr()));
    assert_eq!(sys!(zmq_disconnect(client, endpoint.as_ptr())), -1);
    assert_eq!(sys!(zmq_errno()), libc::ENOENT);
    ok!(zmq_unbind(server, endpoint.as_ptr()));
    assert_eq!(sys!(zmq_unbind(server, endpoint.as_ptr())), -1);
    assert_eq!(sys!(zmq_errno()), libc::ENOENT);
    close(client);
    close(server);
    term(context);
}

#[test]
fn monitor() {
    let context = context();
    let watched = socket(context, ZMQ_REP);
    let monitor = Monitor::new(context, watched, ZMQ_EVENT_ALL);
    let endpoint = bind(watched, c"tcp://127.0.0.1:*");
    let (event, fd, address) = monitor.next();
    assert_eq!((event, address.as_bytes()), (ZMQ_EVENT_LISTENING, endpoint.as_bytes()));
    assert!(fd > 0);
    monitor.close(watched);
    close(watched);
    term(context);
}

#[test]
fn poll() {
    let context = context();
    let (one, two) = (socket(context, ZMQ_PAIR), socket(context, ZMQ_PAIR));
    bind(one, c"inproc://poll");
    connect(two, c"inproc://poll");
    let item = |socket, events: c_short| zmq_pollitem_t {
        socket,
        fd: 0,
        events,
        revents: 0,
    };
    let mut items = [item(one, ZMQ_POLLIN), item(two, ZMQ_POLLIN | ZMQ_POLLOUT)];

    assert_eq!(ok!(zmq_poll(items.as_mut_ptr(), 1, 1)), 0);
    assert_eq!(ok!(zmq_poll(items.as_mut_ptr(), 2, 10_000)), 1);
    assert_eq!((items[0].revents, items[1].revents), (0, ZMQ_POLLOUT));
    send(two, b"now", 0);
    assert_eq!(ok!(zmq_poll(items.as_mut_ptr(), 2, 10_000)), 2);
    assert_eq!((items[0].revents, items[1].revents), (ZMQ_POLLIN, ZMQ_POLLOUT));
    close(one);
    close(two);
    term(context);
}
