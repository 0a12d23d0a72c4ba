//! What a bridge takes from its process: threads, descriptors, processor time, and what a fork leaves of it.

use crate::support::fork::forked;
use crate::support::in_child;
use crate::*;
use std::os::fd::AsFd;
use std::time::Instant;

/// The threads of this process that serve bridges.
fn threads() -> Vec<std::path::PathBuf> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let is_bridge = |task: &std::path::PathBuf| {
        std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "zmq4-bridge")
    };
    tasks.map(|task| task.unwrap().path()).filter(is_bridge).collect()
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn a_bridge_that_is_dropped_leaves_nothing() {
    in_child("process::a_bridge_that_is_dropped_leaves_nothing", LONG, || {
        let context = Context::new().unwrap();
        // With the first socket the context has all that is its own.
        let first = open_timed(&context, zmq4::PAIR);
        let before = descriptors();
        for unsent in [0, 5] {
            let bridges: Vec<_> = (0..10)
                .map(|_| Bridge::start(open_timed(&context, zmq4::DEALER), Capacity::default()).unwrap())
                .collect();
            for (_, outbound, _) in &bridges {
                (0..unsent).for_each(|number| outbound.send(one(number)).unwrap());
            }
            eventually(LONG, || (threads().len() == 10).then_some(()));
            let start = Instant::now();
            drop(bridges);
            assert!(start.elapsed() < LONG / 3);
            // A thread that was joined may be listed for a moment longer; libzmq closes sockets on its own thread.
            eventually(LONG / 3, || threads().is_empty().then_some(()));
            eventually(LONG / 3, || (descriptors() == before).then_some(()));
        }
        drop(first);
        context.term().unwrap();
    });
}

#[test]
fn dropped_bridge_sends_what_the_socket_takes() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (push, pull) = connected(&context, zmq4::PUSH, zmq4::PULL, false);
        let (bridge, outbound, _) = Bridge::start(push, Capacity::default()).unwrap();
        (0..500).for_each(|number| outbound.send(one(number)).unwrap());
        drop(bridge);
        for expected in 0..500 {
            assert_eq!(pull.recv_string(Flags::NONE).unwrap(), expected.to_string());
        }
    });
}

fn switches() -> u64 {
    let [task] = &threads()[..] else { panic!("one bridge") };
    let status = std::fs::read_to_string(task.join("status")).unwrap();
    let counts = status.lines().filter(|line| line.contains("ctxt_switches"));
    counts
        .map(|line| line.split_whitespace().last().unwrap().parse::<u64>().unwrap())
        .sum()
}

/// The time that the thread of the only bridge has had a processor, in hundredths of a second.
fn ticks() -> u64 {
    let [task] = &threads()[..] else { panic!("one bridge") };
    let stat = std::fs::read_to_string(task.join("stat")).unwrap();
    // Counted from the name's end, which may have spaces: user and system time are the 14th and 15th field.
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace().skip(11);
    fields.take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

/// How often the thread of the only bridge runs in a fifth of a second; the least of some tries, since it may still
/// have to settle.
fn wakes() -> u64 {
    (0..20)
        .map(|_| {
            let before = switches();
            thread::sleep(Duration::from_millis(200));
            switches() - before
        })
        .find(|count| *count == 0)
        .unwrap_or(u64::MAX)
}

#[test]
fn a_bridge_that_has_nothing_to_do_sleeps() {
    in_child("process::a_bridge_that_has_nothing_to_do_sleeps", 2 * LONG, || {
        let context = Context::new().unwrap();
        let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, true);
        let (bridge, outbound, inbound) = Bridge::start(ours, capacity(2, 2)).unwrap();
        eventually(LONG, || (threads().len() == 1).then_some(()));
        assert_eq!(wakes(), 0, "idle");
        // Neither way can go on.
        fill_outbound(&outbound);
        fill(0, |number| peer.send(number.to_string(), DONTWAIT).is_ok());
        assert_eq!(inbound.len(), 2);
        assert_eq!(wakes(), 0, "full");
        drop(inbound);
        drop(outbound);
        assert_eq!(wakes(), 0, "without receiver and senders");
        while peer.poll(POLLIN, Some(Duration::from_millis(100))).unwrap() == POLLIN {
            peer.recv(Flags::NONE).unwrap();
        }
        assert_eq!(wakes(), 0, "all sent, and without senders");
        accepted_all(bridge.stop());
    });
}

