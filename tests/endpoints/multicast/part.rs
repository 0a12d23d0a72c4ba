//! A publisher or a subscriber that runs in a namespace: what it is reported to do, and what it says.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;

use crate::multicast::settings::Settings;
use crate::support::{LONG, child_command, eventually};

/// Before what a part says, to distinguish it from what the runner of the tests prints.
const SAID: &str = "said: ";

pub(crate) struct Part {
    child: Child,
    lines: Receiver<String>,
}

impl Part {
    /// Starts this test binary again in a namespace, with the test that is the part.
    pub(crate) fn start(namespace: &str, test: &str, settings: &Settings) -> Part {
        let part = child_command(test);
        let mut command = Command::new("ip");
        command
            .args(["netns", "exec", namespace])
            .arg(part.get_program())
            .args(part.get_args())
            .arg("--ignored")
            .envs(part.get_envs().filter_map(|(name, value)| Some((name, value?))));
        settings.tell(&mut command);
        Part::run(command)
    }

    /// Starts a command that talks as the parts do.
    pub(crate) fn run(mut command: Command) -> Part {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            stdout
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        Part { child, lines }
    }

    /// Gives it an order.
    #[track_caller]
    pub(crate) fn order(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits until it says something that starts so, and gives the rest.
    #[track_caller]
    pub(crate) fn hear(&mut self, start: &str) -> String {
        self.line(&format!("{SAID}{start}"))
    }

    /// Waits for a line that starts so, and gives the rest.
    #[track_caller]
    pub(crate) fn line(&mut self, start: &str) -> String {
        let mut others = Vec::new();
        loop {
            match self.lines.recv_timeout(LONG) {
                Ok(line) => match line.strip_prefix(start) {
                    Some(rest) => return rest.trim().to_owned(),
                    None => others.push(line),
                },
                Err(RecvTimeoutError::Timeout) => panic!("no {start:?} in time; other lines: {others:?}"),
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait().unwrap();
                    panic!("no {start:?}, but {status}; other lines: {others:?}");
                }
            }
        }
    }

    /// What it says up to now.
    pub(crate) fn heard(&self) -> Vec<String> {
        let lines = self.lines.try_iter();
        lines
            .filter_map(|line| line.strip_prefix(SAID).map(str::to_owned))
            .collect()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Has it end, and wants a good end.
    #[track_caller]
    pub(crate) fn finish(mut self) {
        drop(self.child.stdin.take());
        let status = eventually(LONG, || self.child.try_wait().unwrap());
        assert!(status.success(), "{status}");
    }
}

impl Drop for Part {
    // So that a test that fails leaves nothing behind; after `finish` there is nothing to kill.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// On the side of the part: says a line.
pub(crate) fn say(line: &str) {
    // The runner of the tests leaves its first line open.
    println!("\n{SAID}{line}");
}

/// On the side of the part: its orders, until the other side is done with it.
pub(crate) fn orders() -> Receiver<String> {
    let (sender, orders) = mpsc::channel();
    thread::spawn(move || {
        let lines = std::io::stdin().lines().map_while(Result::ok);
        lines
            .take_while(|line| sender.send(line.clone()).is_ok())
            .for_each(drop);
    });
    orders
}
