# ARM of 32 bits, under qemu.
packages g++-arm-linux-gnueabihf make qemu-user-static
cross armv7-unknown-linux-gnueabihf arm-linux-gnueabihf
export QEMU_LD_PREFIX=/usr/arm-linux-gnueabihf
cargo test --package zmq4 --features vendored --tests --no-run
# shellcheck disable=SC2046
tests emulated arm cargo test --package zmq4 --features vendored --lib --no-fail-fast \
    --test socket --test options --test channels -- $(skips)
