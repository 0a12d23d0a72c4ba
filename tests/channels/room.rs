//! Capacities, and senders that wait for space.

use crate::*;

#[test]
fn a_full_channel_holds_its_senders_up() {
    deadline(LONG, || {
        let (sender, receiver) = bounded_channel(2).unwrap();
        assert_eq!(sender.capacity(), Some(2));
        assert_eq!(channel::<u8>().unwrap().0.capacity(), None);
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        assert_eq!(sender.try_send(3), Err(TrySendError::Full(3)));
        let late = sender.send_timeout(3, Duration::from_millis(20));
        assert_eq!(late, Err(SendTimeoutError::Timeout(3)));
        let waiting = thread::spawn(move || sender.send(3).map(|()| sender));
        thread::sleep(Duration::from_millis(20));
        assert!(!waiting.is_finished(), "no room, and yet sent");
        assert_eq!(receiver.recv(), Ok(1));
        let sender = waiting.join().unwrap().unwrap();
        assert_eq!((sender.len(), receiver.len()), (2, 2));
        assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [2, 3]);
    });
}

#[test]
fn times_of_a_century_do_not_overflow() {
    deadline(LONG, || {
        let (sender, receiver) = bounded_channel(1).unwrap();
        sender.send_timeout(1, Duration::MAX).unwrap();
        assert_eq!(receiver.recv_timeout(Duration::MAX), Ok(1));
        assert_eq!(receiver.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
        sender.send(2).unwrap();
        assert_eq!(
            sender.send_timeout(3, Duration::ZERO),
            Err(SendTimeoutError::Timeout(3))
        );
    });
}

#[test]
fn capacities_that_cannot_be_are_errors() {
    for capacity in [0, (1 << 24) + 1, usize::MAX] {
        let error = bounded_channel::<()>(capacity).unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert_eq!(
            error.to_string(),
            "channel: the capacity of a channel is 1 to 16777216 (EINVAL)"
        );
    }
    // 2^50 bytes; of larger arrays no channel can be on a processor of 32 bits.
    let error = bounded_channel::<[u8; 1 << 26]>(1 << 24).unwrap_err();
    assert_eq!(error, Errno::ENOMEM);
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_without_descriptors_gets_an_error() {
    in_child("room::a_process_without_descriptors_gets_an_error", LONG, || {
        let limit = libc::rlimit {
            rlim_cur: 32,
            rlim_max: 32,
        };
        // SAFETY: the limit is live for the call.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
        let mut channels = Vec::new();
        let error = loop {
            match channel::<u8>() {
                Ok(ends) => channels.push(ends),
                Err(error) => break error,
            }
            assert!(channels.len() < 32);
        };
        assert_eq!(error, Errno::EMFILE);
        assert_eq!(bounded_channel::<u8>(1).unwrap_err(), Errno::EMFILE);
        channels.pop();
        channel::<u8>().unwrap();
    });
}
