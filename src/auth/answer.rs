//! How one request is answered.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::journal;
use super::policies::Policies;
use super::reply::{self, Properties, Status};
use super::request::{Credentials, Request};
use super::rules::{Judgement, Verdict};
use crate::multipart::Multipart;

impl Policies {
    /// Answers one request of the protocol ZAP (RFC 27): what [`Auth`](super::Auth) does with each that it receives.
    ///
    /// For programs that have a handler of their own: a REP socket that is bound to `inproc://zeromq.zap.01`, in a poll
    /// loop of theirs. `request` is what it received, without an envelope. Whatever that is, there is an answer to it.
    ///
    /// ```
    /// use zmq4::Multipart;
    /// use zmq4::auth::Policies;
    /// let request = Multipart::from_iter(["1.0", "1", "shop", "127.0.0.1", "", "NULL"]);
    /// let answer = Policies::new().answer(&request);
    /// assert_eq!(answer, ["1.0", "1", "200", "OK", "", ""]);
    /// ```
    pub fn answer(&self, request: &Multipart) -> Multipart {
        // Closures are the program's: if one panics, the thread must go on, for libzmq lets CURVE clients in where there
        // is no handler.
        let answer = catch_unwind(AssertUnwindSafe(|| self.judge(request)));
        answer.unwrap_or_else(|panic| {
            // What it carries may panic again when it is dropped.
            std::mem::forget(panic);
            journal::panicked();
            self.counters().count(Status::InternalError);
            reply::refuse(Request::id_of(request), Status::InternalError)
        })
    }

    fn judge(&self, frames: &Multipart) -> Multipart {
        let request = match Request::parse(frames) {
            Ok(request) => request,
            Err(malformed) => {
                journal::malformed(&malformed);
                self.counters().count(malformed.status);
                return reply::refuse(Request::id_of(frames), malformed.status);
            }
        };
        let judgement = self.decide(&request);
        // First, for what panics refuses the peer.
        let properties = (judgement.status == Status::Ok).then(|| self.properties(&request));
        journal::judged(self.is_verbose(), &request, &judgement);
        self.counters().count(judgement.status);
        match properties {
            Some(properties) => reply::accept(request.id(), properties),
            None => reply::refuse(request.id(), judgement.status),
        }
    }

    /// The lists are asked under one lock, so that they are those of one moment, and the closure without it.
    fn decide(&self, request: &Request<'_>) -> Judgement {
        if let Some(refusal) = self.rules().refusal(request) {
            return refusal;
        }
        let closures = self.closures().clone();
        let verdict = match (request.credentials(), closures.plain, closures.curve) {
            (Credentials::Plain { username, password }, Some(ask), _) => ask(request, username, password),
            (Credentials::Curve(key), _, Some(ask)) => ask(request, &key),
            _ => Verdict::Defer,
        };
        self.rules().judge(request, verdict)
    }

    fn properties(&self, request: &Request<'_>) -> Properties {
        let metadata = self.closures().metadata.clone();
        let mut properties = metadata.map(|ask| ask(request)).unwrap_or_default();
        properties.user_id.get_or_insert_with(|| request.user_id());
        properties
    }
}
