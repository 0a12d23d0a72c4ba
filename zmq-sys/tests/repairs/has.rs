//! The library says what it is.

use std::ffi::CStr;

use crate::support::zmq::has;

#[test]
fn vendored_is_repaired_unless_told_not_to_be() {
    let unrepaired = option_env!("LIBZMQ_UNREPAIRED").is_some_and(|value| !matches!(value, "" | "0"));
    assert_eq!(has(c"repaired"), cfg!(zmq_vendored) && !unrepaired);
    let other: &CStr = c"Repaired";
    assert!(!has(other));
}
