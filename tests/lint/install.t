#!/usr/bin/env perl
# What `make install` leaves: programs in C and C++, shared and static, build against it by
# pkg-config and run; the header's shortest program is one of them; `make uninstall` takes all away.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use File::Temp qw(tempdir);
use Test::More;

plan skip_all => 'no build/tutela yet' if !-x 'build/tutela';
my $home = tempdir(CLEANUP => 1);
my $at = "$home/pre fix";
my @make = ('make', '-s', "PREFIX=$at");

sub said {
    my ($command) = @_;
    my $output = `($command) 2>&1 </dev/null`;
    chomp $output;
    return $? ? "status $?: $output" : $output;
}

is(said(join ' ', map { "'$_'" } @make, 'install'), '', 'make install says nothing under -s') or do {
    done_testing();
    exit 1;
};
my @installed = files($at, [qw(bin lib include share)]);
my %mode = map { $_ => sprintf '%o', (stat "$at/$_")[2] & 07777 } @installed;
is($mode{'bin/tutela'}, '755', 'the program, mode 755');
is($mode{$_} // 'not there', '644', "$_, mode 644") for qw(include/tutela.h lib/libtutela.a
    lib/pkgconfig/tutela.pc share/man/man1/tutela.1 share/bash-completion/completions/tutela
    share/zsh/site-functions/_tutela share/fish/vendor_completions.d/tutela.fish);
is(readlink "$at/lib/libtutela.so", 'libtutela.so.0', 'libtutela.so leads to the soname');
like(said("readelf -d '$at/lib/libtutela.so'"), qr/SONAME.*\[libtutela\.so\.0\]/, 'its soname');
unlike(said("readelf -d '$at/lib/libtutela.so'"), qr/TEXTREL/, 'no text relocation');
unlike(said("readelf -d '$at/bin/tutela'"), qr/NEEDED.*libtutela|RUNPATH|RPATH/,
    'the program needs no libtutela.so and no run path');
like(said("readelf -d '$at/bin/tutela'"), qr/BIND_NOW|FLAGS.*NOW/, 'the program is bound now');
for my $page (grep { m{/man1/} } @installed) {
    my ($name) = $page =~ m{([^/]+)\.1$};
    (my $text = slurp("$at/$page")) =~ s/\\-/-/g;
    like($text, qr/^\.TH "?\Q$name\E"? "?1"? /im, "$name.1 is a manual page");
}
is(said("bash -n '$at/share/bash-completion/completions/tutela'"), '', 'bash reads its completion');
for (['zsh', 'zsh/site-functions/_tutela'], ['fish', 'fish/vendor_completions.d/tutela.fish']) {
    my ($shell, $file) = @$_;
    SKIP: {
        skip "no $shell here", 1 if system("command -v $shell >/dev/null 2>&1") != 0;
        is(said("$shell -n '$at/share/$file'"), '', "$shell reads its completion");
    }
}

# The shortest complete program, as the header shows it, between a main's braces.
my ($shortest) = slurp("$at/include/tutela.h") =~ /shortest complete program:\n \*\n(.*?)\n \*\n \* Rules/s;
ok($shortest, 'tutela.h shows its shortest program');
$shortest =~ s/^ \*//mg;
$shortest =~ s{/srv/uploads}{$home/tree};
$shortest =~ s{known\.(tset|key)}{$home/known.$1}g;
put("$home/short.c", <<"END");
#include <tutela.h>
#include <stdio.h>
static int print_it(void *user, const tutela_finding *finding)
{
    (void)user;
    printf("%s %s\\n", tutela_item_status_name(finding->status), tutela_grade_letter(finding->grade));
    return 0;
}
int main(void)
{
$shortest
    fprintf(stderr, "%s\\n", error.text);
    return 2;
}
END
system("cp '$home/short.c' '$home/short.cc'");
mkdir "$home/tree";
put("$home/tree/file", 'known');
put("$home/list", said("sha256sum < '$home/tree/file'") =~ s/ .*//r . "\n");
is(said("'$at/bin/tutela' set keygen '$home/known.key' 2>/dev/null; echo \$?"), 0, 'the installed program makes a key');
like(said("'$at/bin/tutela' set build --key '$home/known.key' --as known-bad -o '$home/known.tset' '$home/list' && echo built"),
    qr/built$/, 'the installed program compiles a set');

$ENV{PKG_CONFIG_PATH} = "$at/lib/pkgconfig";
like(said('pkg-config --modversion tutela'), qr/^\d+\.\d+\.\d+$/, 'tutela.pc has a version');
unlike(said('pkg-config --static --libs tutela'), qr/-lmagic/, 'and no libmagic, which tutela-worker alone has');
my %ways = (
    shared => 'pkg-config --cflags --libs tutela',
    static => q{pkg-config --static --cflags --libs tutela | sed 's/-ltutela\>/-l:libtutela.a/'},
);
for (['gcc -std=c11', 'short.c'], ['g++ -std=c++20', 'short.cc']) {
    my ($compiler, $source) = @$_;
    for my $way (sort keys %ways) {
        # pkg-config writes the space of the prefix with a backslash; eval reads it back.
        is(said(qq{eval $compiler -Wall -Werror -o '$home/short' '$home/$source' "\$($ways{$way})"}), '',
            "$compiler builds the shortest program, $way");
        local $ENV{LD_LIBRARY_PATH} = $way eq 'shared' ? "$at/lib" : '/nowhere';
        is(said("'$home/short'; echo \$?"), "match S\n1", 'it finds the known file and exits 1');
        (my $needs = said("readelf -d '$home/short'")) =~ s/^(?!.*NEEDED).*\n?//mg;
        $way eq 'shared' ? like($needs, qr/libtutela\.so\.0/, 'it needs libtutela.so.0')
                         : unlike($needs, qr/libtutela/, 'it needs no libtutela.so');
    }
}

is(said(join ' ', map { "'$_'" } @make, 'uninstall'), '', 'make uninstall');
is(join(' ', files($at, [qw(bin lib include share)])), '', 'leaves nothing');
is(said("find '$at' -type l"), '', 'and no link');
is(said("make -s DESTDIR='$home/d' PREFIX=/usr libdir=/usr/lib/deep install && find '$home/d' -name 'libtutela.so.0'"),
    "$home/d/usr/lib/deep/libtutela.so.0", 'DESTDIR, PREFIX and libdir are heard');
like(slurp("$home/d/usr/lib/deep/pkgconfig/tutela.pc"), qr{^libdir=/usr/lib/deep$}m, 'also by tutela.pc');
done_testing();
