#!/usr/bin/perl
# usr: real files of this machine. The inventory says of every file what hashdeep says; digests
# of real files, given in each list format in turn, are found exactly, and no other.
#
# REAL_TREES names the trees, REAL_COUNT says how many digests; the default takes seconds, `make real`
# takes a thousand of all of /usr.
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
my $tutela = $ENV{TUTELA} || "$root/build/release/tutela";
my @trees = grep { -d } split ' ', $ENV{REAL_TREES} || '/usr/sbin /usr/share/perl';
my $count = $ENV{REAL_COUNT} || 200;
my $folder = tempdir('tutela-real-XXXXXX', TMPDIR => 1, CLEANUP => 1);
$ENV{XDG_CONFIG_HOME} = "$folder/config"; # the key that seals sets is made there

# Run a scan; its records.
sub scan {
    my @records;
    open my $lines, '-|', $tutela, 'scan', '--json', @_, @trees or die "scan: $!";
    while (my $line = <$lines>) {
        my $record = decode_json($line);
        next unless $record->{chain} && @{ $record->{chain} } == 1; # files, and not what they hold
        $record->{path} = path_of($record);
        push @records, $record;
    }
    close $lines;
    return \@records;
}

my @read = grep { $_->{digests} } @{ scan('--inventory', '--digests', 'md5,sha1,sha256') };
cmp_ok(scalar @read, '>', $count, scalar(@read) . ' real files are read');

# hashdeep takes its files one a line.
SKIP: {
    skip 'hashdeep is not here', 2 unless grep { -x "$_/hashdeep" } split /:/, $ENV{PATH};
    my %ours = map { $_->{path} => $_ } grep { $_->{path} !~ /\n/ } @read;
    my $list = put("$folder/files", map { "$_\n" } sort keys %ours);
    my (@differ, $rows);
    open my $lines, '-|', 'hashdeep', '-c', 'md5,sha1,sha256', '-f', $list or die "hashdeep: $!";
    while (my $line = <$lines>) {
        next if $line =~ /^[%#]/;
        chomp $line;
        my ($size, $md5, $sha1, $sha256, $path) = split /,/, $line, 5;
        my $own = delete $ours{$path};
        $rows++;
        push @differ, $path
            unless $own && $own->{size} == $size && $own->{digests}{md5} eq $md5
            && $own->{digests}{sha1} eq $sha1 && $own->{digests}{sha256} eq $sha256;
    }
    close $lines;
    is(join(' ', @differ), '', "hashdeep says the same of all $rows files");
    is(join(' ', keys %ours), '', 'and knows no fewer');
}

# Some files, spread over the whole; empty ones are in no list.
my @full = grep { $_->{size} > 0 } @read;
my @chosen = map { $full[ int($_ * @full / $count) ] } 0 .. $count - 1;
my %known = map { $_->{digests}{sha256} => 1 } @chosen;
my @want = sort map { $_->{path} } grep { $known{ $_->{digests}{sha256} } } @full;
my $vics = '"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media"';

sub plain { my ($kind) = @_; return map { "$_->{digests}{$kind}\n" } @chosen }
sub sums { my ($kind) = @_; return map { "$_->{digests}{$kind}  file\n" } @chosen }
my %lists = (
    'plain md5' => [plain('md5')],
    'plain sha1, upper case, CRLF' => [map { s/\n/\r\n/r } map { uc } plain('sha1')],
    'plain sha256 under an X-Ways header' => ["SHA-256\n", plain('sha256')],
    'md5sum' => [sums('md5')],
    'sha1sum' => [sums('sha1')],
    'sha256sum' => [sums('sha256')],
    'BSD tag' => [map { "SHA256 (a (b) = c) = $_->{digests}{sha256}\n" } @chosen],
    'hashdeep' => [
        "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## a list\n",
        map { "$_->{size},$_->{digests}{md5},$_->{digests}{sha256},a,b\n" } @chosen
    ],
    'CSV' => [
        "Name;SHA-1;File Size;Category\n",
        map { "\"a;\"\"b\";$_->{digests}{sha1};$_->{size};1\n" } @chosen
    ],
    'VICS' => [
        "{$vics,\"value\":[",
        join(',', map { qq({"MediaID":1,"Category":1,"MD5":"\U$_->{digests}{md5}\E","SHA1":null,)
                      . qq("MediaSize":"$_->{size}","Miniature":"AAAA"}) } @chosen),
        "]}\n"
    ],
);
for my $name (sort keys %lists) {
    my $list = put("$folder/list", @{ $lists{$name} });
    is(system("'$tutela' set build --as known-bad -o '$folder/set' '$list' 2>'$folder/said'"), 0,
        "$name: compiles");
    my @got = sort map { $_->{path} } grep { $_->{type} eq 'match' } @{ scan('--flat', '--set', "$folder/set") };
    is_deeply(\@got, \@want, "$name: exactly the " . @want . ' files that are listed');
}
done_testing();
