#!/bin/bash
# delta: sets updated, compacted and compared; bases that are missing, changed or written over.
. "$(dirname "$0")/lib.sh"

digest() { printf 'file %s' "$1" | "$2sum" | cut -d' ' -f1; }
both() { echo md5,sha1; for i in "$@"; do echo "$(digest "$i" md5),$(digest "$i" sha1)"; done; }
both 1 2 3 4 5 >base.csv
both 6 7 >added.csv
digest 2 sha1 >withdrawn.list
digest 4 md5 >>withdrawn.list
digest 99 md5 >>withdrawn.list
mkdir tree
for i in 1 2 3 4 5 6 7 8; do printf 'file %s' $i >tree/$i; done
found() { tutela scan --json --set "$1" tree 2>/dev/null | jq -r 'select(.type == "match") | .chain[0]' | cut -d/ -f2 | tr -d '\n'; }

tutela set build --reproducible --as known-bad --list hotline --list-version 1 -o base.tset base.csv 2>/dev/null
cp base.tset base.copy
run update 'tutela set update --reproducible base.tset -o one.tset --list-version 2 --add added.csv --remove withdrawn.list'
ok 'the base is as it was' cmp base.tset base.copy
is 'the base finds what it did' "$(found base.tset)" 12345
is 'the update finds what it should' "$(found one.tset)" 13567
ok 'the update is small' test "$(stat -c %s one.tset)" -lt 100000
run info 'tutela set info one.tset'
run info-json 'tutela set info --json one.tset'
ok 'the JSON is JSON' sh -c 'tutela set info --json one.tset | jq -e "select(.layers == 2) | .bases[0] == \"base.tset\""'
run check 'tutela set check one.tset'
mkdir later
digest 2 md5 >back.list
run again 'tutela set update --reproducible one.tset -o later/two.tset --add back.list --add added.csv --list-version 2'
is 'an update of an update' "$(found later/two.tset)" 123567
run info-again 'tutela set info later/two.tset'
run nothing-new 'tutela set update --reproducible later/two.tset -o three.tset --add back.list --list-version 2'
is 'an update that changes nothing answers as its base' "$(found three.tset)" 123567

run diff 'tutela set diff base.tset later/two.tset'
run diff-json 'tutela set diff --json base.tset later/two.tset'
ok 'the difference is JSON' sh -c 'tutela set diff --json base.tset one.tset | jq -e .digests.md5.both'
run diff-same 'tutela set diff one.tset one.tset'
tutela set build --unsealed --reproducible --as known-bad -o open.tset base.csv 2>/dev/null
run diff-unlike 'tutela set diff base.tset open.tset'

run compact 'tutela set compact --reproducible three.tset -o whole.tset'
is 'the compacted set answers the same' "$(found whole.tset)" 123567
run compact-info 'tutela set info whole.tset'
run compact-diff 'tutela set diff whole.tset three.tset'
both 1 3 5 >rows-1.csv
tutela set build --reproducible --as known-bad --list hotline --list-version 1 -o rows-1.tset rows-1.csv 2>/dev/null
tutela set update --reproducible rows-1.tset -o rows-2.tset --list-version 2 --add added.csv --add back.list 2>/dev/null
tutela set compact --reproducible rows-2.tset -o rows.tset 2>/dev/null
ok 'the same rows on another way give the same bytes' cmp rows.tset whole.tset
both 1 3 5 6 7 >final.csv
tutela set update --reproducible base.tset -o version-1.tset --add added.csv --remove withdrawn.list 2>/dev/null
tutela set compact --reproducible version-1.tset -o version-1.tset 2>/dev/null
tutela set build --reproducible --as known-bad --list hotline --list-version 1 -o final.tset final.csv 2>/dev/null
ok 'compacted over itself, and the very set its rows make' cmp final.tset version-1.tset
for n in '' --unsealed; do
    tutela set build $n --reproducible --as known-good --list g -o g.tset base.csv 2>/dev/null
    tutela set update --reproducible g.tset -o g2.tset --remove withdrawn.list 2>/dev/null
    ok "the digest of a removed row is nowhere (${n:-sealed})" sh -c \
        '! xxd -p g2.tset | tr -d "\n" | grep -qf withdrawn.list'
