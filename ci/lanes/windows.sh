# x86-64 Windows by mingw: all tests and examples are compiled and linked, some tests run under wine.
packages g++-mingw-w64-x86-64-posix make wine64
cross x86_64-pc-windows-gnu x86_64-w64-mingw32
export CC_x86_64_pc_windows_gnu=x86_64-w64-mingw32-gcc-posix CXX_x86_64_pc_windows_gnu=x86_64-w64-mingw32-g++-posix
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-g++-posix
# The package that binds libsodium would download a library for Windows; it carries the sources, too.
sodium="$CARGO_TARGET_DIR/sodium"
if [ ! -f "$sodium/lib/libsodium.a" ]; then
    manifest=$(cargo metadata --format-version 1 | python3 -c '
import json, sys
print(next(p["manifest_path"] for p in json.load(sys.stdin)["packages"] if p["name"] == "libsodium-sys-stable"))')
    rm -rf "$sodium"
    mkdir -p "$sodium"
    tar -xf "$(dirname "$manifest")"/LATEST.tar.gz -C "$sodium" --strip-components=1
    (cd "$sodium" && ./configure --quiet --host=x86_64-w64-mingw32 --prefix="$sodium" --disable-shared && make -s -j "$(nproc)" install >/dev/null)
fi
export SODIUM_LIB_DIR="$sodium/lib"
cargo test --package zmq4 --features vendored --tests --examples --no-run
# Two threads race in wine's start of Winsock.
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=/usr/lib/wine/wine64 WINEDEBUG=-all WINEPREFIX="$CARGO_TARGET_DIR/wine"
# shellcheck disable=SC2046
tests cargo test --package zmq4 --features vendored --lib --test poller --test channels --test options --no-fail-fast \
    -- --test-threads=1 $(skips)
