//! What a verbose reactor writes to the log.

use std::cell::RefCell;
use std::time::Duration;

use zmq4::{Context, Flags, POLLIN, Reactor};

use crate::pair;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the lines of each thread apart, as the tests run in parallel.
struct Kept;

impl log::Log for Kept {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {} {}", record.level(), record.target(), record.args());
        LINES.with_borrow_mut(|lines| lines.push(line));
    }

    fn flush(&self) {}
}

#[test]
fn a_verbose_reactor_tells_what_it_calls_and_no_value() {
    log::set_logger(&Kept).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
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
        let lines: Vec<String> = LINES.take();
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
