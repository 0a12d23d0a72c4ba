//! Reactors that share their sockets, and handlers that share a state.

use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use zmq4::{Context, Flags, POLLIN, POLLOUT, Reactor, Socket, State};

use crate::support::{LONG, deadline, inproc_name};
use crate::{open, pair};

/// A struct that holds its socket, its reactor and what the handlers change.
struct Service {
    socket: Rc<Socket>,
    reactor: Reactor<'static, zmq4::Error, Vec<String>>,
}

impl Service {
    fn new(socket: Socket) -> zmq4::Result<Service> {
        let socket = Rc::new(socket);
        let mut reactor = Reactor::from_state(Vec::new());
        reactor.add_socket(Rc::clone(&socket), POLLIN, Service::receive)?;
        Ok(Service { socket, reactor })
    }

    fn receive(
        reactor: &mut Reactor<'static, zmq4::Error, Vec<String>>,
        socket: Rc<Socket>,
        _: State,
    ) -> zmq4::Result<()> {
        let text = socket.recv_string(Flags::NONE)?;
        if text == "stop" {
            reactor.stop();
        }
        reactor.state_mut().push(text);
        Ok(())
    }
}

#[test]
fn shared_reactor_lives_beside_its_socket() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        let mut service = Service::new(near).unwrap();
        far.send("a", Flags::NONE).unwrap();
        far.send("stop", Flags::NONE).unwrap();
        service.reactor.run().unwrap();
        service.socket.send("b", Flags::NONE).unwrap();
        assert_eq!(far.recv(Flags::NONE).unwrap(), "b");
        assert!(service.reactor.remove_socket(&service.socket));
        assert_eq!(Rc::strong_count(&service.socket), 1, "the reactor has let go of it");
        assert_eq!(service.reactor.into_state(), ["a", "stop"]);
    });
}

#[test]
fn handler_opens_and_adds_a_socket() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        let name = inproc_name();
        let mut reactor = Reactor::with_state(0);
        reactor
            .add_socket(&near, POLLIN, |reactor, near, _| {
                near.recv(Flags::NONE)?;
                let inbox = Rc::new(open(&context, zmq4::PULL));
                inbox.bind(&name)?;
                reactor.add_socket(inbox, POLLIN, |reactor, inbox, _| {
                    inbox.recv(Flags::NONE)?;
                    *reactor.state_mut() += 1;
                    if *reactor.state() == 3 {
                        // The handler still has a handle: the socket is closed when it returns.
                        assert!(reactor.remove_socket(&inbox));
                        reactor.stop();
                    }
                    Ok(())
                })?;
                Ok(())
            })
            .unwrap();
        far.send("open", Flags::NONE).unwrap();
        let push = open(&context, zmq4::PUSH);
        push.connect(&name).unwrap();
        for _ in 0..3 {
            push.send("x", Flags::NONE).unwrap();
        }
        reactor.run().unwrap();
        assert_eq!(reactor.into_state(), 3);
        // It was closed, so the name is free.
        let again = open(&context, zmq4::PULL);
        crate::support::eventually(LONG, || again.bind(&name).is_ok().then_some(()));
    });
}

#[test]
fn state_is_shared_by_all_kinds_of_handlers() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        let (sender, receiver) = zmq4::channel().unwrap();
        let (other_sender, other) = zmq4::channel::<()>().unwrap();
        let mut seen = Vec::new();
        let mut reactor = Reactor::with_state(&mut seen);
        let note = |reactor: &mut Reactor<'_, _, &mut Vec<&str>>, what| {
            reactor.state_mut().push(what);
            if reactor.state().len() == 4 {
                reactor.stop();
            }
            Ok(())
        };
        reactor.add_timer_once(Duration::ZERO, move |reactor| note(reactor, "timer"));
        reactor
            .add_channel(receiver, 1, move |reactor, ()| note(reactor, "channel"))
            .unwrap();
        reactor
            .add_socket(&near, POLLOUT, move |reactor, near, _| {
                reactor.remove_socket(near);
                note(reactor, "socket")
            })
            .unwrap();
        reactor
            .add_fd(Rc::new(other), POLLIN, move |reactor, other, _| {
                other.try_recv()?;
                note(reactor, "descriptor")
            })
            .unwrap();
        sender.send(()).unwrap();
        other_sender.send(()).unwrap();
        reactor.run().unwrap();
        drop(reactor);
        drop(far);
        assert_eq!(seen, ["timer", "channel", "socket", "descriptor"]);
    });
}

#[test]
fn error_of_a_handler_goes_to_another_thread() {
    deadline(LONG, || {
        let (failed, failure) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut reactor = Reactor::new();
            reactor.add_timer_once(Duration::ZERO, |_| Err("broken".into()));
            failed.send(reactor.run()).unwrap();
        });
        let error = failure.recv().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "broken");
        thread.join().unwrap();
    });
}
