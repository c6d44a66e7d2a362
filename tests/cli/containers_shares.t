#!/bin/bash
# containers_shares: a large zip, which several worker processes read side by side. The report is that of
# one alone: however many there are, whatever is wrong with the zip, and when one of them is killed.
. "$(dirname "$0")/lib.sh"
. "$here/containers.sh"

# Three shares and some, stored. The first member takes long; what is known is in the middle and last.
truncate -s 200M zeros
tar cf - zeros | bsdtar --zstd -cf a.tar.zst @-
rm zeros
head -c 2000000 <(yes 'as good as any other') >rest
for i in $(seq 11 38); do { echo "$i"; cat rest; } >"m$i"; done
bsdtar --format zip --options zip:compression=store -cf inner.zip clear known
large() { bsdtar --format zip --options zip:compression=store -cf "$@"; }
large one.zip m1? inner.zip m2? m3? known
large slow.zip a.tar.zst m1? m2? m3? known
rm m??
is 'large enough' "$(($(stat -c %s one.zip) / (16 << 20)))" 3

# A zip in which something is wrong with one member: its flags say encrypted, or a byte is another.
spoil() { # as what, member, "flags" or where the byte is
    cp one.zip "$1"
    perl -e '
        my ($file, $name, $where) = @ARGV;
        open my $f, "+<:raw", $file or die;
        my $all = do { local $/; <$f> };
        my $record = rindex $all, "PK\1\2", rindex $all, $name;
        my $local = unpack "V", substr $all, $record + 42, 4;
        my %places = (flags => [$local + 6, $record + 8], bytes => [$local + 1000], header => [$local],
                      record => [$record]);
        for my $at (@{$places{$where}}) {
            seek $f, $at, 0;
            print $f chr(1 ^ ord substr $all, $at, 1);
        }' "$1" "$2" "$3"
}
spoil locked.zip m15 flags
spoil bytes.zip m33 bytes
spoil header.zip m25 header
spoil record.zip m35 record
head -c -100 one.zip >cut.zip

report() { timeout 100 tutela scan --reproducible --json --inventory --digests md5 --set bad.tset "$@" 2>/dev/null; }
# One process after another, and several side by side: the same.
same() { # name, status, numbers of threads, arguments
    local name=$1 want=$2 threads status=0
    report -j 1 "${@:4}" >first.json || status=$?
    is "$name: status" $status "$want"
    for threads in $3; do
        report -j "$threads" "${@:4}" >next.json
        is "$name: $threads threads" "$(cmp first.json next.json 2>&1)" ''
    done
}
# One process that reads all, since it keeps to a limit. Types are known better after a hit.
as_one() {
    is "$1: as one reader" "$(jq -cS 'del(.mime)' first.json)" "$(report --max-members 1000 "$1" | jq -cS 'del(.mime)')"
}

same one.zip 1 '2 4 16' one.zip
as_one one.zip
is 'what is known' "$(records <first.json | grep '^match')" $'match|one.zip|inner.zip|known|\nmatch|one.zip|known|'
is 'each member once' "$(records <first.json | grep -c '^[a-z|]*|one.zip|m[0-9]*|$')" 28
# What is known is found, whatever is wrong with another member or its record.
for expected in locked:4 bytes:4 record:4 cut:4; do
    name=${expected%:*}.zip
    same "$name" "${expected#*:}" 4 "$name"
    as_one "$name"
done
same header.zip 4 4 header.zip
is 'encrypted: its reason' "$(report locked.zip | records | grep '^item|encrypted')" \
    $'item|encrypted|locked.zip|not all it holds could be read\nitem|encrypted|locked.zip|m15|encrypted'

same members 4 4 --max-members 20 one.zip
is 'members: so many and no more' "$(grep -c '"one.zip",' first.json)" 20
same bytes 4 4 --max-expanded 30M one.zip
is 'bytes: it is the limit' "$(records <first.json | grep '^item|[a-z]*|one.zip|[^|]*$')" \
    'item|limit|one.zip|more bytes come out of it than the limit'

# ---- Killed ------------------------------------------------------------------------------------

# Kill the first worker processes that are at work, so many.
disturb() { # run, times
    local most=$2 pid tries=0
    while kill -0 "$1" 2>/dev/null && [ $tries -lt 3000 ]; do
        for pid in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
            [ "$most" -gt 0 ] || break
            grep -qs '^State:.*Z' /proc/"$pid"/status && continue
            grep -qs '^Seccomp:.*2' /proc/"$pid"/status || continue
            sleep 0.05
            kill -KILL "$pid" 2>/dev/null && most=$((most - 1))
        done
        sleep 0.02
        tries=$((tries + 1))
    done
    kill -KILL "$1" 2>/dev/null
    is "killed: $2 times" "$most" 0
}
killed() { # times, arguments
    tutela scan --reproducible --json --inventory --digests md5 --set bad.tset "${@:2}" >killed.json 2>/dev/null &
    local run=$!
    disturb $run "$1"
    status=0
    wait $run || status=$?
}
report -j 2 slow.zip >whole.json
killed 1 -j 1 slow.zip
is 'killed once: status' $status 1
is 'killed once: nothing is missing' "$(cmp whole.json killed.json 2>&1)" ''
# The first process may be one that is replaced by one that knows types; a kill too many is tried again.
killed 3 -j 1 slow.zip
is 'killed twice in one share: status' $status 4
is 'killed twice in one share: it says so' "$(records <killed.json | grep '^item|[a-z]*|slow.zip|[^|]*$')" \
    'item|crashed|slow.zip|its parser was killed'
is 'killed twice in one share: the others are whole' \
    "$(records <killed.json | grep -c '^item|clear|slow.zip|m3')" "$(records <whole.json | grep -c '^item|clear|slow.zip|m3')"
is 'killed twice in one share: what is known' "$(records <killed.json | grep '^match')" 'match|slow.zip|known|'

finish
