//! The table against libzmq, against `zmq.h`, and against the list of what there is.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::path::Path;

use zmq_sys as sys;

use super::row::{missing, parse};
use super::{Row, context_rows, socket_rows};
use crate::context::Context;
use crate::error::Result;
use crate::ffi::errno::Errno;
use crate::socket::Socket;
use crate::socket_type::SocketType;

pub(super) fn is_refused(name: &str, answer: Result<()>) {
    let error = answer.expect_err(name);
    assert_eq!(error, Errno::EINVAL, "{name}");
    assert_eq!(error.option(), Some(name));
    assert_eq!(error.call(), "zmq_setsockopt");
    // libzmq's own errors of an option that it has come without a reason.
    assert!(error.reason().is_some(), "{name}: libzmq rejected it, not this crate");
}

fn socket_for(context: &Context, row: &Row) -> Socket {
    let ty = match row.name {
        "ZMQ_SUBSCRIBE" | "ZMQ_UNSUBSCRIBE" => SocketType::SUB,
        _ => row.types.first().copied().unwrap_or(SocketType::DEALER),
    };
    context.socket(ty).unwrap()
}

#[test]
fn every_option_reads_back_and_keeps_to_its_range() {
    let context = Context::new().unwrap();
    for row in socket_rows() {
        let socket = socket_for(&context, row);
        if missing(row.since, row.needs).is_none() {
            (row.round_trip)(&socket);
        }
    }
}

/// What libzmq itself says of each number agrees with the table.
#[test]
fn access_is_libzmqs() {
    let context = Context::new().unwrap();
    for row in socket_rows() {
        if missing(row.since, row.needs).is_some() {
            continue;
        }
        let socket = socket_for(&context, row);
        let readable = [1, 4, 8, 32, 255].iter().any(|len| {
            let mut value = vec![0; *len];
            socket.raw().get(row.number, &mut value).is_ok()
        });
        let says = row.access;
        assert_eq!(readable, says.contains("get"), "{}: {says}", row.name);
        if says == "get" {
            for value in [[0; 4].as_slice(), &[1, 0, 0, 0], &[0; 8], b"text"] {
                assert!(socket.raw().set(row.number, value).is_err(), "{}", row.name);
            }
        }
    }
}

#[test]
fn options_that_libzmq_lacks_are_named() {
    let context = Context::new().unwrap();
    let socket = context.socket(SocketType::DEALER).unwrap();
    let row = Row {
        name: "ZMQ_TOMORROW",
        number: 9999,
        since: "99.1.2",
        types: &[],
        needs: &[],
        access: "get/set",
        round_trip: |_| {},
    };
    let (major, minor, patch) = crate::version::version();
    for error in [socket.read_int(&row).map(drop), socket.write_int(&row, 1)] {
        let error = error.unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        let reason = format!("libzmq {major}.{minor}.{patch} does not have it: it came with 99.1.2");
        assert_eq!(error.reason(), Some(reason.as_str()));
    }
    let row = Row {
        since: "4.0.0",
        needs: &["sorcery"],
        ..row
    };
    let error = socket.long_bytes(&row).unwrap_err();
    assert!(error.to_string().contains("was built without sorcery"), "{error}");
}

#[test]
fn features_that_libzmq_lacks_are_named() {
    let context = Context::new().unwrap();
    let mut lacking = 0;
    for row in socket_rows().filter(|row| missing(row.since, row.needs).is_some()) {
        let socket = socket_for(&context, row);
        let error = socket.write_int(row, 1).unwrap_err();
        assert_eq!((error.errno(), error.option()), (Errno::EINVAL, Some(row.name)));
        assert!(error.reason().is_some(), "{error}");
        lacking += 1;
    }
    assert!(lacking > 0 || crate::version::has("vmci"));
}

#[test]
fn versions_compare() {
    assert!(parse("4.3.10") > parse("4.3.9"));
    assert_eq!(parse("3.2.1"), (3, 2, 1));
}

macro_rules! numbers {
    ($($name:ident)*) => {
        [$((stringify!($name), sys::$name)),*]
    };
}

