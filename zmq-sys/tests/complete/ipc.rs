//! IPC: who the peer is, and what is left in the file system.

use std::ffi::CStr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::{env, fs, process};

use zmq_sys::*;

use crate::support::DEADLINE;
use crate::support::child::in_child;
use crate::support::monitor::Monitor;
use crate::support::zmq::*;

fn user_and_group() -> (libc::uid_t, libc::gid_t) {
    // SAFETY: these calls cannot fail.
    let user = unsafe { libc::geteuid() };
    // SAFETY: as above.
    let group = unsafe { libc::getegid() };
    (user, group)
}

#[test]
fn peer_is_known_by_its_user() {
    let context = context();
    let (server, client) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
    connect(client, &bind(server, &unused_ipc()));
    send(client, b"who", 0);
    let mut message = unset();
    ok!(zmq_msg_init(&mut message));
    ok!(zmq_msg_recv(&mut message, server, 0));
    let address = text(sys!(zmq_msg_gets(&message, c"Peer-Address".as_ptr())));
    let (user, group) = user_and_group();
    let expected = format!(":{user}:{group}:{}", process::id());
    assert!(
        address.to_str().unwrap().ends_with(&expected),
        "{address:?}, not {expected:?}"
    );
    ok!(zmq_msg_close(&mut message));
    close(server);
    close(client);
    term(context);
}

#[test]
fn users_are_let_in_or_not() {
    let (user, _) = user_and_group();
    let context = context();
    for (allowed, event) in [(user, ZMQ_EVENT_ACCEPTED), (user + 1, ZMQ_EVENT_ACCEPT_FAILED)] {
        let (server, client) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
        set_bytes(server, ZMQ_IPC_FILTER_UID, &allowed.to_ne_bytes());
        let seen = Monitor::new(context, server, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED);
        connect(client, &bind(server, &unused_ipc()));
        assert_eq!(seen.next().0, event);
        close(client);
        seen.close(server);
        close(server);
    }
    term(context);
}

#[test]
fn wildcard_leaves_no_file() {
    in_child("ipc::wildcard_leaves_no_file", DEADLINE, || {
        let folder = env::temp_dir().join(format!("zmq-sys-wildcard-{}", process::id()));
        fs::create_dir(&folder).unwrap();
        // SAFETY: no other thread of this child looks at the environment.
        unsafe { env::set_var("TMPDIR", &folder) };
        let context = context();
        let (server, client) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
        let endpoint = bind(server, c"ipc://*");
        let private = path(&endpoint).parent().unwrap();
        let mode = fs::metadata(private).unwrap().permissions().mode();
        let everything = (private.parent(), mode & 0o777);
        connect(client, &endpoint);
        send(client, b"through a file", 0);
        assert_eq!(recv(server), b"through a file");
        close(client);
        close(server);
        term(context);
        let left: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        fs::remove_dir_all(&folder).unwrap();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(everything, (Some(folder.as_path()), 0o700));
    });
}

fn path(endpoint: &CStr) -> &Path {
    Path::new(endpoint.to_str().unwrap().strip_prefix("ipc://").unwrap())
}
