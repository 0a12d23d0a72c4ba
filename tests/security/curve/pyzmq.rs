//! Certificates that pyzmq wrote, and pyzmq reading ours.

use std::path::{Path, PathBuf};
use std::process::Command;

use zmq4::Certificate;

use crate::curve::{Folder, lacks_curve};
use crate::support::skip;

/// What a Python program says, which is given these arguments.
fn python(program: &str, folder: &Path) -> Option<String> {
    let named = std::env::var_os("ZMQ4_PYZMQ");
    let python = named.as_ref().map_or_else(
        || PathBuf::from("python3"),
        |environment| Path::new(environment).join("bin/python"),
    );
    let has_zmq = Command::new(&python)
        .args(["-c", "import zmq.auth"])
        .output()
        .is_ok_and(|output| output.status.success());
    // Who names an environment wants it used.
    assert!(has_zmq || named.is_none(), "ZMQ4_PYZMQ: {python:?} has no zmq");
    if !has_zmq {
        skip("no pyzmq");
        return None;
    }
    let output = Command::new(python).args(["-c", program]).arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

const WRITE: &str = r#"
import sys, zmq.auth
metadata = {"name": "Jane Doe", "full name": "Jane \"JD\" Doe", "note": "a # b", "grün": "süß"}
public, secret = zmq.auth.create_certificates(sys.argv[1], "jane", metadata=metadata)
for key in zmq.auth.load_certificate(secret):
    print(key.decode())
"#;

#[test]
fn certificate_of_pyzmq_is_read() {
    let folder = Folder::new();
    if lacks_curve() {
        return;
    }
    let Some(keys) = python(WRITE, &folder) else { return };
    let keys: Vec<&str> = keys.lines().collect();
    let public = Certificate::load(folder.join("jane.key")).unwrap();
    assert_eq!(public.public().to_string(), keys[0]);
    assert_eq!((public.secret(), public.metadata().count()), (None, 0));
    let both = Certificate::load(folder.join("jane.key_secret")).unwrap();
    assert_eq!(both.public().to_string(), keys[0]);
    assert_eq!(both.secret().unwrap().to_z85().as_str(), keys[1]);
    // The comment is one by the format, though pyzmq meant none.
    let expected = [
        ("name", "Jane Doe"),
        ("full name", "Jane \"JD\" Doe"),
        ("note", "a"),
        ("grün", "süß"),
    ];
    assert_eq!(both.metadata().collect::<Vec<_>>(), expected);
}

const READ: &str = r#"
import os, sys, zmq.auth
for name in ["jane.key", "jane.key_secret"]:
    for key in zmq.auth.load_certificate(os.path.join(sys.argv[1], name)):
        print(key.decode() if key else None)
for key in zmq.auth.load_certificates(sys.argv[1]):
    print(key.decode())
"#;

#[test]
fn pyzmq_reads_what_was_written() {
    let folder = Folder::new();
    if lacks_curve() {
        return;
    }
    let mut certificate = Certificate::new().unwrap();
    certificate.set_metadata("name", "'Jane' # public-key = 1").unwrap();
    certificate.save(folder.join("jane.key")).unwrap();
    let Some(keys) = python(READ, &folder) else { return };
    let public = certificate.public().to_z85();
    let secret = certificate.secret().unwrap().to_z85();
    let keys: Vec<&str> = keys.lines().collect();
    assert_eq!(keys, [public.as_str(), "None", &public, &secret, &public]);
}
