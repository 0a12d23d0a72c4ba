//! How many descriptors libzmq opens, and that no program inherits them.

use zmq_sys::*;

use crate::proc::descriptors;
use crate::support::DEADLINE;
use crate::support::child::in_child;
use crate::support::monitor::Monitor;
use crate::support::zmq::*;

/// Without eventfd every socket has a pair of sockets to wake it.
#[test]
fn each_socket_has_a_single_eventfd() {
    in_child("descriptors::each_socket_has_a_single_eventfd", DEADLINE, || {
        let none = descriptors();
        let context = context();
        let first = socket(context, ZMQ_PAIR);
        let before = descriptors();
        let sockets = [(); 10].map(|()| socket(context, ZMQ_PAIR));
        let after = descriptors();

        let new = after.iter().filter(|(fd, _)| !before.contains_key(fd));
        assert_eq!(
            new.map(|(_, what)| what.as_str()).collect::<Vec<_>>(),
            ["anon_inode:[eventfd]"; 10]
        );
        let sockets_of_the_kernel = after
            .iter()
            .filter(|(fd, what)| !none.contains_key(fd) && what.starts_with("socket:"))
            .count();
        assert_eq!(sockets_of_the_kernel, 0);
        close(first);
        for socket in sockets {
            close(socket);
        }
        term(context);
    });
}

#[test]
fn all_are_closed_on_exec() {
    in_child("descriptors::all_are_closed_on_exec", DEADLINE, || {
        let before = descriptors();
        let context = context();
        let mut sockets = Vec::new();
        for endpoint in [c"tcp://127.0.0.1:*".to_owned(), unused_ipc()] {
            let (server, client) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
            connect(client, &bind(server, &endpoint));
            send(client, b"connected", 0);
            assert_eq!(recv(server), b"connected");
            sockets.extend([server, client]);
        }
        let monitor = Monitor::new(context, sockets[0], ZMQ_EVENT_ALL);
        let new: Vec<_> = descriptors()
            .into_iter()
            .filter(|(fd, _)| !before.contains_key(fd))
            .collect();
        // Two listeners, both ends of two connections, and those that wake.
        assert!(
            new.iter().filter(|(_, what)| what.starts_with("socket:")).count() >= 6,
            "{new:?}"
        );
        let inherited: Vec<_> = new.iter().filter(|(fd, _)| !is_closed_on_exec(*fd)).collect();
        assert!(inherited.is_empty(), "a program that is started inherits {inherited:?}");
        monitor.close(sockets[0]);
        for socket in sockets {
            close(socket);
        }
        term(context);
    });
}

fn is_closed_on_exec(fd: i32) -> bool {
    // SAFETY: this only reads a flag, of any descriptor.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
    flags != -1 && flags & libc::FD_CLOEXEC != 0
}
