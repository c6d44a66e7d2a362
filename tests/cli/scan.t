#!/bin/bash
# scan: what a scan of a small tree says, in each format, and its status.
. "$(dirname "$0")/lib.sh"

fixture

run text 'tutela scan --reproducible --set bad.tset --set good.tset tree'
run json 'tutela scan --reproducible --json --set bad.tset --set good.tset tree'
run csv 'tutela scan --reproducible --csv --set bad.tset --set good.tset tree'
run html 'tutela scan --reproducible --format html --set bad.tset --set good.tset tree'
run text-colour 'tutela scan --reproducible --color always --set bad.tset tree'
run only-good 'tutela scan --reproducible --json --set good.tset tree'
run inventory 'tutela scan --reproducible --json --inventory --set bad.tset --set good.tset tree'
run inventory-no-set 'tutela scan --reproducible --csv --inventory tree/one.txt tree/picture.png'
run digests-no-set 'tutela scan --reproducible --json --digests md5,sha512 tree/one.txt'
run no-match 'tutela scan --reproducible --set bad.tset tree/clear.txt tree/empty'
run no-colour 'NO_COLOR=1 tutela scan --reproducible --set bad.tset tree/one.txt'

is 'no escape without a terminal' "$(tutela scan --set bad.tset tree | grep -c "$(printf '\033')")" 0
ok 'every line of JSON is JSON' sh -c 'tutela scan --json --set bad.tset tree | jq -e .type'

# Statuses.
run missing-target 'tutela scan --reproducible --json --set bad.tset nowhere'
run missing-and-match 'tutela scan --reproducible --json --set bad.tset nowhere tree/one.txt'
run limit 'tutela scan --reproducible --json --set bad.tset --max-item-bytes 4 tree/clear.txt'
run limit-and-match 'tutela scan --reproducible --set bad.tset --max-item-bytes 12 tree'

# What is scanned.
run exclude-name 'tutela scan --reproducible --json --set bad.tset --exclude "*.txt" tree'
run exclude-path 'tutela scan --reproducible --json --set bad.tset --exclude "tree/sub/*" tree'
run exclude-many 'tutela scan --reproducible --json --set bad.tset --exclude one.txt --exclude deep tree'
run only-image 'tutela scan --reproducible --json --inventory --set bad.tset --only image tree'
run only-two 'tutela scan --reproducible --json --inventory --set bad.tset --only=image,text tree'
ok 'one file system: all of one tree is on it' sh -c 'tutela scan -x --set bad.tset -q tree; test $? = 1'
run dashes 'cp -p tree/one.txt ./--json; tutela scan --set bad.tset --reproducible -- --json'
run any-order 'tutela scan tree/one.txt --json --set=bad.tset --reproducible'
run letters 'tutela scan -xqj2 --set bad.tset tree'

# Where it goes.
run quiet 'tutela scan -q --set bad.tset tree'
run quiet-clear 'tutela scan -q --set bad.tset tree/clear.txt'
run quiet-incomplete 'tutela scan -q --set bad.tset tree nowhere'
run output 'tutela scan --reproducible --json --set bad.tset -o report.jsonl tree; echo $?; cat report.jsonl'
run output-dash 'tutela scan --reproducible --csv --set bad.tset -o - tree/one.txt'
run output-quiet 'tutela scan -q --reproducible --json --set bad.tset -o quiet.jsonl tree; echo $?; cmp report.jsonl quiet.jsonl'
run two-reports 'tutela scan --reproducible --json --set bad.tset --html report.html tree >stdout.jsonl; echo $?; cmp report.jsonl stdout.jsonl; head -c 15 report.html; echo'
tutela scan --reproducible --format html --set bad.tset tree >whole.html
ok '--html writes what --format html writes' cmp whole.html report.html
run own-output 'tutela scan --reproducible --json --set bad.tset -o tree/sub/report.jsonl tree; echo $?; jq -c "if .status == \"skipped\" then del(.modified) else . end" tree/sub/report.jsonl; rm tree/sub/report.jsonl'
run own-output-stdout 'tutela scan --reproducible --json --set bad.tset tree >tree/report.jsonl; echo $?; jq -c "if .status == \"skipped\" then del(.modified) else . end" tree/report.jsonl; rm tree/report.jsonl'
printf old >long-report; head -c 100000 /dev/zero >>long-report
run output-replaced 'tutela scan --reproducible --json --set bad.tset -o long-report tree; cmp long-report report.jsonl'

# Evidence is not touched.
find tree -type f -exec sha256sum {} + | sort >before.txt
find tree -printf '%p %m %s %T@ %C@\n' | sort >>before.txt
tutela scan --set bad.tset --inventory -q tree
find tree -type f -exec sha256sum {} + | sort >after.txt
find tree -printf '%p %m %s %T@ %C@\n' | sort >>after.txt
ok 'files, modes and times are as before' cmp before.txt after.txt

finish
