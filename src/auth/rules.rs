//! [`Rules`]: who is let in. Lists in, answer out, and nothing else.
//!
//! The truth table stands in the documentation of the module above, and the tests here read it there.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::address::Network;
use super::key::{ANY, ClientKey};
use super::password::Password;
use super::reply::Status;
use super::request::{Credentials, Request};

/// What a program's own closure says about a peer that shows credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The peer is let in, whatever the lists of users or keys say. The lists of addresses have been asked before.
    Allow,
    /// The peer is refused, whatever the lists say.
    Deny,
    /// The peer is refused for now: the status 300. libzmq tells it nothing, so it comes again by itself when its
    /// [`handshake_ivl`](crate::Socket::handshake_ivl) is over, 30 seconds if it was not set.
    Retry,
    /// The lists of users or keys decide.
    Defer,
}

/// Why an answer is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    DenyList,
    AllowList,
    Mechanism,
    NoPassword,
    Closure,
    Credentials,
    AnyClient,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) status: Status,
    pub(super) reason: Reason,
}

/// The lists of all domains.
#[derive(Default)]
pub(super) struct Rules(HashMap<String, Lists>);

#[derive(Default)]
pub(super) struct Lists {
    /// A list without an address lets nobody in; no list at all, everybody.
    pub(super) allow: Option<HashSet<Network>>,
    pub(super) deny: HashSet<Network>,
    pub(super) users: HashMap<String, Password>,
    pub(super) keys: HashSet<ClientKey>,
    pub(super) principals: HashSet<String>,
}

impl Lists {
    fn is_empty(&self) -> bool {
        self.allow.is_none()
            && self.deny.is_empty()
            && self.users.is_empty()
            && self.keys.is_empty()
            && self.principals.is_empty()
    }
}

impl Rules {
    /// Changes the lists of one domain, which come and go as they are needed.
    pub(super) fn change<T>(&mut self, domain: &str, change: impl FnOnce(&mut Lists) -> T) -> T {
        match self.0.entry(domain.to_owned()) {
            Entry::Occupied(mut lists) => {
                let answer = change(lists.get_mut());
                if lists.get().is_empty() {
                    lists.remove();
                }
                answer
            }
            Entry::Vacant(place) => {
                let mut lists = Lists::default();
                let answer = change(&mut lists);
                if !lists.is_empty() {
                    place.insert(lists);
                }
                answer
            }
        }
    }

    /// The lists that hold for a domain: its own, and those for all.
    fn of<'r>(&'r self, domain: &str) -> impl Iterator<Item = &'r Lists> + Clone {
        let own = (domain != ANY).then(|| self.0.get(domain)).flatten();
        own.into_iter().chain(self.0.get(ANY))
    }

    /// What refuses a peer before its credentials are looked at, by a closure or by the lists.
    pub(super) fn refusal(&self, request: &Request<'_>) -> Option<Judgement> {
        let ip = request.ip();
        let within =
            |networks: &HashSet<Network>| ip.is_some_and(|ip: IpAddr| networks.iter().any(|one| one.contains(ip)));
        let lists = self.of(request.domain());
        let mut allows = lists.clone().filter_map(|lists| lists.allow.as_ref()).peekable();
        let no_access = |reason| {
            Some(Judgement {
                status: Status::NoAccess,
                reason,
            })
        };
        if lists.clone().any(|lists| within(&lists.deny)) {
            no_access(Reason::DenyList)
        } else if allows.peek().is_some() && !allows.any(within) {
            no_access(Reason::AllowList)
        } else {
            match request.credentials() {
                Credentials::Plain { password: "", .. } => no_access(Reason::NoPassword),
                Credentials::Other => no_access(Reason::Mechanism),
                _ => None,
            }
        }
    }

    /// Who is let in: see the truth table.
    pub(super) fn judge(&self, request: &Request<'_>, closure: Verdict) -> Judgement {
        if let Some(refusal) = self.refusal(request) {
            return refusal;
        }
        let judged = |status, reason| Judgement { status, reason };
        let by_list = |listed, reason| judged(if listed { Status::Ok } else { Status::NoAccess }, reason);
        let mut lists = self.of(request.domain());
        match (request.credentials(), closure) {
            (Credentials::Null, _) => judged(Status::Ok, Reason::Mechanism),
            (Credentials::Other, _) => judged(Status::NoAccess, Reason::Mechanism),
            (Credentials::Gssapi(principal), _) => {
                let mut principals = lists.map(|lists| &lists.principals);
                let listed = principals.any(|known| known.contains(principal) || known.contains(ANY));
                by_list(listed, Reason::Credentials)
            }
            (_, Verdict::Allow) => judged(Status::Ok, Reason::Closure),
            (_, Verdict::Deny) => judged(Status::NoAccess, Reason::Closure),
            (_, Verdict::Retry) => judged(Status::TryAgain, Reason::Closure),
            (Credentials::Plain { username, password }, Verdict::Defer) => {
                let password = password.as_bytes();
                let fits = lists.fold(false, |fits, lists| {
                    let fit = match lists.users.get(username) {
                        Some(known) => known.is(password),
                        None => Password::of_nobody(password),
                    };
                    fits | fit
                });
                by_list(fits, Reason::Credentials)
            }
            (Credentials::Curve(key), Verdict::Defer) => {
                if lists.clone().any(|lists| lists.keys.contains(&ClientKey::Any)) {
                    judged(Status::Ok, Reason::AnyClient)
                } else {
                    let key = ClientKey::Key(key);
                    by_list(lists.any(|lists| lists.keys.contains(&key)), Reason::Credentials)
                }
            }
        }
    }
}
