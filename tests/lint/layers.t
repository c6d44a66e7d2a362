#!/usr/bin/env perl
# Arrows point down only: every #include of the code is one the table allows, exactly; a third-party
# header stands in one file; every header compiles alone and has its guard.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Test::More;

# Module => what it may include besides its own folder. A module is a folder, or a single file.
my %may = (
    'scanner/include'  => [],
    'scanner/base'     => [],
    'scanner/digest'   => [qw(scanner/base)],
    'scanner/finding'  => [qw(scanner/base scanner/digest)],
    'scanner/identify' => [qw(scanner/base)],
    'scanner/unpack'   => [qw(scanner/base scanner/digest/cipher.h scanner/digest/cpu.h
                              scanner/digest/veil.h)],
    'scanner/mention'  => [qw(scanner/base)],
    'scanner/carve'    => [qw(scanner/base scanner/mention scanner/unpack/stream.h)],
    'scanner/disk'     => [qw(scanner/base scanner/digest/digest.h scanner/carve/carve.h
                              scanner/mention scanner/unpack/archive.h scanner/unpack/inflate.h
                              scanner/unpack/reader.h scanner/unpack/signs.h
                              scanner/unpack/stream.h)],
    'scanner/worker'   => [qw(scanner/base scanner/digest scanner/identify scanner/mention
                              scanner/unpack)],
    'scanner/source'   => [qw(scanner/base scanner/finding)],
    'scanner/report'   => [qw(scanner/base scanner/finding)],
    'scanner/training' => [qw(scanner/base scanner/digest scanner/finding)],
    'scanner/match'    => [qw(scanner/base scanner/digest scanner/finding scanner/identify
                              hashsets/set.h hashsets/layers.h hashsets/row.h)],
    'scanner/engine'   => [qw(scanner/base scanner/digest scanner/finding scanner/identify
                              scanner/mention
                              scanner/unpack/firefox.h scanner/unpack/heads.h
                              scanner/unpack/pictures.h scanner/unpack/plain.h
                              scanner/unpack/tails.h
                              scanner/unpack/tree.h scanner/worker/broker.h
                              scanner/worker/keyring.h scanner/source scanner/match hashsets)],
    'scanner/api'      => [qw(scanner/base scanner/digest scanner/finding scanner/identify
                              scanner/source scanner/match scanner/report scanner/training
                              scanner/engine hashsets hashsets/import)],
    'scanner/cli'      => [],
    'hashsets'         => [qw(scanner/base scanner/digest)],
    'hashsets/import'  => [qw(scanner/base scanner/digest hashsets/row.h)],
    'bindings'         => [],
    'bench'            => [qw(hashsets/set.h scanner/digest scanner/identify/identify.h
                              scanner/base/status.h scanner/source/walk.h
                              scanner/carve/carve.h scanner/carve/inner.h)],
);

# Where the public header may be named; everyone else gets its types through base/status.h.
my $public = qr{^(?:scanner/base/status\.h|scanner/(?:api|cli)/.*|bindings/.*|bench/.*)$};

# Headers of the C library and of Linux. Any other <header> is a third party's.
my %system = map { $_ => 1 } qw(
    assert ctype dirent endian errno fcntl fnmatch getopt glob inttypes langinfo libgen limits
    locale math poll pthread sched semaphore setjmp signal spawn stdalign stdarg stdatomic stdbool
    stddef stdint stdio stdlib stdnoreturn string strings syslog termios threads time unistd wchar
    wctype cpuid immintrin arm_neon malloc mntent pwd grp arpa/inet netinet/in
);

sub includes {
    my ($path) = @_;
    return code(slurp($path)) =~ /^[ \t]*#[ \t]*include[ \t]*([<"][^>"\n]+)/mg;
}

sub folder_of {
    my ($path) = @_;
    my ($top) = $path =~ m{^(bindings|bench)/};
    return $top if $top;
    (my $folder = $path) =~ s{/[^/]+$}{};
    return $folder;
}

# The file an include names, as a path from the root; undef when there is none.
sub resolve {
    my ($root, $from, $name) = @_;
    (my $own = $from) =~ s{[^/]+$}{};
    for my $at ($own, 'scanner/include/', 'scanner/', '') {
        return "$at$name" if -e "$root/$at$name";
    }
    return;
}

sub layers {
    my ($root) = @_;
    my @complaints;
    for my $file (files($root, [qw(scanner hashsets bindings bench)], '.c', '.h')) {
        my $module = folder_of($file);
        push @complaints, "$file: its folder is not in the table of layers" if !$may{$module};
        for my $include (includes("$root/$file")) {
            my ($quote, $name) = $include =~ /(.)(.*)/s;
            next if $quote eq '<';
            my $target = resolve($root, $file, $name);
            if (!$target) {
                push @complaints, "$file: includes $name, which is no file of the tree";
            } elsif ($target eq 'scanner/include/tutela.h') {
                push @complaints, "$file: includes tutela.h; use base/status.h" if $file !~ $public;
            } else {
                my $home = folder_of($target);
                next if $home eq $module || grep { $_ eq $home || $_ eq $target } @{$may{$module}};
                push @complaints, "$file: includes $target, which is not below it";
            }
        }
    }
    return @complaints;
}

