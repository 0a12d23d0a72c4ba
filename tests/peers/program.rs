//! The programs that are not ours: where they are, or what is missing on this machine.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

/// Who is on the other end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Program {
    /// peer.py on pyzmq, which brings a libzmq of its own.
    Pyzmq,
    /// peer.c on the libzmq that pkg-config finds, whichever our side is linked to.
    C,
}

/// A command line without arguments, or what is missing.
type Found = Result<Vec<PathBuf>, &'static str>;

impl Program {
    /// The command that starts it, or what is missing.
    pub(crate) fn command(self) -> Result<Command, &'static str> {
        static PYZMQ: LazyLock<Found> = LazyLock::new(pyzmq);
        static C: LazyLock<Found> = LazyLock::new(c);
        let found = match self {
            Self::Pyzmq => &PYZMQ,
            Self::C => &C,
        };
        let line = found.as_ref().map_err(|missing| *missing)?;
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]);
        Ok(command)
    }
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(name)
}

fn run(command: &mut Command) -> Option<Output> {
    command.stdin(Stdio::null()).output().ok()
}

fn pyzmq() -> Found {
    let named = std::env::var_os("ZMQ4_PYZMQ");
    let python = named.as_ref().map_or_else(
        || PathBuf::from("python3"),
        |environment| Path::new(environment).join("bin/python"),
    );
    let import = run(Command::new(&python).args(["-c", "import zmq"]));
    let imports = import.is_some_and(|output| output.status.success());
    // Who names an environment wants it used.
    assert!(imports || named.is_none(), "ZMQ4_PYZMQ: {python:?} has no zmq");
    if imports {
        Ok(vec![python, source("peer.py")])
    } else {
        Err("no pyzmq")
    }
}

fn c() -> Found {
    let cc = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    if run(Command::new(&cc).arg("--version")).is_none() {
        return Err("no C compiler");
    }
    let flags = run(Command::new("pkg-config").args(["--cflags", "--libs", "libzmq"]))
        .filter(|output| output.status.success())
        .ok_or("no system libzmq")?;
    let flags = String::from_utf8(flags.stdout).unwrap();

    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peer");
    // Under a name of our own first: another run may be executing the last one.
    let fresh = program.with_extension(std::process::id().to_string());
    let compiled = run(Command::new(&cc)
        .args(["-std=c11", "-O2", "-Wall", "-Wextra", "-o"])
        .arg(&fresh)
        .arg(source("peer.c"))
        .args(flags.split_whitespace()))
    .unwrap();
    let errors = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "peer.c: {errors}");
    std::fs::rename(&fresh, &program).unwrap();
    Ok(vec![program])
}
