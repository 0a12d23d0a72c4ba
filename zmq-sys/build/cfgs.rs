//! What cargo, this crate and its users are given: how to link, the cfgs, and
//! the metadata that arrives as `DEP_ZMQ_*`.

use std::path::Path;

use crate::libzmq::{From, Libzmq};

/// Declares the cfgs, so that a build without them has no warnings.
pub(crate) fn declare() {
    for name in ["zmq_vendored", "zmq_openpgm_sys"] {
        println!("cargo::rustc-check-cfg=cfg({name})");
    }
}

/// Prints everything about `libzmq`.
pub(crate) fn print(libzmq: &Libzmq) {
    for line in &libzmq.link {
        println!("{line}");
    }
    if libzmq.from == From::Vendored {
        println!("cargo::rustc-cfg=zmq_vendored");
    }
    if libzmq.openpgm_sys {
        println!("cargo::rustc-cfg=zmq_openpgm_sys");
    }
    metadata("from", libzmq.from.name());
    metadata("kind", libzmq.kind.name());
    metadata("version", &libzmq.version.to_string());
    metadata("draft", if libzmq.draft { "1" } else { "0" });
    if let Some(dir) = header_dir(libzmq) {
        metadata("include", &dir.display().to_string());
    }
    if let Some(dir) = &libzmq.lib {
        metadata("lib", &dir.display().to_string());
    }
}

fn header_dir(libzmq: &Libzmq) -> Option<&Path> {
    let mut dirs = libzmq.include.iter();
    dirs.find(|dir| dir.join("zmq.h").is_file()).map(|dir| dir.as_path())
}

fn metadata(key: &str, value: &str) {
    println!("cargo::metadata={key}={value}");
}
