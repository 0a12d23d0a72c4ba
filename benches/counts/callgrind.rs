//! Running this binary under callgrind.

use std::env;
use std::process::{Command, Stdio};

use super::rows::Side;

/// The first argument of a run that is counted.
pub(crate) const CHILD: &str = "--counted";

/// How often each is counted. libzmq looks at its mailbox occasionally, depending on the time, which adds a few instructions
/// on a slow machine: the least of all counts has the fewest of those.
const REPEATS: usize = 2;

pub(crate) fn is_installed() -> bool {
    let version = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// The instructions that one side of a row executes in all its batches.
pub(crate) fn count(row: &str, side: Side) -> u64 {
    (0..REPEATS).map(|_| once(row, side)).min().unwrap()
}

fn once(row: &str, side: Side) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=counts::counted*")
        .arg(env::current_exe().unwrap())
        .args([CHILD, row, side.name()])
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{row}: {log}");
    let counted = log
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
        .unwrap_or_else(|| panic!("{row}: no count in {log}"));
    assert!(counted > 0, "{row}: callgrind did not find what to count");
    counted
}
