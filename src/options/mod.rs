//! Every option of sockets and contexts, as one table.
//!
//! A row is the option's name, the libzmq that brought it, the types that have it, when a new value holds, the kind of
//! value, and the methods. The macro makes of it the methods, their documentation and a line of [`socket_rows`].

// In this order the page of `Socket` has them. Blank lines keep rustfmt from sorting them.
mod pubsub;
mod state;
mod time;

mod queue;

mod connection;

mod identity;
mod router;

mod security;

mod gssapi;

mod tcp;

mod batch;

mod descriptor;
mod multicast;
mod vmci;

#[cfg(feature = "draft")]
mod draft;

mod deprecated;
#[cfg(unix)]
mod ipc;

mod context;
#[cfg(feature = "draft")]
mod context_draft;
mod context_row;
mod newtype;
mod row;
#[cfg(unix)]
mod scheduling;
#[cfg(test)]
mod tests;
#[cfg(feature = "draft")]
mod thread_names;
mod value;

mod raw;

use context_row::ContextOption;
#[cfg(unix)]
pub use newtype::SchedPolicy;
pub use newtype::{CURVE, GSSAPI, Mechanism, NULL, NameType, PLAIN, Tos};
pub(crate) use row::Row;
#[cfg(feature = "auth")]
pub(crate) use value::wrong_length;

#[cfg(feature = "draft")]
pub use draft::{NormMode, ReconnectStop, RouterNotify};

const TABLES: &[&[&Row]] = &[
    batch::ROWS,
    connection::ROWS,
    deprecated::ROWS,
    gssapi::ROWS,
    identity::ROWS,
    multicast::ROWS,
    pubsub::ROWS,
    queue::ROWS,
    router::ROWS,
    security::ROWS,
    state::ROWS,
    tcp::ROWS,
    time::ROWS,
    vmci::ROWS,
    #[cfg(unix)]
    ipc::ROWS,
    #[cfg(feature = "draft")]
    draft::ROWS,
];

/// The rows of the options of contexts.
fn context_rows() -> impl Iterator<Item = &'static ContextOption> {
    let tables: &[&[ContextOption]] = &[
        context::ROWS,
        #[cfg(unix)]
        scheduling::ROWS,
        #[cfg(feature = "draft")]
        context_draft::ROWS,
    ];
    tables.iter().flat_map(|rows| rows.iter())
}

/// The rows of all files.
pub(crate) fn socket_rows() -> impl Iterator<Item = &'static Row> {
    TABLES.iter().flat_map(|rows| rows.iter().copied())
}
