# The sets of features, with clippy's lints.
packages libzmq3-dev libclang-dev libnorm-dev libpgm-dev pkg-config
tool cargo-hack 0.6.46
# All sets of all features would be 234, for hours. The sources of zmq4 know auth, draft, tokio and async-io, and the
# rest is the work of zmq4-sys: so each has every set of its own. `default` is `auth` alone.
powerset() { cargo hack clippy --keep-going --all-targets --feature-powerset "$@" -- -D warnings; }
# The system's libzmq has no DRAFT API.
powerset --package zmq4 --exclude-features default,bindgen,vendored,vendored-pgm,vendored-norm,draft
powerset --package zmq4 --features vendored,draft --exclude-features default,bindgen,vendored-pgm,vendored-norm
powerset --package zmq4-sys --exclude-features vendored,vendored-pgm,vendored-norm,draft
powerset --package zmq4-sys --features vendored
cargo clippy --package zmq4 --package zmq4-sys --all-targets --all-features -- -D warnings
