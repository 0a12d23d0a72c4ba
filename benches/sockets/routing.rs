//! DEALER to ROUTER and back over inproc, in one thread: a request with its envelope, and the answer to it.

use criterion::Criterion;
use zmq4::{DEALER, Flags, Message, ROUTER, Socket};

use crate::net::pair;
use crate::way::{Ours, Raw, Way};

const DATA: &[u8] = &[7; 64];

pub(crate) fn all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("routing/inproc");
    let (router, dealer) = pair("inproc", ROUTER, DEALER);
    let id = routing_id(&router, &dealer);
    group.bench_function(Raw::NAME, |bencher| {
        bencher.iter(|| round_trip::<Raw>(&router, &dealer, &id))
    });
    group.bench_function(Ours::NAME, |bencher| {
        bencher.iter(|| round_trip::<Ours>(&router, &dealer, &id))
    });
    group.bench_function("ours-envelope", |bencher| {
        bencher.iter(|| {
            dealer.send(DATA, Flags::NONE).unwrap();
            let request = router.recv_message(Flags::NONE).unwrap();
            // The envelope stays on, so the answer finds its way.
            router.send_message(request).unwrap();
            dealer.recv(Flags::NONE).unwrap()
        });
    });
    group.finish();
}

fn routing_id(router: &Socket, dealer: &Socket) -> Message {
    dealer.send(DATA, Flags::NONE).unwrap();
    router.recv_message(Flags::NONE).unwrap().pop_front().unwrap()
}

fn round_trip<W: Way>(router: &Socket, dealer: &Socket, id: &[u8]) {
    let mut slot = W::Slot::default();
    W::send(dealer, DATA, false);
    while W::recv(router, &mut slot).1 {}
    W::send(router, id, true);
    W::send(router, DATA, false);
    W::recv(dealer, &mut slot);
}
