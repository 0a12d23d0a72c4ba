//! What sockets are after each role, and after each role that follows another.

use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use zmq4::auth::{Client, Role, Server};
use zmq4::{
    CURVE, Context, CurveKeypair, CurvePublicKey, CurveSecretKey, Errno, Flags, Mechanism, NULL, PLAIN, Socket,
};

use crate::curve::{PUBLIC, SECRET, lacks_curve};
use crate::support::sockets::{open_timed, send_unless_refused};
use crate::support::{LONG, bind_tcp, deadline};

fn pair() -> CurveKeypair {
    CurveKeypair::from_keys(PUBLIC.parse().unwrap(), SECRET.parse().unwrap()).unwrap()
}

/// What chooses who a socket is. Name and password are no part of it: only a PLAIN client looks at them.
#[derive(Debug, PartialEq)]
struct State {
    mechanism: Mechanism,
    plain_server: bool,
    curve_server: bool,
    name: Option<(String, String)>,
    keys: Option<(CurvePublicKey, CurveSecretKey, CurvePublicKey)>,
    domain: String,
}

fn state(socket: &Socket) -> State {
    let mechanism = socket.mechanism().unwrap();
    let plain_server = socket.plain_server().unwrap();
    State {
        mechanism,
        plain_server,
        curve_server: zmq4::has_curve() && socket.curve_server().unwrap(),
        name: (mechanism == PLAIN && !plain_server)
            .then(|| (socket.plain_username().unwrap(), socket.plain_password().unwrap())),
        keys: zmq4::has_curve().then(|| {
            (
                socket.curve_publickey().unwrap(),
                socket.curve_secretkey().unwrap(),
                socket.curve_serverkey().unwrap(),
            )
        }),
        domain: socket.zap_domain().unwrap(),
    }
}

/// All roles, and whether each is a server's.
fn roles() -> Vec<(&'static str, bool, Box<dyn Role>)> {
    let mut roles: Vec<(_, _, Box<dyn Role>)> = vec![
        ("server null", true, Box::new(Server::null())),
        ("server null in a", true, Box::new(Server::null().domain("a"))),
        ("server plain", true, Box::new(Server::plain())),
        ("server plain in b", true, Box::new(Server::plain().domain("b"))),
        ("client null", false, Box::new(Client::null())),
        ("client plain", false, Box::new(Client::plain("admin", "secret"))),
        ("another client plain", false, Box::new(Client::plain("guest", "open"))),
    ];
    if zmq4::has_curve() {
        let secret = || CurveSecretKey::from([7; 32]);
        roles.push(("server curve", true, Box::new(Server::curve(secret()))));
        roles.push(("server curve in c", true, Box::new(Server::curve(secret()).domain("c"))));
        roles.push((
            "client curve",
            false,
            Box::new(Client::curve(CurvePublicKey::from([9; 32]), pair())),
        ));
    }
    roles
}

#[test]
fn each_role_is_what_it_says() {
    let context = Context::new().unwrap();
    for (name, server, role) in roles() {
        let socket = open_timed(&context, zmq4::DEALER);
        socket.secure(&*role).unwrap();
        let state = state(&socket);
        let mechanism = [("plain", PLAIN), ("curve", CURVE)]
            .into_iter()
            .find(|(word, _)| name.contains(word));
        assert_eq!(
            state.mechanism,
            mechanism.map_or(NULL, |(_, mechanism)| mechanism),
            "{name}"
        );
        assert_eq!(state.plain_server, server && state.mechanism == PLAIN, "{name}");
        assert_eq!(state.curve_server, server && state.mechanism == CURVE, "{name}");
        assert_eq!(
            state.domain,
            name.split_once(" in ").map_or("", |(_, domain)| domain),
            "{name}"
        );
        let Some((public, secret, server_key)) = state.keys else {
            continue;
        };
        let (none, key) = (CurvePublicKey::from([0; 32]), CurveSecretKey::from([7; 32]));
        let expected = match (state.mechanism, server) {
            (CURVE, true) => (none, key, none),
            (CURVE, false) => (pair().public(), pair().secret().clone(), CurvePublicKey::from([9; 32])),
            _ => (none, CurveSecretKey::from([0; 32]), none),
        };
        assert_eq!((public, secret, server_key), expected, "{name}");
    }
}

