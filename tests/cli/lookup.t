#!/bin/bash
# lookup: digests given as arguments and by line, in order, whole batches and one at a time.
. "$(dirname "$0")/lib.sh"

md5() { printf %s "$1" | md5sum | cut -d' ' -f1; }
sha1() { printf %s "$1" | sha1sum | cut -d' ' -f1; }
sha256() { printf %s "$1" | sha256sum | cut -d' ' -f1; }
sha512() { printf %s "$1" | sha512sum | cut -d' ' -f1; }

{
    echo 'md5,sha1,size,category,id'
    echo "$(md5 one),$(sha1 one),3,1,A-1"
    echo "$(md5 two),,,\"two \"\"quoted\"\"\",A-2"
    echo "$(md5 five),,,,"
} >rows.csv
{ sha256 three; sha512 four; } >strong.list
printf '%s\n' "$(md5 one)" >again.list
tutela set build --reproducible --as known-bad --list hotline --list-version 7 -o rows.tset rows.csv 2>/dev/null
tutela set build --reproducible --as known-good --list system -o strong.tset strong.list 2>/dev/null
tutela set build --reproducible --as known-bad -o two.tset rows.csv again.list 2>/dev/null

# ---- Arguments -------------------------------------------------------------------------------

run found "tutela set lookup rows.tset $(md5 one)"
run not-found "tutela set lookup rows.tset $(md5 nobody)"
run some "tutela set lookup rows.tset $(md5 nobody) $(sha1 one) $(md5 two | tr a-f A-F) $(md5 five)"
run some-json "tutela set lookup --json rows.tset $(md5 nobody) $(sha1 one) $(md5 two) $(md5 five)"
run strong "tutela set lookup strong.tset $(sha256 three) $(sha512 four) $(sha512 five)"
run strong-json "tutela set lookup --json strong.tset $(sha256 three) $(sha512 four) $(sha512 five)"
run two-lists "tutela set lookup two.tset $(md5 one)"
run no-digest "tutela set lookup rows.tset $(md5 one) rows.tset"
run no-hex "tutela set lookup rows.tset $(md5 one | tr 0-9a-f g-v)"
run no-set 'tutela set lookup'
run set-missing "tutela set lookup nowhere.tset $(md5 one)"
run dash-and-more "tutela set lookup rows.tset - $(md5 one)"

# ---- Lines -----------------------------------------------------------------------------------

lines() { # what has a digest in every line, and one line without its end
    printf '%s\n%s\r\n \t%s \n%s' "$(md5 one)" "$(md5 nobody)" "$(sha1 one | tr a-f A-F)" "$(md5 two)"
}
lines >lines.txt
run lines 'tutela set lookup rows.tset <lines.txt'
run dash 'tutela set lookup rows.tset - <lines.txt'
run lines-json 'tutela set lookup --json rows.tset <lines.txt'
run nothing 'tutela set lookup rows.tset </dev/null'
run one-newline 'echo | tutela set lookup rows.tset'
{ md5 one; echo; echo zz; md5 one | tr 0-9a-f g-v; md5 one | sed 's/$/  one/'; printf 'a\0b\n'
  head -c 3000000 /dev/zero | tr '\0' a; echo; md5 nobody; } >mixed.txt
run bad-lines 'tutela set lookup rows.tset <mixed.txt'
run bad-lines-json 'tutela set lookup --json rows.tset <mixed.txt'
sed 1d mixed.txt >bad.txt
run bad-none-found 'tutela set lookup rows.tset <bad.txt'
head -c 5000 /dev/zero | tr '\0' a >long-end.txt
run long-end 'tutela set lookup rows.tset <long-end.txt'
printf '\357\273\277%s\r\n' "$(md5 one)" >mark.txt
run mark 'tutela set lookup rows.tset <mark.txt'
{ head -c 100000 /dev/zero | tr '\0' ' '; md5 one; } >blanks.txt
run blanks 'tutela set lookup rows.tset <blanks.txt'
run closed-input 'tutela set lookup rows.tset <&-'
run folder-input 'tutela set lookup rows.tset <.'

digests="$(md5 one)|$(sha1 one)|$(md5 two)|$(md5 five)|$(sha256 three)|$(sha512 four)|$(md5 nobody)"
is 'no answer and no message holds a digest' "$(cat "$golden".*.out "$golden".*.err | grep -ciE "$digests")" 0

# ---- Many ------------------------------------------------------------------------------------

# 20000 lines of all four widths, mixed and in runs, with bad ones between: more than a batch, more
# than a read, every border at another place. The answers are those of a table kept beside.
perl -MDigest::MD5=md5_hex -MDigest::SHA=sha1_hex,sha256_hex,sha512_hex -e '
    my @make = (\&md5_hex, \&sha1_hex, \&sha256_hex, \&sha512_hex);
    my @name = qw(md5 sha1 sha256 sha512);
    open my $list, ">", "many.list"; open my $ask, ">", "many.txt"; open my $want, ">", "many.want";
    srand 7;
    my $kind = 0;
    for my $i (1 .. 20000) {
        $kind = int rand 4 if $i < 6000 || $i % 500 == 0;
        my $digest = $make[$kind]->($i);
        if (rand() < 0.01) {
            print $ask "x$i\n"; print $want "{\"error\":\"no digest of a known width\"}\n"; next;
        }
        my $listed = $i <= 3 || $i > 19998 || rand() < 0.2;
        print $list "$digest\n" if $listed;
        print $ask $i % 3 ? "$digest\n" : uc "$digest\r\n";
        print $want $listed ? "$name[$kind]\n" : "{\"found\":false,\"matches\":[]}\n";
    }'
