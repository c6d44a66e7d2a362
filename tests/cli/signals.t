#!/bin/bash
# signals: a scan that is asked to stop reports what it has, says that it is incomplete, and ends by
# the signal. The scan waits for names from a pipe, so that the moment is the same every time.
. "$(dirname "$0")/lib.sh"

fixture

# Send a signal to a scan that has read one name and waits for the next.
stopped() { # signal, arguments...
    local signal=$1 pid
    shift
    mkfifo names.pipe
    # A shell starts what it puts into the background with SIGINT ignored.
    perl -e '$SIG{INT} = "DEFAULT"; exec "tutela", @ARGV' "$@" <names.pipe &
    pid=$!
    exec 7>names.pipe
    printf 'tree/one.txt\n' >&7
    # Until it has taken the name from the pipe (FIONREAD), and a moment to read the file.
    perl -e 'for (1 .. 600) { ioctl STDOUT, 0x541B, my $left = pack "i", 0;
        last if !unpack "i", $left; select undef, undef, undef, 0.05 }' >&7
    sleep "${TEST_PATIENCE:-0.7}"
    kill -s "$signal" "$pid"
    wait "$pid" 2>/dev/null
    local status=$?
    exec 7>&-
    rm names.pipe
    return $status
}
export -f stopped
scan='--reproducible --json --set bad.tset'

run int "stopped INT scan $scan --files-from -"
run term "stopped TERM scan $scan --files-from -"
run hup "stopped HUP scan $scan --files-from -"
run int-stream "stopped INT scan $scan -"
run int-text "stopped INT scan --reproducible --set bad.tset --files-from -"
run int-html "stopped INT scan --set bad.tset -q --html stopped.html --files-from -; echo \$?; grep -c '</html>' stopped.html"

# The shell sees a signal, not a number: a loop around the scan ends too.
is 'ended by the signal itself' "$(perl -e 'pipe R, W;
    my $pid = fork // die;
    if (!$pid) { open STDIN, "<&R"; close W; open STDERR, ">", "/dev/null";
        exec "tutela", qw(scan --set bad.tset -q -) }
    close R; select undef, undef, undef, 0.5;
    kill TERM => $pid; waitpid $pid, 0; print $? & 127')" 15

# What was ignored when the scan began stays ignored.
is 'nohup holds' "$(perl -e 'pipe R, W; $SIG{HUP} = "IGNORE";
    my $pid = fork // die;
    if (!$pid) { open STDIN, "<&R"; close W; exec "tutela", qw(scan --set bad.tset -q -) }
    close R; select undef, undef, undef, 0.5;
    kill HUP => $pid; select undef, undef, undef, 0.2; close W; waitpid $pid, 0; print $?')" 0

finish
