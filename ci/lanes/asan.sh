# AddressSanitizer, over this crate and the libzmq that is compiled for it.
packages clang make
toolchain nightly rust-src
export CARGO_BUILD_TARGET=x86_64-unknown-linux-gnu
export CC_x86_64_unknown_linux_gnu=clang CXX_x86_64_unknown_linux_gnu=clang++
export CXXFLAGS_x86_64_unknown_linux_gnu=-fsanitize=address
# It would not see a use of a body above 1 KiB after its free.
export LIBZMQ_SKIP_EDITS=08-bodies
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS=-Zsanitizer=address
# What lives for as long as the process is reachable from statics. A request for too much memory fails, as it does elsewhere.
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:allocator_may_return_null=1
# shellcheck disable=SC2046
tests cargo +nightly test --package zmq4 --features vendored --lib --no-fail-fast \
    --test socket --test options --test monitor --test poller --test channels --test proxy --test reactor --test bridge -- $(skips)