#[test]
fn the_last_role_holds_wholly() {
    let context = Context::new().unwrap();
    for (first_name, _, first) in roles() {
        for (name, server, role) in roles() {
            let names = format!("{first_name}, then {name}");
            let (fresh, used) = (open_timed(&context, zmq4::DEALER), open_timed(&context, zmq4::DEALER));
            fresh.secure(&*role).unwrap();
            used.secure(&*first).unwrap();
            let before = state(&used);
            let answer = used.secure(&*role);
            let mut after = state(&used);

            // libzmq keeps a domain. That is no matter to the clients that do not look at it.
            let wants_none = (server || name == "client null") && !name.contains(" in ");
            if wants_none && !before.domain.is_empty() {
                let error = answer.expect_err(&names);
                assert_eq!(
                    (error.errno(), error.option()),
                    (Errno::EINVAL, Some("ZMQ_ZAP_DOMAIN")),
                    "{names}"
                );
                assert_eq!(after, before, "{names}: unchanged");
                continue;
            }
            answer.unwrap();
            if !server {
                after.domain = String::new();
            }
            assert_eq!(after, state(&fresh), "{names}");
        }
    }
}

#[test]
fn role_resets_single_options() {
    let context = Context::new().unwrap();
    for (name, _, role) in roles() {
        let (fresh, used) = (open_timed(&context, zmq4::DEALER), open_timed(&context, zmq4::DEALER));
        fresh.secure(&*role).unwrap();
        used.set_plain_username("somebody").unwrap();
        if zmq4::has_curve() {
            used.set_curve_serverkey([1; 32]).unwrap();
            used.set_curve_server(true).unwrap();
            used.set_curve_publickey([2; 32]).unwrap();
        }
        if zmq4::has_gssapi() {
            used.set_gssapi_server(true).unwrap();
        }
        used.set_plain_server(true).unwrap();
        used.secure(&*role).unwrap();
        assert_eq!(state(&used), state(&fresh), "{name}");
    }
}

#[test]
fn gos_names_are_the_roles() {
    let context = Context::new().unwrap();
    let set = |with: &dyn Fn(&Socket)| {
        let socket = open_timed(&context, zmq4::DEALER);
        with(&socket);
        state(&socket)
    };
    let role = |role: &dyn Role| set(&|socket| socket.secure(role).unwrap());
    for domain in ["", "global"] {
        assert_eq!(
            set(&|s| s.server_auth_null(domain).unwrap()),
            role(&Server::null().domain(domain))
        );
        assert_eq!(
            set(&|s| s.server_auth_plain(domain).unwrap()),
            role(&Server::plain().domain(domain))
        );
    }
    assert_eq!(
        set(&|s| s.client_auth_plain("admin", "secret").unwrap()),
        role(&Client::plain("admin", "secret"))
    );
    if lacks_curve() {
        return;
    }
    let (server, secret) = (CurvePublicKey::from([9; 32]), pair().secret().clone());
    let expected = role(&Server::curve(secret.clone()).domain("global"));
    assert_eq!(set(&|s| s.server_auth_curve("global", SECRET).unwrap()), expected);
    assert_eq!(set(&|s| s.server_auth_curve("global", &secret).unwrap()), expected);
    let expected = role(&Client::curve(server, pair()));
    let z85 = server.to_z85();
    assert_eq!(set(&|s| s.client_auth_curve(&z85, PUBLIC, SECRET).unwrap()), expected);
    assert_eq!(
        set(&|s| s.client_auth_curve(server, pair().public(), pair().secret()).unwrap()),
        expected
    );
}

