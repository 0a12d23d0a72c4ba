//! What all tests of this package share: deadlines, child processes, unique endpoints.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::panic, missing_docs)]

pub mod alloc;
#[cfg(unix)]
pub mod fork;
pub mod log;
#[cfg(unix)]
pub(crate) mod peer;
pub mod sockets;
pub(crate) mod watch;

use std::fmt;
use std::io::{Read, Write};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use zmq4::Socket;

/// Long enough for anything here on a slow and busy machine.
pub const LONG: Duration = Duration::from_secs(60);

/// Keeps a value for as long as the process runs, where a sanitizer that looks for leaks finds it.
pub fn keep<'k, T: 'k>(value: T) -> &'k T {
    static KEPT: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    let value = Box::leak(Box::new(value));
    KEPT.lock().unwrap().push(std::ptr::from_ref(value).addr());
    value
}

const CHILD: &str = "ZMQ4_TEST_CHILD";
const STARTED: &str = "child started: ";

/// Runs `body` on a dedicated thread and gives what it returns or panics with.
///
/// A body that is not done in time cannot be stopped, so the whole process is.
#[track_caller]
pub fn deadline<T: Send + 'static>(limit: Duration, body: impl FnOnce() -> T + Send + 'static) -> T {
    let caller = std::panic::Location::caller();
    let (done, watch) = mpsc::channel::<()>();
    let worker = thread::spawn(move || {
        let _done = done;
        body()
    });
    if let Err(RecvTimeoutError::Timeout) = watch.recv_timeout(limit) {
        give_up(&format!("{caller}: not done after {limit:?}"));
    }
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

// Written straight to the descriptor: what `eprintln!` says is captured, and lost in an abort.
fn give_up(why: &str) -> ! {
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "{why}");
    let _ = stderr.flush();
    std::process::abort();
}

/// Runs `body` in a process of its own: this test binary again, with this one test.
///
/// For what may abort, and for what changes the state of a process. `test` is the full name of the calling test.
#[track_caller]
pub fn in_child(test: &str, limit: Duration, body: impl FnOnce()) {
    if is_child(test) {
        println!("{STARTED}{test}");
        body();
        return;
    }
    let (status, output) = run_child(test, limit);
    assert!(output.contains(STARTED), "no test is called {test}:\n{output}");
    assert!(
        status.is_some_and(|status| status.success()),
        "{test}: {}\n{output}",
        ended(status, limit)
    );
    for line in output.lines().filter(|line| line.starts_with("skipped:")) {
        println!("{line}");
    }
}

/// Whether this process was started by [`in_child`] or [`child_command`] for the test with this name.
pub fn is_child(test: &str) -> bool {
    std::env::var(CHILD).is_ok_and(|name| name == test)
}

/// The command that runs one test of this binary as a child; the test asks [`is_child`].
pub fn child_command(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(CHILD, test);
    command
}

fn ended(status: Option<ExitStatus>, limit: Duration) -> String {
    status.map_or_else(|| format!("killed after {limit:?}"), |status| status.to_string())
}

fn run_child(test: &str, limit: Duration) -> (Option<ExitStatus>, String) {
    run_command(child_command(test), limit)
}

/// How a command ended, or `None` if it had to be killed, and all that it printed.
pub fn run_command(mut command: Command, limit: Duration) -> (Option<ExitStatus>, String) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // A group of its own, so that what it forked goes with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().unwrap();
    let (closed, all_closed) = mpsc::channel::<()>();
    let stdout = collect(child.stdout.take().unwrap(), closed.clone());
    let stderr = collect(child.stderr.take().unwrap(), closed);
    let in_time = !matches!(all_closed.recv_timeout(limit), Err(RecvTimeoutError::Timeout));
    if !in_time {
        kill_group(&mut child);
    }
    let status = child.wait().unwrap();
    let output = format!("{}{}", stdout.join().unwrap(), stderr.join().unwrap());
    (in_time.then_some(status), output)
}

// Reads to the end, which comes when the child and all that it forked are gone.
fn collect(mut pipe: impl Read + Send + 'static, closed: mpsc::Sender<()>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let _closed = closed;
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[cfg(unix)]
fn kill_group(child: &mut std::process::Child) {
    let group = libc::pid_t::try_from(child.id()).unwrap();
    // SAFETY: plain system call; the group is the child's own, made at its start and not yet waited for.
    unsafe { libc::kill(-group, libc::SIGKILL) };
}

#[cfg(not(unix))]
fn kill_group(child: &mut std::process::Child) {
    child.kill().unwrap();
}

/// `prefix`, and what makes it different from every other name on this machine.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "{prefix}-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// An `inproc://` unique endpoint.
pub fn inproc_name() -> String {
    format!("inproc://{}", unique("zmq4"))
}

/// An `ipc://` endpoint in a directory of its own, which goes when this is dropped. Reads as a `str`.
pub struct IpcName {
    dir: PathBuf,
    endpoint: String,
}

/// See [`IpcName`].
pub fn ipc_name() -> IpcName {
    let dir = loop {
        let dir = std::env::temp_dir().join(unique("zmq4"));
        match std::fs::create_dir(&dir) {
            Ok(()) => break dir,
            // Left by a killed process that had the same id.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => panic!("{}: {error}", dir.display()),
        }
    };
    let endpoint = format!("ipc://{}", dir.join("socket").to_str().unwrap());
    IpcName { dir, endpoint }
}

impl IpcName {
    /// The directory that the socket is in.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The socket's path.
    pub fn path(&self) -> PathBuf {
        self.dir.join("socket")
    }
}

impl Deref for IpcName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.endpoint
    }
}

impl AsRef<str> for IpcName {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Display for IpcName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl Drop for IpcName {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// A loopback address that no other test has, where the system has so many.
///
/// A peer that has lost its server tries again for as long as it lives, while the port may already be another server's.
pub fn loopback() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    if !cfg!(target_os = "linux") {
        return "127.0.0.1".to_owned();
    }
    let number = std::process::id()
        .wrapping_mul(1021)
        .wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
    let [low, rest] = [2 + number % 250, number / 250];
    format!("127.{}.{}.{low}", rest / 256 % 256, rest % 256)
}

/// Binds a free TCP port of this machine and gives its endpoint.
#[track_caller]
pub fn bind_tcp(socket: &Socket) -> String {
    socket.bind("tcp://127.0.0.1:*").unwrap();
    socket.last_endpoint().unwrap()
}

/// Says that a test could not run; where the peers must be there, fails instead. The caller returns after it.
#[track_caller]
pub fn skip(why: &str) {
    let required = std::env::var("ZMQ4_REQUIRE_PEERS").is_ok_and(|value| value == "1");
    assert!(!required, "must not be skipped: {why}");
    // Not `println!`, whose output the runner keeps to itself.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Waits until `ready` gives something; for what nothing announces.
#[track_caller]
pub fn eventually<T>(limit: Duration, mut ready: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(Instant::now() < end, "did not come about in {limit:?}");
        thread::sleep(Duration::from_millis(2));
    }
}
