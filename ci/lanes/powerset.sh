# The sets of features, with clippy's lints.
packages libzmq3-dev libclang-dev libnorm-dev libpgm-dev pkg-config
tool cargo-hack 0.6.46
# All sets of all features would be 234, for hours: a set takes a minute, a libzmq to build for it several. The sources of
# zmq4 know auth, draft, tokio and async-io: the library has every set of these, and its tests and examples each alone.
# Those of zmq4-sys know vendored, draft and bindgen. All together, and OpenPGM and NORM, are the gate's. `default` is `auth` alone.
powerset() { cargo hack clippy --keep-going --feature-powerset --exclude-features "$1" "${@:2}" -- -D warnings; }
linked=vendored,vendored-pgm,vendored-norm,bindgen
powerset "default,draft,$linked" --package zmq4 --lib
powerset "default,draft,$linked" --package zmq4 --all-targets --depth 1
powerset draft,vendored,vendored-pgm,vendored-norm --package zmq4-sys --all-targets
# Debian's libzmq has no DRAFT API, but clippy does not link.
(
    LIBZMQ_LIB_DIR=$(pkg-config --variable=libdir libzmq)
    LIBZMQ_INCLUDE_DIR=$(pkg-config --variable=includedir libzmq)
    export LIBZMQ_LIB_DIR LIBZMQ_INCLUDE_DIR LIBZMQ_DRAFT=1
    powerset "default,$linked" --package zmq4 --lib --features draft
    cargo clippy --package zmq4 --all-targets --no-default-features --features draft -- -D warnings
)
powerset vendored-pgm,vendored-norm --package zmq4-sys --all-targets --features vendored
