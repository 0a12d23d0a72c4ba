//! How the handler starts and ends, and what it leaves behind.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use zmq4::auth::{Auth, Client, Policies, Verdict};
use zmq4::{Context, DONTWAIT, Errno, Flags};

use crate::auth::{Handshake, Server, ZAP, null, null_server, open_timed, plain, plain_server};
#[cfg(unix)]
use crate::support::fork::forked;
#[cfg(unix)]
use crate::support::in_child;
use crate::support::{LONG, deadline, eventually};

fn shop(context: &Context) -> Server {
    Server::new(context, null_server)
}

#[test]
fn a_context_has_one() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        assert!(auth.is_running());
        let error = Auth::start(&context).unwrap_err();
        assert_eq!(error, Errno::EADDRINUSE);
        assert!(error.to_string().contains("already"), "{error}");
        assert!(auth.is_running());
        shop(&context).admits(null);
        assert_eq!(auth.allowed(), 1, "the first one goes on");
        drop(auth);

        let own = open_timed(&context, zmq4::REP);
        own.bind(ZAP).unwrap();
        assert_eq!(Auth::start(&context).unwrap_err(), Errno::EADDRINUSE);
        drop(own);
        Auth::start(&context).unwrap().stop();
    });
}

#[test]
fn starts_right_after_it_stopped() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for _ in 0..100 {
            Auth::start(&context).unwrap().stop();
        }
        let auth = Auth::start(&context).unwrap();
        shop(&context).admits(null);
        assert_eq!(auth.allowed(), 1);
    });
}

#[test]
fn a_process_has_several() {
    deadline(LONG, || {
        let contexts = [(); 3].map(|()| Context::new().unwrap());
        let shared = Policies::new();
        let one = Auth::start(&contexts[0]).unwrap();
        let others = [1, 2].map(|index| Auth::with(&contexts[index], &shared).unwrap());
        let servers = contexts.each_ref().map(shop);
        one.deny("*", ["127.0.0.1"]).unwrap();
        servers[0].refuses(null);
        servers[1].admits(null);
        shared.deny("*", ["127.0.0.1"]).unwrap();
        servers[1].refuses(null);
        servers[2].refuses(null);
        assert_eq!((one.denied(), shared.denied(), others[0].denied()), (1, 2, 2));
        // The policies outlive who asked them.
        drop(others);
        let again = Auth::with(&contexts[1], &shared).unwrap();
        shop(&contexts[1]).refuses(null);
        assert_eq!(again.denied(), 3);
    });
}

/// What the kernel reports of each thread of a handler.
#[cfg(target_os = "linux")]
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let stats = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("stat")).ok());
    stats.filter(|stat| stat.contains("(zmq4-auth)")).collect()
}

/// How much the only handler has worked, in hundredths of a second (proc(5), utime and stime).
#[cfg(target_os = "linux")]
fn worked() -> u64 {
    let [thread] = &threads()[..] else {
        panic!("there is one handler");
    };
    let fields: Vec<_> = thread.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[cfg(target_os = "linux")]
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[cfg(target_os = "linux")]
#[test]
fn dropping_it_leaves_nothing() {
    in_child("auth::lifetime::dropping_it_leaves_nothing", LONG, || {
        let before = descriptors();
        for _ in 0..20 {
            let context = Context::new().unwrap();
            let auth = Auth::start(&context).unwrap();
            eventually(LONG, || (threads().len() == 1).then_some(()));
            let server = shop(&context);
            server.admits(null);
            drop(auth);
            // The kernel lists a thread for a moment after it was joined.
            eventually(LONG, || threads().is_empty().then_some(()));
            drop(server);
            // The last handle: this ends the context, and waits for its sockets.
            drop(context);
            eventually(LONG, || (descriptors() <= before).then_some(()));
        }
    });
}

#[test]
fn auth_does_not_keep_its_context_alive() {
    for end in [Context::term as fn(&Context) -> zmq4::Result<()>, Context::shutdown] {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            let auth = Auth::start(&context).unwrap();
            let server = shop(&context);
            server.admits(null);
            drop(server);
            end(&context).unwrap();
            // Terminating waits for it, and shutting down does not.
            context.term().unwrap();
            assert!(!auth.is_running());
            auth.allow("shop", ["127.0.0.1"]).unwrap();
            assert_eq!(Auth::start(&context).unwrap_err(), Errno::ETERM);
            drop(auth);
        });
    }
}

