//! The truth table and the code, and requests of every shape.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::key::ANY;
use super::policies::Policies;
use super::rules::Verdict;
use super::*;
use crate::curve::CurvePublicKey;
use crate::multipart::Multipart;

const KEY: [u8; 32] = [7; 32];
const OTHER_KEY: [u8; 32] = [8; 32];
const PEER: &str = "10.1.2.3";

/// A row of the table: what each column lists, `any` being everything, and the answer.
struct Row {
    columns: Vec<HashSet<&'static str>>,
    answer: &'static str,
}

impl Row {
    fn fits(&self, situation: &[&'static str]) -> bool {
        self.columns.len() == situation.len()
            && self
                .columns
                .iter()
                .zip(situation)
                .all(|(column, value)| column.contains("any") || column.contains(value))
    }
}

fn rows(text: &'static str) -> Vec<Row> {
    let lines = text.lines().map(|line| line.trim_start_matches("//! "));
    lines
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .filter(|line| !line.starts_with("deny list"))
        .filter_map(|line| {
            let mut columns: Vec<_> = line.split(" | ").collect();
            let answer = columns.pop()?;
            let columns = columns.into_iter().map(|column| column.split(", ").collect()).collect();
            answer.parse::<u16>().is_ok().then_some(Row { columns, answer })
        })
        .collect()
}

/// What peers show, by mechanism, as the table calls it.
const SHOWN: [(&str, &[&str]); 5] = [
    ("NULL", &["nothing"]),
    (
        "PLAIN",
        &["empty password", "right password", "wrong password", "unknown user"],
    ),
    ("CURVE", &["listed", "* listed", "not listed"]),
    ("GSSAPI", &["listed", "* listed", "not listed"]),
    ("another", &["something"]),
];

fn situations() -> Vec<[&'static str; 5]> {
    let mut situations = Vec::new();
    for deny in ["none", "without", "with"] {
        for allow in ["none", "without", "with"] {
            for (mechanism, credentials) in SHOWN {
                for credentials in credentials {
                    for closure in ["none", "defer", "allow", "deny", "retry"] {
                        situations.push([deny, allow, mechanism, credentials, closure]);
                    }
                }
            }
        }
    }
    situations
}

/// Policies in which the situation is as it is, with the lists of addresses and those of credentials in these domains.
fn policies(situation: [&str; 5], addresses: &str, credentials: &str) -> Policies {
    let [deny, allow, mechanism, shown, closure] = situation;
    let policies = Policies::new();
    match deny {
        "with" => policies.deny(addresses, ["192.0.2.1", "10.1.0.0/16"]).unwrap(),
        "without" => policies.deny(addresses, ["192.0.2.1", "10.2.0.0/16"]).unwrap(),
        _ => {}
    }
    match allow {
        "with" => policies.allow(addresses, ["192.0.2.2", PEER]).unwrap(),
        "without" => policies.allow(addresses, ["192.0.2.2", "10.1.2.4"]).unwrap(),
        _ => {}
    }
    match (mechanism, shown) {
        ("PLAIN", "unknown user") => policies.plain_add(credentials, "somebody", "right").unwrap(),
        ("PLAIN", _) => policies.plain_add(credentials, "user", "right").unwrap(),
        ("CURVE", "listed") => policies.curve_add(credentials, [KEY, OTHER_KEY]).unwrap(),
        ("CURVE", "* listed") => policies.curve_add(credentials, [CURVE_ALLOW_ANY]).unwrap(),
        ("CURVE", _) => policies.curve_add(credentials, [OTHER_KEY]).unwrap(),
        ("GSSAPI", "listed") => policies.gssapi_add(credentials, ["other@REALM", "user@REALM"]).unwrap(),
        ("GSSAPI", "* listed") => policies.gssapi_add(credentials, ["*"]).unwrap(),
        ("GSSAPI", _) => policies.gssapi_add(credentials, ["other@REALM"]).unwrap(),
        _ => {}
    }
    let verdict = match closure {
        "none" => return policies,
        "defer" => Verdict::Defer,
        "allow" => Verdict::Allow,
        "deny" => Verdict::Deny,
        _ => Verdict::Retry,
    };
    policies.set_plain_handler(move |_, _, _| verdict);
    policies.set_curve_handler(move |_, _| verdict);
    policies
}

fn request(mechanism: &str, shown: &str) -> Multipart {
    let mut request = Multipart::from_iter(["1.0", "77", "shop", PEER, ""]);
    match mechanism {
        "PLAIN" => {
            let password = match shown {
                "empty password" => "",
                "wrong password" => "wrong",
                _ => "right",
            };
            request.extend(["PLAIN", "user", password]);
        }
        "CURVE" => {
            request.push_back("CURVE");
            request.push_back(KEY);
        }
        "GSSAPI" => request.extend(["GSSAPI", "user@REALM"]),
        "NULL" => request.push_back("NULL"),
        _ => request.extend(["ANOTHER", "something"]),
    }
    request
}

fn code(answer: &Multipart) -> String {
    answer[2].to_string()
}

#[test]
fn the_table_and_the_code_agree() {
    let rows = rows(include_str!("mod.rs"));
    assert_eq!(rows.len(), 17, "rows were read");
    let mut used = vec![0; rows.len()];
    for situation in situations() {
        let fits: Vec<_> = (0..rows.len()).filter(|row| rows[*row].fits(&situation)).collect();
        let [row] = fits[..] else {
            panic!("{situation:?} fits the rows {fits:?}");
        };
        used[row] += 1;
        for (addresses, credentials) in [("shop", "shop"), (ANY, ANY), ("shop", ANY), (ANY, "shop")] {
            let policies = policies(situation, addresses, credentials);
            let answer = policies.answer(&request(situation[2], situation[3]));
            assert_eq!(
                code(&answer),
                rows[row].answer,
                "{situation:?} {addresses} {credentials}"
            );
            let counted = [policies.allowed(), policies.denied(), policies.failed()];
            let expected = match rows[row].answer {
                "200" => [1, 0, 0],
                "400" => [0, 1, 0],
                _ => [0, 0, 1],
            };
            assert_eq!(counted, expected, "{situation:?}");
        }
    }
    assert!(used.iter().all(|times| *times > 0), "a row that nothing fits: {used:?}");
}

#[test]
fn lists_of_another_domain_do_not_matter() {
    for situation in situations() {
        let [_, _, mechanism, shown, closure] = situation;
        let nowhere = policies(situation, "elsewhere", "elsewhere");
        let answer = nowhere.answer(&request(mechanism, shown));
        let expected = match (mechanism, shown, closure) {
            ("NULL", ..) => "200",
            ("PLAIN", "empty password", _) => "400",
            ("PLAIN" | "CURVE", _, "allow") => "200",
            ("PLAIN" | "CURVE", _, "retry") => "300",
            _ => "400",
        };
        assert_eq!(code(&answer), expected, "{situation:?}");
    }
}

#[test]
fn the_lists_of_a_domain_and_of_all_are_one() {
    let policies = Policies::new();
    let null = || code(&policies.answer(&request("NULL", "")));
    policies.allow("shop", ["192.0.2.1"]).unwrap();
    assert_eq!(null(), "400");
    policies.allow(ANY, [PEER]).unwrap();
    assert_eq!(null(), "200", "one of both has it");
    policies.deny(ANY, ["10.0.0.0/8"]).unwrap();
    assert_eq!(null(), "400", "a deny list wins");
    assert_eq!(policies.remove_deny(ANY, ["10.9.9.9/8", "1.1.1.1"]).unwrap(), 1);
    assert_eq!(null(), "200");

    policies.plain_add("shop", "user", "another").unwrap();
    policies.plain_add(ANY, "user", "right").unwrap();
    let plain = || code(&policies.answer(&request("PLAIN", "right password")));
    assert_eq!(plain(), "200", "either password");
    assert_eq!(policies.plain_remove(ANY, ["user", "nobody"]), 1);
    assert_eq!(plain(), "400");
    policies.plain_add("shop", "user", "right").unwrap();
    assert_eq!(plain(), "200", "replaced");
    assert_eq!(policies.plain_remove_all("shop"), 1);
    assert_eq!(plain(), "400");
}

#[test]
fn a_list_that_was_emptied_lets_nobody_in() {
    let policies = Policies::new();
    let null = || code(&policies.answer(&request("NULL", "")));
    policies.allow("shop", [PEER]).unwrap();
    assert_eq!(policies.remove_allow("shop", ["1.1.1.1"]).unwrap(), 0);
    assert_eq!(null(), "200");
    assert_eq!(policies.remove_allow("shop", [PEER]).unwrap(), 1);
    assert_eq!(null(), "400");
    policies.clear_allow("shop");
    assert_eq!(null(), "200");
    policies.allow("shop", [""; 0]).unwrap();
    assert_eq!(null(), "400", "an empty list");
    policies.clear_allow("shop");
    policies.deny("shop", [PEER]).unwrap();
    assert_eq!(null(), "400");
    policies.clear_deny("shop");
    assert_eq!(null(), "200");
}

#[test]
fn keys_and_principals_go_as_they_came() {
    let policies = Policies::new();
    let curve = || code(&policies.answer(&request("CURVE", "")));
    policies
        .curve_add("shop", [ClientKey::Key(KEY.into()), ClientKey::Any])
        .unwrap();
    assert_eq!(policies.curve_remove("shop", [KEY]).unwrap(), 1);
    assert_eq!(curve(), "200", "any is still there");
    assert_eq!(policies.curve_remove("shop", [CURVE_ALLOW_ANY]).unwrap(), 1);
    assert_eq!(curve(), "400");
    policies
        .curve_add("shop", [CurvePublicKey::from(KEY).to_string()])
        .unwrap();
    assert_eq!(curve(), "200");
    assert_eq!(policies.curve_remove_all("shop"), 1);
    assert_eq!(curve(), "400");

    let gssapi = || code(&policies.answer(&request("GSSAPI", "")));
    policies.gssapi_add("shop", ["user@REALM", "*"]).unwrap();
    assert_eq!(policies.gssapi_remove("shop", ["*"]), 1);
    assert_eq!(gssapi(), "200");
    assert_eq!(policies.gssapi_remove_all("shop"), 1);
    assert_eq!(gssapi(), "400");
}

#[test]
fn wrong_arguments_change_nothing() {
    let policies = Policies::new();
    let null = || code(&policies.answer(&request("NULL", "")));
    let refused = |done: crate::error::Result<()>, about: &str| {
        let error = done.unwrap_err();
        assert_eq!(error, crate::ffi::errno::Errno::EINVAL);
        assert!(error.to_string().contains(about), "{error}");
    };
    refused(policies.allow("shop", ["192.0.2.1", "192.0.2.256"]), "192.0.2.256");
    refused(policies.deny("shop", [PEER, "10.0.0.0/33"]), "10.0.0.0/33");
    refused(policies.remove_allow("shop", ["x"]).map(drop), "\"x\"");
    refused(policies.allow(PEER, [PEER]), "not a domain");
    refused(policies.deny("10.0.0.0/8", [PEER]), "not a domain");
    refused(policies.allow(&"x".repeat(256), [PEER]), "255");
    refused(policies.curve_remove(&"x".repeat(256), ["*"]).map(drop), "255");
    assert_eq!(null(), "200", "no list was made");

    for (user, password) in [
        ("", "secret"),
        ("user", ""),
        (&*"u".repeat(256), "secret"),
        ("user", &*"secret".repeat(50)),
    ] {
        let error = policies.plain_add("shop", user, password).unwrap_err().to_string();
        assert!(error.contains("1 to 255") && !error.contains("secret"), "{error}");
    }
    refused(policies.plain_add(&"x".repeat(256), "user", "right"), "domain");
    let good = CurvePublicKey::from(KEY).to_string();
    for bad in ["", "x", &good[1..], &"~".repeat(40), &"#".repeat(40)] {
        refused(policies.curve_add("shop", [good.as_str(), bad]), "zmq_z85_decode: ");
    }
    assert_eq!(code(&policies.answer(&request("CURVE", ""))), "400");
    refused(policies.gssapi_add("shop", ["user@REALM", ""]), "principal");
    assert_eq!(code(&policies.answer(&request("GSSAPI", ""))), "400");
}

#[test]
fn peers_over_ipc_are_in_no_list() {
    let ask = |policies: &Policies, address: &str| {
        let request = Multipart::from_iter(["1.0", "1", "shop", address, "", "NULL"]);
        code(&policies.answer(&request))
    };
    for address in ["", "localhost:0:0:99", "\u{1F600}"] {
        let policies = Policies::new();
        policies.deny("shop", ["0.0.0.0/0", "::/0"]).unwrap();
        assert_eq!(ask(&policies, address), "200");
        policies.allow("shop", ["0.0.0.0/0", "::/0"]).unwrap();
        assert_eq!(ask(&policies, address), "400");
    }
    let policies = Policies::new();
    policies.allow("shop", ["::ffff:10.1.2.3", "fe80::1"]).unwrap();
    assert_eq!(ask(&policies, PEER), "200");
    assert_eq!(ask(&policies, "fe80:0::1%eth0"), "200");
}

#[test]
fn a_malformed_request_is_answered() {
    let good = ["1.0", "77", "shop", PEER, "", "PLAIN", "user", "right"].map(str::as_bytes);
    let key = [7; 31];
    let long = [b'x'; 256];
    let with = |index: usize, field: &'static [u8]| {
        let mut frames: Vec<&[u8]> = good.to_vec();
        frames[index] = field;
        frames
    };
    let tail = |frames: &[&'static [u8]]| [&good[..5], frames].concat();
    let mut table: Vec<(&str, Vec<&[u8]>, &str)> = vec![
        ("200", good.to_vec(), "as it should be"),
        ("500", with(0, b""), "no version"),
        ("500", with(0, b"1.1"), "another version"),
        ("500", with(0, b"1.0\0"), "a version with more"),
        ("500", with(2, b"\xff"), "a domain that is not text"),
        ("500", with(3, b"\xff"), "an address that is not text"),
        ("500", with(5, b"\xff"), "a mechanism that is not text"),
        ("400", with(5, b""), "no mechanism"),
        ("400", with(5, b"plain"), "another mechanism"),
        ("400", with(6, b"\xff\xfe"), "a user that is not text"),
        ("400", with(7, b"\xff\xfe"), "a password that is not text"),
        ("400", tail(&[b"PLAIN"]), "no credentials"),
        ("400", tail(&[b"PLAIN", b"user"]), "no password"),
        ("400", tail(&[b"PLAIN", b"user", b"right", b""]), "one too many"),
        ("400", tail(&[b"NULL", b""]), "credentials with NULL"),
        ("400", tail(&[b"CURVE"]), "no key"),
        ("400", tail(&[b"CURVE", b""]), "an empty key"),
        ("400", tail(&[b"GSSAPI"]), "no principal"),
        ("200", with(4, b"\xff\0"), "an identity is any bytes"),
    ];
    table.push(("400", [&tail(&[b"CURVE"])[..], &[&key]].concat(), "a short key"));
    for index in 2..8 {
        let mut frames = good.to_vec();
        frames[index] = &long;
        table.push(("500", frames, "a long field"));
    }
    table.push(("500", [&good[..], &[&b"x"[..]; 7]].concat(), "many frames"));
    for length in 0..6 {
        table.push(("500", good[..length].to_vec(), "the head is not whole"));
    }
    for (expected, frames, what) in table {
        let policies = Policies::new();
        policies.plain_add("shop", "user", "right").unwrap();
        policies.curve_add("shop", [CURVE_ALLOW_ANY]).unwrap();
        policies.gssapi_add("shop", ["*"]).unwrap();
        let answer = policies.answer(&frames.iter().copied().collect());
        assert_eq!(code(&answer), expected, "{what}");
        assert_eq!(answer.len(), 6);
        assert_eq!(answer[0], "1.0");
        assert_eq!(answer[1], *frames.get(1).copied().unwrap_or_default(), "{what}");
        if expected != "200" {
            assert!(answer[4].is_empty() && answer[5].is_empty());
        }
    }
}

#[test]
fn peers_are_identified() {
    let policies = policies(["none", "none", "PLAIN", "right password", "none"], ANY, ANY);
    policies.curve_add("*", [KEY]).unwrap();
    policies.gssapi_add("*", ["*"]).unwrap();
    let user = |mechanism| policies.answer(&request(mechanism, ""))[4].to_string();
    assert_eq!(user("NULL"), "");
    assert_eq!(user("PLAIN"), "user");
    assert_eq!(user("CURVE"), CurvePublicKey::from(KEY).to_string());
    assert_eq!(user("GSSAPI"), "user@REALM");
    let names = ["", "Team", &"n".repeat(255), &"n".repeat(256), "User-Id"].map(str::to_owned);
    policies.set_metadata_handler(move |request| {
        let values = names.iter().map(|name| (name.clone(), request.mechanism().to_owned()));
        values.collect::<Vec<_>>()
    });
    let answer = policies.answer(&request("PLAIN", ""));
    assert_eq!(answer[4], "PLAIN");
    let long = "n".repeat(255);
    let expected = [meta_blob("Team", "PLAIN").unwrap(), meta_blob(&long, "PLAIN").unwrap()].concat();
    assert_eq!(answer[5], expected);
    policies.set_metadata_handler(|_| std::iter::empty::<(&str, &str)>());
    assert_eq!(policies.answer(&request("PLAIN", ""))[4], "user", "the default user id");
}

#[test]
fn closures_are_asked_when_it_is_their_turn() {
    let policies = policies(["with", "none", "PLAIN", "right password", "none"], "elsewhere", ANY);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&asked);
    policies.set_plain_handler(move |request, user, password| {
        note.lock()
            .unwrap()
            .push(format!("{} {user} {password} {request:?}", request.domain()));
        Verdict::Defer
    });
    let described = AtomicUsize::new(0);
    let described = Arc::new(described);
    let count = Arc::clone(&described);
    policies.set_metadata_handler(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        [("a", "b")]
    });
    policies.deny("elsewhere", [PEER]).unwrap();
    assert_eq!(code(&policies.answer(&request("PLAIN", "empty password"))), "400");
    assert_eq!(code(&policies.answer(&request("NULL", ""))), "200");
    assert!(asked.lock().unwrap().is_empty());
    assert_eq!(described.load(Ordering::Relaxed), 1);
    assert_eq!(code(&policies.answer(&request("PLAIN", "wrong password"))), "400");
    assert_eq!(described.load(Ordering::Relaxed), 1, "not about who is refused");
    let asked = asked.lock().unwrap().pop().unwrap();
    assert!(asked.starts_with("shop user wrong "), "{asked}");
    assert_eq!(asked.matches("wrong").count(), 1, "not in the debug text: {asked}");
}