fn reference() -> BTreeMap<&'static str, c_int> {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "what follows is for Unix"))]
    let mut names = numbers! {
        ZMQ_AFFINITY ZMQ_ROUTING_ID ZMQ_SUBSCRIBE ZMQ_UNSUBSCRIBE ZMQ_RATE ZMQ_RECOVERY_IVL ZMQ_SNDBUF ZMQ_RCVBUF
        ZMQ_RCVMORE ZMQ_FD ZMQ_EVENTS ZMQ_TYPE ZMQ_LINGER ZMQ_RECONNECT_IVL ZMQ_BACKLOG ZMQ_RECONNECT_IVL_MAX
        ZMQ_MAXMSGSIZE ZMQ_SNDHWM ZMQ_RCVHWM ZMQ_MULTICAST_HOPS ZMQ_RCVTIMEO ZMQ_SNDTIMEO ZMQ_IPV4ONLY
        ZMQ_LAST_ENDPOINT ZMQ_ROUTER_MANDATORY ZMQ_TCP_KEEPALIVE ZMQ_TCP_KEEPALIVE_CNT ZMQ_TCP_KEEPALIVE_IDLE
        ZMQ_TCP_KEEPALIVE_INTVL ZMQ_TCP_ACCEPT_FILTER ZMQ_IMMEDIATE ZMQ_XPUB_VERBOSE ZMQ_ROUTER_RAW ZMQ_IPV6
        ZMQ_MECHANISM ZMQ_PLAIN_SERVER ZMQ_PLAIN_USERNAME ZMQ_PLAIN_PASSWORD ZMQ_CURVE_SERVER ZMQ_CURVE_PUBLICKEY
        ZMQ_CURVE_SECRETKEY ZMQ_CURVE_SERVERKEY ZMQ_PROBE_ROUTER ZMQ_REQ_CORRELATE ZMQ_REQ_RELAXED ZMQ_CONFLATE
        ZMQ_ZAP_DOMAIN ZMQ_ROUTER_HANDOVER ZMQ_TOS ZMQ_CONNECT_ROUTING_ID ZMQ_GSSAPI_SERVER ZMQ_GSSAPI_PRINCIPAL
        ZMQ_GSSAPI_SERVICE_PRINCIPAL ZMQ_GSSAPI_PLAINTEXT ZMQ_HANDSHAKE_IVL ZMQ_SOCKS_PROXY ZMQ_XPUB_NODROP
        ZMQ_XPUB_MANUAL ZMQ_XPUB_WELCOME_MSG ZMQ_STREAM_NOTIFY ZMQ_INVERT_MATCHING ZMQ_HEARTBEAT_IVL
        ZMQ_HEARTBEAT_TTL ZMQ_HEARTBEAT_TIMEOUT ZMQ_XPUB_VERBOSER ZMQ_CONNECT_TIMEOUT ZMQ_TCP_MAXRT
        ZMQ_THREAD_SAFE ZMQ_MULTICAST_MAXTPDU ZMQ_VMCI_BUFFER_SIZE ZMQ_VMCI_BUFFER_MIN_SIZE
        ZMQ_VMCI_BUFFER_MAX_SIZE ZMQ_VMCI_CONNECT_TIMEOUT ZMQ_USE_FD ZMQ_GSSAPI_PRINCIPAL_NAMETYPE
        ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE ZMQ_BINDTODEVICE ZMQ_IN_BATCH_SIZE ZMQ_OUT_BATCH_SIZE
    }
    .to_vec();
    #[cfg(unix)]
    names.extend(numbers! { ZMQ_IPC_FILTER_PID ZMQ_IPC_FILTER_UID ZMQ_IPC_FILTER_GID });
    #[cfg(feature = "draft")]
    names.extend(numbers! {
        ZMQ_ZAP_ENFORCE_DOMAIN ZMQ_LOOPBACK_FASTPATH ZMQ_METADATA ZMQ_MULTICAST_LOOP ZMQ_ROUTER_NOTIFY
        ZMQ_XPUB_MANUAL_LAST_VALUE ZMQ_SOCKS_USERNAME ZMQ_SOCKS_PASSWORD
        ZMQ_WSS_KEY_PEM ZMQ_WSS_CERT_PEM ZMQ_WSS_TRUST_PEM ZMQ_WSS_HOSTNAME ZMQ_WSS_TRUST_SYSTEM
        ZMQ_ONLY_FIRST_SUBSCRIBE ZMQ_RECONNECT_STOP ZMQ_HELLO_MSG ZMQ_DISCONNECT_MSG ZMQ_PRIORITY ZMQ_BUSY_POLL
        ZMQ_HICCUP_MSG ZMQ_XSUB_VERBOSE_UNSUBSCRIBE ZMQ_TOPICS_COUNT ZMQ_NORM_MODE ZMQ_NORM_UNICAST_NACK
        ZMQ_NORM_BUFFER_SIZE ZMQ_NORM_SEGMENT_SIZE ZMQ_NORM_BLOCK_SIZE ZMQ_NORM_NUM_PARITY
        ZMQ_NORM_NUM_AUTOPARITY ZMQ_NORM_PUSH
    });
    names.into_iter().collect()
}

#[test]
fn nothing_is_missing_and_nothing_invented() {
    let table: BTreeMap<_, _> = socket_rows().map(|row| (row.name, row.number)).collect();
    assert_eq!(table, reference());
    assert_eq!(table.len(), socket_rows().count(), "an option stands twice");
}

#[test]
fn nothing_is_missing_for_contexts() {
    let table: BTreeMap<_, _> = context_rows().map(|row| (row.name, row.number)).collect();
    #[cfg_attr(not(unix), allow(unused_mut, reason = "what follows is for Unix"))]
    let mut names = numbers! {
        ZMQ_IO_THREADS ZMQ_MAX_SOCKETS ZMQ_SOCKET_LIMIT ZMQ_MAX_MSGSZ ZMQ_MSG_T_SIZE ZMQ_THREAD_AFFINITY_CPU_ADD
        ZMQ_THREAD_AFFINITY_CPU_REMOVE ZMQ_THREAD_NAME_PREFIX ZMQ_IPV6 ZMQ_BLOCKY
    }
    .to_vec();
    #[cfg(unix)]
    names.extend(numbers! { ZMQ_THREAD_PRIORITY ZMQ_THREAD_SCHED_POLICY });
    #[cfg(feature = "draft")]
    names.extend(numbers! { ZMQ_ZERO_COPY_RECV });
    assert_eq!(table, names.into_iter().collect());
}

/// Every constant among the options of the declarations has a row: they stand together, in the order of `zmq.h`.
#[test]
fn every_constant_has_a_row() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("zmq-sys/src/bindings.rs");
    let text = std::fs::read_to_string(path).expect("the declarations are part of the repository");
    let names = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split(':').next());
    let options: Vec<_> = names
        .skip_while(|name| *name != "ZMQ_AFFINITY")
        .take_while(|name| *name != "ZMQ_MORE")
        .filter(|name| *name != "ZMQ_BLOCKY")
        .collect();
    assert!(options.len() > 70, "{}", options.len());
    for name in options {
        assert!(socket_rows().any(|row| row.name == name), "{name}");
    }
}
