//! A C program at the other end, compiled with the header of the libzmq that was built for this test, and linked with its archive.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use zmq4::{CHANNEL, CLIENT, DGRAM, DISH, DONTWAIT, GATHER, PEER, RADIO, SCATTER, SERVER, Socket, SocketType};

use crate::support::peer::Peer;
use crate::support::{LONG, deadline, eventually, skip};
use crate::udp::free_port;
use crate::{context, grouped, open, recv, routed, send};

const COUNT: usize = 100;

/// The compiled program, or what is missing.
static PROGRAM: LazyLock<Result<PathBuf, &'static str>> = LazyLock::new(compiled);

/// Where cargo says that this test's native libraries are.
fn library_folders() -> Vec<PathBuf> {
    let variables = ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"];
    let values = variables.iter().filter_map(std::env::var_os);
    values
        .flat_map(|value| std::env::split_paths(&value).collect::<Vec<_>>())
        .collect()
}

fn compiled() -> Result<PathBuf, &'static str> {
    if !cfg!(zmq_from = "vendored") {
        return Err("the libzmq was not built here");
    }
    let cc = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    if Command::new(&cc).arg("--version").output().is_err() {
        return Err("no C compiler");
    }
    let folders = library_folders();
    let Some(ours) = folders.iter().find(|folder| folder.join("libzmq.a").is_file()) else {
        return Err("cargo did not start this test, so where libzmq.a is is not known");
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/draft/interop/peer.c");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("draft-peer-{}", std::process::id()));
    let mut command = Command::new(&cc);
    command
        .args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"])
        .arg("-I")
        .arg(ours.join("../source/include"))
        .arg("-o")
        .args([&program, &source]);
    for folder in &folders {
        command.arg("-L").arg(folder);
    }
    command.args(["-lzmq", "-lsodium"]);
    for (capability, modules) in [("pgm", &["openpgm-5.3", "openpgm-5.2"][..]), ("norm", &["norm"])] {
        if zmq4::has(capability) {
            let flags = modules.iter().find_map(|module| {
                let output = Command::new("pkg-config").args(["--libs", module]).output().ok()?;
                output.status.success().then_some(output.stdout)
            });
            let flags = String::from_utf8(flags.unwrap_or_default()).unwrap();
            command.args(flags.split_whitespace());
        }
    }
    let cxx = if cfg!(target_vendor = "apple") {
        "-lc++"
    } else {
        "-lstdc++"
    };
    let output = command.args([cxx, "-lpthread", "-lm"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    Ok(program)
}

/// Starts the program: its type, whether it binds or connects, and its role.
fn start(ty: SocketType, attach: &str, endpoint: &str, role: &str) -> Option<Peer> {
    match &*PROGRAM {
        Ok(program) => {
            let mut command = Command::new(program);
            command
                .args([&*format!("{ty:?}"), attach, endpoint, role])
                .arg(COUNT.to_string());
            Some(Peer::start(&mut command))
        }
        Err(missing) => {
            skip(missing);
            None
        }
    }
}

fn ask(socket: &Socket, id: Option<u32>) {
    for n in 0..COUNT {
        let question = format!("question {n}");
        send(
            socket,
            id.map_or_else(|| question.as_str().into(), |id| routed(id, &*question)),
        );
        let answer = recv(socket);
        assert_eq!(answer, question.to_uppercase().as_str());
        assert_eq!(answer.routing_id(), id);
    }
}

fn answer(socket: &Socket, _: &mut Peer) {
    for n in 0..COUNT {
        let question = recv(socket);
        assert_eq!(question, format!("question {n}").as_str());
        let text = question.to_string().to_uppercase();
        send(
            socket,
            match question.routing_id() {
                Some(id) => routed(id, text),
                None => text.into(),
            },
        );
    }
}

fn receive(gather: &Socket, _: &mut Peer) {
    for n in 0..COUNT {
        assert_eq!(recv(gather), format!("task {n}").as_str());
    }
}

fn scatter(scatter: &Socket, _: &mut Peer) {
    for n in 0..COUNT {
        send(scatter, format!("task {n}").into());
    }
}

fn listen(dish: &Socket, peer: &mut Peer) {
    dish.join("weather").unwrap();
    let message = recv(dish);
    assert_eq!((&*message.group(), &*message), ("weather", &b"sunny"[..]));
    peer.say("enough");
}

fn publish(radio: &Socket, peer: &mut Peer) {
    let line = eventually(LONG, || {
        let _ = radio.send(grouped("traffic", "jam"), DONTWAIT);
        let _ = radio.send(grouped("weather", "sunny"), DONTWAIT);
        peer.line(Duration::from_millis(1))
    });
    assert_eq!(line, "received");
}

/// Our type and part, and the program's.
type Row = (SocketType, fn(&Socket, &mut Peer), SocketType, &'static str);

const ROWS: &[Row] = &[
    (SERVER, answer, CLIENT, "ask"),
    (CLIENT, |client, _| ask(client, None), SERVER, "answer"),
    (CHANNEL, answer, CHANNEL, "ask"),
    (CHANNEL, |channel, _| ask(channel, None), CHANNEL, "answer"),
    (GATHER, receive, SCATTER, "send"),
    (SCATTER, scatter, GATHER, "receive"),
    (DISH, listen, RADIO, "publish"),
    (RADIO, publish, DISH, "listen"),
];

#[test]
fn c_program_exchanges_with_each_draft_type() {
    deadline(4 * LONG, || {
        let context = context();
        for &(ours, part, theirs, role) in ROWS {
            let socket = open(&context, ours);
            socket.bind("tcp://127.0.0.1:*").unwrap();
            let endpoint = socket.last_endpoint().unwrap();
            let Some(mut peer) = start(theirs, "connect", &endpoint, role) else {
                return;
            };
            part(&socket, &mut peer);
            peer.finish();
            drop(socket);
            let mut peer = start(theirs, "bind", "tcp://127.0.0.1:*", role).unwrap();
            let socket = open(&context, ours);
            socket.connect(peer.endpoint()).unwrap();
            part(&socket, &mut peer);
            peer.finish();
        }
        // Who connects names the other one, and speaks first.
        let peer = open(&context, PEER);
        peer.bind("tcp://127.0.0.1:*").unwrap();
        let mut other = start(PEER, "connect", &peer.last_endpoint().unwrap(), "ask").unwrap();
        answer(&peer, &mut other);
        other.finish();
        let other = start(PEER, "bind", "tcp://127.0.0.1:*", "answer").unwrap();
        let peer = open(&context, PEER);
        let id = peer.connect_peer(other.endpoint()).unwrap();
        ask(&peer, Some(id));
        other.finish();
    });
}

#[test]
fn c_program_exchanges_datagrams() {
    deadline(4 * LONG, || {
        if !zmq4::has("repaired") {
            return skip("udp needs the repaired libzmq");
        }
        let (context, there) = (context(), format!("127.0.0.1:{}", free_port()));
        let dgram = open(&context, DGRAM);
        dgram.bind(&format!("udp://127.0.0.1:{}", free_port())).unwrap();
        let Some(mut peer) = start(DGRAM, "bind", &format!("udp://{there}"), "datagrams") else {
            return;
        };
        for n in 0..COUNT {
            let question = format!("question {n}");
            // The other end may not be there yet, and an answer may be that to an earlier copy.
            eventually(LONG, || {
                dgram.send_message([there.as_str(), &question]).unwrap();
                dgram.poll(zmq4::POLLIN, Some(Duration::from_millis(1))).unwrap();
                let answer = dgram.recv_message(DONTWAIT).ok()?;
                assert_eq!(answer[0], format!("{there}\0").as_str());
                (answer[1] == question.to_uppercase().as_str()).then_some(())
            });
        }
        peer.say("enough");
        peer.finish();
    });
}
