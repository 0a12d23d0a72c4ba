//! What is logged, and what is not.

use zmq4::auth::{Auth, Verdict};
use zmq4::{Context, Multipart};

use crate::auth::{Handshake, Server, curve, curve_server, keys, null, null_server, plain, plain_server};
use crate::support::log::{Recorder, install_panicking};
use crate::support::{LONG, eventually, in_child};

/// Waits until this line was logged: the handler may write it after the call that caused it has returned.
#[track_caller]
fn logged(log: &Recorder, line: &str) {
    eventually(LONG, || log.lines().iter().any(|known| known == line).then_some(()));
}

#[test]
fn every_decision_and_no_secret() {
    in_child("auth::journal::every_decision_and_no_secret", LONG, || {
        let log = Recorder::install();
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        logged(log, "DEBUG zmq4::auth AUTH: Starting");
        auth.set_verbose(true);
        let server = Server::new(&context, plain_server);
        auth.plain_add("shop", "admin", "s3cret-right").unwrap();
        auth.plain_add("shop", "admin", "s3cret-other").unwrap();
        auth.plain_add("shop", "admin", "").unwrap_err();
        auth.plain_add("shop", "", "s3cret-lost").unwrap_err();
        server.admits(plain("admin", "s3cret-other"));
        server.refuses(plain("admin", "s3cret-wrong"));
        server.refuses(plain("nobody\nAUTH: ALLOWED", "s3cret-nobody"));
        let at = "domain=\"shop\" address=\"127.0.0.1\"";
        logged(
            log,
            &format!("INFO zmq4::auth AUTH: ALLOWED (PLAIN) {at} username=\"admin\""),
        );
        logged(
            log,
            &format!("WARN zmq4::auth AUTH: DENIED (PLAIN) {at} username=\"admin\""),
        );
        logged(
            log,
            &format!("WARN zmq4::auth AUTH: DENIED (PLAIN) {at} username=\"nobody\\nAUTH: ALLOWED\""),
        );
        auth.set_plain_handler(|_, user, _| match user {
            "panic" => panic!("no secret in here"),
            _ => Verdict::Allow,
        });
        server.admits(plain("friend", "s3cret-friend"));
        logged(
            log,
            &format!("INFO zmq4::auth AUTH: ALLOWED (closure) {at} username=\"friend\""),
        );
        let client = server.client(plain("panic", "s3cret-panic"));
        assert_eq!(server.handshake(), Handshake::Refused(500));
        drop(client);
        logged(log, "ERROR zmq4::auth AUTH: DENIED (a closure panicked)");
        auth.answer(&Multipart::from_iter([
            "1.0",
            "1",
            "shop",
            "",
            "",
            "PLAIN",
            "s3cret-frame",
        ]));
        logged(
            log,
            "WARN zmq4::auth AUTH: 400 malformed request: the mechanism has another number of credentials",
        );

        let mut secrets = vec!["s3cret".to_owned()];
        if zmq4::has_curve() {
            let (ours, theirs, others) = (keys(), keys(), keys());
            auth.curve_add("shop", [theirs.public()]).unwrap();
            let server = Server::new(&context, curve_server(&ours));
            server.admits(curve(&ours, &theirs));
            server.refuses(curve(&ours, &others));
            for (key, answer) in [
                (&theirs, "INFO zmq4::auth AUTH: ALLOWED"),
                (&others, "WARN zmq4::auth AUTH: DENIED"),
            ] {
                let key = key.public().to_z85();
                logged(log, &format!("{answer} (CURVE) {at} client_key={key:?}"));
            }
            auth.curve_add("shop", ["*"]).unwrap();
            server.admits(curve(&ours, &others));
            let key = others.public().to_z85();
            logged(
                log,
                &format!("INFO zmq4::auth AUTH: ALLOWED (CURVE any client) {at} client_key={key:?}"),
            );
            secrets.extend([&ours, &theirs, &others].map(|keys| keys.secret().to_z85().to_string()));
        }

        let server = Server::new(&context, null_server);
        auth.set_metadata_handler(|_| [("n".repeat(256), "s3cret-value")]);
        server.admits(null);
        logged(log, &format!("INFO zmq4::auth AUTH: ALLOWED (NULL) {at}"));
        logged(
            log,
            "WARN zmq4::auth AUTH: a property is left out: auth: the name of a property has more than 255 bytes (EINVAL)",
        );
        auth.allow("shop", ["192.0.2.1"]).unwrap();
        server.refuses(null);
        logged(log, &format!("WARN zmq4::auth AUTH: DENIED (not in allow list) {at}"));
        auth.deny("shop", ["127.0.0.1"]).unwrap();
        server.refuses(null);
        logged(log, &format!("WARN zmq4::auth AUTH: DENIED (in deny list) {at}"));
        auth.stop();
        logged(log, "INFO zmq4::auth AUTH: Stopped");

        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        context.shutdown().unwrap();
        logged(log, "DEBUG zmq4::auth AUTH: Quitting: the context has ended");
        drop(auth);

        let lines = log.lines();
        assert!(lines.len() > 15, "{lines:#?}");
        for secret in secrets {
            let told: Vec<_> = lines.iter().filter(|line| line.contains(&secret)).collect();
            assert!(told.is_empty(), "{told:#?}");
        }
    });
}

/// A logger that fails ends neither the handler nor what it decides.
fn decides_with_a_panicking_logger(in_enabled: bool) {
    install_panicking(in_enabled);
    let context = Context::new().unwrap();
    let auth = Auth::start(&context).unwrap();
    let server = Server::new(&context, null_server);
    server.admits(null);
    auth.deny("shop", ["127.0.0.1"]).unwrap();
    server.refuses(null);
    assert!(auth.is_running());
    auth.stop();
    Auth::start(&context).unwrap().stop();
}

#[test]
fn a_logger_that_panics() {
    in_child("auth::journal::a_logger_that_panics", LONG, || {
        decides_with_a_panicking_logger(false);
    });
}

#[test]
fn a_logger_that_panics_when_it_is_asked() {
    in_child("auth::journal::a_logger_that_panics_when_it_is_asked", LONG, || {
        decides_with_a_panicking_logger(true);
    });
}
