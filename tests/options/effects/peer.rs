//! A peer in a process of its own, which can be stopped.

use std::io::{BufRead, Write};
use std::process::{Child, Stdio};

use zmq4::{Context, Flags, Socket};

use crate::effects::{MS, open_timed};
use crate::support::{child_command, is_child};

const ENDPOINT: &str = "ZMQ4_TEST_ENDPOINT";
const ROLE: &str = "ZMQ4_TEST_ROLE";

/// The calling test again, as a PUSH that says `hello` whenever it is reported to; killed when this is dropped.
pub(crate) struct Peer(Child);

impl Peer {
    /// Starts the peer, which connects to `endpoint`.
    pub(crate) fn start(test: &str, endpoint: &str, role: &str) -> Peer {
        let mut command = child_command(test);
        command.env(ENDPOINT, endpoint).env(ROLE, role);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        Peer(command.spawn().unwrap())
    }

    /// Whether this process is the peer of this test.
    pub(crate) fn is_this(test: &str) -> bool {
        is_child(test)
    }

    /// What the peer does; `set` knows the role.
    pub(crate) fn run(set: impl FnOnce(&Socket, &str)) {
        let push = open_timed(&Context::new().unwrap(), zmq4::PUSH);
        push.set_reconnect_ivl(Some(10 * MS)).unwrap();
        set(&push, &std::env::var(ROLE).unwrap());
        push.connect(&std::env::var(ENDPOINT).unwrap()).unwrap();
        for line in std::io::stdin().lock().lines() {
            push.send(line.unwrap(), Flags::NONE).unwrap();
        }
    }

    /// Has it send this line.
    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.0.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn signal(&self, signal: libc::c_int) {
        let process = libc::pid_t::try_from(self.id()).unwrap();
        // SAFETY: takes integers only; the process is ours, and was not waited for.
        assert_eq!(unsafe { libc::kill(process, signal) }, 0);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
