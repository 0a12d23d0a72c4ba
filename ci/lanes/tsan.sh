# ThreadSanitizer, over the standard library, this crate and the libzmq that is compiled for it.
packages clang make
toolchain nightly rust-src
export CARGO_BUILD_TARGET=x86_64-unknown-linux-gnu
export CC_x86_64_unknown_linux_gnu=clang CXX_x86_64_unknown_linux_gnu=clang++
export CXXFLAGS_x86_64_unknown_linux_gnu=-fsanitize=thread
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer"
export TSAN_OPTIONS="suppressions=$PWD/ci/suppressions/tsan halt_on_error=0 exitcode=66 allocator_may_return_null=1"
# shellcheck disable=SC2046
tests cargo +nightly test -Zbuild-std --package zmq4 --features vendored --lib --no-fail-fast \
    --test channels --test bridge --test proxy --test monitor --test poller --test reactor --test socket --test libzmq_aborts -- $(skips)
