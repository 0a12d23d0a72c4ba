//! [`IntoFrames`]: what can be sent as one message of several frames.

use std::collections::VecDeque;

use super::payload::sealed::IntoPayload;
use super::staged::StagedMessage;
use crate::message::Message;
use crate::multipart::Multipart;

/// What can be sent as one message of several frames.
///
/// That is a [`Multipart`], also as `&mut`, which is empty after it was sent and unchanged after an error; a tuple, an
/// array, a slice, a `Vec` or a `VecDeque` of [frames](crate::IntoFrame); and tuples and lists of all these, so that an
/// envelope and a list of frames are sent as one message. An iterator is collected first: `frames.collect::<Multipart>()`.
///
/// ```
/// use zmq4::{Context, Flags, Multipart};
/// let context = Context::new()?;
/// let (a, b) = (context.socket(zmq4::PAIR)?, context.socket(zmq4::PAIR)?);
/// a.bind("inproc://frames")?;
/// b.connect("inproc://frames")?;
/// let rest = vec!["one".to_owned(), "two".to_owned()];
/// a.send_message(("client", "", &rest))?;
/// assert_eq!(b.recv_message(Flags::NONE)?, ["client", "", "one", "two"]);
/// a.send_message((1..=3).map(|n| n.to_string()).collect::<Multipart>())?;
/// assert_eq!(b.recv_message(Flags::NONE)?, ["1", "2", "3"]);
/// # Ok::<(), zmq4::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as a message of several frames",
    note = "that is a `Multipart`, or an array, slice, `Vec`, `VecDeque` or tuple of frames, of which each is text or bytes",
    note = "an iterator is collected first: `frames.collect::<Multipart>()`",
    note = "a number is sent as text, `n.to_string()`; a frame that may be missing is pushed to a `Multipart`"
)]
pub trait IntoFrames<'d>: sealed::Stage<'d> {}

impl<'d, T: sealed::Stage<'d>> IntoFrames<'d> for T {}

pub(super) mod sealed {
    use super::StagedMessage;

    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be sent as a message of several frames",
        note = "that is a `Multipart`, or an array, slice, `Vec`, `VecDeque` or tuple of frames, of which each is text or bytes",
        note = "an iterator is collected first: `frames.collect::<Multipart>()`",
        note = "a number is sent as text, `n.to_string()`; a frame that may be missing is pushed to a `Multipart`"
    )]
    pub trait Stage<'d> {
        /// Adds the frames to a message.
        fn stage(self, message: &mut StagedMessage<'d>);

        /// Calls `each` with the bytes of one frame after the other, while it returns `true`. Returns whether all
        /// frames are borrowed, and `each` returned `true` for all of them.
        fn each_borrowed(&self, each: &mut impl FnMut(&'d [u8]) -> bool) -> bool;
    }
}

use sealed::Stage;

impl<'d, T: IntoPayload<'d>> Stage<'d> for T {
    #[inline]
    fn stage(self, message: &mut StagedMessage<'d>) {
        message.add(self.payload());
    }

    #[inline(always)]
    fn each_borrowed(&self, each: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
        self.borrowed().is_some_and(each)
    }
}

macro_rules! multiparts {
    ($($multipart:ty: $add:ident),*) => {$(
        impl<'d> Stage<'d> for $multipart {
            #[inline]
            fn stage(self, message: &mut StagedMessage<'d>) {
                message.$add(self);
            }

            #[inline(always)]
            fn each_borrowed(&self, _: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
                false
            }
        }
    )*};
}

multiparts!(Multipart: add_multipart, &'d mut Multipart: add_multipart_mut);

macro_rules! lists {
    ($([$($generics:tt)*] $list:ty, $frame:ty;)*) => {$(
        impl<'d, $($generics)*> Stage<'d> for $list
        where
            $frame: Stage<'d>,
        {
            #[inline]
            fn stage(self, message: &mut StagedMessage<'d>) {
                self.into_iter().for_each(|frame| frame.stage(message));
            }

            #[inline(always)]
            fn each_borrowed(&self, each: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
                self.iter().all(|frame| frame.each_borrowed(each))
            }
        }
    )*};
}

lists! {
    [T] Vec<T>, T;
    [T, const N: usize] [T; N], T;
    [T] &'d [T], &'d T;
    [T] &'d Vec<T>, &'d T;
    [T, const N: usize] &'d [T; N], &'d T;
    [T] VecDeque<T>, T;
    [T] &'d VecDeque<T>, &'d T;
    [] &'d Multipart, &'d Message;
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<'d, $($name: Stage<'d>),*> Stage<'d> for ($($name,)*) {
            #[allow(non_snake_case, reason = "the names of the types serve for the values")]
            #[inline]
            fn stage(self, message: &mut StagedMessage<'d>) {
                let ($($name,)*) = self;
                $($name.stage(message);)*
            }

            #[allow(non_snake_case, reason = "the names of the types serve for the values")]
            #[inline(always)]
            fn each_borrowed(&self, each: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
                let ($($name,)*) = self;
                $($name.each_borrowed(each))&&*
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
