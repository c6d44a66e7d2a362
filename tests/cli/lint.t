#!/bin/bash
# lint: what `set build` says of its lists: to people, to programs, and by its exit status.
. "$(dirname "$0")/lib.sh"

md5() { printf %s "$1" | md5sum | cut -d' ' -f1; }
sha1() { printf %s "$1" | sha1sum | cut -d' ' -f1; }
zero=$(printf '%040d' 0)

# Conflicts, repetition, an odd date, a void digest beside a sound one, an odd size, bad rows.
{
    echo 'md5,sha1,category,id,size,updated,PhotoDNA'
    for i in 1 2 3; do
        echo "$(md5 $i),$(sha1 $i),1,entry-$i,$i,2024-01-02,AAAA"
        echo "$(md5 $i),$(sha1 $i),2,entry-$i,$i,2024-13-02,"
    done
    echo "$(md5 4),,1,id-four,4,,"
    echo "$(md5 4),,3,id-four,4,,"
    echo "$(md5 5),,1,id-five,5,,"
    echo "$(md5 5),,1,id-again,,,"
    echo "$(md5 5),,1,id-again,,,"
    echo "$(md5 6),$zero,2,id-six,0,,"
    echo "$(md5 7),,2,id-seven,many,,"
    echo "$(md5 8)00,,2,id-eight,8,,"
    echo "not a digest,,2,id-nine,9,,"
} >hotline.csv
{ md5 1; md5 3; md5 5; md5 system; } >system.md5
{ echo "$(md5 4)"; echo "$(md5 20)"; } >second.md5
sha1 clean >clean.list
tutela set build --reproducible --as known-good --list system --list-version 7 -o system.tset \
    system.md5 2>/dev/null

run people 'tutela set build --reproducible --as known-bad --list "hotline A" --list-version 9 --against system.tset -o a.tset hotline.csv'
run json 'tutela set build --reproducible --as known-bad --json --against system.tset -o a.tset hotline.csv second.md5 2>/dev/null'
cp "$folder/io/raw.out" build.jsonl
run two 'tutela set build --reproducible --as known-bad -o two.tset hotline.csv second.md5'
run clean 'tutela set build --reproducible --as known-bad -o clean.tset clean.list'
run clean-json 'tutela set build --reproducible --as known-bad --json -o clean.tset clean.list 2>/dev/null'
run good 'tutela set build --reproducible --as known-good --against a.tset -o good.tset system.md5'
run no-overlap 'tutela set build --reproducible --as known-bad --against system.tset -o clean.tset clean.list'

# What programs read.
build() { jq -r "select(.type == \"build\") | $1" build.jsonl; }
ok 'every line is a JSON record' jq -e .type build.jsonl
is 'a record for each rejected row' "$(jq -r 'select(.type == "reject") | "\(.input) \(.line) \(.reason)"' build.jsonl)" \
    'hotline.csv 14 size
hotline.csv 15 width
hotline.csv 16 hex'
is 'rejected by reason' "$(build '.rejected | tojson')" '{"width":1,"hex":1,"size":1}'
is 'rows add up' "$(build '.rows == .accepted + .duplicates + .rejects')" true
is 'entries add up' "$(build '([.entries[]] | add) == .accepted')" true
is 'rows of the inputs add up' "$(build '([.inputs[].rows] | add) == .rows')" true
is 'conflicts' "$(build '.conflicts[] | "\(.list) \(.categories[0].value) \(.categories[1].value) \(.digests.md5) \(.digests.sha1)"')" \
    'hotline.csv 1 2 3 3
hotline.csv 1 3 1 0'
is 'conflicting digests' "$(build '.conflicting | tojson')" '{"md5":4,"sha1":3,"sha256":0,"sha512":0}'
is 'repeated' "$(build .repeated.md5)" 1
is 'shared' "$(build .shared.md5)" 1
is 'the overlap' "$(build '.overlaps[] | "\(.input) \(.set) \(.list) \(.version) \(.polarity) \(.rows) \(.digests.md5)"')" \
    'hotline.csv system.tset system 7 known-good 7 7'
is 'what was noted' "$(build '.inputs[0].noted | tojson')" \
    "$(jq -cn '{"PhotoDNA":3,"date that cannot be read":3,"all-zero digest beside others":1,"size 0, taken as unknown":1}')"
is 'formats' "$(build '[.inputs[].format] | join(", ")')" 'CSV, plain list'