#[test]
fn auth_may_hold_the_last_context_handle() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        drop(context);
        assert!(auth.is_running());
        drop(auth);
    });
}

#[test]
fn a_closure_may_drop_it() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let place = Arc::new(Mutex::new(Some(Auth::start(&context).unwrap())));
        let taken = Arc::clone(&place);
        let (told, dropped) = mpsc::channel();
        let policies = place.lock().unwrap().as_ref().unwrap().policies().clone();
        policies.set_plain_handler(move |_, _, _| {
            drop(taken.lock().unwrap().take());
            told.send(()).unwrap();
            Verdict::Allow
        });
        let server = Server::new(&context, |server| server.set_plain_server(true).unwrap());
        server.admits(plain("admin", "right"));
        dropped.recv_timeout(LONG).unwrap();
        // The thread goes as soon as it has replied.
        let again = eventually(LONG, || Auth::start(&context).ok());
        assert!(again.is_running());
        policies.set_plain_handler(|_, _, _| Verdict::Defer);
    });
}

/// Stopping waits for the closure that is running, and who was asked about before has an answer.
#[test]
fn stopping_waits_for_what_is_being_answered() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let (begun, begins) = mpsc::channel();
        let (go, gone) = mpsc::channel::<()>();
        let gone = Mutex::new(gone);
        auth.set_plain_handler(move |_, _, _| {
            begun.send(()).unwrap();
            let _ = gone.lock().unwrap().recv();
            Verdict::Allow
        });
        let server = Server::new(&context, plain_server);
        let client = server.client(plain("admin", "right"));
        begins.recv_timeout(LONG).unwrap();
        let asks = [(); 3].map(|()| {
            let asks = open_timed(&context, zmq4::REQ);
            asks.connect(ZAP).unwrap();
            asks.send_message(["1.0", "1", "shop", "127.0.0.1", "", "NULL"])
                .unwrap();
            asks
        });
        let stopping = std::thread::spawn(move || auth.stop());
        std::thread::sleep(Duration::from_millis(50));
        assert!(!stopping.is_finished(), "the closure is running");
        drop(go);
        stopping.join().unwrap();
        assert_eq!(server.handshake(), Handshake::Succeeded);
        for asks in asks {
            assert_eq!(asks.recv_message(Flags::NONE).unwrap()[2], "200");
        }
        drop(client);
    });
}

/// What libzmq does without a handler, as the documentation of `Auth` says.
#[test]
fn without_it_libzmq_asks_nobody() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let policies = Policies::new();
        policies.deny("*", ["127.0.0.1"]).unwrap();
        let auth = Auth::with(&context, &policies).unwrap();
        let server = shop(&context);
        server.refuses(null);
        auth.stop();
        server.admits(null);
        if zmq4::has_curve() {
            let (ours, theirs) = (crate::auth::keys(), crate::auth::keys());
            let server = Server::new(&context, crate::auth::curve_server(&ours));
            server.admits(crate::auth::curve(&ours, &theirs));
        }
        let server = Server::new(&context, |server| server.set_plain_server(true).unwrap());
        let client = server.client(plain("admin", "right"));
        assert_eq!(server.handshake(), Handshake::Failed);
        drop(client);
    });
}

