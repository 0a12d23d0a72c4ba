//! What is logged on this thread while it is listened to.

use std::cell::RefCell;
use std::sync::Once;

use log::{LevelFilter, Log, Metadata, Record};

thread_local! {
    static LINES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

struct Journal;

impl Log for Journal {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "zmq4::auth" && LINES.with_borrow(Option::is_some)
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {}", record.level(), record.args());
            LINES.with_borrow_mut(|lines| lines.as_mut().expect("listening").push(line));
        }
    }

    fn flush(&self) {}
}

/// What `act` gives, and what it logs.
pub(super) fn heard<T>(act: impl FnOnce() -> T) -> (T, Vec<String>) {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        log::set_logger(&Journal).expect("the first logger of this process");
        log::set_max_level(LevelFilter::Trace);
    });
    LINES.set(Some(Vec::new()));
    let done = act();
    (done, LINES.take().unwrap_or_default())
}
