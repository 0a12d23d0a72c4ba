//! What the answer to any request must be, worked out a second time: for the tests, and for `fuzz/`.

use std::net::{IpAddr, Ipv6Addr};
use std::str;

use zmq4::Multipart;
use zmq4::auth::Policies;

/// The policies that [`expected`] knows.
pub(crate) fn policies() -> Policies {
    let policies = Policies::new();
    let changed = policies
        .allow("shop", ["127.0.0.0/8", "::1"])
        .and_then(|()| policies.deny("*", ["127.0.0.9"]))
        .and_then(|()| policies.plain_add("shop", "admin", "right"))
        .and_then(|()| policies.curve_add("*", [[7; 32]]))
        .and_then(|()| policies.gssapi_add("shop", ["user@REALM"]));
    changed.unwrap();
    policies
}

/// The status for a request, under [`policies`].
fn expected(request: &[&[u8]]) -> &'static str {
    let [version, _, domain, address, _, mechanism, credentials @ ..] = request else {
        return "500";
    };
    let texts = [domain, address, mechanism].map(|field| str::from_utf8(field));
    let [Ok(domain), Ok(address), Ok(mechanism)] = texts else {
        return "500";
    };
    if *version != b"1.0" || credentials.len() > 8 || request.iter().any(|field| field.len() > 255) {
        return "500";
    }
    let scoped = address.split_once('%');
    let unscoped = scoped
        .map(|(address, _)| address)
        .filter(|address| address.parse::<Ipv6Addr>().is_ok());
    let ip = unscoped.unwrap_or(address).parse::<IpAddr>().ok();
    let ip = ip.map(|ip| ip.to_canonical());
    let loopback = ip.is_some_and(|ip| ip.is_loopback());
    let by_address = (domain != "shop" || loopback) && ip != Some(IpAddr::from([127, 0, 0, 9]));
    let by_credentials = match (mechanism, credentials) {
        ("NULL", []) => true,
        ("PLAIN", [user, password]) => domain == "shop" && *user == b"admin" && *password == b"right",
        ("CURVE", [key]) => **key == [7; 32],
        ("GSSAPI", [principal]) => domain == "shop" && *principal == b"user@REALM",
        _ => false,
    };
    if by_address && by_credentials { "200" } else { "400" }
}

/// Has a request answered, and checks everything about the answer.
pub(crate) fn check(policies: &Policies, request: &[&[u8]]) {
    let answer = policies.answer(&request.iter().copied().collect());
    assert_eq!(answer.len(), 6);
    assert_eq!(answer[0], "1.0");
    assert_eq!(answer[1], *request.get(1).copied().unwrap_or_default());
    let status = expected(request);
    assert_eq!(answer[2], status, "{request:?}");
    let user = match request {
        [_, _, _, _, _, b"PLAIN" | b"GSSAPI", user, ..] if status == "200" => user,
        [_, _, _, _, _, b"CURVE", ..] if status == "200" => &b"2l$Fs2l$Fs2l$Fs2l$Fs2l$Fs2l$Fs2l$Fs2l$Fs"[..],
        _ => b"",
    };
    assert_eq!(answer[4], *user);
    assert!(answer[5].is_empty());
}

/// Reads bytes as a request, a byte before each frame saying how long it is; as the tail of a good one where the first byte
/// is odd.
pub(crate) fn frames(data: &[u8]) -> Multipart {
    let mut frames = Multipart::new();
    let Some((kind, mut rest)) = data.split_first() else {
        return frames;
    };
    if kind % 2 == 1 {
        frames.extend(["1.0", "1", "shop", "127.0.0.1", ""]);
    }
    while let Some((length, tail)) = rest.split_first() {
        // The longest length is one more than a field may have.
        let length = usize::from(*length) + usize::from(*length == u8::MAX);
        let (frame, tail) = tail.split_at(length.min(tail.len()));
        frames.push_back(frame);
        rest = tail;
    }
    frames
}

/// One run of the fuzzer.
pub(crate) fn run(policies: &Policies, data: &[u8]) {
    let frames = frames(data);
    let request: Vec<&[u8]> = frames.iter().map(|frame| frame.as_bytes()).collect();
    check(policies, &request);
    // The lists read text too.
    if let Ok(text) = str::from_utf8(data) {
        let lists = Policies::new();
        if lists.allow("shop", [text]).is_ok() {
            let removed = lists.remove_allow("shop", [text]);
            assert_eq!(removed.ok(), Some(1), "{text:?}");
        }
        let _ = lists.curve_add("shop", [text]);
    }
}
