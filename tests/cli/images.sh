# images: images of disks, made without root or a mount, and what a scan of them must find; after lib.sh.
#
#     tree FOLDER                   about forty files
#     fs_KIND FILE FOLDER           a file system with the folder's files: one of $systems
#     disk_KIND FILE SYSTEM         a disk with a table, the file system in a partition: one of $tables
#     within KIND                   how names in that disk begin: "p2/"
#     want CHAIN FOLDER             what a scan must find: "DIGEST CHAIN" a line, sorted
#     scan FILE...                  a reproducible scan, all items, SHA-256
#     found                         of its records: those lines, but what belongs to the file system
#     holds NAME IMAGE PREFIX FOLDER    a scan finds all that is in the folder, and nothing else
#
# shellcheck shell=bash

printf 'known one\n' | md5sum | cut -d' ' -f1 >bad.list
tutela set build --reproducible --as known-bad --list 'hotline A' -o bad.tset bad.list 2>/dev/null
PATH=$PATH:/usr/sbin:/sbin

# Bytes that are the same in each run: size, seed.
noise() { perl -e 'srand $ARGV[1]; print pack "L*", map { rand 2 ** 32 } 1 .. $ARGV[0] / 4; print "z" x ($ARGV[0] % 4)' "$1" "$2"; }

tree() {
    local n seed=0
    mkdir -p "$1/sub/deep/deeper" "$1/Ảnh gia đình" "$1/none"
    for n in 0 1 2 511 512 513 1023 1024 1025 2047 2048 4095 4096 4097 8191 8192 65535 65536 65537 100000; do
        noise $n $((seed++)) >"$1/size-$n"
    done
    for n in 1 2 3 4 5 6; do noise $((n * 1777)) $((seed++)) >"$1/sub/deep/deeper/file $n.dat"; done
    noise 3000000 $((seed++)) >"$1/sub/large.bin"
    noise 700 $((seed++)) >"$1/sub/A long name with many words, longer than eight and three.jpeg"
    for n in 'Ảnh gia đình/Việt Nam.jpg' 'Ảnh gia đình/صورة العائلة.png' 'Ảnh gia đình/家族の写真.gif' sub/Фото.bmp sub/क.txt sub/한글.txt; do
        noise $((seed * 331)) $((seed++)) >"$1/$n"
    done
    (cd "$1" && bsdtar --format zip -cf sub/some.zip size-513 size-8191 && tar cf sub/some.tar size-512 size-4097)
    find "$1" -exec touch -d '2026-01-02T03:04:05Z' {} +
}

# What the file systems of these can hold and others cannot.
tree_unix() {
    cp -a "$1" "$2"
    noise 5001 90 >"$2/sub/😀.bin"
    noise 901 91 >"$2/sub/what: is \"this\"?"
    ln "$2/size-4097" "$2/sub/deep/linked"
    truncate -s 1M "$2/sparse" && noise 5000 92 >>"$2/sparse" && truncate -s 1200000 "$2/sparse"
}

# ---- File systems ------------------------------------------------------------------------------

unix_systems='ext2 ext3 ext4 ufs1 hfs'
other_systems='fat12 fat16 fat32 exfat ntfs iso joliet'

