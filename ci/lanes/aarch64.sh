# ARM of 64 bits, under qemu.
packages g++-aarch64-linux-gnu make qemu-user-static
cross aarch64-unknown-linux-gnu aarch64-linux-gnu
export QEMU_LD_PREFIX=/usr/aarch64-linux-gnu
run=(--lib --test socket --test options --test monitor --test channels --test poller --test proxy)
cargo test --package zmq4 --features vendored "${run[@]}" --no-run
# shellcheck disable=SC2046
tests emulated aarch64 cargo test --package zmq4 --features vendored "${run[@]}" --no-fail-fast -- $(skips)
# The others compile and link.
cargo test --package zmq4 --features vendored --tests --no-run
