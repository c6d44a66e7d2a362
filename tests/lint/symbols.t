#!/usr/bin/env perl
# What the library shows: the functions of tutela.h and nothing else, each with a comment that says
# which threads may call it; inside, what one file uses alone is static, and nothing changes unseen.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Test::More;

my $header = 'scanner/include/tutela.h';
my $out = $ENV{TUTELA_OUT} || 'build/release';

# The functions of tutela.h: name => its comment. Functions with no empty line between share one.
sub declared {
    my ($root) = @_;
    my $text = slurp("$root/$header");
    my @lines = split /\n/, "$text\n\n", -1;
    my (%comment, $shared);
    for my $line (1 .. @lines - 1) {
        $shared = '' if $lines[$line - 1] =~ /^\s*$/;
        next unless $lines[$line - 1] =~ /^TUTELA_API\b/;
        my ($name) = "$lines[$line - 1] $lines[$line]" =~ /\b(tutela_\w+)\s*\(/;
        $shared = comment_before($text, $line) || $shared;
        $comment{$name || "line $line"} = $shared // '';
    }
    return %comment;
}

sub comments {
    my ($root) = @_;
    my %comment = declared($root);
    my @complaints = %comment ? () : "$header: declares nothing";
    for my $name (sort keys %comment) {
        push @complaints, "$name: no comment above it" if !$comment{$name};
        push @complaints, "$name: its comment does not say \"Thread: any, single or shared\""
            if $comment{$name} && $comment{$name} !~ /\bThread: (any|single|shared)\b/;
    }
    return @complaints;
}

sub exported {
    my ($library) = @_;
    return map { /^\S+ [A-Z] (\w+)/ && $1 ne 'TUTELA_0' ? $1 : () }
        map { s/@.*//r } `nm -D --defined-only '$library'`;
}

# The functions promised and those exported are the same.
sub differences {
    my ($promised, $shown) = @_;
    my %promised = map { $_ => 1 } @$promised;
    my %shown = map { $_ => 1 } @$shown;
    return (
        (map { "$_: declared in tutela.h, not exported" } grep { !$shown{$_} } sort keys %promised),
        (map { "$_: exported, not declared in tutela.h" } grep { !$promised{$_} } sort keys %shown));
}

# Every object of a folder that still has its source: [file, defined names, wanted names].
sub objects {
    my ($folder, $root) = @_;
    return map {
        my $file = $_;
        my (@defined, @wanted);
        for (`nm '$folder/$file'`) {
            push @defined, $1 if /^\S+ [TDBRVWC] (\w+)$/;
            push @wanted, $1 if /^\s+[Uw] (\w+)$/;
        }
        [$file, \@defined, \@wanted];
    } grep { -e "$root/" . s/o$/c/r } files($folder, [qw(scanner hashsets)], '.o');
}

# What the macros of headers name: any file may come to use it, be it in another build only.
sub macros {
    my ($text) = @_;
    return join "\n", $text =~ /^[ \t]*#[ \t]*define\b((?:.*\\\n)*.*)/mg;
}

# A name that no other object wants and no test or macro mentions should be static; what the library shares
# between its files begins with tt_ or tutela_, since whoever links libtutela.a sees it.
sub globals {
    my ($objects, $tests) = @_;
    my (%wanted, @complaints);
    $wanted{$_}++ for map { @{$_->[2]} } @$objects;
    for my $object (@$objects) {
        my ($file, $defined) = @$object;
        for my $name (@$defined) {
            next if $name eq 'main' || $name =~ /^(tutela_|__|_GLOBAL_)/;
            push @complaints, "$file: $name: used in no other file; make it static"
                if !$wanted{$name} && $tests !~ /\b\Q$name\E\b/;
            push @complaints, "$file: $name: a shared name begins with tt_"
                if $name !~ /^tt_/ && $file !~ m{/cli/};
        }
    }
    return @complaints;
}

# Variables that can change: in .data or .bss of the library. A comment right above must say why.
sub changing {
    my ($folder, $root) = @_;
    my @complaints;
    for my $file (grep { !m{/cli/} } files($folder, [qw(scanner hashsets)], '.o')) {
        (my $source = $file) =~ s/\.o$/.c/;
        next if !-e "$root/$source";
        my @lines = split /\n/, slurp("$root/$source");
        for (`objdump -t '$folder/$file'`) {
            next unless /\s\.(?:data|bss)(?:\.(?!rel\.ro)\S+)?\s+[0-9a-f]+\s+(?:\.hidden )?(\w+)/;
            (my $name = $1) =~ s/\.\d+$//;
            next if $name =~ /^(__|completed)/;
            my ($at) = grep { $lines[$_] =~ /\b\Q$name\E\b/ && $lines[$_] !~ m{^\s*/?\*} } 0 .. $#lines;
            # The comment may stand over a group of declarations without an empty line between.
            my $i = $at // 0;
            $i-- while $i > 0 && $lines[$i] =~ /\S/ && $lines[$i] !~ m{/\*|\*/};
            push @complaints, "$source: $name can change, and no comment says why" if $lines[$i] !~ m{/\*|\*/};
        }
    }
    return @complaints;
}

# libmagic parses bytes that nobody has seen before: what holds hash sets calls nothing of it, nor needs it
# loaded. tutela-worker alone does.
sub magic {
    my ($out) = @_;
    my @complaints;
    for my $file (grep { -e "$out/$_" } qw(libtutela.a libtutela.so tutela)) {
        my ($dynamic, @more) = $file =~ /\.a$/ ? '' : ('-D', `readelf -d '$out/$file' 2>/dev/null`);
        push @complaints, map { "$file: calls $_" } map { /\b[Uw] (magic_\w+)/ } `nm $dynamic '$out/$file' 2>/dev/null`;
        push @complaints, map { "$file: needs $_" } map { /NEEDED.*\[(libmagic\S*)\]/ } @more;
    }
    return @complaints;
}

# An object made of a small source, to see the lints above fail.
sub compiled {
    my ($text) = @_;
    my $folder = File::Temp::tempdir(CLEANUP => 1);
    mkdir "$folder/hashsets";
    open my $c, '>', "$folder/hashsets/a.c" or die $!;
    print {$c} $text;
    close $c;
    my $compiler = $ENV{CC} || 'gcc';
    system("$compiler -fPIC -c -o $folder/hashsets/a.o $folder/hashsets/a.c") == 0 or die 'no object';
    return $folder;
}

bad('a function without a comment', \&comments, qr/tutela_a: no comment/,
    $header => "/* Other. Thread: any. */\nint b;\n\nTUTELA_API int tutela_a(void);\n");
bad('a comment without a thread word', \&comments, qr/tutela_a: its comment/,
    $header => "/* A number. */\nTUTELA_API int\ntutela_a(void);\n");
good('a comment shared by two', \&comments,
    $header => "/* Thread: any. */\nTUTELA_API int tutela_a(void);\nTUTELA_API int tutela_b(void);\n");
is_deeply([differences(['a', 'b'], ['b', 'c'])],
    ['a: declared in tutela.h, not exported', 'c: exported, not declared in tutela.h'],
    'complains of a function that is missing and of one too many');

my $sample = compiled("int tt_alone(void) { return 1; }\nint open_name(void) { return 2; }\n"
    . "\nint tt_state;\n\n/* Counts calls. */\nint tt_said;\n");
my $complaints = join "\n", globals([objects($sample, $sample)], 'open_name');
like($complaints, qr/tt_alone: used in no other file/, 'complains of a global used in one file');
like($complaints, qr/open_name: a shared name begins/, 'complains of a global without tt_');
unlike($complaints, qr/open_name: used in no/, 'accepts a global that a test uses');
my $macro = macros("int tt_before;\n#define A(x) \\\n    tt_alone(x)\nint tt_after;\n");
unlike(join("\n", globals([objects($sample, $sample)], $macro)), qr/tt_alone/,
    'accepts a global that a macro uses');
unlike($macro, qr/tt_before|tt_after/, 'and what stands beside a macro is none of it');
$complaints = join "\n", changing($sample, $sample);
like($complaints, qr/tt_state can change/, 'complains of a variable without a reason');
unlike($complaints, qr/tt_said/, 'accepts a variable with one');


$sample = compiled("int magic_load(int a);\nint tt_call(void);\nint tt_call(void) { return magic_load(1); }\n");
system("ar rcs $sample/libtutela.a $sample/hashsets/a.o") == 0 or die 'no archive';
is_deeply([magic($sample)], ['libtutela.a: calls magic_load'], 'complains of a library that calls libmagic');

clean('every function of tutela.h says its threads', \&comments);
SKIP: {
    skip "no $out/libtutela.so: not built yet", 5 if !-e "$out/libtutela.so";
    my %declared = declared('.');
    clean('libtutela.so shows the functions of tutela.h and nothing else',
        sub { differences([keys %declared], [exported("$out/libtutela.so")]) });
    my $tests = join '', map { slurp($_) } files('.', [qw(tests)], '.c', '.h');
    $tests .= macros(join '', map { slurp($_) } files('.', [qw(scanner hashsets)], '.h'));
    clean('what one file uses alone is static', sub { globals([objects($out, '.')], $tests) });
    clean('what can change says why', sub { changing($out, '.') });
    clean('libmagic is not where hash sets are', sub { magic($out) });
    like(scalar `readelf -d '$out/tutela-worker'`, qr/NEEDED.*\[libmagic/, 'but in tutela-worker');
}
done_testing();
