#!/bin/bash
# threads: the same input gives the same report, byte for byte, whatever the number of threads.
. "$(dirname "$0")/lib.sh"

fixture
mkdir -p tree/d{0..16}/e{0..4}
for ((i = 1; i <= 400; i++)); do
    echo "content $((i % 90))" >"tree/d$((i % 17))/e$((i % 5))/$i"
    [ $((i % 40)) != 0 ] || cp tree/one.txt "tree/d$((i % 17))/$i.txt"
done
ln tree/one.txt tree/d3/hard-link
mkfifo tree/d4/pipe

for format in text json csv html; do
    for threads in 1 4 16; do
        tutela scan --reproducible --format $format -j $threads --set bad.tset --inventory tree \
            >$format.$threads
        is "$format, $threads threads: status" $? 1
    done
    ok "$format: 1 and 4 threads" cmp $format.1 $format.4
    ok "$format: 1 and 16 threads" cmp $format.1 $format.16
done
tutela scan --reproducible --json -j 4 --memory 64k --set bad.tset --inventory tree >json.spooled
ok 'little memory for sorting' cmp json.1 json.spooled
tutela scan --reproducible --json -j 4 --unsorted --set bad.tset --inventory tree >json.unsorted
ok 'unsorted: the same records' cmp <(sort json.1) <(sort json.unsorted)
for use in keep drop; do
    tutela scan --reproducible --json -j 4 --cache $use --set bad.tset --inventory tree >json.$use
    ok "--cache $use: the same report" cmp json.1 json.$use
done

finish
