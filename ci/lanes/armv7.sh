# ARM of 32 bits, under qemu.
packages g++-arm-linux-gnueabihf make qemu-user-static
cross armv7-unknown-linux-gnueabihf arm-linux-gnueabihf
export QEMU_LD_PREFIX=/usr/arm-linux-gnueabihf
run=(--lib --test socket --test options --test channels)
cargo test --package zmq4 --features vendored "${run[@]}" --no-run
# shellcheck disable=SC2046
tests emulated arm cargo test --package zmq4 --features vendored "${run[@]}" --no-fail-fast -- $(skips)
# The others compile and link.
cargo test --package zmq4 --features vendored --tests --no-run
