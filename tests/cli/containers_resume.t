#!/bin/bash
# containers_resume: what an earlier scan left behind a limit is read by --resume, and nothing before it is.
. "$(dirname "$0")/lib.sh"
. "$here/containers.sh"

# The members that a scan came to, in order; the file itself, of one name, is none.
members() { jq -r 'select(.type == "match" or .type == "item") | select(.chain | length > 1) | .chain[1:] | join("/")' "$1" | sort; }
top() { jq -c "select((.type == \"match\" or .type == \"item\") and (.chain | length) == 1) | $2" "$1"; }

# A scan that hits a limit before the known one, then one that goes on: what both came to.
goes_on() { # name, file, members passed over; low limits -- high limits
    local name=$1 file=$2 passed=$3 low=() got=0
    shift 3
    while [ "$1" != -- ]; do low+=("$1"); shift; done
    shift
    scan --json --inventory "${low[@]}" "$file" >first.json
    is "$name: the first scan finds nothing" "$(jq -s 'map(select(.type == "match")) | length' first.json)" 0
    is "$name: where it stopped" "$(top first.json .position.members)" "$passed"
    scan --json --inventory --resume first.json "$@" >second.json || got=$?
    is "$name: the second finds the known one" "$got $(jq -r 'select(.type == "match") | .chain[-1]' second.json)" '1 known'
    is "$name: the file" "$(top second.json '[.status, .from, .anew]')" "[\"clear\",$passed,null]"
    is "$name: together they are all of it" "$(members first.json | cat - <(members second.json) | sort -u)" \
        "$(printf '%s\n' "${holds[@]}" | sort -u)"
}

# What is in the file at hand.
holds=(1 2 3 4 5 6 known)

# Members one by one: of seven, so many are passed over, whatever the format; none is told of again.
mkdir many
for i in 1 2 3 4 5 6; do printf 'number %s\n' $i >many/$i; done
cp known many/known
bsdtar --format 7zip -cf many.7z -C many 1 2 3 4 5 6 known
bsdtar --format zip -cf many.zip -C many 1 2 3 4 5 6 known
tar cf many.tar -C many 1 2 3 4 5 6 known
for format in zip tar 7z; do
    for most in 1 3 6; do
        goes_on "$format, $most members" many.$format "[$most]" --max-members $most -- --max-members 7
        is "$format, $most members: nothing is read twice" \
            "$(members first.json | cat - <(members second.json) | sort | uniq -d)" ''
    done
done
# What one run may take it may take again: limits count what is read now.
cp first.json step.json
scan --json --max-members 2 many.7z >step.json
for turn in 2 4; do
    is "by two, from $turn" "$(top step.json .position.members)" "[$turn]"
    scan --json --max-members 2 --resume step.json >next.json
    mv next.json step.json
done
is 'by two, at the end' "$(top step.json '[.status, .position.members]')" '["limit",[6]]'
scan --json --max-members 2 --resume step.json >next.json
is 'by two, and the known one' "$(jq -r 'select(.type == "match") | .chain[-1]' next.json)" known

# Places in containers in containers: a compressed tar is passed over member by member too.
tar cf deep.tar -C many 1 2 3 4 5 6 known
gzip -k deep.tar
holds=(deep.tar deep.tar/{1,2,3,4,5,6,known})
goes_on 'tar.gz' deep.tar.gz '[0,4]' --max-members 5 -- --max-members 8
is 'tar.gz: nothing is read twice but the tar' "$(members first.json | cat - <(members second.json) | sort | uniq -d)" deep.tar
is 'tar.gz: the tar says so' "$(jq -c 'select(.chain == ["deep.tar.gz", "deep.tar"]) | [.status, .from]' second.json)" '["clear",[4]]'

# The other limits.
bsdtar --format zip -cf inner.zip clear known
tar cf nest.tar clear inner.zip
holds=(clear inner.zip inner.zip/{clear,known})
goes_on depth nest.tar '[1]' --max-depth 1 -- --max-depth 2
holds=(1 2 3 4 5 6 known)
goes_on bytes many.tar '[3]' --max-expanded 32 -- --max-expanded 1000
# More than 1 GiB, as it comes out of the compression and once more out of the tar.
truncate -s 540M zeros
tar cf - clear zeros known | bsdtar --zstd -cf bomb.tar.zst @-
holds=(1 1/{clear,zeros,known})
goes_on ratio bomb.tar.zst '[0,1]' --digests md5 --max-ratio 1000 -- --digests md5 --max-ratio 1000000
bsdtar --format zip --options zip:compression=store -cf large.zip filler filler known
tar cf holds.tar clear large.zip
holds=(clear large.zip large.zip/{filler,known})
goes_on hold holds.tar '[1]' --hold-memory 511Ki -- --hold-memory 512Ki
truncate -s 260M zeros
tar cf - clear zeros known | bsdtar --zstd -cf slow.tar.zst @-
holds=(1 1/{clear,zeros,known})
goes_on 'processor time' slow.tar.zst '[0,1]' --max-ratio 1000000 --digests md5,sha1,sha256,sha512 --max-cpu-seconds 1 \
    -- --digests md5 --max-ratio 1000000
