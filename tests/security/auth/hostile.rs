//! Requests that are none, from the frames on and over the real socket.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use zmq4::auth::{Auth, Policies, Verdict};
use zmq4::{Context, DONTWAIT, Flags, Multipart};

use crate::auth::oracle::{Input, WORLDS, World, check, run};
use crate::auth::{Server, ZAP, open_timed, plain, plain_server};
use crate::support::{LONG, deadline};

/// Words of which requests are made.
const WORDS: [&str; 20] = [
    "",
    "1.0",
    "1",
    "shop",
    "*",
    "elsewhere",
    "127.0.0.1",
    "127.0.0.9",
    "10.1.2.3",
    "::1",
    "fe80::1%eth0",
    "NULL",
    "PLAIN",
    "CURVE",
    "GSSAPI",
    "admin",
    "guest",
    "right",
    "user@REALM",
    "User-Id",
];

fn policies() -> Policies {
    World::new(&Input::world(0)).1
}

fn frame() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => proptest::sample::select(WORDS.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
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

/// The first inputs of the fuzzer, with their names.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/zap_request");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut seeds: Vec<_> = entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    seeds.sort();
    seeds
}

/// What a fuzzer does to an input: a byte replaced, left out or put in, a word put in, the end cut off.
type Edit = (u8, Index, u8, &'static str);

fn edited(mut input: Vec<u8>, edits: Vec<Edit>) -> Vec<u8> {
    for (how, place, byte, word) in edits {
        let place = place.index(input.len() + 1);
        match how {
            0 if place < input.len() => input[place] = byte,
            1 if place < input.len() => {
                input.remove(place);
            }
            2 => input.insert(place, byte),
            3 => {
                let field = std::iter::once(word.len() as u8).chain(word.bytes());
                input.splice(place..place, field);
            }
            _ => input.truncate(place),
        }
    }
    input
}

fn edited_seed() -> impl Strategy<Value = Vec<u8>> {
    let seeds: Vec<_> = seeds().into_iter().map(|(_, seed)| seed).collect();
    let word = proptest::sample::select(WORDS.to_vec());
    let edit = (0_u8..5, any::<Index>(), any::<u8>(), word);
    (proptest::sample::select(seeds), proptest::collection::vec(edit, 0..8))
        .prop_map(|(seed, edits)| edited(seed, edits))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_request_has_its_answer(world in 0..WORLDS.len(), request in request()) {
        let (world, policies) = World::new(&Input::world(world));
        let request: Vec<_> = request.iter().map(Vec::as_slice).collect();
        check(&world, &policies, &request);
    }

    /// What the fuzzer does, for a moment, and without looking where it gets.
    #[test]
    fn every_run_of_the_fuzzer(data in prop_oneof![
        4 => edited_seed(),
        1 => proptest::collection::vec(any::<u8>(), 0..300),
    ]) {
        run(&data);
    }
}

/// The fuzzer begins with a request for each reason to let a peer in or to refuse it.
#[test]
fn the_seeds_of_the_fuzzer() {
    let reached: BTreeSet<String> = seeds()
        .iter()
        .map(|(name, seed)| {
            println!("{name}");
            run(seed)
        })
        .collect();
    let reasons = [
        "200 CURVE",
        "200 CURVE any client",
        "200 GSSAPI",
        "200 NULL",
        "200 PLAIN",
        "200 closure",
        "300 closure",
        "400 CURVE",
        "400 GSSAPI",
        "400 OTHER",
        "400 PLAIN",
        "400 PLAIN without password",
        "400 closure",
        "400 in deny list",
        "400 malformed",
        "400 not in allow list",
        "500 malformed",
    ];
    for reason in reasons {
        assert!(reached.contains(reason), "{reason} is not in {reached:#?}");
    }
}

/// Whatever frames arrive, with an envelope they have the answer that is worked out for them, and without one there is no one
/// to answer.
#[test]
fn any_frames_over_the_socket() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::with(&context, &policies()).unwrap();
        let stranger = open_timed(&context, zmq4::DEALER);
        stranger.connect(ZAP).unwrap();
        let envelope = prop_oneof![4 => Just(vec![Vec::new()]), 1 => proptest::collection::vec(frame(), 0..3)];
        let config = ProptestConfig {
            cases: 500,
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let sent = |(envelope, request): (Vec<Vec<u8>>, Vec<Vec<u8>>)| {
            let frames = [envelope, request].concat();
            if frames.is_empty() {
                return Ok(());
            }
            stranger.send_message(frames.as_slice()).unwrap();
            if frames[0].is_empty() {
                let mut answer = stranger.recv_message(Flags::NONE).unwrap();
                prop_assert!(answer.pop_front().is_some_and(|delimiter| delimiter.is_empty()));
                let request: Multipart = frames[1..].iter().map(Vec::as_slice).collect();
                prop_assert_eq!(answer, policies().answer(&request));
            } else {
                prop_assert!(stranger.recv(DONTWAIT).is_err());
            }
            Ok(())
        };
        TestRunner::new(config).run(&(envelope, request()), sent).unwrap();
        assert!(auth.is_running());
    });
}

/// What programs of this process may send to the handler, in each way that libzmq lets them.
#[test]
fn garbage_over_the_socket() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::with(&context, &policies()).unwrap();
        let server = Server::new(&context, plain_server);
        let stranger = open_timed(&context, zmq4::DEALER);
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
            // Without an envelope there is no one to answer, and it is passed over.
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
        let asks = open_timed(&context, zmq4::REQ);
        asks.connect(ZAP).unwrap();
        asks.send("nonsense", Flags::NONE).unwrap();
        assert_eq!(asks.recv_message(Flags::NONE).unwrap()[2], "500");
        server.admits(plain("admin", "right"));
        assert!(auth.is_running());
    });
}

/// Someone floods the handler and never reads; peers get in all the same, and it stops when it is to.
#[test]
fn a_flood_keeps_nobody_out() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::with(&context, &policies()).unwrap();
        let server = Server::new(&context, plain_server);
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let stranger = open_timed(&context, zmq4::DEALER);
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
            assert!(begun.elapsed() < LONG / 2);
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
