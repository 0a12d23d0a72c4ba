//! The tables for those who come from elsewhere, docs/from-go.md and docs/from-rust-zmq.md: every name has a row, and what
//! stands in the right-hand column compiles.

mod expressions;
mod table;

use std::collections::BTreeSet;

use table::{Row, tokens};

#[test]
fn from_go_has_a_row_for_every_name() {
    let rows = table::rows("docs/from-go.md");
    let named: BTreeSet<&str> = rows.iter().flat_map(Row::left).flat_map(tokens).collect();
    let names = include_str!("names.txt").lines();
    // Lists name the package once: `zmq.REQ` `REP`. Methods say on what.
    let is_listed = |name: &str| match name.split_once('.') {
        Some(("zmq" | "draft", bare)) => named.contains(bare),
        _ => false,
    };
    let missing: Vec<_> = names.filter(|name| !named.contains(name) && !is_listed(name)).collect();
    assert!(missing.is_empty(), "without a row: {missing:?}");
}

#[test]
fn from_go_expressions_compile() {
    expressions::check("docs/from-go.md", 450);
}

#[test]
fn from_rust_zmq_has_a_row_for_every_name() {
    let rows = table::rows("docs/from-rust-zmq.md");
    let named: BTreeSet<&str> = rows.iter().flat_map(Row::left).flat_map(tokens).collect();
    let names = include_str!("rust_zmq_names.txt").lines();
    let missing: Vec<_> = names.filter(|name| !named.contains(name)).collect();
    assert!(missing.is_empty(), "without a row: {missing:?}");
}

#[test]
fn from_rust_zmq_expressions_compile() {
    expressions::check("docs/from-rust-zmq.md", 200);
}
