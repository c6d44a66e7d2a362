#!/bin/bash
# containers_limits: a limit that is one too low hides nothing; with one more, what is beyond it is found.
. "$(dirname "$0")/lib.sh"
. "$here/containers.sh"

# The known one comes last in everything.
below() { # name, arguments: a limit, and nothing is clear that could hold more
    local name=$1
    shift
    incomplete "$name, one too low" "$@"
    is "$name, one too low: it is the limit" \
        "$(jq -r 'select(.type == "item") | .status' "$folder/io/scan" | sort -u)" limit
    is "$name, one too low: the file itself says so" \
        "$(jq -r 'select(.type == "item" and (.chain | length) == 1) | .status' "$folder/io/scan")" limit
}
low() {
    below "$@"
    local name=$1
    shift
    timeout 100 tutela scan -q --set bad.tset known "$@"
    is "$name, one too low, and a match elsewhere" $? 4
}
enough() {
    local name=$1 status=0
    shift
    scan --json "$@" >"$folder/io/scan" || status=$?
    is "$name, enough: status" "$status" 1
    is "$name, enough: the known one is found" \
        "$(jq -r 'select(.type == "match") | .chain[-1]' "$folder/io/scan")" known
}

# Four containers in one another, seven members, of known sizes.
bsdtar --format zip -cf a.zip clear known
tar cf b.tar clear a.zip
gzip -k b.tar
bsdtar --format 7zip -cf d.7z clear b.tar.gz
low depth d.7z --max-depth 3
is 'depth: what is beside it was read' "$(scan --json --inventory --max-depth 3 d.7z |
    jq -c 'select(.status == "clear") | .chain' | sort)" "$(printf '%s\n' '["d.7z","b.tar.gz","b.tar","clear"]' '["d.7z","clear"]')"
enough depth d.7z --max-depth 4
low members d.7z --max-members 6
enough members d.7z --max-members 7
all=$(($(stat -c '%s +' clear b.tar.gz b.tar clear a.zip clear known | tr '\n' ' ') 0))
low expanded d.7z --max-expanded $((all - 1))
enough expanded d.7z --max-expanded $all
for ((depth = 1; depth <= 2; depth++)); do low "depth $depth" d.7z --max-depth $depth; done
for ((members = 1; members <= 5; members++)); do low "members $members" d.7z --max-members $members; done
for part in 1 7 2 3 4 5; do low "expanded $part" d.7z --max-expanded $((all * part / 8 + 1)); done

# A zip in a tar is held in memory, in pieces of 256 KiB: this one needs two.
bsdtar --format zip --options zip:compression=store -cf large.zip filler filler known
tar cf holds.tar large.zip
is 'the zip is as large as it must be' $(($(stat -c %s large.zip) / 262144)) 1
low hold holds.tar --hold-memory 511Ki
enough hold holds.tar --hold-memory 512Ki
enough 'hold, more than a worker has by itself' holds.tar --hold-memory 4Gi

# More than 1 GiB of zeros in a file of 30 kB, as they come out of the compression and once more out of the
# tar, and then the known one. To be at it for no longer than it takes, it is known by one digest, and found
# by that without another reading.
truncate -s 540M zeros
tar cf - zeros known | bsdtar --zstd -cf bomb.tar.zst @-
sha1=$(sha1sum known | cut -d' ' -f1)
timeout 100 tutela scan --reproducible --json --digests sha1 bomb.tar.zst >"$folder/io/scan" 2>/dev/null
is 'ratio, as it is by itself: status' $? 3
is 'ratio, as it is by itself: it is the limit' \
    "$(jq -r 'select(.type == "item" and .status != "clear") | .status' "$folder/io/scan" | sort -u)" limit
is 'ratio, as it is by itself: the file itself says so' \
    "$(jq -r 'select(.type == "item" and (.chain | length) == 1) | .status' "$folder/io/scan")" limit
by_sha1() { # name, arguments
    is "$1" "$(timeout 100 tutela scan --json --digests sha1 "${@:2}" 2>/dev/null |
        jq -r 'select(.chain[-1] == "known") | .digests.sha1')" "$sha1"
}
by_sha1 'ratio, enough' --max-ratio 1000000 bomb.tar.zst

# Digests enough for more than a second of a processor; and a worker that has to wait meanwhile.
truncate -s 260M zeros
tar cf - zeros known | bsdtar --zstd -cf slow.tar.zst @-

# The clock goes on while the worker is stopped: each as soon as it is locked up and at work.
stop_workers() {
    local run=$1 pid
    while kill -0 "$run" 2>/dev/null; do
        for pid in $(cat /proc/"$run"/task/*/children 2>/dev/null); do
            grep -qs '^Seccomp:.*2' /proc/"$pid"/status || continue
            sleep 0.1
            kill -STOP "$pid" 2>/dev/null
        done
        sleep 0.05
    done
}
timeout 100 tutela scan --reproducible --json --set bad.tset --max-ratio 1000000 --max-seconds 1 --digests md5,sha1,sha256,sha512 slow.tar.zst known \
    >stopped.json 2>/dev/null &
run=$!
sleep 0.02
stop_workers "$(cat /proc/$run/task/*/children)" &
stopper=$!
below 'processor time' slow.tar.zst --max-ratio 1000000 --digests md5,sha1,sha256,sha512 --max-cpu-seconds 1
is 'processor time: it says so' "$(jq -r 'select(.type == "item" and (.chain | length) == 1) | .reason' "$folder/io/scan")" \
    'it takes more processor time than the limit'
wait $run
is 'time: status' $? 4
wait $stopper
is 'time: it is the limit' "$(jq -c 'select(.type == "item" and (.chain | length) == 1) | [.status, .reason]' stopped.json)" \
    '["limit","it takes more time than the limit"]'
is 'time: what else there is' "$(jq -r 'select(.type == "match") | .chain[]' stopped.json)" known
by_sha1 'both times, enough' --max-ratio 1000000 --max-seconds 100 --max-cpu-seconds 100 slow.tar.zst

finish
