//! A forked child, to which the parent's monitors are nothing.

use zmq4::{Context, EVENT_ALL, Errno, Event};

use crate::support::fork::forked;
use crate::support::{LONG, bind_tcp, in_child};
use crate::{next, open, wait_for};

#[test]
fn child_that_drops_monitors_disturbs_none() {
    in_child("forks::child_that_drops_monitors_disturbs_none", LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::PULL);
        let monitor = server.monitor(EVENT_ALL).unwrap();
        bind_tcp(&server);
        let mut inherited = Some((server, monitor));
        for monitor_first in [true, false] {
            let status = forked(|| {
                let (server, monitor) = inherited.take().unwrap();
                assert_eq!(server.monitor(EVENT_ALL).unwrap_err(), Errno::EINTR);
                assert_eq!(server.monitor_at("", EVENT_ALL).unwrap_err(), Errno::EINTR);
                monitor.stop();
                assert!(monitor.recv_timeout(LONG).is_err());
                if monitor_first {
                    drop((monitor, server));
                } else {
                    drop((server, monitor));
                }
            });
            assert_eq!(status, 0);
        }
        let (server, monitor) = inherited.unwrap();
        assert_eq!(next(&monitor).event, Event::LISTENING);
        let endpoint = bind_tcp(&server);
        assert_eq!(wait_for(&monitor, Event::LISTENING).endpoint, endpoint);
    });
}
