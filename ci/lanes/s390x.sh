# A big-endian processor, under qemu: monitor events, routing ids, certificate files.
packages g++-s390x-linux-gnu make qemu-user-static
cross s390x-unknown-linux-gnu s390x-linux-gnu
export QEMU_LD_PREFIX=/usr/s390x-linux-gnu
run=(--lib --test socket --test options --test monitor --test channels)
cargo test --package zmq4 --features vendored "${run[@]}" --no-run
# shellcheck disable=SC2046
tests emulated s390x cargo test --package zmq4 --features vendored "${run[@]}" --no-fail-fast -- $(skips)
