#!/usr/bin/env perl
# Ceilings: 500 lines a file, 60 lines and complexity 15 a function, unless the comment above says
# "reads better whole:" and why.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Test::More;

my ($file_lines, $function_lines, $complexity) = (500, 60, 15);
my $excuse = qr/reads better whole:\s*\S+\s+\S+/;
my @folders = qw(scanner hashsets bindings bench tests);

sub long_files {
    my ($root) = @_;
    my @complaints;
    for my $file (files($root, \@folders, qw(.c .h .t .pm .py .js .sh .cc)), 'Makefile') {
        next if !-e "$root/$file" || $file =~ m{^tests/data/};
        my $text = slurp("$root/$file");
        my $lines = () = $text =~ /\n/g;
        next if $lines <= $file_lines || substr($text, 0, 2000) =~ $excuse;
        push @complaints, "$file: $lines lines, over $file_lines";
    }
    return @complaints;
}

sub big_functions {
    my ($root) = @_;
    my @sources = files($root, \@folders, '.c');
    my @complaints;
    return if !@sources;
    open my $in, '-|', "cd '$root' && pmccabe @sources 2>&1" or die "pmccabe: $!";
    while (<$in>) {
        # What pmccabe cannot read it does not count; a file of one macro is all it may give up on.
        push @complaints, "pmccabe: $_" if /^"/ && !/but got EOF$/;
        next if !/^(?:\d+\t){5}/;
        my (undef, $paths, undef, $line, $lines, $where, $name) = split ' ';
        next if $lines <= $function_lines && $paths <= $complexity;
        my ($file) = $where =~ /^(.*)\(\d+\):$/;
        next if comment_before(slurp("$root/$file"), $line) =~ $excuse;
        push @complaints, "$file:$line: $name: $lines lines (at most $function_lines), "
            . "complexity $paths (at most $complexity)";
    }
    close $in or die 'pmccabe failed';
    return @complaints;
}

my $long = "int f(int a)\n{\n" . "    a++;\n" x 60 . "    return a;\n}\n";
my $tangled = "int f(int a)\n{\n" . "    if (a) a++;\n" x 15 . "    return a;\n}\n";

bad('a long file', \&long_files, qr/501 lines/, 'scanner/base/a.c' => "\n" x 501);
bad('a long function', \&big_functions, qr/f: 6\d lines/, 'scanner/base/a.c' => $long);
bad('a tangled function', \&big_functions, qr/complexity 16/, 'scanner/base/a.c' => $tangled);
bad('an excuse without a reason', \&big_functions, qr/f: /,
    'scanner/base/a.c' => "/* reads better whole: */\n$long");
bad('an excuse for another function', \&big_functions, qr/f: /,
    'scanner/base/a.c' => "/* reads better whole: it is a table */\nint g(void);\n\n$long");
good('a long function with a reason', \&big_functions,
    'scanner/base/a.c' => "/* f. reads better whole: one row a case */\n$long");

clean("files have at most $file_lines lines", \&long_files);
clean("functions have at most $function_lines lines and complexity $complexity", \&big_functions);
done_testing();
