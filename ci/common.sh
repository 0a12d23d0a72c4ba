# What the lanes have in common: packages, compilers, and tests that are counted.

export CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never CARGO_INCREMENTAL=0 RUST_BACKTRACE=0
# Line numbers are enough, and take a third of the room.
export CARGO_PROFILE_DEV_DEBUG=line-tables-only

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Each lane has a target folder of its own.
begin() {
    lane=$1
    lanes="${ZMQ4_LANES:-${CARGO_TARGET_DIR:-$PWD/target}/lanes}"
    export CARGO_TARGET_DIR="$lanes/$lane"
    log="$CARGO_TARGET_DIR/tests.log"
    mkdir -p "$CARGO_TARGET_DIR"
    : >"$log"
    printf '\n=== %s\n' "$lane"
    trap 'finish "$?"' EXIT
}

# finish STATUS: what was counted, where tests ran, whether all passed or not.
finish() {
    [ -s "$log" ] || { printf '%s: ended with status %d, in %d s\n' "$lane" "$1" "$SECONDS"; return; }
    awk -v lane="$lane" -v seconds="$SECONDS" '/^test result:/ { passed += $4; failed += $6; ignored += $8; filtered += $12 }
        END { printf "%s: %d passed, %d failed, %d ignored, %d left out, in %d s\n",
              lane, passed, failed, ignored, filtered, seconds }' "$log"
}

# Debian packages, those that are missing.
packages() {
    local missing=() package as_root=()
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ "${#missing[@]}" -eq 0 ]; then return; fi
    if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# toolchain VERSION [COMPONENT...]
toolchain() {
    local version=$1
    shift
    rustup toolchain install "$version" --profile minimal --no-self-update ${1:+--component "$(IFS=,; echo "$*")"}
}

# A cargo tool of a fixed version. Unoptimised: it runs for seconds, and builds in half the time.
tool() {
    local name=$1 version=$2 tools="$lanes/tools"
    if ! "$tools/bin/$name" --version 2>/dev/null | grep -qF "$version"; then
        CARGO_TARGET_DIR="$tools/build" cargo install --quiet --locked --debug --root "$tools" "$name@$version"
        rm -rf "$tools/build"
    fi
    export PATH="$tools/bin:$PATH"
}

# Runs a command that tests, or an exported function, to its end, and fails if a test failed or none ran.
tests() {
    local before status=0
    before=$(passed)
    timeout --kill-after=10 "${limit:-3000}" bash -euc '"$@"' tests "$@" 2>&1 | tee -a "$log" || status=$?
    [ "$(passed)" -gt "$before" ] || fail "no test ran in: $*"
    return "$status"
}
passed() { awk '/^test result:/ { n += $4 } END { print n + 0 }' "$log"; }

# The tests that this lane leaves out, as arguments of a test program. ci/skips/LANE has a reason for each.
skips() {
    [ -f "ci/skips/$lane" ] || return 0
    sed -n 's/^\([^#[:space:]][^#[:space:]]*\)[[:space:]]*#.*/--skip \1/p' "ci/skips/$lane"
}

# cross TARGET PREFIX: a compiler of Debian's for another processor.
cross() {
    local target=$1 prefix=$2 upper
    upper=$(tr a-z- A-Z_ <<<"$target")
    rustup target add "$target"
    export CARGO_BUILD_TARGET="$target"
    export "CC_${target//-/_}=$prefix-gcc" "CXX_${target//-/_}=$prefix-g++" "AR_${target//-/_}=$prefix-ar"
    export "CARGO_TARGET_${upper}_LINKER=$prefix-gcc"
}

# zig TARGET: the compilers of zig, from PyPI, as programs in the folder $zig.
zig() {
    local python="$lanes/zig/bin/python" program name
    if ! "$python" -c 'import ziglang' 2>/dev/null; then
        python3 -m venv --clear "$lanes/zig"
        "$lanes/zig/bin/pip" install --quiet ziglang==0.15.2
    fi
    program=$("$python" -c 'import os, ziglang; print(os.path.join(os.path.dirname(ziglang.__file__), "zig"))')
    zig="$CARGO_TARGET_DIR/zig"
    mkdir -p "$zig"
    for name in cc c++; do
        # Targets have other names there, and it brings these libraries itself; libiconv is in Apple's SDK only, and nothing calls it.
        cat >"$zig/$name" <<SCRIPT
#!/bin/bash
arguments=()
for argument; do
    case "\$argument" in
        --target=* | -lgcc_s | -lgcc | -liconv) ;;
        *) arguments+=("\$argument") ;;
    esac
done
exec "$program" $name -target $1 "\${arguments[@]}"
SCRIPT
        chmod +x "$zig/$name"
    done
    printf '#!/bin/bash\nexec "%s" ar "$@"\n' "$program" >"$zig/ar"
    chmod +x "$zig/ar"
}

# emulated PROCESSOR COMMAND...: where the kernel starts that processor's programs with qemu, for those that start
# themselves again. It is so within the command only, which needs no privilege.
emulated() {
    local processor=$1
    shift
    unshare --user --map-root-user --mount bash -euc '
        mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
        # With F the interpreter is opened now. With P it gets the name of the program apart from the path, which its own
        # name (-P) makes it expect: without, it takes the first argument for that.
        sed "s/:[A-Z]*$/:PF/" "/usr/lib/binfmt.d/qemu-$1.conf" >/proc/sys/fs/binfmt_misc/register
        shift
        exec "$@"' emulated "$processor" "$@"
}
export -f emulated
