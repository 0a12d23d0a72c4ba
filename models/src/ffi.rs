//! In place of `src/ffi/`: a waker whose descriptor is a flag.

pub(crate) mod errno {
    pub(crate) use std::convert::Infallible as Errno;
}

pub(crate) mod waker {
    use std::os::fd::BorrowedFd;

    use super::errno::Errno;
    use crate::sync::{Condvar, Mutex, lock, wait};

    #[derive(Debug)]
    pub(crate) struct Waker {
        readable: Mutex<bool>,
        changed: Condvar,
    }

    impl Waker {
        pub(crate) fn new() -> Result<Waker, Errno> {
            Ok(Waker {
                readable: Mutex::new(false),
                changed: Condvar::new(),
            })
        }

        pub(crate) fn wake(&self) {
            *lock(&self.readable) = true;
            self.changed.notify_all();
        }

        pub(crate) fn reset(&self) {
            *lock(&self.readable) = false;
        }

        /// As a poller waits for the descriptor.
        pub(crate) fn wait(&self) {
            let mut readable = lock(&self.readable);
            while !*readable {
                readable = wait(&self.changed, readable);
            }
        }

        pub(crate) fn is_readable(&self) -> bool {
            *lock(&self.readable)
        }

        pub(crate) fn as_fd(&self) -> BorrowedFd<'_> {
            unreachable!("a model has no descriptors")
        }
    }
}
