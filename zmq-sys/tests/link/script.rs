//! The compiled build script, run by itself.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::child::run;
use crate::scratch::Scratch;
use crate::tree::Tree;

/// The target that the script gets, whatever the machine is.
pub(crate) const TARGET: &str = "x86_64-unknown-linux-gnu";

/// With which features the script was compiled.
#[derive(Clone, Copy)]
pub(crate) enum Features {
    None,
    Draft,
    Vendored,
}

/// One run of the script.
pub(crate) struct Script {
    command: Command,
}

/// The build script of `zmq4-src`, as this package asks for it.
pub(crate) fn recipe(tree: &Tree) -> Script {
    Script::of(&compiled(Features::Vendored).recipe, tree)
}

/// What it printed, standard error included.
pub(crate) struct Said {
    passed: bool,
    text: String,
}

impl Script {
    /// Runs in `tree`, with nothing in the environment but what cargo gives.
    pub(crate) fn new(features: Features, tree: &Tree) -> Self {
        Self::of(&compiled(features).own, tree)
    }

    fn of(program: &Path, tree: &Tree) -> Self {
        let mut command = Command::new(program);
        command
            .env_clear()
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOST", TARGET)
            .env("TARGET", TARGET)
            .env("OPT_LEVEL", "0")
            .env("DEBUG", "false")
            .env("OUT_DIR", tree.path(""))
            .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
            .env("CARGO_CFG_TARGET_OS", "linux")
            .env("CARGO_CFG_TARGET_ENV", "gnu")
            .env("CARGO_CFG_TARGET_ARCH", "x86_64")
            .env("CARGO_CFG_TARGET_VENDOR", "unknown")
            // pkg-config sees the packages of the tree, and no others.
            .env("PKG_CONFIG_LIBDIR", tree.path("lib/pkgconfig"));
        Self { command }
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn run(mut self) -> Said {
        let ending = run(&mut self.command, Duration::from_secs(60));
        let status = ending.status.expect("the build script hangs");
        Said {
            passed: status.success(),
            text: ending.output,
        }
    }
}

impl Said {
    /// It found a libzmq, and printed each of `lines`.
    #[track_caller]
    pub(crate) fn found(&self, lines: &[&str]) {
        assert!(self.passed, "{}", self.text);
        for line in lines {
            let there = self.text.lines().any(|said| said == *line);
            assert!(there, "no line {line} in\n{}", self.text);
        }
    }

    /// It stopped with an error, once, that holds each of `words`, and told
    /// cargo nothing to link.
    #[track_caller]
    pub(crate) fn failed(&self, words: &[&str]) {
        assert!(!self.passed, "{}", self.text);
        let errors = self.text.lines().filter(|line| line.starts_with("error: "));
        assert_eq!(errors.count(), 1, "{}", self.text);
        assert!(!self.text.contains("panicked"), "{}", self.text);
        self.links_nothing();
        for word in words {
            assert!(self.text.contains(word), "no {word:?} in\n{}", self.text);
        }
    }

    #[track_caller]
    pub(crate) fn links_nothing(&self) {
        assert!(!self.text.contains("rustc-link-lib"), "{}", self.text);
    }

    /// No line of it holds `word`.
    #[track_caller]
    pub(crate) fn lacks(&self, word: &str) {
        assert!(!self.text.contains(word), "{word:?} in\n{}", self.text);
    }
}

/// Build scripts, compiled.
struct Compiled {
    own: PathBuf,
    /// That of `zmq4-src`, or nothing.
    recipe: PathBuf,
}

fn compiled(features: Features) -> &'static Compiled {
    static SCRIPTS: [OnceLock<Compiled>; 3] = [const { OnceLock::new() }; 3];
    let (index, name) = match features {
        Features::None => (0, ""),
        Features::Draft => (1, "draft"),
        Features::Vendored => (2, "vendored"),
    };
    SCRIPTS[index].get_or_init(|| {
        let scratch = Scratch::new(&format!("script-{index}"), name);
        let command = &mut scratch.cargo("check");
        // Whether the script then finds a libzmq does not matter here.
        let output = run(
            command.arg("--message-format=json").env("DOCS_RS", "1"),
            Duration::from_secs(300),
        )
        .output;
        let own = script_in(&output, "zmq-sys/build/main.rs");
        Compiled {
            own: own.unwrap_or_else(|| panic!("cargo built no script:\n{output}")),
            recipe: script_in(&output, "vendor/build.rs").unwrap_or_default(),
        }
    })
}

/// The file of the custom-build target with this source, in cargo's messages.
fn script_in(messages: &str, source: &str) -> Option<PathBuf> {
    let message = messages.lines().find(|line| {
        line.contains(r#""reason":"compiler-artifact""#)
            && line.contains(r#""kind":["custom-build"]"#)
            && line.contains(source)
    })?;
    let (_, files) = message.split_once(r#""filenames":[""#)?;
    Some(PathBuf::from(files.split_once('"')?.0))
}
