# Miri, over the modules that call no C.
toolchain nightly miri rust-src
# libzmq is not called, but the build looks for it.
packages libzmq3-dev pkg-config
export MIRIFLAGS=-Zmiri-disable-isolation PROPTEST_CASES=8
modules=(auth::address auth::password channel::shared context::registry context::pending curve::secret curve::z85
    curve::zpl endpoint::tests poll::wait unwind)
# A name that was changed would leave out its tests without a word.
for module in "${modules[@]}"; do
    [ -f "src/${module//:://}.rs" ] || fail "no module is called $module"
done
# shellcheck disable=SC2046
tests cargo +nightly miri test --package zmq4 --lib -- "${modules[@]}" $(skips)
