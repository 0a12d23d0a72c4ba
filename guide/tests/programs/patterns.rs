//! The other programs of chapter 2.

use zmq4::{Context, Flags};

use crate::stage::LONG;

runs! {
    msreader_reads_both_sockets: msreader => |stage| {
        let ctx = Context::new().unwrap();
        let tasks = ctx.socket(zmq4::PUSH).unwrap();
        tasks.bind(&stage.ipc("tasks")).unwrap();
        // An XPUB sees when the program has subscribed.
        let weather = ctx.socket(zmq4::XPUB).unwrap();
        weather.bind(&stage.ipc("weather")).unwrap();
        weather.set_rcvtimeo(Some(LONG)).unwrap();
        let mut reader = stage.start("msreader", &[&stage.ipc("tasks"), &stage.ipc("weather")]);
        assert_eq!(weather.recv(Flags::NONE).unwrap(), "\u{1}10001 ");
        tasks.send("number 1", Flags::NONE).unwrap();
        reader.until("task: number 1");
        weather.send("10002 elsewhere", Flags::NONE).unwrap();
        weather.send("10001 sunny", Flags::NONE).unwrap();
        assert_eq!(reader.until("weather: "), "weather: 10001 sunny");
    };
    rrbroker_joins_client_and_workers: rrbroker rrclient rrworker => |stage| {
        let (front, back) = (stage.ipc("front"), stage.ipc("back"));
        let mut broker = stage.start("rrbroker", &[&front, &back]);
        assert_eq!((broker.endpoint(), broker.endpoint()), (front.clone(), back.clone()));
        let mut workers = [stage.start("rrworker", &[&back]), stage.start("rrworker", &[&back])];
        let lines = stage.start("rrclient", &[&front]).finish();
        let replies = (0..10).map(|number| format!("Received reply {number} [World]"));
        assert_eq!(lines, replies.collect::<Vec<_>>());
        // Either may have come so late that the other had done all. One more, and both have work.
        let clients: Vec<_> = (0..8).map(|_| stage.start("rrclient", &[&front])).collect();
        workers.iter_mut().for_each(|worker| drop(worker.until("Received request: [Hello]")));
        clients.into_iter().for_each(|client| drop(client.finish()));
    };
    mtserver_answers_clients: mtserver rrclient => |stage| {
        let mut server = stage.start("mtserver", &["tcp://127.0.0.1:*"]);
        let endpoint = server.endpoint();
        let clients = [(); 3].map(|()| stage.start("rrclient", &[&endpoint]));
        for client in clients {
            assert_eq!(client.finish().len(), 10);
        }
        server.until("Received request: [Hello]");
    };
    mtrelay_signals_through_three_threads: mtrelay => |stage| {
        let lines = stage.start("mtrelay", &[]).finish();
        assert_eq!(
            lines,
            ["Step 1 ready, signaling step 2", "Step 2 ready, signaling step 3", "Test successful!"]
        );
    };
    interrupt_ends_well_at_ctrl_c: interrupt rrclient => |stage| {
        let mut program = stage.start("interrupt", &[&stage.ipc("a")]);
        let endpoint = program.endpoint();
        assert_eq!(stage.start("rrclient", &[&endpoint]).finish().len(), 10);
        program.interrupt();
        let lines = program.finish();
        assert_eq!(lines[lines.len() - 2..], ["W: interrupt received, proceeding...", "all is closed"]);
    };
    syncpub_waits_for_all_subscribers: syncpub syncsub => |stage| {
        let (updates, signals) = (stage.ipc("updates"), stage.ipc("signals"));
        let mut publisher = stage.start("syncpub", &[&updates, &signals, "3", "10000"]);
        publisher.until("Waiting");
        let subscribers = [(); 3].map(|()| stage.start("syncsub", &[&updates, &signals]));
        for subscriber in subscribers {
            assert_eq!(subscriber.finish(), ["Received 10000 updates"]);
        }
        assert_eq!(publisher.finish().last().unwrap(), "Broadcasting messages");
    };
    psenvsub_gets_one_topic_only: psenvpub psenvsub => |stage| {
        let mut publisher = stage.start("psenvpub", &[&stage.ipc("a")]);
        let endpoint = publisher.endpoint();
        let mut subscriber = stage.start("psenvsub", &[&endpoint]);
        for _ in 0..2 {
            assert_eq!(subscriber.until(""), "[B] We would like to see this");
        }
    };
    eagain_comes_after_the_high_water_mark: eagain => |stage| {
        let lines = stage.start("eagain", &[]).finish();
        let (error, sent) = lines.split_last().unwrap();
        // The mark is 4, and none is delivered.
        assert_eq!(sent, (0..=4).map(|number| format!("Sending message {number}")).collect::<Vec<_>>());
        assert!(error.contains("temporarily unavailable"), "{error}");
    };
}