tutela set build --as known-bad -o many.tset many.list 2>/dev/null
answers() { sed -E 's/^.*"found":true,.*"agreed":\["([a-z0-9]+)"\].*$/\1/'; }
tutela set lookup --json many.tset <many.txt 2>err.txt >many.out
is 'many lines: the exit says found, and not all' $? 4
ok 'many lines: each answered, in order' cmp <(answers <many.out) many.want
is 'many lines: one message' "$(grep -c ^tutela: err.txt)" 1
tutela set build --unsealed --as known-bad -o open.tset many.list 2>/dev/null
ok 'an unsealed set answers the same' cmp <(tutela set lookup --json open.tset <many.txt 2>/dev/null | answers) many.want
ok 'so it does through a slow pipe' cmp <(perl -e '$| = 1; local $/ = \9973; while (<>) { print; select undef, undef, undef, 0.001 }' many.txt |
    tutela set lookup --json many.tset 2>/dev/null) many.out
is 'people get as many lines' "$(tutela set lookup many.tset <many.txt 2>/dev/null | grep -c '^[0-9]*: ')" 20000
grep -v x many.txt | head -9000 | tr -d '\r' >arguments.txt
ok 'as many arguments as there is room for' cmp <(xargs -n 9000 tutela set lookup --json many.tset <arguments.txt) \
    <(tutela set lookup --json many.tset <arguments.txt)
ok 'every record is JSON, members as in a scan' perl -MJSON::PP -e '
    my ($found, $not, $error) = (0, 0, 0);
    while (<>) {
        my $record = decode_json($_);
        if (exists $record->{error}) { $error++; next }
        die "members: $_" if join(" ", sort keys %$record) ne "found matches";
        my @matches = @{$record->{matches}};
        die "matches: $_" if !!$record->{found} != !!@matches;
        $record->{found} ? $found++ : $not++;
        for my $match (@matches) {
            exists $match->{$_} or die "no $_" for qw(agreed category entry grade list polarity version);
        }
    }
    die "$found $not $error" if $found < 1000 || $not < 1000 || $error < 100' many.out

# ---- One at a time ---------------------------------------------------------------------------

# Who asks a line and waits for the answer gets it, whole or in two pieces.
coproc ASK { tutela set lookup --json rows.tset 2>ask.err; echo "exit $?"; }
exec {from}<&"${ASK[0]}" {to}>&"${ASK[1]}" # its own are gone once it has ended
eval "exec ${ASK[0]}<&- ${ASK[1]}>&-"
talk() { printf '%s' "$1" >&"$to"; }
hear() { local line='nothing'; read -r -t 20 line <&"$from"; echo "$line" | cut -c1-14; }
talk "$(md5 one)"$'\n'
is 'a line is answered at once' "$(hear)" '{"found":true,'
talk "$(md5 nobody)"$'\n'"$(md5 two | cut -c1-7)"
is 'so is one before half a line' "$(hear)" '{"found":false'
talk "$(md5 two | cut -c8-)"$'\n'
is 'and the other half' "$(hear)" '{"found":true,'
talk $'\n'
is 'and an empty one' "$(hear)" '{"error":"no d'
exec {to}>&-
is 'and the end' "$(hear)" 'exit 4'

# ---- What fails ------------------------------------------------------------------------------

tutela set keygen other.key 2>/dev/null
run wrong-key "tutela set lookup --key other.key rows.tset $(md5 one)"
run missing-key "tutela set lookup --key nowhere.key rows.tset $(md5 one)"
run full 'tutela set lookup rows.tset <lines.txt >/dev/full'
run closed-output 'tutela set lookup rows.tset <lines.txt >&-'
yes "$(md5 one)" | timeout 20 tutela set lookup rows.tset 2>err.txt | head -1 >/dev/null
is 'whose reader is gone, ends' "${PIPESTATUS[1]}" 5

# A set that is too large to be checked at open (its ids are long), with one page of keys damaged:
# the answer is a refusal.
perl -MDigest::MD5=md5_hex -e 'print "md5,id\n"; print md5_hex($_), ",", "i" x 240, "$_\n" for 1 .. 70_000' >large.csv
tutela set build --unsealed --as known-bad -o large.tset large.csv 2>/dev/null
ok 'it is large' test "$(stat -c %s large.tset)" -gt $((16 << 20))
sed '1d; s/,.*//' large.csv >large.txt
is 'every digest of a large set is found' "$(tutela set lookup --json large.tset <large.txt | grep -c '"found":true')" 70000
printf '\377\377\377' | dd of=large.tset bs=1 seek=200000 conv=notrunc status=none
tutela set lookup --json large.tset <large.txt >large.out 2>err.txt
is 'a damaged page: refused' $? 6
is 'and said' "$(grep -c '^tutela: large.tset: damaged' err.txt)" 1
is 'nothing is ever "not found" by damage' "$(grep -c '"found":false' large.out)" 0

finish
