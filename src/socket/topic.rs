//! Which topics a libzmq can hold.

/// The longest topic that is safe with a libzmq whose subscriptions are a trie. It recurses once for each byte, and
/// overflows a stack of 128 KiB, musl's default, at some 2,700 bytes, and one of 2 MiB, Rust's, at some 43,000.
pub(super) const SAFE_LEN: usize = if cfg!(target_env = "musl") { 1024 } else { 8192 };

/// The topics that these versions of libzmq garble on the way to a publisher: they take the length of the topic for that
/// of the command, which is 10 bytes longer, when they choose between a length of one byte and of eight.
const GARBLED: std::ops::RangeInclusive<usize> = 246..=255;
const GARBLES: std::ops::RangeInclusive<(u32, u32, u32)> = (4, 3, 3)..=(4, 3, 4);

/// Says why a SUB or XSUB cannot subscribe to `topic`, if that is so.
pub(crate) fn check_sent(topic: &[u8]) -> Result<(), String> {
    let version = crate::version::version();
    if GARBLED.contains(&topic.len()) && GARBLES.contains(&version) {
        let (major, minor, patch) = version;
        return Err(format!(
            "libzmq {major}.{minor}.{patch} garbles the subscription to a topic of {} bytes, as of 246 to 255",
            topic.len()
        ));
    }
    check(topic)
}

/// Says why `topic` cannot be subscribed to without a crash later, if that is so.
pub(crate) fn check(topic: &[u8]) -> Result<(), String> {
    if topic.len() <= SAFE_LEN || has_radix_tree() {
        return Ok(());
    }
    Err(format!(
        "a topic of {} bytes is more than the {SAFE_LEN} that this libzmq can hold safely",
        topic.len()
    ))
}

/// The vendored libzmq has it, and others have it by default if they have drafts.
fn has_radix_tree() -> bool {
    cfg!(zmq_from = "vendored") || crate::version::has("draft")
}
