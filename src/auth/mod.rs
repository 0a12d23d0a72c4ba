//! Authentication: the roles of sockets, [`Server`] and [`Client`], and [`Auth`], the ZAP handler of a context, which decides
//! by its [`Policies`] which peers the servers let in.
//!
//! libzmq asks the handler about each peer of a server, and rejects the peer in the handshake if it is denied: no message of
//! it is read. With NULL it asks only if the server has a domain, and over inproc never. The functions at the root,
//! [`auth_start`](crate::auth_start) and the others, are Go's, for the default context.
//!
//! # Who is let in
//! The first row that fits decides. *Lists* are those of the server's domain together with those of the domain `"*"`; a list
//! is *without* or *with* the peer's address. *Closure* is the verdict of the closure that was set by
//! [`set_plain_handler`](Policies::set_plain_handler) or [`set_curve_handler`](Policies::set_curve_handler).
//! *Answer* is the status of [RFC 27](https://rfc.zeromq.org/spec/27/): 200 lets the peer in, 300 lets it try again, 400 denies it.
//!
//! | deny list | allow list | mechanism | credentials | closure | answer |
//! |---|---|---|---|---|---|
//! | with | any | any | any | any | 400 |
//! | none, without | without | any | any | any | 400 |
//! | none, without | none, with | NULL | any | any | 200 |
//! | none, without | none, with | PLAIN | empty password | any | 400 |
//! | none, without | none, with | PLAIN | right password, wrong password, unknown user | allow | 200 |
//! | none, without | none, with | PLAIN | right password, wrong password, unknown user | deny | 400 |
//! | none, without | none, with | PLAIN | right password, wrong password, unknown user | retry | 300 |
//! | none, without | none, with | PLAIN | right password | none, defer | 200 |
//! | none, without | none, with | PLAIN | wrong password, unknown user | none, defer | 400 |
//! | none, without | none, with | CURVE | any | allow | 200 |
//! | none, without | none, with | CURVE | any | deny | 400 |
//! | none, without | none, with | CURVE | any | retry | 300 |
//! | none, without | none, with | CURVE | listed, * listed | none, defer | 200 |
//! | none, without | none, with | CURVE | not listed | none, defer | 400 |
//! | none, without | none, with | GSSAPI | listed, * listed | any | 200 |
//! | none, without | none, with | GSSAPI | not listed | any | 400 |
//! | none, without | none, with | another | any | any | 400 |
//!
//! Beside the table: a peer without an IP address, over ipc, is in no list, so an allow list keeps it out. An allow
//! list that was emptied by [`remove_allow`](Policies::remove_allow) keeps all peers out. A malformed request gets the
//! status 500, malformed credentials 400, and a closure that panics 500.
//!
//! # Where Go decides otherwise
//! pebbe/zmq4 is deliberately not followed in four places:
//! - Go uses a deny list only if there is no allow list. Here the first row applies in any case.
//! - Go lets an unknown user with an *empty password* in. Here the row of that name denies it, and so would every list.
//! - Go compares addresses as text, so that `::1` is not `0:0:0:0:0:0:0:1`; networks contain addresses, as here. Here both are
//!   addresses (`127.0.0.1/32` is `127.0.0.1`), and bits behind the prefix are ignored (`10.1.2.3/8` is `10.0.0.0/8`). IPv4
//!   mapped into IPv6 is IPv4, which is therefore not in `::/0`.
//! - With Go, GSSAPI needs an address in an allow list, or a deny list without it, and no principal. Here the principal decides.
//!
//! # Passwords
//! A list of users keeps no password, only its salted SHA-256, compares in constant time, and shows neither in a log nor in
//! `Debug`. The frames of a request are overwritten after the reply, for passwords of up to 29 bytes; longer ones are in memory
//! of libzmq, which cannot be overwritten from here, and neither can the other buffers that a password passed through.
//! A program with its own hashes, slower ones for instance, checks them in
//! [`set_plain_handler`](Policies::set_plain_handler).

mod address;
mod answer;
mod closures;
mod counters;
pub(crate) mod global;
mod handler;
mod key;
mod log;
mod password;
mod policies;
mod reply;
mod request;
mod roles;
mod rules;
#[cfg(test)]
mod tests;

pub use handler::Auth;
pub use key::{CURVE_ALLOW_ANY, ClientKey};
pub use policies::Policies;
pub use reply::meta_blob;
pub use request::{Credentials, Request};
pub use roles::{Client, Role, Server};
pub use rules::Verdict;
