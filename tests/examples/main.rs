//! The examples, run to their end as the processes that a person would start.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(missing_docs)]

mod arguments;
#[cfg(feature = "auth")]
mod houses;
mod keygen;
mod meeting;
mod pairs;
mod program;
mod proxies;
mod reactors;
#[cfg(unix)]
mod stop;
#[path = "../support/mod.rs"]
mod support;
#[cfg(unix)]
mod tools;

use std::collections::BTreeSet;
use std::path::Path;

use program::Program;

/// Every example, with the arguments that its usage must name.
const EXAMPLES: &[(&str, &[&str])] = &[
    #[cfg(feature = "tokio")]
    ("async_broker", &[]),
    #[cfg(feature = "tokio")]
    ("async_pubsub", &[]),
    #[cfg(feature = "tokio")]
    ("async_service", &[]),
    #[cfg(feature = "async-io")]
    ("async_smol", &[]),
    ("bridge", &["COUNT"]),
    #[cfg(feature = "draft")]
    ("client_server", &[]),
    ("dealer", &["ENDPOINT", "COUNT"]),
    ("espresso", &[]),
    ("event_loop", &[]),
    ("grasslands", &[]),
    ("hwclient", &["ENDPOINT", "COUNT"]),
    ("hwserver", &["ENDPOINT"]),
    ("inproc_lat", &["MESSAGE-SIZE", "ROUNDTRIP-COUNT"]),
    ("inproc_thr", &["MESSAGE-SIZE", "MESSAGE-COUNT"]),
    ("keygen", &["FOLDER", "NAME"]),
    #[cfg(feature = "auth")]
    ("ironhouse", &[]),
    ("lbbroker3", &[]),
    ("local_lat", &["BIND-TO", "MESSAGE-SIZE", "ROUNDTRIP-COUNT"]),
    (
        "local_thr",
        &["BIND-TO", "MESSAGE-SIZE", "MESSAGE-COUNT", "ENABLE-CURVE"],
    ),
    ("msgqueue", &["FRONTEND", "BACKEND"]),
    ("mspoller", &[]),
    ("monitor", &["ENDPOINT"]),
    ("multicast", &["ROLE", "ENDPOINT"]),
    ("pair", &["ROLE", "ENDPOINT", "COUNT"]),
    ("publisher", &["ENDPOINT", "COUNT"]),
    ("puller", &["ENDPOINT"]),
    ("pusher", &["ENDPOINT", "COUNT"]),
    ("quickstart", &[]),
    #[cfg(feature = "draft")]
    ("radio_dish", &[]),
    ("remote_lat", &["CONNECT-TO", "MESSAGE-SIZE", "ROUNDTRIP-COUNT"]),
    (
        "remote_thr",
        &["CONNECT-TO", "MESSAGE-SIZE", "MESSAGE-COUNT", "ENABLE-CURVE"],
    ),
    ("router", &["ENDPOINT"]),
    #[cfg(feature = "auth")]
    ("stonehouse", &[]),
    #[cfg(feature = "auth")]
    ("strawhouse", &[]),
    ("subscriber", &["ENDPOINT", "PREFIX"]),
    #[cfg(feature = "auth")]
    ("woodhouse", &[]),
];

/// Those that are not built without a feature, and whether it is on.
const WITH_FEATURE: &[(&str, bool)] = &[
    ("async_broker", cfg!(feature = "tokio")),
    ("async_pubsub", cfg!(feature = "tokio")),
    ("async_service", cfg!(feature = "tokio")),
    ("async_smol", cfg!(feature = "async-io")),
    ("client_server", cfg!(feature = "draft")),
    ("radio_dish", cfg!(feature = "draft")),
    ("woodhouse", cfg!(feature = "auth")),
    ("strawhouse", cfg!(feature = "auth")),
    ("stonehouse", cfg!(feature = "auth")),
    ("ironhouse", cfg!(feature = "auth")),
];

/// Those that take an endpoint, do without the rest, and then end at Ctrl-C; the others end by themselves.
fn with_endpoint() -> impl Iterator<Item = &'static str> {
    let theirs = EXAMPLES.iter().filter(|(_, arguments)| arguments.contains(&"ENDPOINT"));
    theirs.map(|(name, _)| *name)
}

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
        .filter(|name| !WITH_FEATURE.contains(&(name.as_str(), false)))
        .collect();
    let tested: BTreeSet<String> = EXAMPLES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(there, tested);
}

#[test]
fn monitor_tells_the_life_of_a_connection() {
    let (done, _) = Program::start("monitor", &[]).finish();
    done.assert_success();
    let told = |event: &str| done.lines.iter().filter(|line| line.contains(event)).count();
    for (event, at_least) in [
        ("EVENT_CONNECT_DELAYED tcp://127.0.0.1:", 1),
        ("EVENT_CONNECTED tcp://127.0.0.1:", 2),
        ("EVENT_HANDSHAKE_SUCCEEDED tcp://127.0.0.1:", 2),
        ("EVENT_DISCONNECTED tcp://127.0.0.1:", 1),
        ("EVENT_CONNECT_RETRIED tcp://127.0.0.1:", 1),
        ("EVENT_MONITOR_STOPPED", 1),
    ] {
        assert!(told(event) >= at_least, "{event}: {done:?}");
    }
    assert_eq!(done.lines.last().unwrap(), "all events were reported");
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

#[test]
fn async_examples_end_by_themselves() {
    for (name, last) in [
        ("async_broker", "50 workers did 500 tasks for 20 clients"),
        ("async_pubsub", "received 15 reports"),
        ("async_service", "served 30 requests"),
        ("async_smol", "4 workers did 1000 tasks"),
        ("event_loop", "served 1000 requests"),
    ] {
        if !EXAMPLES.iter().any(|(built, _)| *built == name) {
            continue;
        }
        let done = Program::start(name, &[]).finish().0;
        done.assert_success();
        assert_eq!(done.lines.last().unwrap(), last);
    }
}

#[cfg(feature = "draft")]
#[test]
fn draft_examples_end_by_themselves() {
    for (name, last) in [
        ("client_server", "two threads served 300 requests of 3 clients"),
        ("radio_dish", "weather: sunny, 25 degrees"),
    ] {
        let done = Program::start(name, &[]).finish().0;
        done.assert_success();
        assert_eq!(done.lines.last().unwrap(), last);
    }
}

#[test]
fn mspoller_ends_by_itself() {
    let (done, _) = Program::start("mspoller", &[]).finish();
    done.assert_success();
    let told = |prefix: &str| -> Vec<&str> { done.lines.iter().filter_map(|line| line.strip_prefix(prefix)).collect() };
    assert_eq!(told("task: "), [1, 2, 3, 4, 5].map(|number| format!("number {number}")));
    assert_eq!(
        told("weather: "),
        [11, 12, 13, 14, 15].map(|degrees| format!("10001 {degrees}°"))
    );
    assert_eq!(done.lines.last().unwrap(), "received 5 tasks and 5 reports");
}

#[test]
fn bridge_ends_by_itself() {
    let done = Program::start("bridge", &["100"]).finish().0;
    done.assert_success();
    let last = [
        "400 replies for 4 threads",
        "0 messages were left to send",
        "the last answer: GOODBYE",
    ];
    assert!(done.lines.ends_with(&last.map(str::to_owned)), "{done:?}");
}