/// Enforced servers admit no peer without a handler: before the handler and after it.
#[test]
fn without_it_an_enforced_server_is_shut() {
    deadline(LONG, || {
        let mut pairs = vec![
            (zmq4::auth::Server::null(), Client::null()),
            (zmq4::auth::Server::plain(), Client::plain("admin", "right")),
        ];
        if zmq4::has_curve() {
            let (ours, theirs) = (crate::auth::keys(), crate::auth::keys());
            let client = Client::curve(ours.public(), theirs);
            pairs.push((zmq4::auth::Server::curve(ours.into_keys().1), client));
        }
        let policies = Policies::new();
        policies.plain_add("shop", "admin", "right").unwrap();
        policies.curve_add("shop", [zmq4::CURVE_ALLOW_ANY]).unwrap();
        for (role, client_role) in pairs {
            let context = Context::new().unwrap();
            let role = role.domain("shop").enforced();
            let server = Server::new(&context, |server| server.secure(&role).unwrap());
            let secure = |client: &zmq4::Socket| client.secure(&client_role).unwrap();
            let shut = || {
                let client = server.client(secure);
                assert_eq!(server.handshake(), Handshake::Failed, "{role:?}");
                drop(client);
                // It may have tried again before it was closed.
                while let Some((event, _)) = server.watch.next_within(Duration::from_millis(200)) {
                    assert_ne!(event, zmq4::zmq_sys::ZMQ_EVENT_HANDSHAKE_SUCCEEDED, "{role:?}");
                }
                assert_eq!(server.socket.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN, "{role:?}");
            };
            shut();
            let auth = Auth::with(&context, &policies).unwrap();
            server.admits(secure);
            auth.deny("shop", ["127.0.0.1"]).unwrap();
            server.refuses(secure);
            auth.clear_deny("shop");
            auth.stop();
            shut();
        }
    });
}

#[cfg(unix)]
#[test]
fn a_forked_child_does_not_have_it() {
    in_child("auth::lifetime::a_forked_child_does_not_have_it", LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let server = shop(&context);
        server.admits(null);
        let mut inherited = Some(auth);
        let status = forked(|| {
            let auth = inherited.take().unwrap();
            assert!(!auth.is_running());
            assert!(Auth::start(&context).is_err());
        });
        assert_eq!(status, 0);
        let auth = inherited.unwrap();
        server.admits(null);
        assert!(auth.is_running());
        #[cfg(target_os = "linux")]
        {
            // It may still have to settle; one that spins never does.
            let idle = (0..20).any(|_| {
                let before = worked();
                std::thread::sleep(Duration::from_millis(500));
                worked() < before + 10
            });
            assert!(idle, "it got no command");
        }
    });
}

/// A signal does not end it, with `set_retry_after_eintr(false)` either.
#[cfg(unix)]
#[test]
fn a_signal_does_not_end_it() {
    in_child("auth::lifetime::a_signal_does_not_end_it", LONG, || {
        extern "C" fn nothing(_: libc::c_int) {}
        // SAFETY: zero is a valid value of each field.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = nothing as *const () as usize;
        // SAFETY: the action is whole, and its handler does nothing.
        let done = unsafe { libc::sigaction(libc::SIGUSR1, &raw const action, std::ptr::null_mut()) };
        assert_eq!(done, 0);
        let context = Context::new().unwrap();
        context.set_retry_after_eintr(false);
        let auth = Auth::start(&context).unwrap();
        let (told, tells) = mpsc::channel();
        auth.set_metadata_handler(move |_| {
            // SAFETY: has no precondition.
            told.send(unsafe { libc::pthread_self() } as usize).unwrap();
            [("a", "b")]
        });
        let server = shop(&context);
        server.admits(null);
        let thread = tells.recv().unwrap() as libc::pthread_t;
        for _ in 0..100 {
            // SAFETY: the thread is alive as long as the handler is.
            assert_eq!(unsafe { libc::pthread_kill(thread, libc::SIGUSR1) }, 0);
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(auth.is_running());
        server.admits(null);
        assert_eq!(auth.allowed(), 2);
    });
}

#[test]
fn auth_counts_among_the_sockets() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(1).unwrap();
        let only = context.socket(zmq4::PULL).unwrap();
        assert_eq!(Auth::start(&context).unwrap_err(), Errno::EMFILE);
        drop(only);
        let auth = eventually(LONG, || Auth::start(&context).ok());
        assert_eq!(context.socket(zmq4::PULL).unwrap_err(), Errno::EMFILE);
        drop(auth);
        let again = eventually(LONG, || context.socket(zmq4::PULL).ok());
        assert_eq!(again.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
    });
}
