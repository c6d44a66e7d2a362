#!/bin/bash
# images_raw: with --carve, what is of no known kind is searched as free space is: page files, dumps of memory,
# devices that were wiped, swap, partitions of no known kind.
. "$(dirname "$0")/lib.sh"
. "$here/images.sh"

ok 'practice files: made' tutela demo practice
sample() { find practice/tree -type f -name "*.$1" -size +1k -print0 | sort -z | head -z -n1 | tr -d '\0'; }
for kind in jpg png gif bmp mp4 zip pdf webp; do cp "$(sample $kind)" "sample.$kind"; done

# Noise, and in it these files, at odd places and at even ones; where they are goes to LIST. None is at its end.
raw_space() { # file, list, sizes of the gaps...
    local file=$1 list=$2 at seed=500 kind kinds=(jpg png gif bmp mp4 zip pdf webp)
    shift 2
    : >"$list"
    : >"$file"
    for kind in "${kinds[@]}"; do
        noise "$1" $((seed++)) >>"$file"
        shift
        at=$(stat -c %s "$file")
        cat "sample.$kind" >>"$file"
        echo "$(sha256sum <"sample.$kind" | cut -d' ' -f1) carved/$at.$kind" >>"$list"
    done
    noise $((70000 + (512 - ($(stat -c %s "$file") + 70000) % 512) % 512)) 499 >>"$file"
}
raw_space odd odd.list 70001 4097 513 3 100003 77 1023 9999
# The gaps end at sectors, by what was laid before.
even=()
size=0
for kind in jpg png gif bmp mp4 zip pdf webp; do
    gap=$((65536 + (4096 - size % 4096) % 4096))
    even+=("$gap")
    size=$((size + gap + $(stat -c %s sample.$kind)))
done
raw_space even even.list "${even[@]}"
is 'laid at even places' "$(sed 's|.*/||; s|\..*||' even.list | awk '$1 % 4096' | wc -l)" 0