done

# Look-ups and counts of the whole.
lookup() { tutela set lookup --json one.tset "$@" | jq -c '[.matches[]?.version]'; }
is 'a removed digest is not found' "$(lookup "$(digest 2 sha1)")" '[]'
is 'one of the base is' "$(lookup "$(digest 3 sha1)")" '["1"]'
is 'one that was added is' "$(lookup "$(digest 6 md5)")" '["2"]'
{ echo md5,category; for i in 1 2 3 4 5; do echo "$(digest $i md5),$((i % 2 + 1))"; done; } >kinds.csv
{ echo md5,category; echo "$(digest 6 md5),3"; echo "$(digest 7 md5),1"; } >more.csv
tutela set build --reproducible --as known-bad --list k -o kinds.tset kinds.csv 2>/dev/null
tutela set update --reproducible kinds.tset -o kinds-2.tset --add more.csv --remove withdrawn.list 2>/dev/null
kinds() { tutela set info --json "$1" | jq -c '[.lists[].categories[] | [.category.value, .entries]]'; }
is 'categories are those of the whole' "$(kinds kinds-2.tset)" '[["1",2],["2",3],["3",1]]'
run info-kinds 'tutela set info kinds-2.tset'
tutela set compact --reproducible kinds-2.tset -o kinds-3.tset 2>/dev/null
is 'and of the compacted set' "$(kinds kinds-3.tset)" "$(kinds kinds-2.tset)"
run against 'tutela set build --as known-good --list g --reproducible --against kinds-2.tset -o g.tset kinds.csv'

# Signatures and expiry.
tutela set keygen --signing a.sign 2>/dev/null
tutela set update base.tset -o ends.tset --expires 2099-01-01 --add added.csv 2>/dev/null
is 'an update ends when it is told to' "$(tutela set info --json ends.tset | jq -r .expires)" 2099-01-01T00:00:00Z
run expires-past 'tutela set update base.tset -o x.tset --expires 2001-01-01 --add added.csv'
tutela set compact ends.tset -o ends-one.tset 2>/dev/null
is 'what is compacted too' "$(tutela set info --json ends-one.tset | jq -r .expires)" 2099-01-01T00:00:00Z
run unsigned 'tutela set compact --require-signature a.sign.pub ends.tset -o x.tset'
run unsigned-base 'tutela set update --require-signature a.sign.pub base.tset -o x.tset --add added.csv'
run unsigned-diff 'tutela set diff --require-signature a.sign.pub base.tset ends.tset'
tutela set sign --signing-key a.sign ends.tset 2>/dev/null
ok 'a signature is for the whole' tutela set check --require-signature a.sign.pub ends.tset
is 'a signed set of layers finds what it did' "$(found ends.tset)" 1234567
ok 'it is compacted' tutela set compact --require-signature a.sign.pub ends.tset -o ends-one.tset
is 'and then not signed' "$(tutela set info --json ends-one.tset | jq -r .signed)" null

# To sign a base does not make it another; to let it end does.
cp base.tset signed.tset
tutela set update signed.tset -o on-signed.tset --add added.csv 2>/dev/null
tutela set sign --signing-key a.sign signed.tset 2>/dev/null
ok 'a base may be signed afterwards' tutela set check on-signed.tset
tutela set sign --signing-key a.sign --expires 2099-01-01 signed.tset 2>/dev/null
run base-ends 'tutela set check on-signed.tset'

