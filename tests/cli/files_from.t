#!/bin/bash
# files_from: targets from a file or standard input.
. "$(dirname "$0")/lib.sh"

fixture
scan='tutela scan --reproducible --json --set bad.tset'

run lines "printf 'tree/one.txt\\ntree/clear.txt\\n\\ntree/sub/two.dat' | $scan --files-from -"
run null "printf 'tree/one.txt\\0tree/sub/two.dat\\0\\0' | $scan --files-from - -0"
run file "printf 'tree/one.txt\\n' >names; $scan --files-from names tree/sub"
run none "$scan --files-from - </dev/null"
run missing "printf 'tree/one.txt\\nnowhere\\n' | $scan --files-from -"
run nul-in-lines "printf 'tree/one.txt\\0tree/sub/two.dat\\0' | $scan --files-from -"
run too-long "(echo tree/one.txt; head -c 3000000 /dev/zero | tr '\\0' a) | $scan --files-from -"
run folder "$scan --files-from tree"
mkdir odd
cp -p tree/one.txt $'odd/new\nline'
run odd-names "find odd -type f -print0 | $scan --files-from - --null"

# Many names, longer together than the buffer.
mkdir many
for ((i = 0; i < 700; i++)); do
    printf -v name '%0120d' "$i"
    echo "file $i" >"many/$name"
done
find many -type f -print0 >many.names
tutela scan --json --digests md5 --files-from many.names -0 >many.out
is 'every one of many names' "$(jq -c 'select(.type == "item")' many.out | wc -l)" 700
is 'and each only once' "$(jq -c 'select(.type == "item") | .chain' many.out | sort -u | wc -l)" 700
tutela scan --reproducible --json --digests md5 many | sed 1d >tree.out
tutela scan --reproducible --json --digests md5 --files-from many.names -0 | sed 1d >names.out
ok 'the same findings as for the folder' cmp tree.out names.out

finish
