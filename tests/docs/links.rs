//! Links and search words of the public documentation, read in the sources.

use std::path::Path;

const MANUAL: &str = "https://libzmq.readthedocs.io/en/latest/";
const GUIDE: &str = "https://zguide.zeromq.org/";
const RFC: &str = "https://rfc.zeromq.org/";

/// What a newcomer searches for, the file, and the line that it leads to.
const SEARCHES: [(&str, &str, &str); 13] = [
    ("recv_multipart", "socket/recv.rs", "pub fn recv_message("),
    ("send_multipart", "socket/send.rs", "pub fn send_message<"),
    ("recv_msg", "socket/recv.rs", "pub fn recv("),
    ("nonblocking", "socket/recv.rs", "pub fn try_recv("),
    ("nonblocking", "flags.rs", "pub const DONTWAIT:"),
    ("receive_timeout", "poll/socket.rs", "pub fn recv_timeout("),
    ("timeout", "options/time.rs", "ZMQ_RCVTIMEO ="),
    ("timeout", "options/time.rs", "ZMQ_SNDTIMEO ="),
    ("high water", "options/queue.rs", "ZMQ_SNDHWM ="),
    ("high water", "options/queue.rs", "ZMQ_RCVHWM ="),
    ("bind_to_random_port", "socket/endpoints.rs", "pub fn bind("),
    ("identity", "options/identity.rs", "ZMQ_ROUTING_ID ="),
    ("ZMQ_IDENTITY", "options/identity.rs", "ZMQ_ROUTING_ID ="),
];

fn source(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    std::fs::read_to_string(path).unwrap()
}

/// The documentation and the attributes above the line that begins so.
fn documentation<'t>(text: &'t str, item: &str) -> Vec<&'t str> {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let at = lines.iter().position(|line| line.starts_with(item));
    let at = at.unwrap_or_else(|| panic!("no line begins with {item:?}"));
    let above = lines[..at].iter().rev();
    above
        .take_while(|line| line.starts_with("///") || line.starts_with("#["))
        .copied()
        .collect()
}

#[test]
fn search_words_lead_to_their_items() {
    for (word, file, item) in SEARCHES {
        let text = source(file);
        let alias = format!("#[doc(alias = {word:?})]");
        assert!(
            documentation(&text, item).contains(&&*alias),
            "{file}: {item} has no {alias}"
        );
    }
}

#[test]
fn socket_types_link_to_their_references() {
    let text = source("socket_type.rs");
    let draft = "SERVER CLIENT RADIO DISH GATHER SCATTER DGRAM PEER CHANNEL";
    let stable = "PAIR PUB SUB REQ REP DEALER ROUTER PULL PUSH XPUB XSUB STREAM";
    for ty in draft.split(' ').chain(stable.split(' ')) {
        let docs = documentation(&text, &format!("{ty} = ")).concat();
        assert!(docs.contains(MANUAL), "{ty} has no link to the manual");
        // Nothing else describes plain TCP and plain UDP.
        if !matches!(ty, "STREAM" | "DGRAM") {
            assert!(docs.contains(RFC), "{ty} has no link to its RFC");
        }
        if stable.split(' ').any(|stable| stable == ty) && ty != "STREAM" {
            assert!(docs.contains(GUIDE), "{ty} has no link to the Guide");
        }
    }
}

#[test]
fn front_page_links_to_the_references() {
    let text = source("lib.rs");
    let front: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
    let front = front.join("\n");
    for reference in [MANUAL, GUIDE, RFC, "guide/README.md", "docs/from-go.md"] {
        assert!(front.contains(reference), "no {reference}");
    }
}
