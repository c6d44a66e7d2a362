#!/bin/bash
# images_aff: an AFF that is damaged, encrypted or in several files says so, and what can be read is found.
. "$(dirname "$0")/lib.sh"
. "$here/images.sh"
if ! command -v affconvert >/dev/null; then
    skip 1 'no affconvert'
    finish
    exit
fi

mkdir files
for n in 1 2 3 4 5 6 7 8; do noise 100000 $n >files/$n; done
ok 'made' fs_ext4 raw files
ok 'as AFF' affconvert -q -x -s 64k -o whole.aff raw

# What is said of an image, and which of the files are found in it.
told() { jq -r 'select(.chain | length == 1) | .status + " " + (.reason // "")' "$folder/io/scan"; }
which() {
    jq -r 'select(.status == "clear" and .digests) | .digests.sha256' "$folder/io/scan" | sort >got
    for n in 1 2 3 4 5 6 7 8; do ! grep -q "$(sha256sum <files/$n | cut -d' ' -f1)" got || printf %s $n; done
}
# Of a file no more is read than what comes before such a place.
lacks() { # name, bytes at least
    is "$1: what of the disk is not there" "$(jq -r "select(.coverage and (.chain | length) == 1) |
        .coverage | ([.[]] | add == $(stat -c %s raw)) and .unreadable >= $2 and .unreadable < $2 + 100000" "$folder/io/scan")" true
}

scan whole.aff >"$folder/io/scan"
is 'whole: status' $? 0
is 'whole: its files' "$(which)" 12345678

# A byte is another one, in the file with this number: in the head of the page that holds it, or in the page.
spoil() { # image, what is spoilt, the copy
    perl -e 'my ($image, $file, $what, $to) = @ARGV;
        local $/; my ($all, $part) = map { open my $in, "<:raw", $_ or die; <$in> } $image, "files/$file";
        my $at = index($all, substr $part, 50000, 300) or die;
        my $flag = substr $all, index($all, "badflag") + 7, 512;
        my $head = rindex $all, "AFF\0", $at;
        my $data = $head + 16 + unpack "N", substr $all, $head + 4, 4;
        if ($what eq "head") { substr $all, $head, 1, "B" }
        elsif ($what eq "byte") { substr $all, $at, 1, chr(1 ^ ord substr $all, $at, 1) }
        else { substr $all, $at - ($at - $data) % 512, 512, $flag }
        open my $out, ">:raw", $to or die; print $out $all; close $out or die' "$@"
}
spoil whole.aff 5 head head.aff
scan head.aff >"$folder/io/scan"
is 'the head of a page: status' "$(told)" 'malformed damaged or cut off'
is 'the head of a page: the other files' "$(which)" 1234678
lacks 'the head of a page' 65536
spoil whole.aff 5 byte byte.aff
scan byte.aff >"$folder/io/scan"
is 'a byte in a page: status' "$(told)" 'malformed its stored digest does not fit'
is 'a byte in a page: the other files' "$(which)" 1234678
spoil whole.aff 5 mark mark.aff
scan mark.aff >"$folder/io/scan"
is 'a sector that was not read: status' "$(told)" 'unreadable sectors that were not read when it was made'
is 'a sector that was not read: the other files' "$(which)" 1234678
lacks 'a sector that was not read' 512
head -c $(($(stat -c %s whole.aff) / 2)) whole.aff >half.aff
scan half.aff >"$folder/io/scan"
is 'cut off: status' "$(told | cut -d' ' -f1)" malformed
affconvert -q -o packed.aff raw
head -c $(($(stat -c %s packed.aff) - 100)) packed.aff >short.aff
scan short.aff >"$folder/io/scan"
is 'cut off behind its pages: status' "$(told)" 'malformed damaged or cut off'
is 'cut off behind its pages: the files' "$(which)" 12345678

AFFLIB_PASSPHRASE=secret affconvert -q -o sealed.aff raw
scan sealed.aff >"$folder/io/scan"
is 'encrypted: status' "$(told)" 'encrypted encrypted'

mkdir several
affconvert -q -M2m -o several/one.afd raw >/dev/null
affconvert -q -o several/two.afm raw >/dev/null
scan several >"$folder/io/scan"
is 'in several files: status' "$(told | sort | uniq -c | sed 's/^ *//; s/ *$//')" "1 clear
$(($(find several/one.afd -type f | wc -l) + 1)) unsupported an image that needs another one"
is 'the raw one among them is read' "$(which)" 12345678

finish
