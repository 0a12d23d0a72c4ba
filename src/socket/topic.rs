//! Limits on the length of topics.

/// The longest topic that is safe with a libzmq that keeps subscriptions in a trie. The trie recurses for each byte and
/// overflows a stack of 128 KiB (musl's default) at about 2,700 bytes, and one of 2 MiB (Rust's) at about 43,000.
pub(super) const SAFE_LEN: usize = if cfg!(target_env = "musl") { 1024 } else { 8192 };

/// Topics that these versions of libzmq send garbled: they choose between a length field of one byte and of eight by
/// the length of the topic, but the command is 10 bytes longer.
const MISENCODED_LENGTHS: std::ops::RangeInclusive<usize> = 246..=255;
const AFFECTED_VERSIONS: std::ops::RangeInclusive<(u32, u32, u32)> = (4, 3, 3)..=(4, 3, 4);

/// Returns the reason if a SUB or XSUB cannot subscribe to `topic`.
pub(crate) fn check_sent(topic: &[u8]) -> Result<(), String> {
    let version = crate::version::version();
    if MISENCODED_LENGTHS.contains(&topic.len()) && AFFECTED_VERSIONS.contains(&version) {
        let (major, minor, patch) = version;
        return Err(format!(
            "libzmq {major}.{minor}.{patch} garbles subscriptions to topics of 246 to 255 bytes, and this one has {}",
            topic.len()
        ));
    }
    check(topic)
}

/// Returns the reason if a subscription to `topic` may crash the process later.
pub(crate) fn check(topic: &[u8]) -> Result<(), String> {
    if topic.len() <= SAFE_LEN || has_radix_tree() {
        return Ok(());
    }
    Err(format!(
        "the topic has {} bytes, and this libzmq supports at most {SAFE_LEN}",
        topic.len()
    ))
}

/// The vendored libzmq has it. Others have it by default if they were built with drafts.
fn has_radix_tree() -> bool {
    cfg!(zmq_from = "vendored") || crate::version::has("draft")
}
