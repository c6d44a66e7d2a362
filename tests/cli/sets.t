#!/bin/bash
# sets: building, describing and verifying hash sets, good ones and damaged ones.
. "$(dirname "$0")/lib.sh"

one=$(printf one | md5sum | cut -d' ' -f1)
two=$(printf two | sha1sum | cut -d' ' -f1)
three=$(printf three | sha256sum | cut -d' ' -f1)
printf '%s\n' "$one" "$two" "$three" "$one" >plain.list
{
    printf '%s\n' "$one" 'not a digest' "${one%?}" "$(printf '%032d' 0)"
    md5sum </dev/null | cut -d' ' -f1
} >some-bad.list
for i in $(seq 30); do echo "zz $i"; done >hopeless.list
{ cat hopeless.list; echo "$two"; } >mostly-bad.list

run build 'tutela set build --reproducible --as known-bad -o plain.tset plain.list'
run build-named 'tutela set build --reproducible --as known-good --list "my list" --list-version 2026-11 -o named.tset plain.list'
run build-some-bad 'tutela set build --reproducible --as known-bad -o some.tset some-bad.list'
run build-many-bad 'tutela set build --reproducible --as known-bad -o many.tset mostly-bad.list'
run build-two 'tutela set build --reproducible --as known-bad -o two.tset plain.list some-bad.list'
run build-hopeless 'tutela set build --reproducible --as known-bad -o hopeless.tset hopeless.list'
ok 'no set is left of a hopeless list' test ! -e hopeless.tset
run build-missing 'tutela set build --as known-bad -o missing.tset nowhere.list'
ok 'no set is left of a missing list' test ! -e missing.tset
run build-nowhere 'tutela set build --as known-bad -o nowhere/x.tset plain.list'
mkfifo pipe
run build-pipe 'tutela set build --as known-bad -o pipe plain.list'
ok 'only a regular file is ever replaced' test -p pipe
run build-folder 'tutela set build --as known-bad -o . plain.list'

digests="$one|$two|$three|zz|not a digest"
is 'no row of a list is ever echoed' "$(cat "$golden".build*.err "$folder"/io/err | grep -cE "$digests")" 0

cp plain.tset before.tset
# The usual mistakes are told apart.
: >empty.list
run build-empty "tutela set build --as known-bad -o never.tset empty.list"
run build-of-set "tutela set build --as known-bad -o never.tset plain.tset"
ok 'and nothing is written' [ ! -e never.tset ]
run rebuild-hopeless 'tutela set build --reproducible --as known-bad -o plain.tset hopeless.list'
ok 'a failed build leaves the old set whole' cmp plain.tset before.tset
tutela set build --reproducible --as known-bad -o again.tset plain.list 2>/dev/null
cp again.tset again.copy
tutela set build --reproducible --as known-bad -o again.tset plain.list 2>/dev/null
ok 'the same list gives the same bytes' cmp again.tset again.copy

# A table read by a map; a list inside a zip; a list that states its version.
printf 'No;HashValue\n1;%s\n' "$one" >table.csv
run build-map 'tutela set build --reproducible --as known-bad --map "md5=Hash Value,id=1" -o map.tset table.csv'
run build-map-bad 'tutela set build --reproducible --as known-bad --map "md5=0" -o bad-map.tset table.csv'
run build-map-missing 'tutela set build --reproducible --as known-bad --map "md5=Digest" -o bad-map.tset table.csv'
ok 'no set is left of a bad map' test ! -e bad-map.tset
perl -MIO::Compress::Zip=:all -e 'zip "plain.list" => "plain.zip", Name => "plain.list" or die' &&
    run build-zip 'tutela set build --reproducible --as known-bad --list plain.list -o zip.tset plain.zip'
ok 'zipped or not, it is the same set' cmp zip.tset plain.tset
head -c 150 plain.zip >cut.zip
run build-zip-cut 'tutela set build --reproducible --as known-bad -o cut.tset cut.zip'

# Lists that came to harm, or are not what they seem: the advice fits their format.
lists=$root/tests/data/lists
sqlite3 whole.db "CREATE TABLE FILE(md5); INSERT INTO FILE VALUES('$one');"
head -c 5000 whole.db >cut.db
run damaged-sqlite 'tutela set build --as known-bad -o never.tset cut.db'
sqlite3 other.db 'CREATE TABLE words(word);'
run damaged-sqlite-tables 'tutela set build --as known-bad -o never.tset other.db'
sqlite3 schema.kdb "CREATE TABLE hashes(md5 BLOB); CREATE TABLE db_properties(name, value);
    INSERT INTO db_properties VALUES('Schema Version', '99');"
