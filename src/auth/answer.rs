//! The reply to one request.

use super::log;
use super::policies::Policies;
use super::reply::{self, Properties, Status};
use super::request::{Credentials, Request};
use super::rules::{Decision, Verdict};
use crate::multipart::Multipart;
use crate::unwind;

impl Policies {
    /// Returns the reply to one ZAP request ([RFC 27](https://rfc.zeromq.org/spec/27/)), as [`Auth`](super::Auth) does for each that it receives.
    ///
    /// For programs with their own handler: a REP socket that is bound to `inproc://zeromq.zap.01`, in their poll loop.
    /// `request` is the received message, without an envelope. There is a reply to every message, also to malformed ones.
    ///
    /// ```
    /// use zmq4::Multipart;
    /// use zmq4::auth::Policies;
    /// let request = Multipart::from_iter(["1.0", "1", "shop", "127.0.0.1", "", "NULL"]);
    /// let answer = Policies::new().answer(&request);
    /// assert_eq!(answer, ["1.0", "1", "200", "OK", "", ""]);
    /// ```
    pub fn answer(&self, request: &Multipart) -> Multipart {
        // Closures are the program's: if one panics, the thread must continue, because libzmq lets CURVE clients in without a
        // handler.
        unwind::caught(|| self.reply_to(request)).unwrap_or_else(|| {
            log::panicked();
            self.counters().count(Status::InternalError);
            reply::refuse(Request::id_of(request), Status::InternalError)
        })
    }

    fn reply_to(&self, frames: &Multipart) -> Multipart {
        let request = match Request::parse(frames) {
            Ok(request) => request,
            Err(malformed) => {
                log::malformed(&malformed);
                self.counters().count(malformed.status);
                return reply::refuse(Request::id_of(frames), malformed.status);
            }
        };
        let decision = self.decide(&request);
        // First: a closure that panics denies the peer.
        let properties = (decision.status == Status::Ok).then(|| self.properties(&request));
        log::decided(self.is_verbose(), &request, &decision);
        self.counters().count(decision.status);
        match properties {
            Some(properties) => reply::accept(request.id(), properties),
            None => reply::refuse(request.id(), decision.status),
        }
    }

    /// The lists are read under one lock, so that they are consistent, and the closure is called without it.
    fn decide(&self, request: &Request<'_>) -> Decision {
        if let Some(denial) = self.rules().denial(request) {
            return denial;
        }
        let closures = self.closures().clone();
        let verdict = match (request.credentials(), closures.plain, closures.curve) {
            (Credentials::Plain { username, password }, Some(ask), _) => ask(request, username, password),
            (Credentials::Curve(key), _, Some(ask)) => ask(request, &key),
            _ => Verdict::Defer,
        };
        self.rules().decide(request, verdict)
    }

    fn properties(&self, request: &Request<'_>) -> Properties {
        let metadata = self.closures().metadata.clone();
        let mut properties = metadata.map(|ask| ask(request)).unwrap_or_default();
        properties.user_id.get_or_insert_with(|| request.user_id());
        properties
    }
}
