#!/bin/bash
# stream: standard input as one object.
. "$(dirname "$0")/lib.sh"

fixture

run match 'tutela scan --reproducible --json --set bad.tset - <tree/one.txt'
run clear 'tutela scan --reproducible --set bad.tset - <tree/clear.txt'
run empty 'tutela scan --reproducible --json --inventory --set bad.tset - </dev/null'
run named 'tutela scan --reproducible --json --set bad.tset --name upload-4711 - <tree/one.txt'
run piped 'cat tree/one.txt | tutela scan --reproducible --csv --set bad.tset -'
run in-pieces '(printf "known "; sleep 0.2; printf "one\n") | tutela scan --reproducible --json --set bad.tset -'
run inventory 'tutela scan --reproducible --json --inventory - <tree/one.txt'
run html 'tutela scan --reproducible --set bad.tset -q --html s.html - <tree/one.txt; echo $?; head -c 15 s.html; echo'
run unreadable 'tutela scan --reproducible --json --set bad.tset - <tree'
run closed 'tutela scan --reproducible --json --set bad.tset - <&-'

# Larger than any buffer: the same digests as the file has.
head -c 5000000 /dev/zero >large
printf x >>large
sum=$(sha256sum large | cut -d' ' -f1)
digest() { jq -r 'select(.digests) | .digests.sha256'; }
is 'a large stream from a pipe' "$(head -c 9999999 large | tutela scan --json --digests sha256 - | digest)" "$sum"
is 'a large stream from a file' "$(tutela scan --json --digests sha256 - <large | digest)" "$sum"
is 'from where the file stands' \
    "$( (dd bs=1000000 count=1 status=none of=/dev/null; tutela scan --json --digests sha256 -) <large | digest)" \
    "$(tail -c +1000001 large | sha256sum | cut -d' ' -f1)"
is 'a slow reader that never waits' \
    "$(perl -MFcntl -e 'fcntl STDIN, F_SETFL, O_NONBLOCK; exec "tutela", @ARGV' scan --json --digests sha256 - \
    < <(sleep 0.2; cat large) 2>/dev/null | digest)" "$sum"

finish
