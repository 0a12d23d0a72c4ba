//! Go's functions, on the default context.

use zmq4::auth::Policies;
use zmq4::{CURVE_ALLOW_ANY, Context, Errno};

use crate::auth::{Server, curve, curve_server, keys, null, null_server, plain, plain_server};
use crate::support::{LONG, in_child};

#[test]
fn go_programs_port() {
    in_child("auth::functions::go_programs_port", LONG, || {
        zmq4::auth_stop();
        zmq4::auth_set_verbose(true);
        zmq4::auth_start().unwrap();
        let error = zmq4::auth_start().unwrap_err();
        assert_eq!(error, Errno::EADDRINUSE);
        assert!(error.to_string().contains("already running"), "{error}");

        let context = Context::global().unwrap();
        let server = Server::new(&context, null_server);
        server.admits(null);
        zmq4::auth_deny("shop", ["127.0.0.1"]).unwrap();
        server.refuses(null);
        Policies::global().clear_deny("shop");
        zmq4::auth_allow("shop", ["192.0.2.1"]).unwrap();
        server.refuses(null);
        // A domain that is an address is one of the addresses, for all domains.
        zmq4::auth_allow("127.0.0.1", ["192.0.2.3"]).unwrap();
        server.admits(null);
        zmq4::auth_deny("127.0.0.1/8", [""; 0]).unwrap();
        server.refuses(null);
        assert_eq!(Policies::global().remove_deny("*", ["127.0.0.0/8"]).unwrap(), 1);
        assert_eq!(zmq4::auth_allow("shop", ["nonsense"]).unwrap_err(), Errno::EINVAL);

        let server = Server::new(&context, plain_server);
        zmq4::auth_plain_add("shop", "admin", "secret").unwrap();
        zmq4::auth_set_metadata_handler(|request| {
            assert!(request.mechanism() != "NULL");
            [("Title", "chief")]
        });
        assert_eq!(server.admits(plain("admin", "secret")).property("Title"), Some("chief"));
        assert_eq!(zmq4::auth_plain_remove("shop", ["admin"]), 1);
        server.refuses(plain("admin", "secret"));
        zmq4::auth_plain_add("*", "admin", "secret").unwrap();
        assert_eq!(zmq4::auth_plain_remove_all("*"), 1);
        server.refuses(plain("admin", "secret"));

        // Policies outlive the handler.
        zmq4::auth_plain_add("shop", "admin", "secret").unwrap();
        for _ in 0..20 {
            zmq4::auth_stop();
            zmq4::auth_start().unwrap();
        }
        server.admits(plain("admin", "secret"));

        if zmq4::has_curve() {
            let (ours, theirs) = (keys(), keys());
            let server = Server::new(&context, curve_server(&ours));
            server.refuses(curve(&ours, &theirs));
            zmq4::auth_curve_add("shop", [theirs.public()]).unwrap();
            server.admits(curve(&ours, &theirs));
            assert_eq!(zmq4::auth_curve_remove("shop", [theirs.public()]).unwrap(), 1);
            server.refuses(curve(&ours, &theirs));
            zmq4::auth_curve_add("shop", [CURVE_ALLOW_ANY]).unwrap();
            server.admits(curve(&ours, &theirs));
            assert_eq!(zmq4::auth_curve_remove_all("shop"), 1);
            server.refuses(curve(&ours, &theirs));
        }
        drop(server);
        drop(context);
        // Go's waits here indefinitely.
        zmq4::auth_stop();
        zmq4::auth_start().unwrap();
    });
}

#[test]
fn default_context_ends_without_waiting_for_auth() {
    in_child(
        "auth::functions::default_context_ends_without_waiting_for_auth",
        LONG,
        || {
            zmq4::auth_start().unwrap();
            zmq4::term().unwrap();
            assert_eq!(zmq4::auth_start().unwrap_err(), Errno::ETERM);
            zmq4::auth_stop();
        },
    );
}