# A second file of a library, where the first lies in a module it may not include.
my %also = (
    'hashsets/import/zip.c' => { archive => 1, archive_entry => 1 }, # scanner/unpack has the first
    'hashsets/import/sqlite.c' => { sqlite3 => 1 },                  # so it has here
    'scanner/carve/patterns.c' => { hs => 1 },                       # scanner/identify has the library's own
    'scanner/unpack/inflate.c' => { zlib => 1 },                     # unpack/gzip.c has heads to read too
    'scanner/unpack/pdf_unlock.c' => { qpdf => 1 },                  # so that unpack/pdf_file.c stays short
    'scanner/unpack/sqlite_file.c' => { sqlite3 => 1 },              # what unpack/sqlite.c reads through
);

# A library is the first part of the header's path: <openssl/evp.h> and <openssl/kdf.h> are one.
sub third_parties {
    my ($root) = @_;
    my %users;
    for my $file (files($root, [qw(scanner hashsets)], '.c', '.h')) {
        for my $include (includes("$root/$file")) {
            next unless $include =~ m{^<(.+?)(\.h)?$};
            next if $system{$1} || $include =~ m{^<(sys|linux|bits)/};
            (my $library = "$1") =~ s{/.*}{};
            next if $also{$file}{$library};
            $users{$library}{$file} = 1;
        }
    }
    return map { "<$_>: included by " . join(' and ', sort keys %{$users{$_}}) . '; one file only' }
        grep { keys %{$users{$_}} > 1 } sort keys %users;
}

sub guards {
    my ($root) = @_;
    my (@complaints, %seen);
    for my $file (files($root, [qw(scanner hashsets tests bench)], '.h')) {
        my ($guard) = code(slurp("$root/$file")) =~ /\A\s*#ifndef (\w+)\n#define \1\n.*#endif\s*\z/s;
        push @complaints, "$file: no include guard around it" if !$guard;
        next if !$guard;
        push @complaints, "$file: its guard $guard is also that of $seen{$guard}" if $seen{$guard};
        push @complaints, "$file: its guard should read TT_..._H"
            if $guard !~ /^TT_\w+_H$/ && $guard ne 'TUTELA_H' && $file !~ m{^tests/};
        $seen{$guard} = $file;
    }
    return @complaints;
}

sub alone {
    my ($root) = @_;
    my $compiler = $ENV{CC} || 'gcc';
    my @complaints;
    for my $file (files($root, [qw(scanner hashsets)], '.h')) {
        my $said = `$compiler -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Wno-unused-function \\
            -I$root/scanner/include -I$root/scanner -I$root -fsyntax-only -x c - 2>&1 <<END
#include "$root/$file"
END`;
        push @complaints, "$file does not compile alone: $said" if $? || $said;
    }
    return @complaints;
}

my %up = ('scanner/base/a.c' => qq{#include "digest/digest.h"\n}, 'scanner/digest/digest.h' => '');
my $guard = "#ifndef TT_A_H\n#define TT_A_H\n#endif\n";

bad('an include that points up', \&layers, qr/not below/, %up);
bad('siblings that meet', \&layers, qr/not below/,
    'scanner/report/a.c' => qq{#include "match/match.h"\n}, 'scanner/match/match.h' => '');
bad('one file too many of hashsets', \&layers, qr/not below/,
    'scanner/match/a.c' => qq{#include "hashsets/build.h"\n}, 'hashsets/build.h' => '');
bad('a command line that looks inside', \&layers, qr/not below/,
    'scanner/cli/a.c' => qq{#include "base/mem.h"\n}, 'scanner/base/mem.h' => '');
bad('an inner file on the public header', \&layers, qr/use base/,
    'scanner/digest/a.c' => qq{#include "tutela.h"\n}, 'scanner/include/tutela.h' => '');
bad('a folder nobody planned', \&layers, qr/not in the table/, 'scanner/extra/a.c' => "int a;\n");
bad('a header that is not there', \&layers, qr/no file/, 'scanner/api/a.c' => qq{#include "b.h"\n});
bad('a library used in two files', \&third_parties, qr/a\.c and .*b\.c/,
    'scanner/base/a.c' => "#include <magic.h>\n", 'scanner/digest/b.c' => "# include <magic.h>\n");
bad('a missing guard', \&guards, qr/no include guard/, 'scanner/base/a.h' => "int a(void);\n");
bad('a guard used twice', \&guards, qr/also that of/,
    'scanner/base/a.h' => $guard, 'scanner/base/b.h' => $guard);
bad('a header that needs another', \&alone, qr/alone/, 'scanner/base/a.h' => "uint64_t a(void);\n");

clean('includes point down', \&layers);
clean('a library is used in one file', \&third_parties);
clean('headers have their guard', \&guards);
clean('headers compile alone', \&alone);
done_testing();
