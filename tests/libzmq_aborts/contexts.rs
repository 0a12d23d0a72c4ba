//! Options of a context.

use zmq4::{Context, Errno};

use crate::open_timed;
use crate::support::{LONG, in_child, inproc_name};

/// B3: `std::length_error` at the first socket.
#[test]
fn absurd_numbers_of_sockets() {
    in_child("contexts::absurd_numbers_of_sockets", LONG, || {
        for absurd in [0, 65536, 1 << 20, i32::MAX as u32, 1 << 31, u32::MAX] {
            let context = Context::new().unwrap();
            let error = context.set_max_sockets(absurd).unwrap_err();
            assert_eq!(error, Errno::EINVAL, "{absurd}");
            assert!(
                error.to_string().starts_with("zmq_ctx_set(ZMQ_MAX_SOCKETS): "),
                "{error}"
            );
            assert_eq!(context.max_sockets().unwrap(), 1023);
            context.socket(zmq4::PAIR).unwrap();
        }
        let context = Context::new().unwrap();
        context.set_max_sockets(65535).unwrap();
        context.socket(zmq4::PAIR).unwrap();
    });
}

/// B4: an abort at the first socket, for want of descriptors or threads.
#[test]
fn absurd_numbers_of_io_threads() {
    in_child("contexts::absurd_numbers_of_io_threads", LONG, || {
        for absurd in [100_000, i32::MAX as u32, 1 << 31, u32::MAX] {
            let context = Context::new().unwrap();
            let error = context.set_io_threads(absurd).unwrap_err();
            assert_eq!(error, Errno::EINVAL, "{absurd}");
            assert!(
                error.to_string().starts_with("zmq_ctx_set(ZMQ_IO_THREADS): "),
                "{error}"
            );
            context.socket(zmq4::PAIR).unwrap();
        }
        let context = Context::new().unwrap();
        context.set_io_threads(64).unwrap();
        context.socket(zmq4::PAIR).unwrap();
    });
}

#[test]
fn no_io_threads_at_all() {
    let context = Context::new().unwrap();
    context.set_io_threads(0).unwrap();
    let socket = open_timed(&context, zmq4::PAIR);
    for error in [
        socket.bind("tcp://127.0.0.1:*").unwrap_err(),
        socket.connect("tcp://127.0.0.1:5555").unwrap_err(),
    ] {
        assert_eq!(error, Errno::EMTHREAD, "{error}");
    }
    socket.bind(&inproc_name()).unwrap();
}

/// What holds already may be said again, whenever it is.
#[test]
fn a_value_that_holds_is_no_error() {
    let context = Context::new().unwrap();
    context.set_io_threads(2).unwrap();
    context.set_max_sockets(7).unwrap();
    let socket = context.socket(zmq4::PAIR).unwrap();
    context.set_io_threads(2).unwrap();
    context.set_max_sockets(7).unwrap();
    context.set_thread_name_prefix(0).unwrap();
    for error in [
        context.set_io_threads(1).unwrap_err(),
        context.set_max_sockets(8).unwrap_err(),
        context.set_thread_name_prefix(1).unwrap_err(),
    ] {
        assert_eq!(error, Errno::EINVAL, "{error}");
    }
    assert_eq!((context.io_threads().unwrap(), context.max_sockets().unwrap()), (2, 7));
    drop(socket);
}

/// libzmq's default policy is -1, as its failures are: it is no failure, whatever error number was left behind.
#[cfg(unix)]
#[test]
fn a_policy_is_read_whatever_failed_before() {
    use zmq4::DONTWAIT;
    let dead = Context::new().unwrap();
    let socket = dead.socket(zmq4::PULL).unwrap();
    dead.shutdown().unwrap();
    let live = Context::new().unwrap();
    for context in [&live, &Context::new().unwrap()] {
        assert_eq!(socket.recv(DONTWAIT).unwrap_err(), Errno::ETERM);
        assert_eq!(context.thread_sched_policy().unwrap(), None);
        context.socket(zmq4::PULL).unwrap();
        assert_eq!(socket.recv(DONTWAIT).unwrap_err(), Errno::ETERM);
        assert_eq!(context.thread_sched_policy().unwrap(), None);
    }
    assert_eq!(dead.thread_sched_policy().unwrap_err(), Errno::ETERM);
}

/// libzmq aborts where a thread cannot be started, as in a container at its limit.
#[cfg(target_os = "linux")]
#[test]
fn no_thread_is_left() {
    /// No one's, so that no other process counts.
    const USER: libc::uid_t = 54321;
    in_child("contexts::no_thread_is_left", LONG, || {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: the structure is live.
        assert_eq!(unsafe { libc::getrlimit(libc::RLIMIT_NPROC, &mut limit) }, 0);
        // The limit does not hold for root. Another user may be at it at once.
        // SAFETY: takes an integer only; the process is a child of the test.
        let others = unsafe { libc::setuid(USER) } != 0;
        let (mut refused, mut opened) = (0, 0);
        for threads in 0..20 {
            limit.rlim_cur = threads;
            // SAFETY: the structure is live.
            assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NPROC, &limit) }, 0);
            let context = Context::new().unwrap();
            context.set_io_threads(2).unwrap();
            match context.socket(zmq4::PAIR) {
                Ok(_) => opened += 1,
                Err(error) => {
                    assert_eq!(error, Errno::EAGAIN, "{error}");
                    assert!(
                        error.to_string().contains("the 3 threads of the context (RLIMIT_NPROC"),
                        "{error}"
                    );
                    refused += 1;
                }
            }
        }
        assert!(
            refused > 2 && (others || opened > 2),
            "{refused} refused, {opened} opened"
        );
    });
}

/// Nothing that a context is made for needs a file.
#[cfg(unix)]
#[test]
fn no_file_is_needed() {
    in_child("contexts::no_file_is_needed", LONG, || {
        let empty = std::env::temp_dir().join(crate::support::unique("zmq4"));
        std::fs::create_dir(&empty).unwrap();
        // SAFETY: the text ends in NUL, and the process is a child of the test.
        let moved = unsafe { libc::chroot(std::ffi::CString::new(empty.to_str().unwrap()).unwrap().as_ptr()) };
        if moved != 0 {
            std::fs::remove_dir(empty).unwrap();
            println!("skipped: only root may change the root");
            return;
        }
        std::env::set_current_dir("/").unwrap();
        assert!(std::fs::File::open("/dev/null").is_err());
        let context = Context::new().unwrap();
        let (a, b) = (open_timed(&context, zmq4::PAIR), open_timed(&context, zmq4::PAIR));
        b.connect(&crate::support::bind_tcp(&a)).unwrap();
        b.send("through", zmq4::Flags::NONE).unwrap();
        assert_eq!(a.recv(zmq4::Flags::NONE).unwrap(), "through");
    });
}
