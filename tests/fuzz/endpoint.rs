//! Endpoints as text. A monitor's is checked as that of any bind, and only inproc names come through, so nothing here
//! reaches a network.

use zmq4::{Context, EVENT_ALL, Socket};

thread_local! {
    static SOCKET: Socket = Context::new().unwrap().socket(zmq4::PUSH).unwrap();
}

pub(crate) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    SOCKET.with(|socket| match socket.monitor_at(text, EVENT_ALL) {
        Ok(()) => {
            assert!(text.is_empty() || text.starts_with("inproc://"), "{text:?}");
            socket.monitor_at("", EVENT_ALL).unwrap();
        }
        Err(error) => {
            assert_eq!(error.endpoint(), Some(text));
            assert!(error.to_string().len() > text.len().min(10));
        }
    });
}
