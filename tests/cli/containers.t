#!/bin/bash
# containers: what archives hold is found by its chain, and one that could not be read whole says so.
. "$(dirname "$0")/lib.sh"
. "$here/containers.sh"

# ---- Found, however deep -----------------------------------------------------------------------

# Each kind that can be written, each within each, and the lot packed twice more.
kinds='zip 7zip ustar pax gnutar v7tar newc odc bin arbsd argnu iso9660 xar'
filters='gzip bzip2 xz lzma lzip zstd lz4 compress'
mkdir one two
for kind in $kinds; do bsdtar --format $kind -cf one/a.$kind known clear; done
for filter in $filters; do bsdtar --format raw --$filter -cf one/b.$filter known; done
n=$(find one -type f | wc -l)
for kind in $kinds; do (cd one && bsdtar --format $kind -cf ../two/c.$kind a.* b.*); done
for filter in $filters; do bsdtar --$filter -cf two/d.$filter one; done
# A cpio of the first kind has no room for what it is to hold here, and says so: nothing is lost.
scans 'each kind' 1 one <<<"$(for file in one/a.*; do echo "match|$file|known|"; done
    for file in one/b.*; do echo "match|$file|1|"; done)"
tutela scan --reproducible --json --set bad.tset two >two.json
is 'each within each: status' $? 1
is 'each within each: all are found' "$(jq -r 'select(.type == "match") | .chain[-1]' two.json | wc -l)" \
    $((n * $(find two -type f | wc -l)))
is 'each within each: none is twice' "$(jq -c 'select(.type == "match") | .chain' two.json | sort | uniq -d)" ''
tar cf three.tar two && gzip three.tar
rm -r two
scan --json three.tar.gz >three.json
is 'twice more: the same, with two more names each' \
    "$(jq -c 'select(.type == "match") | .chain[2:]' three.json | sort)" \
    "$(jq -c 'select(.type == "match") | .chain' two.json | sort)"

bsdtar --format zip -cf inner.zip known clear
tar cf middle.tar inner.zip clear
gzip middle.tar
bsdtar --format 7zip -cf outer.7z middle.tar.gz clear
run chain 'tutela scan --reproducible --set bad.tset outer.7z | sed "/^ .*[kM]B$/d; / items, /d"'
bsdtar --format zip -cf clean.zip clear
scans 'a clean archive' 0 clean.zip </dev/null
is 'a clean archive is clear, and so is what it holds' \
    "$(scan --json --inventory clean.zip | jq -r 'select(.status) | .status' | sort -u)" clear
scans 'a container that is not asked for by --only is opened' 1 --only image inner.zip <<'END'
item|skipped|inner.zip|clear|type not selected
item|skipped|inner.zip|type not selected
match|inner.zip|known|
END

# ---- Behind something else ---------------------------------------------------------------------

{ printf '\377\330\377\340\0\020JFIF\0'; head -c 300000 /dev/zero | tr '\0' x; cat inner.zip; } >behind.jpg
{ printf 'GIF89a'; cat inner.zip; } >small.gif
scans 'a zip behind a picture' 1 behind.jpg small.gif <<'END'
match|behind.jpg|overlay|known|
match|small.gif|overlay|known|
END
{ printf '\377\330\377\340\0\002\377\332\0\002'; head -c 70000 /dev/zero | tr '\0' x; printf '\377\331'; } >jpeg
cat jpeg outer.7z >seven.jpg
cat jpeg middle.tar.gz >gzip.jpg
{ cat jpeg; head -c 100000 /dev/zero | tr '\0' f; } >film.jpg
{ head -c -2 jpeg; head -c 3000000 /dev/zero | tr '\0' x; printf '\377\331'; cat outer.7z; } >large.jpg
scans 'a 7z, and a tar.gz' 1 seven.jpg gzip.jpg large.jpg <<'END'
match|gzip.jpg|overlay|middle.tar|inner.zip|known|
match|large.jpg|overlay|middle.tar.gz|middle.tar|inner.zip|known|
match|seven.jpg|overlay|middle.tar.gz|middle.tar|inner.zip|known|
END
scans 'what is no archive is nothing' 0 jpeg film.jpg </dev/null
scans 'and is nothing when it is not to be opened' 0 --flat film.jpg </dev/null
is 'a 7z behind a picture in a stream: unsupported, not clear' \
    "$(tutela scan --json --set bad.tset - <seven.jpg 2>/dev/null | jq -r 'select(.status) | .reason')" \
    'an archive behind a picture, in a stream that comes only once'
