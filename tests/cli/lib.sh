# lib: what the command line tests share. Source it first: it moves into an empty folder of its own.
#
#     . "$(dirname "$0")/lib.sh"
#     run NAME 'shell script'     compare its output, errors and status with golden/FILE.NAME.*
#     ok NAME command...          the command succeeds
#     is NAME GOT WANT            two texts are the same
#     skip COUNT WHY              stand in for tests that cannot run here
#     finish                      print the plan; the last line of every test
#
# `tutela` is the program under test (TUTELA, else build/release/tutela). In golden files the folder
# reads TMP, the version VERSION, a carriage return \r and an escape \e; an absent .out or .err means that nothing was printed.
# TUTELA_GOLDEN=write makes every `run` write its golden files instead of comparing.
# shellcheck shell=bash

set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
golden=$here/golden/$(basename "$0" .t)
TUTELA=${TUTELA:-$root/build/release/tutela}
case $TUTELA in /*) ;; *) TUTELA=$PWD/$TUTELA ;; esac
export TUTELA

folder=$(mktemp -d "${TMPDIR:-/tmp}/tutela-cli-XXXXXX") || exit 1
folder=$(cd "$folder" && pwd -P)
clean() { chmod -R u+rwx "$folder" 2>/dev/null; rm -rf "$folder"; }
trap clean EXIT
mkdir "$folder/bin" "$folder/io" "$folder/work"
ln -s "$TUTELA" "$folder/bin/tutela"
PATH=$folder/bin:$PATH
export LC_ALL=C.UTF-8 TZ=UTC TERM=dumb
unset NO_COLOR COLUMNS TMPDIR TUTELA_CPU
# A home of its own, with a key that is always the same, so that sets are.
export HOME=$folder/home XDG_CONFIG_HOME=$folder/home/.config
unset XDG_STATE_HOME
mkdir -p "$XDG_CONFIG_HOME/tutela"
umask 077
printf 'thirty-two bytes of a test key.\n' >"$XDG_CONFIG_HOME/tutela/key"
umask 022
cd "$folder/work" || exit 1

[ -x "$TUTELA" ] || { echo "Bail out! $TUTELA is not there"; exit 1; }
version=$(tutela version | sed -n 's/^tutela //p')

count=0 failed=0

result() { # status, name
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        failed=$((failed + 1))
    fi
}

ok() {
    local name=$1 status=0
    shift
    "$@" >"$folder/io/ok" 2>&1 || status=$?
    result "$status" "$name"
    [ "$status" = 0 ] || { echo "# status $status of: $*"; sed 's/^/# /' "$folder/io/ok"; }
}

is() {
    local status=0
    [ "$2" = "$3" ] || status=1
    result "$status" "$1"
    [ "$status" = 0 ] || printf 'got:  %s\nwant: %s\n' "$2" "$3" | sed 's/^/# /'
}

skip() {
    local i
    for ((i = 0; i < $1; i++)); do
        count=$((count + 1))
        echo "ok $count # SKIP $2"
    done
}

finish() {
    echo "1..$count"
    [ "$failed" = 0 ]
    exit
}

normal() {
    sed -e "s|$folder/work|TMP|g" -e "s|$folder|TMP|g" -e "s|tutela $version|tutela VERSION|g" \
        -e "s|Tutela $version|Tutela VERSION|g" -e 's|\r|\\r|g' -e 's|\x1b|\\e|g' \
        -e "s|\"version\":\"$version\"|\"version\":\"VERSION\"|g"
}

compare() { # what was written, golden file, name
    if [ -n "${TUTELA_GOLDEN:-}" ]; then
        rm -f "$2"
        [ ! -s "$1" ] || cp "$1" "$2"
        return 0
    fi
    local want=$2
    [ -e "$want" ] || want=/dev/null
    cmp -s "$want" "$1" && return 0
    diff -u --label "want ${2##*/}" --label got "$want" "$1" | sed 's/^/# /' | head -60
    return 1
}

run() {
    local name=$1 file=$golden.$1 status=0 same=0 part
    bash -c "$2" >"$folder/io/raw.out" 2>"$folder/io/raw.err" </dev/null || status=$?
    for part in out err; do
        normal <"$folder/io/raw.$part" >"$folder/io/$part"
    done
    echo "$status" >"$folder/io/exit"
    for part in out err exit; do
        compare "$folder/io/$part" "$file.$part" || same=1
    done
    result "$same" "$name"
}

# What the last `run` printed and answered.
out() { cat "$folder/io/out"; }
err() { cat "$folder/io/err"; }
status() { cat "$folder/io/exit"; }

# A small tree, two lists that name some of it, and their sets bad.tset and good.tset.
fixture() {
    mkdir -p tree/sub/deep
    printf 'known one\n' >tree/one.txt
    printf 'known two\n' >tree/sub/two.dat
    cp tree/one.txt tree/sub/deep/copy-of-one
    printf 'of the system\n' >tree/system.txt
    printf 'nothing special\n' >tree/clear.txt
    : >tree/empty
    printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\0\0\0\0:~\233U' >tree/picture.png
    cp tree/picture.png tree/sub/picture.txt
    ln -s one.txt tree/link
    touch -d '2026-01-02T03:04:05Z' tree/*.* tree/sub/*.* tree/sub/deep/* tree/empty
    { md5sum tree/one.txt; sha1sum tree/sub/two.dat; } | cut -d' ' -f1 >bad.list
    sha256sum tree/system.txt | cut -d' ' -f1 >good.list
    tutela set build --reproducible --as known-bad --list 'hotline A' --list-version 7 -o bad.tset \
        bad.list 2>/dev/null
    tutela set build --reproducible --as known-good --list system -o good.tset good.list 2>/dev/null
}
