//! What a verbose reactor writes to the log.

use std::time::Duration;

use zmq4::{Context, Flags, POLLIN, Reactor};

use crate::pair;
use crate::support::log::Recorder;

#[test]
fn a_verbose_reactor_tells_what_it_calls_and_no_value() {
    let recorder = Recorder::install();
    let context = Context::new().unwrap();
    let (near, far) = pair(&context);
    near.set_routing_id("near").unwrap();
    for verbose in [false, true] {
        let (sender, receiver) = zmq4::channel().unwrap();
        let (quiet, silent) = zmq4::channel().unwrap();
        far.send("secret", Flags::NONE).unwrap();
        sender.send("secret").unwrap();
        quiet.send("secret").unwrap();
        drop(sender);
        let mut reactor = Reactor::new();
        reactor.set_verbose(verbose);
        reactor.add_timer_once(Duration::ZERO, |_| Ok(()));
        reactor
            .add_socket(&near, POLLIN, |_, near, _| {
                near.recv(Flags::NONE)?;
                Ok(())
            })
            .unwrap();
        let id = reactor
            .add_channel_with_end(
                receiver,
                0,
                |_, _| Ok(()),
                |reactor| {
                    reactor.stop();
                    Ok(())
                },
            )
            .unwrap();
        reactor
            .add_fd(&silent, POLLIN, |_, _, _| {
                silent.try_recv()?;
                Ok(())
            })
            .unwrap();
        reactor.run().unwrap();
        let lines = recorder.take_own();
        if !verbose {
            assert!(lines.is_empty(), "{lines:?}");
            continue;
        }
        let start = format!("DEBUG zmq4::reactor Reactor({:p}) ", &reactor);
        let told: Vec<_> = lines.iter().map(|line| line.strip_prefix(&start).unwrap()).collect();
        assert_eq!(told.len(), 5, "{told:?}");
        assert_eq!(told[0], "timer 1");
        assert_eq!(told[1], format!("channel {id}"));
        assert_eq!(told[2], "{Socket(PAIR,\"near\") POLLIN}");
        assert!(
            told[3].starts_with("{Fd(") && told[3].ends_with(") POLLIN}"),
            "{told:?}"
        );
        assert_eq!(told[4], format!("removing closed channel {id}"));
    }
}
