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
    # Until it has taken the name from the pipe (FIONREAD), and then has nothing to do for a while: however busy
    # the machine is, a thread that waits for a processor does not sleep.
    perl -e 'for (1 .. 600) { ioctl STDOUT, 0x541B, my $left = pack "i", 0;
        last if !unpack "i", $left; select undef, undef, undef, 0.05 }' >&7
    perl -e 'for (my ($i, $calm) = (0, 0); $i < 1200 && $calm < 20; $i++) {
        select undef, undef, undef, 0.05;
        my @busy = grep { open my $f, "<", $_ and <$f> =~ /\) [^S]/ } glob "/proc/$ARGV[0]/task/*/stat";
        $calm = @busy ? 0 : $calm + 1 }' "$pid"
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

# ---- While containers are opened ----------------------------------------------------------------

# Workers that are stopped: the scan ends at once all the same, and none is left.
perl -e 'srand 1; print map { chr rand 256 } 1 .. 6000000' >noise
for i in 1 2 3 4 5 6; do tar -cf box$i.tar noise tree/one.txt; done
mkdir boxes
mv box?.tar boxes

# Start it with a pipe or a file as its input, stop each worker that comes, and then send it the signal.
# The seconds it took from there, its signal, and whether any worker is left.
interrupted() { # input, arguments...
    perl -MTime::HiRes=time,sleep -e 'my $input = shift; my %seen;
        my $pid = fork // die;
        if (!$pid) { $SIG{INT} = "DEFAULT"; open STDIN, "<", $input or die; exec "tutela", @ARGV }
        my $until = time + 20; my $quiet = time + 20;
        while (time < $until && time < $quiet) {
            for my $child (split " ", join " ", map { open my $in, "<", $_; <$in> // () } glob "/proc/$pid/task/*/children") {
                next if $seen{$child} or (readlink "/proc/$child/exe" // "") !~ /-worker/; # before, we wait for it
                $seen{$child} = 1;
                kill STOP => $child;
                $quiet = time + 0.5;
            }
            sleep 0.002;
        }
        my $from = time;
        kill INT => $pid; waitpid $pid, 0;
        my ($took, $signal) = (time - $from, $? & 127);
        printf "%s %d %d %d\n", $took < 3 * ($ENV{TEST_PATIENCE} // 1) ? "at-once" : $took, $signal,
            scalar(keys %seen) > 0, scalar grep { -e "/proc/$_/exe" } keys %seen' "$@"
}
is 'a stream whose worker is stopped' \
    "$(interrupted boxes/box1.tar scan --reproducible --json --set bad.tset - 2>/dev/null >stopped.out; tail -1 stopped.out)" 'at-once 2 1 0'
is 'a stream whose worker is stopped: what it says' \
    "$(jq -rR 'fromjson? | select(.type == "item") | [.status, .chain[]] | join("|")' stopped.out 2>/dev/null)" 'partial|-'
is 'a scan whose workers are stopped' \
    "$(interrupted /dev/null scan --reproducible --json --set bad.tset --threads 4 boxes 2>/dev/null | tail -1)" 'at-once 2 1 0'

finish
