//! Rust and C in one program: pointers given out, taken over and borrowed, for Context, Socket and Message.
//!
//! The C half is written with `zmq_sys`, whose functions are C's own.

mod c;
mod contexts;
mod messages;
mod sockets;
