//! How bindgen turns `zmq.h` into declarations: for the committed files and
//! for the feature `bindgen` alike.

use std::fs;
use std::path::{Path, PathBuf};

use bindgen::callbacks::{DeriveTrait, ImplementsTrait, IntKind, ParseCallbacks};
use bindgen::{Builder, Formatter, RustEdition, RustTarget};

/// The stable declarations.
pub(crate) const STABLE: &str = "bindings.rs";
/// What `ZMQ_BUILD_DRAFT_API` adds to them.
pub(crate) const DRAFT: &str = "bindings_draft.rs";

/// Types that differ between targets: `src/types.rs` declares them by hand, so
/// that one generated file serves all.
const BY_HAND: [&str; 4] = ["zmq_fd_t", "zmq_msg_t", "iovec", "sigset_t"];

/// Writes [`STABLE`] and [`DRAFT`] into `out_dir`, from the `zmq.h` that the
/// compiler finds in `include_dirs`, or else where it looks by itself.
///
/// # Errors
/// What libclang or the file system said, as text.
pub(crate) fn generate(include_dirs: &[PathBuf], out_dir: &Path) -> Result<(), String> {
    let stable = run(settings(include_dirs))?;
    let mut with_draft = settings(include_dirs).clang_arg("-DZMQ_BUILD_DRAFT_API");
    for name in names(&stable) {
        with_draft = with_draft.blocklist_item(name);
    }
    let draft = run(with_draft.raw_line("use super::bindings::*;"))?;
    write(&out_dir.join(STABLE), &stable)?;
    write(&out_dir.join(DRAFT), &draft)
}

fn settings(include_dirs: &[PathBuf]) -> Builder {
    let mut builder = bindgen::builder()
        .header_contents("wrapper.h", "#include <zmq.h>")
        .clang_args(include_dirs.iter().map(|dir| format!("-I{}", dir.display())))
        .allowlist_function("zmq_.*")
        .allowlist_type("zmq_.*")
        .allowlist_var("ZMQ_.*|EFSM|ENOCOMPATPROTO|ETERM|EMTHREAD")
        .rust_edition(RustEdition::Edition2024)
        .use_core()
        .generate_cstr(true)
        .generate_comments(false)
        // Sizes hold for one target only; `src/types.rs` asserts them for all.
        .layout_tests(false)
        .allowlist_recursively(false)
        .merge_extern_blocks(true)
        // rustfmt may be missing where a user builds, or be of another version.
        .formatter(Formatter::Prettyplease)
        .parse_callbacks(Box::new(Rules))
        .disable_header_comment()
        .raw_line("// Written by `build/bindings.rs`; `tests/regenerate.rs` keeps it so.")
        .raw_line("use super::types::*;");
    if let Ok(target) = RustTarget::stable(85, 0) {
        builder = builder.rust_target(target);
    }
    for name in BY_HAND {
        builder = builder.blocklist_type(name);
    }
    builder
}

#[derive(Debug)]
struct Rules;

impl ParseCallbacks for Rules {
    // A constant has the type of the C parameter or field that takes it.
    fn int_macro(&self, name: &str, _value: i64) -> Option<IntKind> {
        Some(match name {
            "ZMQ_POLLIN" | "ZMQ_POLLOUT" | "ZMQ_POLLERR" | "ZMQ_POLLPRI" => IntKind::Short,
            _ => IntKind::Int,
        })
    }

    // Else bindgen derives nothing for a struct that holds a `zmq_fd_t`.
    fn blocklisted_type_implements_trait(&self, name: &str, _derive: DeriveTrait) -> Option<ImplementsTrait> {
        (name == "zmq_fd_t").then_some(ImplementsTrait::Yes)
    }
}

fn run(builder: Builder) -> Result<String, String> {
    builder
        .generate()
        .map(|bindings| bindings.to_string())
        .map_err(|error| format!("bindgen could not read zmq.h: {error}"))
}

/// The items that generated text declares.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let mut words = line.trim_start().strip_prefix("pub ")?.split(' ');
        let kind = words.next()?;
        ["const", "fn", "struct", "type"].contains(&kind).then_some(())?;
        words.next()?.split([':', '(', '<', ';']).next()
    })
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
