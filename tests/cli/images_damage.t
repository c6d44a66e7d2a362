#!/bin/bash
# images_damage: images that are cut off, overwritten, or lie: each says what is not complete, in bounded
# time, and what can still be read is found.
. "$(dirname "$0")/lib.sh"
. "$here/images.sh"

# Little content: most of what is hit is what the file system keeps.
mkdir -p small/one/deep small/two
for n in 1 2 3 4; do
    noise $((n * 300 + 17)) $n >small/file$n
    noise $((n * 400 + 11)) $((n + 10)) >small/one/file$n
    noise $((n * 100 + 900)) $((n + 20)) >small/one/deep/file$n
    noise $((n * 700)) $((n + 30)) >small/two/file$n
done
find small -type f -print0 | xargs -0 sha256sum | cut -d' ' -f1 | sort >digests
files=$(wc -l <digests)
systems='ext2 ext4 ufs1 hfs fat12 fat16 exfat ntfs iso'
hit=$systems
cut=$systems
struck='dos gpt mac bsd sun'

# Bytes that are changed, of a file system and of a table; a sanitizer's build takes many times as long.
many=200 some=60
[ "${TUTELA_VARIANT:-release}" = release ] || many=40 some=20

fs_ext2() { mke2fs -q -F -t ext2 -b 1024 -d "$2" "$1" 512K; }
fs_ext4() { mke2fs -q -F -t ext4 -b 1024 -O ^has_journal -d "$2" "$1" 512K; }
fs_ufs1() { makefs -t ffs -o version=1 -s 512k "$1" "$2" >/dev/null; }
fs_fat12() { mkfs.vfat -F 12 -C "$1" 512 >/dev/null && mcopy -s -m -Q -i "$1" "$2"/* ::; }
fs_fat16() { mkfs.vfat -F 16 -s 1 -C "$1" 2200 >/dev/null && mcopy -s -m -Q -i "$1" "$2"/* ::; }
fs_exfat() { truncate -s 2M "$1" && mkfs.exfat -c 4K -b 64K "$1" >/dev/null && perl "$here/exfat.pl" "$1" put "$2"; }
fs_ntfs() { truncate -s 1500K "$1" && mkntfs -F -Q -q "$1" >/dev/null 2>&1 && ntfs_words "$2" | ntfs "$1"; }

# Of each image: its status, its reason, and how many of the files are not found in it.
states() {
    jq -r 'select(.chain) | [.chain[0], (.chain | length), .status, .reason // "", .digests.sha256 // ""] | @tsv' |
        perl -F'\t' -lane 'BEGIN { open my $in, "<", "digests" or die; chomp(@want = <$in>) }
            $F[1] == 1 ? $state{$F[0]} = "$F[2]|$F[3]" : $found{$F[0]}{$F[4]}++;
            END { for my $i (sort keys %state) { print "$i|$state{$i}|", scalar grep { !$found{$i}{$_} } @want } }'
}
# Never without a word: what is complete lacks no more than the one file whose own bytes or record were hit.
told() { # name, folder of images, their number, those in which nothing is left that says what it is
    local status=0
    scan "$2" >"$folder/io/scan" || status=$?
    ok "$1: ends by itself" test $status -le 4
    states <"$folder/io/scan" >states
    is "$1: all are reported" "$(wc -l <states)" "$3"
    is "$1: nothing is left out without a word" "$(awk -F'|' '$2 == "clear" && $4 > 1' states | grep -vE "^[a-z/]+[0-9]*(${4:-none})\\|" | head -10)" ''
    is "$1: the sum of what became of the bytes is the size" "$(jq -r 'select(.chain and .coverage) |
        select(([.coverage[]] | add) != .size) | .chain[0]' "$folder/io/scan" | head)" ''
    cp "$folder/io/scan" once
    scan -j 3 "$2" >"$folder/io/scan"
    ok "$1: the same once more" cmp once "$folder/io/scan"
}

# One byte in each, of those that are not 0, so many times.
flips() {
    perl -e 'my ($image, $to, $count) = @ARGV;
        open my $in, "<:raw", $image or die; my $all = do { local $/; <$in> };
        srand 5;
        for my $n (1 .. $count) {
            my $at;
            do { $at = int rand length $all } while !ord substr $all, $at, 1;
            my $copy = $all;
            substr $copy, $at, 1, chr int rand 256;
            open my $out, ">:raw", sprintf "%s/%03d-%d", $to, $n, $at or die;
            print $out $copy;
            close $out or die;
        }' "$@"
}

for system in $systems; do
    ok "$system: made" fs_$system $system small
    scan $system >"$folder/io/scan"
    is "$system: all its files" "$(states <"$folder/io/scan")" "$system|clear||0"
done
for system in $hit; do
    mkdir flips
    flips $system flips $many
    told "$system, a byte of another value" flips $many
    rm -r flips
done
# An ISO 9660 says what it is at 32 KiB.
for system in $cut; do
    mkdir cuts
    size=$(stat -c %s $system)
    for ((i = 1; i < 16; i++)); do head -c $((size * i / 16 + i)) $system >cuts/$(printf %02d $i); done
    told "$system, cut off" cuts 15 "$([ $system != iso ] || echo 01)"
    rm -r cuts
done

# The file system says how large it is, though it ends in blocks that nobody uses.
for system in $systems; do
    head -c $(($(stat -c %s $system) * 3 / 4)) $system >cut
    scan cut >"$folder/io/scan"
    is "$system, a quarter is gone: status" $? 3
    ok "$system, a quarter is gone: says why" jq -es 'any(.[]; .chain == ["cut"] and .status != "clear" and .reason)' "$folder/io/scan"
done

# All that is lacking of the disc is blocks behind its last file; and what goes on behind its end is no damage.
iso_status() { scan "$@" >"$folder/io/scan"; jq -r 'select(.chain == ["disc"]) | .status + " " + (.reason // "")' "$folder/io/scan"; }
head -c $(($(stat -c %s iso) - 2048)) iso >disc
is 'iso, its last block is gone' "$(iso_status disc)" 'malformed cut off'
is 'iso, its last block is gone: all its files' "$(states <"$folder/io/scan")" 'disc|malformed|cut off|0'
mkdir within && cp disc within && tar czf within.tgz within/disc
scan within.tgz >"$folder/io/scan"
is 'the same in a tar.gz' "$(jq -r 'select(.chain[-1] == "within/disc") | .status + " " + .reason' "$folder/io/scan")" 'malformed cut off'
cp iso disc && noise 5000 7 >>disc
is 'iso, with more behind its end' "$(iso_status disc)" 'clear '
xorriso -outdev disc2 -map small / -commit >/dev/null 2>&1 && mv disc2 disc
is 'iso of another program, padded' "$(iso_status disc)" 'clear '

# ---- The place where a file system says what it is ---------------------------------------------

for system in $systems; do
    disk_gpt disk $system
    noise 70000 3 | dd of=disk bs=512 seek=4096 conv=notrunc status=none
    scan disk >"$folder/io/scan"
    is "$system, overwritten in its partition: status" $? 3
    is "$system, overwritten: says so" "$(jq -r 'select(.chain == ["disk", "p2"]) | .status' "$folder/io/scan")" unsupported
    covered 1
done

# ---- Tables ------------------------------------------------------------------------------------

# Two bytes say that there is a table; and where a DOS one says that a partition lies, nothing checks.
signs_of() {
    case $1 in
    dos) echo '-510|-511|-4[5-7][0-9]' ;;
    mac) echo '-51[23]' ;;
    bsd) echo '-51[2-5]' ;;
    sun) echo '-50[89]' ;;
    esac
}
for table in $struck; do
    disk_$table disk fat12
    mkdir flips
    head -c 20480 disk >head
    flips head flips $some
    for head in flips/*; do tail -c +20481 disk >>"$head"; done
    told "$table, a byte of another value" flips $some "$(signs_of $table)"
    rm -r flips
done

# ---- Loops -------------------------------------------------------------------------------------

# The chain of a file of many clusters leads back to its beginning; and that of a folder.
mkdir loops
noise 60000 40 >loops/large
for ((i = 0; i < 40; i++)); do echo $i >"loops/a name of many letters, for more entries $i"; done
mkfs.vfat -F 16 -s 1 -C loop16 2200 >/dev/null
mmd -i loop16 ::folder && mcopy -i loop16 loops/* ::folder
perl -e 'open my $io, "+<:raw", "loop16" or die; read $io, my $boot, 512;
    my ($reserved, $fats, $entries, $size) = unpack "x14vCvx3v", $boot;
    seek $io, 512 * $reserved, 0; read $io, my $fat, 512 * $size;
    my @next = unpack "v*", $fat;
    for my $first (2 .. $#next) {
        next if !$next[$first] || grep { $_ == $first } @next;
        my $n = $first;
        $n = $next[$n] while $next[$n] < 0xfff0;
        $next[$n] = $first;
    }
    for my $copy (0 .. $fats - 1) { seek $io, 512 * ($reserved + $copy * $size), 0; print $io pack "v*", @next }
    close $io or die'
scan loop16 >"$folder/io/scan"
ok 'FAT, each chain a circle: ends' test $? -le 4
is 'FAT, each chain a circle: the file in it is found' "$(jq -r '.digests.sha256 // ""' "$folder/io/scan" |
    grep -c "$(sha256sum <loops/large | cut -d' ' -f1)")" 1

# A folder that is in itself.
ok 'ext2, a loop: made' fs_ext2 loop2 small
inode=$(debugfs -R 'stat /one' loop2 2>/dev/null | sed -n 's/^Inode: \([0-9]*\).*/\1/p')
ok 'ext2, a folder in itself: made' bash -c "printf 'link <$inode> /one/deep/self\nlink <2> /two/root\n' | $(command -v debugfs) -w -f - loop2"
scan loop2 >"$folder/io/scan"
is 'ext2, a folder in itself: status' $? 3
is 'ext2, a folder in itself: all its files' "$(states <"$folder/io/scan")" \
    'loop2|malformed|a folder that is in two places|0'

# ---- Sizes that do not fit ---------------------------------------------------------------------

# A file system that is larger than its partition, and one that is smaller.
ok 'ext2, for sizes: made' fs_ext2 wide small
disk_dos disk wide
printf '%s\n' 'label: dos' 'start=2048, size=1024, type=83' 'start=4096, size=512, type=83' |
    sfdisk -q --no-reread --no-tell-kernel disk 2>/dev/null
scan disk >"$folder/io/scan"
ok 'a file system larger than its partition: not without a word' jq -es 'any(.[]; .chain == ["disk"] and .status != "clear")' "$folder/io/scan"
covered 1
disk_dos disk wide && truncate -s 2300K disk
scan disk >"$folder/io/scan"
is 'a partition larger than the disk: status' $? 3
ok 'a partition larger than the disk: says so' jq -es 'any(.[]; .chain == ["disk", "p2"] and .status == "malformed" and .reason != "")' "$folder/io/scan"
covered 1
{ cat wide; head -c 300000 /dev/zero; } >longer
scan longer >"$folder/io/scan"
is 'a file system shorter than its image: all its files' "$(states <"$folder/io/scan" | cut -d'|' -f4)" 0
covered 1

finish
