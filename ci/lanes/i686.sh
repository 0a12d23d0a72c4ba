# 32 bits, run natively.
packages g++-i686-linux-gnu lib32stdc++6 make
cross i686-unknown-linux-gnu i686-linux-gnu
# The tests of examples start them.
cargo build --package zmq4 --features vendored --examples
# shellcheck disable=SC2046
tests cargo test --package zmq4 --package zmq4-sys --features vendored --tests --no-fail-fast -- $(skips)
