//! Chapters 5, 7 and 8: publishers with a memory, files, and nodes that find each other.

use std::net::UdpSocket;

use crate::stage::{LONG, Program, Stage};

runs! {
    lvcache_has_the_last_message_of_a_topic: pathopub lvcache pathosub => |stage| {
        let (front, back) = (stage.ipc("front"), stage.ipc("back"));
        let mut cache = stage.start("lvcache", &[&front, &back]);
        cache.endpoint();
        cache.endpoint();
        let mut publisher = stage.start("pathopub", &[&front]);
        publisher.until("all topics have been published");
        // It may take the cache a moment to have them all: the last one shows it.
        stage.start("pathosub", &[&back, "999"]).until("999: ");
        stage.start("pathosub", &[&back, "123"]).until("123: ");
        cache.until("Sending cached topic 123");
    };
    suisnail_ends_where_it_is_too_slow: suisnail => |stage| {
        assert_eq!(stage.start("suisnail", &[]).finish(), ["E: subscriber cannot keep up, aborting"]);
    };
    clone1_client_gets_updates: clonesrv1 clonecli1 => |stage| {
        let mut server = stage.start("clonesrv1", &[&stage.ipc("a")]);
        let endpoint = server.endpoint();
        let mut client = stage.start("clonecli1", &[&endpoint]);
        client.until("I: received update ");
    };
    clone2_client_begins_with_a_snapshot: clonesrv2 clonecli2 => |stage| {
        let ends = ["snapshots", "updates"].map(|name| stage.ipc(name));
        let mut server = stage.start("clonesrv2", &[&ends[0], &ends[1]]);
        let mut first = stage.start("clonecli2", &[&ends[0], &ends[1]]);
        server.until("Sending state snapshot=");
        first.until("I: received update=");
        let mut second = stage.start("clonecli2", &[&ends[0], &ends[1]]);
        let snapshot = second.until("I: received snapshot=");
        assert!(!snapshot.contains("snapshot=0,"), "{snapshot}");
    };
    clone3_clients_share_their_updates: clonesrv3 clonecli3 => |stage| {
        share(stage, "clonesrv3", "clonecli3");
    };
    clone4_clients_share_a_subtree: clonesrv4 clonecli4 => |stage| {
        let (_server, mut clients) = share(stage, "clonesrv4", "clonecli4");
        assert!(clients[0].until("I: received update=").contains(" of /client/"));
    };
    clone5_values_go_after_their_time: clonesrv5 clonecli5 => |stage| {
        let (mut server, mut clients) = share(stage, "clonesrv5", "clonecli5");
        server.until("I: publishing delete=");
        clients[0].until(", which is gone");
    };
    clone6_clients_survive_a_server: clonesrv6 clonecli6 => |stage| {
        let names = ["ps", "pu", "pc", "pstate", "bs", "bu", "bc", "bstate"];
        let [ps, pu, pc, pstate, bs, bu, bc, bstate] = names.map(|name| stage.ipc(name));
        let mut primary = stage.start("clonesrv6", &["-p", &ps, &pu, &pc, &pstate, &bstate, &bu]);
        primary.until("Primary, waiting");
        let mut backup = stage.start("clonesrv6", &["-b", &bs, &bu, &bc, &bstate, &pstate, &pu]);
        primary.until("ready as active");
        backup.until("ready as passive");
        let mut clients: Vec<Program> = (0..3)
            .map(|_| stage.start("clonecli6", &[&ps, &pu, &pc, &bs, &bu, &bc]))
            .collect();
        for client in &mut clients {
            client.until(&format!("from {ps}"));
            client.until("I: received update=");
        }
        backup.until("I: received update=");
        drop(primary);
        backup.until("ready as active");
        for client in &mut clients {
            client.until("W: no word from ");
            client.until(&format!("from {bs}"));
            client.until("I: received update=");
        }
    };
    fileio1_sends_all_at_once: fileio1 => |stage| {
        assert_eq!(stage.start("fileio1", &[]).finish(), ["20 chunks received, 5000000 bytes"]);
    };
    fileio2_sends_what_is_asked_for: fileio2 => |stage| {
        assert_eq!(stage.start("fileio2", &[]).finish(), ["21 chunks received, 5000000 bytes"]);
    };
    fileio3_sends_on_credit: fileio3 => |stage| {
        std::fs::write(stage.dir().join("short"), [7; 1_000_001]).unwrap();
        assert_eq!(stage.start("fileio3", &["short"]).finish(), ["5 chunks received, 1000001 bytes"]);
    };
    udpping1_finds_a_peer: udpping1 => |stage| {
        let (mut program, node) = Node::of(stage, "udpping1");
        assert_eq!(node.beacon(), b"!");
        node.send(b"!");
        program.until(&format!("Found peer {}", node.udp.local_addr().unwrap()));
        assert_eq!(node.beacon(), b"!", "each second another");
    };
    udpping2_finds_a_peer: udpping2 => |stage| {
        let (mut program, node) = Node::of(stage, "udpping2");
        assert_eq!(node.beacon(), b"!");
        node.send(b"!");
        program.until(&format!("Found peer {}", node.udp.local_addr().unwrap()));
        assert_eq!(node.beacon(), b"!", "each second another");
    };
    udpping3_tells_who_comes_and_goes: udpping3 => |stage| {
        let (mut program, node) = Node::of(stage, "udpping3");
        let own = node.beacon();
        assert_eq!(own.len(), 16);
        // Its own beacon is no news, and neither is what is no beacon.
        node.send(&own);
        node.send(b"!");
        node.send(b"ABCDEFGHIJKLMNOP");
        let name: String = (b'A'..=b'P').map(|byte| format!("{byte:X}")).collect();
        assert_eq!(program.until(""), format!("JOINED {name}"));
        assert_eq!(program.until(""), format!("LEFT {name}"));
    };
}

/// A server and two clients, each of which gets updates of which some are the other's.
#[track_caller]
fn share(stage: &Stage, server: &str, client: &str) -> (Program, [Program; 2]) {
    let ends = ["snapshots", "updates", "collector"].map(|name| stage.ipc(name));
    let args: Vec<&str> = ends.iter().map(String::as_str).collect();
    let server = stage.start(server, &args);
    let mut clients = [stage.start(client, &args), stage.start(client, &args)];
    for client in &mut clients {
        client.until("I: received snapshot=");
        client.until("I: received update=");
        client.until("I: received update=");
    }
    (server, clients)
}

/// The test as a node of the network, which is this machine alone.
struct Node {
    udp: UdpSocket,
    other: String,
}

impl Node {
    fn of(stage: &Stage, name: &str) -> (Program, Node) {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        udp.set_read_timeout(Some(LONG)).unwrap();
        let address = udp.local_addr().unwrap().to_string();
        let mut program = stage.start(name, &["127.0.0.1:0", &address]);
        let other = program.endpoint().trim_start_matches("udp://").to_owned();
        (program, Node { udp, other })
    }

    fn beacon(&self) -> Vec<u8> {
        let mut bytes = [0; 64];
        let len = self.udp.recv(&mut bytes).unwrap();
        bytes[..len].to_vec()
    }

    fn send(&self, bytes: &[u8]) {
        self.udp.send_to(bytes, &self.other).unwrap();
    }
}
