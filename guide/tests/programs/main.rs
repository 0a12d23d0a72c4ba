//! Every program, in the company that it needs: what it prints, and how it ends.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

/// Tests, each with the programs that it runs; [`stage::run`] fails where one of them was not started.
macro_rules! runs {
    ($($(#[$meta:meta])* $test:ident: $($program:ident)+ => $body:expr;)+) => {
        pub(crate) const RUNS: &[&str] = &[$($(stringify!($program),)+)+];
        $($(#[$meta])* #[test] fn $test() {
            crate::stage::run(&[$(stringify!($program)),+], $body);
        })+
    };
}

mod basics;
mod patterns;
mod reliability;
mod routing;
mod sharing;
mod stage;

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn table_of_runs_has_every_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let programs: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let tables = [
        basics::RUNS,
        patterns::RUNS,
        routing::RUNS,
        reliability::RUNS,
        sharing::RUNS,
    ];
    let run: BTreeSet<String> = tables.concat().into_iter().map(str::to_owned).collect();
    assert_eq!(programs, run);
}