#[test]
fn a_closure_may_change_the_policies() {
    let policies = Policies::new();
    let handle = policies.clone();
    policies.set_plain_handler(move |_, user, _| {
        handle.plain_add("shop", user, "right").unwrap();
        handle.set_curve_handler(|_, _| Verdict::Allow);
        Verdict::Defer
    });
    assert_eq!(code(&policies.answer(&request("PLAIN", "right password"))), "200");
    assert_eq!(code(&policies.answer(&request("CURVE", ""))), "200");
    let handle = policies.clone();
    policies.set_plain_handler(move |_, _, _| {
        handle.deny("shop", [PEER]).unwrap();
        Verdict::Allow
    });
    assert_eq!(code(&policies.answer(&request("PLAIN", ""))), "400", "denied meanwhile");
    policies.set_plain_handler(|_, _, _| Verdict::Defer);
}

/// What panics again when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("again");
    }
}

#[test]
fn a_closure_may_panic() {
    let policies = Policies::new();
    policies.set_plain_handler(|_, _, _| panic!("in a closure"));
    policies.set_curve_handler(|_, _| std::panic::panic_any(Bomb));
    for mechanism in ["PLAIN", "CURVE"] {
        let answer = policies.answer(&request(mechanism, ""));
        assert_eq!(answer, ["1.0", "77", "500", "INTERNAL ERROR", "", ""]);
    }
    policies.set_metadata_handler(|_| -> [(&str, &str); 1] { panic!("in the properties") });
    assert_eq!(code(&policies.answer(&request("NULL", ""))), "500");
    assert_eq!((policies.allowed(), policies.failed()), (0, 3));
    policies.set_metadata_handler(|_| [("a", "b")]);
    assert_eq!(code(&policies.answer(&request("NULL", ""))), "200", "it goes on");
}

#[test]
fn nothing_secret_is_printed() {
    let policies = Policies::new();
    policies.plain_add("shop", "user", "pass word").unwrap();
    assert!(!format!("{policies:?}").contains("pass word"));
    let error = policies.plain_add("shop", "", "pass word").unwrap_err();
    assert!(!format!("{error:?} {error}").contains("pass word"));
}