#[test]
fn a_router_with_a_full_peer_does_not_spin() {
    in_child("process::a_router_with_a_full_peer_does_not_spin", LONG, || {
        let context = Context::new().unwrap();
        let router = open_timed(&context, zmq4::ROUTER);
        router.set_router_mandatory(true).unwrap();
        router.set_sndhwm(1).unwrap();
        let name = inproc_name();
        router.bind(&name).unwrap();
        let peers = ["slow", "quick"].map(|id| {
            let dealer = open_timed(&context, zmq4::DEALER);
            dealer.set_routing_id(id).unwrap();
            dealer.set_rcvhwm(1).unwrap();
            dealer.connect(&name).unwrap();
            dealer.send("here", Flags::NONE).unwrap();
            dealer
        });
        let (bridge, outbound, inbound) = Bridge::start(router, capacity(5, 2)).unwrap();
        (0..2).for_each(|_| drop(inbound.recv().unwrap()));
        fill(0, |_| outbound.try_send(Multipart::from_iter(["slow", "x"])).is_ok());
        let before = ticks();
        thread::sleep(Duration::from_secs(2));
        let used = ticks() - before;
        // It tries every 64 milliseconds; one that spins has half a processor at least.
        assert!(used < 20, "{used} hundredths of a second");
        drop(bridge);
        drop(peers);
    });
}

#[test]
fn without_descriptors_it_does_not_start() {
    in_child("process::without_descriptors_it_does_not_start", LONG, || {
        let context = Context::new().unwrap();
        let mut socket = open_timed(&context, zmq4::PAIR);
        let limit = libc::rlimit {
            rlim_cur: 64,
            rlim_max: 64,
        };
        // SAFETY: the limit is live for the call.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
        let probe = std::fs::File::open("/dev/null").unwrap();
        let mut taken: Vec<_> = std::iter::from_fn(|| probe.as_fd().try_clone_to_owned().ok()).collect();
        // One more is free each time; whatever the number, the socket comes back.
        for free in 0..5 {
            socket = match Bridge::start(socket, capacity(1, 1)) {
                Ok((bridge, ..)) => {
                    assert_eq!(free, 4);
                    accepted_all(bridge.stop())
                }
                Err(failed) => {
                    assert_eq!(*failed.error(), Errno::EMFILE, "{free}");
                    assert!(free < 4);
                    failed.into_socket()
                }
            };
            taken.pop();
        }
    });
}

#[test]
fn a_forked_child_neither_hangs_nor_disturbs() {
    in_child("process::a_forked_child_neither_hangs_nor_disturbs", LONG, || {
        let context = Context::new().unwrap();
        let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, false);
        let (bridge, outbound, inbound) = Bridge::start(ours, Capacity::default()).unwrap();
        let mut inherited = Some((bridge, outbound, inbound));
        let status = forked(|| {
            let (bridge, outbound, inbound) = inherited.take().unwrap();
            assert_eq!(bridge.stop().error.unwrap(), Errno::EINTR);
            drop((outbound, inbound));
        });
        assert_eq!(status, 0);
        let (bridge, outbound, inbound) = inherited.unwrap();
        outbound.send(one("Hello")).unwrap();
        assert_eq!(peer.recv(Flags::NONE).unwrap(), "Hello");
        peer.send("World", Flags::NONE).unwrap();
        assert_eq!(inbound.recv().unwrap(), ["World"]);
        accepted_all(bridge.stop());
    });
}
