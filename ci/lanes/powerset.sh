# Every set of features that can be, with clippy's lints.
packages libzmq3-dev libclang-dev libnorm-dev libpgm-dev pkg-config
tool cargo-hack 0.6.46
# The system's libzmq has no DRAFT API.
cargo hack clippy --package zmq4 --package zmq4-sys --all-targets --feature-powerset --exclude-features vendored,vendored-pgm,vendored-norm,draft -- -D warnings
cargo hack clippy --package zmq4 --package zmq4-sys --all-targets --feature-powerset --features vendored -- -D warnings
