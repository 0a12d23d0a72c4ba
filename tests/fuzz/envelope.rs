//! Messages of several frames, changed at both ends, beside a list of the standard library.

use std::collections::VecDeque;

use zmq4::{Message, Multipart};

pub(crate) fn run(data: &[u8]) {
    let mut message = Multipart::new();
    let mut list: VecDeque<Vec<u8>> = VecDeque::new();
    for step in data.chunks(3) {
        let frame = step.get(1..).unwrap_or_default().to_vec();
        match step[0] % 8 {
            0 => {
                message.push_front(frame.clone());
                list.push_front(frame);
            }
            1 => {
                message.push_back(frame.clone());
                list.push_back(frame);
            }
            2 => assert_eq!(taken(message.pop_front()), list.pop_front()),
            3 => assert_eq!(taken(message.pop_back()), list.pop_back()),
            4 => {
                message.push_envelope(frame.clone());
                list.push_front(Vec::new());
                list.push_front(frame);
            }
            5 => {
                let address = taken(message.pop_envelope());
                assert_eq!(address, list.pop_front());
                if list.front().is_some_and(Vec::is_empty) {
                    list.pop_front();
                }
            }
            6 if step[0] > 250 => {
                message.clear();
                list.clear();
            }
            _ => message = message.into_iter().collect(),
        }
        assert_eq!(message.len(), list.len());
        assert_eq!(message.byte_len(), list.iter().map(Vec::len).sum::<usize>());
        assert!(
            message
                .iter()
                .zip(&list)
                .all(|(frame, other)| frame.as_bytes() == &other[..])
        );
    }
}

fn taken(frame: Option<Message>) -> Option<Vec<u8>> {
    frame.map(|frame| frame.as_bytes().to_vec())
}
