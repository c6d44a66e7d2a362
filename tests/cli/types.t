#!/bin/bash
# types: what files are taken for, and that libmagic, which takes longer than digesting a small file,
# is asked for findings and for what a rule cannot tell without it, and for nothing else.
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

# Does a scan open libmagic's database?
asks() {
    strace -f -e trace=openat -o trace tutela scan -q "$@" >/dev/null 2>&1
    grep -q 'magic\.mgc' trace && echo yes || echo no
}
md5sum text/json | cut -d' ' -f1 >list
tutela set build --as known-bad -o list.tset list 2>/dev/null
printf '%032d\n' 7 >other
tutela set build --as known-bad -o other.tset other 2>/dev/null
if strace -o /dev/null true 2>/dev/null; then
    is 'no finding, no libmagic' "$(asks --set other.tset all)" no
    is 'an inventory without' "$(asks --inventory all)" no
    is 'a rule over what signatures know' "$(asks --set other.tset --only image known)" no
    is 'a rule over text' "$(asks --set other.tset --only image text)" no
    is 'a rule over what they do not know' "$(asks --set other.tset --only image odd)" yes
    is 'a finding' "$(asks --set list.tset text)" yes
else
    skip 6 'strace cannot run here'
fi
is 'and its type is libmagic'\''s' \
    "$(tutela scan --json --set list.tset text | jq -r 'select(.type == "match") | .mime')" \
    application/json

finish
