//! The examples, run to their end as the processes that a person would start.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(missing_docs)]

#[path = "examples/arguments.rs"]
mod arguments;
#[path = "examples/meeting.rs"]
mod meeting;
#[path = "examples/pairs.rs"]
mod pairs;
#[path = "examples/program.rs"]
mod program;
#[cfg(unix)]
#[path = "examples/stop.rs"]
mod stop;
mod support;

use std::collections::BTreeSet;
use std::path::Path;

use program::Program;

/// Every example, with the arguments that its usage must name.
const EXAMPLES: [(&str, &[&str]); 11] = [
    ("dealer", &["ENDPOINT", "COUNT"]),
    ("hwclient", &["ENDPOINT", "COUNT"]),
    ("hwserver", &["ENDPOINT"]),
    ("multicast", &["ROLE", "ENDPOINT"]),
    ("pair", &["ROLE", "ENDPOINT", "COUNT"]),
    ("publisher", &["ENDPOINT", "COUNT"]),
    ("puller", &["ENDPOINT"]),
    ("pusher", &["ENDPOINT", "COUNT"]),
    ("quickstart", &[]),
    ("router", &["ENDPOINT"]),
    ("subscriber", &["ENDPOINT", "PREFIX"]),
];

/// What an example wants to be before its endpoint.
fn roles(name: &str) -> &'static [&'static str] {
    match name {
        "multicast" => &["publish", "subscribe"],
        "pair" => &["bind", "connect"],
        _ => &[],
    }
}

#[test]
fn no_example_is_forgotten_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let there: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let tested = EXAMPLES.map(|(name, _)| name.to_owned());
    assert_eq!(there, BTreeSet::from(tested));
}

#[test]
fn quickstart_ends_by_itself() {
    let (done, took) = Program::start("quickstart", &[]).finish();
    done.assert_success();
    println!("quickstart took {took:?}");
    for transport in ["inproc", "tcp", "ipc"] {
        if transport == "ipc" && !zmq4::has_ipc() {
            continue;
        }
        let title = format!("over {transport}:");
        let steps: Vec<&str> = done
            .lines
            .iter()
            .skip_while(|line| **line != title)
            .skip(1)
            .take(4)
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        let patterns = ["request-reply", "publish-subscribe", "pipeline", "router-dealer"];
        assert_eq!(steps, patterns, "over {transport}: {done:?}");
    }
    assert_eq!(done.lines.last().unwrap(), "all that arrived was right");
}
