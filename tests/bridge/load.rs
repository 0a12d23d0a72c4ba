//! Many bridges at once, and a bridge that is dropped on its own thread.

use crate::*;

/// Starts, traffic both ways, and stops at any moment, on many threads at once.
#[test]
fn bridges_come_and_go_under_load() {
    deadline(4 * LONG, || {
        let context = Context::new().unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for round in 0..50_u64 {
                        let (a, b) = connected(&context, zmq4::PAIR, zmq4::PAIR, round % 2 == 0);
                        let (left, out, back) = Bridge::start(a, capacity(1 + round as usize % 3, 2)).unwrap();
                        let (right, reply, requests) = Bridge::start(b, capacity(2, 1)).unwrap();
                        let done = AtomicBool::new(false);
                        thread::scope(|scope| {
                            scope.spawn(|| echo(&requests, &reply));
                            scope.spawn(|| {
                                for (number, expected) in back.iter().zip(0..) {
                                    assert_eq!(self::number(&number), expected);
                                    if expected == round {
                                        done.store(true, Ordering::Relaxed);
                                    }
                                }
                            });
                            for number in 0..=round {
                                out.send(one(number)).unwrap();
                            }
                            eventually(LONG, || done.load(Ordering::Relaxed).then_some(()));
                            accepted_all(left.stop());
                            drop(right);
                        });
                    }
                });
            }
        });
    });
}

fn echo(requests: &Receiver<Multipart>, replies: &Sender<Multipart>) {
    for request in requests {
        if replies.send(request).is_err() {
            return;
        }
    }
}

/// Bytes whose owner acts when it is dropped.
struct Acts(Box<dyn FnMut() + Send>);

impl AsRef<[u8]> for Acts {
    fn as_ref(&self) -> &[u8] {
        &[7; 100]
    }
}

impl Drop for Acts {
    fn drop(&mut self) {
        self.0();
    }
}

#[test]
fn bridge_dropped_on_its_own_thread_ends() {
    deadline(LONG, || {
        for stops in [false, true] {
            let context = Context::new().unwrap();
            // It drops what it is to send, because no one subscribes.
            let publisher = open_timed(&context, zmq4::XPUB);
            let (bridge, outbound, _inbound) = Bridge::start(publisher, Capacity::default()).unwrap();
            let (done, acted) = mpsc::channel();
            let mut once = Some(bridge);
            let acts = Acts(Box::new(move || {
                let bridge = once.take().unwrap();
                let error = if stops { bridge.stop().error } else { None };
                done.send(error).unwrap();
            }));
            outbound
                .send(Multipart::from_iter([Message::from_owner(acts)]))
                .unwrap();
            let error = acted.recv_timeout(LONG).unwrap();
            assert_eq!(error.is_some_and(|error| error == Errno::EDEADLK), stops);
            // It waits for the socket of the bridge.
            context.term().unwrap();
        }
    });
}