rm -f bomb.tar.zst slow.tar.zst zeros

# Time, which stops a scan wherever it happens to be: more work than the limit, however fast the machine is, and
# gone on with until it was done, however slow. A zip, since what was read of it need not be read again to get past.
mkdir zeros
cp known zeros
has=0
for ((most = 18; most <= 18 * 16; most *= 2)); do
    while [ $has -lt $most ]; do truncate -s 12M zeros/$((has++)); done
    (cd zeros && bsdtar --format zip --options zip:compression-level=1 -cf ../time.zip $(seq 0 $((has - 1))) known)
    scan --json --inventory -j 1 --digests md5,sha1,sha256,sha512 --max-seconds 1 time.zip >turn.0
    [ "$(top turn.0 .status)" = '"clear"' ] || break
done
is 'time: the first scan stops for it' "$(top turn.0 '[.status, .reason]')" '["limit","it takes more time than the limit"]'
status=3 steps=
for ((turn = 1, limit = 1; turn <= 8 && status >= 3; turn++, limit *= 2)); do
    status=0
    scan --json --inventory -j 1 --digests md5,sha1,sha256,sha512 --max-seconds $limit --resume turn.$((turn - 1)) >turn.$turn || status=$?
    [ "$(top turn.$turn .from)" = "$(top turn.$((turn - 1)) .position.members)" ] || steps="$steps $turn"
done
is 'time: each goes on where the last one stopped' "$steps" ''
is 'time: one of them finds the known one' "$(jq -r 'select(.type == "match") | .chain[-1]' turn.*)" known
is 'time: the file, to its end' "$(top turn.$((turn - 1)) .status)" '"clear"'
whole() { jq -r 'select(.chain | length? > 1) | select(.type == "match" or .status == "clear") | .chain[-1]' "$@" | sort; }
is 'time: together they are all of it, and nothing twice' "$(whole turn.*)" "$({ seq 0 $((has - 1)); echo known; } | sort)"
rm -rf zeros time.zip turn.*

# What came before and was not read keeps the whole from being clear, over both runs.
printf 'not a zip after all' | cat <(head -c 30 inner.zip) - >broken.zip
tar cf mixed.tar clear broken.zip known
scan --json --max-members 2 mixed.tar >first.json
is 'damage before: the place' "$(top first.json '.position | [.members, .before]')" '[[2],["malformed"]]'
scan --json --resume first.json >second.json
is 'damage before: status' $? 4
is 'damage before: the second run does not say clear' "$(top second.json '[.status, .from]')" '["malformed",[2]]'

# The same place for any number of threads, also where a zip is read in shares.
mkdir wide
for i in 1 2 3 4 5 6 7 8; do head -c 6000000 /dev/zero | openssl enc -aes-128-ctr -K 0$i -iv 0 -out wide/$i 2>/dev/null; done
cp nest.tar wide/nest.tar
bsdtar --format zip --options zip:compression=store -cf wide.zip -C wide 1 2 3 4 5 6 nest.tar 7 8
for threads in 1 2 4; do
    scan --json --max-depth 2 -j $threads wide.zip >wide.$threads
done
is 'shares: where it stopped' "$(top wide.1 .position.members)" '[6,1]'
ok 'shares: with two threads' cmp -s wide.1 wide.2
ok 'shares: with four' cmp -s wide.1 wide.4
scan --json --inventory --resume wide.4 >second.json
is 'shares: gone on' "$(members second.json)" "$(printf '%s\n' 7 8 nest.tar nest.tar/inner.zip nest.tar/inner.zip/clear nest.tar/inner.zip/known)"
rm -rf wide wide.zip

