#!/bin/bash
# containers_names: any bytes in the name of a member, and nothing that a terminal or a folder obeys.
. "$(dirname "$0")/lib.sh"
. "$here/containers.sh"

long=$(printf 'n%.0s' {1..240})
mkdir odd "odd/$long"
put() { cp -p known "odd/$1" || echo "Bail out! no file $1"; }
put $'new\nline'
put $'escape\033[31mred'
put $'not-utf8-\377\376'
put $'right-to-left-\342\200\256txt.exe'
put '-n'
put '=cmd|calc'
put '<script>alert(1)<b>'
put 'a,b"c'
put '$(touch pwned)'
put "$long/$long"
(cd odd && tar --format gnu -cf ../odd.tar -- *)
tar --format gnu -Pcf up.tar --transform 's,^known,../../tutela-up,' known
tar --format gnu -Pcf root.tar --transform 's,^known,/tutela-root,' known
bsdtar --format pax --options hdrcharset=BINARY -cf odd.pax -C odd .
bsdtar --format 7zip -cf odd.7z odd.tar
rm -r odd
mkdir all && mv odd.* up.tar root.tar all

run text 'tutela scan --reproducible --set bad.tset all/odd.tar all/up.tar all/root.tar | grep ::'
run csv 'tutela scan --reproducible --csv --set bad.tset all/odd.tar all/up.tar all/root.tar'
run json 'tutela scan --reproducible --json --set bad.tset all/odd.tar all/up.tar all/root.tar |
    jq -c "select(.chain) | [.chain, .chain_base64]"'

for format in text json csv html; do
    tutela scan --reproducible --format $format --set bad.tset all >out.$format
    is "$format: status" $? 1
    is "$format: no control characters" "$(tr -d '\n\r' <out.$format | tr -dc '\000-\037\177' | wc -c)" 0
    ok "$format: all is UTF-8" iconv -f UTF-8 -t UTF-16 out.$format -o /dev/null
done
is 'each of them is found' "$(jq -c 'select(.type == "match")' out.json | wc -l)" 32
is 'no direction override anywhere' "$(cat out.* | grep -c $'\342\200\256')" 0
is 'no script in HTML' "$(grep -c '<script' out.html)" 0
ok 'no name was run' test ! -e pwned
for out in tutela-up all/tutela-up ../tutela-up ../../tutela-up /tutela-root; do
    ok "nothing was taken out to $out" test ! -e "$out"
done
is 'the bytes of every name that is not UTF-8 are kept' \
    "$(jq -r 'select(.chain_base64 and .chain[0] == "all/odd.pax") | .chain_base64[-1]' out.json | base64 -d)" $'./not-utf8-\377\376'
is 'a long name is whole' "$(jq -r 'select(.chain == ["all/odd.tar", "'"$long/$long"'"]) | .type' out.json)" match

finish
