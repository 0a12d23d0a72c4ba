//! The feature `vendored`, and what keeps it from its work. That it works is
//! shown by every test that runs with it.

use crate::script::{Features, Script, TARGET, recipe};
use crate::system::no_pkg_config;
use crate::tree::Tree;

#[test]
fn no_vendor_goes_to_the_system() {
    if no_pkg_config() {
        return;
    }
    let tree = Tree::new("no_vendor");
    tree.pc("libzmq", "4.3.4", "Libs: -lzmq");
    let said = Script::new(Features::Vendored, &tree)
        .env("LIBZMQ_NO_VENDOR", "1")
        .run();
    said.found(&[
        "cargo::metadata=from=pkg-config",
        "cargo::rerun-if-env-changed=LIBZMQ_NO_VENDOR",
    ]);
    said.lacks("cargo::rustc-cfg=zmq_vendored");

    let said = Script::new(Features::Vendored, &Tree::new("no_vendor_nothing"))
        .env("LIBZMQ_NO_VENDOR", "1")
        .run();
    said.failed(&["LIBZMQ_NO_VENDOR is set", "libzmq3-dev"]);
}

#[test]
fn vendored_never_falls_back_to_the_system() {
    let tree = Tree::new("no_fallback");
    tree.pc("libzmq", "4.3.4", "Libs: -lzmq");
    for (name, value) in [("LIBZMQ_NO_VENDOR", "0"), ("LIBZMQ_STATIC", "1")] {
        Script::new(Features::Vendored, &tree)
            .env(name, value)
            .env("CXX", "/nowhere/c++")
            .run()
            .failed(&["C++11 compiler", TARGET, "/nowhere/c++", "g++", "build-base"]);
    }
}

#[test]
fn a_target_without_recipe_is_an_error() {
    let tree = Tree::new("no_recipe");
    Script::new(Features::Vendored, &tree)
        .env("TARGET", "x86_64-unknown-haiku")
        .env("CARGO_CFG_TARGET_OS", "haiku")
        .run()
        .failed(&["x86_64-unknown-haiku", "system libzmq"]);
}

#[test]
fn flags_that_break_the_compile_are_told() {
    let tree = Tree::new("broken_flags");
    for (flags, words) in [
        ("-include /nowhere.h", ["C++11 compiler", "CXXFLAGS", "/nowhere.h"]),
        ("-Dsocket_base_t=int", ["does not compile", "CXXFLAGS", "socket_base_t"]),
    ] {
        Script::new(Features::Vendored, &tree)
            .env("CXXFLAGS", flags)
            .run()
            .failed(&words);
    }
}

/// Whoever names a libsodium has its header beside it.
#[test]
fn header_of_a_given_libsodium_is_found() {
    let tree = Tree::new("given_sodium");
    tree.file("lib/libsodium.a", "")
        .file("include/sodium.h", "#error the header beside the library\n");
    Script::new(Features::Vendored, &tree)
        .env("SODIUM_LIB_DIR", &tree.text("lib"))
        .run()
        .failed(&["the header beside the library"]);
}

#[test]
fn norm_that_is_missing_is_an_error() {
    if no_pkg_config() {
        return;
    }
    Script::new(Features::Vendored, &Tree::new("no_norm"))
        .env("CARGO_FEATURE_VENDORED_NORM", "1")
        .run()
        .failed(&["`vendored-norm`", "pkg-config", "libnorm-dev"]);
}

/// The package that compiles libsodium would panic, later.
#[test]
fn recipe_without_what_libsodium_needs_is_an_error() {
    let tree = Tree::new("no_sodium");
    recipe(&tree)
        .env("CC", "/nowhere/cc -m64")
        .run()
        .failed(&["libsodium", "C compiler", "/nowhere/cc", "gcc"]);
    recipe(&tree)
        .env("PATH", "/nowhere")
        .run()
        .failed(&["libsodium", "make", "base-devel"]);
    // Another compiler is for another target, and a libsodium that is there needs none.
    for (name, value) in [
        ("CC_aarch64_unknown_linux_gnu", "aarch64-linux-gnu-gcc"),
        ("SODIUM_LIB_DIR", "/"),
        ("SODIUM_USE_PKG_CONFIG", "1"),
    ] {
        recipe(&tree).env("CC", "/nowhere/cc").env(name, value).run().found(&[]);
    }
}
