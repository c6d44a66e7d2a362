#!/bin/bash
# devices: a block device is read as the image of a disk when it is named, and never written; in a tree it is skipped.
. "$(dirname "$0")/lib.sh"
. "$here/images.sh"

# Loop devices need root and a kernel that has them. What is attached goes away again, however this ends.
loops=()
release() {
    local device
    for device in "${loops[@]}"; do losetup -d "$device" 2>/dev/null; done
}
trap 'release; clean' EXIT
attach() { # file; the device is $device
    device=$(losetup -f --show "$1" 2>"$folder/io/losetup") && [ -b "$device" ] && loops+=("$device")
}

truncate -s 2M probe.img
if ! attach probe.img; then
    skip 24 "no loop device: $(head -1 "$folder/io/losetup")"
    finish
fi

ok 'practice files: made' tutela demo practice
cp "$(find practice/tree -name '*.png' -size +1k | sort | head -1)" sample.png
sample=$(sha256sum <sample.png | cut -d' ' -f1)
chains() { jq -r 'select(.digests and .chain) | .digests.sha256 + " " + (.chain[1:] | join("|"))' | sort; }
state() { stat -Lc '%x %y %z' "$1"; } # of its node: nothing else has times

# ---- A disk ------------------------------------------------------------------------------------

mkdir tree1 && cp sample.png tree1/one.png && noise 5000 1 >tree1/two.dat
ok 'a disk: made' fs_ext4 ext4.raw tree1
ok 'a disk with a table: made' disk_gpt disk.img ext4.raw
noise 400 2 >>disk.img && truncate -s %4096 disk.img
sum=$(md5sum <disk.img)
ok 'attached' attach disk.img
before=$(state "$device")
scan disk.img >image
status=$?
scan "$device" >"$folder/io/scan"
is 'status as of the image' $? "$status"
is 'the same files as in the image' "$(chains <"$folder/io/scan" | diff - <(chains <image))" ''
is 'its size' "$(jq -r 'select(.chain | length == 1) | .size' "$folder/io/scan")" "$(stat -c %s disk.img)"
is 'its coverage' "$(jq -c 'select(.coverage and .chain) | .coverage' "$folder/io/scan")" "$(jq -c 'select(.coverage and .chain) | .coverage' image)"
covered 1
cp "$folder/io/scan" first
scan --threads 1 "$device" >"$folder/io/scan"
ok 'the same report again, by one thread' cmp first "$folder/io/scan"
is 'it was not written' "$(blockdev --flushbufs "$device"; md5sum <disk.img)" "$sum"
is 'nor was its node touched' "$(state "$device")" "$before"
ln -s "$device" link
scan link >"$folder/io/scan"
is 'by a link that was named' "$(chains <"$folder/io/scan" | diff - <(chains <image))" ''

# In a tree it is skipped, as ever.
mkdir nodes
if mknod nodes/disk b $((0x$(stat -c %t "$device"))) $((0x$(stat -c %T "$device"))) 2>/dev/null; then
    scan nodes >"$folder/io/scan"
    is 'in a tree: skipped' "$(jq -r 'select(.chain) | .status + ": " + .reason' "$folder/io/scan")" 'skipped: block device'
else
    skip 1 'no node can be made here'
fi

# One without a medium.
empty=$(losetup -f 2>/dev/null)
if [ -b "$empty" ] && [ "$(blockdev --getsize64 "$empty" 2>/dev/null)" = 0 ]; then
    scan "$empty" >"$folder/io/scan"
    is 'an empty drive: is not clear' "$? $(jq -r 'select(.chain) | .status + ": " + .reason' "$folder/io/scan")" '3 unreadable: No medium found'
else
    skip 1 'no empty drive here'
fi

# ---- A device that was wiped, and one of which a part cannot be read ---------------------------

{ noise 300001 3; cat sample.png; noise 100000 4; } >wiped.img
truncate -s 2M wiped.img
ok 'a wiped device: attached' attach wiped.img
scan "$device" >"$folder/io/scan"
is 'a wiped device, without --carve: clear, and one file' "$?$(jq -r 'select(.chain) | " " + .status' "$folder/io/scan")" '0 clear'
scan --carve "$device" >"$folder/io/scan"
is 'a wiped device: what is in it' "$(chains <"$folder/io/scan" | grep carved)" "$sample carved/300001.png"
covered 1
# What lies behind the file's end is there, and cannot be read.
truncate -s 1M wiped.img
blockdev --flushbufs "$device"
scan --carve "$device" >"$folder/io/scan"
is 'a part that cannot be read: status' $? 3
is 'a part that cannot be read: what is in the rest' "$(chains <"$folder/io/scan" | grep carved)" "$sample carved/300001.png"
is 'a part that cannot be read: how much' "$(jq -c 'select(.coverage and .chain) | [.status, .coverage.unreadable, .coverage.examined]' "$folder/io/scan")" \
    '["partial",1048576,1048576]'
finish