is 'a film there: nothing' "$(tutela scan --json --set bad.tset - <film.jpg | jq -r 'select(.status) | .status')" ''
is 'the same in a stream, whose beginning has gone by: unsupported, not clear' \
    "$(tutela scan --json --set bad.tset - <behind.jpg 2>/dev/null | jq -r 'select(.status) | .status')" unsupported
is 'and in a short one' \
    "$(tutela scan --json --set bad.tset - <small.gif | jq -r 'select(.status) | .chain | join("|")')" '-|overlay|known'
scans 'not to be opened' 0 --flat behind.jpg <<<'item|skipped|behind.jpg|a container, which was not to be opened'

# ---- What could not be read --------------------------------------------------------------------

bsdtar --format zip --options zip:encryption=aes256 --passphrase x -cf locked.zip clear
head -c -30 inner.zip >cut.zip
head -c -30 clean.zip >cut-clean.zip
tar cf whole.tar clear filler
head -c 20000 whole.tar >cut.tar
gzip -c whole.tar >whole.gz
flip whole.gz 200 >flipped.gz
printf '\211LZO\0\r\n\032\n and what follows' >head.lzo
printf '\140\352\050\0\036\013\001\013\020\0\002and what follows, which is long enough' >head.arj
run locked 'tutela scan --reproducible --json --set bad.tset locked.zip | jq -cM "[.status, .chain, .reason, .exit]"'
scans 'cut off' 3 cut-clean.zip <<<'item|malformed|cut-clean.zip|cut off: its directory is missing'
incomplete 'a tar cut off' cut.tar
incomplete 'flipped' flipped.gz
scans 'lzop' 3 head.lzo <<<'item|unsupported|head.lzo|a container that is not opened'
scans 'ARJ' 3 head.arj <<<'item|unsupported|head.arj|a container that is not opened'
for damaged in locked.zip cut-clean.zip cut.tar flipped.gz head.lzo head.arj; do
    incomplete "$damaged, and images only" --only image $damaged
    tutela scan -q --set bad.tset $damaged known
    is "$damaged beside a match" $? 4
    rm -rf around && mkdir around
    bsdtar --format zip -cf around/in.zip $damaged clear
    is "$damaged in a zip: the zip is not clear" \
        "$(scan --json around | jq -r 'select(.chain == ["around/in.zip"]) | .reason')" \
        'not all it holds could be read'
done
scans 'what is before the cut is found' 4 cut.zip <<'END'
item|malformed|cut.zip|cut off: its directory is missing
match|cut.zip|known|
END

# At each of many places: cut there, and a bit flipped there. Never complete without the known one.
for file in inner.zip whole.gz outer.7z; do
    rm -rf cut && mkdir cut
    size=$(stat -c %s $file)
    for ((i = 1; i <= 24; i++)); do head -c $((5 + (size - 6) * i / 24)) $file >cut/$i; done
    is "$file, cut at 24 places: never clear" "$(scan --json --inventory cut |
        jq -r 'select(.chain and (.chain | length) == 1 and (.status == "clear" or .status == "skipped")) | .chain[0]')" ''
done
rm -rf cut && mkdir cut
size=$(stat -c %s inner.zip)
for ((i = 1; i <= 60; i++)); do flip inner.zip $((size * i / 61)) >cut/$i; done
is 'a bit flipped at 60 places: found, or not clear' "$(scan --json --inventory cut |
    jq -rs 'map(select(.chain)) | group_by(.chain[0])[] |
        select(any(.type == "match" or (.status | IN("clear", "skipped") | not)) | not) | .[0].chain[0]')" ''
