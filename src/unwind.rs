//! Panics of the program's own code: caught where they must not unwind any further.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the call returns; nothing if it panics.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(value) => Some(value),
        Err(payload) => {
            discard(payload);
            None
        }
    }
}

/// How many payloads that panic when they are dropped are dropped one after the other.
const ATTEMPTS: usize = 8;

/// Drops what a panic was caught with. That is the program's code as well, and may panic in its turn.
#[cold]
pub(crate) fn discard(payload: Box<dyn Any + Send>) {
    let mut left = Err(payload);
    for _ in 0..ATTEMPTS {
        let Err(payload) = left else { return };
        left = catch_unwind(AssertUnwindSafe(|| drop(payload)));
    }
    mem::forget(left);
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use std::panic::panic_any;
    use std::sync::Arc;

    use super::*;

    /// A payload that panics when it is dropped.
    struct Bomb(#[allow(dead_code, reason = "it is counted")] Arc<()>);

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("the drop of a payload panics on purpose");
        }
    }

    /// A payload whose drop panics with another one of its kind.
    struct Endless;

    impl Drop for Endless {
        fn drop(&mut self) {
            panic_any(Endless);
        }
    }

    #[test]
    fn payloads_without_an_end_are_given_up() {
        assert_eq!(caught(|| panic_any(Endless)), None::<()>);
    }

    #[test]
    fn payload_of_a_caught_panic_is_dropped() {
        let count = Arc::new(());
        let payload = Arc::clone(&count);
        assert_eq!(caught(|| panic_any(payload)), None::<()>);
        assert_eq!(Arc::strong_count(&count), 1);
        let payload = Bomb(Arc::clone(&count));
        assert_eq!(caught(|| panic_any(payload)), None::<()>);
        assert_eq!(
            Arc::strong_count(&count),
            1,
            "its fields are dropped after its own drop"
        );
        assert_eq!(caught(|| 7), Some(7));
    }
}
