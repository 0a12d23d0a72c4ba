//! The measuring programs of libzmq, in Rust: what they print, and that the two sides of each find one another.

use crate::program::{Done, Program};
use crate::support::ipc_name;

fn run(name: &str, args: &[&str]) -> Done {
    let (done, _) = Program::start(name, args).finish();
    done.assert_success();
    done
}

/// Runs the two sides over ipc, and gives what the one that measures says.
fn measure(local: &str, remote: &str, args: &[&str]) -> Vec<String> {
    let endpoint = ipc_name();
    let args: Vec<&str> = [&*endpoint].into_iter().chain(args.iter().copied()).collect();
    let bound = Program::start(local, &args);
    let remote = run(remote, &args).lines;
    let (local, _) = bound.finish();
    local.assert_success();
    [local.lines, remote].concat()
}

/// Each line up to its figure is what libzmq's program prints, and the figure is above 0.
#[track_caller]
fn assert_printed(lines: &[String], expected: &[(&str, &str)]) {
    assert_eq!(lines.len(), expected.len(), "{lines:?}");
    for (line, (name, unit)) in lines.iter().zip(expected) {
        let figure = line.strip_prefix(name).and_then(|rest| rest.strip_suffix(unit));
        let figure: f64 = figure.and_then(|text| text.parse().ok()).unwrap_or_default();
        assert!(figure > 0.0, "{line} is not like {name}...{unit}");
    }
}

const LATENCY: &[(&str, &str)] = &[
    ("message size: ", " [B]"),
    ("roundtrip count: ", ""),
    ("average latency: ", " [us]"),
];

const THROUGHPUT: &[(&str, &str)] = &[
    ("message size: ", " [B]"),
    ("message count: ", ""),
    ("mean throughput: ", " [msg/s]"),
    ("mean throughput: ", " [Mb/s]"),
];

#[test]
fn latency_between_processes() {
    let lines = measure("local_lat", "remote_lat", &["8", "50"]);
    assert_printed(&lines, LATENCY);
    assert_eq!(lines[..2], ["message size: 8 [B]", "roundtrip count: 50"]);
}

#[test]
fn throughput_between_processes() {
    let lines = measure("local_thr", "remote_thr", &["100", "5000"]);
    assert_printed(&lines, THROUGHPUT);
    assert_eq!(lines[..2], ["message size: 100 [B]", "message count: 5000"]);
}

#[test]
fn throughput_with_curve() {
    if zmq4::has_curve() {
        let lines = measure("local_thr", "remote_thr", &["100", "2000", "1"]);
        assert_printed(&lines, THROUGHPUT);
    }
}

#[test]
fn latency_and_throughput_between_threads() {
    assert_printed(&run("inproc_lat", &["8", "50"]).lines, LATENCY);
    assert_printed(&run("inproc_thr", &["8", "5000"]).lines, THROUGHPUT);
}

#[test]
fn a_message_of_another_size_ends_both_measurements() {
    for (local, remote) in [("local_lat", "remote_lat"), ("local_thr", "remote_thr")] {
        let endpoint = ipc_name();
        let bound = Program::start(local, &[&endpoint, "8", "5"]);
        // It ends by being killed: no peer replies.
        let _remote = Program::start(remote, &[&endpoint, "9", "5"]);
        let (done, _) = bound.finish();
        assert_eq!(done.status.code(), Some(1), "{done:?}");
        assert!(done.errors.contains("message of incorrect size received"), "{done:?}");
    }
}
