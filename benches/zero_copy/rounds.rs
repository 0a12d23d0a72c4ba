//! [`compare`]: several ways of doing the same work, in turn.

use std::time::Duration;

/// How long one run of one way takes, about.
const TIME: Duration = Duration::from_millis(40);

/// Nanoseconds of one piece of work, by round and way.
pub(crate) struct Table(Vec<Vec<f64>>);

impl Table {
    /// How often a second.
    pub(crate) fn rate(&self, way: usize) -> f64 {
        1e9 / median(self.0.iter().map(|round| round[way]))
    }

    /// How many times as fast as the other.
    pub(crate) fn ratio(&self, way: usize, other: usize) -> f64 {
        median(self.0.iter().map(|round| round[other] / round[way]))
    }
}

/// Runs each way with a number of pieces of work, all in one round after the other, each round in another order.
pub(crate) fn compare(ways: &[impl Fn(u64) -> Duration], rounds: usize, measures: bool) -> Table {
    let counts: Vec<u64> = ways
        .iter()
        .map(|way| if measures { count_for(way) } else { 2 })
        .collect();
    let round = |number: usize| {
        let mut times = vec![0.0; ways.len()];
        for place in 0..ways.len() {
            let way = (place + number) % ways.len();
            times[way] = ways[way](counts[way]).as_nanos() as f64 / counts[way] as f64;
        }
        times
    };
    Table((0..rounds).map(round).collect())
}

fn count_for(way: impl Fn(u64) -> Duration) -> u64 {
    let mut count = 16;
    loop {
        let time = way(count);
        if time > TIME / 4 {
            let count = count as f64 * TIME.as_secs_f64() / time.as_secs_f64();
            return (count as u64).max(1);
        }
        count *= 4;
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
