//! The committed declarations are what bindgen makes of the 4.3.5 header today.
//!
//! With the feature `bindgen` the build script has already made them, with the
//! same settings, from the header that belongs to the library it found; this
//! compares. To have a header of 4.3.5 on every machine, and to rewrite:
//! ```text
//! cargo test -p zmq4-sys --features bindgen,vendored --test regenerate
//! ZMQ_SYS_REGENERATE=1 cargo test -p zmq4-sys --features bindgen,vendored --test regenerate
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[cfg(feature = "bindgen")]
#[test]
fn committed_declarations_are_current() {
    use std::env::var_os;
    use std::fs;

    let is_on = |name| var_os(name).is_some_and(|value| value == "1");
    let fresh = [
        ("bindings.rs", include_str!(concat!(env!("OUT_DIR"), "/bindings.rs"))),
        (
            "bindings_draft.rs",
            include_str!(concat!(env!("OUT_DIR"), "/bindings_draft.rs")),
        ),
    ];
    if zmq_sys::ZMQ_VERSION != 40305 {
        let skipped = format!("skipped: the header found is {}, not 4.3.5", zmq_sys::ZMQ_VERSION);
        assert!(!is_on("ZMQ4_REQUIRE_PEERS"), "{skipped}");
        println!("{skipped}");
        return;
    }
    for (name, text) in fresh {
        let path = format!("{}/src/{name}", env!("CARGO_MANIFEST_DIR"));
        if is_on("ZMQ_SYS_REGENERATE") {
            fs::write(&path, text).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap();
        let differs = committed.lines().zip(text.lines()).position(|(old, new)| old != new);
        assert!(
            committed == text,
            "{path} differs from line {:?} on: run this test with ZMQ_SYS_REGENERATE=1",
            differs.map(|line| line + 1)
        );
    }
}

#[cfg(not(feature = "bindgen"))]
#[test]
fn committed_declarations_are_current() {
    println!("skipped: needs the features bindgen and vendored");
}
