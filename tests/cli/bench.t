#!/bin/bash
# bench: bench/compare tells what changed from noise, and bench/counts more instructions from as many,
# on figures made up here.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit 0; }

# A file of figures: name of the file, then rows "work unit better q1 median q3 runs".
figures() {
    local file=$1 row rows=''
    shift
    for row in "$@"; do
        # shellcheck disable=SC2086  # the row's words
        set -- $row
        rows="$rows${rows:+,}"$(printf '{"group":"small","work":"%s","tool":"tutela","what":"wall",
            "unit":"%s","better":"%s","q1":%s,"median":%s,"q3":%s,"runs":%s}' "$@")
    done
    printf '{"program":"run","machine":{"cpu":"%s"},"options":{},"rows":[%s]}\n' \
        "${cpu:-one}" "$rows" >"$file"
}

compare() { "$root/bench/compare" "$@" >"$folder/io/said" 2>&1; }
# The last column of the row whose work is named.
word_of() { awk -F ' *[|] *' -v work="$1" '$3 == work { print $(NF - 1) }' "$folder/io/said"; }

figures a.json 'equal s lower 0.9 1.0 1.1 5' 'faster s lower 0.98 1.0 1.02 5' \
    'slower s lower 0.98 1.0 1.02 5' 'rate-up M/s higher 9.8 10 10.2 5' \
    'rate-down M/s higher 9.8 10 10.2 5' 'noisy s lower 0.8 1.0 1.3 5' \
    'touching s lower 0.95 1.0 1.1 5' 'wide s lower 0.7 1.0 1.02 5' 'once s lower 1 1 1 1' \
    'gone s lower 0.9 1.0 1.1 5'
figures b.json 'equal s lower 0.9 1.0 1.1 5' 'faster s lower 0.48 0.5 0.51 5' \
    'slower s lower 1.48 1.5 1.55 5' 'rate-up M/s higher 19.8 20 20.2 5' \
    'rate-down M/s higher 4.9 5 5.1 5' 'noisy s lower 0.9 1.2 1.6 5' \
    'touching s lower 1.1 1.2 1.25 5' 'wide s lower 1.05 1.1 1.15 5' 'once s lower 3 3 3 1' \
    'new s lower 0.9 1.0 1.1 5'

ok 'two files are compared' compare a.json b.json
is 'equal figures are noise' "$(word_of equal)" noise
is 'half the time is better' "$(word_of faster)" better
is 'half as much again is worse' "$(word_of slower)" WORSE
is 'a higher rate is better' "$(word_of rate-up)" better
is 'a lower rate is worse' "$(word_of rate-down)" WORSE
is 'middle halves that overlap are noise' "$(word_of noisy)" noise
is 'middle halves that touch are noise' "$(word_of touching)" noise
is 'less than the wider middle half is noise' "$(word_of wide)" noise
is 'one run has no spread' "$(word_of once)" 'too few runs'
is 'a row of A alone' "$(word_of gone)" 'only in A'
is 'a row of B alone' "$(word_of new)" 'only in B'
is 'they are counted' "$(tail -n 1 "$folder/io/said")" \
    '4 noise, 2 better, 2 WORSE, 1 too few runs, 1 only in A, 1 only in B'
ok 'the ratio is of B to A' grep -q '| 0\.500 |' "$folder/io/said"
compare b.json a.json
is 'the other way round is worse' "$(word_of faster)" WORSE
compare a.json a.json
is 'a file and itself are noise' "$(word_of faster)$(word_of rate-up)" noisenoise

is 'the same machine is not mentioned' "$(grep -c differ "$folder/io/said")" 0
cpu=other figures c.json 'equal s lower 0.9 1.0 1.1 5'
ok 'another machine' compare a.json c.json
ok 'is said to be one' grep -q '^The machines differ in cpu: one / other$' "$folder/io/said"

refuses() { # status 2, and why
    local status=0
    compare "${@:2}" || status=$?
    [ "$status" = 2 ] && grep -q "$1" "$folder/io/said" && return
    cat "$folder/io/said"
    return 1
}
figures d.json 'strange s lower 0.9 1.0 1.1 5'
echo '{"rows":[{"group":"a"}]}' >bad.json
echo 'no figures' >text.json
ok 'no row in common' refuses 'no row in common' a.json d.json
ok 'a row without its figures' refuses 'not as bench/ writes it' a.json bad.json
ok 'a file that is no JSON' refuses 'text.json: ' a.json text.json
ok 'a file that is not there' refuses 'absent.json' a.json absent.json
ok 'one file only' refuses usage a.json

# Counts made up: each row's of the table is that share of a hundred of now's.
table() { # file, compiler, then "name count"
    local file=$1 compiler=$2 row rows=''
    shift 2
    for row in "$@"; do
        rows="$rows${rows:+,}\"${row% *}\":{\"instructions\":${row##* },\"a\":\"block\"}"
    done
    printf '{"facts":{"compiler":"%s"},"rows":{%s}}\n' "$compiler" "$rows" >"$file"
}
judge() {
    status=0
    "$root/bench/counts" --table "$1" --counted "$2" >"$folder/io/said" 2>&1 || status=$?
}
table old.json gcc 'as many 100' 'one more 100' 'three more 100' 'three fewer 100'
table now.json gcc 'as many 100' 'one more 101' 'three more 103' 'three fewer 97' 'another 5'
judge old.json now.json
is 'more than two of a hundred is a regression' "$status $(word_of 'block')" \
    '1 same
same
REGRESSION
better
new'
table now.json gcc 'as many 100' 'one more 102' 'three fewer 97'
judge old.json now.json
is 'two of a hundred is none' "$status $(grep -c REGRESSION "$folder/io/said")" '0 0'
table now.json clang 'as many 100' 'three more 300'
judge old.json now.json
is "another compiler's are not judged" "$status $(grep -c '| not comparable |' "$folder/io/said")" \
    '0 2'
ok 'which is said' grep -q '^other compiler, not comparable:$' "$folder/io/said"
judge old.json absent.json
ok 'counts that are not there' [ "$status" != 0 ]

# And one kernel's, counted.
if [ "${TUTELA_VARIANT:-release}" != release ] || ! command -v valgrind >/dev/null \
    || [ ! -x "$(dirname "$TUTELA")/bench/steps" ]; then
    skip 3 'no valgrind, no bench/steps, or a sanitizer'
    finish
fi
counts() {
    "$root/bench/counts" --programs "$(dirname "$TUTELA")" --only 'MD5, plain C, 1 lane' --folder . \
        --table table.json "$@"
}
ok 'a kernel is counted' counts --write
ok 'a table is written' grep -q '"instructions": [1-9]' table.json
judge table.json table.json
is 'the same counts are the same' "$status $(grep -c '| same *|' "$folder/io/said")" '0 1'
finish
