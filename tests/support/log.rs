//! Loggers. A process has one logger, so a test that installs one that others would notice runs within `in_child`.

use std::mem;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use log::{LevelFilter, Log, Metadata, Record};

/// Records what every thread logs, as `LEVEL target text`.
pub struct Recorder {
    lines: Mutex<Vec<(ThreadId, String)>>,
}

static RECORDER: Recorder = Recorder {
    lines: Mutex::new(Vec::new()),
};

impl Recorder {
    /// Makes the recorder this process's logger.
    pub fn install() -> &'static Recorder {
        install(&RECORDER);
        &RECORDER
    }

    /// The lines of all threads.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(|(_, line)| line.clone()).collect()
    }

    /// Removes and returns the lines of this thread, while tests run on others.
    pub fn take_own(&self) -> Vec<String> {
        let own = thread::current().id();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let (taken, kept) = mem::take(&mut *lines)
            .into_iter()
            .partition(|(thread, _)| *thread == own);
        *lines = kept;
        let taken: Vec<(ThreadId, String)> = taken;
        taken.into_iter().map(|(_, line)| line).collect()
    }
}

impl Log for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("{} {} {}", record.level(), record.target(), record.args());
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push((thread::current().id(), line));
    }

    fn flush(&self) {}
}

/// Panics with each line, or already when it is asked whether it takes lines.
struct Panicking {
    in_enabled: bool,
}

impl Log for Panicking {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        assert!(!self.in_enabled, "the logger panics on purpose");
        true
    }

    fn log(&self, _: &Record<'_>) {
        panic!("the logger panics on purpose");
    }

    fn flush(&self) {}
}

/// Makes a logger that panics this process's logger: already in `enabled`, or in `log` only.
pub fn install_panicking(in_enabled: bool) {
    install(if in_enabled {
        &Panicking { in_enabled: true }
    } else {
        &Panicking { in_enabled: false }
    });
}

fn install(logger: &'static dyn Log) {
    log::set_logger(logger).expect("the first logger of this process");
    log::set_max_level(LevelFilter::Trace);
}
