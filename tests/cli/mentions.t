#!/bin/bash
# mentions: listed digests that stand in files as text are told, apart from matches, wherever the bytes lie.
. "$(dirname "$0")/lib.sh"
. "$here/images.sh"

for n in one two three four; do printf 'known %s\n' "$n" >"known.$n"; done
printf 'known good\n' >good
md5=$(md5sum <known.one | cut -d' ' -f1) sha1=$(sha1sum <known.two | cut -d' ' -f1)
sha256=$(sha256sum <known.three | cut -d' ' -f1) good=$(sha256sum <good | cut -d' ' -f1)
echo "$md5" >md5.list; echo "$sha1" >sha1.list; echo "$sha256" >sha256.list; echo "$good" >good.list
printf 'names %s of none\n' "$sha256" >both
sha256sum <both | cut -d' ' -f1 >>sha256.list
build() { tutela set build --reproducible --as "$1" --list "$2" -o "$3" "$4" 2>/dev/null; }
build known-bad m md5.tset md5.list; build known-bad s sha1.tset sha1.list
build known-bad t sha256.tset sha256.list; build known-good g good.tset good.list
sets='--set md5.tset --set sha1.tset --set sha256.tset --set good.tset'
# shellcheck disable=SC2086
look() { tutela scan $sets --reproducible --format json "$@" 2>/dev/null; }
told() { perl -MJSON::PP -ne '$r = decode_json($_); next if $r->{type} ne "mention"; my ($k) = keys %{$r->{digests}};
    print join(" :: ", @{$r->{chain}}), " $k $r->{digests}{$k} $r->{offset} $r->{mentions} $r->{matches}[0]{list}\n"'; }
sum() { perl -MJSON::PP -ne '$r = decode_json($_); next if $r->{type} ne "summary";
    print join(" ", map { $r->{$_} // 0 } qw(items matches mentions exit)), "\n"'; }

mkdir t
{ echo "magnet: $md5"; echo "${sha1^^} and again ${sha1}"; echo "x${sha256}x"; } >t/text
printf 'a %s %s' "$sha256" "$md5" | iconv -t UTF-16LE >t/le
printf 'ab%s' "g$sha1" | iconv -t UTF-16BE >t/be
want() { sort <<END
t/text md5 $md5 8 1 m
t/text sha1 $sha1 41 2 s
t/text sha256 $sha256 $((41 + 40 + 11 + 40 + 2)) 1 t
t/le sha256 $sha256 4 1 t
t/le md5 $md5 $((4 + 128 + 2)) 1 m
t/be sha1 $sha1 7 1 s
END
}
is 'text and UTF-16' "$(look --mentions t | told | sort)" "$(want)"
is 'counted apart, and no match' "$(look --mentions t | sum)" '3 0 6 0'
is 'not asked for: nothing' "$(look t | told)" ''
is 'nor counted' "$(look t | sum)" '3 0 0 0'
look --mentions t -j 1 >one
look --mentions t -j 4 >four
ok 'threads: the same report' cmp one four

mkdir none
for n in 31 33 39 41 63 65; do printf '%s' "$md5$sha256$sha1" | cut -c1-$n >none/$n; done
printf '0%s ' "$md5" "$sha1" "$sha256" >none/more
printf '%s ' "${md5%?}" "${sha1%?}" "${sha256%?}" >none/less
printf '%s ' "$good" >none/good
is 'other digits, and what is known to be good: none' "$(look --mentions none | told)" ''
is 'in an inventory either' "$(look --mentions --inventory none | told)" ''

is 'a match that mentions' "$(look --mentions both | told)" "both sha256 $sha256 6 1 t"
is 'is a match once' "$(look --mentions both | sum)" '1 1 1 1'
is 'the match first' "$(look --mentions both | grep -o '"type":"[a-z]*"' | tr '\n' ' ')" '"type":"run" "type":"match" "type":"mention" "type":"summary" '
ln both hard
is 'each name of a file' "$(look --mentions both hard | told | cut -d' ' -f1 | tr '\n' ' ')" 'both hard '
rm hard

# ---- In containers -----------------------------------------------------------------------------

(cd t && bsdtar --format zip --options zip:compression=deflate -cf ../in.zip text le ../both && cd .. && bsdtar -cf out.tar in.zip known.one)
want='out.tar :: in.zip :: ../both'
is 'in a zip in a tar' "$(look --mentions out.tar | told | grep -c '^out.tar :: in.zip :: ')" 6
is 'with a match before them, each once' "$(look --mentions out.tar | told | sort | uniq -d)" ''
is 'their place is in the member' "$(look --mentions out.tar | told | grep -F "$want")" "$want sha256 $sha256 6 1 t"
is 'the summary' "$(look --mentions out.tar | sum)" '6 2 6 1'
look --mentions -j 1 out.tar in.zip >one
look --mentions -j 4 out.tar in.zip >four
ok 'threads in containers: the same report' cmp one four
printf 'From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhello\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=x.txt\nContent-Transfer-Encoding: base64\n\n%s\n--b--\n' \
    "$(base64 -w60 t/text)" >a.eml
is 'in mail' "$(look --mentions a.eml | told | grep -c 'x.txt ')" 3
is 'only what is selected' "$(look --mentions --only image t | told)" ''
is 'not opened: the file alone' "$(look --mentions --flat in.zip | told)" ''

is 'a stream' "$(look --mentions - <t/text | told | cut -d' ' -f1-4)" "- md5 $md5 8
- sha1 $sha1 41
- sha256 $sha256 134"
is 'a container as a stream' "$(look --mentions - <out.tar | told | wc -l)" 6
is 'and its sum' "$(look --mentions - <out.tar | sum)" '6 2 6 1'

# ---- Too many ----------------------------------------------------------------------------------

perl -e 'printf "%032x\n", $_ for 1 .. 100000' >many
sed "5c$md5" many >early
sed "99999c$md5" many >late
is 'a list of digests: what stands first is told' "$(look --mentions early | told)" "early md5 $md5 132 1 m"
is 'what stands far behind is not' "$(look --mentions late | told)" ''
is 'which the file says' "$(look --mentions late early | grep -o '"status":"limit","reason":"more digests mentioned than the limit"' | wc -l)" 2
is 'and the run' "$(look --mentions late | sum)" '1 0 0 3'
bsdtar -cf early.tar early
is 'in a container likewise' "$(look --mentions early.tar | told)" "early.tar md5 $md5 644 1 m
early.tar :: early md5 $md5 132 1 m"
is 'it says so' "$(look --mentions early.tar | grep -c 'more digests mentioned than the limit')" 2
perl -e 'printf "%032x\n", $_ % 65535 for 1 .. 200000' >same
echo "$md5" >>same
is 'the same ones again are not too many' "$(look --mentions same | told)" "same md5 $md5 6600000 1 m"

# ---- Free space --------------------------------------------------------------------------------

mkdir disk && cp t/le disk/le && noise 100000 3 >disk/noise
fs_fat16 fat.img disk
size=$(stat -c%s fat.img)
printf 'chat: %s\n' "$sha256" | dd of=fat.img bs=1 seek=$((size - 300000)) conv=notrunc status=none
printf '%s' "$md5" | iconv -t UTF-16LE | dd of=fat.img bs=1 seek=$((size - 200001)) conv=notrunc status=none
free="fat.img :: carved sha256 $sha256 $((size - 300000 + 6)) 1 t
fat.img :: carved md5 $md5 $((size - 200001)) 1 m"
is 'free space, with --carve alone' "$(look --carve fat.img | told)" "$free"
is 'files of a disk and its free space' "$(look --carve --mentions fat.img | told | grep ' :: ')" "$free
fat.img :: le sha256 $sha256 4 1 t
fat.img :: le md5 $md5 134 1 m"
is 'without --carve not its free space' "$(look --mentions fat.img | told | grep -c ' :: carved ')" 0
bsdtar -czf fat.tgz fat.img
is 'of a disk in a container' "$(look --carve fat.tgz | told)" "$(sed "s/^/fat.tgz :: 1 :: /" <<<"$free")"

# ---- Reports -----------------------------------------------------------------------------------

# shellcheck disable=SC2086
report() { tutela scan $sets --reproducible --mentions "$@" both 2>/dev/null; }
report --html r.html >r.txt
report --csv >r.csv
is 'text: a word of its own' "$(grep -c '^mention         *both$' r.txt)" 1
ok 'text: which and where' grep -qF "sha256 $sha256 as text, at byte 6" r.txt
ok 'text: the sum' grep -q '^  mention .* 1  listed digests' r.txt
is 'CSV: its tier' "$(cut -d, -f1,28- r.csv | tr -d '\r' | tail -2)" 'match,file,,
mention,mention,6,1'
ok 'HTML: a table' grep -q 'id="mentions"' r.html
look --mentions both early >r.json
is 'an earlier report with mentions is read' "$(look --mentions --resume r.json | told)" "early md5 $md5 132 1 m"
finish
