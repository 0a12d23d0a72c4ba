use zmq4::{Errno, Flags, GATHER, SCATTER, SNDMORE};

use crate::support::{LONG, deadline};
use crate::{Transports, context, open, pair, recv, send};

#[test]
fn scatter_sends_round_robin() {
    deadline(LONG, || {
        let (context, transports) = (context(), Transports::new());
        for endpoint in transports.endpoints() {
            let (scatter, first) = pair(&context, &endpoint, SCATTER, GATHER);
            let second = open(&context, GATHER);
            second.connect(&scatter.last_endpoint().unwrap()).unwrap();
            // Until both are there.
            let mut received = [0, 0];
            while received.contains(&0) {
                send(&scatter, "task".into());
                for (gather, count) in [&first, &second].into_iter().zip(&mut received) {
                    while gather.recv(zmq4::DONTWAIT).is_ok() {
                        *count += 1;
                    }
                }
            }
            for n in 0..10 {
                send(&scatter, format!("{n}").into());
            }
            let of = |gather| {
                std::iter::repeat_with(|| recv(gather).to_string())
                    .filter(|body| body != "task")
                    .take(5)
                    .collect::<Vec<_>>()
            };
            let (mut all, others) = (of(&first), of(&second));
            assert!(all.windows(2).all(|two| two[0] < two[1]), "{all:?}");
            all.extend(others);
            all.sort();
            assert_eq!(all, (0..10).map(|n| n.to_string()).collect::<Vec<_>>(), "{endpoint}");
        }
    });
}

#[test]
fn directions_and_frames_are_checked() {
    let context = context();
    let (scatter, gather) = (open(&context, SCATTER), open(&context, GATHER));
    assert_eq!(scatter.recv(Flags::NONE).unwrap_err(), Errno::ENOTSUP);
    assert_eq!(gather.send("task", Flags::NONE).unwrap_err(), Errno::ENOTSUP);
    assert_eq!(scatter.send("part", SNDMORE).unwrap_err(), Errno::EINVAL);
}