# What is refused, and what it says.
run no-output 'tutela set update base.tset --add added.csv'
run no-lists 'tutela set update base.tset -o x.tset'
run over-base 'tutela set update base.tset -o base.tset --add added.csv'
run over-layer 'tutela set update later/two.tset -o base.tset --add added.csv'
run compact-over-layer 'tutela set compact later/two.tset -o base.tset'
run compact-no-output 'tutela set compact base.tset'
ok 'the base is as it was still' cmp base.tset base.copy
run over-input 'tutela set update base.tset -o added.csv --add added.csv'
run unusable 'tutela set update base.tset -o x.tset --add /dev/null'
printf 'zz\nzz\n' >hopeless.list
run hopeless 'tutela set update base.tset -o x.tset --remove hopeless.list'
run missing-list 'tutela set update base.tset -o x.tset --add nowhere.list'
run no-such-list 'tutela set update base.tset -o x.tset --list other --remove withdrawn.list'
run new-list 'tutela set update base.tset -o x.tset --list other --add added.csv'
run other-polarity 'tutela set update base.tset -o x.tset --as known-good --add added.csv'
ok 'none of these left a set' test ! -e x.tset
run new-list-as 'tutela set update --reproducible base.tset -o x.tset --list other --as known-good --add base.csv'
is 'two lists, one digest' "$(tutela set info --json x.tset | jq -c '[.lists[].entries]')" '[5,5]'
run several-lists 'tutela set update x.tset -o y.tset --remove withdrawn.list'
run one-of-several 'tutela set update --reproducible x.tset -o y.tset --list other --remove withdrawn.list'
is 'the other list keeps its entries' "$(tutela set info --json y.tset | jq -c '[.lists[].entries]')" '[5,3]'

# What lists held is told as 'set build' tells it.
{
    echo 'md5,sha1,category,id,size,updated,PhotoDNA'
    echo "$(digest 20 md5),$(digest 20 sha1),1,entry-20,6,2024-01-02,AAAA"
    echo "$(digest 20 md5),$(digest 20 sha1),2,entry-20,6,2024-13-02,"
    echo "$(digest 21 md5),,1,entry-21,,,AAAA"
    echo "$(digest 22 md5)00,,2,entry-22,8,,"
    echo "not a digest,,2,entry-23,9,,"
} >faulty.csv
{ echo 'md5,PhotoDNA'; echo "$(digest 3 md5),AAAA"; echo 'zz,'; echo "$(digest 98 md5),"; } >gone.csv
{ digest 20 md5; digest 21 md5; digest 3 md5; } >system.md5
tutela set build --reproducible --as known-good --list system -o system.tset system.md5 2>/dev/null
run lint 'tutela set update --reproducible base.tset -o told.tset --against system.tset --add faulty.csv --remove gone.csv'
run lint-json 'tutela set update --reproducible --json base.tset -o told.tset --against system.tset --add faulty.csv --remove gone.csv 2>/dev/null'
cp "$folder/io/raw.out" update.jsonl
is 'every line is a JSON record' "$(perl -MJSON::PP -ne 'print decode_json($_)->{type}, " "' update.jsonl)" 'reject reject reject update '
told() { jq -c "select(.type == \"update\") | $1" update.jsonl; }
is 'rows add up' "$(told '.rows == .accepted + .duplicates + .rejects + .to_remove')" true
is 'what changed' "$(told '[.added, .removed, .not_found, .layers, .all_entries]')" '[3,1,1,2,7]'
is 'what an input is for' "$(told '[.inputs[] | [.input, .use, .rows]]')" '[["gone.csv","remove",3],["faulty.csv","add",5]]'
is 'what cannot be matched' "$(told '[.inputs[].noted.PhotoDNA]')" '[1,2]'
run lint-removal 'tutela set update --reproducible --json base.tset -o removed.tset --remove withdrawn.list'
run against-same-kind 'tutela set update --reproducible base.tset -o again.tset --against kinds.tset --add added.csv'
run against-nothing 'tutela set update base.tset -o x.tset --against system.tset --remove withdrawn.list'
run against-output 'tutela set update base.tset -o system.tset --against system.tset --add added.csv'

