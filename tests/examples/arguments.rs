//! `--help`, and arguments that make no sense.

use crate::EXAMPLES;
use crate::program::{Done, Program};

fn run(name: &str, args: &[&str]) -> Done {
    Program::start(name, args).finish().0
}

#[test]
fn help_names_the_arguments() {
    for (name, arguments) in EXAMPLES {
        let help = run(name, &["--help"]);
        help.assert_success();
        let text = help.lines.join("\n");
        assert!(text.starts_with(&format!("usage: {name}")), "{text}");
        for argument in arguments {
            // Once in the first line, and once where it is explained.
            assert!(text.matches(argument).count() >= 2, "{argument} in {text}");
        }
    }
}

#[test]
fn help_is_found_behind_other_arguments() {
    for (name, _) in EXAMPLES {
        run(name, &["tcp://127.0.0.1:*", "--help"]).assert_success();
    }
}

#[test]
fn an_unknown_option_is_answered_with_the_usage() {
    for (name, _) in EXAMPLES {
        assert_refused(&run(name, &["--nonsense"]), name);
    }
}

#[test]
fn too_many_arguments_are_answered_with_the_usage() {
    for (name, arguments) in EXAMPLES {
        let right = ["tcp://127.0.0.1:*", "1", "1"];
        let mut args = if name == "pair" { vec!["bind"] } else { vec![] };
        while args.len() <= arguments.len() {
            args.push(right[args.len() - usize::from(name == "pair")]);
        }
        assert_refused(&run(name, &args), name);
    }
}

#[test]
fn what_is_no_number_is_answered_with_the_usage() {
    for name in ["hwclient", "dealer", "publisher", "pusher"] {
        for count in ["many", "-1", ""] {
            assert_refused(&run(name, &["tcp://127.0.0.1:*", count]), name);
        }
    }
    let args = ["bind", "tcp://127.0.0.1:*", "many"];
    assert_refused(&run("pair", &args), "pair");
}

#[test]
fn what_is_no_endpoint_is_answered_with_the_usage() {
    for (name, _) in EXAMPLES.iter().filter(|(name, _)| *name != "quickstart") {
        let args: &[&str] = if *name == "pair" {
            &["bind", "localhost"]
        } else {
            &["localhost"]
        };
        assert_refused(&run(name, args), name);
    }
}

#[test]
fn pair_needs_a_role() {
    assert_refused(&run("pair", &[]), "pair");
    assert_refused(&run("pair", &["listen"]), "pair");
}

/// What only libzmq can refuse is an error that says what was tried.
#[test]
fn an_endpoint_that_does_not_work_is_an_error() {
    for (name, _) in EXAMPLES.iter().filter(|(name, _)| *name != "quickstart") {
        let endpoint = "nonsense://127.0.0.1:5555";
        let done = if *name == "pair" {
            run(name, &["bind", endpoint])
        } else {
            run(name, &[endpoint])
        };
        assert_eq!(done.status.code(), Some(1), "{done:?}");
        assert!(done.errors.contains(endpoint), "{done:?}");
    }
}

#[track_caller]
fn assert_refused(done: &Done, name: &str) {
    assert_eq!(done.status.code(), Some(2), "{done:?}");
    assert_eq!(done.lines, [""; 0], "{done:?}");
    let usage = format!("usage: {name}");
    assert!(done.errors.starts_with(&usage), "{done:?}");
}
