//! The channels of a reactor.

use std::fmt;
use std::sync::Arc;

use super::run::Reactor;
use crate::channel::{Receiver, TryRecvError};
use crate::error::Result;
use crate::flags::State;
use crate::poll::ItemId;

/// A channel of a [`Reactor`]; unique within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChannelId(ItemId);

/// # Channels
impl<'s, E, S> Reactor<'s, E, S> {
    /// Calls the handler for each value of a [channel](fn@crate::channel), at most `limit` of them in a pass.
    ///
    /// With a limit of 0 it is called for the values that are there when the turn of the channel comes: values that are
    /// sent meanwhile wait for the next pass, so that a fast sender does not starve the others. The channels come before
    /// the sockets and descriptors in each pass.
    ///
    /// When all senders are dropped and all values are handled, the channel is removed, and nothing is called;
    /// [`add_channel_with_end`](Reactor::add_channel_with_end) calls a handler then.
    ///
    /// # Errors
    /// `EINVAL` if the reactor has a descriptor that was closed meanwhile, and the channel got its number.
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
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    #[doc(alias = "AddChannel")]
    pub fn add_channel<T: 's>(
        &mut self,
        receiver: Receiver<T>,
        limit: usize,
        handler: impl FnMut(&mut Reactor<'s, E, S>, T) -> Result<(), E> + 's,
    ) -> Result<ChannelId> {
        self.add_channel_with_end(receiver, limit, handler, |_| Ok(()))
    }

    /// Like [`add_channel`](Reactor::add_channel), and calls `ended` when all senders are dropped and all values are
    /// handled. The channel is removed by then.
    ///
    /// # Errors
    /// Those of [`add_channel`](Reactor::add_channel).
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
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    #[doc(alias = "AddChannel")]
    pub fn add_channel_with_end<T: 's>(
        &mut self,
        receiver: Receiver<T>,
        limit: usize,
        mut handler: impl FnMut(&mut Reactor<'s, E, S>, T) -> Result<(), E> + 's,
        ended: impl FnOnce(&mut Reactor<'s, E, S>) -> Result<(), E> + 's,
    ) -> Result<ChannelId> {
        // The item outlives the receiver for a moment, when the handler is dropped.
        let id = self.items.add_channel(Arc::clone(receiver.waker()))?;
        let mut ended = Some(ended);
        let pass = move |reactor: &mut Reactor<'s, E, S>, woken: State| {
            if woken.is_empty() && receiver.is_empty() {
                return Ok(());
            }
            let serial = reactor.serial;
            let most = if limit == 0 { receiver.len().max(1) } else { limit };
            for _ in 0..most {
                match receiver.try_recv() {
                    Ok(value) => {
                        reactor.trace(format_args!("channel {}", ChannelId(id)));
                        handler(reactor, value)?;
                    }
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => {
                        reactor.trace(format_args!("removing closed channel {}", ChannelId(id)));
                        reactor.items.remove(id);
                        return ended.take().map_or(Ok(()), |ended| ended(reactor));
                    }
                }
                if reactor.stop_requested() || reactor.serial != serial || !reactor.items.contains(id) {
                    break;
                }
            }
            Ok(())
        };
        self.items.put(id, Box::new(pass));
        Ok(ChannelId(id))
    }

    /// Removes the channel, and returns whether it was there. Its handler is not called any more.
    ///
    /// The receiver is dropped, so that its senders fail: at once, or when the handler returns, if the handler itself
    /// removes the channel.
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
