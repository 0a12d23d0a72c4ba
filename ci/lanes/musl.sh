# A static program for musl, with libzmq and libsodium compiled for it, run natively.
packages musl-tools python3-venv make
rustup target add x86_64-unknown-linux-musl
zig x86_64-linux-musl
target=x86_64_unknown_linux_musl
export CARGO_BUILD_TARGET=x86_64-unknown-linux-musl "CC_$target=musl-gcc" "CXX_$target=$zig/c++" "AR_$target=$zig/ar"
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER="$zig/cc"
# zig brings the C library, as it does the C++ one.
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS=-Clink-self-contained=no CXXSTDLIB=c++
# The tests of examples start them.
cargo build --package zmq4 --features vendored --examples
# shellcheck disable=SC2046
tests cargo test --package zmq4 --features vendored --tests --no-fail-fast -- $(skips)
