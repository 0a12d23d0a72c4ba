//! Options with which libzmq would abort or go silent later, when a connection comes.

use std::time::Duration;

use zmq4::{Context, Errno, Result};

use crate::open_timed;

/// The error names the option, the value and the range.
#[track_caller]
fn refused<T>(answer: Result<T>, option: &str, value: &str, range: &str) {
    let Err(error) = answer else {
        panic!("{option} {value} was accepted")
    };
    assert_eq!(error, Errno::EINVAL, "{error}");
    assert_eq!(error.option(), Some(option), "{error}");
    assert!(error.to_string().contains(value), "{error} does not name {value}");
    assert!(error.to_string().contains(range), "{error} does not name {range}");
}

/// B8: the thread that opens the multicast socket aborts.
#[test]
fn multicast_packets_that_cannot_be() {
    let context = Context::new().unwrap();
    let socket = open_timed(&context, zmq4::PUB);
    for hops in [0, 256, u32::MAX] {
        let value = hops.to_string();
        refused(
            socket.set_multicast_hops(hops),
            "ZMQ_MULTICAST_HOPS",
            &value,
            "1 to 255",
        );
    }
    for size in [0, 1, 64, 127, 65536, u32::MAX] {
        let value = size.to_string();
        let answer = socket.set_multicast_maxtpdu(size);
        refused(answer, "ZMQ_MULTICAST_MAXTPDU", &value, "128 to 65535");
    }
    assert_eq!(socket.multicast_hops().unwrap(), 1);
    assert_eq!(socket.multicast_maxtpdu().unwrap(), 1500);
}

/// B9: the system refuses these, and libzmq drops each connection without a word.
#[test]
fn probes_that_the_system_refuses() {
    let context = Context::new().unwrap();
    let socket = open_timed(&context, zmq4::PUSH);
    for count in [0, 128, u32::MAX] {
        let value = count.to_string();
        let answer = socket.set_tcp_keepalive_cnt(Some(count));
        refused(answer, "ZMQ_TCP_KEEPALIVE_CNT", &value, "1 to 127");
    }
    for seconds in [0, 32768, 1 << 40] {
        let time = Some(Duration::from_secs(seconds));
        let value = format!("{:?}", Duration::from_secs(seconds));
        let (idle, interval) = (
            socket.set_tcp_keepalive_idle(time),
            socket.set_tcp_keepalive_intvl(time),
        );
        refused(idle, "ZMQ_TCP_KEEPALIVE_IDLE", &value, "1 to 32767 s");
        refused(interval, "ZMQ_TCP_KEEPALIVE_INTVL", &value, "1 to 32767 s");
    }
    assert_eq!(socket.tcp_keepalive_cnt().unwrap(), None);
    assert_eq!(socket.tcp_keepalive_idle().unwrap(), None);
    assert_eq!(socket.tcp_keepalive_intvl().unwrap(), None);
}

/// B10: a raw ROUTER has no handshake; libzmq lets a REP have the option, for it is one inside.
#[test]
#[expect(deprecated, reason = "it is still to be had, and so to be had wrongly")]
fn raw_routers_are_routers() {
    let context = Context::new().unwrap();
    for ty in crate::STABLE {
        let socket = open_timed(&context, ty);
        if ty == zmq4::ROUTER {
            socket.set_router_raw(true).unwrap();
        } else {
            refused(socket.set_router_raw(true), "ZMQ_ROUTER_RAW", &ty.to_string(), "ROUTER");
        }
    }
}

/// B11: libzmq cannot clear it, and cuts it at a NUL.
#[test]
fn a_domain_is_text_and_stays() {
    let context = Context::new().unwrap();
    let socket = open_timed(&context, zmq4::PULL);
    for domain in ["glo\0bal", "global\0", "\0"] {
        let error = socket.set_zap_domain(domain).unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert_eq!(error.option(), Some("ZMQ_ZAP_DOMAIN"));
        assert!(error.to_string().contains("NUL"), "{error}");
    }
    for domain in ["", "x".repeat(256).as_str()] {
        let value = domain.len().to_string();
        refused(socket.set_zap_domain(domain), "ZMQ_ZAP_DOMAIN", &value, "1 to 255");
    }
    assert_eq!(socket.zap_domain().unwrap(), "");
    socket.set_zap_domain("global").unwrap();
    assert!(socket.set_zap_domain("").is_err());
    assert_eq!(socket.zap_domain().unwrap(), "global");
}
