//! Relays what `zmq4-sys` says about the libzmq that it links, as cfgs. It
//! decides nothing.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(zmq_from, values(\"env\", \"vendored\", \"pkg-config\", \"vcpkg\"))");
    println!("cargo::rustc-check-cfg=cfg(zmq_kind, values(\"static\", \"dylib\"))");
    println!("cargo::rustc-check-cfg=cfg(zmq_draft)");
    // None of them is set where documentation is built without a libzmq.
    for (cfg, name) in [("zmq_from", "DEP_ZMQ_FROM"), ("zmq_kind", "DEP_ZMQ_KIND")] {
        if let Ok(value) = env::var(name) {
            println!("cargo::rustc-cfg={cfg}=\"{value}\"");
        }
    }
    if env::var("DEP_ZMQ_DRAFT").is_ok_and(|value| value == "1") {
        println!("cargo::rustc-cfg=zmq_draft");
    }
}
