#!/usr/bin/perl
# exfat: puts files into the image of an exFAT file system, and deletes them, as its specification says.
#
#     exfat.pl IMAGE put FOLDER        all that is in the folder
#     exfat.pl IMAGE add FILE NAME     one file, into the root
#     exfat.pl IMAGE rm PATH           the entries are out of use, the clusters free; nothing is wiped
#
# Clusters are taken first fit and in one piece; every other file has its chain in the FAT all the same.
use strict;
use warnings;
use Encode qw(encode decode);

my ($image, $verb, @words) = @ARGV;
open my $io, '+<:raw', $image or die "$image: $!\n";

sub get {
    my ($at, $size) = @_;
    seek $io, $at, 0;
    my $bytes;
    my $got = read $io, $bytes, $size;
    die "$image: cut off\n" if !defined $got || $got != $size;
    return $bytes;
}

sub put {
    my ($at, $bytes) = @_;
    seek $io, $at, 0;
    print $io $bytes;
}

my $boot = get(0, 512);
my ($fat_at, undef, $heap, $clusters, $root) = unpack 'V5', substr $boot, 80, 20;
my $sector = 1 << unpack 'C', substr $boot, 108, 1;
my $cluster = $sector << unpack 'C', substr $boot, 109, 1;
$_ *= $sector for $fat_at, $heap;

sub place { my ($n) = @_; return $heap + ($n - 2) * $cluster }
sub next_of { my ($n) = @_; return unpack 'V', get($fat_at + 4 * $n, 4) }
sub chain { my ($n, $next) = @_; put($fat_at + 4 * $n, pack 'V', $next) }

# The bitmap of clusters, by its entry in the root.
my $bitmap;
for (my $at = place($root); ; $at += 32) {
    my ($type, $first) = unpack 'Cx19V', get($at, 32);
    die "$image: no bitmap\n" if !$type;
    if ($type == 0x81) { $bitmap = place($first); last }
}

sub used { my ($n) = @_; return vec get($bitmap + int(($n - 2) / 8), 1), ($n - 2) % 8, 1 }

sub mark {
    my ($n, $used) = @_;
    my $at = $bitmap + int(($n - 2) / 8);
    my $bits = get($at, 1);
    vec($bits, ($n - 2) % 8, 1) = $used;
    put($at, $bits);
}

sub take {
    my ($count) = @_;
    my $run = 0;
    for my $n (2 .. $clusters + 1) {
        $run = used($n) ? 0 : $run + 1;
        next if $run < $count;
        mark($_, 1) for $n - $count + 1 .. $n;
        return $n - $count + 1;
    }
    die "$image: full\n";
}

# Entries go behind the last; a folder's cluster is large enough for those of these tests, or is continued.
sub append {
    my ($folder, $set) = @_;
    for my $entry (unpack '(a32)*', $set) {
        my ($at, $last) = (0, $folder->{first});
        while (1) {
            if ($at == $cluster) {
                my $next = next_of($last);
                if ($next >= 0xfffffff7) {
                    $next = take(1);
                    put(place($next), "\0" x $cluster);
                    chain($last, $next);
                    chain($next, 0xffffffff);
                }
                ($at, $last) = (0, $next);
            }
            last if !unpack 'C', get(place($last) + $at, 1);
            $at += 32;
        }
        put(place($last) + $at, $entry);
    }
}

sub sum {
    my ($bytes, @skip) = @_;
    my $sum = 0;
    my $at = 0;
    for my $byte (unpack 'C*', $bytes) {
        $sum = ((($sum & 1) << 15) + ($sum >> 1) + $byte) & 0xffff if !grep { $_ == $at } @skip;
        $at++;
    }
    return $sum;
}

# Date and time of 2026-01-02 03:04:04.
my $time = ((2026 - 1980) << 25) | (1 << 21) | (2 << 16) | (3 << 11) | (4 << 5) | 2;

