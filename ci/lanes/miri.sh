# Miri, over the modules that call no C.
toolchain nightly miri rust-src
# libzmq is not called, but the build looks for it.
packages libzmq3-dev pkg-config
export MIRIFLAGS=-Zmiri-disable-isolation PROPTEST_CASES=8
# shellcheck disable=SC2046
tests cargo +nightly miri test --package zmq4 --lib -- auth::address auth::password channel::link context::book context::waits \
    curve::secret curve::z85 curve::zpl endpoint::tests poll::wait unwind $(skips)
