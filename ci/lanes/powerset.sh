# The sets of features, with clippy's lints.
packages libzmq3-dev libclang-dev libnorm-dev libpgm-dev pkg-config
tool cargo-hack 0.6.46
# All sets of all features would be 234 with all targets, for hours. The sources of zmq4 know auth, draft, tokio and
# async-io: the library has every set of these, and its tests and examples each alone, and all. What is linked is the
# work of zmq4-sys. `default` is `auth` alone.
powerset() { cargo hack clippy --keep-going --feature-powerset --exclude-features "$1" "${@:2}" -- -D warnings; }
linked=vendored,vendored-pgm,vendored-norm,bindgen
powerset "default,draft,$linked" --package zmq4 --lib
powerset "default,draft,$linked" --package zmq4 --all-targets --depth 1
powerset draft,vendored,vendored-pgm,vendored-norm --package zmq4-sys --all-targets
powerset "" --package zmq4-sys --all-targets --features vendored --depth 1
# Debian's libzmq has no DRAFT API, but clippy does not link.
(
    LIBZMQ_LIB_DIR=$(pkg-config --variable=libdir libzmq)
    LIBZMQ_INCLUDE_DIR=$(pkg-config --variable=includedir libzmq)
    export LIBZMQ_LIB_DIR LIBZMQ_INCLUDE_DIR LIBZMQ_DRAFT=1
    powerset "default,$linked" --package zmq4 --lib --features draft
    cargo clippy --package zmq4 --all-targets --no-default-features --features draft -- -D warnings
)
cargo clippy --package zmq4 --package zmq4-sys --all-targets --all-features -- -D warnings
