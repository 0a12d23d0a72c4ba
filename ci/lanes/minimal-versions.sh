# The oldest versions of the dependencies that Cargo.toml admits.
packages libzmq3-dev pkg-config
toolchain nightly
# Cargo.lock changes, so in a copy.
copy="$CARGO_TARGET_DIR/tree"
rm -rf "$copy"
mkdir -p "$copy"
git ls-files -z | xargs -0 cp --parents -t "$copy"
(cd "$copy" && cargo +nightly update -Z direct-minimal-versions)
(cd "$copy" && cargo build --workspace --exclude zmq4-guide --features vendored,tokio,async-io)
cd "$copy"
tests cargo test --package zmq4 --lib --test socket --test options --test channels
cd -
