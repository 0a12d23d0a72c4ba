//! A peer that runs: its lines with a deadline, its end, and its death when a test fails.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::LONG;

pub(crate) struct Peer {
    child: Child,
    lines: Receiver<String>,
    endpoint: String,
}

impl Peer {
    /// Starts the program and waits until it has bound or connected.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut read = stdout.lines().map_while(Result::ok);
            read.try_for_each(|line| sender.send(line))
        });
        let mut peer = Self {
            child,
            lines,
            endpoint: String::new(),
        };
        peer.endpoint = peer.line(LONG).expect("the peer's endpoint");
        peer
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Its next line; `None` when it says nothing for so long.
    pub(crate) fn line(&self, limit: Duration) -> Option<String> {
        match self.lines.recv_timeout(limit) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the peer ended too early"),
        }
    }

    /// Gives it a line.
    pub(crate) fn say(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// Waits until all was sent and received, lets it close, and wants a good end.
    pub(crate) fn finish(mut self) {
        while self.line(LONG).expect("the peer is not done") != "done" {}
        drop(self.child.stdin.take());
        // Its output ends when it ends, so the wait after it is none.
        let end = self.lines.recv_timeout(LONG);
        assert_eq!(end, Err(RecvTimeoutError::Disconnected));
        assert!(self.child.wait().unwrap().success(), "the peer failed");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Both do nothing when the peer has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