# Strict: any rejected row, and nothing is written.
cp a.tset old.tset
run strict 'tutela set build --as known-bad --strict -o a.tset hotline.csv'
ok 'strict leaves the old set' cmp a.tset old.tset
run strict-json 'tutela set build --as known-bad --strict --json -o a.tset hotline.csv 2>/dev/null'
ok 'strict leaves the old set, again' cmp a.tset old.tset
run strict-new 'tutela set build --as known-bad --strict -o new.tset hotline.csv >/dev/null 2>&1'
ok 'strict makes no new one' test ! -e new.tset
md5sum </dev/null | cut -d' ' -f1 >void.list
run strict-void 'tutela set build --as known-bad --strict -o new.tset void.list'
run strict-clean 'tutela set build --as known-bad --reproducible --strict -o a.tset clean.list'
ok 'strict writes when all is well' cmp a.tset clean.tset
ok 'nothing is left behind' test -z "$(find . -name '.*' -type f)"

# Sets to hold lists against: of any key, of the same kind, missing, damaged, the output.
tutela set keygen other.key 2>/dev/null
tutela set build --reproducible --as known-good --key other.key -o other.tset system.md5 2>/dev/null
tutela set build --reproducible --as known-good --unsealed -o open.tset system.md5 2>/dev/null
run against-open 'tutela set build --reproducible --as known-bad --against open.tset --against system.tset -o b.tset second.md5 hotline.csv 2>&1 | sed -n "/^overlap/,/^rejected/p"'
run against-key 'tutela set build --reproducible --as known-bad --key other.key --against other.tset -o b.tset hotline.csv 2>&1 | sed -n "/^overlap/,/^rejected/p"'
run against-wrong-key 'tutela set build --as known-bad --against other.tset -o c.tset hotline.csv'
run against-same-kind 'tutela set build --reproducible --as known-good --against system.tset -o c.tset clean.list'
run against-missing 'tutela set build --as known-bad --against nowhere.tset -o d.tset hotline.csv'
run against-list 'tutela set build --as known-bad --against system.md5 -o d.tset hotline.csv'
run against-output 'tutela set build --as known-bad --against system.tset -o system.tset hotline.csv'
ok 'nothing is written without them' test ! -e d.tset
tutela set build --reproducible --as known-bad --list 'hotline A' --list-version 9 -o plain.tset \
    hotline.csv 2>/dev/null
run again 'tutela set build --reproducible --as known-bad --list "hotline A" --list-version 9 --against system.tset -o told.tset hotline.csv >/dev/null 2>&1'
ok 'a warning changes nothing in the set' cmp plain.tset told.tset

# Sealed or not, the report is the same.
tutela set build --as known-bad --json -o sealed.tset hotline.csv second.md5 2>/dev/null | sed 's/sealed.tset/x/' >sealed.json
tutela set build --as known-bad --json --unsealed -o x hotline.csv second.md5 2>/dev/null >open.json
ok 'the report is the same without a seal' cmp sealed.json open.json

# Many of everything: bounded, and the rest counted.
for ((i = 0; i < 40; i++)); do
    printf '%032x,c%d,\n%032x,d%d,\n' $((i + 1)) "$i" $((i + 1)) "$i"
done | sed '1i md5,category,id' >pairs.csv
run many-pairs 'tutela set build --reproducible --as known-bad -o p.tset pairs.csv'
is 'programs get all pairs' "$(tutela set build --as known-bad --json -o p.tset pairs.csv 2>/dev/null | jq '.conflict_pairs == 40 and (.conflicts | length) == 40')" true
for ((i = 0; i < 1100; i++)); do
    printf '%032x,c%d,\n%032x,d%d,\n' $((i + 1)) "$i" $((i + 1)) "$i"
done | sed '1i md5,category,id' >pairs.csv
is 'or the first thousand' "$(tutela set build --as known-bad --json -o p.tset pairs.csv 2>/dev/null | jq -c '[.conflict_pairs, .conflicting.md5, (.conflicts | length)]')" '[1100,1100,1000]'
{ sha1 x; seq -f 'zz %.0f' 12000; } >bad.list
is 'ten thousand records of rejected rows' \
    "$(tutela set build --as known-bad --json -o p.tset bad.list 2>/dev/null | jq -s -c '[(map(select(.type == "reject")) | length), .[-1].rejects, .[-1].reject_records]')" \
    '[10000,12000,10000]'
ok 'a full disk under the records is exit 5' sh -c 'tutela set build --as known-bad --json -o p.tset bad.list >/dev/full 2>/dev/null; test $? = 5'

# Nothing that is a list's own secret is in any of it.
secrets=$({ cut -d, -f1,2,4 hotline.csv | tail -n +2 | tr , '\n'; cat system.md5 second.md5 clean.list; } | grep -v "^$zero$" | sort -u | grep .)
is 'no digest and no entry id is ever told' \
    "$(cat "$golden".*.out "$golden".*.err build.jsonl sealed.json "$folder"/io/* | grep -cF "$secrets")" 0

finish
