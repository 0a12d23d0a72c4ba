# valgrind's memcheck, over the tests of sockets, messages and pointers to and from C.
packages libzmq3-dev pkg-config valgrind
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="valgrind --quiet --error-exitcode=99 --suppressions=$PWD/ci/suppressions/valgrind"
# shellcheck disable=SC2046
tests cargo test --package zmq4 --lib --test socket --no-fail-fast -- --test-threads=1 $(skips)
