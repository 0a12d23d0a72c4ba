//! One running example: its lines as they come, and how it ended.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::support::{LONG, eventually};

pub(crate) struct Program {
    command: String,
    child: Child,
    started: Instant,
    output: Receiver<String>,
    errors: Option<JoinHandle<String>>,
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub(crate) struct Done {
    #[expect(dead_code, reason = "for the messages of assertions, which show all fields")]
    command: String,
    pub(crate) status: ExitStatus,
    /// The lines that were not taken by [`Program::line`].
    pub(crate) lines: Vec<String>,
    pub(crate) errors: String,
}

impl Program {
    #[track_caller]
    pub(crate) fn start(name: &str, args: &[&str]) -> Self {
        let path = binary(name);
        assert!(
            path.is_file(),
            "{} is missing: run `cargo build --examples` first (with the features of this test)",
            path.display()
        );
        let mut child = Command::new(path)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let (line, output) = mpsc::channel();
        thread::spawn(move || {
            for text in stdout.lines().map_while(Result::ok) {
                if line.send(text).is_err() {
                    break;
                }
            }
        });
        let errors = thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        Self {
            command: format!("{name} {}", args.join(" ")),
            child,
            started: Instant::now(),
            output,
            errors: Some(errors),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line of output.
    #[track_caller]
    pub(crate) fn line(&mut self) -> String {
        match self.output.recv_timeout(LONG) {
            Ok(line) => line,
            Err(why) => self.give_up(&format!("no line: {why}")),
        }
    }

    /// The endpoint: the last word of the first line of all that bind or connect.
    #[track_caller]
    pub(crate) fn endpoint(&mut self) -> String {
        let line = self.line();
        let endpoint = line.split_whitespace().last().unwrap_or_default();
        assert!(endpoint.contains("://"), "no endpoint in the first line: {line}");
        endpoint.to_owned()
    }

    /// Waits until the program has ended; the time is from its start.
    #[track_caller]
    pub(crate) fn finish(mut self) -> (Done, Duration) {
        let end = Instant::now() + LONG;
        let mut lines = Vec::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(line) => lines.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => self.give_up(&format!(
                    "not at its end, after {} lines up to {:?}",
                    lines.len(),
                    lines.last()
                )),
            }
        }
        let status = eventually(LONG, || self.child.try_wait().unwrap());
        let took = self.started.elapsed();
        let done = Done {
            command: self.command.clone(),
            status,
            lines,
            errors: self.errors.take().unwrap().join().unwrap(),
        };
        (done, took)
    }

    #[track_caller]
    fn give_up(&mut self, why: &str) -> ! {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let errors = self.errors.take().map(|errors| errors.join().unwrap());
        panic!("{}: {why}; on stderr: {}", self.command, errors.unwrap_or_default());
    }
}

impl Drop for Program {
    // So that a test that fails leaves nothing behind; after `finish` there is nothing to kill.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Done {
    #[track_caller]
    pub(crate) fn assert_success(&self) {
        assert!(self.status.success(), "{self:?}");
        assert_eq!(self.errors, "", "{self:?}");
    }
}

/// Cargo puts the examples beside the folder that this test runs from.
fn binary(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    if path.ends_with("deps") {
        path.pop();
    }
    path.join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
