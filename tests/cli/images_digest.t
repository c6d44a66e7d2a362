#!/bin/bash
# images_digest: with --no-image-digest a disk image is not digested itself. All else is found as ever, and what only
# looks like an image is looked up in the lists.
. "$(dirname "$0")/lib.sh"
. "$here/images.sh"

tree plain
printf 'known one\n' >plain/sub/known.txt
mkdir images
ok 'ext4: made' fs_ext4 images/ext4.raw plain
ok 'FAT in a table: made' fs_fat16 fat plain
disk_gpt images/gpt.raw fat
qemu-img convert -O qcow2 images/ext4.raw images/ext4.qcow2
split -b 3000000 --numeric-suffixes=1 -a 3 images/ext4.raw images/split.
# What begins as many images do, and is none: zeros, and the label of a disk before what is none.
head -c 300000 /dev/zero >images/zeros
{ head -c 4096 /dev/zero && noise 200000 5; } >images/not-zeros
printf 'EFI PART' | dd of=images/not-zeros bs=1 seek=512 conv=notrunc status=none
ln images/ext4.raw images/other-name

all() { "${program:-tutela}" scan --reproducible --inventory --json --set bad.tset "$@" 2>/dev/null; }
records() { jq -S -c 'select(.chain)'; }

all images >with
is 'digested: status' $? 4 # not-zeros is damaged
all --no-image-digest images >without
is 'not digested: status' $? 4
is 'all that is no image, or in one, is reported the same' \
    "$(records <without | jq -c 'select(.coverage == null)')" "$(records <with | jq -c 'select(.coverage == null)')"
is 'images too, but for their digests' "$(records <without | jq -c 'select(.coverage)')" \
    "$(records <with | jq -c 'select(.coverage) | del(.digests)')"
is 'there are images' "$(records <without | jq -r 'select(.coverage) | .chain[0]')" \
    "$(printf 'images/%s\n' ext4.qcow2 ext4.raw gpt.raw not-zeros other-name split.001)"
is 'and known files in them' "$(records <without | grep -c '"status":"match"')" 5
for threads in 1 2 16; do
    all --no-image-digest --threads $threads images >other
    ok "the same with $threads threads" cmp without other
done
all --no-image-digest --cache drop images >other
ok 'the same where the cache is left as it was' cmp without other

# Lists that hold the images themselves, and what only looks like one.
for name in ext4.raw zeros; do
    sha256sum images/$name | cut -d' ' -f1 >one.list
    tutela set build --reproducible --as known-bad --list "$name" -o $name.tset one.list 2>/dev/null
done
matches() { jq -r 'select(.type == "match") | .chain | join(" > ")'; }
is 'an image that is listed is found' "$(all --set ext4.raw.tset images | matches | grep -v '>')" \
    "$(printf 'images/%s\n' ext4.raw other-name)"
is 'but for that option' "$(all --no-image-digest --set ext4.raw.tset images | matches | grep -v '>')" ''
is 'zeros that are listed are found with it' "$(all --no-image-digest --set zeros.tset images | matches | grep -v '>')" \
    images/zeros
tutela scan --reproducible --no-image-digest --set zeros.tset images >text 2>/dev/null
is 'in words too' "$(grep -c '^match.*images/zeros$' text)" 1
is 'a scan of nothing else waits for its worker' "$(all --no-image-digest --set zeros.tset images/zeros | matches)" images/zeros

# Nobody can say whether it is an image: it is looked up.
mkdir alone
cp "$TUTELA" alone/tutela
if alone/tutela scan -q images/zeros 2>/dev/null --set bad.tset; then
    skip 1 'a worker is installed'
else
    is 'without a worker it is digested' \
        "$(program=alone/tutela; all --no-image-digest --set ext4.raw.tset images | matches)" \
        "$(printf 'images/%s\n' ext4.raw other-name)"
fi
ok 'a stream has its digests as ever' sh -c \
    "tutela scan --no-image-digest --json --inventory --set bad.tset - <images/gpt.raw | jq -s -e '.[] | select(.chain | length == 1) | .digests' >/dev/null"
finish
