# The oldest libzmq that is promised, 4.3.3, and older ones, which are refused. They come from wheels of pyzmq.
packages libzmq3-dev pkg-config python3-pip unzip
cargo test --package zmq4 --tests --no-run
cargo build --package zmq4 --examples
# libzmq VERSION-OF-PYZMQ: makes a folder with its libzmq.
libzmq() {
    local folder="$CARGO_TARGET_DIR/pyzmq-$1"
    if [ ! -e "$folder/lib/libzmq.so.5" ]; then
        mkdir -p "$folder/lib"
        python3 -m pip download --quiet --no-deps --dest "$folder" --only-binary=:all: --implementation cp \
            --python-version 3.7 --abi cp37m --platform manylinux1_x86_64 --platform manylinux2010_x86_64 "pyzmq==$1"
        unzip -qjo "$folder"/pyzmq-*.whl '*.so*' -d "$folder/lib"
        ln -sf "$(basename "$(find "$folder/lib" -name 'libzmq*.so*' | head -n 1)")" "$folder/lib/libzmq.so.5"
    fi
    export LD_LIBRARY_PATH="$folder/lib"
}
for old in 17.1.2 18.1.1; do
    libzmq "$old"
    said=$("$CARGO_TARGET_DIR/debug/examples/quickstart" 2>&1) && fail "pyzmq $old: an old libzmq was not refused"
    grep -F "is too old: 4.3.3 or newer is needed" <<<"$said" || fail "pyzmq $old: $said"
done
libzmq 20.0.0
# shellcheck disable=SC2046
tests cargo test --package zmq4 --tests --no-fail-fast -- $(skips)
