#!/bin/bash
# sign: keys, signing, who must have signed, expiry, and sets older than those seen before.
. "$(dirname "$0")/lib.sh"

fixture
key="$XDG_CONFIG_HOME/tutela/key"
seen=$HOME/.local/state/tutela/seen
build() { tutela set build --reproducible --as known-bad "$@" bad.list 2>/dev/null; }

# Times and ids differ from run to run.
plain() { sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/TIME/g; s/by [0-9a-f]{16}/by ID/; s/"signer":"[0-9a-f]{16}"/"signer":"ID"/'; }
export -f plain

run keygen 'tutela set keygen --signing a.sign'
is 'the secret is its owner'"'"'s alone' "$(stat -c %a a.sign)" 600
is 'the public key is one line' "$(sed -E 's|[A-Za-z0-9+/]{43}=$|KEY|' a.sign.pub)" 'tutela-ed25519 KEY'
run keygen-again 'tutela set keygen --signing a.sign'
tutela set keygen --signing b.sign 2>/dev/null
run as-sealing-key 'tutela set build --as known-bad --key a.sign -o x.tset bad.list'
run sealing-key-signs "tutela set sign --signing-key '$key' -o x.tset bad.tset"
run public-key-signs 'tutela set sign --signing-key a.sign.pub -o x.tset bad.tset'
run no-key 'tutela set sign bad.tset'
run no-set 'tutela set sign --signing-key a.sign nowhere.tset'
run over-key 'tutela set sign --signing-key a.sign -o a.sign bad.tset'
ok 'the key is whole' grep -q tutela-ed25519-secret a.sign
ok 'and no set is left of it' test ! -e x.tset

run sign 'tutela set sign --signing-key a.sign -o signed.tset bad.tset'
ok 'a signed set begins with the unsigned one' cmp -n "$(stat -c %s bad.tset)" bad.tset signed.tset
ok 'without the sealing key' env -u HOME XDG_CONFIG_HOME=/nowhere "$TUTELA" set sign --signing-key a.sign -o other.tset bad.tset
run check 'tutela set check signed.tset bad.tset | plain'
run info 'tutela set info signed.tset | plain'
run info-json 'tutela set info --json signed.tset | plain'
run check-required 'tutela set check --require-signature a.sign.pub signed.tset | plain'
run check-any 'tutela set check --require-signature b.sign.pub --require-signature a.sign.pub signed.tset | plain'
run check-other 'tutela set check --require-signature b.sign.pub signed.tset'
run check-unsigned 'tutela set check --require-signature a.sign.pub bad.tset'
run check-secret 'tutela set check --require-signature a.sign signed.tset'

run scan 'tutela scan -q --require-signature a.sign.pub --set signed.tset tree/one.txt'
run scan-unsigned 'tutela scan -q --require-signature a.sign.pub --set bad.tset tree/one.txt'
run scan-other 'tutela scan -q --require-signature b.sign.pub --set signed.tset tree/one.txt'
run scan-one-of-two 'tutela scan -q --require-signature a.sign.pub --set signed.tset --set bad.tset tree/one.txt'
run scan-no-set 'tutela scan --require-signature a.sign.pub --inventory tree'
run scan-missing-key 'tutela scan --require-signature nowhere.pub --set signed.tset tree'

# A changed byte, a cut, another set's signature.
size=$(stat -c %s bad.tset)
cp signed.tset changed.tset
printf 'X' | dd of=changed.tset bs=1 seek=$((size + 200)) conv=notrunc status=none
run scan-changed 'tutela scan -q --set changed.tset tree/one.txt'
head -c $((size + 100)) signed.tset >cut.tset
run scan-cut 'tutela scan -q --set cut.tset tree/one.txt'
build --list another -o another.tset
{ cat another.tset; tail -c +$((size + 1)) signed.tset; } >moved.tset
run scan-moved 'tutela scan -q --set moved.tset tree/one.txt'

# Expiry.
run build-past 'tutela set build --as known-bad --expires 2020-01-01 -o x.tset bad.list'
run build-no-date 'tutela set build --as known-bad --expires tomorrow -o x.tset bad.list'
run sign-past 'tutela set sign --signing-key a.sign --expires 2020-01-01 -o x.tset bad.tset'
ok 'no set is left of these' test ! -e x.tset
ok 'with a day to come' build --expires 2250-01-31 -o expires.tset
run check-expires 'tutela set check expires.tset'
run sign-expires 'tutela set sign --signing-key a.sign --expires 2250-02-28T12:00:00Z expires.tset'
run check-signed-expires 'tutela set check expires.tset | plain'
soon=$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)
build --expires "$soon" -o soon.tset
sleep 2.5
run scan-expired "tutela scan -q --set soon.tset tree/one.txt 2>&1 | plain; exit \${PIPESTATUS[0]}"
run check-expired "tutela set check soon.tset 2>&1 | plain; exit \${PIPESTATUS[0]}"
run sign-expired 'tutela set sign --signing-key a.sign soon.tset'
run renew 'tutela set sign --signing-key a.sign --expires 2250-01-31 soon.tset'
run scan-renewed 'tutela scan -q --set soon.tset tree/one.txt'

# Older than what was seen, and the memory of it.
rm -f "$seen"
build --list daily -o old.tset
tutela set sign --signing-key a.sign old.tset 2>/dev/null
cp old.tset kept.tset
build --list daily -o new.tset
tutela set sign --signing-key a.sign new.tset 2>/dev/null
ok 'old first' test "$(tutela scan -q --set old.tset tree/one.txt; echo $?)" = 1
ok 'then new' test "$(tutela scan -q --set new.tset tree/one.txt; echo $?)" = 1
run rollback 'tutela scan -q --set old.tset tree/one.txt'
is 'the memory names no list' "$(grep -c daily "$seen")" 0
is 'it is kept among files of the user alone' "$(stat -c %a "${seen%/*}")" 700
run rollback-looked-at 'tutela set check old.tset | plain'
ok 'elsewhere nothing was seen' test "$(XDG_STATE_HOME=$PWD/state tutela scan -q --set old.tset tree/one.txt; echo $?)" = 1
ok 'XDG_STATE_HOME counts' test -s state/tutela/seen
echo 'something else' >"$seen"
run memory-damaged 'tutela scan -q --set new.tset tree/one.txt'
run memory-damaged-unsigned 'tutela scan -q --set bad.tset tree/one.txt'
rm -rf "${seen%/*}"
: >"${seen%/*}"
run memory-in-the-way 'tutela scan -q --set new.tset tree/one.txt'
rm -f "${seen%/*}"

# A clock that was a year ahead once, by a memory written here.
mkdir -p "${seen%/*}"
{ echo 'tutela seen 1'; echo "clock $(date -d '+1 year' +%s)000000000"; } >"$seen"
sum=$(sha256sum <"$seen")
echo "sum ${sum%% *}" >>"$seen"
run clock-back 'tutela scan -q --set expires.tset tree/one.txt'
run clock-back-forever 'tutela scan -q --set new.tset tree/one.txt'
finish
