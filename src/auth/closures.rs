//! [`Closures`]: what of the deciding is the program's own.

use std::sync::Arc;

use super::journal;
use super::reply::{self, Properties};
use super::request::Request;
use super::rules::Verdict;
use crate::curve::CurvePublicKey;

type Plain = dyn Fn(&Request<'_>, &str, &str) -> Verdict + Send + Sync;
type Curve = dyn Fn(&Request<'_>, &CurvePublicKey) -> Verdict + Send + Sync;
pub(super) type Metadata = dyn Fn(&Request<'_>) -> Properties + Send + Sync;

/// Counted, so that one goes on that is being called while another takes its place.
#[derive(Clone, Default)]
pub(super) struct Closures {
    pub(super) plain: Option<Arc<Plain>>,
    pub(super) curve: Option<Arc<Curve>>,
    pub(super) metadata: Option<Arc<Metadata>>,
}

/// The property that is a frame of its own in the answer.
const USER_ID: &str = "User-Id";

/// A closure that gives names and values, as one that gives what an answer holds.
pub(super) fn properties<M, N, V>(handler: impl Fn(&Request<'_>) -> M + Send + Sync + 'static) -> Arc<Metadata>
where
    M: IntoIterator<Item = (N, V)>,
    N: AsRef<str>,
    V: AsRef<[u8]>,
{
    Arc::new(move |request| {
        let mut properties = Properties::default();
        for (name, value) in handler(request) {
            let (name, value) = (name.as_ref(), value.as_ref());
            if name == USER_ID {
                properties.user_id = Some(value.to_vec());
                continue;
            }
            match reply::meta_blob(name, value) {
                Ok(blob) => properties.metadata.extend(blob),
                Err(error) => journal::left_out(&error),
            }
        }
        properties
    })
}
