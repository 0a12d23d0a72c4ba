# The DRAFT sockets against pyzmq, built with the DRAFT API on the vendored libzmq as a shared library.
packages g++ pkg-config python3-dev python3-venv libsodium23
cargo test --no-run --features vendored,draft --test draft
archive=$(find "$CARGO_TARGET_DIR" -path '*/zmq4-sys-*/out/lib/libzmq.a' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)
prefix="$CARGO_TARGET_DIR/libzmq"
mkdir -p "$prefix/lib/pkgconfig" "$prefix/include"
# The archive is position-independent; its libsodium is not, and the system's will do.
g++ -shared -o "$prefix/lib/libzmq.so" -Wl,-soname,libzmq.so \
    -Wl,--whole-archive "$archive" -Wl,--no-whole-archive -l:libsodium.so.23 -lpthread
cp "$(dirname "$archive")"/../source/include/*.h "$prefix/include"
cat >"$prefix/lib/pkgconfig/libzmq.pc" <<PC
Name: libzmq
Description: libzmq with the DRAFT API
Version: 4.3.5
Libs: -L$prefix/lib -lzmq
Cflags: -I$prefix/include
PC
python3 -m venv --clear "$CARGO_TARGET_DIR/venv"
export ZMQ4_PYZMQ_DRAFT="$CARGO_TARGET_DIR/venv"
ZMQ_PREFIX="$prefix" ZMQ_DRAFT_API=1 PKG_CONFIG_PATH="$prefix/lib/pkgconfig" \
    "$ZMQ4_PYZMQ_DRAFT/bin/pip" install --quiet --no-cache-dir --no-binary pyzmq pyzmq
"$ZMQ4_PYZMQ_DRAFT/bin/python" -c 'import zmq; assert zmq.DRAFT_API and zmq.has("draft"); print("pyzmq", zmq.__version__)'
tests cargo test --features vendored,draft --test draft
