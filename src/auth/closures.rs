//! [`Closures`]: what of the deciding is the program's own.

use std::sync::Arc;

use super::journal;
use super::policies::Policies;
use super::reply::{self, Properties};
use super::request::Request;
use super::rules::Verdict;
use crate::curve::CurvePublicKey;

type Plain = dyn Fn(&Request<'_>, &str, &str) -> Verdict + Send + Sync;
type Curve = dyn Fn(&Request<'_>, &CurvePublicKey) -> Verdict + Send + Sync;
type Metadata = dyn Fn(&Request<'_>) -> Properties + Send + Sync;

/// Counted, so that one goes on that is being called while another takes its place.
#[derive(Clone, Default)]
pub(super) struct Closures {
    pub(super) plain: Option<Arc<Plain>>,
    pub(super) curve: Option<Arc<Curve>>,
    pub(super) metadata: Option<Arc<Metadata>>,
}

impl Policies {
    /// Has a closure asked about each PLAIN client, before the list of users: it gets the request, the name and the
    /// password.
    ///
    /// It is asked about peers that the lists of addresses let through and that show a password. It runs on the thread of
    /// the [`Auth`](super::Auth), and while it runs, no other peer gets in: what takes long belongs elsewhere. It may call
    /// these methods; if it has a handle of these very policies, they stay until another closure takes its place. Where it
    /// panics, that peer is refused, with the status 500.
    ///
    /// ```
    /// use zmq4::auth::{Policies, Verdict};
    /// let policies = Policies::new();
    /// policies.set_plain_handler(|request, username, password| match request.domain() {
    ///     "shop" if username == "admin" && password == "pass word" => Verdict::Allow,
    ///     "shop" => Verdict::Deny,
    ///     _ => Verdict::Defer,
    /// });
    /// ```
    pub fn set_plain_handler(&self, handler: impl Fn(&Request<'_>, &str, &str) -> Verdict + Send + Sync + 'static) {
        self.set_closure(|closures| closures.plain.replace(Arc::new(handler)));
    }

    /// Has a closure asked about each CURVE client, before the list of keys: it gets the request and the client's
    /// public key. Otherwise as [`set_plain_handler`](Policies::set_plain_handler).
    ///
    /// ```
    /// use std::collections::HashSet;
    /// use zmq4::CurvePublicKey;
    /// use zmq4::auth::{Policies, Verdict};
    /// let revoked: HashSet<CurvePublicKey> = HashSet::new();
    /// let policies = Policies::new();
    /// policies.set_curve_handler(move |_, key| match revoked.contains(key) {
    ///     true => Verdict::Deny,
    ///     false => Verdict::Defer,
    /// });
    /// ```
    pub fn set_curve_handler(
        &self,
        handler: impl Fn(&Request<'_>, &CurvePublicKey) -> Verdict + Send + Sync + 'static,
    ) {
        self.set_closure(|closures| closures.curve.replace(Arc::new(handler)));
    }

    /// Has a closure say what properties the messages of a peer get that was let in.
    ///
    /// It gives names and values, in any collection. [`Message::property`](crate::Message::property) finds them, over
    /// tcp and ipc, and gives of each value what stands before a NUL. `User-Id` is who the peer is; without it, that is the
    /// user name, the CURVE key in Z85, or the principal. A name that is empty or has more than 255 bytes is left out, and
    /// logged; of one that comes twice the first value counts. Otherwise as
    /// [`set_plain_handler`](Policies::set_plain_handler).
    ///
    /// A peer may send properties of its own, with any names, in its handshake. One that this closure gives wins over
    /// one that the peer sends, and `User-Id` always does. So a name that means something is to be given to *all* peers,
    /// empty to those that have nothing there; otherwise they may say it of themselves.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.set_metadata_handler(|request| {
    ///     let is_local = request.ip().is_some_and(|ip| ip.is_loopback());
    ///     [("Came-From", request.address().to_owned()), ("May-Stop", is_local.to_string())]
    /// });
    /// ```
    #[doc(alias = "AuthSetMetadataHandler")]
    pub fn set_metadata_handler<M, N, V>(&self, handler: impl Fn(&Request<'_>) -> M + Send + Sync + 'static)
    where
        M: IntoIterator<Item = (N, V)>,
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        self.set_closure(|closures| closures.metadata.replace(properties(handler)));
    }

    /// What was there before is dropped after the lock: a closure owns what may call us when it is dropped.
    fn set_closure<T>(&self, set: impl FnOnce(&mut Closures) -> T) {
        let before = set(&mut self.closures());
        drop(before);
    }
}

/// The property that is a frame of its own in the answer.
const USER_ID: &str = "User-Id";

/// A closure that gives names and values, as one that gives what an answer holds.
fn properties<M, N, V>(handler: impl Fn(&Request<'_>) -> M + Send + Sync + 'static) -> Arc<Metadata>
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
