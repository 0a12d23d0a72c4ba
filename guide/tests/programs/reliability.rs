//! Chapter 4: servers, workers and brokers that go, and come back.

use crate::stage::Stage;

runs! {
    lpclient_asks_again_until_it_gives_up: lpserver lpclient => |stage| {
        let endpoint = stage.ipc("a");
        let server = stage.start("lpserver", &[&endpoint]);
        let mut client = stage.start("lpclient", &[&endpoint]);
        client.until("server replied OK (1)");
        let lines = server.finish();
        assert_eq!(lines.last().unwrap(), "I: simulating a crash");
        let mut server = stage.start("lpserver", &[&endpoint]);
        server.until("normal request");
        client.until("no response from server, retrying");
        client.until("server replied OK");
        drop(server);
        assert_eq!(client.finish().last().unwrap(), "E: server seems to be offline, abandoning");
    };
    spqueue_shares_requests_among_workers: spqueue spworker lpclient => |stage| {
        let (front, back) = (stage.ipc("front"), stage.ipc("back"));
        let mut queue = stage.start("spqueue", &[&front, &back]);
        queue.endpoint();
        queue.endpoint();
        let mut workers = [stage.start("spworker", &[&back]), stage.start("spworker", &[&back])];
        let mut client = stage.start("lpclient", &[&front]);
        // None crashes before its fourth request.
        for number in 1..=6 {
            client.until(&format!("server replied OK ({number})"));
        }
        workers.iter_mut().for_each(|worker| drop(worker.until("normal reply")));
    };
    ppqueue_knows_who_is_there: ppqueue ppworker lpclient => |stage| {
        let (front, back) = (stage.ipc("front"), stage.ipc("back"));
        let mut queue = stage.start("ppqueue", &[&front, &back]);
        queue.endpoint();
        queue.endpoint();
        let idle = stage.start("ppworker", &[&back]);
        queue.until("worker ready");
        drop(idle);
        queue.until("1 workers have expired");
        let mut client = stage.start("lpclient", &[&front]);
        let first = stage.start("ppworker", &[&back]);
        queue.until("worker ready");
        for number in 1..=3 {
            client.until(&format!("server replied OK ({number})"));
        }
        drop((client, first));
        let mut second = stage.start("ppworker", &[&back]);
        second.until("worker ready");
        queue.until("worker ready");
        drop(queue);
        second.until("heartbeat failure, can't reach queue");
        let _queue = stage.start("ppqueue", &[&front, &back]);
        second.until("worker ready");
        stage.start("lpclient", &[&front]).until("server replied OK (1)");
    };
    majordomo_survives_its_broker: mdbroker mdworker mdclient mdclient2 mmiecho => |stage| {
        let endpoint = stage.ipc("broker");
        let mut broker = stage.start("mdbroker", &[&endpoint]);
        broker.endpoint();
        assert_eq!(lookup(stage, &endpoint), "Lookup echo service: 404");
        let _workers = [stage.start("mdworker", &[&endpoint]), stage.start("mdworker", &[&endpoint])];
        for _ in 0..2 {
            broker.until("new worker");
        }
        assert_eq!(lookup(stage, &endpoint), "Lookup echo service: 200");
        let lines = stage.start("mdclient", &[&endpoint, "100"]).finish();
        assert_eq!(lines.last().unwrap(), "100 requests/replies processed");
        let lines = stage.start("mdclient2", &[&endpoint, "1000"]).finish();
        assert_eq!(lines, ["1000 replies received"]);
        // Killed, without a message to any peer. The workers' next sign of life comes to one that does not know them.
        drop(broker);
        let mut broker = stage.start("mdbroker", &[&endpoint, "-v"]);
        for _ in 0..2 {
            broker.until("new worker");
        }
        let lines = stage.start("mdclient", &[&endpoint, "100"]).finish();
        assert_eq!(lines.last().unwrap(), "100 requests/replies processed");
        broker.interrupt();
        assert_eq!(broker.finish().last().unwrap(), "W: interrupt received, shutting down...");
    };
    titanic_keeps_requests_until_they_are_done: mdbroker titanic ticlient mdworker => |stage| {
        let endpoint = stage.ipc("broker");
        let mut broker = stage.start("mdbroker", &[&endpoint]);
        broker.endpoint();
        let titanic = stage.start("titanic", &[&endpoint]);
        for _ in 0..3 {
            broker.until("new worker");
        }
        let mut client = stage.start("ticlient", &[&endpoint]);
        client.until("request UUID");
        client.until("no reply yet");
        // The request is on the disk: whoever comes next does it.
        drop(titanic);
        let mut titanic = stage.start("titanic", &[&endpoint]);
        titanic.until("Titanic is ready");
        let mut worker = stage.start("mdworker", &[&endpoint]);
        worker.until("ready");
        client.until("Reply: Hello world");
        assert_eq!(client.finish().last().unwrap(), "I: request closed");
        let left = std::fs::read_dir(stage.dir().join(".titanic")).unwrap().count();
        assert_eq!(left, 0);
    };
    bstarsrv_pair_fails_over_and_back: bstarsrv bstarcli => |stage| {
        fail_over_and_back(stage, "bstarsrv");
    };
    bstarsrv2_pair_fails_over_and_back: bstarsrv2 bstarcli => |stage| {
        fail_over_and_back(stage, "bstarsrv2");
    };
    flclient1_goes_to_the_server_that_is_there: flserver1 flclient1 => |stage| {
        let (dead, live) = (stage.ipc("dead"), stage.ipc("live"));
        let mut server = stage.start("flserver1", &[&live]);
        server.endpoint();
        let lines = stage.start("flclient1", &[&dead, &live]).finish();
        assert_eq!(lines[1], format!("W: no response from {dead}"));
        assert_eq!(lines.last().unwrap(), "Service is running OK: Hello world");
    };
    flclient2_takes_the_first_reply: flserver2 flclient2 => |stage| {
        let [dead, one, two] = ["dead", "one", "two"].map(|name| stage.ipc(name));
        let mut servers = [stage.start("flserver2", &[&one]), stage.start("flserver2", &[&two])];
        servers.iter_mut().for_each(|server| drop(server.endpoint()));
        let lines = stage.start("flclient2", &[&dead, &one, &two]).finish();
        assert!(lines[0].starts_with("Average round trip cost: "), "{lines:?}");
    };
    flclient3_survives_a_server_that_dies: flserver3 flclient3 => |stage| {
        let endpoints = ["a", "b", "c"].map(|name| stage.ipc(name));
        let mut servers: Vec<_> = endpoints.iter().map(|endpoint| stage.start("flserver3", &[endpoint])).collect();
        servers.iter_mut().for_each(|server| drop(server.endpoint()));
        let mut client = stage.start("flclient3", &[&endpoints[0], &endpoints[1], &endpoints[2]]);
        client.until("100 requests done");
        // The first one is who is asked.
        drop(servers.remove(0));
        client.until("1000 requests done");
        client.finish();
    };
    tripping_counts_round_trips: tripping => |stage| {
        let lines = stage.start("tripping", &["1000"]).finish();
        let counts: Vec<_> = lines.iter().filter(|line| line.ends_with(" calls/second")).collect();
        assert_eq!((lines.len(), counts.len()), (4, 2), "{lines:?}");
    };
}

fn lookup(stage: &Stage, broker: &str) -> String {
    stage.start("mmiecho", &[broker]).finish().pop().unwrap()
}

/// From the primary to the backup, and back when the primary has come back and the backup is gone.
#[track_caller]
fn fail_over_and_back(stage: &Stage, server: &str) {
    let [first, second] = ["first", "second"].map(|name| stage.ipc(name));
    let [p, b] = ["p", "b"].map(|name| stage.ipc(name));
    let mut primary = stage.start(server, &["-p", &first, &p, &b]);
    primary.until("Primary, waiting");
    let mut backup = stage.start(server, &["-b", &second, &b, &p]);
    primary.until("ready as active");
    backup.until("ready as passive");
    let mut client = stage.start("bstarcli", &[&first, &second]);
    client.until(&format!("at {first}"));
    drop(primary);
    client.until("failing over");
    backup.until("ready as active");
    client.until(&format!(") at {second}"));

    let mut primary = stage.start(server, &["-p", &first, &p, &b]);
    primary.until("ready as passive");
    drop(backup);
    primary.until("ready as active");
    client.until(&format!(") at {first}"));
}
