#!/bin/bash
# help: every page of help, on standard output, with status 0; and a bare `tutela`, which is an error.
. "$(dirname "$0")/lib.sh"

run bare 'tutela'
run overview 'tutela help'
run overview-option 'tutela --help'
run scan 'tutela scan --help'
run set 'tutela set --help'
run set-build 'tutela set build --help'
run set-update 'tutela set update --help'
run set-compact 'tutela set compact --help'
run set-diff 'tutela set diff --help'
run set-info 'tutela set info -h'
run set-lookup 'tutela set lookup --help'
run set-check 'tutela help set check'
run set-sign 'tutela help set sign'
run set-keygen 'tutela help set keygen'
run demo 'tutela help demo'
run selftest 'tutela help selftest'
run version 'tutela help version'
run help 'tutela help help'
run version-option 'tutela --version'

is 'an option before --help does not matter' "$(tutela scan -x --help)" "$(tutela scan --help)"
is 'no line is wider than a terminal' "$(for c in scan 'set build' 'set update' 'set compact' 'set diff' 'set info' 'set check' 'set sign' 'set lookup' 'set keygen' demo selftest version help; do
    tutela help $c | sed '/^Examples/,/^$/d'
done | awk 'length > 80')" ''
is 'version -v begins with version' "$(tutela version -v | head -1)" "$(tutela version)"
is 'version -v has parts, each with a name and a version' \
    "$(tutela version -v | sed 1d | grep -vcE '^  [^ ]+ +[^ ]')" 0
is 'it tells of the sandbox' "$(tutela version -v | grep -cE '^  sandbox +[3-5] of 5 layers +no new privileges, .*limits')" 1
mkdir alone && cp "$(readlink -f "$TUTELA")" alone/tutela
is 'and of one that cannot be had' "$(alone/tutela version -v | grep -cE '^  sandbox +(none +tutela-worker cannot be started|[1-5] of 5)')" 1
is 'and of each reader that may be missing' "$(tutela version -v | grep -cE '^  lib(qpdf|mspack|ewf|qcow|vhdi|vmdk) +(not )?built in +reads')" 6
ok 'there are parts at all' sh -c 'test "$(tutela version -v | wc -l)" -gt 3'

# The examples work as they are written, in their order, but for the root, which stands in the
# test's folder here.
fixture
mkdir -p examples/srv/uploads
cp tree/* examples/srv/uploads 2>/dev/null
cp tree/one.txt examples/upload
cp bad.tset examples/known.tset
{ echo md5,name; md5sum tree/one.txt | sed 's/ .*/,one/'; } >examples/hotline.csv
md5sum tree/one.txt | sed 's/\([0-9a-f]*\) .*/1,\1,a,b,3,A/' >examples/export.csv
{ echo md5,name; md5sum tree/clear.txt | sed 's/ .*/,clear/'; } >examples/added.csv
cp examples/hotline.csv examples/withdrawn.csv
md5sum tree/system.txt >examples/system.md5
cd examples || exit 1
while IFS= read -r example; do
    bash -c "${example//\/srv/$PWD/srv}" >out 2>err </dev/null
    ok "works: $example" test $? -lt 2
done < <(for c in scan 'set build' 'set sign' 'set update' 'set compact' 'set diff' 'set lookup' 'set info' 'set check' demo selftest version help; do
    tutela help $c | sed -n '/^Examples/,$s/^    //p' | sed 's| -x /$| -x /srv|'
done)
ok 'there are examples' test "$count" -gt 32
ok 'the one of demo finds what it should' grep -q '38 items match' <(tutela scan --set practice/bad.tset practice/tree)

finish
