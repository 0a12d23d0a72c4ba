//! [`Rules`]: who is let in, as a pure function of the lists.
//!
//! The truth table is in the documentation of the module above, where the tests read it.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::address::Network;
use super::key::{ANY, ClientKey};
use super::password::Password;
use super::reply::Status;
use super::request::{Credentials, Request};

/// The verdict of a program's closure about a peer that has shown credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The peer is let in, whatever the lists of users or keys say. The lists of addresses are checked before.
    Allow,
    /// The peer is denied, whatever the lists say.
    Deny,
    /// The peer is denied for now: the status 300. libzmq does not report that to the peer, so it connects again when its
    /// [`handshake_ivl`](crate::Socket::handshake_ivl) is over, 30 seconds by default.
    Retry,
    /// The lists of users or keys decide.
    Defer,
}

/// Why a decision was taken.
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
pub(super) struct Decision {
    pub(super) status: Status,
    pub(super) reason: Reason,
}

/// The lists of all domains.
#[derive(Default)]
pub(super) struct Rules(HashMap<String, Lists>);

#[derive(Default)]
pub(super) struct Lists {
    /// An empty list lets no peer in; no list lets all in.
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
    /// Changes the lists of one domain, which are made and removed as needed.
    pub(super) fn change<T>(&mut self, domain: &str, change: impl FnOnce(&mut Lists) -> T) -> T {
        match self.0.entry(domain.to_owned()) {
            Entry::Occupied(mut lists) => {
                let result = change(lists.get_mut());
                if lists.get().is_empty() {
                    lists.remove();
                }
                result
            }
            Entry::Vacant(place) => {
                let mut lists = Lists::default();
                let result = change(&mut lists);
                if !lists.is_empty() {
                    place.insert(lists);
                }
                result
            }
        }
    }

    /// The lists that apply to a domain: its own, and those for all.
    fn of<'r>(&'r self, domain: &str) -> impl Iterator<Item = &'r Lists> + Clone {
        let own = (domain != ANY).then(|| self.0.get(domain)).flatten();
        own.into_iter().chain(self.0.get(ANY))
    }

    /// The decision that denies a peer before a closure or the lists check its credentials.
    pub(super) fn denial(&self, request: &Request<'_>) -> Option<Decision> {
        let ip = request.ip();
        let within =
            |networks: &HashSet<Network>| ip.is_some_and(|ip: IpAddr| networks.iter().any(|one| one.contains(ip)));
        let lists = self.of(request.domain());
        let mut allows = lists.clone().filter_map(|lists| lists.allow.as_ref()).peekable();
        let no_access = |reason| {
            Some(Decision {
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
    pub(super) fn decide(&self, request: &Request<'_>, closure: Verdict) -> Decision {
        if let Some(denial) = self.denial(request) {
            return denial;
        }
        let decided = |status, reason| Decision { status, reason };
        let by_list = |listed, reason| decided(if listed { Status::Ok } else { Status::NoAccess }, reason);
        let mut lists = self.of(request.domain());
        match (request.credentials(), closure) {
            (Credentials::Null, _) => decided(Status::Ok, Reason::Mechanism),
            (Credentials::Other, _) => decided(Status::NoAccess, Reason::Mechanism),
            (Credentials::Gssapi(principal), _) => {
                let mut principals = lists.map(|lists| &lists.principals);
                let listed = principals.any(|known| known.contains(principal) || known.contains(ANY));
                by_list(listed, Reason::Credentials)
            }
            (_, Verdict::Allow) => decided(Status::Ok, Reason::Closure),
            (_, Verdict::Deny) => decided(Status::NoAccess, Reason::Closure),
            (_, Verdict::Retry) => decided(Status::TryAgain, Reason::Closure),
            (Credentials::Plain { username, password }, Verdict::Defer) => {
                let password = password.as_bytes();
                let fits = lists.fold(false, |fits, lists| {
                    let fit = match lists.users.get(username) {
                        Some(known) => known.is(password),
                        None => Password::dummy_check(password),
                    };
                    fits | fit
                });
                by_list(fits, Reason::Credentials)
            }
            (Credentials::Curve(key), Verdict::Defer) => {
                if lists.clone().any(|lists| lists.keys.contains(&ClientKey::Any)) {
                    decided(Status::Ok, Reason::AnyClient)
                } else {
                    let key = ClientKey::Key(key);
                    by_list(lists.any(|lists| lists.keys.contains(&key)), Reason::Credentials)
                }
            }
        }
    }
}