carved() { jq -r 'select(.origin == "carved" and (.chain | length) == 2) |
    select(.digests) | .digests.sha256 + " " + (.chain | join("|"))' | sort; }
wanted() { awk -v p="$2" '{print $1 " " p $2}' "$1" | sort; } # list, how chains begin
examined() { jq -c "select(.chain == [\"$1\"]) | .coverage"; }
finds() { # name, image, list, how chains begin
    local status=0
    scan --carve "$2" >"$folder/io/scan" || status=$?
    is "$1: all of them, to the byte, and nothing else" "$(carved <"$folder/io/scan" | diff - <(wanted "$3" "$4") | head -10)" ''
    covered 1
    cp "$folder/io/scan" "$folder/io/first"
    scan --carve --threads 4 "$2" >"$folder/io/scan"
    scan --carve --threads 1 "$2" >"$folder/io/one"
    ok "$1: the same report by one thread and by four" cmp "$folder/io/scan" "$folder/io/one"
    md5sum "$2" >"$folder/io/sum"
    stat -c '%x %y %z' "$2" >"$folder/io/times"
    scan --carve "$2" >"$folder/io/scan"
    ok "$1: as it was, and so is the report" cmp "$folder/io/scan" "$folder/io/first"
    ok "$1: its bytes" md5sum --quiet -c "$folder/io/sum"
    is "$1: its times" "$(stat -c '%x %y %z' "$2")" "$(cat "$folder/io/times")"
    return $status
}
plain() { # name, image: without --carve it is a file like any other
    scan "$2" >"$folder/io/scan"
    is "$1, without --carve: clear" "$?$(jq -r 'select(.chain) | " " + .status + " " + (.chain | length | tostring)' "$folder/io/scan")" '0 clear 1'
    is "$1, without --carve: no image of a disk" "$(jq -c 'select(.coverage and .chain)' "$folder/io/scan")" ''
}

# ---- Files of no known type --------------------------------------------------------------------

cp odd pagefile.sys
plain 'a page file' pagefile.sys
finds 'a page file' pagefile.sys odd.list 'pagefile.sys|'
is 'a page file: status' $? 0
is 'a page file: all of it was examined' "$(examined pagefile.sys <"$folder/io/scan" | jq .examined)" "$(stat -c %s pagefile.sys)"
cp even wiped.dd
finds 'a device that was wiped' wiped.dd even.list 'wiped.dd|'
{ head -c 1M /dev/zero; cat odd; } >memory.dmp
awk '{split($2, a, /[/.]/); print $1 " carved/" a[2] + 1048576 "." a[3]}' odd.list >memory.list
plain 'memory' memory.dmp
finds 'memory that begins with zeros' memory.dmp memory.list 'memory.dmp|'

# Blank, and one that is cut short.
truncate -s 3M blank
scan --carve blank >"$folder/io/scan"
is 'blank: status, and examined' "$? $(examined blank <"$folder/io/scan" | jq .examined)" '0 3145728'
{ noise 70000 1 && head -c 3000 sample.png; } >short.dat
scan --carve short.dat >"$folder/io/scan"
is 'cut short: status' $? 3
is 'cut short: it is partial' "$(jq -r 'select(.origin) | .chain[1] + " " + .status' "$folder/io/scan")" 'carved/70000.png partial'

# What is known is left alone, be it text, a picture, or a film; and what is small.
cp sample.jpg known.jpg && noise 100000 2 >>known.jpg && cat sample.png >>known.jpg
{ printf 'A page of text.\n%.0s' {1..8000}; cat sample.png; } >known.txt
{ noise 40000 3; cat sample.gif; } | head -c 65535 >small.bin
for file in known.jpg known.txt small.bin; do
    scan "$file" >"$folder/io/without"
    scan --carve "$file" >"$folder/io/scan"
    ok "$file: left alone" cmp <(jq -c 'select(.chain) | del(.run)' "$folder/io/without") <(jq -c 'select(.chain) | del(.run)' "$folder/io/scan")
done

# A zip at its end is found by the search; one that a search takes for damaged is opened as in any other file.
bsdtar --format zip -cf end.zip practice/expected.tsv practice/README.txt
cat odd end.zip >ends
awk -v at="$(stat -c %s odd)" -v sum="$(sha256sum <end.zip | cut -d' ' -f1)" '1; END {print sum " carved/" at ".zip"}' odd.list >ends.list
finds 'a zip at its end' ends ends.list 'ends|'
is 'a zip at its end: it was opened once' "$(jq -r 'select(.chain and (.chain[-1] | endswith("expected.tsv"))) | .chain[1]' \
    "$folder/io/scan")" "carved/$(stat -c %s odd).zip"
{ cat odd; head -c 20000 end.zip; noise 100 5; tail -c +20001 end.zip; } >ends2
scan ends2 >"$folder/io/without"
scan --carve ends2 >"$folder/io/scan"
tail_of() { jq -c 'select(.chain[1] == "overlay") | .chain' "$1" | sort; }
is 'a damaged zip at its end: the same is in it' "$(tail_of "$folder/io/scan")" "$(tail_of "$folder/io/without")"
is 'a damaged zip at its end: what is before it' "$(carved <"$folder/io/scan" | diff - <(wanted odd.list 'ends2|') | grep '>')" ''
covered 1

# ---- In other containers -----------------------------------------------------------------------

mkdir -p packed && cp odd packed/pagefile.sys
tar czf packed.tar.gz packed/pagefile.sys
scan --carve packed.tar.gz >"$folder/io/scan"
is 'in an archive' "$(jq -r 'select(.origin == "carved" and (.chain | length) == 4) | .digests.sha256 + " " + (.chain | join("|"))' \
    "$folder/io/scan" | sort | diff - <(wanted odd.list 'packed.tar.gz|1|packed/pagefile.sys|') | head)" ''
ok 'a file system: made' fs_ext4 ext4.raw packed
scan --carve ext4.raw >"$folder/io/scan"
is 'in a file system' "$(jq -r 'select(.origin == "carved" and (.chain | length) == 3) | .digests.sha256 + " " + (.chain | join("|"))' \
    "$folder/io/scan" | sort | diff - <(wanted odd.list 'ext4.raw|pagefile.sys|') | head)" ''
qemu-img convert -O qcow2 odd wiped.qcow2
scan --carve wiped.qcow2 >"$folder/io/scan"
is 'in an image of another kind' "$(jq -r 'select(.origin == "carved" and (.chain | length) == 3) | .digests.sha256 + " " + (.chain | join("|"))' \
    "$folder/io/scan" | sort | diff - <(wanted odd.list 'wiped.qcow2|medium|') | head)" ''

# ---- Partitions --------------------------------------------------------------------------------

partition() { # name, image, list, status of the partition without --carve
    local at
    scan "$2" >"$folder/io/scan"
    is "$1, without --carve: status" $? "$4"
    is "$1, without --carve: nothing in it" "$(jq -c 'select(.origin)' "$folder/io/scan")" ''
    covered 1
    at=$((4096 * 512))
    awk -v at=$at '{split($2, a, /[/.]/); print $1 " carved/" a[2] + at "." a[3]}' "$3" >shifted.list
    finds "$1" "$2" shifted.list "$2|"
    is "$1: status" $? "$4"
    is "$1: nothing is not understood" "$(examined "$2" <"$folder/io/scan" | jq '.["not-understood"]')" 0
}
for kind in dos gpt; do
    ok "a partition of no known kind, $kind: made" "disk_$kind" disk.$kind odd
    partition "a partition of no known kind, $kind" disk.$kind odd.list 3
    is "a partition of no known kind, $kind: is said to be one" \
        "$(jq -r 'select(.chain | length == 2) | select(.status == "unsupported") | .chain[1]' "$folder/io/scan")" p2
done
# Swap keeps the first page to itself.
truncate -s 1M swap.part && mkswap -q swap.part 2>/dev/null && cat odd >>swap.part
awk '{split($2, a, /[/.]/); print $1 " carved/" a[2] + 1048576 "." a[3]}' odd.list >swap.list
ok 'swap: made' disk_dos disk.swap swap.part
partition swap disk.swap swap.list 0
cp swap.part bare.swap
finds 'swap alone' bare.swap swap.list 'bare.swap|'

# Sealed volumes stay sealed.
{ printf 'LUKS\272\276\0\1'; tail -c +9 odd; } >luks
ok 'a sealed partition: made' disk_dos disk.luks luks
for file in luks disk.luks; do
    scan --carve "$file" >"$folder/io/scan"
    is "$file: status" $? 3
    is "$file: sealed, and not searched" "$(jq -r 'select(.origin or .status == "encrypted") | .status' "$folder/io/scan" | sort -u)" encrypted
    covered 1
done

finish