sub entries {
    my ($name, $attributes, $flags, $first, $size) = @_;
    my $wide = encode('UTF-16LE', $name);
    my @parts = unpack '(a30)*', $wide;
    my $set = pack 'CCvvvVVVx12', 0x85, 1 + @parts, 0, $attributes, 0, $time, $time, $time;
    $set .= pack 'CCxCvvQ<VVQ<', 0xc0, $flags, length($wide) / 2, sum(encode('UTF-16LE', uc $name)), 0, $size, 0,
        $first, $size;
    $set .= pack 'CCa30', 0xc1, 0, $_ for @parts;
    substr $set, 2, 2, pack 'v', sum($set, 2, 3);
    return $set;
}

my $files = 0;

sub add_file {
    my ($folder, $name, $path) = @_;
    open my $in, '<:raw', $path or die "$path: $!\n";
    my $bytes = do { local $/; <$in> } // '';
    my $count = int((length($bytes) + $cluster - 1) / $cluster);
    return append($folder, entries($name, 0x20, 1, 0, 0)) if !$count;
    my $first = take($count);
    put(place($first), $bytes);
    my $chained = $files++ % 2;
    chain($_, $_ + 1 < $first + $count ? $_ + 1 : 0xffffffff)
        for $chained ? ($first .. $first + $count - 1) : ();
    append($folder, entries($name, 0x20, $chained ? 1 : 3, $first, length $bytes));
}

# A folder's size is known when it is full: its entry is written last.
sub add_folder {
    my ($folder, $path) = @_;
    opendir(my $handle, $path) or die "$path: $!\n";
    for my $raw (sort grep { !/^\.\.?$/ } readdir $handle) {
        my $name = decode('UTF-8', $raw);
        if (!-d "$path/$raw") {
            add_file($folder, $name, "$path/$raw");
            next;
        }
        my $inner = {first => take(1)};
        put(place($inner->{first}), "\0" x $cluster);
        chain($inner->{first}, 0xffffffff);
        add_folder($inner, "$path/$raw");
        my ($n, $size) = ($inner->{first}, 0);
        while ($n < 0xfffffff7) { $size += $cluster; $n = next_of($n) }
        append($folder, entries($name, 0x10, 1, $inner->{first}, $size));
    }
}

# The places of a folder's entries, then those of the file.
sub places {
    my ($first, $count) = @_;
    my @places;
    for (my $n = $first; $n && $n < 0xfffffff7; $n = next_of($n)) {
        push @places, map { place($n) + 32 * $_ } 0 .. $cluster / 32 - 1;
    }
    return @places;
}

sub find {
    my ($first, $name) = @_;
    my @places = places($first);
    for my $i (0 .. $#places) {
        my ($type, $more) = unpack 'CC', get($places[$i], 2);
        next if $type != 0x85;
        my ($flags, $length, $start, $size) = unpack 'xCxCx16VQ<', get($places[$i + 1], 32);
        my $wide = join '', map { substr get($places[$i + $_], 32), 2 } 2 .. $more;
        next if decode('UTF-16LE', substr $wide, 0, 2 * $length) ne $name;
        return {places => [@places[$i .. $i + $more]], first => $start, size => $size, flags => $flags};
    }
    die "$name: not there\n";
}

sub remove {
    my ($path) = @_;
    my $file = {first => $root};
    $file = find($file->{first}, $_) for split m{/}, decode('UTF-8', $path);
    for my $at (@{$file->{places}}) {
        put($at, pack 'C', 0x7f & unpack 'C', get($at, 1));
    }
    my $n = $file->{first};
    for (1 .. int(($file->{size} + $cluster - 1) / $cluster)) {
        mark($n, 0);
        my $next = $file->{flags} & 2 ? $n + 1 : next_of($n);
        chain($n, 0);
        $n = $next;
    }
}

if ($verb eq 'put') { add_folder({first => $root}, $words[0]) }
elsif ($verb eq 'add') { add_file({first => $root}, decode('UTF-8', $words[1]), $words[0]) }
elsif ($verb eq 'rm') { remove($words[0]) }
else { die "$verb: no such verb\n" }
close $io or die "$image: $!\n";
