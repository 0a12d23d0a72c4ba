//! [`Closures`]: the decisions that a program takes itself.

use std::sync::Arc;

use super::log;
use super::reply::{self, Properties};
use super::request::Request;
use super::rules::Verdict;
use crate::curve::CurvePublicKey;

type Plain = dyn Fn(&Request<'_>, &str, &str) -> Verdict + Send + Sync;
type Curve = dyn Fn(&Request<'_>, &CurvePublicKey) -> Verdict + Send + Sync;
pub(super) type Metadata = dyn Fn(&Request<'_>) -> Properties + Send + Sync;

/// Counted, so that a closure can be replaced while it is being called.
#[derive(Clone, Default)]
pub(super) struct Closures {
    pub(super) plain: Option<Arc<Plain>>,
    pub(super) curve: Option<Arc<Curve>>,
    pub(super) metadata: Option<Arc<Metadata>>,
}

/// The property that has its own frame in the reply.
const USER_ID: &str = "User-Id";

/// Converts a closure that returns names and values.
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
                Err(error) => log::skipped_property(&error),
            }
        }
        properties
    })
}
