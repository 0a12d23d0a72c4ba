//! Policies as plain lists, which are looked through from end to end.

use std::str;

use zmq4::auth::{Policies, Verdict};

use super::address::Net;
use super::key;

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum What {
    Allow,
    Deny,
    Plain,
    Curve,
    Gssapi,
    RemoveAllow,
    RemoveDeny,
    RemovePlain,
    RemoveCurve,
    RemoveGssapi,
    ClearAllow,
    ClearDeny,
    ClearPlain,
    ClearCurve,
    ClearGssapi,
    AskPlain,
    AskCurve,
    Describe,
}

impl What {
    pub(super) const ALL: [What; 18] = [
        What::Allow,
        What::Deny,
        What::Plain,
        What::Curve,
        What::Gssapi,
        What::RemoveAllow,
        What::RemoveDeny,
        What::RemovePlain,
        What::RemoveCurve,
        What::RemoveGssapi,
        What::ClearAllow,
        What::ClearDeny,
        What::ClearPlain,
        What::ClearCurve,
        What::ClearGssapi,
        What::AskPlain,
        What::AskCurve,
        What::Describe,
    ];
}

/// One change of the policies. For a closure the text says by its first byte what the closure does.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(super) what: What,
    pub(super) domain: String,
    pub(super) text: String,
    pub(super) password: String,
}

/// What the policies are, each entry with its domain.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// The domains that have an allow list, with no address in it too.
    allowing: Vec<String>,
    allow: Vec<(String, Net)>,
    deny: Vec<(String, Net)>,
    users: Vec<(String, (String, String))>,
    /// `None` is any key.
    keys: Vec<(String, Option<Vec<u8>>)>,
    principals: Vec<(String, String)>,
    plain: Option<Verdict>,
    curve: Option<Verdict>,
    describes: bool,
}

/// What an answer must be, and what must be logged.
pub(super) struct Expected {
    pub(super) status: &'static str,
    pub(super) why: String,
    pub(super) user: Vec<u8>,
    pub(super) properties: Vec<u8>,
    /// How many properties cannot be reported.
    pub(super) left_out: usize,
    /// The whole line; `None` for a request that is malformed.
    pub(super) line: Option<String>,
}

/// A request that is well-formed.
struct Asked<'r> {
    domain: &'r str,
    address: &'r str,
    mechanism: &'r str,
    shown: Shown<'r>,
}

