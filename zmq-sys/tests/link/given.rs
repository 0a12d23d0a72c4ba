//! `LIBZMQ_LIB_DIR`, `LIBZMQ_INCLUDE_DIR` and `LIBZMQ_STATIC`.

use crate::script::{Features, Script};
use crate::tree::Tree;

#[test]
fn both_folders() {
    let tree = Tree::new("both_folders");
    tree.file("so/libzmq.so", "").header("h/zmq.h", [4, 3, 9]);
    let (lib, include) = (tree.text("so"), tree.text("h"));
    let said = Script::new(Features::None, &tree)
        .env("LIBZMQ_LIB_DIR", &lib)
        .env("LIBZMQ_INCLUDE_DIR", &include)
        .run();
    said.found(&[
        &format!("cargo::rustc-link-search=native={lib}"),
        "cargo::rustc-link-lib=dylib=zmq",
        "cargo::metadata=from=env",
        "cargo::metadata=kind=dylib",
        "cargo::metadata=version=4.3.9",
        "cargo::metadata=draft=0",
        &format!("cargo::metadata=include={include}"),
        &format!("cargo::metadata=lib={lib}"),
        "cargo::rerun-if-env-changed=LIBZMQ_LIB_DIR",
        "cargo::rerun-if-env-changed=LIBZMQ_INCLUDE_DIR",
        "cargo::rerun-if-env-changed=LIBZMQ_STATIC",
        "cargo::rerun-if-env-changed=X86_64_UNKNOWN_LINUX_GNU_LIBZMQ_LIB_DIR",
    ]);
    said.lacks("stdc++");
}

#[test]
fn the_header_beside_the_library_is_enough() {
    let tree = Tree::new("a folder with spaces");
    tree.file("lib/libzmq.so", "").header("include/zmq.h", [4, 3, 3]);
    let lib = tree.text("lib");
    Script::new(Features::None, &tree)
        .env("LIBZMQ_LIB_DIR", &lib)
        .run()
        .found(&[
            &format!("cargo::rustc-link-search=native={lib}"),
            "cargo::metadata=version=4.3.3",
        ]);
}

#[test]
fn the_targets_own_variable_wins() {
    let tree = Tree::new("the_targets_own_variable_wins");
    tree.file("ours/lib/libzmq.so", "")
        .header("ours/include/zmq.h", [4, 3, 5]);
    Script::new(Features::None, &tree)
        .env("X86_64_UNKNOWN_LINUX_GNU_LIBZMQ_LIB_DIR", &tree.text("ours/lib"))
        .env("LIBZMQ_LIB_DIR", "/nowhere")
        .env("AARCH64_APPLE_DARWIN_LIBZMQ_LIB_DIR", "/nowhere")
        .run()
        .found(&["cargo::metadata=version=4.3.5"]);
}

#[test]
fn given_library_precedes_system_and_sources() {
    for features in [Features::None, Features::Vendored] {
        let tree = Tree::new(&format!("it_comes_first_{}", features as u8));
        tree.file("lib/libzmq.so", "").header("include/zmq.h", [4, 3, 9]).pc(
            "libzmq",
            "4.3.4",
            "Libs: -lzmq-of-the-system",
        );
        let said = Script::new(features, &tree)
            .env("LIBZMQ_LIB_DIR", &tree.text("lib"))
            .run();
        said.found(&["cargo::metadata=from=env"]);
        said.lacks("zmq-of-the-system");
        said.lacks("cargo::rustc-cfg=zmq_vendored");
    }
}

#[test]
fn a_static_library_brings_the_cpp_library() {
    let tree = Tree::new("a_static_library");
    tree.file("lib/libzmq.a", "").header("include/zmq.h", [4, 3, 5]);
    let run = |os: &str, more: &[(&str, &str)]| {
        let mut script = Script::new(Features::None, &tree)
            .env("LIBZMQ_LIB_DIR", &tree.text("lib"))
            .env("LIBZMQ_STATIC", "1")
            .env("CARGO_CFG_TARGET_OS", os);
        for (name, value) in more {
            script = script.env(name, value);
        }
        script.run()
    };
    run("linux", &[]).found(&[
        "cargo::rustc-link-lib=static=zmq",
        "cargo::rustc-link-lib=stdc++",
        "cargo::metadata=kind=static",
    ]);
    run("macos", &[]).found(&["cargo::rustc-link-lib=c++"]);
    run("freebsd", &[]).found(&["cargo::rustc-link-lib=c++"]);
    run("android", &[]).found(&["cargo::rustc-link-lib=c++_shared"]);
    run("windows", &[]).found(&["cargo::rustc-link-lib=ws2_32"]);
    run("linux", &[("CXXSTDLIB", "c++")]).found(&["cargo::rustc-link-lib=c++"]);
}

#[test]
fn static_library_links_its_pkg_config_libraries() {
    if crate::system::no_pkg_config() {
        return;
    }
    let tree = Tree::new("a_static_library_with_pc");
    tree.file("lib/libzmq.a", "")
        .header("include/zmq.h", [4, 3, 5])
        .pc(
            "libzmq",
            "4.3.5",
            "Libs: -L/z -lzmq\nLibs.private: -lstdc++ -lbsd\nRequires.private: salt",
        )
        .pc("salt", "1.0", "Libs: -L/salt -lsodium");
    let said = Script::new(Features::None, &tree)
        .env("LIBZMQ_LIB_DIR", &tree.text("lib"))
        .env("LIBZMQ_STATIC", "1")
        .run();
    said.found(&[
        "cargo::rustc-link-lib=static=zmq",
        "cargo::rustc-link-lib=stdc++",
        "cargo::rustc-link-lib=bsd",
        "cargo::rustc-link-lib=sodium",
        "cargo::rustc-link-search=native=/salt",
    ]);
    said.lacks("cargo::rustc-link-lib=zmq");

    // A package of that list is missing.
    std::fs::remove_file(tree.path("lib/pkgconfig/salt.pc")).unwrap();
    Script::new(Features::None, &tree)
        .env("LIBZMQ_LIB_DIR", &tree.text("lib"))
        .env("LIBZMQ_STATIC", "1")
        .run()
        .failed(&["libzmq.pc", "salt"]);
}

