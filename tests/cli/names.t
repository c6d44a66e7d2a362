#!/bin/bash
# names: any bytes in a name, and one record is always one line that a terminal does not obey.
. "$(dirname "$0")/lib.sh"

fixture
mkdir odd
put() { cp tree/one.txt "odd/$1" || echo "Bail out! no file $1"; }
put 'with space'
put $'new\nline'
put $'tab\tand\rreturn'
put $'escape\033[31mred'
put $'not-utf8-\377\376'
put $'right-to-left-\342\200\256txt.exe'
put $'zero-width-\342\200\213'
put 'Ünïcödé-日本'
put '-n'
put '=cmd|calc'
put '+1' && put '@sum'
put 'quote"and'\''single'
put '<script>alert(1)<b>'
put 'back\slash'
put '%s%n'
put '$(touch pwned)'
touch -d '2026-01-02T03:04:05Z' odd/*

run text 'tutela scan --reproducible --set bad.tset odd'
run json 'tutela scan --reproducible --json --set bad.tset odd'
run csv 'tutela scan --reproducible --csv --set bad.tset odd'

names=$(find odd -type f -printf x | wc -c)
for format in text json csv html; do
    tutela scan --reproducible --format $format --set bad.tset odd >out.$format
    is "$format: no control characters" "$(tr -d '\n\r' <out.$format | tr -dc '\000-\037\177' | wc -c)" 0
    ok "$format: all is UTF-8" iconv -f UTF-8 -t UTF-16 out.$format -o /dev/null
done
is 'a JSON record for each name' "$(jq -c 'select(.type == "match")' out.json | wc -l)" "$names"
is 'no return in text and JSON' "$(cat out.text out.json | tr -dc '\r' | wc -c)" 0
is 'no direction override anywhere' "$(cat out.* | grep -c $'\342\200\256')" 0
is 'no script in HTML' "$(grep -c '<script' out.html)" 0
ok 'no name was run' test ! -e pwned
is 'the bytes of every name that is not UTF-8 are kept' \
    "$(jq -r 'select(.chain_base64) | .chain_base64[-1]' out.json | base64 -d)" $'odd/not-utf8-\377\376'

# Names on the command line and in messages.
cp -p tree/one.txt './-dash'
run dash-name 'tutela scan --reproducible --set bad.tset -- -dash'
run message 'tutela scan --set "$(printf "no\n\033[31mset\377")" tree'
run named-list 'tutela set build --reproducible --as known-bad --list "$(printf "a\033[31m\nb")" -o odd.tset bad.list && tutela set info odd.tset && tutela scan --reproducible --set odd.tset tree/one.txt'

finish
