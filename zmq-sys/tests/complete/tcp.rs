//! Options and endpoints of TCP that need the system's help.

use std::ffi::{CStr, CString, c_int, c_void};

use zmq_sys::*;

use crate::support::monitor::Monitor;
use crate::support::zmq::*;

fn kernel_option(fd: c_int, level: c_int, option: c_int) -> c_int {
    let mut value: c_int = 0;
    let mut len = size_of::<c_int>() as libc::socklen_t;
    // SAFETY: `value` has room for `len` bytes.
    let rc = unsafe { libc::getsockopt(fd, level, option, (&raw mut value).cast(), &mut len) };
    assert_eq!(rc, 0, "{}", std::io::Error::last_os_error());
    value
}

/// Runs `check` on both descriptors of a connection whose ends `prepare` set up.
fn with_connection(prepare: impl Fn(*mut c_void), check: impl Fn(c_int)) {
    let context = context();
    let (server, client) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
    let accepted = Monitor::new(context, server, ZMQ_EVENT_ACCEPTED);
    let connected = Monitor::new(context, client, ZMQ_EVENT_CONNECTED);
    prepare(server);
    prepare(client);
    connect(client, &bind(server, c"tcp://127.0.0.1:*"));
    check(accepted.wait_for(ZMQ_EVENT_ACCEPTED));
    check(connected.wait_for(ZMQ_EVENT_CONNECTED));
    accepted.close(server);
    connected.close(client);
    close(server);
    close(client);
    term(context);
}

#[test]
fn keep_alive_reaches_the_descriptor() {
    let prepare = |socket| {
        set(socket, ZMQ_TCP_KEEPALIVE, 1);
        set(socket, ZMQ_TCP_KEEPALIVE_CNT, 5);
        set(socket, ZMQ_TCP_KEEPALIVE_IDLE, 77);
        set(socket, ZMQ_TCP_KEEPALIVE_INTVL, 33);
    };
    with_connection(prepare, |fd| {
        assert_eq!(kernel_option(fd, libc::SOL_SOCKET, libc::SO_KEEPALIVE), 1);
        assert_eq!(kernel_option(fd, libc::IPPROTO_TCP, libc::TCP_KEEPCNT), 5);
        assert_eq!(kernel_option(fd, libc::IPPROTO_TCP, libc::TCP_KEEPIDLE), 77);
        assert_eq!(kernel_option(fd, libc::IPPROTO_TCP, libc::TCP_KEEPINTVL), 33);
    });
}

#[cfg(feature = "draft")]
#[test]
fn priority_reaches_the_descriptor() {
    with_connection(
        |socket| set(socket, ZMQ_PRIORITY, 3),
        |fd| assert_eq!(kernel_option(fd, libc::SOL_SOCKET, libc::SO_PRIORITY), 3),
    );
}

#[test]
fn interface_has_a_name() {
    let context = context();
    let (server, client) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
    let endpoint = bind(server, c"tcp://lo:*");
    assert!(
        endpoint.to_str().unwrap().starts_with("tcp://127.0.0.1:"),
        "{endpoint:?}"
    );
    connect(client, &endpoint);
    send(client, b"over lo", 0);
    assert_eq!(recv(server), b"over lo");
    close(server);
    close(client);
    term(context);
}

#[test]
fn zone_of_an_address_has_a_name() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        println!("skipped: this machine has no IPv6");
        return;
    }
    let context = context();
    let server = socket(context, ZMQ_PULL);
    set(server, ZMQ_IPV6, 1);
    let endpoint = bind(server, c"tcp://[::1%lo]:*");
    assert!(endpoint.to_str().unwrap().starts_with("tcp://[::1"), "{endpoint:?}");
    close(server);
    term(context);
}

#[test]
fn bound_to_a_device() {
    let context = context();
    let server = socket(context, ZMQ_PULL);
    set_bytes(server, ZMQ_BINDTODEVICE, b"lo");
    let listening = Monitor::new(context, server, ZMQ_EVENT_LISTENING);
    if sys!(zmq_bind(server, c"tcp://127.0.0.1:*".as_ptr())) == -1 {
        // Before Linux 5.7 that was for root alone.
        assert_eq!(sys!(zmq_errno()), libc::EPERM, "{}", error_text());
        println!("skipped: this kernel does not let us bind to a device");
    } else {
        let device = device(listening.wait_for(ZMQ_EVENT_LISTENING));
        assert_eq!(device.as_c_str(), c"lo");
    }
    listening.close(server);
    close(server);
    term(context);
}

fn device(fd: c_int) -> CString {
    let mut name = [0_u8; libc::IFNAMSIZ];
    let mut len = name.len() as libc::socklen_t;
    // SAFETY: `name` has room for `len` bytes.
    let rc = unsafe {
        libc::getsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_BINDTODEVICE,
            name.as_mut_ptr().cast(),
            &mut len,
        )
    };
    assert_eq!(rc, 0, "{}", std::io::Error::last_os_error());
    CStr::from_bytes_until_nul(&name).unwrap().to_owned()
}
