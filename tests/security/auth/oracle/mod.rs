//! What the answer to any request must be, worked out a second time and in another way: for the tests, and for `fuzz/`.
#![allow(dead_code, unused_imports, reason = "the tests use all of it, the fuzzer a part")]

mod address;
mod input;
mod journal;
mod key;
mod world;

use zmq4::Multipart;
use zmq4::auth::Policies;

pub(crate) use input::{Input, WORLDS};
pub(crate) use world::World;

/// One run of the fuzzer: reads bytes as policies and a request, handles it, and checks everything about the reply.
///
/// Gives the status and why it is that, by which seeds are reported apart.
pub(crate) fn run(data: &[u8]) -> String {
    let input = Input::read(data);
    let (world, policies) = World::new(&input.changes);
    check(&world, &policies, &input.request())
}

/// Handles a request, and checks everything about the reply, what is counted, and what is logged.
pub(crate) fn check(world: &World, policies: &Policies, request: &[&[u8]]) -> String {
    let counted = || [policies.allowed(), policies.denied(), policies.failed()];
    let before = counted();
    let frames: Multipart = request.iter().copied().collect();
    let (answer, lines) = journal::heard(|| policies.answer(&frames));
    let expected = world.expect(request);

    let status = expected.status;
    let text = match status {
        "200" => "OK",
        "300" => "TRY AGAIN",
        "400" => "NO ACCESS",
        _ => "INTERNAL ERROR",
    };
    assert_eq!(answer.len(), 6);
    assert_eq!(answer[0], "1.0");
    assert_eq!(answer[1], *request.get(1).copied().unwrap_or_default());
    assert_eq!(answer[2], status, "{world:?} {request:?}");
    assert_eq!(answer[3], text);
    assert_eq!(answer[4], *expected.user, "{world:?} {request:?}");
    assert_eq!(answer[5], *expected.properties, "{world:?} {request:?}");

    let mut expected_counts = before;
    let counter = match status {
        "200" => 0,
        "400" => 1,
        _ => 2,
    };
    expected_counts[counter] += 1;
    assert_eq!(counted(), expected_counts, "{world:?} {request:?}");

    // The last line is the decision; before it is said what properties were left out.
    let (last, left_out) = lines.split_last().expect("a line in the log");
    assert_eq!(left_out.len(), expected.left_out, "{lines:?}");
    match &expected.line {
        Some(line) => assert_eq!(last, line, "{world:?} {request:?}"),
        None => assert!(
            last.starts_with(&format!("WARN AUTH: {status} malformed request: ")),
            "{last}"
        ),
    }
    for line in &lines {
        assert!(!line.contains(char::is_control), "{line:?}");
    }
    format!("{status} {}", expected.why)
}
