# x86-64 Windows by mingw: all tests and examples are compiled and linked, some tests run under wine.
packages g++-mingw-w64-x86-64-posix make wine64
cross x86_64-pc-windows-gnu x86_64-w64-mingw32
export CC_x86_64_pc_windows_gnu=x86_64-w64-mingw32-gcc-posix CXX_x86_64_pc_windows_gnu=x86_64-w64-mingw32-g++-posix
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-g++-posix
# The package that binds libsodium would download a library for Windows; it carries the sources, too.
sodium="$CARGO_TARGET_DIR/sodium"
if [ ! -f "$sodium/lib/libsodium.a" ]; then
    manifest=$(cargo metadata --format-version 1 --features vendored | python3 -c '
import json, sys
print(next(p["manifest_path"] for p in json.load(sys.stdin)["packages"] if p["name"] == "libsodium-sys-stable"))')
    rm -rf "$sodium"
    mkdir -p "$sodium"
    tar -xf "$(dirname "$manifest")"/LATEST.tar.gz -C "$sodium" --strip-components=1
    (cd "$sodium" && ./configure --quiet --host=x86_64-w64-mingw32 --prefix="$sodium" --disable-shared && make -s -j "$(nproc)" install >/dev/null)
fi
export SODIUM_LIB_DIR="$sodium/lib"
features=vendored,draft,tokio,async-io
run=(--lib --test poller --test channels --test options --test aio)
cargo test --package zmq4 --features "$features" "${run[@]}" --no-run
# This wine has no bcryptprimitives.dll, from which the standard library has its random numbers.
dlls="$CARGO_TARGET_DIR/dlls"
mkdir -p "$dlls"
x86_64-w64-mingw32-gcc-posix -shared -x c -o "$dlls/bcryptprimitives.dll" - -ladvapi32 <<'SOURCE'
#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return RtlGenRandom(data, (ULONG)length); }
SOURCE
for dll in libstdc++-6.dll libgcc_s_seh-1.dll libwinpthread-1.dll; do
    cp "$(x86_64-w64-mingw32-g++-posix -print-file-name="$dll")" "$dlls"
done
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=/usr/lib/wine/wine64 WINEDEBUG=-all WINEPREFIX="$CARGO_TARGET_DIR/wine" WINEPATH="Z:$dlls"
# Its server would end, and start again, between two programs.
mkdir -p "$WINEPREFIX"
/usr/lib/wine/wineserver64 -p60 || [ $? -eq 2 ] # it runs already
# Two threads race in wine's start of Winsock: one at a time.
# shellcheck disable=SC2046
tests cargo test --package zmq4 --features "$features" "${run[@]}" --no-fail-fast -- --test-threads=1 $(skips)
# The others compile and link: all tests, examples, benches and programs of the guide.
cargo test --package zmq4 --features "$features" --all-targets --no-run
# The features of async sockets are the same here, alone and together.
cargo check --package zmq4 --features vendored,tokio
cargo check --package zmq4 --features vendored,async-io
cargo build --package zmq4-guide --features zmq4/vendored --examples
