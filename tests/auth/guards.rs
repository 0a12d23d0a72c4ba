//! Settings with which the first stranger would abort the process.

use zmq4::auth::Auth;
use zmq4::{Context, Errno, Socket};

use crate::support::{LONG, in_child};
use crate::{Server, ZAP, null_server, open, plain};

/// `ZMQ_ZAP_ENFORCE_DOMAIN`, which stable headers do not have.
#[cfg(not(feature = "draft"))]
fn enforce_domain(server: &Socket) {
    server.set_raw(93, &1_i32.to_ne_bytes()).unwrap();
}

#[cfg(feature = "draft")]
fn enforce_domain(server: &Socket) {
    server.set_zap_enforce_domain(true).unwrap();
}

/// B6: PLAIN with an enforced domain and none set.
#[test]
fn an_enforced_domain_that_is_missing() {
    in_child("guards::an_enforced_domain_that_is_missing", LONG, || {
        for order in 0..2 {
            let context = Context::new().unwrap();
            let auth = Auth::start(&context).unwrap();
            auth.plain_add("*", "admin", "right").unwrap();
            let server = open(&context, zmq4::PULL);
            let enforce = || enforce_domain(&server);
            let plain_server = || server.set_plain_server(true).unwrap();
            if order == 0 {
                enforce();
                plain_server();
            } else {
                plain_server();
                enforce();
            }
            let error = server.bind("tcp://127.0.0.1:*").unwrap_err();
            assert_eq!(error, Errno::EINVAL);
            server.set_zap_domain("shop").unwrap();
            let endpoint = crate::bind_tcp(&server);
            let server = Server::over(server, endpoint);
            server.admits(plain("admin", "right"));
            server.refuses(plain("admin", "wrong"));
        }
    });
}

/// C9: who answers for the handler has a type that can.
#[test]
fn the_handlers_name_on_another_type() {
    in_child("guards::the_handlers_name_on_another_type", LONG, || {
        let context = Context::new().unwrap();
        let stable = [
            zmq4::PAIR,
            zmq4::PULL,
            zmq4::PUSH,
            zmq4::DEALER,
            zmq4::REQ,
            zmq4::PUB,
            zmq4::SUB,
            zmq4::XPUB,
            zmq4::XSUB,
        ];
        for ty in stable {
            let error = open(&context, ty).bind(ZAP).unwrap_err();
            assert_eq!(error, Errno::ENOCOMPATPROTO, "{ty}");
        }
        let auth = Auth::start(&context).unwrap();
        Server::new(&context, null_server).admits(crate::null);
        assert_eq!(auth.allowed(), 1);
    });
}