# Nothing may take the place of a file that a set still needs.
tutela set update --reproducible one.tset -o top.tset --add back.list 2>/dev/null
cp base.tset base.copy
cp one.tset one.copy
ln one.tset hard.tset
ln -s base.tset soft.tset
run over-a-layer 'tutela set build --as known-good --against top.tset -o base.tset system.md5'
run over-a-layer-link 'tutela set build --as known-good --against top.tset -o ./soft.tset system.md5'
run over-a-layer-hard 'tutela set update system.tset --against top.tset -o hard.tset --add added.csv'
run over-the-whole 'tutela set build --as known-good --against top.tset -o top.tset system.md5'
tutela set keygen --signing layers.sign 2>/dev/null
run sign-over-a-layer 'tutela set sign --signing-key layers.sign top.tset -o base.tset'
run sign-over-the-next 'tutela set sign --signing-key layers.sign top.tset -o one.tset'
run report-over-a-layer 'tutela scan --set top.tset -o base.tset tree'
run html-over-a-layer 'tutela scan --set top.tset --html one.tset tree'
ok 'the layers are as they were' sh -c 'cmp base.tset base.copy && cmp one.tset one.copy'
ok 'and so is the set' tutela set check top.tset
ok 'a set is signed in its place' tutela set sign --signing-key layers.sign top.tset
mv base.tset away.tset
ok 'to sign takes no base' tutela set sign --signing-key layers.sign top.tset -o signed.tset
mv away.tset base.tset
rm hard.tset soft.tset

# A set of layers beside one of them: what was removed would be found after all.
run with-its-base 'tutela scan --set base.tset --set top.tset tree'
run with-its-base-after 'tutela scan --set top.tset --set one.tset tree'
cp base.tset same.tset
run with-its-copy 'tutela scan --set base.tset --set same.tset tree'
run set-twice 'tutela scan --set base.tset -j2 --set ./base.tset tree'
run against-twice 'tutela set build --as known-good --against top.tset --against ./top.tset -o x.tset system.md5'
run against-its-base 'tutela set build --as known-good --against top.tset --against base.tset -o x.tset system.md5'

cp told.tset told.copy
run strict 'tutela set update --strict base.tset -o told.tset --add faulty.csv'
run strict-removal 'tutela set update --strict base.tset -o told.tset --remove gone.csv'
run strict-json 'tutela set update --strict --json base.tset -o told.tset --add faulty.csv 2>/dev/null'
ok 'strict leaves the old set' cmp told.tset told.copy
ok 'strict makes no new one' sh -c '! tutela set update --strict base.tset -o new.tset --add faulty.csv 2>/dev/null; test ! -e new.tset'
{ echo md5; echo zz; } >none.csv
run strict-none 'tutela set update --strict base.tset -o told.tset --add none.csv'
run none 'tutela set update base.tset -o told.tset --add none.csv'
ok 'the old set is still there' cmp told.tset told.copy
ok 'strict writes when all is well' tutela set update --strict base.tset -o new.tset --add added.csv
is 'nothing is left behind' "$(find . -name '.*' -type f; ls | grep tutela-new)" ''
secrets=$(tail -qn +2 faulty.csv gone.csv | tr , '\n' | cat - system.md5 | grep -E '^([0-9a-f]{32,}|entry-.*)$')
is 'no digest and no entry id is ever told' "$(cat update.jsonl "$folder"/io/* | grep -cF "$secrets")" 0

# A failed update leaves what was there; so does one that is killed.
cp one.tset one.copy
run refused-again 'tutela set update base.tset -o one.tset --add hopeless.list'
ok 'a failed update leaves the old set whole' cmp one.tset one.copy
mkfifo pipe
tutela set update base.tset -o one.tset --add pipe 2>/dev/null &
child=$!
sleep 0.3
kill -9 $child
wait $child 2>/dev/null
ok 'a killed update leaves the old set whole' cmp one.tset one.copy

mv base.tset gone.tset
run base-missing 'tutela scan --set one.tset tree'
run base-missing-twice 'tutela set info later/two.tset'
cp final.tset base.tset
run base-changed 'tutela set check one.tset'
mv gone.tset base.tset
ok 'with its base back it is good again' tutela set check one.tset later/two.tset
tutela set keygen other.key 2>/dev/null
run other-key 'tutela set info --key other.key one.tset'
ln -s later/two.tset current.tset
ok 'a link to a set finds its base' tutela set check current.tset
size=$(stat -c %s base.tset)
printf '\377' | dd of=base.tset bs=1 seek=$((size - 1)) conv=notrunc status=none
run base-damaged 'tutela set check one.tset'

finish
