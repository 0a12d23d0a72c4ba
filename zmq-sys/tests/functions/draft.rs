//! What the DRAFT API adds.

use std::ffi::{c_short, c_void};
use std::ptr::null_mut;

use zmq_sys::*;

use crate::support::zmq::*;

fn text_message(text: &[u8]) -> zmq_msg_t {
    let mut message = unset();
    ok!(zmq_msg_init_buffer(&mut message, text.as_ptr().cast(), text.len()));
    message
}

fn content(message: &mut zmq_msg_t) -> Vec<u8> {
    let len = sys!(zmq_msg_size(message));
    let data = sys!(zmq_msg_data(message)).cast::<u8>();
    // SAFETY: the message holds `len` bytes while they are copied.
    unsafe { std::slice::from_raw_parts(data, len) }.to_vec()
}

#[test]
fn context_options_of_any_type() {
    let context = context();
    let prefix = b"prefix";
    ok!(zmq_ctx_set_ext(
        context,
        ZMQ_THREAD_NAME_PREFIX,
        prefix.as_ptr().cast(),
        prefix.len()
    ));
    let mut got = [0_u8; 16];
    let mut len = got.len();
    ok!(zmq_ctx_get_ext(
        context,
        ZMQ_THREAD_NAME_PREFIX,
        got.as_mut_ptr().cast(),
        &mut len
    ));
    assert_eq!(&got[..prefix.len()], prefix);
    term(context);
}

#[test]
fn groups() {
    let context = context();
    let (radio, dish) = (socket(context, ZMQ_RADIO), socket(context, ZMQ_DISH));
    bind(radio, c"inproc://groups");
    connect(dish, c"inproc://groups");
    ok!(zmq_join(dish, c"weather".as_ptr()));
    // Makes the radio look at what the dish has joined.
    get(radio, ZMQ_EVENTS);

    let mut message = text_message(b"rain");
    ok!(zmq_msg_set_group(&mut message, c"weather".as_ptr()));
    ok!(zmq_msg_send(&mut message, radio, 0));
    ok!(zmq_msg_recv(&mut message, dish, 0));
    assert_eq!(content(&mut message), b"rain");
    assert_eq!(text(sys!(zmq_msg_group(&mut message))).as_c_str(), c"weather");
    ok!(zmq_msg_close(&mut message));

    ok!(zmq_leave(dish, c"weather".as_ptr()));
    assert_eq!(sys!(zmq_leave(dish, c"weather".as_ptr())), -1);
    assert_eq!(sys!(zmq_errno()), libc::EINVAL);
    close(radio);
    close(dish);
    term(context);
}

#[test]
fn routing_ids() {
    let context = context();
    let (server, client) = (socket(context, ZMQ_SERVER), socket(context, ZMQ_CLIENT));
    bind(server, c"inproc://routing-ids");
    connect(client, c"inproc://routing-ids");
    let mut message = text_message(b"ask");
    ok!(zmq_msg_send(&mut message, client, 0));
    ok!(zmq_msg_recv(&mut message, server, 0));
    let id = sys!(zmq_msg_routing_id(&mut message));
    assert_ne!(id, 0);
    ok!(zmq_msg_close(&mut message));

    let mut reply = text_message(b"answer");
    ok!(zmq_msg_set_routing_id(&mut reply, id));
    ok!(zmq_msg_send(&mut reply, server, 0));
    ok!(zmq_msg_recv(&mut reply, client, 0));
    assert_eq!(content(&mut reply), b"answer");
    ok!(zmq_msg_close(&mut reply));
    close(server);
    close(client);
    term(context);
}

#[test]
fn peers_are_known_by_number() {
    let context = context();
    let (one, two) = (socket(context, ZMQ_PEER), socket(context, ZMQ_PEER));
    bind(one, c"inproc://peers");
    let id = sys!(zmq_connect_peer(two, c"inproc://peers".as_ptr()));
    assert_ne!(id, 0, "{}", error_text());
    let mut message = text_message(b"to that peer");
    ok!(zmq_msg_set_routing_id(&mut message, id));
    ok!(zmq_msg_send(&mut message, two, 0));
    ok!(zmq_msg_recv(&mut message, one, 0));
    assert_eq!(content(&mut message), b"to that peer");
    ok!(zmq_msg_close(&mut message));
    close(one);
    close(two);
    term(context);
}

#[test]
fn state_of_a_peer() {
    let context = context();
    let (router, dealer) = (socket(context, ZMQ_ROUTER), socket(context, ZMQ_DEALER));
    set_bytes(dealer, ZMQ_ROUTING_ID, b"D");
    bind(router, c"inproc://state");
    connect(dealer, c"inproc://state");
    send(dealer, b"here", 0);
    assert_eq!(recv(router), b"D");
    let state = ok!(zmq_socket_get_peer_state(router, b"D".as_ptr().cast(), 1));
    assert_eq!(state & i32::from(ZMQ_POLLOUT), i32::from(ZMQ_POLLOUT));
    assert_eq!(sys!(zmq_socket_get_peer_state(router, b"E".as_ptr().cast(), 1)), -1);
    assert_eq!(sys!(zmq_errno()), libc::EHOSTUNREACH);
    close(router);
    close(dealer);
    term(context);
}

