//! Cargo builds a program against the system's libzmq, and the program runs.

use std::process::Command;
use std::time::Duration;

use crate::child::run;
use crate::scratch::Scratch;
use crate::system::skip;

const DEADLINE: Duration = Duration::from_secs(300);

/// The version of the system's libzmq, unless there is none.
fn system_version() -> Option<String> {
    let asked = Command::new("pkg-config").args(["--modversion", "libzmq"]).output();
    let found = asked
        .ok()
        .filter(|output| output.status.success())
        .map(|output| String::from_utf8(output.stdout).unwrap().trim().to_owned());
    if found.is_none() {
        skip("no system libzmq");
    }
    found
}

/// Builds and runs the program, and compares what it says.
fn runs(name: &str, feature: &str, env: &[(&str, &str)], kind: &str) {
    let Some(version) = system_version() else {
        return;
    };
    let scratch = Scratch::new(name, feature);
    let mut command = scratch.cargo("run");
    let ending = run(command.envs(env.iter().copied()), DEADLINE);
    let output = ending.output;
    assert!(ending.status.is_some_and(|status| status.success()), "{output}");
    let shared = kind == "dylib";
    for line in [
        format!("runs {version}"),
        format!("shared {shared}"),
        format!("metadata pkg-config {kind} {version} 0"),
        "header true".to_owned(),
        "lib true".to_owned(),
    ] {
        assert!(output.lines().any(|said| said == line), "no {line:?} in\n{output}");
    }
}

#[test]
fn system_shared() {
    runs("whole-shared", "", &[], "dylib");
}

#[test]
fn system_static() {
    runs("whole-static", "", &[("LIBZMQ_STATIC", "1")], "static");
}

#[test]
fn no_vendor_with_the_feature_vendored() {
    runs("whole-no-vendor", "vendored", &[("LIBZMQ_NO_VENDOR", "1")], "dylib");
}

#[test]
fn nothing_found_is_told_by_cargo() {
    let scratch = Scratch::new("whole-nothing", "");
    let mut command = scratch.cargo("build");
    let nowhere = scratch.tree().path("nowhere");
    command.env("PKG_CONFIG_LIBDIR", nowhere).env_remove("PKG_CONFIG_PATH");
    let ending = run(&mut command, DEADLINE);
    let output = ending.output;
    assert!(ending.status.is_some_and(|status| !status.success()), "{output}");
    for words in ["error: no libzmq was found", "libzmq3-dev", "vendored"] {
        assert!(output.contains(words), "no {words:?} in\n{output}");
    }
}

#[test]
fn docs_rs_documents_without_a_libzmq() {
    let scratch = Scratch::new("whole-docs-rs", "");
    let mut command = scratch.cargo("doc");
    let nowhere = scratch.tree().path("nowhere");
    let ending = run(
        command
            .args(["--no-deps", "--package", "zmq4-sys"])
            .env("DOCS_RS", "1")
            .env("PKG_CONFIG_LIBDIR", nowhere)
            .env_remove("PKG_CONFIG_PATH"),
        DEADLINE,
    );
    assert!(
        ending.status.is_some_and(|status| status.success()),
        "{}",
        ending.output
    );
    let page = scratch.tree().path("target/doc/zmq_sys/fn.zmq_version.html");
    assert!(page.is_file(), "no documentation");
}
