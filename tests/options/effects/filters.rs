//! Who may connect: filters of addresses, users, groups and processes.
#![allow(deprecated)]

use zmq4::{Flags, Socket, zmq_sys as sys};

use crate::effects::peer::Peer;
use crate::effects::sockets;
use crate::support::watch::Watch;
use crate::support::{LONG, bind_tcp, deadline, ipc_name};

/// Whether the peer that comes next gets through, or is turned away.
fn lets_in(pull: &Socket, watch: &Watch, hello: impl FnOnce()) -> bool {
    let accepted = watch.next().0 == sys::ZMQ_EVENT_ACCEPTED;
    if accepted {
        hello();
        assert_eq!(pull.recv_string(Flags::NONE).unwrap(), "hello");
    }
    accepted
}

fn watch(pull: &Socket) -> Watch {
    Watch::new(pull, sys::ZMQ_EVENT_ACCEPTED | sys::ZMQ_EVENT_ACCEPT_FAILED)
}

#[test]
fn addresses() {
    deadline(LONG, || {
        for (address, expected) in [("127.0.0.0/8", true), ("192.0.2.0/24", false)] {
            let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
            pull.set_tcp_accept_filter(address).unwrap();
            let watch = watch(&pull);
            push.connect(&bind_tcp(&pull)).unwrap();
            let hello = || assert_eq!(push.send("hello", Flags::NONE).unwrap(), 5);
            assert_eq!(lets_in(&pull, &watch, hello), expected, "{address}");
        }
    });
}

#[test]
fn processes_users_and_groups() {
    if Peer::is_this("effects::filters::processes_users_and_groups") {
        return Peer::run(|_, _| ());
    }
    // SAFETY: has no precondition.
    let user = unsafe { libc::getuid() };
    // SAFETY: has no precondition.
    let group = unsafe { libc::getgid() };
    // Another one, in which no one is.
    let other = |id: u32| id ^ 0x4000_0000;
    type Set = fn(&Socket, u32) -> zmq4::Result<()>;
    let by_pid: Set = |pull, pid| pull.set_ipc_filter_pid(i32::try_from(pid).ok());
    let by_uid: Set = |pull, uid| pull.set_ipc_filter_uid(Some(uid));
    let by_gid: Set = |pull, gid| pull.set_ipc_filter_gid(Some(gid));
    deadline(LONG, move || {
        let [probe] = sockets([zmq4::PULL]);
        if by_pid(&probe, 1).is_err() {
            return crate::support::skip("this libzmq does not filter processes");
        }
        let name = ipc_name();
        let mut peer = Peer::start("effects::filters::processes_users_and_groups", &name, "");
        for (set, id, expected) in [
            (by_pid, peer.id(), true),
            (by_pid, std::process::id(), false),
            (by_uid, user, true),
            (by_uid, other(user), false),
            (by_gid, group, true),
            (by_gid, other(group), false),
        ] {
            let [pull] = sockets([zmq4::PULL]);
            set(&pull, id).unwrap();
            let watch = watch(&pull);
            pull.bind(&name).unwrap();
            assert_eq!(lets_in(&pull, &watch, || peer.say("hello")), expected, "{id}");
        }
    });
}
