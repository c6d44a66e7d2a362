#!/bin/bash
# golden: every golden file belongs to a test that is still there.
. "$(dirname "$0")/lib.sh"

stale=
for file in "$here"/golden/*; do
    name=${file##*/}
    test=${name%%.*}
    step=${name#*.}
    step=${step%.*}
    grep -qE "^ *(run|closed) $step( |\$)" "$here/$test.t" 2>/dev/null || stale="$stale $name"
done
is 'no golden file is stale' "$stale" ''
missing=
while IFS=: read -r file line; do
    name=$(basename "$file" .t).$line
    [ -e "$here/golden/$name.exit" ] || missing="$missing $name"
done < <(grep -oE '^ *(run|closed) [a-z0-9-]+' "$here"/*.t | sed 's/: *[a-z]* /:/')
is 'no golden file is missing' "$missing" ''

finish
