#!/usr/bin/env perl
# torture: every command of the fault build, with its n-th allocation, open, read, write, sync, stat
# or thread failing (scanner/base/fault.h), under the address sanitizer and its leak check.
#
# For each failure: no signal, no sanitizer report, a documented exit status, one line that says
# why; and a run that claims to be whole (the exit of the undisturbed run) has the undisturbed
# output, byte for byte. What stood in the place of an output is whole, old or new.
#
# In `make test` a sample of n; TORTURE=long (`make torture`) every n, and also "n and all later"; of
# what makes thousands of calls each n that came another way through the program than those before.
# TORTURE_ONLY=REGEX picks scenarios, as "scan json"; TORTURE_PROGRAM names another fault build.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(sha1_hex sha256_hex);
use Cwd qw(getcwd);
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use IO::Compress::Zip qw(zip);
use FindBin;
use lib "$FindBin::Bin/..";
use Files;
use Test::More;
use Time::HiRes qw(time);

chdir dirname(__FILE__) . '/../..' or die $!;
my $program = $ENV{TORTURE_PROGRAM} // getcwd() . '/build/fault/tutela';
my $long = ($ENV{TORTURE} // '') eq 'long';
my $variant = $ENV{TUTELA_VARIANT} // 'release';
plan skip_all => 'the release run does this' if $variant ne 'release';
plan skip_all => 'no build/fault/tutela: `make VARIANT=fault program` makes it' if !-x $program;

my @kinds = qw(mem open read write sync stat thread random);
my $home = tempdir(CLEANUP => 1);
my $jobs = $ENV{TEST_JOBS} // (`nproc` || 1) + 0;
# Short stacks of allocations cost a third less time; the long tier can afford whole ones.
$ENV{ASAN_OPTIONS} = 'detect_leaks=1:exitcode=99:abort_on_error=0:malloc_context_size=' . ($long ? 30 : 6);
$ENV{LC_ALL} = 'C.UTF-8';
$ENV{XDG_CONFIG_HOME} = "$home/config"; # the key that seals sets is made there

# ---- A small tree, lists of two of its files, and a set --------------------------------------

my %tree = (
    'a.jpg'      => "\xff\xd8\xff\xe0\x00\x10JFIF\x00" . join('', map { chr($_ * 7 % 256) } 1 .. 3000),
    'b/c.png'    => "\x89PNG\r\n\x1a\n" . join('', map { chr($_ * 11 % 256) } 1 .. 2000),
    'b/d/e.txt'  => "nothing of note\n" x 40,
    "b/odd \n name" => 'x' x 100,
);
put("$home/tree/$_", $tree{$_}) for keys %tree;
my ($known, $other) = @tree{'a.jpg', 'b/c.png'};
put("$home/lists/plain.txt", sha256_hex($known) . "\n" . md5_hex($other) . "\n");
put("$home/lists/sums.md5", md5_hex($known) . "  a.jpg\n");
put("$home/lists/rows.csv", "md5,sha1,size\n" . md5_hex($known) . ',' . sha1_hex($known) . ','
    . length($known) . "\n");
put("$home/lists/deep.txt", "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## \n"
    . join(',', length $known, md5_hex($known), sha256_hex($known), '/a.jpg') . "\n");
put("$home/lists/vics.json", '{"odata.metadata":"x/$metadata#Media","value":[{"MediaID":1,"Category":1,"MD5":"'
    . md5_hex($known) . '","SHA1":"' . sha1_hex($known) . '","MediaSize":"' . length($known) . '"}]}');

put("$home/lists/many.csv", join '', "md5,sha1\n", map { md5_hex($_) . ',' . sha1_hex($_) . "\n" } 1 .. 1500);

zip("$home/lists/sums.md5" => "$home/lists/sums.zip", Name => 'sums.md5') or die 'zip';

# A tar, too long to be looked at as a whole: the known file, others, and two containers.
sub tar_of {
    my %members = @_;
    my $tar = '';
    for my $name (sort keys %members) {
        my $head = pack 'a100 a8 a8 a8 a12 a12 A8 a1 a100 a6 a2', $name, '0000644', '0000000', '0000000',
            sprintf('%011o', length $members{$name}), '00000000000', '', '0', '', 'ustar', '00';
        substr($head, 148, 8) = sprintf "%06o\0 ", unpack '%32C*', $head;
        $tar .= pack('a512', $head) . $members{$name} . "\0" x (-length($members{$name}) % 512);
    }
    return $tar . "\0" x 1024;
}
put("$home/box.tar", tar_of('a.jpg' => $known, 'inner.tar' => tar_of('b.jpg' => $known, 'x' => 'y'),
    'large' => 'not much to see. ' x 30000, 'z.jpg' => $known));

# What a container holds: a known file in a zip in a zip, and others beside it.
make_path("$home/box");
zip(["$home/tree/a.jpg", "$home/tree/b/d/e.txt"] => "$home/inner.zip", FilterName => sub { s/.*\///s }) or die 'zip';
zip(["$home/inner.zip", "$home/tree/b/c.png"] => "$home/box/outer.zip", FilterName => sub { s/.*\///s }) or die 'zip';

# The same known file, for whoever has the password.
make_path("$home/locked");
put("$home/passwords", "wrong\nright\n");
system(qw(bsdtar --format zip --options zip:encryption=aes256 --passphrase right -cf), "$home/locked/one.zip",
    '-C', "$home/tree", 'a.jpg', 'b/c.png') == 0 or die 'bsdtar';

my @lists = map { "$home/lists/$_" } qw(plain.txt sums.md5 rows.csv deep.txt vics.json sums.zip);
my @build = ('set', 'build', '--as', 'known-bad', '--reproducible', '--list', 'torture', '-o');
my $said = do { my @c = map { "'$_'" } $program, @build, "$home/known.tset", $lists[0]; `@c 2>&1` };
is($?, 0, 'the fault build compiles a set') or do {
    diag($said);
    done_testing();
    exit 1;
};

for my $command (['keygen', '--signing', "$home/signing"],
    ['sign', '--signing-key', "$home/signing", '-o', "$home/signed.tset", "$home/known.tset"]) {
    is(system("'$program' set @$command 2>/dev/null"), 0, "the fault build does set $command->[0]");
}

put("$home/lists/gone.txt", join '', map { md5_hex($_) . "\n" } 10 .. 40);
put("$home/lists/come.csv", join '', "md5,sha1\n", map { md5_hex($_) . ',' . sha1_hex($_) . "\n" } 1490 .. 1520);
for ([@build, "$home/many.tset", "$home/lists/many.csv"],
    ['set', 'update', '--reproducible', "$home/many.tset", '-o', "$home/layers.tset", '--remove', "$home/lists/gone.txt"]) {
    my @c = map { "'$_'" } $program, @$_;
    my $told = `@c 2>&1`;
    is($?, 0, 'the fault build makes a set of layers') or diag($told);
}

# How many calls of each kind the short tier fails: the first few, then some of the rest, and the
# last. A twin shares its way with another scenario up to the last step; a heavy one is long even so.
my %share = (quick => [5, 3], main => [4, 4], twin => [1, 2], heavy => [1, 2]);

# name, share, arguments (OUT is the run's own folder, made new), standard input, files it writes,
# what of these is the same in every run
my @scan = ('scan', '-j1', '--reproducible', '--set', "$home/known.tset", '--spool-dir', 'OUT');
my @scenarios = (
    ['set build', 'quick', [@build, 'OUT/new.tset', @lists], undef, ['new.tset']],
    ['set build by a map', 'twin', [@build, 'OUT/new.tset', '--map', 'md5=md5,size=3', "$home/lists/rows.csv"],
        undef, ['new.tset']],
    # Sorted outside memory, on several threads.
    ['set build spilled', 'quick', [@build, 'OUT/new.tset', '--memory', '64Ki', "$home/lists/many.csv"],
        undef, ['new.tset']],
    # A signature has its time in it: what tells here is that nothing is half written.
    ['set sign', 'quick', ['set', 'sign', '--signing-key', "$home/signing", '-o', 'OUT/signed.tset',
        "$home/known.tset"], undef, ['signed.tset'], sub { $_[0] =~ s/\x89TSIG.*//sr }],
    ['set update', 'quick', ['set', 'update', '--reproducible', "$home/layers.tset", '-o', 'OUT/new.tset',
        '--memory', '64Ki', '--remove', "$home/lists/come.csv", '--add', "$home/lists/come.csv"], undef, ['new.tset']],
    ['set compact', 'quick', ['set', 'compact', '--reproducible', "$home/layers.tset", '-o', 'OUT/new.tset',
        '--memory', '64Ki'], undef, ['new.tset']],
    ['set diff', 'quick', ['set', 'diff', "$home/many.tset", "$home/layers.tset"]],
    ['scan layers', 'twin', ['scan', '-j1', '--reproducible', '--json', '--set', "$home/layers.tset", "$home/tree"]],
    ['set info', 'quick', ['set', 'info', "$home/known.tset"]],
    ['set lookup', 'quick', ['set', 'lookup', '--json', "$home/known.tset"], "$home/digests"],
    ['set check', 'quick', ['set', 'check', "$home/known.tset"]],
    ['set keygen', 'quick', ['set', 'keygen', 'OUT/new.key'], undef, ['new.key']],
    ['set check signed', 'quick', ['set', 'check', '--require-signature', "$home/signing.pub",
        "$home/signed.tset"]],
    ['scan json', 'main', [@scan, '--json', "$home/tree"]],
    (map { ["scan $_", 'twin', [@scan, '--format', $_, "$home/tree"]] } qw(text csv html)),
    ['scan to files', 'twin', [@scan, '--json', '-o', 'OUT/run.jsonl', '--html', 'OUT/run.html', "$home/tree"],
        undef, ['run.jsonl', 'run.html']],
    ['scan inventory', 'twin', [@scan, '--json', '--inventory', '--digests', 'sha512', "$home/tree"]],
    ['scan containers', 'main', [@scan, '--json', "$home/box"]],
    ['scan passwords', 'main', [@scan, '--json', '--password-file', "$home/passwords", "$home/locked"]],
    ['scan containers require', 'twin', [@scan, '--json', '--unsorted', '--sandbox', 'require', "$home/box"]],
    ['scan signed', 'main', [@scan[0 .. 2], '--require-signature', "$home/signing.pub", '--set',
        "$home/signed.tset", '--json', "$home/tree/a.jpg"]],
    ['scan stream', 'main', [@scan, '--json', '--name', 'upload', '-'], "$home/tree/a.jpg"],
    ['scan stream of a tar', 'main', [@scan, '--json', '-'], "$home/box.tar"],
    ['scan stream of a tar inventory', 'twin', [@scan, '--json', '--inventory', '--memory', '64Ki', '-'],
        "$home/box.tar"],
    ['scan names', 'twin', [@scan, '--json', '--files-from', '-', '-0'], "$home/names"],
    ['selftest', 'heavy', ['selftest', '--json']],
    ['demo', 'heavy', ['demo', 'OUT/demo'], undef, ['demo/lists']],
);
put("$home/digests", sha256_hex($known) . "\n" . md5_hex('x') . "\n" . md5_hex($other) . "\n");
put("$home/names", "$home/tree/a.jpg\0$home/tree/b\0");
my $only = $ENV{TORTURE_ONLY} // '.';
@scenarios = grep { $_->[0] =~ /$only/ } @scenarios;

# ---- One run ---------------------------------------------------------------------------------

# Every file below a folder, as "path\0content\0".
# A key is never the same twice: of it only the size.
sub everything {
    my ($path) = @_;
    return $path . (-e $path ? ' of ' . -s _ : '') . "\0" if $path =~ /\.key$/;
    return -e $path ? "$path\0" . slurp($path) . "\0" : '' if !-d $path;
    opendir my $in, $path or return '';
    return join '', map { everything("$path/$_") } sort grep { !/^\.\.?$/ } readdir $in;
}

# Run a scenario with a fault; what came of it. `old` stands where output files go.
sub run {
    my ($scenario, $fault, $report) = @_;
    my (undef, undef, $arguments, $stdin, $made, $same) = @$scenario;
    my $out = "$home/out.$$";
    remove_tree($out, "$out.state");
    make_path($out);
    put("$out/$_", 'old') for grep { !m{/|\.key$} } @{$made || []};
    my @command = map { s/^OUT/$out/r } @$arguments;
    my $child = fork // die "fork: $!";
    if (!$child) {
        $ENV{TUTELA_FAULT} = $fault;
        $ENV{XDG_STATE_HOME} = "$out.state"; # what was seen of signed sets: nothing yet
        $ENV{TUTELA_FAULT_REPORT} = $report if $report;
        open STDIN, '<', $stdin || '/dev/null' or exit 120;
        open STDOUT, '>', "$out/stdout" or exit 120;
        open STDERR, '>', "$out/stderr" or exit 120;
        alarm 60;
        exec $program, @command or exit 120;
    }
    waitpid $child, 0;
    my %run = (wait => $?, exit => $? >> 8, signal => $? & 127, fault => $fault);
    $run{$_} = (there("$out/$_") // '') =~ s/\Q$out\E/OUT/gr for qw(stdout stderr);
    # Reports name nothing of the run's own folder but its path.
    $run{made} = { map { $_ => everything("$out/$_") =~ s/\Q$out\E/OUT/gr } @{$made || []} };
    $run{made} = { map { $_ => $same->($run{made}{$_}) } keys %{$run{made}} } if $same;
    opendir my $in, $out or die $!;
    $run{left} = [grep { my $name = $_; $name !~ /^(\.\.?|stdout|stderr)$/
        && !grep { m{^\Q$name\E(/|$)} } @{$made || []} } readdir $in];
    return \%run;
}

# What is wrong with a run, given the undisturbed one; nothing when all is well.
sub faults_of {
    my ($run, $calm) = @_;
    return "ended by signal $run->{signal}" if $run->{signal};
    return 'the sanitizer complains: ' . join ' | ', ($run->{stderr} =~ /(.*(?:ERROR|SUMMARY|#[0-9] ).*)/g)[0 .. 7]
        if $run->{exit} == 99 || $run->{stderr} =~ /Sanitizer/;
    return "exit $run->{exit}, which no page documents" if $run->{exit} > 6;
    my @wrong;
    # However a run ends: what its summary counts was delivered.
    my ($matches) = $run->{stdout} =~ /"type":"summary".*"matches":(\d+)/;
    push @wrong, 'a match that is counted and not there'
        if defined $matches && $matches != (() = $run->{stdout} =~ /^\{"type":"match"/mg);
    push @wrong, 'files left behind: ' . join(' ', @{$run->{left}}) if @{$run->{left}};
    for my $name (grep { /\.tset$/ } keys %{$run->{made}}) {
        my ($now, $new) = ($run->{made}{$name}, $calm->{made}{$name});
        push @wrong, "$name is neither the old nor the new" if $now ne $new && $now !~ /\0old\0$/;
    }
    for my $name (grep { /\.key$/ } keys %{$run->{made}}) {
        push @wrong, "$name is there, and the exit is $run->{exit}" if $run->{exit} && $run->{made}{$name} =~ / of /;
    }
    if ($run->{exit} == $calm->{exit}) {
        push @wrong, "exit $run->{exit} as if all were well, and another output"
            if $run->{stdout} ne $calm->{stdout};
        for my $name (sort keys %{$calm->{made}}) {
            push @wrong, "exit $run->{exit} as if all were well, and another $name"
                if $run->{made}{$name} ne $calm->{made}{$name};
        }
    } elsif ($run->{exit} <= 1) {
        push @wrong, "exit $run->{exit}, and $calm->{exit} undisturbed";
    } else {
        push @wrong, "exit $run->{exit} without a word"
            if $run->{exit} !~ /^[34]$/ && $run->{stderr} !~ /^tutela: \S/m;
        push @wrong, 'an error of many lines' if (() = $run->{stderr} =~ /^tutela: /mg) > 3;
    }
    return @wrong;
}

# The judge first: it must see each kind of wrong in a run made up here.
sub judged {
    my (%change) = @_;
    my %calm = (signal => 0, exit => 1, stdout => "match\n", stderr => '', left => [],
        made => { 'new.tset' => "new.tset\0new\0" });
    return join '; ', faults_of({ %calm, %change }, \%calm);
}
is(judged(), '', 'an undisturbed run is well');
is(judged(exit => 5, stderr => "tutela: report: No space left\n"), '', 'so is an honest failure');
is(judged(exit => 3, stdout => "unreadable\n"), '', 'and a run that says it is incomplete');
like(judged(signal => 11), qr/signal 11/, 'a crash is seen');
like(judged(exit => 99), qr/sanitizer/, 'a leak is seen');
like(judged(exit => 0), qr/exit 0/, 'a lost match is seen');
like(judged(exit => 7), qr/documents/, 'an exit of its own is seen');
like(judged(stdout => ''), qr/another output/, 'a lost line is seen');
like(judged(exit => 2), qr/without a word/, 'a failure without a word is seen');
like(judged(exit => 5, stderr => "tutela: a: b\n", made => { 'new.tset' => "new.tset\0ne\0" }),
    qr/neither/, 'half a set is seen');
like(judged(exit => 5, stderr => "tutela: a: b\n", stdout => qq({"type":"summary","items":2,"matches":1}\n)),
    qr/not there/, 'a match that is only counted is seen');
like(judged(exit => 5, stderr => "tutela: a: b\n", made => { 'new.key' => "new.key of 16\0" }),
    qr/new.key is there/, 'half a key is seen');
like(judged(left => ['temporary']), qr/left behind/, 'a file left behind is seen');

# ---- All of them, side by side ---------------------------------------------------------------

# How many calls of each kind there were, and which came a new way through the program.
sub counts {
    my ($path) = @_;
    my (%count, %ways);
    for (split /\n/, there($path) // '') {
        $count{$1} = $2 if /^(\w+) (\d+)$/;
        push @{$ways{$1}}, $2 if /^(\w+) way (\d+)$/;
    }
    return (\%count, \%ways);
}

# The calls to fail, of `count`; the long tier takes all, of a heavy one each way and the last.
sub sample {
    my ($count, $share, $ways) = @_;
    my ($dense, $spread) = @{$share{$share}};
    return sort { $a <=> $b } keys %{{ map { $_ => 1 } @$ways, $count }} if $long && $share eq 'heavy';
    return 1 .. $count if $long || $count <= $dense + $spread;
    my %n = map { $_ => 1 } 1 .. $dense, $count;
    $n{$dense + int(($count - $dense) * $_ / $spread)} = 1 for 1 .. $spread;
    return sort { $a <=> $b } keys %n;
}

my (@work, %calm, %plan);
for my $scenario (@scenarios) {
    my $name = $scenario->[0];
    my $report = "$home/count";
    unlink $report;
    my $calm = $calm{$name} = run($scenario, 'mem:0', $report);
    my ($counts, $ways) = counts($report);
    my %count = %$counts;
    is($calm->{exit} <= 1 && !@{$calm->{left}} ? 'well' : "exit $calm->{exit}: $calm->{stderr}", 'well',
        "$name: undisturbed");
    ok(scalar(keys %count), "$name: its calls are counted") or next;
    for my $kind (grep { $count{$_} } @kinds) {
        my @n = sample($count{$kind}, $scenario->[1], $ways->{$kind});
        my $again = $long && $scenario->[1] ne 'heavy';
        my @faults = map { ("$kind:$_", $again ? "$kind:$_+" : ()) } @n;
        # Past the last call: undisturbed again, or the counts of this test are not to be believed.
        push @faults, "$kind:" . ($count{$kind} + 1) if $long || $kind eq 'mem';
        $plan{"$name\0$kind"} = { count => $count{$kind}, runs => scalar @faults, wrong => [] };
        push @work, map { [$scenario, $kind, $_] } @faults;
    }
}

my @workers;
for my $mine (0 .. $jobs - 1) {
    pipe my $from, my $to or die $!;
    my $child = fork // die "fork: $!";
    if (!$child) {
        close $from;
        for (my $i = $mine; $i < @work; $i += $jobs) {
            my ($scenario, $kind, $fault) = @{$work[$i]};
            my $run = run($scenario, $fault);
            print {$to} join("\0", $scenario->[0], $kind, $fault, s/\s+/ /gr), "\n"
                for faults_of($run, $calm{$scenario->[0]});
        }
        remove_tree("$home/out.$$");
        close $to;
        require POSIX;
        POSIX::_exit(0); # the folder and the plan are the parent's
    }
    close $to;
    push @workers, [$child, $from];
}
for (@workers) {
    my ($child, $from) = @$_;
    while (<$from>) {
        chomp;
        my ($name, $kind, $fault, $what) = split /\0/;
        push @{$plan{"$name\0$kind"}{wrong}}, "$fault: $what";
    }
    waitpid $child, 0;
    is($?, 0, 'a worker went to the end') if $?;
}
for my $key (sort keys %plan) {
    my ($name, $kind) = split /\0/, $key;
    my $entry = $plan{$key};
    ok(!@{$entry->{wrong}}, "$name: $entry->{runs} runs over $entry->{count} $kind calls");
    diag("$name: $_") for splice @{$entry->{wrong}}, 0, 8;
    diag(scalar(@{$entry->{wrong}}) . ' more') if @{$entry->{wrong}};
}
note(sprintf '%d runs, %d at a time, %.1f s', scalar @work, $jobs, time - $^T);
done_testing();
