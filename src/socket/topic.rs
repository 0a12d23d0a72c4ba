//! Which topics a libzmq can hold.

/// The longest topic that is safe with a libzmq whose subscriptions are a trie. It recurses once for each byte, and
/// overflows a stack of 128 KiB, musl's default, at some 2,700 bytes, and one of 2 MiB, Rust's, at some 43,000.
pub(super) const SAFE_LEN: usize = if cfg!(target_env = "musl") { 1024 } else { 8192 };

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
