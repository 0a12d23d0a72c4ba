//! Any sequence of calls leaves the descriptor right.

use crate::*;

#[derive(Clone, Debug)]
enum Step {
    Send,
    TryRecv,
    RecvNow,
    TakeAll,
    CloneSender,
    DropSender,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Send),
        2 => Just(Step::TryRecv),
        2 => Just(Step::RecvNow),
        1 => Just(Step::TakeAll),
        1 => Just(Step::CloneSender),
        1 => Just(Step::DropSender),
    ];
    prop::collection::vec(step, 0..60)
}

proptest! {
    #[test]
    fn the_descriptor_tells_the_truth_after_any_sequence(bounded in any::<bool>(), steps in steps()) {
        let (sender, receiver) = if bounded { bounded_channel(3) } else { channel() }.unwrap();
        let mut senders = vec![sender];
        let mut model = std::collections::VecDeque::new();
        let mut next = 0;
        for step in steps {
            match step {
                Step::Send => if let Some(sender) = senders.last() {
                    match sender.try_send(next) {
                        Ok(()) => model.push_back(next),
                        Err(error) => prop_assert!(error.is_full() && bounded && model.len() == 3),
                    }
                    next += 1;
                },
                Step::TryRecv => {
                    let none = if senders.is_empty() { TryRecvError::Disconnected } else { TryRecvError::Empty };
                    prop_assert_eq!(receiver.try_recv(), model.pop_front().ok_or(none));
                }
                Step::RecvNow => {
                    prop_assert_eq!(receiver.recv_timeout(Duration::ZERO).ok(), model.pop_front());
                }
                Step::TakeAll => {
                    let taken: Vec<i32> = receiver.try_iter().collect();
                    prop_assert_eq!(taken, model.drain(..).collect::<Vec<_>>());
                }
                Step::CloneSender => senders.extend(senders.last().cloned()),
                Step::DropSender => drop(senders.pop()),
            }
            prop_assert_eq!(receiver.len(), model.len());
            prop_assert_eq!(readable(&receiver), !model.is_empty() || senders.is_empty());
        }
    }
}