is 'a bit flipped at 60 places: all are reported' "$(scan --json --inventory cut | jq -r 'select(.chain) | .chain[0]' | sort -u | wc -l)" 60

# ---- The container itself is in a list ---------------------------------------------------------

md5sum cut-clean.zip inner.zip | cut -d' ' -f1 >zips.list
tutela set build --reproducible --as known-bad --list zips -o zips.tset zips.list 2>/dev/null
tutela set build --reproducible --as known-good --list good -o good.tset zips.list 2>/dev/null
is 'listed and whole' "$(tutela scan --json --set zips.tset inner.zip | jq -c 'select(.type == "match") | [.status, .chain]')" '["match",["inner.zip"]]'
is 'listed and damaged: a match, and the run is incomplete' \
    "$(tutela scan --json --set zips.tset cut-clean.zip 2>/dev/null |
        jq -c 'if .type == "match" then [.status, .reason] else select(.exit) | .exit end')" \
    "$(printf '%s\n' '["malformed","cut off: its directory is missing"]' 4)"
is 'listed and not opened' "$(tutela scan --flat --json --set zips.tset cut-clean.zip | jq -r 'select(.exit) | .exit')" 1
scans 'known to be good, and yet it holds a known one' 1 --set good.tset inner.zip <<<'match|inner.zip|known|'

# ---- --flat ------------------------------------------------------------------------------------

run flat 'tutela scan --reproducible --flat --set bad.tset --exclude "*.json" inner.zip whole.gz known | grep -v items,'
scans 'flat' 0 --flat inner.zip head.arj cut.tar <<'END'
item|skipped|cut.tar|a container, which was not to be opened
item|skipped|head.arj|a container, which was not to be opened
item|skipped|inner.zip|a container, which was not to be opened
END

# ---- One file, many names ----------------------------------------------------------------------

mkdir links links/sub
cp inner.zip links/a.zip
ln links/a.zip links/sub/b.zip
ln links/a.zip links/c.zip
scans 'under each of its names' 1 links <<'END'
match|links/a.zip|known|
match|links/c.zip|known|
match|links/sub/b.zip|known|
END

# ---- Any number of threads, any order ----------------------------------------------------------

mkdir mixed
some=(inner.zip outer.7z cut.zip cut.tar flipped.gz locked.zip head.arj middle.tar.gz clean.zip known)
for ((i = 0; i < 60; i++)); do cp "${some[i % 10]}" "mixed/$i"; done
for ((i = 0; i < 6; i++)); do ln mixed/$((i * 7)) mixed/linked-$i; done
for threads in 1 4 16; do
    scan --json -j $threads --inventory mixed >mixed.$threads
    is "mixed, $threads threads: status" $? 4
done
ok 'mixed: 1 and 4 threads' cmp mixed.1 mixed.4
ok 'mixed: 1 and 16 threads' cmp mixed.1 mixed.16
scan --json -j 4 --unsorted --inventory mixed >mixed.unsorted
ok 'mixed: unsorted, the same records' cmp <(sort mixed.1) <(sort mixed.unsorted)
(ulimit -n 64 && scan --json -j 4 --inventory mixed >mixed.few)
ok 'mixed: with 64 descriptors' cmp mixed.1 mixed.few

# ---- Digests are those of what is taken out ----------------------------------------------------

mkdir -p tree/sub/deep
for ((i = 0; i < 12; i++)); do head -c $((i * i * i * 150)) filler >tree/sub/f$i; cp known tree/sub/deep/k$i; done
find tree -type f -exec md5sum {} + | sed 's/^\([0-9a-f]*\)  /\1 /' | sort >want
for kind in zip 7zip pax newc iso9660 xar; do
    bsdtar --format $kind -cf all.$kind tree
    scan --json --inventory --digests md5 all.$kind |
        jq -r 'select(.digests and (.chain | length) == 2) | .digests.md5 + " " + .chain[1]' | sort >got
    sed -i '/ tree\(\/sub\(\/deep\)\?\)\?$/d' got
    ok "$kind: the digest of every member" cmp want got
done

finish
