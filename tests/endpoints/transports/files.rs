//! The files that ipc makes, and who removes them.

use std::os::fd::OwnedFd;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use zmq4::{Context, Errno, Flags};

use crate::support::{LONG, child_command, deadline, eventually, ipc_name, is_child, unique};
use crate::transports::open_with;

fn is_socket(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.file_type().is_socket())
}

/// libzmq leaves the file of a name that was given, after unbinding and after the end; the next bind replaces it.
#[test]
fn a_path_that_was_given_stays() {
    deadline(LONG, || {
        let name = ipc_name();
        for by_unbind in [true, false] {
            let context = Context::new().unwrap();
            let pull = open_with(&context, zmq4::PULL, false);
            pull.bind(&name).unwrap();
            assert_eq!(pull.last_endpoint().unwrap(), *name);
            assert!(is_socket(&name.path()));
            if by_unbind {
                pull.unbind(&name).unwrap();
            }
            drop(pull);
            context.term().unwrap();
            assert!(is_socket(&name.path()), "libzmq leaves it");
        }
    });
}

/// Of a wildcard nothing stays, neither the socket nor the directory that it was in.
#[test]
fn a_path_that_was_made_up_goes() {
    const TEST: &str = "transports::files::a_path_that_was_made_up_goes";
    if !is_child(TEST) {
        let name = ipc_name();
        // Where it is made is for the environment to say, which belongs to the whole process.
        let output = child_command(TEST).env("TMPDIR", name.dir()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(std::fs::read_dir(name.dir()).unwrap().count(), 0);
        return;
    }
    deadline(LONG, || {
        let directory = PathBuf::from(std::env::var("TMPDIR").unwrap());
        let context = Context::new().unwrap();
        for by_unbind in [true, false] {
            let pull = open_with(&context, zmq4::PULL, false);
            pull.bind("ipc://*").unwrap();
            let endpoint = pull.last_endpoint().unwrap();
            let path = PathBuf::from(endpoint.strip_prefix("ipc://").unwrap());
            assert!(path.starts_with(&directory), "{endpoint}");
            assert!(is_socket(&path), "{endpoint}");
            if by_unbind {
                pull.unbind(&endpoint).unwrap();
            } else {
                drop(pull);
            }
            // It is removed in the background.
            eventually(LONG, || (!path.parent().unwrap().exists()).then_some(()));
        }
        context.term().unwrap();
    });
}

/// The path of a descriptor that was handed in is occupied by that descriptor itself.
#[test]
fn a_listener_that_was_handed_in_keeps_its_path() {
    deadline(LONG, || {
        let name = ipc_name();
        let listener = UnixListener::bind(name.path()).unwrap();
        let context = Context::new().unwrap();
        let pull = open_with(&context, zmq4::PULL, false);
        assert_eq!(
            pull.bind(&name).unwrap_err(),
            Errno::EADDRINUSE,
            "another socket listens on this path"
        );
        pull.set_use_fd(Some(OwnedFd::from(listener))).unwrap();
        pull.bind(&name).unwrap_or_else(|error| panic!("{error}"));
        for _ in 0..2 {
            let push = open_with(&context, zmq4::PUSH, false);
            push.connect(&name).unwrap();
            push.send("found", Flags::NONE).unwrap();
            assert_eq!(pull.recv(Flags::NONE).unwrap(), "found");
        }
        // It is used up: the next bind is one like any other.
        let other = ipc_name();
        std::fs::write(other.path(), "precious").unwrap();
        assert_eq!(pull.bind(&other).unwrap_err(), Errno::EADDRINUSE);
        assert_eq!(std::fs::read_to_string(other.path()).unwrap(), "precious");
        drop(pull);
        context.term().unwrap();
        assert!(is_socket(&name.path()), "who made it removes it");
    });
}

#[cfg(target_os = "linux")]
#[test]
fn an_abstract_name_makes_no_file_and_is_free_again() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let name = unique("zmq4");
        let endpoint = format!("ipc://@{name}");
        for _ in 0..2 {
            let pull = open_with(&context, zmq4::PULL, false);
            // Closed in the background.
            eventually(LONG, || pull.bind(&endpoint).ok());
            assert!(!Path::new(&format!("@{name}")).exists() && !Path::new(&name).exists());
        }
    });
}
