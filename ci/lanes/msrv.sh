# Rust 1.85 and the versions that features need: a build, since a check does not evaluate constants, and the tests.
packages libzmq3-dev pkg-config
oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
toolchain "$oldest"
tests cargo "+$oldest" test --workspace --exclude zmq4-guide
# What README says of each feature.
while read -r version features; do
    toolchain "$version"
    cargo "+$version" build --package zmq4 --features "$features"
done <<'FEATURES'
1.88 vendored
1.95 vendored-pgm,draft
FEATURES