ext() { rm -f "$2" && mke2fs -q -F -t "$1" -b 1024 -d "$3" "$2" 10M; }
fs_ext2() { ext ext2 "$@"; }
fs_ext3() { ext ext3 "$@"; }
fs_ext4() { rm -f "$1" && mke2fs -q -F -t ext4 -d "$2" "$1" 12M; }
fs_ufs1() { rm -f "$1" && makefs -t ffs -o version=1 -s 10m "$1" "$2" >/dev/null; }
fat() { rm -f "$3" && mkfs.vfat -F "$1" -s "$2" -C "$3" "$5" >/dev/null && mcopy -s -m -Q -i "$3" "$4"/* ::; }
fs_fat12() { fat 12 8 "$@" 10240; }
fs_fat16() { fat 16 2 "$@" 10240; }
fs_fat32() { fat 32 1 "$@" 34816; }
fs_exfat() {
    rm -f "$1" && truncate -s 10M "$1" && mkfs.exfat "$1" >/dev/null && perl "$here/exfat.pl" "$1" put "$2"
}
fs_iso() { genisoimage -quiet -input-charset utf-8 -R -o "$1" "$2"; }
fs_joliet() { genisoimage -quiet -input-charset utf-8 -J -o "$1" "$2"; }

# The words of a folder's files for ntfs.
ntfs_words() {
    (cd "$1" && find . -mindepth 1 -type d -printf 'mkdir\t/%P\n' | sort &&
        find . -type f -printf "put\t/%P\t$PWD/%P\n" | sort)
}
ntfs() {
    [ -x "$folder/ntfs" ] || "${CC:-cc}" -O1 -o "$folder/ntfs" "$here/ntfs.c" -lntfs-3g || return
    "$folder/ntfs" "$1" 2>&1
}
fs_ntfs() {
    rm -f "$1" && truncate -s 10M "$1" && mkntfs -F -Q -q "$1" >/dev/null 2>&1 && ntfs_words "$2" | ntfs "$1"
}

# A hybrid's table says, in blocks of 2 KiB, where its HFS+ begins and how long it is.
fs_hfs() {
    local at size
    rm -f "$1" "$1.iso"
    xorriso -outdev "$1.iso" -hardlinks on -hfsplus on -map "$2" / -commit >/dev/null 2>&1 || return
    read -r at size < <(perl -e 'open my $in, "<:raw", $ARGV[0] or die; read $in, my $head, 8192;
        print join(" ", unpack "NN", substr $head, 6152, 8), "\n"' "$1.iso")
    dd if="$1.iso" of="$1" bs=2048 skip="$at" count="$size" status=none
    rm "$1.iso"
}

# ---- Tables of partitions ----------------------------------------------------------------------

tables='dos logical gpt mac bsd sun'

# Where the partition begins, in sectors, and the rest of the disk around it.
lay() { # file, file system, first sector
    dd if="$2" of="$1" bs=512 seek="$3" conv=notrunc,sparse status=none
}
sectors() { echo $((($(stat -c %s "$1") + 511) / 512)); }
blank_disk() { rm -f "$1" && truncate -s $((($(sectors "$2") + $3) * 512)) "$1"; }
disk_dos() {
    blank_disk "$1" "$2" 6144
    printf '%s\n' 'label: dos' 'start=2048, size=1024, type=83' "start=4096, size=$(sectors "$2"), type=7" |
        sfdisk -q --no-reread --no-tell-kernel "$1" && lay "$1" "$2" 4096
}
disk_logical() {
    blank_disk "$1" "$2" 8192
    printf '%s\n' 'label: dos' 'start=2048, size=1024, type=83' 'start=4096, type=5' \
        "start=6144, size=$(sectors "$2"), type=c" | sfdisk -q --no-reread --no-tell-kernel "$1" && lay "$1" "$2" 6144
}
disk_gpt() {
    blank_disk "$1" "$2" 6144
    printf '%s\n' 'label: gpt' 'start=2048, size=1024' "start=4096, size=$(sectors "$2")" |
        sfdisk -q --no-reread --no-tell-kernel "$1" && lay "$1" "$2" 4096
}
# Its cylinders are whole from the first partition on.
disk_sun() {
    blank_disk "$1" "$2" 48195
    printf '%s\n' 'label: sun' "start=16065, size=$(sectors "$2"), type=83" | sfdisk -q --no-reread --no-tell-kernel "$1" && lay "$1" "$2" 16065
}
labelled() { # label, file, file system, name of the partition
    blank_disk "$2" "$3" 6144
    parted -s "$2" mklabel "$1" mkpart ${4:+"$4"} ext2 4096s $((4095 + $(sectors "$3")))s 2>/dev/null
    lay "$2" "$3" 4096
}
disk_mac() { labelled mac "$@" name; }
# parted writes the label where Alpha has it, behind the first 64 bytes; others have it in the second sector.
disk_bsd() {
    labelled bsd "$@"
    dd if="$1" bs=1 skip=64 count=404 status=none | dd of="$1" bs=1 seek=512 conv=notrunc status=none
}
within() {
    case $1 in
    bare) ;;
    dos | gpt | mac) echo p2/ ;;
    logical) echo p5/ ;;
    *) echo p1/ ;;
    esac
}

# ---- What a scan finds -------------------------------------------------------------------------

# HFS+ keeps letters and their marks apart.
composed() { perl -CSD -MUnicode::Normalize -pe '$_ = NFC $_'; }
only() { if [ -n "$1" ]; then cut -d' ' -f1 | sort; else cat; fi; }
want() { # "IMAGE|p2/", folder
    [ -e "$2.want" ] || (cd "$2" && find . -type f -printf '%P\0' | xargs -0 sha256sum | sed "s/  / @/"
        sha256sum size-513 size-8191 | sed "s,  , @sub/some.zip|,"
        sha256sum size-512 size-4097 | sed "s,  , @sub/some.tar|,") | composed >"$2.want"
    sed "s,@,$1," "$2.want" | sort
}
scan() { timeout 100 tutela scan --reproducible --inventory --json --digests sha256 --set bad.tset "$@" 2>"$folder/io/scan.err"; }

# A file system's own names begin with $; the folder of what was found by its check is empty.
found() {
    jq -r 'select(.chain and .digests and (.chain | length) > 1 and
            (.chain[1] | test("(^|/)(\\$|\\^)") | not)) |
        .digests.sha256 + " " + (.chain | join("|")) + (if .origin then " (" + .origin + ")" else "" end)' | composed | sort
}
holds() {
    local status=0
    scan "$2" >"$folder/io/scan" || status=$?
    is "$1: status" "$status" 0
    is "$1: its files, and nothing else" "$(found <"$folder/io/scan" | diff - <(want "$2|$3" "$4") | head -10)" ''
}

# The same files by another program, so that what is wrong with an image is not taken for the scanner's.
# It makes no files of size 0, and knows no Rock Ridge.
digests() {
    (cd "$1" && find . -type f -size +0 ! -path './$*' -printf '%P\0' | xargs -0r sha256sum | sed 's/  / /' | composed | sort)
}
witness() { # name, image, folder, 1: digests only
    rm -rf recovered
    timeout 60 tsk_recover -a "$2" recovered >/dev/null 2>&1
    is "$1: another program finds them" "$(diff <(digests recovered | only "${4:-}") <(digests "$3" | only "${4:-}"))" ''
    rm -rf recovered
}

# Five numbers, and the sum is the size of the medium; of so many images.
covered() {
    is 'what became of each byte' "$(jq -r 'select(.chain and .coverage) |
        select((.coverage | length) != 5 or ([.coverage[]] | add) != .size) | .chain[0]' "$folder/io/scan")" ''
    is 'all images say what became of each byte' "$(jq -c 'select(.coverage and (.chain | length) == 1)' "$folder/io/scan" | wc -l)" "$1"
}
