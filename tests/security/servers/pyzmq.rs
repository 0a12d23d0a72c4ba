//! pyzmq at the other end: its authenticator judges our clients, and ours judges its clients.
//!
//! `ZMQ4_PYZMQ` names a virtual environment that has pyzmq, else `python3` is asked.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use zmq4::auth::{Auth, Client, Server};
use zmq4::{
    Certificate, Context, CurveKeypair, DONTWAIT, EVENT_HANDSHAKE_FAILED_AUTH, EVENT_HANDSHAKE_SUCCEEDED, Errno,
    EventKind, Flags, Monitor, Socket,
};

use crate::servers::shop::client;
use crate::servers::{LIMIT, PATIENCE};
use crate::support::peer::Peer;
use crate::support::{bind_tcp, deadline, skip, unique};

/// Who binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Binds {
    We,
    They,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mechanism {
    Null,
    Plain,
    Curve,
}

/// A folder of certificates, made by both, which goes when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let folder = std::env::temp_dir().join(unique("zmq4-security"));
        std::fs::create_dir_all(folder.join("clients")).unwrap();
        Folder(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The command that starts peer.py, if there is a pyzmq; without one the test says so.
fn python() -> Option<Command> {
    let named = std::env::var_os("ZMQ4_PYZMQ");
    let python = named.as_ref().map_or_else(
        || PathBuf::from("python3"),
        |environment| Path::new(environment).join("bin/python"),
    );
    let imports = Command::new(&python).args(["-c", "import zmq"]).output();
    if !imports.is_ok_and(|output| output.status.success()) {
        assert!(named.is_none(), "ZMQ4_PYZMQ: {python:?} has no zmq");
        skip("no pyzmq");
        return None;
    }
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/security/servers/peer.py"));
    Some(command)
}

fn mechanisms() -> Vec<Mechanism> {
    let mut all = vec![Mechanism::Null, Mechanism::Plain];
    if zmq4::has_curve() {
        all.push(Mechanism::Curve);
    }
    all
}

fn name(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::Null => "null",
        Mechanism::Plain => "plain",
        Mechanism::Curve => "curve",
    }
}

/// Our socket and theirs, connected one way or the other, and what a monitor says of the handshake.
fn meet(socket: &Socket, binds: Binds, command: &mut Command, role: &str, settings: &[&str]) -> (Peer, Monitor) {
    let monitor = socket
        .monitor(EVENT_HANDSHAKE_SUCCEEDED | EVENT_HANDSHAKE_FAILED_AUTH)
        .unwrap();
    command.arg(role);
    let peer = match binds {
        Binds::We => {
            let endpoint = bind_tcp(socket);
            Peer::start(command.args(["connect", &endpoint]).args(settings))
        }
        Binds::They => {
            // What a server needs; their socket is there already.
            socket.set_reconnect_ivl(None).unwrap();
            let peer = Peer::start(command.args(["bind", "tcp://127.0.0.1:*"]).args(settings));
            socket.connect(peer.endpoint()).unwrap();
            peer
        }
    };
    (peer, monitor)
}

#[track_caller]
fn assert_refused(monitor: &Monitor) {
    let event = monitor.recv_timeout(PATIENCE).unwrap();
    assert_eq!(event.kind(), EventKind::HandshakeFailedAuth { status: 400 }, "{event}");
}

/// Both ways of binding, each mechanism, one that is let in and one that is not.
fn in_every_way(test: fn(Mechanism, Binds, bool)) {
    if python().is_none() {
        return;
    }
    for mechanism in mechanisms() {
        for binds in [Binds::We, Binds::They] {
            for welcome in [true, false] {
                println!("{mechanism:?}, bound by {binds:?}, welcome: {welcome}");
                deadline(LIMIT, move || test(mechanism, binds, welcome));
            }
        }
    }
}

#[test]
fn our_clients_before_their_authenticator() {
    in_every_way(their_judgement);
}

