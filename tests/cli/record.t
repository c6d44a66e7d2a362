#!/bin/bash
# record: results that cannot be recorded: a full disk, a closed pipe, a limit. Status 5 and a word.
. "$(dirname "$0")/lib.sh"

fixture
[ -c /dev/full ] || { echo '1..0 # SKIP /dev/full is not a device here'; exit 0; }
scan='tutela scan --reproducible --inventory --set bad.tset'

run full-help 'tutela help >/dev/full'
run full-version 'tutela version >/dev/full'
run full-info 'tutela set info bad.tset >/dev/full'
run full-text "$scan tree >/dev/full"
run full-json "$scan --json tree >/dev/full"
run full-csv "$scan --csv tree >/dev/full"
run full-html "$scan --format html tree >/dev/full"
run full-output "$scan -o /dev/full tree"
run full-html-option "$scan -q --html /dev/full tree"
run full-stream "$scan - </dev/null >/dev/full"
run full-html-only "$scan --json -o good.jsonl --html /dev/full tree"

# A closed pipe: nothing dies silently by SIGPIPE.
closed() { # name, command
    run "$1" "{ sleep 0.3; $2; echo \$? >status; } | head -c0; cat status"
}
closed pipe-help 'tutela help'
closed pipe-text "$scan tree"
closed pipe-json "$scan --json tree"
closed pipe-stream "$scan --json - </dev/null"
closed pipe-unsorted "$scan --json --unsorted tree"

run closed-stdout "$scan tree >&-"
run closed-stdout-help 'tutela help >&-'
run closed-stderr "$scan tree/one.txt 2>&-"
run closed-all "$scan -o all.txt tree/one.txt <&- >&- 2>&-; echo \$?; cat all.txt"

# A limit on the size of files: SIGXFSZ must not end the program.
mkdir many
for i in $(seq 300); do echo "$i" >"many/$i"; done
run file-limit "(ulimit -f 8; $scan --json -o limited.jsonl many)"
run file-limit-set "seq 5000 | while read -r i; do printf '%032x\n' \"\$i\"; done >big.list; (ulimit -f 8; tutela set build --as known-bad -o big.tset big.list); echo \$?; ls big.tset"

run spool-nowhere "$scan --memory 4k --spool-dir nowhere many >/dev/null"
run spool-nowhere-json "$scan --json --threads 1 --memory 4k --spool-dir nowhere many >nowhere.jsonl"
# What was found before that is in the report, which says that it is not all.
is 'a failed run delivers what it counted' "$(grep -c '"status":"clear"' nowhere.jsonl)" \
    "$(sed -n 's/.*"type":"summary","items":\([0-9]*\).*/\1/p' nowhere.jsonl)"
ok 'and more than nothing' [ "$(wc -l <nowhere.jsonl)" -gt 5 ]
ok 'and ends with its exit status' grep -q '"complete":false,.*"exit":5}$' nowhere.jsonl

finish
