# x86-64 macOS, compiled and linked; nothing here runs it.
packages python3-venv make
rustup target add x86_64-apple-darwin
zig x86_64-macos
target=x86_64_apple_darwin
export CARGO_BUILD_TARGET=x86_64-apple-darwin "CC_$target=$zig/cc" "CXX_$target=$zig/c++" "AR_$target=$zig/ar"
export CARGO_TARGET_X86_64_APPLE_DARWIN_LINKER="$zig/cc"
cargo build --package zmq4 --features vendored --example quickstart
file "$CARGO_TARGET_DIR/$CARGO_BUILD_TARGET/debug/examples/quickstart"
