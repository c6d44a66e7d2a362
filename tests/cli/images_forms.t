#!/bin/bash
# images_forms: a disk is the same disk in each form that its image may have.
. "$(dirname "$0")/lib.sh"
. "$here/images.sh"

tree plain
tree_unix plain rich
command -v affconvert >/dev/null && affs='aff affx afflzma' || skip 1 'no affconvert'
forms="split ${affs:-} e01 e01s qcow2 vhd vhdx vmdk"

# Each makes an image of a raw one, and says what it is called.
form_split() { split -b 3000000 --numeric-suffixes=1 -a 3 "$1" "$2." && echo "$2.001"; }
form_aff() { affconvert -q -o "$2.aff" "$1" >/dev/null 2>&1 && echo "$2.aff"; }
form_affx() { affconvert -q -x -s 64k -o "$2.aff" "$1" >/dev/null 2>&1 && echo "$2.aff"; }
form_afflzma() { affconvert -q -L -s 1m -o "$2.aff" "$1" >/dev/null 2>&1 && echo "$2.aff"; }
form_e01() { ewfacquire -u -q -f encase6 -t "$2" "$1" >/dev/null 2>&1 && echo "$2.E01"; }
form_e01s() { ewfacquire -u -q -f encase6 -S 2M -t "$2" "$1" >/dev/null 2>&1 && echo "$2.E01"; }
form_qcow2() { qemu-img convert -O qcow2 "$1" "$2.qcow2" && echo "$2.qcow2"; }
form_vhd() { qemu-img convert -O vpc -o force_size=on "$1" "$2.vhd" && echo "$2.vhd"; }
form_vhdx() { qemu-img convert -O vhdx "$1" "$2.vhdx" && echo "$2.vhdx"; }
form_vmdk() { qemu-img convert -O vmdk "$1" "$2.vmdk" && echo "$2.vmdk"; }

ok 'NTFS: made' fs_ntfs ntfs plain
ok 'in a table: made' disk_gpt ntfs.raw ntfs
ok 'ext4: made' fs_ext4 ext4.raw rich
# What is there of the disk, and of its files.
medium() { jq -r 'select(.chain | length == 1) | .coverage | tojson'; }
scan ntfs.raw >"$folder/io/scan"
medium <"$folder/io/scan" >ntfs.medium
scan ext4.raw >"$folder/io/scan"
medium <"$folder/io/scan" >ext4.medium
for form in $forms; do
    mkdir "$form"
    for raw in ntfs ext4; do
        image=$("form_$form" $raw.raw "$form/$raw")
        ok "$form, $raw: made" test -s "$image"
        tree=rich inner=
        [ $raw != ntfs ] || tree=plain inner=p2/
        holds "$form, $raw" "$image" "$inner" $tree
        is "$form, $raw: the same medium" "$(medium <"$folder/io/scan")" "$(cat $raw.medium)"
    done
    find "$form" -type f -exec md5sum {} + | sort >before
    scan "$form" >"$folder/io/scan"
    is "$form, its folder: status" $? 0
    is "$form, its folder: nothing is twice" "$(found <"$folder/io/scan" | diff - <({
        want "$form/$(cd "$form" && ls ntfs.* | head -1)|p2/" plain
        want "$form/$(cd "$form" && ls ext4.* | head -1)|" rich
    } | sort) | head -10)" ''
    ok "$form: as it was" cmp before <(find "$form" -type f -exec md5sum {} + | sort)
done

# The same with a part missing.
rm split/ntfs.003
scan split/ntfs.001 >"$folder/io/scan"
is 'split, a part is missing: status' $? 3
ok 'split, a part is missing: says so' jq -es 'any(.[]; .chain == ["split/ntfs.001"] and .status != "clear" and .reason)' "$folder/io/scan"

finish
