//! No secret is left in memory that was given back. Alone in its binary, because its allocator looks through what the
//! whole process frees.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod passwords;
mod secrets;
#[path = "../support/mod.rs"]
mod support;

use support::alloc::Searching;

const SECRETS: &[&[u8]] = &{
    let [text, rest, bytes, tail, password] = secrets::PARTS;
    [text, rest, bytes, tail, password, passwords::SECRET]
};

#[global_allocator]
static ALLOCATOR: Searching = Searching::new(SECRETS);
