#!/bin/bash
# images_deleted: what was deleted is found while nobody has taken its place, and says how it was come by;
# what another file holds by now is never told of under the old name.
. "$(dirname "$0")/lib.sh"
. "$here/images.sh"

mkdir -p small/sub small/old
for n in 1 2 3 4 5 6; do noise $((n * 3000)) $n >small/file$n; done
noise 40000 7 >'small/sub/a file that is gone.jpg'
noise 41000 8 >small/sub/again.bin
noise 400 9 >small/sub/tiny.txt
noise 42000 10 >small/old/inside.jpg
noise 43000 11 >"small/sub/Ảnh đã xóa.jpg"
gone=('sub/a file that is gone.jpg' sub/again.bin sub/tiny.txt 'sub/Ảnh đã xóa.jpg' old/inside.jpg)

# Each file system's own way to delete files, a folder, and to put in a file that takes all that is free.
delete_fat() { mdel -i "$1" "${gone[@]/#/::}" && mrd -i "$1" ::old; }
fill_fat() {
    local free
    free=$(mdir -i "$1" | sed -n 's/ *\([0-9 ]*\) bytes free/\1/p' | tr -d ' ')
    yes 'the bytes of another' | head -c "$free" >fill
    mcopy -i "$1" fill ::fill
}
delete_exfat() { local f; for f in "${gone[@]}" old; do perl "$here/exfat.pl" "$1" rm "$f" || return; done; }
fill_exfat() {
    local f
    for f in 0 1 2 3 4; do
        yes "the bytes of another, $f" | head -c 40960 >fill$f
        perl "$here/exfat.pl" "$1" add fill$f fill$f || return
    done
}
delete_ntfs() { { printf 'rm\t/%s\n' "${gone[@]}"; printf 'rm\t/old\n'; } | ntfs "$1"; }
fill_ntfs() {
    local free
    free=$(ntfsinfo -fm "$1" | sed -n 's/.*Free Clusters: \([0-9]*\).*/\1/p')
    yes 'the bytes of another' | head -c $(((free - 4) * 4096)) >fill
    printf 'put\t/fill\t%s\n' "$PWD/fill" | ntfs "$1"
}
delete_ext() { { printf 'rm "/%s"\n' "${gone[@]}"; echo 'rmdir /old'; } | debugfs -w -f - "$1"; }
fill_ext() {
    local free
    free=$(debugfs -R stats "$1" 2>/dev/null | sed -n 's/^Free blocks: *//p')
    yes 'the bytes of another' | head -c $(((free - free / 64 - 20) * 1024)) >fill
    echo 'write fill fill' | debugfs -w -f - "$1"
}

remain() { (cd small && find . -name 'file?' -printf '%P\0' | xargs -0 sha256sum | sed "s,  , $1|,"); }
# Of a short name FAT forgets the first letter.
short() { if [[ $1 = fat* ]]; then sed 's,old/inside,_ld/_nside,; s,/again,/_gain,; s,/tiny,/_iny,'; else cat; fi; }
lost() { (cd small && for f in "${gone[@]}"; do sha256sum "$f" | sed "s,  , $1|,; s/\$/ ($2)/"; done) | short "$1"; }

for system in fat12 fat16 fat32 exfat ntfs ext2 ext3 ext4; do
    kind=$system
    origin='deleted'
    case $system in
    fat*) kind=fat origin='deleted, assumed contiguous' ;;
    exfat) origin='deleted, assumed contiguous' ;;
    ext*) kind=ext ;;
    esac
    ok "$system: made" fs_$system $system small
    ok "$system: deleted" delete_$kind $system
    scan $system >"$folder/io/scan"
    is "$system: status" $? 0
    is "$system: what was deleted is found" "$(found <"$folder/io/scan" |
        diff - <({ remain $system; lost $system "$origin"; } | sort))" ''
    scan --no-deleted $system >"$folder/io/scan"
    is "$system: not when it is not asked for" "$(found <"$folder/io/scan" | diff - <(remain $system | sort))" ''
    ok "$system: filled" fill_$kind $system
    scan $system >"$folder/io/scan"
    is "$system, filled: status" $? 0
    found <"$folder/io/scan" >after
    is "$system, filled: what is there is found" "$(sha256sum fill* | sed "s,  , $system|," | cat - <(remain $system) |
        sort | comm -23 - <(grep -v deleted after))" ''
    # What a record of NTFS holds itself is there while the record is.
    is "$system, filled: nothing of it by the old names" "$(grep -v " $system|fill[0-9]*\$" after |
        grep -v ' ntfs|sub/tiny.txt (deleted)$' | diff - <(remain $system | sort))" ''
    ok "$system, filled: the names are told of, and why not the bytes" jq -es 'map(select(.origin) |
        select(.status == "skipped" and (.reason | startswith("deleted: ")))) | length > 1' "$folder/io/scan"
    rm -f fill*
done

# ---- What no folder lists any more -------------------------------------------------------------

# The folder's record or entry is another's by now.
orphan_fat32() { mdeltree -i "$1" ::old && mmd -i "$1" ::new && mcopy -i "$1" small/file1 ::x; }
orphan_ntfs() { printf 'rm\t/%s\n' old/first.txt old/inside.jpg old | ntfs "$1" && printf 'mkdir\t/new\nput\t/new/x\t%s\n' "$PWD/small/file1" | ntfs "$1"; }
orphan_ext2() { printf '%s\n' 'rm /old/inside.jpg' 'rmdir /old' 'mkdir /new' | debugfs -w -f - "$1"; }
printf 'first\n' >small/old/first.txt
for system in fat32 ntfs ext2; do
    [ $system != ext2 ] || rm small/old/first.txt
    ok "$system, an orphan: made" fs_$system $system small
    ok "$system, an orphan: its folder is gone" orphan_$system $system
    scan $system >"$folder/io/scan"
    is "$system, an orphan: status" $? 0
    origin='deleted, without a name'
    [ $system != fat32 ] || origin="$origin, assumed contiguous"
    is "$system, an orphan: is found" "$(jq -r --arg digest "$(sha256sum <small/old/inside.jpg | cut -d' ' -f1)" \
        'select(.digests.sha256 == $digest) | .origin' "$folder/io/scan")" "$origin"
done

finish