fn their_judgement(mechanism: Mechanism, binds: Binds, welcome: bool) {
    let context = Context::new().unwrap();
    let folder = Folder::new();
    let ours = client(&context);
    let settings = match mechanism {
        Mechanism::Null => {
            let allowed = if welcome { "127.0.0.1" } else { "192.0.2.1" };
            format!("{{\"allow\": [\"{allowed}\"]}}")
        }
        Mechanism::Plain => {
            let password = if welcome { "right" } else { "wrong" };
            ours.secure(&Client::plain("admin", password)).unwrap();
            "{\"users\": {\"admin\": \"right\"}}".to_owned()
        }
        Mechanism::Curve => {
            // The server's files are made by pyzmq, and ours by us: each reads the other's.
            let mut certificate = python().unwrap();
            let folder_name = folder.path("");
            assert!(
                certificate
                    .args(["certificate", &folder_name, "server"])
                    .status()
                    .unwrap()
                    .success()
            );
            let server = Certificate::load(folder.path("server.key")).unwrap();
            let known = Certificate::new().unwrap();
            known.save(folder.path("client.key")).unwrap();
            known.save_public(folder.path("clients/client.key")).unwrap();
            let own = if welcome {
                known.keypair().unwrap().clone()
            } else {
                CurveKeypair::new().unwrap()
            };
            ours.secure(&Client::curve(server.public(), own)).unwrap();
            let (clients, secret) = (folder.path("clients"), folder.path("server.key_secret"));
            format!("{{\"clients\": \"{clients}\", \"secret\": \"{secret}\"}}")
        }
    };
    let mut command = python().unwrap();
    let (peer, monitor) = meet(&ours, binds, &mut command, "server", &[name(mechanism), &settings]);
    if welcome {
        ours.send("hello from zmq4", Flags::NONE).unwrap();
        assert_eq!(peer.line(PATIENCE).as_deref(), Some("hello from zmq4"));
    } else {
        // A bound socket has no peer to queue it for.
        let _ = ours.send("evil", DONTWAIT);
        assert_refused(&monitor);
        assert_eq!(peer.line(Duration::from_millis(50)), None);
    }
}

#[test]
fn their_clients_before_our_authenticator() {
    in_every_way(our_judgement);
}

fn our_judgement(mechanism: Mechanism, binds: Binds, welcome: bool) {
    let context = Context::new().unwrap();
    let folder = Folder::new();
    let auth = Auth::start(&context).unwrap();
    let server = context.socket(zmq4::PULL).unwrap();
    server.set_rcvtimeo(Some(PATIENCE)).unwrap();
    let settings = match mechanism {
        Mechanism::Null => {
            let allowed = if welcome { "127.0.0.0/8" } else { "192.0.2.0/24" };
            auth.allow("shop", [allowed]).unwrap();
            server.secure(&Server::null().domain("shop")).unwrap();
            "{}".to_owned()
        }
        Mechanism::Plain => {
            auth.plain_add("shop", "admin", "right").unwrap();
            server.secure(&Server::plain().domain("shop")).unwrap();
            let password = if welcome { "right" } else { "wrong" };
            format!("{{\"user\": \"admin\", \"password\": \"{password}\"}}")
        }
        Mechanism::Curve => {
            let mut certificate = python().unwrap();
            let folder_name = folder.path("");
            assert!(
                certificate
                    .args(["certificate", &folder_name, "client"])
                    .status()
                    .unwrap()
                    .success()
            );
            let theirs = Certificate::load(folder.path("client.key_secret")).unwrap();
            let allowed = if welcome {
                theirs.public()
            } else {
                CurveKeypair::new().unwrap().public()
            };
            auth.curve_add("shop", [allowed]).unwrap();
            let own = Certificate::new().unwrap();
            own.save_public(folder.path("server.key")).unwrap();
            let secret = own.secret().unwrap().clone();
            server.secure(&Server::curve(secret).domain("shop")).unwrap();
            let (secret, public) = (folder.path("client.key_secret"), folder.path("server.key"));
            format!("{{\"secret\": \"{secret}\", \"server\": \"{public}\"}}")
        }
    };
    let mut command = python().unwrap();
    let (_peer, monitor) = meet(&server, binds, &mut command, "client", &[name(mechanism), &settings]);
    if welcome {
        assert_eq!(server.recv(Flags::NONE).unwrap(), "hello from pyzmq");
        assert_eq!(auth.denied(), 0);
    } else {
        assert_refused(&monitor);
        assert_eq!(server.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
        assert_eq!(auth.allowed(), 0);
    }
}