enum Shown<'r> {
    Nothing,
    Password(&'r str, &'r str),
    Key(&'r [u8]),
    Principal(&'r str),
    Other,
}

impl World {
    /// The policies after these changes, and what they must be. What a change returns is checked too.
    pub(crate) fn new(changes: &[Change]) -> (World, Policies) {
        let (mut world, policies) = (World::default(), Policies::new());
        for change in changes {
            world.change(&policies, change);
        }
        (world, policies)
    }

    fn change(&mut self, policies: &Policies, change: &Change) {
        let Change {
            what,
            domain,
            text,
            password,
        } = change;
        let short = domain.len() <= 255;
        // The networks that a list of addresses takes, and the keys that a list of keys takes.
        let net = Net::listed(text).filter(|_| short && Net::listed(domain).is_none());
        let key = if text == "*" {
            Some(None)
        } else {
            key::bytes(text).map(Some)
        };
        let verdict = verdict(text);
        match what {
            What::Allow => {
                assert_eq!(policies.allow(domain, [text]).is_ok(), net.is_some(), "{change:?}");
                if let Some(net) = net {
                    add(&mut self.allow, domain, net);
                    self.allowing.push(domain.clone());
                }
            }
            What::Deny => {
                assert_eq!(policies.deny(domain, [text]).is_ok(), net.is_some(), "{change:?}");
                net.into_iter().for_each(|net| add(&mut self.deny, domain, net));
            }
            What::RemoveAllow => {
                let expected = net.map(|net| remove(&mut self.allow, domain, &net));
                assert_eq!(policies.remove_allow(domain, [text]).ok(), expected, "{change:?}");
            }
            What::RemoveDeny => {
                let expected = net.map(|net| remove(&mut self.deny, domain, &net));
                assert_eq!(policies.remove_deny(domain, [text]).ok(), expected, "{change:?}");
            }
            What::Plain => {
                let good = short && (1..=255).contains(&text.len()) && (1..=255).contains(&password.len());
                assert_eq!(policies.plain_add(domain, text, password).is_ok(), good, "{change:?}");
                if good {
                    self.users.retain(|(there, (user, _))| (there, user) != (domain, text));
                    add(&mut self.users, domain, (text.clone(), password.clone()));
                }
            }
            What::RemovePlain => {
                let before = self.users.len();
                self.users.retain(|(there, (user, _))| (there, user) != (domain, text));
                assert_eq!(
                    policies.plain_remove(domain, [text]),
                    before - self.users.len(),
                    "{change:?}"
                );
            }
            What::Curve => {
                let key = key.filter(|_| short);
                assert_eq!(policies.curve_add(domain, [text]).is_ok(), key.is_some(), "{change:?}");
                key.into_iter().for_each(|key| add(&mut self.keys, domain, key));
            }
            What::RemoveCurve => {
                let expected = key.map(|key| remove(&mut self.keys, domain, &key));
                assert_eq!(policies.curve_remove(domain, [text]).ok(), expected, "{change:?}");
            }
            What::Gssapi => {
                let good = short && !text.is_empty();
                assert_eq!(policies.gssapi_add(domain, [text]).is_ok(), good, "{change:?}");
                if good {
                    add(&mut self.principals, domain, text.clone());
                }
            }
            What::RemoveGssapi => {
                let expected = remove(&mut self.principals, domain, text);
                assert_eq!(policies.gssapi_remove(domain, [text]), expected, "{change:?}");
            }
            What::ClearAllow => {
                policies.clear_allow(domain);
                clear(&mut self.allow, domain);
                self.allowing.retain(|there| there != domain);
            }
            What::ClearDeny => {
                policies.clear_deny(domain);
                clear(&mut self.deny, domain);
            }
            What::ClearPlain => {
                let expected = clear(&mut self.users, domain);
                assert_eq!(policies.plain_remove_all(domain), expected, "{change:?}");
            }
            What::ClearCurve => {
                let expected = clear(&mut self.keys, domain);
                assert_eq!(policies.curve_remove_all(domain), expected, "{change:?}");
            }
            What::ClearGssapi => {
                let expected = clear(&mut self.principals, domain);
                assert_eq!(policies.gssapi_remove_all(domain), expected, "{change:?}");
            }
            What::AskPlain => {
                policies.set_plain_handler(move |_, _, _| verdict);
                self.plain = Some(verdict);
            }
            What::AskCurve => {
                policies.set_curve_handler(move |_, _| verdict);
                self.curve = Some(verdict);
            }
            What::Describe => {
                policies.set_metadata_handler(|request| {
                    described(request.domain(), request.address(), request.mechanism())
                });
                self.describes = true;
            }
        }
    }

    /// What the answer to a request must be.
    pub(super) fn expect(&self, request: &[&[u8]]) -> Expected {
        match read(request) {
            Ok(asked) => self.judge(&asked),
            Err(status) => Expected {
                status,
                why: "malformed".to_owned(),
                user: Vec::new(),
                properties: Vec::new(),
                left_out: 0,
                line: None,
            },
        }
    }

    fn judge(&self, asked: &Asked<'_>) -> Expected {
        let (status, why) = self.decide(asked);
        let Asked {
            domain,
            address,
            mechanism,
            shown,
        } = asked;
        let (mut user, who) = match shown {
            Shown::Password(user, _) => (Vec::from(*user), format!(" username={user:?}")),
            Shown::Key(key) => (key::z85(key).into(), format!(" client_key={:?}", key::z85(key))),
            Shown::Principal(principal) => (Vec::from(*principal), format!(" principal={principal:?}")),
            Shown::Nothing | Shown::Other => (Vec::new(), String::new()),
        };
        let (level, word) = match status {
            "200" => ("DEBUG", "ALLOWED"),
            "300" => ("DEBUG", "TRY AGAIN"),
            _ => ("WARN", "DENIED"),
        };
        let line = format!(
            "{level} AUTH: {word} ({}) domain={domain:?} address={address:?}{who}",
            why.escape_debug()
        );
        let (mut properties, mut left_out) = (Vec::new(), 0);
        if status != "200" {
            user.clear();
        } else if self.describes {
            for (name, value) in described(domain, address, mechanism) {
                match u8::try_from(name.len()) {
                    _ if name == "User-Id" => user = value.into(),
                    Ok(length @ 1..) => {
                        properties.push(length);
                        properties.extend(name.as_bytes());
                        properties.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
                        properties.extend(value.as_bytes());
                    }
                    _ => left_out += 1,
                }
            }
        }
        Expected {
            status,
            why,
            user,
            properties,
            left_out,
            line: Some(line),
        }
    }

    fn decide(&self, asked: &Asked<'_>) -> (&'static str, String) {
        let here = |domain: &String| domain == asked.domain || domain == "*";
        let peer = Net::peer(asked.address);
        let within = |list: &[(String, Net)]| {
            let mut nets = list.iter().filter(|(domain, _)| here(domain));
            peer.as_ref()
                .is_some_and(|peer| nets.any(|(_, net)| net.contains(peer)))
        };
        let mechanism = || asked.mechanism.to_owned();
        let listed = |known: bool| (if known { "200" } else { "400" }, mechanism());
        if within(&self.deny) {
            return ("400", "in deny list".to_owned());
        }
        if self.allowing.iter().any(here) && !within(&self.allow) {
            return ("400", "not in allow list".to_owned());
        }
        let closure = match asked.shown {
            Shown::Nothing => return ("200", mechanism()),
            Shown::Other => return ("400", mechanism()),
            Shown::Password(_, "") => return ("400", "PLAIN without password".to_owned()),
            Shown::Password(..) => self.plain,
            Shown::Key(_) => self.curve,
            Shown::Principal(_) => None,
        };
        match closure {
            Some(Verdict::Allow) => return ("200", "closure".to_owned()),
            Some(Verdict::Deny) => return ("400", "closure".to_owned()),
            Some(Verdict::Retry) => return ("300", "closure".to_owned()),
            Some(Verdict::Defer) | None => {}
        }
        match asked.shown {
            Shown::Password(name, shown) => {
                let mut users = self.users.iter().filter(|(domain, _)| here(domain));
                listed(users.any(|(_, (user, password))| user == name && password == shown))
            }
            Shown::Key(shown) => {
                let keys = || {
                    self.keys
                        .iter()
                        .filter(|(domain, _)| here(domain))
                        .map(|(_, key)| key.as_deref())
                };
                if keys().any(|key| key.is_none()) {
                    return ("200", "CURVE any client".to_owned());
                }
                listed(keys().any(|key| key == Some(shown)))
            }
            Shown::Principal(shown) => {
                let mut principals = self.principals.iter().filter(|(domain, _)| here(domain));
                listed(principals.any(|(_, principal)| principal == shown || principal == "*"))
            }
            Shown::Nothing | Shown::Other => unreachable!("answered above"),
        }
    }
}

/// What the frames say, or the status for what is no request: 500 where the one who asks is to blame, 400 for the peer.
fn read<'r>(request: &[&'r [u8]]) -> Result<Asked<'r>, &'static str> {
    let &[version, _, domain, address, _, mechanism, ref credentials @ ..] = request else {
        return Err("500");
    };
    let [Ok(domain), Ok(address), Ok(mechanism)] = [domain, address, mechanism].map(str::from_utf8) else {
        return Err("500");
    };
    if version != b"1.0" || credentials.len() > 8 || request.iter().any(|field| field.len() > 255) {
        return Err("500");
    }
    let text = |shown| str::from_utf8(shown).map_err(|_| "400");
    let shown = match (mechanism, credentials) {
        ("NULL", []) => Shown::Nothing,
        ("PLAIN", &[user, password]) => Shown::Password(text(user)?, text(password)?),
        ("CURVE", &[key]) if key.len() == 32 => Shown::Key(key),
        ("GSSAPI", &[principal]) => Shown::Principal(text(principal)?),
        ("NULL" | "PLAIN" | "CURVE" | "GSSAPI", _) => return Err("400"),
        _ => Shown::Other,
    };
    Ok(Asked {
        domain,
        address,
        mechanism,
        shown,
    })
}

/// The properties of a peer, in a world that describes peers: some names are none.
fn described(domain: &str, address: &str, mechanism: &str) -> [(String, String); 3] {
    let longer = address.repeat(2);
    [("X-Domain", domain), (address, mechanism), (&*longer, address)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
}

fn verdict(text: &str) -> Verdict {
    match text.bytes().next().unwrap_or_default() % 4 {
        0 => Verdict::Allow,
        1 => Verdict::Deny,
        2 => Verdict::Retry,
        _ => Verdict::Defer,
    }
}

fn add<T: PartialEq>(list: &mut Vec<(String, T)>, domain: &str, entry: T) {
    let entry = (domain.to_owned(), entry);
    if !list.contains(&entry) {
        list.push(entry);
    }
}

fn remove<T: PartialEq>(list: &mut Vec<(String, T)>, domain: &str, entry: &T) -> usize {
    let before = list.len();
    list.retain(|(there, known)| (there.as_str(), known) != (domain, entry));
    before - list.len()
}

fn clear<T>(list: &mut Vec<(String, T)>, domain: &str) -> usize {
    let before = list.len();
    list.retain(|(there, _)| there != domain);
    before - list.len()
}
