# Debian 13's libzmq 4.3.5, in a folder with that system; needs root.
packages libzmq3-dev pkg-config debootstrap
system="$CARGO_TARGET_DIR/trixie"
if [ ! -e "$system/done" ]; then
    rm -rf "$system"
    debootstrap --variant=minbase --include=libzmq5 trixie "$system"
    # Otherwise it would not know localhost.
    cp /etc/hosts "$system/etc/hosts"
    touch "$system/done"
fi
# The tests of examples start them.
cargo build --package zmq4 --examples
programs=$(cargo test --package zmq4 --tests --no-run --message-format=json |
    sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | grep -v -e '/docs-' -e '/peers-')
# In a name space of its own, with this tree where it is.
inside() {
    unshare --mount bash -euc 'system=$1; shift
        mkdir -p "$system$PWD" "$system$CARGO_TARGET_DIR"
        mount --bind "$PWD" "$system$PWD"
        mount --bind "$CARGO_TARGET_DIR" "$system$CARGO_TARGET_DIR"
        mount -t proc proc "$system/proc"
        mount --rbind /dev "$system/dev"
        exec chroot "$system" env --chdir="$PWD" "$@"' inside "$system" "$@"
}
export system
export -f inside
failed=0
for program in $programs; do
    # shellcheck disable=SC2046
    tests inside "$program" $(skips) || failed=1
done
exit "$failed"
