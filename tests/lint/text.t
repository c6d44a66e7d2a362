#!/usr/bin/env perl
# The house rules of text: nothing of one machine, no unfinished marks, clean lines, test data that a
# person can read, a licence.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Test::More;

my @everything = qw(scanner hashsets bindings bench tests .ci Makefile README.md CONTRIBUTING.md
                    .clang-format .gitignore LICENSE);

# Put together here, so that this file does not complain of itself.
my $marks = join '|', map { join '', @$_ } ['TO', 'DO'], ['FIX', 'ME'], ['XX', 'X'], ['HA', 'CK'];
my $places = join '|', map { "/$_/" } qw(work farm Users), 'home/(?!someone)';

sub texts {
    my ($root) = @_;
    return grep { !m{\.(png|jpg|svg|gz)$} && slurp("$root/$_") !~ /\0/ } files($root, \@everything);
}

sub unfinished {
    my ($root) = @_;
    my @complaints;
    for my $file (texts($root)) {
        my $line = 0;
        for (split /\n/, slurp("$root/$file")) {
            $line++;
            push @complaints, "$file:$line: $1" if /\b($marks)\b/;
            push @complaints, "$file:$line: a path of one machine: $1"
                if m{(?<![\w.\$\}/])((?:$places)\S*)} && $file !~ m{^tests/(data|cli|unit)/};
        }
    }
    return @complaints;
}

sub lines {
    my ($root) = @_;
    my @complaints;
    for my $file (texts($root)) {
        next if $file eq 'LICENSE' || $file =~ m{^tests/(data|cli/golden)/|\.md$};
        my $text = slurp("$root/$file");
        my $line = 0;
        push @complaints, "$file: does not end with a newline" if length $text && $text !~ /\n\z/;
        for (split /\n/, $text) {
            $line++;
            push @complaints, "$file:$line: space at its end" if /[ \t\r]$/;
            push @complaints, "$file:$line: a tab" if /\t/ && $file =~ /\.[ch]$/;
        }
        next if $file !~ /\.[ch]$/;
        push @complaints, "$file: not ASCII outside comments" if code($text) =~ /[^\x00-\x7f]/;
        push @complaints, "$file: does not begin with a comment" if $text !~ m{\A/\*};
    }
    return @complaints;
}

sub data {
    my ($root) = @_;
    my @complaints;
    for my $file (files($root, ['tests/data'])) {
        my $text = slurp("$root/$file");
        push @complaints, "$file: holds bytes that are not text"
            if $text =~ /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]/ || !utf8::decode($text);
    }
    return @complaints;
}

sub licence {
    my ($root) = @_;
    my @complaints;
    push @complaints, 'LICENSE: not the Apache License 2.0, whole'
        if !-e "$root/LICENSE"
        || slurp("$root/LICENSE") !~ /Apache License\s+Version 2\.0.*END OF TERMS AND CONDITIONS/s;
    my $tag = 'SPDX-License' . '-Identifier';
    my @tagged = grep { slurp("$root/$_") =~ /$tag/ } files($root, [qw(scanner hashsets)], '.c', '.h');
    push @complaints, "the licence is named in [@tagged], not in tutela.h alone"
        if "@tagged" ne 'scanner/include/tutela.h';
    return @complaints;
}

my ($mark) = $marks =~ /(\w+)/;
my ($place) = $places =~ m{(/\w+/)};
bad('an unfinished mark', \&unfinished, qr/a\.c:1: $mark/, 'scanner/a.c' => "/* $mark */\n");
bad('a path of one machine', \&unfinished, qr/one machine/, 'Makefile' => "A := ${place}x\n");
bad('a space at the end of a line', \&lines, qr/a\.c:2: space/, 'hashsets/a.c' => "/* */\nint a; \n");
bad('a tab', \&lines, qr/a tab/, 'hashsets/a.c' => "/* */\n\tint a;\n");
bad('no newline at the end', \&lines, qr/newline/, 'hashsets/a.c' => "/* */\nint a;");
bad('no comment at the top', \&lines, qr/begin with a comment/, 'hashsets/a.c' => "int a;\n");
bad('code that is not ASCII', \&lines, qr/ASCII/, 'hashsets/a.c' => "/* */\nint \xc3\xa4;\n");
bad('binary test data', \&data, qr/not text/, 'tests/data/a' => "a\0b");
bad('test data that is not UTF-8', \&data, qr/not text/, 'tests/data/a' => "\xff\n");
bad('no licence', \&licence, qr/LICENSE/, 'scanner/a.c' => "int a;\n");

clean('nothing unfinished, nothing of one machine', \&unfinished);
clean('lines are clean', \&lines);
clean('test data is text', \&data);
clean('the licence is there', \&licence);
done_testing();