# Only what was left is scanned: of two files one.
md5sum clear | cut -d' ' -f1 >other.list
tutela set build --reproducible --as known-bad --list 'hotline B' -o other.tset other.list 2>/dev/null
scan --json --max-members 5 many.tar clear >first.json
scan --json --inventory --resume first.json >second.json
is 'only what was left' "$(jq -r 'select(.chain) | .chain[0]' second.json | sort -u)" many.tar
is 'the head names it' "$(jq -c 'select(.type == "run") | .targets' second.json)" '["many.tar"]'
scan --json --resume first.json >second.json
is 'clear is said, and from where' "$(top second.json '[.status, .from]')" '["clear",[5]]'
run said 'tutela scan --reproducible --set bad.tset --max-members 6 --resume first.json
    tutela scan --reproducible --set other.tset --max-members 5 --json many.tar >other.json
    tutela scan --reproducible --set other.tset --resume other.json
    tutela scan --reproducible --format html --set other.tset --resume other.json | grep -o "Complete.*end[^.]*\.\|No match[^.]*"'
# Where a whole item was too long for a limit it is read from its start.
scan --json --max-item-bytes 1000 filler known >first.json
scan --json --resume first.json >second.json
is 'a long item' "$(jq -c 'select(.chain) | [.chain[0], .status, .from]' second.json)" '["filler","clear",[]]'

# Names that are no text.
cp many.tar $'odd \377 "name\n'
scan --json --max-members 5 $'odd \377 "name\n' >first.json
scan --json --inventory --resume first.json >second.json
is 'an odd name: gone on' "$(top second.json '.from')" '[5]'

# Another file by now: from its start, and said.
scan --json --max-members 5 many.tar >first.json
touch -d '2026-02-03T04:05:06.000000007Z' many.tar
scan --json --inventory --resume first.json >second.json
is 'changed: it is said' "$(top second.json '[.status, .from, .anew]')" '["clear",[],true]'
is 'changed: all is read' "$(members second.json | wc -l)" 7
run changed 'tutela scan --reproducible --set bad.tset --resume first.json'
scan --json --max-members 5 many.tar >first.json
head -c 10240 /dev/zero >>many.tar
touch -d '2026-02-03T04:05:06.000000007Z' many.tar
scan --json --inventory --resume first.json >second.json
is 'longer: all is read' "$(top second.json .anew) $(members second.json | wc -l)" 'true 7'
scan --json --max-members 5 many.tar >first.json
rm many.tar
scan --json --resume first.json >second.json
is 'gone: status' $? 3
is 'gone: it is said' "$(top second.json .status)" '"unreadable"'
tar cf many.tar -C many 1 2 3 4 5 6 known
touch -d '2026-01-02T03:04:05Z' many.tar

# Other sets: what was read is not known by them.
scan --json --max-members 5 many.tar >first.json
run other-sets 'tutela scan --reproducible --json --set other.tset --resume first.json -o all.json
    jq -c "select(.chain) | [.chain, .status, .from]" all.json'

# What is no report to go on from.
head -c -20 first.json >cut.json
grep -v '"limit"' first.json | cat - <(tail -n 1 first.json) >two.json
grep -v '^{"type":"item"' first.json >lost.json
head -n -1 first.json >unended.json
sed 's/"members":\[5\]/"members":[5,/' first.json >broken.json
sed 's/"members":\[5\]/"members":[-5]/' first.json >negative.json
sed 's/"schema":1/"schema":2/' first.json >later.json
scan --csv --max-members 5 many.tar >first.csv
scan --json --max-members 5 - <many.tar >stream.json
scan --json many.tar >nothing.json
: >empty.json
run refused 'for file in cut two lost unended broken negative later empty stream nothing; do
    tutela scan --set bad.tset --resume $file.json; echo "$file: $?"; done
    tutela scan --set bad.tset --resume first.csv; echo "csv: $?"
    tutela scan --set bad.tset --resume none.json; echo "none: $?"
    tutela scan --set bad.tset --resume many.tar; echo "a tar: $?"
    tutela scan --set bad.tset --resume first.json many.tar; echo "targets: $?"
    tutela scan --set bad.tset --resume first.json --flat; echo "flat: $?"
    tutela scan --set bad.tset --resume first.json -o first.json; echo "over the report: $?"
    tutela scan --set bad.tset --resume first.json -o many.tar; echo "over the evidence: $?"'
for ((size = 0; size < $(stat -c %s first.json); size += 7)); do
    head -c $size first.json >cut.json
    timeout 20 tutela scan -q --set bad.tset --resume cut.json 2>/dev/null
    [ $? = 2 ] || { is "cut to $size bytes" taken refused; break; }
done
is 'cut anywhere: refused' $((size >= $(stat -c %s first.json))) 1

finish
