#!/bin/bash
# stream: standard input as one object.
. "$(dirname "$0")/lib.sh"

fixture

run match 'tutela scan --reproducible --json --set bad.tset - <tree/one.txt'
run clear 'tutela scan --reproducible --set bad.tset - <tree/clear.txt'
run empty 'tutela scan --reproducible --json --inventory --set bad.tset - </dev/null'
run named 'tutela scan --reproducible --json --set bad.tset --name upload-4711 - <tree/one.txt'
run piped 'cat tree/one.txt | tutela scan --reproducible --csv --set bad.tset -'
run in-pieces '(printf "known "; sleep 0.2; printf "one\n") | tutela scan --reproducible --json --set bad.tset -'
run inventory 'tutela scan --reproducible --json --inventory - <tree/one.txt'
run html 'tutela scan --reproducible --set bad.tset -q --html s.html - <tree/one.txt; echo $?; head -c 15 s.html; echo'
run unreadable 'tutela scan --reproducible --json --set bad.tset - <tree'
run closed 'tutela scan --reproducible --json --set bad.tset - <&-'

# Larger than any buffer: the same digests as the file has.
head -c 5000000 /dev/zero >large
printf x >>large
sum=$(sha256sum large | cut -d' ' -f1)
digest() { jq -r 'select(.digests) | .digests.sha256'; }
is 'a large stream from a pipe' "$(head -c 9999999 large | tutela scan --json --digests sha256 - | digest)" "$sum"
is 'a large stream from a file' "$(tutela scan --json --digests sha256 - <large | digest)" "$sum"
is 'from where the file stands' \
    "$( (dd bs=1000000 count=1 status=none of=/dev/null; tutela scan --json --digests sha256 -) <large | digest)" \
    "$(tail -c +1000001 large | sha256sum | cut -d' ' -f1)"
is 'a slow reader that never waits' \
    "$(perl -MFcntl -e 'fcntl STDIN, F_SETFL, O_NONBLOCK; exec "tutela", @ARGV' scan --json --digests sha256 - \
    < <(sleep 0.2; cat large) 2>/dev/null | digest)" "$sum"

# ---- Containers ---------------------------------------------------------------------------------

# What a stream holds is found as in a file, whether it fits into the first bytes or is larger than any
# buffer, and told by the same names.
perl -e 'srand 1; print map { chr rand 256 } 1 .. 3000000' >noise
mkdir box
cp tree/one.txt box/known
cp tree/clear.txt noise box
tar -C box -cf x.tar known clear.txt noise
tar -C box -cf s.tar clear.txt known
gzip -k x.tar s.tar
bsdtar -C box --format zip -cf x.zip noise clear.txt known
bsdtar --format pax -cf outer.tar x.zip x.tar.gz
stream() { timeout 60 tutela scan --reproducible --json --set bad.tset "$@" - 2>/dev/null; }
chains() {
    jq -r 'select(.type == "match" or .type == "item") |
        [if .type == "match" then "match" else .status end, .chain[], .reason // empty] | join("|")'
}
for file in x.tar s.tar x.tar.gz s.tar.gz x.zip outer.tar; do
    is "$file: status" "$(stream <$file >io.json; echo $?)" 1
    is "$file: as in the file" "$(chains <io.json)" \
        "$(timeout 60 tutela scan --reproducible --json --set bad.tset $file 2>/dev/null | chains | sed "s/|$file/|-/")"
    is "$file: as from a pipe" "$(cat $file | stream)" "$(cat io.json)"
    is "$file: the counts, too" "$(tail -1 io.json | jq -c 'del(.bytes)')" \
        "$(timeout 60 tutela scan --reproducible --json --set bad.tset $file 2>/dev/null | tail -1 | jq -c 'del(.bytes)')"
done
is 'names the way' "$(stream <x.tar.gz | chains)" 'match|-|x.tar|known'
is 'under the name it is given' "$(stream --name mail.tgz <x.tar.gz | chains)" 'match|mail.tgz|x.tar|known'
is 'cut off' "$(head -c 2000000 x.tar.gz | stream >io.json; echo $?) $(chains <io.json | cut -d'|' -f1-4 | tr '\n' ' ')" \
    '4 malformed|-|x.tar|cut off match|-|x.tar|known malformed|-|x.tar|noise malformed|-|cut off '
run flat 'cat s.tar.gz | tutela scan --reproducible --json --set bad.tset --flat - | jq -c "del(.digests, .size)"'
is 'no deeper than asked' "$(stream --max-depth 1 <outer.tar >io.json; echo $?) $(jq -r 'select(.type == "item").status' io.json | sort -u | tr '\n' ' ')" '3 limit '
is 'deep enough' "$(stream --max-depth 3 <outer.tar >io.json; echo $?) $(chains <io.json | tr '\n' ' ')" \
    '1 match|-|x.tar.gz|x.tar|known match|-|x.zip|known '
is 'in the sandbox' "$(stream --sandbox require <x.tar.gz | chains)" 'match|-|x.tar|known'

# An inventory lists every member with digests and type, the same for a stream as for a file.
inventory() {
    jq -c 'select(.chain) | .chain |= .[1:] | [.chain, .status, .size, .mime, .digests]' | sort
}
for file in x.tar.gz x.zip outer.tar; do
    is "inventory of $file" "$(stream --inventory <$file | inventory)" \
        "$(timeout 60 tutela scan --reproducible --json --set bad.tset --inventory $file 2>/dev/null | inventory)"
done
ok 'with a type for each' jq -es 'map(select(.chain)) | length == 10 and all(.mime != null and .digests != null)' \
    <(stream --inventory <outer.tar)
is 'types and digests without any list' "$(timeout 60 tutela scan --json --digests sha256 - <s.tar |
    jq -r 'select(.chain) | [.chain[-1], .mime, .digests.sha256] | join(" ")')" \
    "clear.txt text/plain $(sha256sum box/clear.txt | cut -d' ' -f1)
known text/plain $(sha256sum box/known | cut -d' ' -f1)
- application/x-tar $(sha256sum s.tar | cut -d' ' -f1)"

# Findings that do not fit go to the folder that was named, and nowhere else.
mkdir many spool
for ((i = 0; i < 3000; i++)); do echo $i >many/a-name-of-some-length-for-the-sorting-$i; done
tar -cf many.tar many
ok 'a little memory, and a folder for the rest' \
    cmp <(stream --inventory <many.tar) <(stream --inventory --memory 64Ki --spool-dir spool <many.tar)
is 'a folder that is not there' \
    "$(stream --inventory --memory 64Ki --spool-dir nowhere <many.tar >/dev/null; echo $?)" \
    "$(timeout 60 tutela scan --reproducible --json --inventory --set bad.tset --memory 64Ki --spool-dir nowhere many.tar >/dev/null 2>&1; echo $?)"

finish
