//! Who may talk to whom: the roles of sockets, [`Server`] and [`Client`], and [`Auth`], which answers for a context which
//! peers its servers let in, by the [`Policies`] that it is given.
//!
//! libzmq asks about each peer of a server, and refuses it in the handshake if the answer is no: no message of it is read.
//! With NULL it asks only where the server has a domain, and over inproc never. The functions at the root,
//! [`auth_start`](crate::auth_start) and its like, are Go's, for the default context.
//!
//! # Who is let in
//! The first row that fits decides. *Lists* are those of the server's domain together with those of the domain `"*"`; a list
//! is *without* or *with* the peer's address. *Closure* is what
//! [`set_plain_handler`](Policies::set_plain_handler) or [`set_curve_handler`](Policies::set_curve_handler) was given and
//! says. *Answer* is the status of RFC 27: 200 lets the peer in, 300 lets it try again, 400 refuses it.
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
//! What is not in the table: a peer that has no IP address, over ipc, is in no list, so an allow list keeps it out. An allow
//! list that was emptied by [`remove_allow`](Policies::remove_allow) keeps everybody out. A request that libzmq or another
//! socket of the program gets wrong is answered with 500, credentials that cannot be right with 400, and a closure that
//! panics makes it 500.
//!
//! # Where Go decides otherwise
//! On purpose, pebbe/zmq4 is not followed in four places:
//! - A deny list is looked at where there is no allow list only. Here the first row holds in any case.
//! - An unknown user with an *empty password* is let in. Here the row of that name refuses it, and so would every list.
//! - A list is with an address if the text is the same, so that `::1` is not `0:0:0:0:0:0:0:1`; with a network, as here, if the
//!   address is in it. Here both are addresses (`127.0.0.1/32` is `127.0.0.1`), and bits behind the prefix do not matter
//!   (`10.1.2.3/8` is `10.0.0.0/8`). IPv4 within IPv6 is IPv4, which `::/0` therefore is without.
//! - GSSAPI needs an address in an allow list, or a deny list without it, and no principal. Here the principal decides.
//!
//! # Passwords
//! A list of users keeps no password, only its SHA-256 with a salt, compares in constant time, and has neither in a log nor in
//! `Debug`. The frames in which libzmq asks about a password are overwritten when it was answered, up to passwords of 29 bytes;
//! longer ones stand in memory of libzmq's, which is beyond our reach, as are its other buffers, through which each came.
//! A program with hashes of its own, slower ones for instance, checks them in
//! [`set_plain_handler`](Policies::set_plain_handler).

mod address;
mod answer;
mod closures;
mod counters;
pub(crate) mod global;
mod handler;
mod journal;
mod key;
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
