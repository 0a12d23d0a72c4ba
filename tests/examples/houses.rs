//! The five houses: whom they let in, and whom not.

use crate::program::Program;

/// What a house says while it stands, up to the last line.
#[track_caller]
fn assert_says(name: &str, expected: &[&str]) {
    let (done, _) = Program::start(name, &[]).finish();
    done.assert_success();
    let (last, said) = done.lines.split_last().unwrap();
    let title = format!("{}{} test OK", name[..1].to_uppercase(), &name[1..]);
    assert_eq!(*last, title, "{done:?}");
    assert_eq!(said, expected, "{done:?}");
}

#[test]
fn grasslands_lets_everybody_in() {
    assert_says("grasslands", &["received Hello"]);
}

#[test]
fn strawhouse_goes_by_the_address() {
    assert_says("strawhouse", &["received Hello", "refused with status 400"]);
}

#[test]
fn woodhouse_goes_by_the_password() {
    assert_says("woodhouse", &["received Hello from admin", "refused with status 400"]);
}

#[test]
fn stonehouse_goes_by_the_key_of_the_server() {
    if zmq4::has_curve() {
        let refused = "nothing to be read in what the second client says";
        assert_says("stonehouse", &["received Hello", refused]);
    }
}

#[test]
fn ironhouse_goes_by_the_keys_of_both() {
    if zmq4::has_curve() {
        let (done, _) = Program::start("ironhouse", &[]).finish();
        done.assert_success();
        let [received, refused, last] = &done.lines[..] else {
            panic!("{done:?}");
        };
        let key = received.strip_prefix("received Hello from ");
        assert!(
            key.is_some_and(|key| key.parse::<zmq4::CurvePublicKey>().is_ok()),
            "{done:?}"
        );
        assert_eq!(refused, "refused with status 400");
        assert_eq!(last, "Ironhouse test OK");
    }
}
