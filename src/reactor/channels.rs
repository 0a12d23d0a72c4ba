//! The channels of a reactor.

use std::fmt;
use std::sync::Arc;

use super::Reactor;
use crate::channel::{Receiver, TryRecvError};
use crate::error::Result;
use crate::ffi::waker::Waker;
use crate::flags::State;
use crate::poll::ItemId;

/// A channel of a [`Reactor`]: never used again within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChannelId(ItemId);

impl<'s, E> Reactor<'s, E> {
    /// Calls the handler for each value of a [channel](fn@crate::channel), at most `limit` of them in a pass.
    ///
    /// With a limit of 0 that is as many as are there when the turn of the channel comes: those that are sent while
    /// they are handled wait for the next pass, so that a fast sender does not starve the others. The channels come
    /// before the sockets and descriptors in each pass.
    ///
    /// When all senders are gone and all values are handled the channel is removed, and nothing is called;
    /// [`add_channel_with_end`](Reactor::add_channel_with_end) tells.
    ///
    /// # Errors
    /// `EINVAL` where the reactor has a descriptor that was closed behind its back, and the channel got its number.
    ///
    /// ```
    /// let (sender, receiver) = zmq4::channel()?;
    /// let mut reactor = zmq4::Reactor::new();
    /// reactor.add_channel(receiver, 10, |reactor, value| {
    ///     assert_eq!(value, "Hello");
    ///     reactor.stop();
    ///     Ok(())
    /// })?;
    /// std::thread::spawn(move || sender.send("Hello"));
    /// reactor.run()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "AddChannel")]
    pub fn add_channel<T: 's>(
        &mut self,
        receiver: Receiver<T>,
        limit: usize,
        handler: impl FnMut(&mut Reactor<'s, E>, T) -> Result<(), E> + 's,
    ) -> Result<ChannelId> {
        self.add_channel_with_end(receiver, limit, handler, |_| Ok(()))
    }

    /// As [`add_channel`](Reactor::add_channel), and calls `ended` when all senders are gone and all values are handled.
    ///
    /// The channel is removed by then.
    ///
    /// # Errors
    /// As [`add_channel`](Reactor::add_channel).
    ///
    /// ```
    /// let (sender, receiver) = zmq4::channel()?;
    /// let worker = std::thread::spawn(move || (1..=3).try_for_each(|number| sender.send(number)));
    /// let mut sum = 0;
    /// let mut reactor = zmq4::Reactor::new();
    /// reactor.add_channel_with_end(
    ///     receiver,
    ///     0,
    ///     |_, number| {
    ///         sum += number;
    ///         Ok(())
    ///     },
    ///     |reactor| {
    ///         reactor.stop();
    ///         Ok(())
    ///     },
    /// )?;
    /// reactor.run()?;
    /// drop(reactor);
    /// assert_eq!(sum, 6);
    /// # worker.join().unwrap()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "AddChannel")]
    pub fn add_channel_with_end<T: 's>(
        &mut self,
        receiver: Receiver<T>,
        limit: usize,
        mut handler: impl FnMut(&mut Reactor<'s, E>, T) -> Result<(), E> + 's,
        ended: impl FnOnce(&mut Reactor<'s, E>) -> Result<(), E> + 's,
    ) -> Result<ChannelId> {
        // The item outlives the receiver for a moment, when the handler goes.
        let waker: Arc<Waker> = Arc::clone(receiver.waker());
        let id = self.items.add_channel(waker)?;
        let mut ended = Some(ended);
        let pass = move |reactor: &mut Reactor<'s, E>, woken: State| {
            if woken.is_empty() && receiver.is_empty() {
                return Ok(());
            }
            let serial = reactor.serial;
            let most = if limit == 0 { receiver.len().max(1) } else { limit };
            for _ in 0..most {
                match receiver.try_recv() {
                    Ok(value) => {
                        reactor.tell(format_args!("channel {}", ChannelId(id)));
                        handler(reactor, value)?;
                    }
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => {
                        reactor.tell(format_args!("removing closed channel {}", ChannelId(id)));
                        reactor.items.remove(id);
                        return ended.take().map_or(Ok(()), |ended| ended(reactor));
                    }
                }
                if reactor.stops() || reactor.serial != serial || !reactor.items.contains(id) {
                    break;
                }
            }
            Ok(())
        };
        self.items.put(id, Box::new(pass));
        Ok(ChannelId(id))
    }

    /// Calls the handler of the channel no more, at once; whether it was there.
    ///
    /// The receiver is dropped, so that its senders fail: at once, or when the handler returns, if that is who removes it.
    #[doc(alias = "RemoveChannel")]
    pub fn remove_channel(&mut self, id: ChannelId) -> bool {
        self.items.remove(id.0)
    }
}

/// The number.
impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.0)
    }
}
