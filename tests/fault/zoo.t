#!/usr/bin/perl
# zoo: a scan of one of everything that is nasty, against an oracle: exactly these items, each with
# its status, whatever the number of threads. tests/fault/mkzoo.c makes the zoo and the oracle;
# tests/fault/shim.c spoils files by their names, for reads that fail, hang, lie or never end.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/..";
use Files;
use JSON::PP;
use Test::More;

my $root = abs_path(dirname(__FILE__) . '/../..');
my $out = $ENV{TUTELA_OUT} || "$root/build/release";
my $tutela = $ENV{TUTELA} || "$out/tutela";
my $variant = $ENV{TUTELA_VARIANT} || 'release';
my $folder = tempdir('tutela-zoo-XXXXXX', TMPDIR => 1);
END { system('rm', '-rf', $folder) if $folder }
my @narrow = ('--max-overrun', '1Mi', '--read-timeout', '2');

# Control bytes, bytes from 0x7f on and the backslash as \xNN, as mkzoo writes them.
sub escaped {
    my ($bytes) = @_;
    $bytes =~ s/([\x00-\x1f\x7f-\xff\\])/sprintf '\\x%02x', ord $1/ge;
    return $bytes;
}

# Make a zoo; its oracle as path => status.
sub make_zoo {
    my ($name, @options) = @_;
    my %want;
    open my $lines, '-|', "$out/fault/mkzoo", @options, "$folder/$name" or die "mkzoo: $!";
    while (my $line = <$lines>) {
        chomp $line;
        if ($line =~ /^#/) { diag($line); next }
        my ($status, $path) = split /\t/, $line, 2;
        $want{$path} = $status;
    }
    close $lines or die "mkzoo failed";
    return \%want;
}

# Scan; the exit status, path => status, and the summary record.
sub scan {
    my ($name, $shim, @options) = @_;
    my (%got, $summary, @twice);
    local $ENV{LD_PRELOAD} = $shim ? "$out/fault/shim.so" : '';
    delete local $ENV{LD_PRELOAD} unless $shim;
    open my $lines, '-|', $tutela, 'scan', '--json', '--inventory', @narrow, @options,
        "$folder/$name" or die "scan: $!";
    while (my $line = <$lines>) {
        my $record = decode_json($line);
        $summary = $record if $record->{type} eq 'summary';
        next unless $record->{chain};
        my $path = escaped(path_of($record));
        push @twice, $path if exists $got{$path};
        $got{$path} = $record->{status};
    }
    close $lines;
    return ($? >> 8, $? & 127, \%got, $summary, \@twice);
}

sub check {
    my ($name, $want, $shim, @options) = @_;
    my ($exit, $signal, $got, $summary, $twice) = scan($name, $shim, @options);
    my $what = "$name @options";
    my @wrong = map { "$_: " . ($got->{$_} // 'not reported') . ", want $want->{$_}" }
        grep { ($got->{$_} // '') ne $want->{$_} } sort keys %$want;
    push @wrong, map { "$_: $got->{$_}, not expected" } grep { !exists $want->{$_} } sort keys %$got;
    is(scalar @wrong, 0, "$what: every item has the status it must have");
    diag(substr $_, -300) for @wrong[0 .. ($#wrong < 9 ? $#wrong : 9)];
    is(scalar @$twice, 0, "$what: no item is reported twice");
    my $incomplete = grep { !/^(clear|match|known|skipped)$/ } values %$want;
    is($signal, 0, "$what: ended by itself");
    is($exit, $incomplete ? 3 : 0, "$what: exit status");
    ok($summary && $summary->{items} == keys %$want, "$what: the summary counts every item");
    return;
}

my $plain = make_zoo('zoo');
cmp_ok(scalar keys %$plain, '>', 100, 'a zoo of more than a hundred things');
check('zoo', $plain, 0, '-j', $_) for 1, 4, 16;

SKIP: {
    skip 'the shim and a sanitizer do not share a process', 1 if $variant ne 'release';
    my $spoilt = make_zoo('spoilt', '--shim');
    check('spoilt', $spoilt, 1, '-j', $_) for 1, 4;
    my $hanging = make_zoo('hanging', '--shim', '--hang');
    check('hanging', $hanging, 1, '-j', $_) for 1, 4;
}
done_testing();
