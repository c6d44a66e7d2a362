# Lint: what the house lints share. A lint is a function that takes the root of a tree and returns
# its complaints, one string each; clean() runs it over this tree, bad() and good() over a small tree
# that breaks or keeps the rule, so that each lint is seen to fail before it is believed.
package Lint;

use strict;
use warnings;
use Exporter 'import';
use File::Basename qw(dirname);
use File::Find qw(find);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/..";
use Files;
use Test::More;

our @EXPORT = qw(files put slurp code comment_before clean bad good);

chdir dirname(__FILE__) . '/../..' or die "no root: $!";

# Files under the folders `in` of `root` whose name ends with one of `ends`, sorted, as paths
# relative to root. What is made (build/, node_modules, caches) is left out.
sub files {
    my ($root, $in, @ends) = @_;
    my @found;
    for my $folder (grep { -e "$root/$_" } @$in) {
        find({ no_chdir => 1, wanted => sub {
            $File::Find::prune = 1 if -d && m{/(build|node_modules|__pycache__|\.git)\z};
            return unless -f && !-l;
            my $path = substr $File::Find::name, length("$root/");
            push @found, $path if !@ends || grep { $path =~ /\Q$_\E\z/ } @ends;
        } }, "$root/$folder");
    }
    return sort @found;
}

# C source with comments and the insides of strings blanked; lines stay where they are.
sub code {
    my ($text) = @_;
    my $blank = sub { (my $lines = $_[0]) =~ s/[^\n]//g; $lines };
    $text =~ s{(^[ \t]*\#[ \t]*include[^\n]*)|(//[^\n]*|/\*.*?\*/)|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)+)'}
              {defined $1 ? $1 : defined $2 ? ' ' . $blank->($2) : defined $3 ? '""' : "' '"}gsem;
    return $text;
}

# The comment that ends right above `line` (from 1), attributes and blank macros between allowed.
sub comment_before {
    my ($text, $line) = @_;
    my @lines = split /\n/, $text;
    my $i = $line - 2;
    $i-- while $i >= 0 && $lines[$i] =~ /\S/ && $lines[$i] !~ m{\*/|[;\}]\s*$};
    return '' if $i < 0 || $lines[$i] !~ m{\*/};
    my $end = $i;
    $i-- while $i > 0 && $lines[$i] !~ m{/\*};
    return join "\n", @lines[$i .. $end];
}

# This tree has no complaint.
sub clean {
    my ($name, $lint, @more) = @_;
    my @complaints = $lint->('.', @more);
    ok(!@complaints, $name);
    diag($_) for @complaints;
    return;
}

# A tree of these files (path => text) draws a complaint that matches `expect`.
sub bad {
    my ($name, $lint, $expect, %tree) = @_;
    my @complaints = over($lint, %tree);
    ok((grep { /$expect/ } @complaints), "complains of $name")
        or diag(@complaints ? "said only: @complaints" : 'said nothing');
    return;
}

# A tree of these files draws none.
sub good {
    my ($name, $lint, %tree) = @_;
    my @complaints = over($lint, %tree);
    ok(!@complaints, "accepts $name") or diag("said: @complaints");
    return;
}

sub over {
    my ($lint, %tree) = @_;
    my $root = tempdir(CLEANUP => 1);
    put("$root/$_", $tree{$_}) for keys %tree;
    return $lint->($root);
}

1;
