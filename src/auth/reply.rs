//! Replies to libzmq about a peer (RFC 27).

use crate::error::{Call, Error, Result};
use crate::multipart::Multipart;
use crate::refusal::Refusal;

/// The version of ZAP, the only one.
pub(super) const VERSION: &str = "1.0";

/// The greatest length of a value that libzmq reads.
const LONGEST_VALUE: usize = i32::MAX as usize;

/// The status of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Status {
    Ok,
    TryAgain,
    NoAccess,
    InternalError,
}

impl Status {
    pub(super) fn code(self) -> &'static str {
        match self {
            Status::Ok => "200",
            Status::TryAgain => "300",
            Status::NoAccess => "400",
            Status::InternalError => "500",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Status::Ok => "OK",
            Status::TryAgain => "TRY AGAIN",
            Status::NoAccess => "NO ACCESS",
            Status::InternalError => "INTERNAL ERROR",
        }
    }
}

/// The properties of a peer that was let in: the user id, and others for its messages.
#[derive(Default)]
pub(super) struct Properties {
    pub(super) user_id: Option<Vec<u8>>,
    pub(super) metadata: Vec<u8>,
}

pub(super) fn accept(id: &[u8], properties: Properties) -> Multipart {
    let mut reply = head(id, Status::Ok);
    reply.push_back(properties.user_id.unwrap_or_default());
    reply.push_back(properties.metadata);
    reply
}

pub(super) fn refuse(id: &[u8], status: Status) -> Multipart {
    let mut reply = head(id, status);
    reply.extend(["", ""]);
    reply
}

fn head(id: &[u8], status: Status) -> Multipart {
    [
        VERSION.as_bytes(),
        id,
        status.code().as_bytes(),
        status.text().as_bytes(),
    ]
    .into_iter()
    .collect()
}

/// One property, encoded as in a ZAP reply: the length of the name in a byte, the name, the length of the
/// value in four bytes, the highest first, and the value.
///
/// The metadata of a peer are these after one another. [`Policies::set_metadata_handler`](super::Policies::set_metadata_handler)
/// encodes by itself: this is for programs with their own handler.
///
/// # Errors
/// `EINVAL` if the name is empty or has more than 255 bytes, or the value has 2 GiB or more.
///
/// ```
/// assert_eq!(zmq4::auth::meta_blob("Team", "red")?, b"\x04Team\x00\x00\x00\x03red");
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "AuthMetaBlob")]
pub fn meta_blob(name: &str, value: impl AsRef<[u8]>) -> Result<Vec<u8>> {
    let value = value.as_ref();
    let refused = |reason| Err(Error::refused(Call::Auth, Refusal::invalid(reason)));
    let short = match u8::try_from(name.len()) {
        Ok(0) => return refused("the name of a property is empty"),
        Ok(length) => length,
        Err(_) => return refused("the name of a property has more than 255 bytes"),
    };
    let long = match u32::try_from(value.len()) {
        Ok(length) if value.len() <= LONGEST_VALUE => length,
        _ => return refused("the value of a property has 2 GiB or more"),
    };
    let mut blob = Vec::with_capacity(1 + name.len() + 4 + value.len());
    blob.push(short);
    blob.extend(name.as_bytes());
    blob.extend(long.to_be_bytes());
    blob.extend(value);
    Ok(blob)
}
