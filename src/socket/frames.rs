//! [`Frames`]: what can be sent as one message of several frames.

use super::frame::sealed::Part;
use super::outgoing::Outgoing;
use crate::multipart::Multipart;

/// What can be sent as one message of several frames.
///
/// That is a [`Multipart`], also as `&mut`, which is empty after it was sent and intact after an error; a tuple, an
/// array, a slice or a `Vec` of [`Frame`](crate::Frame)s; and a tuple of all these, so that an envelope and a list of
/// frames go out as one message. An iterator is collected first: `frames.collect::<Multipart>()`.
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
pub trait Frames<'d>: sealed::Parts<'d> {}

impl<'d, T: sealed::Parts<'d>> Frames<'d> for T {}

pub(super) mod sealed {
    use super::Outgoing;

    pub trait Parts<'d> {
        fn add_to(self, message: &mut Outgoing<'d>);

        /// Calls `each` with the bytes of one frame after the other, as long as it answers `true`; whether all are
        /// borrowed and got that answer.
        fn each_borrowed(&self, each: &mut impl FnMut(&'d [u8]) -> bool) -> bool;
    }
}

use sealed::Parts;

impl<'d, T: Part<'d>> Parts<'d> for T {
    #[inline]
    fn add_to(self, message: &mut Outgoing<'d>) {
        message.add(self.held(message.moves_from));
    }

    #[inline(always)]
    fn each_borrowed(&self, each: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
        self.borrowed().is_some_and(each)
    }
}

impl<'d> Parts<'d> for Multipart {
    #[inline]
    fn add_to(self, message: &mut Outgoing<'d>) {
        message.add_whole(self);
    }

    #[inline(always)]
    fn each_borrowed(&self, _: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
        false
    }
}

impl<'d> Parts<'d> for &'d mut Multipart {
    #[inline]
    fn add_to(self, message: &mut Outgoing<'d>) {
        message.add_lent(self);
    }

    #[inline(always)]
    fn each_borrowed(&self, _: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
        false
    }
}

impl<'d> Parts<'d> for &'d Multipart {
    #[inline]
    fn add_to(self, message: &mut Outgoing<'d>) {
        self.iter()
            .for_each(|frame| message.add(frame.held(message.moves_from)));
    }

    #[inline(always)]
    fn each_borrowed(&self, each: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
        self.iter().all(|frame| frame.each_borrowed(each))
    }
}

impl<'d, T: Part<'d>> Parts<'d> for Vec<T> {
    #[inline]
    fn add_to(self, message: &mut Outgoing<'d>) {
        self.into_iter()
            .for_each(|frame| message.add(frame.held(message.moves_from)));
    }

    #[inline(always)]
    fn each_borrowed(&self, each: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
        self.iter().all(|frame| frame.each_borrowed(each))
    }
}

impl<'d, T: Part<'d>, const N: usize> Parts<'d> for [T; N] {
    #[inline]
    fn add_to(self, message: &mut Outgoing<'d>) {
        self.into_iter()
            .for_each(|frame| message.add(frame.held(message.moves_from)));
    }

    #[inline(always)]
    fn each_borrowed(&self, each: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
        self.iter().all(|frame| frame.each_borrowed(each))
    }
}

macro_rules! borrowed_lists {
    ($([$($generics:tt)*] $list:ty),*) => {$(
        impl<'d, T, $($generics)*> Parts<'d> for &'d $list
        where
            &'d T: Part<'d>,
        {
            #[inline]
            fn add_to(self, message: &mut Outgoing<'d>) {
                self.iter().for_each(|frame| message.add(frame.held(message.moves_from)));
            }

            #[inline(always)]
            fn each_borrowed(&self, each: &mut impl FnMut(&'d [u8]) -> bool) -> bool {
                self.iter().all(|frame| frame.each_borrowed(each))
            }
        }
    )*};
}

borrowed_lists!([] [T], [] Vec<T>, [const N: usize] [T; N]);

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<'d, $($name: Parts<'d>),*> Parts<'d> for ($($name,)*) {
            #[allow(non_snake_case, reason = "the names of the types serve for the values")]
            #[inline]
            fn add_to(self, message: &mut Outgoing<'d>) {
                let ($($name,)*) = self;
                $($name.add_to(message);)*
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
