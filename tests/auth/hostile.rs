//! Requests that are none, from the frames on and over the real socket.

use proptest::prelude::*;
use zmq4::auth::{Auth, Verdict};
use zmq4::{Context, DONTWAIT, Flags};

use crate::oracle::{check, frames, policies, run};
use crate::support::{LONG, deadline};
use crate::{Server, ZAP, open, plain, plain_server};

fn frame() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "",
        "1.0",
        "1",
        "shop",
        "*",
        "127.0.0.1",
        "127.0.0.9",
        "::1",
        "NULL",
        "PLAIN",
        "CURVE",
        "GSSAPI",
        "admin",
        "right",
        "user@REALM",
    ];
    prop_oneof![
        6 => proptest::sample::select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
        1 => (6_u8..8).prop_map(|byte| vec![byte; 32]),
        1 => proptest::collection::vec(any::<u8>(), 250..600),
    ]
}

fn request() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let head = ["1.0", "1", "shop", "127.0.0.1", ""].map(|text| text.as_bytes().to_vec());
    prop_oneof![
        proptest::collection::vec(frame(), 0..12),
        proptest::collection::vec(frame(), 0..5).prop_map(move |tail| [&head[..], &tail].concat()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_request_has_its_answer(request in request()) {
        let policies = policies();
        let request: Vec<_> = request.iter().map(Vec::as_slice).collect();
        check(&policies, &request);
        prop_assert_eq!(policies.allowed() + policies.denied() + policies.failed(), 1);
    }

    /// What the fuzzer does, for a moment.
    #[test]
    fn every_run_of_the_fuzzer(data in proptest::collection::vec(any::<u8>(), 0..300)) {
        run(&policies(), &data);
    }
}

/// The seeds of the fuzzer are requests of each kind.
#[test]
fn the_seeds_of_the_fuzzer() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/zap_request");
    let mut statuses = std::collections::BTreeMap::new();
    for seed in std::fs::read_dir(seeds).unwrap() {
        let data = std::fs::read(seed.unwrap().path()).unwrap();
        run(&policies(), &data);
        let status = policies().answer(&frames(&data))[2].to_string();
        *statuses.entry(status).or_insert(0) += 1;
    }
    let number = |status: &str| statuses.get(status).copied().unwrap_or(0);
    assert!(
        number("200") >= 4 && number("400") >= 4 && number("500") >= 2,
        "{statuses:?}"
    );
}

/// What programs of this process may send to the handler, in each way that libzmq lets them.
#[test]
fn garbage_over_the_socket() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::with(&context, &policies()).unwrap();
        let server = Server::new(&context, plain_server);
        let stranger = open(&context, zmq4::DEALER);
        stranger.connect(ZAP).unwrap();
        let long = "x".repeat(100_000);
        let table: [(&[&str], &str); 10] = [
            (&["", ""], "500"),
            (&["", "1.0"], "500"),
            (&["", "1.0", "id"], "500"),
            (&["", "2.0", "id", "shop", "127.0.0.1", "", "NULL"], "500"),
            (&["", "1.0", "id", "shop", "127.0.0.1", ""], "500"),
            (&["", "1.0", "id", "shop", "127.0.0.1", "", "CURVE", "short"], "400"),
            (&["", "1.0", "id", "shop", "127.0.0.1", "", "PLAIN", "admin"], "400"),
            (&["", "1.0", "id", "shop", "127.0.0.1", "", "OTHER"], "400"),
            (&["", "1.0", "id", "shop", "127.0.0.1", "", "NULL"], "200"),
            (&["", "1.0", "id", &long, "127.0.0.1", "", "NULL"], "500"),
        ];
        for (frames, status) in table {
            // Without an envelope there is nobody to answer, and it is passed over.
            stranger.send("no envelope", Flags::NONE).unwrap();
            stranger.send_message(["no envelope", "1.0", "id"]).unwrap();
            stranger.send_message(frames).unwrap();
            let answer = stranger.recv_message(Flags::NONE).unwrap();
            assert_eq!(answer.len(), 7, "an envelope and the answer");
            assert_eq!(answer[3], status, "{frames:?}");
            if frames.len() > 2 {
                assert_eq!(answer[2], "id");
            }
        }
        let asks = open(&context, zmq4::REQ);
        asks.connect(ZAP).unwrap();
        asks.send("nonsense", Flags::NONE).unwrap();
        assert_eq!(asks.recv_message(Flags::NONE).unwrap()[2], "500");
        server.admits(plain("admin", "right"));
        assert!(auth.is_running());
    });
}

/// Somebody floods the handler and never reads; peers get in all the same, and it stops when it is to.
#[test]
fn a_flood_keeps_nobody_out() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::with(&context, &policies()).unwrap();
        let server = Server::new(&context, plain_server);
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let stranger = open(&context, zmq4::DEALER);
                stranger.connect(ZAP).unwrap();
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    if stranger.send_message_dontwait(["", "1.0", "flood"]).is_err() {
                        std::thread::yield_now();
                    }
                }
            });
            for _ in 0..10 {
                server.admits(plain("admin", "right"));
                server.refuses(plain("admin", "wrong"));
            }
            assert!(auth.failed() > 0);
            let begun = std::time::Instant::now();
            auth.stop();
            assert!(begun.elapsed() < std::time::Duration::from_secs(10));
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    });
}

/// Peers that go away in the middle of being asked about leave nothing behind.
#[test]
fn peers_that_leave_early() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::with(&context, &policies()).unwrap();
        auth.set_plain_handler(|_, _, _| {
            std::thread::sleep(std::time::Duration::from_millis(2));
            Verdict::Defer
        });
        let server = Server::new(&context, plain_server);
        for _ in 0..30 {
            drop(server.client(plain("admin", "wrong")));
        }
        drop(server);
        let server = Server::new(&context, plain_server);
        server.admits(plain("admin", "right"));
        assert!(server.socket.recv(DONTWAIT).is_err());
        assert!(auth.is_running());
    });
}
