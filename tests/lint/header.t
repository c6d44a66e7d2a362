#!/usr/bin/env perl
# tutela.h as its users compile it: strict C11, no hole in a struct, C++, both compilers.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Test::More;

# Naming each struct's size makes the compiler lay it out, and so see its holes.
my @structs = slurp('scanner/include/tutela.h') =~ /^\} (tutela_\w+);/mg;
my $include = join "\n", '#include <tutela.h>', '#include <tutela.h>',
    map { "extern char size_of_${_}[sizeof($_)];" } @structs;
cmp_ok(scalar @structs, '>', 10, 'tutela.h has structs to look at');
my $strict = '-Wall -Wextra -pedantic -Wpadded -Werror -fsyntax-only -Iscanner/include';

sub compiles {
    my ($command, $text) = @_;
    my $said = `printf '%s\\n' '$text' | $command - 2>&1`;
    return $? ? $said || 'failed' : '';
}

my @ways = (
    ['gcc', "gcc -std=c11 $strict -x c"],
    ['g++', "g++ -std=c++11 $strict -x c++"],
    ['g++', "g++ -std=c++20 $strict -x c++"],
    ['clang', "clang -std=c11 $strict -x c"],
    ['clang++', "clang++ -std=c++17 $strict -x c++"],
);
for (@ways) {
    my ($tool, $command) = @$_;
    SKIP: {
        skip "no $tool here", 2 if system("command -v $tool >/dev/null 2>&1") != 0;
        is(compiles($command, $include), '', "tutela.h compiles, twice over: $command");
        isnt(compiles($command, "$include\nstruct hole { char a; long b; };\n"
            . 'extern char size_of_hole[sizeof(struct hole)];'), '', "$tool would see a hole in a struct");
    }
}
done_testing();
