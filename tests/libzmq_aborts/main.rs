//! Every input that is known to make libzmq abort, hang or corrupt memory, and what safe code gets for it.
//!
//! What cannot be written at all:
//! - A null endpoint, option or capability (`zmq_bind(s, NULL)`): all of these are `&str` and slices.
//! - A message that is not initialised, or closed twice; a socket closed twice, or used after that: ownership. See `ui/`.
//! - Two threads in one socket: it is not `Sync`. See `ui/`.
//! - A proxy or a poller over sockets that are closed: both borrow or own them. See `ui/`.
//! - Messages of DRAFT types: not in this crate yet.
//!
//! What is refused only because of a fault that the repairs of the feature `vendored` mend is allowed where
//! `zmq4::has("repaired")`: the tests expect both.
//!
//! What is not guarded:
//! - Two threads that race for the last descriptor of the process, or the last thread of its user or control group.
//! - Inproc names that are bound and closed by several threads at the same time (zeromq/libzmq#3759, #4477).
//! - A connection whose two ends close at the same time in the middle of a message of several frames, where the linger of
//!   the sender is 0 or runs out just then (zeromq/libzmq#3442, `session_base_t::clean_pipes`).
//! - A norm port that another program takes for itself between the trial and libzmq's own opening, or a group's port.
//! - A tcp connection with a source address (`tcp://source:0;host:port`) when the process is at its limit of descriptors:
//!   libzmq looks the source up in the background, at each attempt, and aborts where it has no descriptor for that.
//!   `connect` fails with `EMFILE` if there are too few, but cannot know of many such calls in a row, nor of the time when
//!   a broken connection is made again.
//! - A tcp connection to a free port from which the system happens to connect, which then has itself for a peer
//!   (fixed after libzmq 4.3.5); where the source is given, it is refused.
//! - A socket that is closed while its SOCKS proxy refuses connections: whether it does, nobody knows before.
//! - A peer that comes by itself with the routing id that a ROUTER has set for its next connection.
//! - With DRAFT types, a peer that joins a RADIO with a group of more than 255 bytes.
//!
//! What libzmq does not survive among options, and among endpoints, and the test that shows what is done about it:
//!
//! | options | test |
//! |---|---|
//! | `ZMQ_CONNECT_ROUTING_ID` that a peer has | `options`: `guards::a_connect_routing_id_is_given_once`, `guards::a_connect_routing_id_is_free_after_disconnect` |
//! | GSSAPI and `ws://` | `options`: `guards::gssapi_over_websocket_is_an_error` |
//! | `ZMQ_USE_FD` of what is not listening, or of another family | `options`: `guards::a_descriptor_must_listen` |
//! | `ZMQ_MAX_SOCKETS` near the largest int | `contexts::absurd_numbers_of_sockets` |
//! | `ZMQ_IO_THREADS` beyond what the system has | `contexts::absurd_numbers_of_io_threads`, `contexts::no_thread_is_left` |
//! | `ZMQ_THREAD_AFFINITY_CPU_ADD` of no such processor | `options`: `guards::contexts_keep_to_what_the_system_has` |
//! | `ZMQ_THREAD_SCHED_POLICY`, `ZMQ_THREAD_PRIORITY` without the privilege | `options`: `guards::scheduling_that_the_system_refuses_is_an_error` |
//! | `ZMQ_ZAP_ENFORCE_DOMAIN` and `ZMQ_PLAIN_SERVER` without a domain | `options`: `guards::plain_server_without_a_domain_cannot_enforce_it` |
//! | a server of the handshake that connects, and again | `security`: `auth::guards::a_server_that_connects_again`, `auth::guards::a_server_that_connects_without_a_handler` |
//! | `ZMQ_PRIORITY` above 6 | `options`: `guards::numbers_outside_the_table_are_set_with_care` |
//! | `ZMQ_MULTICAST_HOPS`, `ZMQ_MULTICAST_MAXTPDU` out of range | `options::multicast_packets_that_cannot_be` |
//! | `ZMQ_TCP_KEEPALIVE_CNT`, `_IDLE`, `_INTVL` out of range | `options::probes_that_the_system_refuses` |
//! | `ZMQ_XPUB_MANUAL` on a PUB, and the like | `options`: `guards::options_are_for_the_types_that_have_them`; `options::raw_routers_are_routers` |
//! | `ZMQ_ZAP_DOMAIN` cleared, or with a NUL | `options::a_domain_is_text_and_stays` |
//! | any option after the end | `options`: `guards::nothing_is_set_after_the_end` |
//! | `ZMQ_XPUB_WELCOME_MSG` and an inproc name that a peer has given up | `inproc::a_welcome_is_not_for_those_who_left` |
//! | `ZMQ_CONFLATE` and an inproc name that is not bound | `options`: `guards::conflating_inproc_connect_needs_a_bound_name` |
//! | any number with any bytes | `options`: `guards::numbers_outside_the_table_are_set_with_care`; `arguments::values_of_options` |
//!
//! | endpoints | test |
//! |---|---|
//! | `pgm://` without raw sockets | `endpoints`: `pgm_without_the_right_to_raw_sockets_is_an_error` |
//! | `norm://garbage`, a norm port twice | `endpoints::norm_that_cannot_be_used`, `endpoints::a_norm_port_is_used_once` |
//! | `udp://` | `endpoints::udp_is_for_a_repaired_libzmq` |
//! | DRAFT types without drafts | `sockets::types_that_do_not_exist` |
//! | an ipc path where something stands | `endpoints`: `ipc::a_file_that_is_not_a_socket_survives`, `ipc::a_path_is_not_taken_from_who_listens_there` |
//! | a tcp port that is no number up to 65535 | `endpoints::a_port_beyond_65535_reaches_nobody` |
//! | tipc text, `epgm://;;;:5555`, a ws path of two segments | `endpoints::text_that_libzmq_misreads` |
//! | a source address that is the peer | `endpoints::a_socket_is_not_its_own_peer` |
//! | an unknown tcp endpoint undone, and few descriptors | `endpoints`: `again::an_unknown_endpoint_is_undone_at_the_limit` |
//! | an inproc name that several wait for, or that a ROUTER has given up | `inproc::two_that_wait_for_a_name_outlive_its_end`, `inproc::a_router_that_left_a_name_is_no_peer`, `inproc::a_pair_does_not_bind_where_a_router_waits` |
//! | inproc names in any order | `random` |
//! | a source address, and few descriptors | `pending::a_source_address_and_no_descriptors_left` |
//!
//! | timers, monitors, proxies | test |
//! |---|---|
//! | timers that are removed, or destroyed with all others, by one of them | `reactor`: `removed_timer_is_not_called_in_this_pass`, `timer_may_replace_its_own_reactor` |
//! | a monitor whose reader never comes, does not read, or goes first | `monitor`: `at::the_reader_never_comes`, `at::the_reader_does_not_read`, `at::the_reader_goes_first` |
//! | a monitor's name in use, or no place for its sockets | `monitor`: `at::a_name_that_is_in_use_is_refused`, `places` |
//! | a proxy of types that do not go together | `proxy`: `pairs` |
//! | the commands of a steerable proxy, which each libzmq reads otherwise | `proxy`: `steering` |
//!
//! Most of it runs in a child process, because a failure would take the test runner down.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod arguments;
mod contexts;
mod endpoints;
mod inproc;
mod options;
mod pending;
mod random;
mod sockets;
#[path = "../support/mod.rs"]
mod support;

use support::sockets::{join, open_timed};
use zmq4::{Context, Socket, SocketType};

const STABLE: [SocketType; 12] = [
    zmq4::PAIR,
    zmq4::PUB,
    zmq4::SUB,
    zmq4::REQ,
    zmq4::REP,
    zmq4::DEALER,
    zmq4::ROUTER,
    zmq4::PULL,
    zmq4::PUSH,
    zmq4::XPUB,
    zmq4::XSUB,
    zmq4::STREAM,
];

fn pair() -> (Context, Socket, Socket) {
    let context = Context::new().unwrap();
    let (a, b) = (open_timed(&context, zmq4::PAIR), open_timed(&context, zmq4::PAIR));
    join(&a, &b);
    (context, a, b)
}
