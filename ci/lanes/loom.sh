# Loom, over what wakes tasks and threads: the lock and the wake-up protocol of async sockets, and channels.
tests cargo run --manifest-path models/Cargo.toml
