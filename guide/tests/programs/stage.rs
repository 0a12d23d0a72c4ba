//! A folder of its own for each test, and the programs that run in it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// Long enough for anything here on a slow and busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(90);

/// Runs `body`, which must start all of these programs and no others.
#[track_caller]
pub(crate) fn run(programs: &[&str], body: impl FnOnce(&Stage)) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("zmq4-guide-{}-{number}", std::process::id()));
    std::fs::create_dir(&dir).unwrap();
    let stage = Stage {
        dir,
        started: RefCell::default(),
    };
    body(&stage);
    let announced: BTreeSet<String> = programs.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(*stage.started.borrow(), announced);
}

pub(crate) struct Stage {
    dir: PathBuf,
    started: RefCell<BTreeSet<String>>,
}

impl Stage {
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// An endpoint that no other test has.
    pub(crate) fn ipc(&self, name: &str) -> String {
        format!("ipc://{}", self.dir.join(name).to_str().unwrap())
    }

    /// Starts a program in the folder.
    #[track_caller]
    pub(crate) fn start(&self, name: &str, args: &[&str]) -> Program {
        self.started.borrow_mut().insert(name.to_owned());
        let path = binary(name);
        assert!(path.is_file(), "{} is missing", path.display());
        let mut child = Command::new(path)
            .args(args)
            .current_dir(&self.dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        read(child.stdout.take().unwrap(), sender.clone());
        read(child.stderr.take().unwrap(), sender);
        Program {
            name: name.to_owned(),
            child,
            lines,
            heard: Vec::new(),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// A program that runs, and is killed where it still does when this is dropped.
pub(crate) struct Program {
    name: String,
    child: Child,
    lines: Receiver<String>,
    /// What it has printed so far.
    heard: Vec<String>,
}

impl Program {
    /// Waits for a line that contains this.
    #[track_caller]
    pub(crate) fn until(&mut self, part: &str) -> String {
        self.until_within(part, LONG)
            .unwrap_or_else(|| panic!("{}: no line with {part:?} in {:#?}", self.name, self.heard))
    }

    /// Like [`until`](Program::until), with a limit: `None` then or at the end of the program.
    pub(crate) fn until_within(&mut self, part: &str, limit: Duration) -> Option<String> {
        let end = Instant::now() + limit;
        loop {
            let line = self
                .lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
                .ok()?;
            self.heard.push(line.clone());
            if line.contains(part) {
                return Some(line);
            }
        }
    }

    /// Waits until it has bound, and gives the endpoint.
    #[track_caller]
    pub(crate) fn endpoint(&mut self) -> String {
        let line = self.until("bound to ");
        line.trim_start_matches("bound to ").to_owned()
    }

    /// Presses Enter.
    pub(crate) fn enter(&mut self) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(b"\n").unwrap();
    }

    /// Presses Ctrl-C.
    pub(crate) fn interrupt(&self) {
        let command = format!("kill -INT {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    }

    /// Waits until it has ended by itself, and well, and gives all that it printed.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Vec<String> {
        let end = Instant::now() + LONG;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => self.heard.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("{} did not end: {:#?}", self.name, self.heard),
            }
        }
        // Its pipes are closed, so it has nothing left to do.
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{}: {status}: {:#?}", self.name, self.heard);
        std::mem::take(&mut self.heard)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            println!("{} printed {:#?}", self.name, self.heard);
        }
    }
}

fn read(pipe: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
}

/// Cargo puts the examples beside the folder that this test runs from.
fn binary(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    if path.ends_with("deps") {
        path.pop();
    }
    path.join("examples").join(name)
}
