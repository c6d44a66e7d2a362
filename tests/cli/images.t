#!/bin/bash
# images: what an image of a disk holds, on any file system and in any table of partitions, is found
# under its chain with the digest of the very file that was put there.
. "$(dirname "$0")/lib.sh"
. "$here/images.sh"

tree plain
tree_unix plain rich
mkdir again
source_of() { case " $unix_systems " in *" $1 "*) echo rich ;; *) echo plain ;; esac; }
mkdir all
for system in $unix_systems $other_systems; do
    mkdir "all/$system"
    ok "$system: made" "fs_$system" "all/$system/bare" "$(source_of "$system")"
    witness "$system" "all/$system/bare" "$(source_of "$system")" "$([ "$system" = iso ] && echo 1)"
    for table in $tables; do
        ok "$system, $table: made" "disk_$table" "all/$system/$table" "all/$system/bare"
    done
done
find all -type f -exec touch -d '2026-01-02T03:04:05Z' {} +
sums() { find all -type f -print0 | sort -z | xargs -0 openssl dgst -sha256 -r; find all -type f -printf '%p %T@ %A@\n' | sort; }
sums >before

scan all >"$folder/io/scan"
is 'all: status' $? 0
found <"$folder/io/scan" >all.found
for system in $unix_systems $other_systems; do
    for table in bare $tables; do
        is "$system, $table: its files, and nothing else" "$(grep -F " all/$system/$table|" all.found | only "$([ "$system" = iso ] && echo 1)" |
            diff - <(want "all/$system/$table|$(within "$table")" "$(source_of "$system")" |
                only "$([ "$system" = iso ] && echo 1)") | head -20)" ''
    done
done
# An image of a disc is an archive to all that opens it.
covered "$(find all -type f ! -path 'all/iso/bare' ! -path 'all/joliet/bare' | wc -l)"
sums >after
ok 'the images are as they were, and so are their times' cmp before after
cp -al all/ext4 all/ntfs all/exfat all/hfs again
scan again >first
scan -j 4 again >second
ok 'once more: the same report' cmp first second

scan --partition 2 all/ntfs/dos >"$folder/io/scan"
is 'the one partition that is wanted' "$(found <"$folder/io/scan" | diff - <(want 'all/ntfs/dos|p2/' plain))" ''
scan --partition 1 all/ntfs/dos >"$folder/io/scan"
is 'another one: status' $? 0
is 'another one: nothing of the first' "$(found <"$folder/io/scan")" ''
covered 1

# ---- What NTFS has besides ---------------------------------------------------------------------

mkdir -p some/packed
seq 1 60000 >some/packed/text
noise 70000 50 >some/packed/noise
{ seq 1 9000; head -c 500000 /dev/zero; seq 1 9000; } >some/packed/holes
noise 300 51 >some/resident
noise 20000 52 >some/linked
noise 30000 53 >stream
printf '[ZoneTransfer]\r\n' >zone
rm -f other.img && truncate -s 10M other.img && mkntfs -F -Q -q other.img >/dev/null 2>&1
{
    printf 'mkdir\t/packed\ncompress\t/packed\n'
    (cd some && find . -type f -printf "put\t/%P\t$PWD/%P\n")
    printf 'stream\t/%s\t%s\t%s\n' linked hidden "$PWD/stream" resident Zone.Identifier "$PWD/zone" packed inside "$PWD/stream"
    printf 'link\t/linked\t/packed/another name\n'
} >words
ok 'NTFS: streams, and what is packed: made' ntfs other.img <words
ok 'NTFS: packed it is' bash -c 'PATH=$PATH:/usr/sbin istat other.img "$(ifind -n packed/text other.img)" | grep -qi compressed'
want_other() {
    (cd some && find . -type f -printf '%P\0' | xargs -0 sha256sum | sed 's,  , other.img|,')
    printf '%s other.img|%s\n' "$(sha256sum <some/linked | cut -d' ' -f1)" 'packed/another name'
    for name in linked:hidden packed:inside 'packed/another name:hidden'; do
        printf '%s other.img|%s\n' "$(sha256sum <stream | cut -d' ' -f1)" "$name"
    done
    printf '%s other.img|%s\n' "$(sha256sum <zone | cut -d' ' -f1)" resident:Zone.Identifier
}
scan other.img >"$folder/io/scan"
is 'NTFS: streams, and what is packed' "$(found <"$folder/io/scan" | diff - <(want_other | sort))" ''

# ---- Where it is told of by its name only ------------------------------------------------------

rm -f luks1 luks2 && truncate -s 20M luks1 luks2
printf word | cryptsetup luksFormat --batch-mode --type luks1 --pbkdf-force-iterations 1000 luks1 - 2>/dev/null
printf word | cryptsetup luksFormat --batch-mode --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 luks2 - 2>/dev/null
{ printf '\353\130\220-FVE-FS-\0\2\10\0\0'; head -c 494 /dev/zero; printf '\125\252'; openssl enc -aes-128-ctr -K 00 -iv 00 -in all/fat12/bare 2>/dev/null; } >bitlocker
for kind in luks1 luks2 bitlocker; do
    scan $kind >"$folder/io/scan"
    is "$kind: status" $? 3
    ok "$kind: encrypted" jq -es 'any(.[]; .status == "encrypted")' "$folder/io/scan"
    disk_gpt disk $kind
    scan disk >"$folder/io/scan"
    is "$kind, in a partition: status" $? 3
    is "$kind, in a partition: encrypted" "$(jq -r 'select(.status == "encrypted") | .chain | join("|")' "$folder/io/scan" | sort)" "$(printf 'disk\ndisk|p2')"
    covered 1
    is "$kind, in a partition: not understood" "$(jq -r --argjson size "$(stat -c %s $kind)" \
        'select(.coverage and .chain == ["disk"]) | .coverage["not-understood"] == $size' "$folder/io/scan")" true
done

finish