#[test]
fn impossible_role_is_refused() {
    let context = Context::new().unwrap();
    let long = "x".repeat(256);
    let mut refused: Vec<(Box<dyn Role>, &str, &str)> = vec![
        (
            Box::new(Client::plain("", "x")),
            "ZMQ_PLAIN_USERNAME",
            "a length of 0 bytes is out of range: 1 to 255",
        ),
        (
            Box::new(Client::plain("x", "")),
            "ZMQ_PLAIN_PASSWORD",
            "a length of 0 bytes is out of range: 1 to 255",
        ),
        (Box::new(Client::plain(&long, "x")), "ZMQ_PLAIN_USERNAME", "256 bytes"),
        (Box::new(Client::plain("x", &long)), "ZMQ_PLAIN_PASSWORD", "256 bytes"),
        (Box::new(Client::plain("x\0", "x")), "ZMQ_PLAIN_USERNAME", "NUL"),
        (Box::new(Client::plain("x", "hunter2\0")), "ZMQ_PLAIN_PASSWORD", "NUL"),
        (Box::new(Server::plain().domain(&long)), "ZMQ_ZAP_DOMAIN", "256 bytes"),
        (Box::new(Server::null().domain("x\0")), "ZMQ_ZAP_DOMAIN", "NUL"),
        (
            Box::new(Server::plain().enforced()),
            "ZMQ_ZAP_ENFORCE_DOMAIN",
            "without a domain",
        ),
    ];
    let unset = || CurveSecretKey::from([0; 32]);
    if zmq4::has_curve() {
        let nobody = CurveKeypair::from_secret(unset()).unwrap();
        let zeros = CurvePublicKey::from([0; 32]);
        refused.push((Box::new(Server::curve(unset())), "ZMQ_CURVE_SECRETKEY", "zeros"));
        refused.push((Box::new(Client::curve(zeros, pair())), "ZMQ_CURVE_SERVERKEY", "zeros"));
        refused.push((
            Box::new(Client::curve(pair().public(), nobody)),
            "ZMQ_CURVE_SECRETKEY",
            "zeros",
        ));
    }
    for (role, option, says) in refused {
        let socket = open_timed(&context, zmq4::DEALER);
        socket.secure(&Server::plain()).unwrap();
        let before = state(&socket);
        let error = socket.secure(&*role).unwrap_err();
        assert_eq!(
            (error.errno(), error.option()),
            (Errno::EINVAL, Some(option)),
            "{error}"
        );
        assert!(error.to_string().contains(says), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert_eq!(state(&socket), before, "unchanged");
    }
    if !zmq4::has_curve() {
        let error = open_timed(&context, zmq4::DEALER)
            .secure(&Server::curve(unset()))
            .unwrap_err();
        assert_eq!(error, Errno::ENOTSUP);
        assert!(error.to_string().contains("vendored"), "{error}");
    }
    let socket = open_timed(&context, zmq4::DEALER);
    for keys in [
        ["x", PUBLIC, SECRET],
        [PUBLIC, "x", SECRET],
        [PUBLIC, PUBLIC, "x"],
        [PUBLIC, SECRET, SECRET],
    ] {
        let error = socket.client_auth_curve(keys[0], keys[1], keys[2]).unwrap_err();
        assert!([Errno::EINVAL, Errno::ENOTSUP].contains(&error.errno()), "{error}");
        assert!(!error.to_string().contains(SECRET), "{error}");
    }
    assert_eq!(socket.server_auth_curve("x", "x").unwrap_err(), Errno::EINVAL);
    assert_eq!(socket.mechanism().unwrap(), NULL, "unchanged");
    context.shutdown().unwrap();
    // The socket receives of it when it next looks.
    assert_eq!(socket.events().unwrap_err(), Errno::ETERM);
    assert_eq!(socket.secure(&Server::null()).unwrap_err(), Errno::ETERM);
}

/// Admits every peer, and records the requests: domain, mechanism, and the first of the credentials.
fn handler(context: &Context) -> Receiver<(String, String, Vec<u8>)> {
    let zap = context.socket(zmq4::REP).unwrap();
    zap.bind("inproc://zeromq.zap.01").unwrap();
    let (asked, answers) = channel();
    thread::spawn(move || {
        while let Ok(request) = zap.recv_message(Flags::NONE) {
            let field = |index: usize| request[index].to_string();
            let shown = request.get(6).map(|frame| frame.to_vec()).unwrap_or_default();
            let _ = asked.send((field(2), field(5), shown));
            let answer = ["1.0", &field(1), "200", "OK", "", ""].map(str::to_owned);
            zap.send_message(answer.as_slice()).unwrap();
        }
    });
    answers
}

/// After any role that came before, the last one is what peers meet: the handler is asked by the last domain, about the
/// last credentials.
#[test]
fn peers_meet_the_last_role() {
    deadline(LONG, || {
        let (ours, theirs) = (Context::new().unwrap(), Context::new().unwrap());
        let asked = handler(&ours);
        let mut last: Vec<(Server, Client, &str, &[u8])> = vec![
            (Server::null(), Client::null(), "NULL", b""),
            (Server::plain(), Client::plain("admin", "secret"), "PLAIN", b"admin"),
        ];
        let (server_keys, client_keys) = (CurveSecretKey::from([3; 32]), zmq4::has_curve().then(pair));
        let public = client_keys.as_ref().map(CurveKeypair::public);
        if let (Some(keys), Some(public)) = (client_keys, &public) {
            let client = Client::curve(server_keys.public().unwrap(), keys);
            last.push((Server::curve(server_keys), client, "CURVE", public.as_bytes()));
        }
        for (first, _, role) in roles() {
            for (server_role, client_role, mechanism, credentials) in &last {
                let names = format!("{first}, then {mechanism}");
                let (server, client) = (open_timed(&ours, zmq4::PULL), open_timed(&theirs, zmq4::PUSH));
                server.secure(&*role).unwrap();
                server.secure(&server_role.clone().domain("last")).unwrap();
                client.secure(&*role).unwrap();
                if client.secure(client_role).is_err() {
                    // A domain that stays, which is tested above.
                    client.close().unwrap();
                    continue;
                }
                client.connect(&bind_tcp(&server)).unwrap();
                client.send(names.as_str(), Flags::NONE).unwrap();
                assert_eq!(server.recv(Flags::NONE).expect(&names), *names);
                let (domain, asked_mechanism, shown) = asked.try_recv().expect(&names);
                assert_eq!(
                    (domain.as_str(), asked_mechanism.as_str()),
                    ("last", *mechanism),
                    "{names}"
                );
                assert_eq!(shown, *credentials, "{names}");
                assert!(asked.try_recv().is_err(), "{names}: about one peer");
            }
        }
        ours.shutdown().unwrap();
    });
}

/// As a domain, what makes a server strict stays: no later role opens it by mistake.
#[test]
fn an_enforced_server_stays_one() {
    let context = Context::new().unwrap();
    let enforced = |socket: &Socket| {
        let mut value = [0; 4];
        socket.get_raw(93, &mut value).unwrap();
        i32::from_ne_bytes(value) != 0
    };
    let socket = open_timed(&context, zmq4::DEALER);
    socket.secure(&Server::null().domain("a")).unwrap();
    assert!(!enforced(&socket));
    socket.secure(&Server::plain().domain("a").enforced()).unwrap();
    assert!(enforced(&socket));
    assert_eq!(
        (socket.mechanism().unwrap(), socket.plain_server().unwrap()),
        (PLAIN, true)
    );
    for (name, _, role) in roles() {
        let _ = socket.secure(&*role);
        assert!(enforced(&socket), "{name}");
    }
}

/// What a server without a handler does, as its documentation has it.
#[test]
fn servers_do_without_a_handler() {
    deadline(LONG, || {
        let mut servers = vec![
            (Server::null(), Client::null(), true),
            (Server::plain(), Client::plain("admin", "secret"), false),
        ];
        if zmq4::has_curve() {
            let keys = CurveKeypair::new().unwrap();
            let client = Client::curve(keys.public(), pair());
            servers.push((Server::curve(keys.into_keys().1), client, true));
        }
        for domain in ["", "global"] {
            for (server_role, client_role, lets_in) in &servers {
                let context = Context::new().unwrap();
                let (server, client) = (open_timed(&context, zmq4::PULL), open_timed(&context, zmq4::PUSH));
                server.secure(&server_role.clone().domain(domain)).unwrap();
                client.secure(client_role).unwrap();
                client.connect(&bind_tcp(&server)).unwrap();
                send_unless_refused(&client, "hello");
                if !lets_in {
                    server.set_rcvtimeo(Some(Duration::from_millis(300))).unwrap();
                }
                let came = server.recv(Flags::NONE).map(|message| message == "hello");
                assert_eq!(came.is_ok_and(|right| right), *lets_in, "{server_role:?}");
            }
        }
    });
}

/// Who does not have the keys gets no message across, and those who have them do meanwhile.
#[test]
fn wrong_keys_carry_nothing() {
    if lacks_curve() {
        return;
    }
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let keys = CurveKeypair::new().unwrap();
        let server = open_timed(&context, zmq4::PULL);
        server.secure(&Server::curve(keys.secret().clone())).unwrap();
        let endpoint = bind_tcp(&server);
        let strangers: [Box<dyn Role>; 5] = [
            Box::new(Client::null()),
            Box::new(Client::plain("admin", "secret")),
            Box::new(Client::curve(pair().public(), pair())),
            Box::new(Server::curve(pair().secret().clone())),
            Box::new(Server::plain()),
        ];
        let strangers = strangers.map(|role| {
            let stranger = open_timed(&context, zmq4::PUSH);
            stranger.secure(&*role).unwrap();
            stranger.connect(&endpoint).unwrap();
            send_unless_refused(&stranger, "wrong");
            stranger
        });
        for _ in 0..20 {
            let friend = open_timed(&context, zmq4::PUSH);
            friend.secure(&Client::curve(keys.public(), pair())).unwrap();
            friend.connect(&endpoint).unwrap();
            friend.send("right", Flags::NONE).unwrap();
            assert_eq!(server.recv(Flags::NONE).unwrap(), "right");
        }
        server.set_rcvtimeo(Some(Duration::from_millis(300))).unwrap();
        assert_eq!(server.recv(Flags::NONE).unwrap_err(), Errno::EAGAIN);
        drop(strangers);
    });
}

/// In a context without an authentication handler a server may connect, and connect again by itself.
#[cfg(unix)]
#[test]
fn a_server_that_connects_serves_one_after_another() {
    if lacks_curve() {
        return;
    }
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (keys, name) = (pair(), crate::support::ipc_name());
        let server = open_timed(&context, zmq4::PULL);
        server.set_reconnect_ivl(Some(Duration::from_millis(1))).unwrap();
        server
            .secure(&Server::curve(keys.secret().clone()).domain("shop"))
            .unwrap();
        server.connect(&name).unwrap();
        for round in 0..5 {
            let client = open_timed(&context, zmq4::PUSH);
            client.secure(&Client::curve(keys.public(), pair())).unwrap();
            client.bind(&name).unwrap();
            let said = format!("round {round}");
            client.send(said.clone(), Flags::NONE).unwrap();
            assert_eq!(server.recv(Flags::NONE).unwrap(), said);
        }
    });
}
