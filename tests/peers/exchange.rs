//! Each pattern against each program, over tcp and ipc, whoever binds and whoever comes first.

use std::process::Command;

use zmq4::{Context, DEALER, Flags, PAIR, PUB, PULL, PUSH, REP, REQ, ROUTER, SUB, Socket, SocketType, XPUB, XSUB};

use crate::pattern::{EDGES, HUGE, Plan, Way, check, pattern};
use crate::program::Program;
use crate::role::{Role, SUBSCRIBE_ALL, after_sync};
use crate::support::peer::Peer;
use crate::support::{self, deadline};
use crate::{LIMIT, PATIENCE};

/// Our socket type, what we do, and the peer's socket type.
type Pair = (SocketType, Role, SocketType);

/// Who binds; late is after the other has connected, for which the endpoint must be known before.
#[derive(Clone, Copy, Debug)]
enum Binder {
    Us,
    Them,
    ThemLate,
    UsLate,
}

const BOTH: &[Binder] = &[Binder::Us, Binder::Them];
const LATE: &[Binder] = &[Binder::ThemLate, Binder::UsLate];

fn socket(kind: SocketType) -> Socket {
    let socket = Context::new().unwrap().socket(kind).unwrap();
    socket.set_rcvtimeo(Some(PATIENCE)).unwrap();
    socket.set_sndtimeo(Some(PATIENCE)).unwrap();
    // Every exchange is confirmed before a socket closes, so nothing is left to linger for.
    socket.set_linger(Some(std::time::Duration::ZERO)).unwrap();
    if kind == SUB {
        socket.subscribe("").unwrap();
    }
    socket
}

fn command(program: Program, how: &str, endpoint: &str, pair: Pair, plan: Plan) -> Command {
    let (_, role, theirs) = pair;
    let mut command = program.command().unwrap();
    command.args([how, &theirs.to_string(), endpoint, role.counterpart()]);
    for sizes in plan {
        let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        command.arg(sizes.join("+"));
    }
    command
}

/// Brings both sides together.
fn meet(program: Program, endpoint: &str, binder: Binder, pair: Pair, plan: Plan) -> (Socket, Peer) {
    let ours = socket(pair.0);
    let start = |how, endpoint: &str| {
        let mut command = command(program, how, endpoint, pair, plan);
        Peer::start(&mut command)
    };
    let peer = match binder {
        Binder::Us => {
            ours.bind(endpoint).unwrap();
            start("connect", &ours.last_endpoint().unwrap())
        }
        Binder::Them => {
            let peer = start("bind", endpoint);
            ours.connect(peer.endpoint()).unwrap();
            peer
        }
        Binder::ThemLate => {
            ours.connect(endpoint).unwrap();
            start("bind", endpoint)
        }
        Binder::UsLate => {
            let peer = start("connect", endpoint);
            ours.bind(endpoint).unwrap();
            peer
        }
    };
    if pair.0 == XSUB {
        ours.send(SUBSCRIBE_ALL, Flags::NONE).unwrap();
    }
    (ours, peer)
}

fn exchange(program: Program, endpoint: &str, binder: Binder, pair: Pair, plan: Plan) {
    println!("{program:?} {endpoint} {binder:?} {pair:?}");
    let (ours, mut peer) = meet(program, endpoint, binder, pair, plan);
    pair.1.play(&ours, pair.2, plan, &mut peer);
    peer.finish();
}

/// Whether the program is there; says so when it is not.
fn there(program: Program) -> bool {
    program.command().map_err(support::skip).is_ok()
}

fn over_tcp_and_ipc(program: Program, plan: Plan, binders: &[Binder], pairs: &[Pair]) {
    if !there(program) {
        return;
    }
    for pair in pairs {
        for binder in binders {
            exchange(program, "tcp://127.0.0.1:*", *binder, *pair, plan);
            exchange(program, &support::ipc_name(), *binder, *pair, plan);
        }
    }
}

fn edges(program: Program, pairs: &'static [Pair]) {
    deadline(LIMIT, move || {
        over_tcp_and_ipc(program, EDGES, BOTH, pairs);
    });
}

fn huge(program: Program) {
    deadline(LIMIT, move || {
        let pairs = [(PAIR, Role::Ask, PAIR)];
        over_tcp_and_ipc(program, HUGE, &[Binder::Us], &pairs);
    });
}

/// A connection that is refused at first comes about later; over ipc, whose names no other owner takes meanwhile.
fn late(program: Program) {
    deadline(LIMIT, move || {
        if !there(program) {
            return;
        }
        for pair in [
            (PAIR, Role::Ask, PAIR),
            (ROUTER, Role::Answer, DEALER),
            (SUB, Role::Recv, PUB),
        ] {
            for binder in LATE {
                exchange(program, &support::ipc_name(), *binder, pair, EDGES);
            }
        }
    });
}

/// Of three messages our SUB wants the last, which it knows by its first bytes.
fn filter(program: Program) {
    const PLAN: Plan = &[&[33], &[34, 1], &[255, 1]];
    deadline(LIMIT, move || {
        if !there(program) {
            return;
        }
        for theirs in [PUB, XPUB] {
            let pair = (SUB, Role::Recv, theirs);
            let (ours, mut peer) = meet(program, "tcp://127.0.0.1:*", Binder::Them, pair, PLAN);
            let wanted = pattern(Way::Request, 2, 0, 255);
            ours.subscribe("sync").unwrap();
            ours.subscribe(&wanted[..8]).unwrap();
            ours.unsubscribe("").unwrap();
            let received = after_sync(&ours, &mut false, &mut peer);
            check(&received, Way::Request, 2, PLAN[2]);
            peer.finish();
        }
    });
}

macro_rules! against {
    ($($name:ident: $program:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn pair() {
                edges($program, &[(PAIR, Role::Ask, PAIR), (PAIR, Role::Answer, PAIR)]);
            }

            #[test]
            fn req_rep() {
                edges($program, &[(REQ, Role::Ask, REP), (REP, Role::Answer, REQ)]);
            }

            #[test]
            fn dealer_router() {
                edges($program, &[(DEALER, Role::Ask, ROUTER), (ROUTER, Role::Answer, DEALER)]);
            }

            #[test]
            fn dealer_rep_and_router_req() {
                edges($program, &[(DEALER, Role::Ask, REP), (ROUTER, Role::Answer, REQ)]);
            }

            #[test]
            fn push_pull() {
                edges($program, &[(PUSH, Role::Send, PULL), (PULL, Role::Recv, PUSH)]);
            }

            #[test]
            fn pub_sub() {
                edges($program, &[(PUB, Role::Send, SUB), (SUB, Role::Recv, PUB)]);
            }

            #[test]
            fn xpub_xsub() {
                edges($program, &[(XPUB, Role::Send, XSUB), (XSUB, Role::Recv, XPUB)]);
            }

            #[test]
            fn pub_xsub() {
                edges($program, &[(PUB, Role::Send, XSUB), (XSUB, Role::Recv, PUB)]);
            }

            #[test]
            fn xpub_sub() {
                edges($program, &[(XPUB, Role::Send, SUB), (SUB, Role::Recv, XPUB)]);
            }

            #[test]
            fn a_hundred_megabytes() {
                huge($program);
            }

            #[test]
            fn connecting_first_works() {
                late($program);
            }

            #[test]
            fn prefix_filter() {
                filter($program);
            }
        }
    )*};
}

against! {
    pyzmq: Program::Pyzmq;
    c: Program::C;
}
