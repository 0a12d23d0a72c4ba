//! Chapter 3.

use std::collections::BTreeSet;

runs! {
    identity_shows_what_a_router_sees: identity => |stage| {
        let lines = stage.start("identity", &[]).finish();
        let [_, made_up, _, body, _, chosen, _, _] = &lines[..] else { panic!("{lines:?}") };
        assert!(made_up.starts_with("[005] 00"), "{lines:?}");
        assert_eq!(body, "[039] ROUTER uses a generated 5 byte identity");
        assert_eq!(chosen, "[005] PEER2");
    };
    rtreq_workers_get_work_until_fired: rtreq => |stage| {
        assert_workers(&stage.start("rtreq", &["300"]).finish());
    };
    rtdealer_workers_get_work_until_fired: rtdealer => |stage| {
        assert_workers(&stage.start("rtdealer", &["300"]).finish());
    };
    lbbroker_answers_every_client: lbbroker => |stage| {
        assert_balanced(&stage.start("lbbroker", &[]).finish());
    };
    lbbroker2_answers_every_client: lbbroker2 => |stage| {
        assert_balanced(&stage.start("lbbroker2", &[]).finish());
    };
    asyncsrv_replies_to_all_clients: asyncsrv => |stage| {
        let lines = stage.start("asyncsrv", &["3000"]).finish();
        for client in 1..=3 {
            // Up to four replies each, none only by chance.
            let start = format!("client-{client}: request #");
            assert!(lines.iter().all(|line| !line.starts_with("client-4")));
            let replies = lines.iter().filter(|line| line.starts_with(&start)).count();
            assert!(replies <= 4 * 3 + 4, "{lines:?}");
        }
        assert!(!lines.is_empty(), "not one reply to at least 9 requests");
    };
    peering1_brokers_hear_of_each_other: peering1 => |stage| {
        let mut one = stage.start("peering1", &["DC1", "DC2", "DC3"]);
        let mut two = stage.start("peering1", &["DC2", "DC1", "DC3"]);
        let mut three = stage.start("peering1", &["DC3", "DC1", "DC2"]);
        for (broker, others) in [(&mut one, ["DC2", "DC3"]), (&mut two, ["DC1", "DC3"]), (&mut three, ["DC1", "DC2"])] {
            for other in others {
                broker.until(&format!("{other} - "));
            }
        }
    };
    peering2_brokers_share_work: peering2 => |stage| {
        let mut brokers = [stage.start("peering2", &["DC1", "DC2"]), stage.start("peering2", &["DC2", "DC1"])];
        brokers.iter_mut().for_each(|broker| drop(broker.until("Press Enter")));
        brokers.iter_mut().for_each(|broker| broker.enter());
        brokers[0].until(": OK from DC1-");
        brokers[0].until(": OK from DC2-");
        brokers[1].until(": OK from DC1-");
    };
    peering3_broker_has_its_tasks_done: peering3 => |stage| {
        let mut brokers = [stage.start("peering3", &["DC1", "DC2"]), stage.start("peering3", &["DC2", "DC1"])];
        for (broker, name) in brokers.iter_mut().zip(["DC1", "DC2"]) {
            for _ in 0..10 {
                let line = broker.until(" done by worker ");
                assert!(line.starts_with(&format!("Client {name}-")), "{line}");
            }
        }
    };
}

/// Each of the ten has said once what it did.
#[track_caller]
fn assert_workers(lines: &[String]) {
    let names: BTreeSet<&str> = lines.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!((lines.len(), names.len()), (10, 10), "{lines:?}");
    assert!(
        lines
            .iter()
            .all(|line| line.contains(" completed: ") && line.ends_with(" tasks")),
        "{lines:?}"
    );
}

/// Each of the ten clients got its reply.
#[track_caller]
fn assert_balanced(lines: &[String]) {
    for said in ["Worker: HELLO", "Client: OK"] {
        assert_eq!(lines.iter().filter(|line| *line == said).count(), 10, "{lines:?}");
    }
}
