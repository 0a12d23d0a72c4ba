use zmq4::{CHANNEL, Errno, SNDMORE};

use crate::support::{LONG, deadline};
use crate::{Transports, context, pair, recv, send};

#[test]
fn channel_carries_both_ways() {
    deadline(LONG, || {
        let (context, transports) = (context(), Transports::new());
        for endpoint in transports.endpoints() {
            let (a, b) = pair(&context, &endpoint, CHANNEL, CHANNEL);
            for n in 0..100 {
                send(&a, format!("there {n}").into());
                assert_eq!(recv(&b), format!("there {n}").as_str());
                send(&b, format!("back {n}").into());
                assert_eq!(recv(&a), format!("back {n}").as_str());
            }
            assert_eq!(a.send("part", SNDMORE).unwrap_err(), Errno::EINVAL);
        }
    });
}
