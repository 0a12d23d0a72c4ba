//! pkg-config, and nothing at all.

use std::process::Command;

use crate::script::{Features, Script};
use crate::tree::Tree;

/// Says so, and that the test has to be skipped, where it may be.
pub(crate) fn no_pkg_config() -> bool {
    let there = Command::new("pkg-config").arg("--version").output().is_ok();
    if !there {
        skip("no pkg-config");
    }
    !there
}

pub(crate) fn skip(what: &str) {
    assert!(
        std::env::var_os("ZMQ4_REQUIRE_PEERS").is_none_or(|value| value != "1"),
        "{what}, and ZMQ4_REQUIRE_PEERS is set"
    );
    println!("skipped: {what}");
}

const SIX: [&str; 6] = [
    "libzmq3-dev",
    "zeromq-devel",
    "pacman -S zeromq",
    "zeromq-dev",
    "brew install zeromq",
    "vcpkg install zeromq",
];

const FEATURE: &str = r#"features = ["vendored"]"#;

#[test]
fn a_shared_library() {
    if no_pkg_config() {
        return;
    }
    let tree = Tree::new("a_shared_library");
    tree.header("include/zmq.h", [4, 3, 4]).pc(
        "libzmq",
        "4.3.4",
        "Libs: -L${prefix}lib -lzmq\nLibs.private: -lstdc++\nCflags: -I${prefix}include",
    );
    let said = Script::new(Features::None, &tree).run();
    said.found(&[
        &format!("cargo::rustc-link-search=native={}", tree.text("lib")),
        "cargo::rustc-link-lib=zmq",
        "cargo::metadata=from=pkg-config",
        "cargo::metadata=kind=dylib",
        "cargo::metadata=version=4.3.4",
        "cargo::metadata=draft=0",
        &format!("cargo::metadata=include={}", tree.text("include")),
        &format!("cargo::metadata=lib={}", tree.text("lib")),
    ]);
    said.lacks("stdc++");
}

#[test]
fn a_static_library_with_all_it_needs() {
    if no_pkg_config() {
        return;
    }
    let tree = Tree::new("system_static");
    tree.pc(
        "libzmq",
        "4.3.4",
        "Libs: -L${prefix}lib -lzmq\nLibs.private: -lstdc++ -lpthread\n\
         Requires.private: salt sand",
    )
    .pc("salt", "1.0", "Libs: -L/salt -lsodium")
    .pc("sand", "5.3", "Libs: -lpgm\nLibs.private: -lm");
    let script = || Script::new(Features::None, &tree).env("LIBZMQ_STATIC", "1");
    script().run().failed(&["libzmq.a", &tree.text("lib")]);

    tree.file("lib/libzmq.a", "");
    let said = script().run();
    said.found(&[
        "cargo::rustc-link-lib=static=zmq",
        "cargo::rustc-link-lib=stdc++",
        "cargo::rustc-link-lib=pthread",
        "cargo::rustc-link-lib=sodium",
        "cargo::rustc-link-search=native=/salt",
        "cargo::rustc-link-lib=pgm",
        "cargo::rustc-link-lib=m",
        "cargo::metadata=kind=static",
    ]);
    said.lacks("cargo::rustc-link-lib=zmq");
}

#[test]
fn too_old_says_what_was_found_and_what_is_needed() {
    if no_pkg_config() {
        return;
    }
    let tree = Tree::new("system_too_old");
    tree.pc("libzmq", "4.3.2", "Libs: -lzmq");
    let said = Script::new(Features::None, &tree).run();
    said.failed(&["4.3.2", "4.3.3", "pkg-config", FEATURE]);
    tree.pc("libzmq", "4.3.3", "Libs: -lzmq");
    let said = Script::new(Features::None, &tree).run();
    said.found(&["cargo::metadata=version=4.3.3"]);
}

#[test]
fn nothing_found_names_the_package_of_six_systems() {
    let tree = Tree::new("nothing_found");
    let said = Script::new(Features::None, &tree).run();
    said.failed(&SIX);
    said.failed(&[FEATURE, "LIBZMQ_LIB_DIR", "pkg-config"]);
    // Without pkg-config itself it is no other.
    let said = Script::new(Features::None, &tree)
        .env("PKG_CONFIG", "/nowhere/pkg-config")
        .run();
    said.failed(&SIX);
    said.failed(&[FEATURE, "/nowhere/pkg-config"]);
}

#[test]
fn msvc_asks_vcpkg() {
    let tree = Tree::new("msvc");
    tree.pc("libzmq", "4.3.4", "Libs: -lzmq");
    Script::new(Features::None, &tree)
        .env("TARGET", "x86_64-pc-windows-msvc")
        .env("CARGO_CFG_TARGET_OS", "windows")
        .env("CARGO_CFG_TARGET_ENV", "msvc")
        .env("VCPKG_ROOT", &tree.text("none"))
        .run()
        .failed(&["vcpkg said", "vcpkg install zeromq", FEATURE]);
}

#[test]
fn drafts_need_its_pkg_config_file_to_say_so() {
    if no_pkg_config() {
        return;
    }
    let tree = Tree::new("system_drafts");
    tree.pc("libzmq", "4.3.4", "Libs: -lzmq");
    Script::new(Features::Draft, &tree).run().failed(&[
        "DRAFT",
        "4.3.4",
        "pkg-config",
        r#"features = ["vendored", "draft"]"#,
    ]);
    tree.pc("libzmq", "4.3.4", "Libs: -lzmq\nCflags: -DZMQ_BUILD_DRAFT_API=1");
    Script::new(Features::Draft, &tree)
        .run()
        .found(&["cargo::metadata=draft=1"]);
}

#[test]
fn docs_rs_links_nothing_and_needs_nothing() {
    for features in [Features::None, Features::Draft, Features::Vendored] {
        let tree = Tree::new(&format!("docs_rs_{}", features as u8));
        let said = Script::new(features, &tree).env("DOCS_RS", "1").run();
        said.found(&["cargo::rerun-if-env-changed=DOCS_RS"]);
        said.links_nothing();
        said.lacks("cargo::metadata");
    }
}
