//! `--help`, and arguments that make no sense.

use crate::program::{Done, Program};
use crate::{EXAMPLES, roles, with_endpoint};

fn run(name: &str, args: &[&str]) -> Done {
    Program::start(name, args).finish().0
}

/// With this endpoint, and with the first role where there are some.
fn run_in_role(name: &str, endpoint: &str) -> Done {
    let role = roles(name).iter().take(1);
    let args: Vec<&str> = role.copied().chain([endpoint]).collect();
    run(name, &args)
}

#[test]
fn help_names_the_arguments() {
    for (name, arguments) in EXAMPLES {
        let help = run(name, &["--help"]);
        help.assert_success();
        let text = help.lines.join("\n");
        assert!(text.starts_with(&format!("usage: {name}")), "{text}");
        for argument in *arguments {
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
        let right = ["tcp://127.0.0.1:*", "1", "1", "1", "1"];
        let mut args: Vec<&str> = roles(name).iter().take(1).copied().collect();
        let role = args.len();
        while args.len() <= arguments.len() {
            args.push(right[args.len() - role]);
        }
        assert_refused(&run(name, &args), name);
    }
}

#[test]
fn argument_that_is_no_number_prints_the_usage() {
    for name in ["hwclient", "dealer", "publisher", "pusher"] {
        for count in ["many", "-1", ""] {
            assert_refused(&run(name, &["tcp://127.0.0.1:*", count]), name);
        }
    }
    let args = ["bind", "tcp://127.0.0.1:*", "many"];
    assert_refused(&run("pair", &args), "pair");
}

#[test]
fn argument_that_is_no_endpoint_prints_the_usage() {
    for name in with_endpoint() {
        assert_refused(&run_in_role(name, "localhost"), name);
    }
}

#[test]
fn some_need_a_role() {
    for (name, _) in EXAMPLES.iter().filter(|(name, _)| !roles(name).is_empty()) {
        assert_refused(&run(name, &[]), name);
        assert_refused(&run(name, &["listen"]), name);
    }
}

/// What only libzmq can refuse is an error that says what was tried.
#[test]
fn an_endpoint_that_does_not_work_is_an_error() {
    for name in with_endpoint() {
        let endpoint = "nonsense://127.0.0.1:5555";
        let done = run_in_role(name, endpoint);
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
