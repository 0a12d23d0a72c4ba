//! The Rust library and the C program of docs/c-interop.md, compiled, linked both ways, and run.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rustc;
use crate::support::{LONG, run_command, skip};

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("interop-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The first program of the page in this language.
fn program(language: &str) -> String {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/c-interop.md")).unwrap();
    let (_, program) = page.split_once(&format!("```{language}\n")).expect("a program");
    program.split_once("```").expect("its end").0.to_owned()
}

fn done(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    format!("{}{errors}", String::from_utf8_lossy(&output.stdout))
}

/// Its output, if it ends in time.
fn run(program: &Path) -> String {
    let (status, output) = run_command(Command::new(program), LONG);
    assert!(status.is_some_and(|status| status.success()), "{status:?}: {output}");
    output
}

/// Only where C and this crate have one copy of libzmq: the system's.
#[test]
fn c_program_links_a_rust_library_and_runs() {
    let flags = Command::new("pkg-config")
        .args(["--cflags", "--libs", "libzmq"])
        .output();
    let flags = flags.ok().filter(|output| output.status.success());
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let (Some(flags), true) = (flags, Command::new(&cc).arg("--version").output().is_ok()) else {
        return skip("no C compiler, or no libzmq for it");
    };
    if !cfg!(zmq_from = "pkg-config") {
        return println!("not for this build, which links another libzmq than C programs do");
    }
    let flags = String::from_utf8(flags.stdout).unwrap();
    let folder = folder();
    let (rust, c) = (folder.join("greetings.rs"), folder.join("main.c"));
    std::fs::write(&rust, program("rust,no_run")).unwrap();
    std::fs::write(&c, program("c")).unwrap();

    done(&mut rustc::library(&rust, "cdylib", &folder.join("libgreetings.so")));
    let dynamic = folder.join("dynamic");
    done(
        Command::new(&cc)
            .args(["-Wall", "-Wextra", "-Werror", "-o"])
            .args([&dynamic, &c])
            .args(flags.split_whitespace())
            .arg("-L")
            .arg(&folder)
            .arg("-lgreetings")
            .arg(format!("-Wl,-rpath,{}", folder.display())),
    );
    assert_eq!(run(&dynamic), "C and Rust: done\n");

    let archive = folder.join("libgreetings.a");
    done(&mut rustc::library(&rust, "staticlib", &archive));
    let fixed = folder.join("static");
    done(
        Command::new(&cc)
            .arg("-o")
            .args([&fixed, &c, &archive])
            .args(flags.split_whitespace())
            .args(["-lpthread", "-ldl", "-lm"]),
    );
    assert_eq!(run(&fixed), "C and Rust: done\n");
    std::fs::remove_dir_all(folder).unwrap();
}
