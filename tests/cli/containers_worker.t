#!/bin/bash
# containers_worker: without the process that opens containers, or with one that is killed or stopped,
# its items say so, and all else is as it would be.
. "$(dirname "$0")/lib.sh"
. "$here/containers.sh"

bsdtar --format zip -cf one.zip known clear
bsdtar --format zip -cf clean.zip clear
mkdir others
for i in 1 2 3 4 5 6; do cp one.zip others/$i.zip; done
cp known others/plain

# ---- There is none -----------------------------------------------------------------------------

mkdir alone
cp "$TUTELA" alone/tutela
if alone/tutela scan -q --set bad.tset clean.zip 2>/dev/null; then
    skip 5 'a tutela-worker is installed on this machine'
else
    whole=$PATH PATH=$folder/work/alone:$PATH
    scans 'no worker' 4 clean.zip one.zip known <<'END'
item|unsupported|clean.zip|tutela-worker, which opens it, cannot be started
item|unsupported|one.zip|tutela-worker, which opens it, cannot be started
match|known|
END
    run none 'tutela scan --reproducible --json --set bad.tset clean.zip | jq -cM "select(.chain) | [.chain, .status, .reason]"'
    scans 'no worker, and none needed' 0 --flat clean.zip <<<'item|skipped|clean.zip|a container, which was not to be opened'
    run required 'tutela scan --reproducible --sandbox require --set bad.tset clean.zip'
    PATH=$whole
fi
mkdir -p other/bin other/libexec/tutela
cp "$TUTELA" other/bin/
cp "$(dirname "$TUTELA")/tutela-worker" other/libexec/tutela/
is 'a worker in ../libexec/tutela' "$(other/bin/tutela scan --json --set bad.tset one.zip | records)" 'match|one.zip|known|'
printf '#!/bin/sh\nexit 0\n' >other/libexec/tutela/tutela-worker
is 'a worker that is none' "$(other/bin/tutela scan --json --set bad.tset one.zip 2>/dev/null | records)" \
    'item|unsupported|one.zip|tutela-worker, which opens it, cannot be started'
scans 'a sandbox of every layer, where there is one' 1 --sandbox auto one.zip <<<'match|one.zip|known|'

# ---- Killed, and stopped -----------------------------------------------------------------------

# Long enough to be met at work.
truncate -s 400M zeros
tar cf - zeros known | bsdtar --zstd -cf long.tar.zst @-
rm zeros

# The worker processes of a run that are locked up: those that have begun.
workers() {
    local pid
    for pid in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
        ! grep -qs '^Seccomp:.*2' /proc/"$pid"/status || echo "$pid"
    done
}
# A scan in the background: $run is its process.
begin() {
    tutela scan --reproducible --json --set bad.tset -j 2 --max-ratio 1000000 "$@" >done.json 2>/dev/null &
    run=$!
}
# A signal to each worker, `most` times.
disturb() {
    local signal=$1 most=$2 tries=0 pid
    while kill -0 "$run" 2>/dev/null && [ "$tries" -lt 3000 ]; do
        for pid in $(workers "$run"); do
            [ "$most" -gt 0 ] || break
            sleep 0.05
            kill -"$signal" "$pid" 2>/dev/null && most=$((most - 1))
        done
        sleep 0.02
        tries=$((tries + 1))
    done
    kill -KILL "$run" 2>/dev/null
}
ended() { disturb "$1" "$2" & local by=$!; status=0; wait "$run" || status=$?; wait "$by"; }
all_else() {
    is "$1: all else is right" "$(records <done.json | grep -v long | sort)" "$(
        for i in 1 2 3 4 5 6; do echo "match|others/$i.zip|known|"; done
        echo 'match|others/plain|'
    )"
}

begin long.tar.zst
ended KILL 1
is 'killed once: status' $status 1
is 'killed once: it is found at the second try' "$(records <done.json)" 'match|long.tar.zst|1|known|'

begin long.tar.zst
ended KILL 1000
is 'killed each time: status' $status 3
is 'killed each time: crashed' "$(records <done.json | grep '^item|[a-z]*|long.tar.zst|[^|]*$')" \
    'item|crashed|long.tar.zst|its parser was killed'

begin long.tar.zst others
ended KILL 2
ok 'killed twice, anywhere: incomplete, or all is there' test $status = 4 -o $status = 1
is 'killed twice, anywhere: none is lost or clear' \
    "$(records <done.json | sed 's/^match|/item|match|/' | cut -d'|' -f3 | sort -u | wc -l)" 8

begin --read-timeout 1 long.tar.zst
ended STOP 1000
is 'stopped: status' $status 3
is 'stopped: timeout' "$(records <done.json | grep '^item|[a-z]*|long.tar.zst|[^|]*$')" \
    'item|timeout|long.tar.zst|its parser fell silent'

scans 'working longer than a read may take is not being silent' 1 --read-timeout 1 --max-ratio 1000000 \
    --digests md5,sha1,sha256,sha512 long.tar.zst <<<'match|long.tar.zst|1|known|'
begin --read-timeout 1 others long.tar.zst
ended STOP 1
is 'stopped once: status' $status 1
all_else 'stopped once'

# The run itself is ended while a container that is listed waits to be opened, or is: that it is listed is said.
md5sum long.tar.zst | cut -d' ' -f1 >long.list
tutela set build --reproducible --as known-bad --list long -o long.tset long.list 2>/dev/null
begin --set long.tset long.tar.zst
for ((i = 0; i < 200; i++)); do [ -z "$(workers $run)" ] || break; sleep 0.02; done
sleep 0.1
kill -TERM $run
wait $run
is 'ended by a signal: status' $? 143
is 'ended by a signal: the container is a match, and not read' "$(records <done.json)" \
    'match|long.tar.zst|the run ended before it was opened'
sleep 0.5
is 'no worker is left' "$(grep -ls 'tutela-[w]orker' /proc/[0-9]*/cmdline | while read -r file; do
    [ "$(readlink "${file%/cmdline}/cwd" 2>/dev/null)" != "$PWD" ] || echo "$file"
done)" ''

finish
