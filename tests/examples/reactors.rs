//! The examples that run a reactor.

use crate::program::Program;

#[test]
fn lbbroker3_answers_every_client() {
    let (done, _) = Program::start("lbbroker3", &[]).finish();
    done.assert_success();
    let (last, answers) = done.lines.split_last().unwrap();
    assert_eq!(last, "all 20 requests got a reply");
    let mut answers: Vec<String> = answers
        .iter()
        .map(|line| {
            // "client 3: worker 0 did request 1 of client 3": no one knows which worker.
            let (client, answer) = line.split_once(": worker ").unwrap();
            let (_, request) = answer.split_once(" did ").unwrap();
            assert!(request.ends_with(&format!(" of {client}")), "{line}");
            request.to_owned()
        })
        .collect();
    answers.sort_unstable();
    answers.dedup();
    assert_eq!(answers.len(), 20, "{done:?}");
}
