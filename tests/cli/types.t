#!/bin/bash
# types: what files are taken for, and that libmagic, which takes longer than digesting a small file,
# is asked for findings and for what a rule cannot tell without it, and for nothing else; and that it is
# asked in a process of its own, one for many files.
. "$(dirname "$0")/lib.sh"

mkdir known text odd mail all
printf '\xff\xd8\xff\xe0\0\x10JFIF\0 more of it' >known/picture
printf '\x7fELF\2\1\1\0\0\0\0\0\0\0\0\0\1\0\x3e\0' >known/program
: >known/nothing
printf 'The quick brown fox.\n' >text/plain
printf '{"a": [1, 2, 3]}\n' >text/json
printf 'K\xe4se\n' >text/latin
printf '\xff\xfeH\0i\0\n\0' >text/utf16
printf 'From: a@b.example\nTo: c@d.example\n\nx\n' >mail/mail
printf '\x93\x17\x03\x9e\x81\0\0\0\1' >odd/bytes
printf '\xde\x12\x04\x95\0\0\0\0\1\0\0\0\x1c\0\0\0\x24\0\0\0' >odd/gettext # libmagic alone knows it
cp known/* text/* odd/* mail/* all/

inventory() { # options and targets; "path type status" lines
    tutela scan --json --inventory --digests md5 "$@" |
        jq -r 'select(.status) | [.chain[-1], .mime, .status] | join(" ")' | sort
}
is 'an inventory by signature, as text, or not known' "$(inventory all)" \
    '1 text/plain clear
all/bytes application/octet-stream clear
all/gettext application/octet-stream clear
all/json text/plain clear
all/latin text/plain clear
all/mail message/rfc822 clear
all/nothing inode/x-empty clear
all/picture image/jpeg clear
all/plain text/plain clear
all/program application/x-elf clear
all/utf16 text/plain clear'
is 'a rule for text, which leaves nothing out of an empty file' \
    "$(inventory --only text all | grep ' clear')" \
    '1 text/plain clear
all/json text/plain clear
all/latin text/plain clear
all/nothing inode/x-empty clear
all/plain text/plain clear
all/utf16 text/plain clear'
is 'a rule asks libmagic for the rest' "$(inventory --only other odd)" \
    'odd/bytes application/octet-stream clear
odd/gettext application/x-gettext-translation clear'

# Does a scan open libmagic's database? And which processes: of those that become tutela-worker, or others.
trace() { strace -f -e trace=openat,execve -o trace tutela scan -q "$@" >/dev/null 2>&1; }
asks() {
    trace "$@"
    grep -q 'magic\.mgc' trace && echo yes || echo no
}
workers() { sed -n 's/^\([0-9]*\) *execve(".*tutela-worker".*/\1/p' trace | sort -u; }
others() { sed -n 's/^\([0-9]*\) .*magic\.mgc.*/\1/p' trace | sort -u | grep -vxFf <(workers; echo none); }
md5sum text/json | cut -d' ' -f1 >list
tutela set build --as known-bad -o list.tset list 2>/dev/null
printf '%032d\n' 7 >other
tutela set build --as known-bad -o other.tset other 2>/dev/null
md5sum known/picture | cut -d' ' -f1 >sure
tutela set build --as known-bad -o sure.tset sure 2>/dev/null
mkdir many
for ((i = 0; i < 50; i++)); do printf '\x93\x17\x03\x9e%d' "$i" >many/$i; done
md5sum many/* | cut -d' ' -f1 >sums
tutela set build --as known-bad -o many.tset sums 2>/dev/null
if strace -o /dev/null true 2>/dev/null; then
    is 'no finding, no libmagic' "$(asks --set other.tset all)" no
    is 'an inventory without' "$(asks --inventory all)" no
    is 'a rule over what signatures know' "$(asks --set other.tset --only image known)" no
    is 'a rule over text' "$(asks --set other.tset --only image text)" no
    is 'a rule over what they do not know' "$(asks --set other.tset --only image odd)" yes
    is 'a finding' "$(asks --set list.tset text)" yes
    is 'a finding that a sure signature knows' "$(asks --set sure.tset known)" no
    trace --set sure.tset --set other.tset --inventory known text odd
    is 'for which no process is started' "$(workers | wc -l)" 0
    trace -j 1 --set many.tset many
    is 'fifty findings: one process' "$(workers | wc -l)" 1
    is 'and what scans has no libmagic' "$(others)" ''
    trace -j 1 --flat --set other.tset --only image odd
    is 'also where nothing is opened' "$(workers | wc -l)$(others)" 1
else
    skip 11 'strace cannot run here'
fi
is 'and its type is libmagic'\''s' \
    "$(tutela scan --json --set list.tset text | jq -r 'select(.type == "match") | .mime')" \
    application/json

# ---- Where nobody can be asked -----------------------------------------------------------------------

types() { jq -r 'select(.chain) | [.chain[-1], .mime, .status] | join(" ")' | sort; }
mkdir -p elsewhere/bin elsewhere/libexec/tutela
cp "$TUTELA" elsewhere/bin/
printf '#!/bin/sh\nexit 0\n' >elsewhere/libexec/tutela/tutela-worker
chmod +x elsewhere/libexec/tutela/tutela-worker
is 'a worker that is none: the match, and its type as far as it is known' \
    "$(elsewhere/bin/tutela scan --json --set list.tset --set many.tset text many/7 | types)" 'many/7 application/octet-stream match
text/json text/plain match'
is 'a rule that nobody can apply leaves nothing out' \
    "$(elsewhere/bin/tutela scan --json --inventory --digests md5 --only image odd known | types)" \
    'known/nothing inode/x-empty clear
known/picture image/jpeg clear
known/program  skipped
odd/bytes application/octet-stream clear
odd/gettext application/octet-stream clear'
elsewhere/bin/tutela scan --json --sandbox require --set list.tset text >/dev/null 2>&1
is 'nor is it scanned where a sandbox is required' "$?" 2
is 'which a finding with a sure type does not need' \
    "$(elsewhere/bin/tutela scan --json --sandbox require --set sure.tset known | types)" 'known/picture image/jpeg match'

finish
