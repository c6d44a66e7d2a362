#!/usr/bin/env perl
# The words in which readers say what is missing are those of scanner/worker/reasons.def: what is not
# there reaches a report as the general words of its status.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Test::More;

my $table = 'scanner/worker/reasons.def';

sub unknown {
    my ($root) = @_;
    my %row = map { $_ => 1 } slurp("$root/$table") =~ /^REASON\((\w+, "[^"]+")\)/mg;
    my @complaints;
    for my $file (files($root, [grep { -d "$root/$_" } qw(scanner/unpack scanner/disk scanner/carve)], '.c', '.h', '.def')) {
        my $text = slurp("$root/$file");
        while ($text =~ /\bTUTELA_ITEM_(\w+),\s*("[^"]+")/g) {
            push @complaints, "$file: $1, $2 is not in $table" if !$row{"$1, $2"};
        }
    }
    return @complaints;
}

bad('words that are in no table', \&unknown, qr/not in/,
    'scanner/unpack/a.c' => qq{x = {TUTELA_ITEM_LIMIT, "too far"};\n}, $table => "REASON(LIMIT, \"no\")\n");
good('words that are', \&unknown,
    'scanner/unpack/a.c' => qq{x = {TUTELA_ITEM_LIMIT, "no"};\n}, $table => "REASON(LIMIT, \"no\")\n");
clean('every reason has its words in the table', \&unknown);
done_testing();
