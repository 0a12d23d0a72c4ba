//! [`Dice`]: numbers at random, the same for the same seed; and calls that are dropped at random.

use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::runtimes::{polled, within};

pub(crate) struct Dice(u64);

/// A seed that no other run has.
pub(crate) fn seed() -> u64 {
    RandomState::new().hash_one(0)
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Less than `limit` (splitmix64).
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ z >> 31) % limit
    }

    /// Makes the call again and again until one ends: some are dropped before.
    pub(crate) async fn insist<T, F: Future<Output = T>>(&mut self, mut call: impl FnMut() -> F) -> T {
        loop {
            let ended = match self.below(16) {
                0 => polled(1, call()).await,
                1 => polled(2, call()).await,
                2 => polled(3, call()).await,
                3 => within(Duration::from_micros(self.below(300)), call()).await,
                4 => {
                    // The other branch of a `select!` that is ready a moment later.
                    let call = async { Some(call().await) };
                    let other = async {
                        smol::future::yield_now().await;
                        None
                    };
                    tokio::select! {
                        ended = call => ended,
                        none = other => none,
                    }
                }
                _ => Some(call().await),
            };
            if let Some(value) = ended {
                return value;
            }
        }
    }
}
