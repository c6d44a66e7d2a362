#!/usr/bin/env perl
# kill: `set build` over an existing set, killed at every call that changes the disk, and in the
# middle of each (tests/fault/kill.c). After every one:
#
# - the set that stood there is whole, byte for byte the old or the new, and scans as that one does;
# - what is left beside it is nothing, or one file of the documented name PATH.tutela-new-XXXXXXXX,
#   and that is whole, or no set at all;
# - the same command, given again, succeeds.
#
# In `make test` a sample of the calls; TORTURE=long (`make torture`) every one.
use strict;
use warnings;
use Cwd qw(getcwd);
use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(sha256_hex);
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use POSIX ();
use FindBin;
use lib "$FindBin::Bin/..";
use Files;
use Test::More;

chdir dirname(__FILE__) . '/../..' or die $!;
my $out = $ENV{TUTELA_OUT} // getcwd() . '/build/release';
my $program = $ENV{TUTELA} // "$out/tutela";
my $long = ($ENV{TORTURE} // '') eq 'long';
plan skip_all => 'the killer and a sanitizer do not share a process'
    if ($ENV{TUTELA_VARIANT} // 'release') ne 'release';

my $home = tempdir('tutela-kill-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $jobs = $ENV{TEST_JOBS} // (`nproc` || 1) + 0;
$ENV{LC_ALL} = 'C.UTF-8';
umask 022;

# ---- One run ---------------------------------------------------------------------------------

put("$home/tree/$_", "content of $_\n") for qw(old new both none);
put("$home/old.txt", join '', map { sha256_hex("content of $_\n") . "\n" } qw(old both));
put("$home/new.csv", join '', "md5\n", map { md5_hex("content of $_\n") . "\n" } qw(new both),
    map { "number $_" } 1 .. 2000);
put("$home/config/tutela/key", 'thirty-two bytes of a test key.' . "\n");
chmod 0600, "$home/config/tutela/key";

my @build = ($program, qw(set build --as known-bad --reproducible --list killed -o));
my @new = ("$home/new.csv");

# Run a program in `folder`, with a part of its environment changed; its wait status and output.
sub run {
    my ($folder, $environment, @command) = @_;
    my $child = fork // die "fork: $!";
    if (!$child) {
        chdir $folder or exit 120;
        $ENV{XDG_CONFIG_HOME} = "$home/config";
        $ENV{$_} = $environment->{$_} for keys %$environment;
        open STDIN, '<', '/dev/null' or exit 120;
        open STDOUT, '>', "$folder/../stdout.$$" or exit 120;
        open STDERR, '>', '/dev/null' or exit 120;
        alarm 60;
        exec @command or exit 120;
    }
    waitpid $child, 0;
    my $wait = $?;
    my $said = there("$folder/../stdout.$child");
    unlink "$folder/../stdout.$child";
    return ($wait, $said);
}

# What a scan with the set in `folder` finds.
sub answers {
    my ($folder, $set, $environment) = @_;
    my ($wait, $said) = run($folder, $environment // {}, $program, qw(scan -j1 --csv --reproducible --set),
        $set, "$home/tree");
    return "$wait: " . $said =~ s/,#\d+,/,,/gr; # entries are numbered in an order of the key's
}

# name, environment, memory, is there an old set and the key of the old one
my @scenarios = (
    ['in memory', {}, [], 1],
    ['sorted outside memory', {}, ['--memory', '64Ki'], 1],
    ['where every file has a name', { KILL_NO_TMPFILE => 1 }, [], 1],
    ['the first, and its key', { XDG_CONFIG_HOME => 'own' }, [], 0],
    ['the first, its key, and names', { XDG_CONFIG_HOME => 'own', KILL_NO_TMPFILE => 1 }, [], 0],
);

# A folder as it is before the run, and the environment of the run in it.
sub fresh {
    my ($scenario) = @_;
    my $folder = "$home/run.$$/work";
    remove_tree($folder);
    make_path($folder);
    put("$folder/known.tset", slurp("$home/old.tset")) if $scenario->[3];
    my %environment = (%{$scenario->[1]}, LD_PRELOAD => "$out/fault/kill.so");
    $environment{XDG_CONFIG_HOME} = "$folder/config" if $environment{XDG_CONFIG_HOME};
    return ($folder, \%environment);
}

my %answers; # of the old and the new set

# What is wrong in the folder after a kill; nothing when all is well.
sub wrong {
    my ($scenario, $folder, $environment, $new) = @_;
    my %plain = %$environment;
    delete $plain{LD_PRELOAD};
    my ($named, @wrong) = $plain{KILL_NO_TMPFILE};
    my $set = there("$folder/known.tset");
    if ($scenario->[3]) {
        my ($is) = grep { defined $set && $set eq ($_ eq 'old' ? slurp("$home/old.tset") : $new) } qw(old new);
        return 'the set is neither the old nor the new one' if !$is;
        push @wrong, "the $is set answers otherwise" if answers($folder, 'known.tset', \%plain) ne $answers{$is};
    } elsif (defined $set) {
        push @wrong, 'the first set answers otherwise'
            if answers($folder, 'known.tset', \%plain) ne $answers{new};
    }
    my @beside = grep { !/^(known\.tset|config)$/ } map { s{.*/}{}r } glob "$folder/* $folder/.[!.]*";
    push @wrong, 'beside it: ' . join ' ', @beside if @beside > 1;
    for my $name (@beside) {
        push @wrong, "$name: no documented name" if $name !~ /^known\.tset\.tutela-new-[0-9a-f]{8}$/;
        my $answer = answers($folder, $name, \%plain);
        push @wrong, "$name: half a set is taken for a set"
            if $answer ne $answers{new} && !($named && $answer =~ /^1536: $/); # exit 6: refused
    }
    my @config = glob "$folder/config/tutela/*";
    push @wrong, "beside the key: @config" if grep { !m{/key(\.tutela-new-[0-9a-f]{8})?$} } @config;
    push @wrong, 'half a key' if -e "$folder/config/tutela/key" && -s _ != 32;
    my ($wait) = run($folder, \%plain, @build, 'known.tset', @{$scenario->[2]}, @new);
    push @wrong, "given again, it ends with $wait" if $wait;
    push @wrong, 'given again, the set answers otherwise'
        if !@wrong && answers($folder, 'known.tset', \%plain) ne $answers{new};
    return @wrong;
}

# ---- All of them -----------------------------------------------------------------------------

is((run($home, {}, @build, 'old.tset', "$home/old.txt"))[0], 0, 'an old set');
is((run($home, {}, @build, 'new.tset', @new))[0], 0, 'and a new one');
%answers = map { $_ => answers($home, "$_.tset") } qw(old new);
isnt($answers{old}, $answers{new}, 'that answer differently');
like($answers{$_}, qr/^256: .*both/s, "the $_ one finds something") for qw(old new);

my @work;
for my $scenario (@scenarios) {
    my ($name, undef, $options, undef) = @$scenario;
    my ($folder, $environment) = fresh($scenario);
    my ($wait) = run($folder, { %$environment, KILL_TRACE => "$home/trace" }, @build, 'known.tset', @$options, @new);
    my @trace = split /\n/, there("$home/trace") // '';
    unlink "$home/trace";
    is($wait, 0, "$name: undisturbed");
    cmp_ok(scalar @trace, '>', 8, "$name: its calls are seen") or next;
    # Nothing is written between the sync of the file and its name, and the folder is synced last.
    my $order = join ' ', map { s/ .*//r } @trace;
    my $last = $environment->{KILL_NO_TMPFILE} ? qr/fsync rename fsync/ : qr/fsync link rename fsync/;
    like($order, qr/write $last$/, "$name: written, synced, put in place, folder synced");
    push @work, map { my $n = $_; map { [$scenario, $_, $n, scalar @trace] } qw(KILL_AT KILL_TORN) }
        grep { $long || $_ <= 3 || $_ > @trace - 8 || $_ % 5 == 0 } 1 .. @trace;
}

my @workers;
for my $mine (0 .. $jobs - 1) {
    pipe my $from, my $to or die $!;
    my $child = fork // die "fork: $!";
    if (!$child) {
        close $from;
        for (my $i = $mine; $i < @work; $i += $jobs) {
            my ($scenario, $how, $n, $count) = @{$work[$i]};
            my ($folder, $environment) = fresh($scenario);
            my ($wait) = run($folder, { %$environment, $how => $n }, @build, 'known.tset', @{$scenario->[2]}, @new);
            my @wrong = wrong($scenario, $folder, $environment, slurp("$home/new.tset"));
            unshift @wrong, "ended with $wait, not killed" if $wait != 9;
            print {$to} "$scenario->[0], $how=$n of $count: $_\n" for @wrong;
        }
        remove_tree("$home/run.$$");
        close $to;
        POSIX::_exit(0); # the folder is the parent's
    }
    close $to;
    push @workers, [$child, $from];
}
my @wrong;
for (@workers) {
    my ($child, $from) = @$_;
    push @wrong, <$from>;
    waitpid $child, 0;
    is($?, 0, 'a worker went to the end') if $?;
}
is(scalar @wrong, 0, scalar(@work) . ' builds were killed; none did harm');
diag($_) for splice @wrong, 0, 10;
done_testing();
