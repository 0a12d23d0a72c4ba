//! Options of sockets, by method and by number, with values that are in range and values that are not.

use std::time::Duration;

use zmq4::auth::{Client, Server};
use zmq4::{CurveKeypair, Result, Socket, Tos};

use crate::dice::Dice;
use crate::frames::short;

/// Short, so that nothing that waits for them waits for long.
pub(crate) fn time(dice: &mut Dice) -> Duration {
    Duration::from_millis(dice.pick(&[0, 1, 2, 10, 30]))
}

/// Times that only decide how soon libzmq does something.
fn interval(dice: &mut Dice) -> Option<Duration> {
    dice.pick(&[
        None,
        Some(Duration::ZERO),
        Some(Duration::from_nanos(1)),
        Some(Duration::from_millis(1)),
        Some(Duration::from_millis(20)),
        Some(Duration::from_secs(1)),
        Some(Duration::MAX),
    ])
}

fn count(dice: &mut Dice) -> u32 {
    dice.pick(&[0, 1, 2, 3, 10, 100, 1000, 70_000, u32::MAX])
}

/// What a new socket has at once, so that no call waits for long.
pub(crate) fn keep_short(socket: &Socket, dice: &mut Dice) {
    let _ = socket.set_linger(Some(time(dice)));
    let _ = socket.set_rcvtimeo(Some(time(dice)));
    let _ = socket.set_sndtimeo(Some(time(dice)));
    let _ = socket.set_reconnect_ivl(Some(Duration::from_millis(2)));
}

pub(crate) fn set(socket: &Socket, dice: &mut Dice, secures: bool) -> Result<()> {
    let switch = dice.coin();
    let mut which = dice.below(58);
    if !secures && matches!(which, 44..=51 | 53) {
        which = dice.below(44);
    }
    if !zmq4::has("repaired") {
        which = match which {
            // With a receiver at its mark libzmq aborts (zeromq/libzmq#3596).
            7..=9 => 0,
            // A broken connection takes the rest of a message that is half received or was polled for, and libzmq aborts.
            3 | 24 if receives_frames(socket) => 0,
            which => which,
        };
    }
    match which {
        0 => socket.set_linger(Some(time(dice))),
        1 => socket.set_rcvtimeo(Some(time(dice))),
        2 => socket.set_sndtimeo(Some(time(dice))),
        3 => socket.set_reconnect_ivl(interval(dice)),
        4 => socket.set_reconnect_ivl_max(interval(dice)),
        5 => socket.set_backlog(count(dice)),
        6 => socket.set_handshake_ivl(interval(dice)),
        7 => socket.set_heartbeat_ivl(interval(dice)),
        8 => socket.set_heartbeat_ttl(interval(dice)),
        9 => socket.set_heartbeat_timeout(interval(dice)),
        10 => socket.set_ipv6(switch),
        11 => socket.set_sndbuf(Some(count(dice))),
        12 => socket.set_rcvbuf(Some(count(dice))),
        13 => socket.set_tos(Tos::from_raw(dice.pick(&[0, 8, 40, 255, 256, -1]))),
        14 => socket.set_tcp_keepalive(Some(switch)),
        15 => socket.set_tcp_keepalive_cnt(Some(count(dice))),
        16 => socket.set_tcp_keepalive_idle(interval(dice)),
        17 => socket.set_tcp_keepalive_intvl(interval(dice)),
        18 => socket.set_tcp_maxrt(interval(dice)),
        19 => socket.set_connect_timeout(interval(dice)),
        20 => socket.set_sndhwm(count(dice)),
        21 => socket.set_rcvhwm(count(dice)),
        22 => socket.set_maxmsgsize(dice.pick(&[None, Some(0), Some(25), Some(300), Some(1 << 20), Some(u64::MAX)])),
        23 => socket.set_conflate(switch),
        24 => socket.set_immediate(switch),
        25 => socket.set_affinity(dice.pick(&[0, 1, 2, u64::MAX])),
        26 => socket.set_xpub_verbose(switch),
        27 => socket.set_xpub_verboser(switch),
        28 => socket.set_xpub_nodrop(switch),
        29 => socket.set_xpub_manual(switch),
        30 => socket.set_xpub_welcome_msg(short(dice)),
        31 => socket.set_invert_matching(switch),
        32 => socket.set_router_mandatory(switch),
        33 => socket.set_router_handover(switch),
        34 => socket.set_probe_router(switch),
        35 => socket.set_req_correlate(switch),
        36 => socket.set_req_relaxed(switch),
        37 => socket.set_stream_notify(switch),
        38 => socket.set_routing_id(format!("id-{}", dice.below(3))),
        // Not those that peers take by themselves, with which libzmq aborts.
        39 => socket.set_connect_routing_id(format!("peer-{}", dice.below(3))),
        40 => socket.set_rate(count(dice)),
        41 => socket.set_recovery_ivl(interval(dice).unwrap_or_default()),
        42 => socket.set_multicast_hops(count(dice)),
        43 => socket.set_multicast_maxtpdu(count(dice)),
        44 => socket.set_zap_domain(short(dice)),
        45 => socket.set_plain_server(switch),
        46 => socket.set_plain_username(short(dice)),
        47 => socket.set_plain_password(short(dice)),
        48 => socket.set_curve_server(switch),
        49 => socket.set_curve_secretkey(dice.bytes(32)),
        50 => socket.set_curve_serverkey(dice.bytes(32)),
        51 => socket.set_gssapi_server(switch),
        52 => socket.set_bindtodevice(dice.pick(&["", "lo", "nothing"])),
        53 => secure(socket, dice),
        54 => lend_descriptor(socket, dice),
        55 => socket.set_vmci_buffer_size(dice.number()),
        _ => {
            let len = dice.pick(&[0, 1, 4, 4, 4, 8, 32, 300]);
            let value = if len == 4 {
                [dice.below(10) as u8, 0, 0, 0].to_vec()
            } else {
                dice.bytes(len)
            };
            let number = dice.below(140) as i32 - 5;
            if dice.below(8) == 0 {
                let context = socket.context();
                let _ = (
                    context.get_raw(number),
                    context.set_raw(number, dice.below(5) as i32 - 1),
                );
            }
            socket.set_raw(number, &value)
        }
    }
}

