# Every fuzz target from its seeds, for ZMQ4_FUZZ_SECONDS (600) each.
packages libzmq3-dev pkg-config clang
toolchain nightly
tool cargo-fuzz "$(sed -n 's/^fuzz_version=//p' .ci/run)"
# A stranger may announce a message of any length, for which libzmq asks for memory, and goes without.
export ASAN_OPTIONS=allocator_may_return_null=1
for target in fuzz/fuzz_targets/*.rs; do
    target=$(basename "$target" .rs)
    corpus="$CARGO_TARGET_DIR/corpus/$target"
    mkdir -p "$corpus"
    cargo +nightly fuzz run "$target" "$corpus" "fuzz/seeds/$target" -- -max_len=1024 -rss_limit_mb=4096 -malloc_limit_mb=2147483647 \
        -max_total_time="${ZMQ4_FUZZ_SECONDS:-600}" -verbosity=0 -print_final_stats=1 2>&1 | tee "$CARGO_TARGET_DIR/$target.log"
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$CARGO_TARGET_DIR/$target.log")
    printf '%s: %s executions without a finding\n' "$target" "${executions:?}"
done
