//! Polls with a signal mask of their own.

use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{Context, Errno, Flags, POLLERR, POLLIN, POLLOUT, Poller, SignalMask};

use crate::support::{LONG, deadline, in_child};
use crate::{NOW, open, pair};

static CAUGHT: AtomicU32 = AtomicU32::new(0);

extern "C" fn caught(_signal: libc::c_int) {
    CAUGHT.fetch_add(1, Ordering::Relaxed);
}

/// Counts SIGUSR1 instead of ending the process.
fn catch() {
    // SAFETY: all zeros is a valid sigaction, with no flags: calls are not restarted.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = caught as extern "C" fn(libc::c_int) as usize;
    // SAFETY: the structure is live, and the handler only counts.
    let rc = unsafe { libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut()) };
    assert_eq!(rc, 0);
}

fn this_thread() -> usize {
    // SAFETY: has no precondition.
    unsafe { libc::pthread_self() as usize }
}

fn interrupt(thread: usize) {
    // SAFETY: the thread exists: it waits for this one, or is this one.
    let rc = unsafe { libc::pthread_kill(thread as libc::pthread_t, libc::SIGUSR1) };
    assert_eq!(rc, 0);
}

#[test]
fn a_blocked_signal_interrupts_within_the_call() {
    let name = "masked::a_blocked_signal_interrupts_within_the_call";
    in_child(name, LONG, || {
        let context = Context::new().unwrap();
        let pull = open(&context, zmq4::PULL);
        catch();
        let open_mask = SignalMask::empty().with(libc::SIGUSR1).unwrap().block();
        assert!(!open_mask.contains(libc::SIGUSR1));
        let mut poller = Poller::new();
        poller.add(&pull, POLLIN).unwrap();
        // It came before the wait, and stays away from what is not this call.
        interrupt(this_thread());
        let short = Some(Duration::from_millis(10));
        assert!(poller.poll(short).unwrap().is_empty());
        let closed = SignalMask::current();
        assert!(closed.contains(libc::SIGUSR1));
        assert!(poller.poll_with_mask(short, &closed).unwrap().is_empty());
        assert_eq!(CAUGHT.load(Ordering::Relaxed), 0);
        assert_eq!(poller.poll_with_mask(None, &open_mask).unwrap_err(), Errno::EINTR);
        assert_eq!(CAUGHT.load(Ordering::Relaxed), 1);
        // It is blocked again.
        assert!(SignalMask::current().contains(libc::SIGUSR1));
        interrupt(this_thread());
        assert!(poller.poll(short).unwrap().is_empty());
        assert_eq!(CAUGHT.load(Ordering::Relaxed), 1);
        assert_eq!(poller.poll_with_mask(NOW, &open_mask).unwrap_err(), Errno::EINTR);
        assert_eq!(CAUGHT.load(Ordering::Relaxed), 2);

        // One that comes during the wait.
        let (target, done) = (this_thread(), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    interrupt(target);
                    thread::yield_now();
                }
            });
            let error = poller.poll_with_mask(Some(LONG), &open_mask).unwrap_err();
            done.store(true, Ordering::Relaxed);
            assert_eq!(error, Errno::EINTR);
        });
        open_mask.replace();
        assert!(!SignalMask::current().contains(libc::SIGUSR1));
    });
}

/// The program may be interrupted at any rate: what is ready comes first, also if the descriptor of the socket does not show it.
#[test]
fn a_pending_signal_comes_after_what_is_ready() {
    in_child("masked::a_pending_signal_comes_after_what_is_ready", LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        b.send("1", Flags::NONE).unwrap();
        b.send("2", Flags::NONE).unwrap();
        assert_eq!(a.recv(Flags::NONE).unwrap(), "1");
        catch();
        let open_mask = SignalMask::empty().with(libc::SIGUSR1).unwrap().block();
        interrupt(this_thread());
        let mut poller = Poller::new();
        poller.add(&a, POLLIN).unwrap();
        for timeout in [NOW, Some(LONG), None] {
            let ready = poller.poll_with_mask(timeout, &open_mask).unwrap();
            assert_eq!(ready.len(), 1);
        }
        assert_eq!(CAUGHT.load(Ordering::Relaxed), 1);
        assert_eq!(a.recv(Flags::NONE).unwrap(), "2");
        interrupt(this_thread());
        assert_eq!(poller.poll_with_mask(None, &open_mask).unwrap_err(), Errno::EINTR);
    });
}

#[test]
fn a_masked_poll_finds_what_a_poll_finds() {
    deadline(LONG, || {
        let mask = SignalMask::current();
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        let (near, far) = UnixStream::pair().unwrap();
        let mut poller = Poller::new();
        assert_eq!(poller.poll_with_mask(None, &mask).unwrap_err(), Errno::EINVAL);
        let start = Instant::now();
        let short = Duration::from_millis(5);
        assert!(poller.poll_with_mask(Some(short), &mask).unwrap().is_empty());
        assert!(start.elapsed() >= short);
        let on_socket = poller.add(&a, POLLIN).unwrap();
        let on_fd = poller.add_fd(near.as_fd(), POLLIN).unwrap();
        for timeout in [NOW, Some(short)] {
            assert!(poller.poll_with_mask(timeout, &mask).unwrap().is_empty());
        }
        b.send("x", Flags::NONE).unwrap();
        for _ in 0..3 {
            // Found again and again: it is not about changes.
            let ready = poller.poll_with_mask(None, &mask).unwrap();
            assert_eq!((ready.len(), ready[0].id(), ready[0].events()), (1, on_socket, POLLIN));
        }
        a.recv(Flags::NONE).unwrap();
        poller.update(on_socket, POLLIN | POLLOUT).unwrap();
        assert_eq!(poller.poll_with_mask(None, &mask).unwrap()[0].events(), POLLOUT);
        poller.update(on_socket, POLLIN).unwrap();
        drop(far);
        let ready = poller.poll_with_mask(None, &mask).unwrap();
        assert_eq!((ready.len(), ready[0].id()), (1, on_fd));
        assert_eq!(ready[0].events(), POLLIN | POLLERR);
        // A message of another thread ends the wait.
        poller.remove(on_fd).unwrap();
        let sender = thread::spawn(move || b.send("y", Flags::NONE).unwrap());
        assert_eq!(poller.poll_with_mask(Some(LONG), &mask).unwrap().len(), 1);
        sender.join().unwrap();
        context.shutdown().unwrap();
        assert_eq!(poller.poll_with_mask(None, &mask).unwrap_err(), Errno::ETERM);
    });
}

#[test]
fn descriptors_above_1024_are_waited_for() {
    in_child("masked::descriptors_above_1024_are_waited_for", LONG, || {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: the limit is live.
        assert_eq!(unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) }, 0);
        assert!(
            limit.rlim_max >= 2048,
            "the hard limit of descriptors is {}",
            limit.rlim_max
        );
        limit.rlim_cur = 2048;
        // SAFETY: as above.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
        let (near, _far) = UnixStream::pair().unwrap();
        let _lower: Vec<_> = (0..1024).map(|_| near.try_clone().unwrap()).collect();
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        let mut poller = Poller::new();
        poller.add(&a, POLLIN).unwrap();
        b.send("x", Flags::NONE).unwrap();
        let ready = poller.poll_with_mask(Some(LONG), &SignalMask::current()).unwrap();
        assert_eq!(ready.len(), 1);
    });
}