#[test]
fn wrong_kind_of_library_names_the_right_one() {
    let tree = Tree::new("the_wrong_kind");
    tree.file("a/libzmq.a", "")
        .file("so/libzmq.so", "")
        .file("neither/readme", "")
        .header("h/zmq.h", [4, 3, 5]);
    let run = |lib: &str, is_static: &str| {
        Script::new(Features::None, &tree)
            .env("LIBZMQ_LIB_DIR", &tree.text(lib))
            .env("LIBZMQ_INCLUDE_DIR", &tree.text("h"))
            .env("LIBZMQ_STATIC", is_static)
            .run()
    };
    run("so", "0").found(&["cargo::metadata=kind=dylib"]);
    run("a", "0").failed(&["LIBZMQ_STATIC=1", "libzmq.so", &tree.text("a")]);
    run("so", "1").failed(&["libzmq.a", "unset LIBZMQ_STATIC"]);
    run("neither", "1").failed(&["libzmq.a"]);
    for off in ["no", "false", "OFF", ""] {
        run("so", off).found(&["cargo::metadata=kind=dylib"]);
    }
    for on in ["yes", "true", "on"] {
        run("so", on).failed(&["libzmq.a"]);
    }
    run("so", "banana").failed(&["LIBZMQ_STATIC is \"banana\"", "1, yes, true or on"]);
}

#[test]
fn half_of_the_pair_is_an_error() {
    let tree = Tree::new("half_of_the_pair");
    tree.file("lib/libzmq.so", "").pc("libzmq", "4.3.4", "Libs: -lzmq");
    Script::new(Features::None, &tree)
        .env("LIBZMQ_INCLUDE_DIR", &tree.text("h"))
        .run()
        .failed(&["LIBZMQ_INCLUDE_DIR", "LIBZMQ_LIB_DIR"]);
    Script::new(Features::None, &tree)
        .env("LIBZMQ_LIB_DIR", &tree.text("lib"))
        .run()
        .failed(&["zmq.h", "LIBZMQ_INCLUDE_DIR"]);
    Script::new(Features::None, &tree)
        .env("LIBZMQ_LIB_DIR", &tree.text("lib"))
        .env("LIBZMQ_INCLUDE_DIR", "/nowhere")
        .run()
        .failed(&["/nowhere/zmq.h"]);
}

#[test]
fn folder_that_is_not_there_is_named() {
    let tree = Tree::new("missing_folder");
    for include in [None, Some("/nowhere")] {
        let script = Script::new(Features::None, &tree).env("LIBZMQ_LIB_DIR", "/nowhere/lib");
        let script = match include {
            Some(dir) => script.env("LIBZMQ_INCLUDE_DIR", dir),
            None => script,
        };
        script
            .run()
            .failed(&["LIBZMQ_LIB_DIR is \"/nowhere/lib\"", "no such folder"]);
    }
}

#[test]
fn relative_folder_is_an_error() {
    let tree = Tree::new("relative_folder");
    tree.file("lib/libzmq.so", "").header("include/zmq.h", [4, 3, 5]);
    Script::new(Features::None, &tree)
        .env("LIBZMQ_LIB_DIR", "lib")
        .run()
        .failed(&["LIBZMQ_LIB_DIR is \"lib\"", "whole path"]);
    Script::new(Features::None, &tree)
        .env("LIBZMQ_LIB_DIR", &tree.text("lib"))
        .env("LIBZMQ_INCLUDE_DIR", "../include")
        .run()
        .failed(&["LIBZMQ_INCLUDE_DIR is \"../include\"", "whole path"]);
}

#[test]
fn too_old_says_what_was_found_and_what_is_needed() {
    let tree = Tree::new("given_too_old");
    tree.file("lib/libzmq.so", "").header("include/zmq.h", [4, 3, 2]);
    Script::new(Features::None, &tree)
        .env("LIBZMQ_LIB_DIR", &tree.text("lib"))
        .run()
        .failed(&["4.3.2", "4.3.3", "LIBZMQ_LIB_DIR", r#"features = ["vendored"]"#]);
    tree.file("include/zmq.h", "/* nothing */");
    Script::new(Features::None, &tree)
        .env("LIBZMQ_LIB_DIR", &tree.text("lib"))
        .run()
        .failed(&["zmq.h", "ZMQ_VERSION_MAJOR"]);
}

#[test]
fn drafts_need_a_word_for_it() {
    let tree = Tree::new("given_drafts");
    tree.file("lib/libzmq.so", "").header("include/zmq.h", [4, 3, 5]);
    let script = || Script::new(Features::Draft, &tree).env("LIBZMQ_LIB_DIR", &tree.text("lib"));
    let remedy = r#"features = ["vendored", "draft"]"#;
    script().run().failed(&["DRAFT", "4.3.5", "LIBZMQ_DRAFT=1", remedy]);
    script()
        .env("LIBZMQ_DRAFT", "1")
        .run()
        .found(&["cargo::metadata=draft=1"]);
    tree.pc("libzmq", "4.3.5", "Cflags: -DZMQ_BUILD_DRAFT_API=1");
    script().run().found(&["cargo::metadata=draft=1"]);
}
