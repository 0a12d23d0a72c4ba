//! How the bytes of a fuzzer are read: as policies, and as the frames of a request.

use super::world::{Change, What};

/// The first byte of an input: its lowest bit puts the beginning of a good request before the frames, and the next three
/// say which of these worlds it is asked in; [`MADE`] is one that the input makes.
pub(crate) const WORLDS: [&[(What, &str, &str)]; MADE] = [
    &[
        (What::Allow, "shop", "127.0.0.0/8"),
        (What::Allow, "shop", "::1"),
        (What::Deny, "*", "127.0.0.9"),
        (What::Plain, "shop", "admin"),
        (What::Curve, "*", SEVENS),
        (What::Gssapi, "shop", "user@REALM"),
    ],
    &[],
    &[
        (What::Curve, "shop", "*"),
        (What::Gssapi, "*", "*"),
        (What::Plain, "*", "admin"),
        (What::Describe, "", ""),
    ],
    &[
        (What::Deny, "shop", "10.0.0.0/8"),
        (What::Deny, "shop", "fe80::/10"),
        (What::Deny, "*", "::ffff:192.0.2.0/120"),
        (What::Allow, "*", "0.0.0.0/0"),
        (What::Allow, "shop", "::/0"),
        (What::Plain, "shop", "admin"),
        (What::Plain, "*", "guest"),
    ],
    &[
        (What::AskPlain, "", "0"),
        (What::AskCurve, "", "0"),
        (What::Describe, "", ""),
    ],
    &[
        (What::AskPlain, "", "2"),
        (What::AskCurve, "", "1"),
        (What::Plain, "*", "admin"),
        (What::Curve, "*", "*"),
    ],
    &[
        (What::AskPlain, "", "3"),
        (What::AskCurve, "", "3"),
        (What::Plain, "shop", "admin"),
        (What::Curve, "shop", SEVENS),
        (What::Allow, "elsewhere", "127.0.0.1"),
        (What::RemoveAllow, "elsewhere", "127.0.0.1"),
    ],
];

const MADE: usize = 7;

/// 32 bytes of 7.
const SEVENS: &str = "2l$Fs2l$Fs2l$Fs2l$Fs2l$Fs2l$Fs2l$Fs2l$Fs";

/// The password of every user in [`WORLDS`].
const PASSWORD: &str = "right";

pub(crate) struct Input {
    pub(crate) changes: Vec<Change>,
    frames: Vec<Vec<u8>>,
}

impl Input {
    pub(crate) fn read(data: &[u8]) -> Input {
        let mut rest = Rest(data);
        let kind = rest.byte().unwrap_or_default();
        let changes = match usize::from(kind >> 1 & 7) {
            MADE => rest.changes(),
            world => Input::world(world),
        };
        let mut frames = Vec::new();
        if kind & 1 == 1 {
            frames.extend(["1.0", "1", "shop", "127.0.0.1", ""].map(Vec::from));
        }
        frames.extend(std::iter::from_fn(|| rest.frame()));
        Input { changes, frames }
    }

    /// How the policies of one of the [`WORLDS`] are made.
    pub(crate) fn world(world: usize) -> Vec<Change> {
        let changes = WORLDS[world].iter();
        changes
            .map(|(what, domain, text)| Change {
                what: *what,
                domain: (*domain).to_owned(),
                text: (*text).to_owned(),
                password: PASSWORD.to_owned(),
            })
            .collect()
    }

    pub(crate) fn request(&self) -> Vec<&[u8]> {
        self.frames.iter().map(Vec::as_slice).collect()
    }
}

/// What of an input has not been read yet.
struct Rest<'d>(&'d [u8]);

impl Rest<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A byte that says how long it is, and as many bytes. 255 stands for 256, one more than a field may have; 254 for
    /// lengths from there up to 64 KiB, of which the next byte is the number of quarter KiB.
    fn frame(&mut self) -> Option<Vec<u8>> {
        let length = match self.byte()? {
            254 => {
                let quarters = usize::from(self.byte().unwrap_or_default());
                return Some(vec![b'x'; 255 + quarters * 256]);
            }
            255 => 256,
            length => usize::from(length),
        };
        let (frame, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        Some(frame.to_vec())
    }

    /// A byte that says how many there are, and for each a byte that says what it does, a domain, a text and, for a user, a
    /// password. What is not UTF-8 is passed over, for no caller has it.
    fn changes(&mut self) -> Vec<Change> {
        let number = self.byte().unwrap_or_default() & 15;
        (0..number).filter_map(|_| self.change()).collect()
    }

    fn change(&mut self) -> Option<Change> {
        let what = What::ALL[usize::from(self.byte()?) % What::ALL.len()];
        let (domain, text) = (self.frame()?, self.frame()?);
        let password = if what == What::Plain { self.frame()? } else { Vec::new() };
        Some(Change {
            what,
            domain: String::from_utf8(domain).ok()?,
            text: String::from_utf8(text).ok()?,
            password: String::from_utf8(password).ok()?,
        })
    }
}
