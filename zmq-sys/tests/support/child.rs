//! A test in a process of its own: it may look at all descriptors and threads,
//! and it may crash.

use std::env;
use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

const NAME: &str = "ZMQ_SYS_TEST_CHILD";

/// How a child ended. No status: it was killed at its deadline.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) status: Option<ExitStatus>,
    pub(crate) output: String,
}

/// Runs `body` in a process of its own, and fails unless it comes to its end
/// there before the deadline. `test` is the full name of the calling test.
pub(crate) fn in_child(test: &str, deadline: Duration, body: impl FnOnce()) {
    if let Some(Ending { status, output }) = try_in_child(test, deadline, body) {
        let passed = status.is_some_and(|status| status.success());
        assert!(passed, "the child of {test} ended with {status:?}:\n{output}");
        print!("{output}");
    }
}

/// Like [`in_child`], but returns how the child ended. `None` in the child itself.
pub(crate) fn try_in_child(test: &str, deadline: Duration, body: impl FnOnce()) -> Option<Ending> {
    if env::var_os(NAME).is_some_and(|name| name == test) {
        body();
        println!("{}", finished(test));
        return None;
    }
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(NAME, test);
    let ending = run(&mut command, deadline);
    if ending.status.is_some_and(|status| status.success()) {
        // Else a wrong name would pass: no test by that name is no failure.
        let done = ending.output.contains(&finished(test));
        assert!(done, "{test} did not run in its child:\n{}", ending.output);
    }
    Some(ending)
}

fn finished(test: &str) -> String {
    format!("finished in a child: {test}")
}

/// Runs a command to its end, or kills it at its deadline.
pub(crate) fn run(command: &mut Command, deadline: Duration) -> Ending {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (done, results) = channel();
    let streams: [(usize, Box<dyn Read + Send>); 2] = [
        (0, Box::new(child.stdout.take().unwrap())),
        (1, Box::new(child.stderr.take().unwrap())),
    ];
    for (index, mut stream) in streams {
        let done = done.clone();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes);
            let _ = done.send((index, String::from_utf8_lossy(&bytes).into_owned()));
        });
    }
    // A stream ends when the child does.
    let mut texts = [String::new(), String::new()];
    let (mut missing, mut late, mut end) = (2, false, Instant::now() + deadline);
    while missing > 0 {
        match results.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok((index, text)) => {
                texts[index] = text;
                missing -= 1;
            }
            // A grandchild holds the stream open still.
            Err(_) if late => break,
            Err(_) => {
                late = true;
                let _ = child.kill();
                end = Instant::now() + Duration::from_secs(2);
            }
        }
    }
    let status = child.wait().unwrap();
    Ending {
        status: (!late).then_some(status),
        output: texts.concat(),
    }
}
