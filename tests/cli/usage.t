#!/bin/bash
# usage: what a wrong command line is told: one line of error, one of advice, status 2.
. "$(dirname "$0")/lib.sh"

: >x.tset
: >list
: >other
run unknown-command 'tutela scna'
run unknown-far 'tutela frobnicate'
run unknown-set 'tutela set buidl'
run set-alone 'tutela set'
run option-first 'tutela --set x scan'
run help-unknown 'tutela help nope'
run help-too-many 'tutela help demo x'
run unknown-option 'tutela scan --foo x'
run close-option 'tutela scan --exlude x y'
run unknown-letter 'tutela scan -xZ y'
run hidden-bytes 'tutela scan "--$(printf "a\033[31m\n\377")" y'
run missing-value 'tutela scan --set'
run missing-value-letter 'tutela scan -j'
run empty-value 'tutela scan --set= y'
run flag-with-value 'tutela scan --json=yes y'
run bad-number 'tutela scan -j many y'
run bad-number-negative 'tutela scan --threads=-1 y'
run number-too-big 'tutela scan --threads 99999999999999999999 y'
run cache-unknown 'tutela scan --inventory --cache maybe y'
run number-out-of-range 'tutela scan --inventory --threads 0 y'
run sandbox-unknown 'tutela scan --inventory --sandbox off y'
run depth-out-of-range 'tutela scan --inventory --max-depth 257 y'
run partition-out-of-range 'tutela scan --inventory --partition 4294967297 y'
run ratio-out-of-range 'tutela scan --inventory --max-ratio 0 y'
run hold-zero 'tutela scan --inventory --hold-memory 0 y'
run flat-and-limit 'tutela scan --inventory --flat --max-members 7 y'
run flat-and-sandbox 'tutela scan --inventory --sandbox require --flat y'
run bad-size 'tutela scan --memory 5Q y'
run size-too-big 'tutela scan --memory 99999999T y'
run size-zero 'tutela scan --inventory --memory 0 y'
run bad-word 'tutela scan --only image,vidoe y'
run bad-digest 'tutela scan --digests md5,crc32 y'
run bad-format 'tutela scan --format xml y'
run bad-when 'tutela scan --color sometimes y'
run two-formats 'tutela scan --inventory --json --csv y'
run twice 'tutela scan -o a -o b y'
run no-targets 'tutela scan --set x.tset'
run no-targets-after-dashes 'tutela scan --set x.tset --'
run no-set 'tutela scan y'
run empty-target 'tutela scan --set x.tset ""'
run empty-second-target 'tutela scan --set x.tset y ""'
run empty-folder 'tutela demo ""'
run empty-digest 'tutela set lookup x.tset ""'
run set-is-empty 'tutela scan --set x.tset y'
run set-is-folder 'tutela scan --set . y'
run set-is-device 'tutela scan --set /dev/null y'
run lookup-of-a-file 'tutela set lookup x.tset x.tset'
run dash-and-more 'tutela scan --inventory - y'
run stream-only 'tutela scan --inventory --only image -'
run stream-exclude 'tutela scan --inventory --exclude x -'
run stream-files-from 'tutela scan --inventory --files-from x -'
run name-without-stream 'tutela scan --inventory --name x y'
run null-without-list 'tutela scan --inventory -0 y'
run html-dash 'tutela scan --inventory --html - y'
run same-output 'tutela scan --inventory -o r --html r y'
run files-from-missing 'tutela scan --inventory --files-from nowhere'
run output-nowhere 'tutela scan --inventory -o nowhere/r .'
run build-no-polarity 'tutela set build -o x.tset list'
run build-bad-polarity 'tutela set build --as bad -o x.tset list'
run build-two-polarities 'tutela set build --as known-bad --as known-good -o x.tset list'
run build-no-output 'tutela set build --as known-bad list'
run build-no-input 'tutela set build --as known-bad -o x.tset'
run build-over-input 'tutela set build --as known-bad -o x.tset x.tset'
run build-empty-input 'tutela set build --as known-bad -o x.tset ""'
run build-input-twice 'tutela set build --as known-bad -o x.tset list ./list'
run update-input-twice 'tutela set update x.tset -o y.tset --remove other --add list --remove ./other'
run info-none 'tutela set info'
run demo-none 'tutela demo'
run demo-two 'tutela demo a b'
run version-argument 'tutela version x'

# What holds for each of them.
usage() {
    local name=$1 lines
    shift
    tutela "$@" >out.txt 2>err.txt </dev/null
    is "$name: status" $? 2
    is "$name: nothing on standard output" "$(cat out.txt)" ''
    lines=$(sed -n '1{/^tutela: .*: /p};2{/^  [^ ]/p};3,$p' err.txt | wc -l)
    is "$name: an error and an advice" "$lines" 2
}
usage option scan --nope
usage command nope
usage value scan --set
usage target scan --inventory

printf 'known one\n' >evidence
before=$(sha256sum evidence)
run output-over-target 'tutela scan --inventory -o evidence evidence'
run html-over-target 'tutela scan --inventory --html ./evidence evidence'
is 'a report is never written over a target' "$(sha256sum evidence)" "$before"

finish
