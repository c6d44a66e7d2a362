#!/bin/bash
# peers: lists written by other programs, from real files. Each compiles without a rejected row, and
# a scan then finds exactly those files.
. "$(dirname "$0")/lib.sh"

mkdir listed tree
for i in $(seq 9); do printf 'a listed file, number %s\n' "$i" >"listed/file $i"; done
printf 'x' >'listed/with (brackets) = and -, dashes'
printf 'y' >'listed/back\slash'
printf 'z' >$'listed/line\nend'
cp listed/* tree/
for i in $(seq 9); do printf 'some other file, number %s\n' "$i" >"tree/other $i"; done
head -c 100000 /dev/zero >tree/zeros
expected=$(find listed -type f -printf x | wc -c)

# One digest a file at the least; $folder/io/said holds what `set build` said.
finds() { # list [option of set build]...
    local list=$1 found other
    shift
    tutela set build --as known-bad "$@" -o peer.tset "$list" 2>said || { cat said; return 1; }
    grep -q ' 0 rejected' said || { cat said; return 1; }
    tutela scan --json --set peer.tset tree >found.jsonl
    found=$(grep -c '"type":"match"' found.jsonl)
    other=$(grep '"type":"match"' found.jsonl | grep -cE 'other|zeros')
    [ "$found" = "$expected" ] && [ "$other" = 0 ] && return
    echo "found $found of $expected, and $other others"
    return 1
}

# Read as that format: what the first line of `said` tells.
as() { grep -q ": read as $1\$" said || { cat said; return 1; }; }

cd listed || exit 1
md5sum ./* >../md5sum.list
sha1sum ./* >../sha1sum.list
sha256sum --tag ./* >../sha256tag.list
sha512sum --binary ./* >../sha512.list
cd ..
for list in md5sum sha1sum sha256tag sha512; do
    ok "$list" finds $list.list
done
# The others write a line end in a name as it is, which makes two lines of a row.
rm -f listed/line* tree/line*
expected=$((expected - 1))
openssl dgst -sha256 listed/* >openssl.list
ok 'openssl dgst' finds openssl.list

if command -v md5deep >/dev/null; then
    for options in '' -b -z -c '-c -z' -Z; do
        # shellcheck disable=SC2086  # several options
        md5deep $options listed/* >deep.list
        ok "md5deep $options" finds deep.list
    done
    sha256deep -r listed >deep.list
    ok 'sha256deep' finds deep.list
    hashdeep -c md5,sha1,sha256 -r listed >deep.list
    ok 'hashdeep' finds deep.list
    ok 'is known as such' as hashdeep
    hashdeep -c whirlpool,sha1,tiger -r listed >deep.list
    ok 'hashdeep with digests that cannot be matched' finds deep.list
else
    skip 11 'hashdeep is not here'
fi

# What hfind indexes and what it keeps itself. It does not know names with a backslash.
rm -f listed/back* tree/back*
expected=$((expected - 1))
if command -v hfind >/dev/null; then
    md5sum listed/* >sums.md5
    hfind -i md5sum sums.md5 >/dev/null
    ok "hfind's index of md5sum" finds sums.md5-md5.idx
    ok 'is known as such' as 'TSK index'
    hfind -c own.kdb >/dev/null
    # shellcheck disable=SC2046  # one digest a word
    hfind -a own.kdb $(cut -c1-32 sums.md5) >/dev/null
    ok "hfind's own database" finds own.kdb
    ok 'is known as such' as 'Autopsy .kdb'
else
    skip 4 'hfind is not here'
fi

# NSRL's two forms, the second made by SQLite's own shell.
{
    echo '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"'
    for file in listed/*; do
        printf '"%s","%s","00000000","name",%s,1,"1",""\r\n' \
            "$(sha1sum <"$file" | cut -c1-40 | tr a-f A-F)" \
            "$(md5sum <"$file" | cut -c1-32 | tr a-f A-F)" "$(stat -c %s "$file")"
    done
} >NSRLFile.txt
ok 'NSRLFile.txt' finds NSRLFile.txt
ok 'is known as such' as 'NSRL text'
{
    echo 'CREATE TABLE FILE(sha256, sha1, md5, file_name, file_size, package_id);'
    for file in listed/*; do
        echo "INSERT INTO FILE VALUES('$(sha256sum <"$file" | cut -c1-64)', NULL, NULL, '', NULL, 1);"
    done
} | sqlite3 rds.db
ok 'RDSv3' finds rds.db
ok 'is known as such' as 'NSRL RDSv3'
sqlite3 -csv -header rds.db 'SELECT 7 AS no, sha256 AS h FROM FILE' >export.csv
ok "SQLite's export, by a map" finds export.csv --map sha256=h,id=no
sqlite3 -tabs rds.db 'SELECT 7, sha256 FROM FILE' >export.tsv
ok 'and without a header' finds export.tsv --map sha256=2

if command -v sigtool >/dev/null; then
    sigtool --md5 listed/* >own.hdb
    ok "sigtool's .hdb" finds own.hdb
    sigtool --sha256 listed/* >own.hsb
    ok "sigtool's .hsb" finds own.hsb
    ok 'is known as such' as ClamAV
else
    skip 3 'sigtool is not here'
fi

finish