run damaged-kdb 'tutela set build --as known-bad -o never.tset schema.kdb'
head -c 400 "$lists/vics-2.0-us.json" >cut.json
run damaged-json 'tutela set build --as known-bad -o never.tset cut.json'
echo '{"@odata.context": "x", "value": 3}' >odd.json
run damaged-json-other 'tutela set build --as known-bad -o never.tset odd.json'
head -c 400 "$lists/ncmec.xml" >cut.xml
run damaged-xml 'tutela set build --as known-bad -o never.tset cut.xml'
sed '1s/1\.0/9.0/' "$lists/hashdeep.txt" >hashdeep-9.txt
run damaged-hashdeep 'tutela set build --as known-bad -o never.tset hashdeep-9.txt'
sed '2s/.*/%%%% name/' "$lists/hashdeep.txt" >columns.txt
run damaged-hashdeep-columns 'tutela set build --as known-bad -o never.tset columns.txt'
printf 'name,size\r\na,1\r\n' >digestless.csv
run damaged-csv 'tutela set build --as known-bad -o never.tset digestless.csv'
printf 'HASH\r\n\377\0\2\0\0\0%1000s' '' >cut.hash
run damaged-encase 'tutela set build --as known-bad -o never.tset cut.hash'
is 'none speaks of lines where there are none' "$(cat "$golden".damaged-{sqlite,json,xml,kdb,encase}*.err | grep -c 'each line')" 0
ok 'and no set is made' test ! -e never.tset

sqlite3 rds.db "CREATE TABLE FILE(md5); INSERT INTO FILE VALUES('$one');
    CREATE TABLE VERSION(version); INSERT INTO VERSION VALUES('2026.09.1');"
run build-version 'tutela set build --reproducible --as known-good -o rds.tset rds.db'
run info-version 'tutela set info rds.tset'
run build-version-own 'tutela set build --reproducible --as known-good --list-version mine -o rds.tset rds.db'
ok 'what is said goes before what is stated' sh -c 'tutela set info --json rds.tset | grep -q mine'

run info 'tutela set info plain.tset'
run info-named 'tutela set info named.tset'
run info-two 'tutela set info two.tset named.tset'
run info-json 'tutela set info --json plain.tset named.tset'
# Categories in the order people count in, few of many; digests by combination.
{
    echo 'md5,sha1,category'
    for i in $(seq 12); do
        for j in $(seq "$i"); do
            echo "$(printf %s "$i.$j" | md5sum | cut -d' ' -f1),$([ "$j" = 2 ] && printf %s "$i.$j" | sha1sum | cut -d' ' -f1),$i"
        done
    done
    printf none | md5sum | cut -d' ' -f1 | sed 's/$/,,/'
} >counted.csv
seq 100 | while read -r i; do echo "$(printf %s "$i" | md5sum | cut -d' ' -f1),,kind $i"; done | sed 1imd5,sha1,category >kinds.csv
tutela set build --reproducible --as known-bad --list counted -o counted.tset counted.csv 2>/dev/null
tutela set build --reproducible --as known-bad -o kinds.tset counted.csv kinds.csv 2>/dev/null
run info-counted 'tutela set info counted.tset'
run info-kinds 'tutela set info kinds.tset'
is 'the JSON has them all' "$(tutela set info --json kinds.tset | jq -r '.lists[] | "\(.list) \(.categories | length) \([.categories[].entries] | add) \(.entries)"' | tr '\n' ' ')" \
    'counted.csv 13 79 79 kinds.csv 100 100 100 '

ok 'the JSON is JSON' sh -c 'tutela set info --json plain.tset named.tset | jq -e .entries'
run check 'tutela set check plain.tset named.tset'

# Damaged sets are refused everywhere with status 6, and never crash anything.
size=$(stat -c %s plain.tset)
head -c $((size / 2)) plain.tset >half.tset
head -c 10 plain.tset >short.tset
: >empty.tset
printf 'this is a letter, not a set\n' >letter.tset
head -c 100000 /dev/zero >zeros.tset
{ cat plain.tset; printf x; } >long.tset
refused() { # command...
    "$@" >out.txt 2>err.txt </dev/null
    local status=$?
    [ "$status" = 6 ] && [ "$(grep -c '' err.txt)" = 2 ] && return
    echo "status $status"; cat err.txt
    return 1
}
mkdir tree
printf one >tree/one
for bad in half short empty letter zeros long; do
    ok "check refuses $bad" refused tutela set check $bad.tset
    ok "info refuses $bad" refused tutela set info $bad.tset
    ok "scan refuses $bad" refused tutela scan --set $bad.tset tree
done
run refused-letter 'tutela scan --set letter.tset tree'
run missing 'tutela scan --set nowhere.tset tree'
run missing-check 'tutela set check nowhere.tset'
run folder 'tutela set info tree'
run check-mixed 'tutela set check plain.tset letter.tset named.tset'

# Flip one byte at a time, spread over the whole file: each flip must be seen.
flip() { # offset
    cp plain.tset flipped.tset
    local byte
    byte=$(od -An -tu1 -j "$1" -N1 plain.tset)
    # shellcheck disable=SC2059
    printf "$(printf '\\%03o' $((byte ^ 255)))" | dd of=flipped.tset bs=1 seek="$1" conv=notrunc status=none
}
missed=
step=$((size / 40 + 1))
for ((at = 0; at < size; at += step)); do
    flip "$at"
    refused tutela set check flipped.tset >why.txt || missed="$missed $at($(head -1 why.txt))"
done
is 'check sees every flipped byte' "$missed" ''

finish