#[test]
fn monitor_of_version_two() {
    let context = context();
    let (server, client, reader) = (
        socket(context, ZMQ_PULL),
        socket(context, ZMQ_PUSH),
        socket(context, ZMQ_PAIR),
    );
    let (events, name) = (ZMQ_EVENT_PIPES_STATS as u64, c"inproc://monitor-two");
    ok!(zmq_socket_monitor_versioned(server, name.as_ptr(), events, 2, ZMQ_PAIR));
    connect(reader, name);
    let endpoint = bind(server, c"tcp://127.0.0.1:*");
    connect(client, &endpoint);
    send(client, b"connected", 0);
    assert_eq!(recv(server), b"connected");

    ok!(zmq_socket_monitor_pipes_stats(server));
    // The answer goes through the server, which must be looked at meanwhile.
    let item = |socket| zmq_pollitem_t {
        socket,
        fd: 0,
        events: ZMQ_POLLIN,
        revents: 0,
    };
    let mut items = [item(server), item(reader)];
    assert_eq!(ok!(zmq_poll(items.as_mut_ptr(), 2, 10_000)), 1);
    let mut frames = vec![recv(reader)];
    while get(reader, ZMQ_RCVMORE) == 1 {
        frames.push(recv(reader));
    }
    // The event, how many values, the lengths of both queues, both endpoints.
    assert_eq!(frames.len(), 6);
    let number = |frame: &[u8]| u64::from_ne_bytes(frame.try_into().unwrap());
    assert_eq!((number(&frames[0]), number(&frames[1])), (events, 2));
    assert_eq!(frames[4], endpoint.as_bytes());
    ok!(zmq_socket_monitor_versioned(server, std::ptr::null(), 0, 2, ZMQ_PAIR));
    for socket in [server, client, reader] {
        close(socket);
    }
    term(context);
}

#[cfg(unix)]
#[test]
fn poller() {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    let event = || zmq_poller_event_t {
        socket: null_mut(),
        fd: 0,
        user_data: null_mut(),
        events: 0,
    };
    let context = context();
    let (server, client) = (socket(context, ZMQ_SERVER), socket(context, ZMQ_CLIENT));
    bind(server, c"inproc://poller");
    connect(client, c"inproc://poller");
    let (mut near, far) = UnixStream::pair().unwrap();
    let mut tags = [1_u8, 2];
    let [for_server, for_fd] = tags.each_mut().map(|tag| std::ptr::from_mut(tag).cast::<c_void>());

    let mut poller = sys!(zmq_poller_new());
    ok!(zmq_poller_add(poller, server, for_server, ZMQ_POLLOUT));
    ok!(zmq_poller_modify(poller, server, ZMQ_POLLIN));
    ok!(zmq_poller_add_fd(poller, far.as_raw_fd(), for_fd, ZMQ_POLLOUT));
    ok!(zmq_poller_modify_fd(poller, far.as_raw_fd(), ZMQ_POLLIN));
    assert_eq!(ok!(zmq_poller_size(poller)), 2);
    let mut fd = -1;
    ok!(zmq_poller_fd(poller, &mut fd));
    assert!(fd >= 0);

    let mut one = event();
    assert_eq!(sys!(zmq_poller_wait(poller, &mut one, 1)), -1);
    assert_eq!(sys!(zmq_errno()), libc::EAGAIN);
    send(client, b"ready", 0);
    ok!(zmq_poller_wait(poller, &mut one, 10_000));
    assert_eq!(
        (one.socket, one.user_data, one.events),
        (server, for_server, ZMQ_POLLIN)
    );

    near.write_all(b"ready").unwrap();
    let mut all = [event(), event(), event()];
    assert_eq!(ok!(zmq_poller_wait_all(poller, all.as_mut_ptr(), 3, 10_000)), 2);
    assert!(
        all[..2]
            .iter()
            .any(|event| event.fd == far.as_raw_fd() && event.user_data == for_fd)
    );

    ok!(zmq_poller_remove(poller, server));
    ok!(zmq_poller_remove_fd(poller, far.as_raw_fd()));
    assert_eq!(ok!(zmq_poller_size(poller)), 0);
    ok!(zmq_poller_destroy(&mut poller));
    assert!(poller.is_null());
    close(server);
    close(client);
    term(context);
}

#[cfg(unix)]
#[test]
fn poll_with_a_signal_mask() {
    let context = context();
    let (one, two) = (socket(context, ZMQ_PAIR), socket(context, ZMQ_PAIR));
    bind(one, c"inproc://signal-mask");
    connect(two, c"inproc://signal-mask");
    let mut item = zmq_pollitem_t {
        socket: one,
        fd: 0,
        events: ZMQ_POLLIN,
        revents: 0,
    };
    assert_eq!(ok!(zmq_ppoll(&mut item, 1, 1, std::ptr::null())), 0);
    send(two, b"now", 0);
    assert_eq!(ok!(zmq_ppoll(&mut item, 1, 10_000, std::ptr::null())), 1);
    assert_eq!(item.revents, ZMQ_POLLIN as c_short);
    close(one);
    close(two);
    term(context);
}
