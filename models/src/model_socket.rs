//! The models of async sockets.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use loom::thread;

use crate::driver::{Driver, Events};
use crate::socket::{ModelSocket, Peer, State, WouldBlock};
use crate::sync::{Condvar, Mutex, lock, wait};
use crate::waiters::Interest;

type Socket = Arc<Driver<ModelSocket>>;

fn open(calls_in_a_row: u32) -> (Socket, Peer) {
    let (socket, peer) = ModelSocket::new(calls_in_a_row);
    (Arc::new(Driver::new(socket)), peer)
}

/// As the calls of `aio::Socket`.
async fn call(socket: &Socket, interest: Interest, mut attempt: impl FnMut(&State) -> Result<(), WouldBlock> + Unpin) {
    let mut tried = false;
    if let Some(turn) = socket.turn() {
        if attempt(turn.socket()).is_ok() {
            turn.end();
            return;
        }
        tried = true;
    }
    socket.run(interest, tried, attempt).await.unwrap();
}

async fn recv(socket: &Socket) {
    call(socket, Interest::RECV, State::recv).await;
}

async fn send(socket: &Socket) {
    call(socket, Interest::SEND, State::send).await;
}

/// Wakes a thread that waits for its task.
#[derive(Default)]
struct Thread {
    woken: Mutex<bool>,
    changed: Condvar,
}

impl Wake for Thread {
    fn wake(self: Arc<Self>) {
        *lock(&self.woken) = true;
        self.changed.notify_all();
    }
}

fn block_on(future: impl Future<Output = ()>) {
    let thread = Arc::new(Thread::default());
    let waker = Waker::from(Arc::clone(&thread));
    let mut future = pin!(future);
    while future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        let mut woken = lock(&thread.woken);
        while !*woken {
            woken = wait(&thread.changed, woken);
        }
        *woken = false;
    }
}

/// One poll, after which the future is dropped.
fn poll_once(future: impl Future<Output = ()>) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    matches!(pin!(future).poll(&mut cx), Poll::Ready(()))
}

fn peer(peer: Peer, commands: [Interest; 2]) -> thread::JoinHandle<()> {
    thread::spawn(move || commands.into_iter().for_each(|interest| peer.command(interest)))
}

/// A thread that uses the socket too.
fn task<T: 'static>(socket: &Socket, work: impl FnOnce(&Socket) -> T + 'static) -> thread::JoinHandle<T> {
    let socket = Arc::clone(socket);
    thread::spawn(move || work(&socket))
}

/// One task receives, one sends; each may take the edge of the other.
pub(crate) fn both_directions() {
    let (socket, outside) = open(100);
    let peer = peer(outside, [Interest::SEND, Interest::RECV]);
    let sending = task(&socket, |socket| block_on(send(socket)));
    block_on(recv(&socket));
    sending.join().unwrap();
    peer.join().unwrap();
}

/// A receive that need not wait takes the edge of a task that waits to send.
pub(crate) fn edge_of_another() {
    let (socket, outside) = open(100);
    let peer = thread::spawn(move || outside.command(Interest::BOTH));
    let sending = task(&socket, |socket| block_on(send(socket)));
    block_on(recv(&socket));
    sending.join().unwrap();
    peer.join().unwrap();
}

/// A receive that would block takes the edge of a task that waits to send, and is dropped.
pub(crate) fn look_of_another() {
    let (socket, outside) = open(100);
    let peer = thread::spawn(move || outside.command(Interest::SEND));
    let sending = task(&socket, |socket| block_on(send(socket)));
    assert!(!poll_once(recv(&socket)));
    sending.join().unwrap();
    peer.join().unwrap();
}

/// Two tasks receive one message each.
pub(crate) fn two_receivers() {
    let (socket, outside) = open(100);
    let peer = peer(outside, [Interest::RECV, Interest::RECV]);
    let receiving = task(&socket, |socket| block_on(recv(socket)));
    block_on(recv(&socket));
    receiving.join().unwrap();
    peer.join().unwrap();
}

/// A receive that is dropped has taken neither a message nor another task's wake-up.
pub(crate) fn cancelled() {
    let (socket, outside) = open(100);
    let peer = peer(outside, [Interest::RECV, Interest::RECV]);
    let cancelling = task(&socket, |socket| poll_once(recv(socket)));
    block_on(recv(&socket));
    if !cancelling.join().unwrap() {
        block_on(recv(&socket));
    }
    peer.join().unwrap();
}

/// Calls of any kind that take the edge, while a task waits to send.
pub(crate) fn other_calls() {
    let (socket, outside) = open(100);
    let peer = thread::spawn(move || outside.command(Interest::SEND));
    let calling = task(&socket, |socket| socket.with(|state| state.events().map(drop)).unwrap());
    block_on(send(&socket));
    calling.join().unwrap();
    peer.join().unwrap();
}

/// A task that gives way after each call, and may be dropped then.
pub(crate) fn gives_way() {
    let (socket, outside) = open(1);
    let peer = peer(outside, [Interest::SEND, Interest::RECV]);
    let receiving = task(&socket, |socket| poll_once(recv(socket)));
    block_on(send(&socket));
    if !receiving.join().unwrap() {
        block_on(recv(&socket));
    }
    peer.join().unwrap();
}
