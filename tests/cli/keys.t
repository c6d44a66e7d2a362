#!/bin/bash
# keys: sealing is the default; a key is made on first use, never written over, and asked for.
. "$(dirname "$0")/lib.sh"

fixture
mkdir fresh && chmod 700 fresh
own=$XDG_CONFIG_HOME
digests="$(cut -c1-16 bad.list | tr '\n' '|')$(printf zz)"

export XDG_CONFIG_HOME=$PWD/fresh/config
run first-use 'tutela set build --reproducible --as known-bad -o first.tset bad.list'
run second-use 'tutela set build --reproducible --as known-bad -o second.tset bad.list'
is 'the key is its owner'"'"'s alone' "$(stat -c '%a %s' fresh/config/tutela/key)" '600 32'
is 'its folder too' "$(stat -c %a fresh/config/tutela)" 700
ok 'one key seals both' cmp first.tset second.tset
run scan-default 'tutela scan --reproducible --set first.tset tree/one.txt tree/clear.txt'
run scan-other 'tutela scan --set bad.tset tree/one.txt'
run info-other 'tutela set info bad.tset'
run check-other 'tutela set check bad.tset'
run scan-key "tutela scan -q --key '$own/tutela/key' --set bad.tset tree/one.txt"
run check-key "tutela set check --key '$own/tutela/key' bad.tset"

# Without a home there is nothing to fall back on.
run no-home 'env -u HOME -u XDG_CONFIG_HOME tutela set build --as known-bad -o none.tset bad.list'
run no-home-unsealed 'env -u HOME -u XDG_CONFIG_HOME tutela set build --reproducible --as known-bad --unsealed -o open.tset bad.list'
run no-home-scan 'env -u HOME -u XDG_CONFIG_HOME tutela scan --set first.tset tree'
run no-home-open 'env -u HOME -u XDG_CONFIG_HOME tutela scan -q --set open.tset tree'
run home 'env -u XDG_CONFIG_HOME HOME="$PWD/fresh" tutela set build --reproducible --as known-bad -o home.tset bad.list'
ok 'HOME has .config' test -f fresh/.config/tutela/key
run info-unsealed 'tutela set info open.tset'
run info-unsealed-json 'tutela set info --json open.tset'

run keygen 'tutela set keygen a.key'
is 'the new key is its owner'"'"'s alone' "$(stat -c '%a %s' a.key)" '600 32'
cp a.key a.copy
run keygen-again 'tutela set keygen a.key'
ok 'a key is never written over' cmp a.key a.copy
run keygen-nowhere 'tutela set keygen nowhere/a.key'
run build-key 'tutela set build --reproducible --as known-bad --key a.key -o a.tset bad.list'
run scan-a 'tutela scan -q --key a.key --set a.tset tree/one.txt'
run scan-a-wrong 'tutela scan --set a.tset tree/one.txt'
run key-no-set 'tutela scan --key a.key --inventory tree'
run missing-key 'tutela scan --key nowhere.key --set a.tset tree'
run build-missing-key 'tutela set build --as known-bad --key nowhere.key -o x.tset bad.list'
ok 'a key that is named is not made' test ! -e nowhere.key
run both 'tutela set build --as known-bad --key a.key --unsealed -o x.tset bad.list'
head -c 31 a.key >short.key
chmod 600 short.key
run short-key 'tutela scan --key short.key --set a.tset tree'
cp a.key world.key
chmod 644 world.key
run world-key 'tutela scan --key world.key --set a.tset tree'
run world-key-build 'tutela set build --as known-bad --key world.key -o x.tset bad.list'
ok 'no set is left of it' test ! -e x.tset

# Nothing is written over a key.
run output-key 'tutela set build --as known-bad --key a.key -o a.key bad.list'
run report-key 'tutela scan --key a.key --set a.tset -o a.key tree/one.txt'
run report-default-key 'tutela scan --set first.tset --html fresh/config/tutela/key tree/one.txt'
ok 'the key is whole' cmp a.key a.copy
is 'the other one too' "$(stat -c %s fresh/config/tutela/key)" 32

{ cat bad.list; sed 's/$/zz/' bad.list; } >spoilt.list
tutela set build --as known-bad --memory 1k -o spoilt.tset spoilt.list >said.txt 2>&1
is 'no message tells a digest' "$(cat said.txt "$golden".*.err | grep -ciE "$digests")" 0

finish