/// Whether its messages may have several frames, from several peers.
fn receives_frames(socket: &Socket) -> bool {
    ![zmq4::PAIR, zmq4::PUB, zmq4::XPUB, zmq4::PUSH].contains(&socket.socket_type())
}

fn secure(socket: &Socket, dice: &mut Dice) -> Result<()> {
    let server = |server: Server, dice: &mut Dice| {
        let server = if dice.coin() { server.domain("global") } else { server };
        if dice.coin() { server.enforced() } else { server }
    };
    match dice.below(5) {
        0 => socket.secure(&server(Server::null(), dice)),
        1 => socket.secure(&server(Server::plain(), dice)),
        2 => socket.secure(&Client::plain("name", short(dice))),
        3 => socket.secure(&server(Server::curve(CurveKeypair::new()?.secret().clone()), dice)),
        _ => socket.secure(&Client::curve(CurveKeypair::new()?.public(), CurveKeypair::new()?)),
    }
}

#[cfg(unix)]
fn lend_descriptor(socket: &Socket, dice: &mut Dice) -> Result<()> {
    if dice.coin() {
        return socket.set_use_fd(None);
    }
    let listener = std::net::TcpListener::bind((crate::endpoints::host(), 0)).unwrap();
    socket.set_use_fd(Some(listener.into()))
}

#[cfg(not(unix))]
fn lend_descriptor(_: &Socket, _: &mut Dice) -> Result<()> {
    Ok(())
}

pub(crate) fn get(socket: &Socket, dice: &mut Dice) -> Result<()> {
    match dice.below(14) {
        0 => socket.events().map(drop),
        1 => socket.rcvmore().map(drop),
        2 => socket.mechanism().map(drop),
        3 => socket.last_endpoint().map(drop),
        4 => socket.routing_id().map(drop),
        5 => socket.linger().map(drop),
        6 => socket.plain_password().map(drop),
        7 => socket.curve_publickey().map(drop),
        8 => socket.sndhwm().map(drop),
        9 => socket.maxmsgsize().map(drop),
        10 => socket.fd().map(drop),
        _ => {
            let len = dice.pick(&[0, 1, 4, 8, 32, 41, 300]);
            socket.get_raw(dice.below(140) as i32 - 5, &mut vec![0; len]).map(drop)
        }
    }
}

pub(crate) fn subscribe(socket: &Socket, dice: &mut Dice) -> Result<()> {
    if dice.once_in(20) {
        return socket.subscribe(vec![b'x'; dice.pick(&[100, 250, 255, 3000, 9000])]);
    }
    if dice.once_in(3) {
        socket.unsubscribe(short(dice))
    } else {
        socket.subscribe(short(dice))
    }
}
