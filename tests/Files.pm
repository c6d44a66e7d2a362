# Files: how Perl tests write files and read them whole.
package Files;

use strict;
use warnings;
use Exporter 'import';
use File::Basename qw(dirname);
use File::Path qw(make_path);
use MIME::Base64;

our @EXPORT = qw(put slurp there path_of);

# A file of these bytes, and the folders it lies in; answers its path.
sub put {
    my ($path, @bytes) = @_;
    make_path(dirname($path));
    open my $out, '>:raw', $path or die "$path: $!";
    print {$out} @bytes;
    close $out or die "$path: $!";
    return $path;
}

# What is in a file that must be there.
sub slurp {
    my ($path) = @_;
    open my $in, '<:raw', $path or die "$path: $!";
    local $/;
    return scalar <$in> // '';
}

# What is in a file, or undef where none is.
sub there {
    my ($path) = @_;
    return scalar(-e $path ? slurp($path) : undef);
}

# The bytes of an item's path, of its record in a JSON report.
sub path_of {
    my ($record) = @_;
    return decode_base64($record->{chain_base64}[0]) if $record->{chain_base64};
    my $path = $record->{chain}[0];
    utf8::encode($path);
    return $path;
}

1;
