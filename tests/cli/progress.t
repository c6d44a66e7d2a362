#!/bin/bash
# progress: drawn on standard error only, within the width, cleared at the end, never by itself
# where there is no terminal.
. "$(dirname "$0")/lib.sh"

fixture
# Long enough for some lines to be drawn, on a slow build and a busy machine too.
patience=${TEST_PATIENCE:-0.7}
slow() { # arguments...: a scan that takes a second
    (echo tree/one.txt; sleep "$patience") | tutela scan --reproducible --set bad.tset --files-from - "$@"
}

slow --progress always >with.out 2>with.err
slow --progress never >without.out 2>without.err
slow >auto.out 2>auto.err
ok 'standard output is the same' cmp with.out without.out
is 'never draws nothing' "$(cat without.err)" ''
is 'no terminal, no progress' "$(cat auto.err)" ''
ok 'always draws' test -s with.err
ok 'drawn over and over on one line' sh -c "tr -dc '\r' <with.err | wc -c | awk '{ exit !(\$1 > 2) }'"
is 'no line is ended' "$(tr -dc '\n' <with.err | wc -c)" 0
is 'no escape codes' "$(tr -dc '\033' <with.err | wc -c)" 0
is 'what it says' "$(tr '\r' '\n' <with.err | grep -cE '^1 file, 10 B, [0-9.]+ k?B/s, 1 match( |$)')" \
    "$(tr '\r' '\n' <with.err | grep -c '^1 file')"
is 'cleared at the end' "$(tail -c 1 with.err | od -An -c | tr -d ' ')" '\r'
is 'the last thing drawn is blanks' "$(tr '\r' '\n' <with.err | tail -1 | tr -d ' ')" ''

for width in 1 20 40 200; do
    COLUMNS=$width slow --progress always 2>narrow.err >/dev/null
    is "no wider than $width columns" \
        "$(tr '\r' '\n' <narrow.err | awk -v w=$width 'length >= w && length { print length }')" ''
    is "whole words only in $width columns" \
        "$(tr '\r' '\n' <narrow.err | sed 's/ *$//' | grep -vxE '([0-9,]+ (file|matche?)s?|[0-9.]+ k?B(/s)?)?(, ([0-9,]+ (file|matche?)s?|[0-9.]+ k?B(/s)?))*')" ''
done

# An interrupt typed shows as ^C behind the line: the blanks that clear it cover two of them too.
ok 'what the terminal echoes is cleared too' sh -c "tr '\r' '\n' <with.err | awk '
    /[^ ]/ { sub(/ *\$/, \"\"); last = length(\$0) }
    /^ +\$/ { blanks = length(\$0) }
    END { exit !(last && blanks == last + 4) }'"
is 'no matches are counted without a set' \
    "$((echo tree/one.txt; sleep "$patience") | tutela scan --inventory -o /dev/null --progress always --files-from - 2>&1 |
        tr '\r' '\n' | grep -c match)" 0

# The time left is what is left at the rate so far. The stream is far too long to end by itself.
truncate -s 50G long
timeout -s INT "$(awk "BEGIN { print 2 + $patience * 3 }")" tutela scan --digests sha512 -o /dev/null --progress always - <long 2>long.err
ok 'the time left follows from the rate' sh -c "tr '\r' '\n' <long.err | awk -F ', ' '
    function bytes(text,   part, unit) {
        split(text, part, \"[ /]\")
        unit[\"B\"] = 1; unit[\"kB\"] = 1e3; unit[\"MB\"] = 1e6; unit[\"GB\"] = 1e9
        return part[1] * unit[part[2]]
    }
    function seconds(text,   part, unit) {
        split(text, part, \" \")
        unit[\"s\"] = 1; unit[\"min\"] = 60; unit[\"h\"] = 3600; unit[\"days\"] = 86400
        return part[1] * unit[part[2]]
    }
    /left *\$/ && NF == 3 {
        want = (50 * 1073741824 - bytes(\$1)) / bytes(\$2)
        got = seconds(\$3)
        seen++
        if (got < want * 0.5 || got > want * 1.5) { print \$0, want; bad = 1 }
    }
    END { exit bad || !seen }'"
rm -f long

# A terminal of its own, by script(1).
if command -v script >/dev/null; then
    on_terminal() { TERM=$1 script -qec "$2" /dev/null </dev/null; }
    long='(echo tree/one.txt; sleep '"$patience"') | tutela scan --reproducible --set bad.tset --files-from -'
    ok 'drawn on a terminal' sh -c "$(declare -f on_terminal); TERM=vt100 script -qec '$long >/dev/null' /dev/null </dev/null | grep -q 'file'"
    is 'not on a dumb one' "$(on_terminal dumb "$long >/dev/null" | tr -d '\r')" ''
    is 'colour on a terminal' "$(on_terminal vt100 'tutela scan --set bad.tset tree/one.txt 2>/dev/null' | grep -c "$(printf '\033')" | sed 's/[1-9][0-9]*/some/')" some
    is 'no colour with NO_COLOR' "$(NO_COLOR=1 on_terminal vt100 'tutela scan --progress never --set bad.tset tree/one.txt' | grep -c "$(printf '\033')")" 0
    is 'no colour on a dumb one' "$(on_terminal dumb 'tutela scan --set bad.tset tree/one.txt' | grep -c "$(printf '\033')")" 0
else
    skip 5 'no script(1) here'
fi

finish
