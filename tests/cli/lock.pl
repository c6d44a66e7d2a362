# lock: a file encrypted as a PDF, a 7z archive or an Office document, as their specifications say, so that what
# is read is not only what the readers' own tests write.
#
#     perl lock.pl KIND PASSWORD FILE >CONTAINER
#
# KIND is pdf-aes128, pdf-aes256 (the file is its attachment), 7z, 7z-names (its header is encrypted too), 7z-bare
# and 7z-bare-names (shorter by what need not be said), office-agile or office-standard (the file is the zip that
# a document is). PASSWORD is bytes, one a character.
# The same comes out each time: what ought to be random is made from a counter. AES is what openssl does.
use strict;
use warnings;
use Compress::Zlib qw(crc32);
use Digest::MD5 qw(md5);
use Digest::SHA qw(sha1 sha256 sha384 sha512 hmac_sha512);
use FindBin;
use IPC::Open2;
use MIME::Base64;

use lib "$FindBin::Bin/..";
use Files;

my $calls = 0;

sub some { return substr sha512('some' . ++$calls), 0, $_[0] }

sub utf16 { return pack 'v*', unpack 'C*', $_[0] }

# In whole blocks, of any of the modes; `iv` is none for ECB.
sub aes {
    my ($mode, $key, $iv, $data) = @_;
    my @arguments = ('-aes-' . 8 * length($key) . "-$mode", '-nopad', '-K', unpack 'H*', $key);
    push @arguments, '-iv', unpack 'H*', $iv if defined $iv;
    # Less than a pipe takes, so that neither waits for the other.
    die 'too much for a pipe' if length $data > 60_000;
    my $pid = open2(my $out, my $in, 'openssl', 'enc', @arguments);
    binmode $_ for $in, $out;
    print {$in} $data;
    close $in or die "openssl: $!";
    local $/;
    my $sealed = <$out>;
    waitpid $pid, 0;
    die 'openssl failed' if $? || length $sealed != length $data;
    return $sealed;
}

sub filled { return $_[0] . "\0" x (-length($_[0]) % 16) }

# ---- PDF (ISO 32000-2, 7.6) ------------------------------------------------------------------

sub rc4 {
    my ($key, $data) = @_;
    my ($i, $j, @s, @key) = (0, 0, 0 .. 255);
    @key = unpack 'C*', $key;
    for my $n (0 .. 255) {
        $j = ($j + $s[$n] + $key[$n % @key]) % 256;
        @s[$n, $j] = @s[$j, $n];
    }
    $j = 0;
    return pack 'C*', map {
        $i = ($i + 1) % 256;
        $j = ($j + $s[$i]) % 256;
        @s[$i, $j] = @s[$j, $i];
        $_ ^ $s[($s[$i] + $s[$j]) % 256]
    } unpack 'C*', $data;
}

# Algorithm 2.B.
sub hardened {
    my ($password, $salt) = @_;
    my ($key, $round, $last) = (sha256($password . $salt), 0, 0);
    while ($round < 64 || $last > $round - 32) {
        my $all = aes('cbc', substr($key, 0, 16), substr($key, 16, 16), "$password$key" x 64);
        my $way = unpack('%32C*', substr $all, 0, 16) % 3;
        $key = $way == 0 ? sha256($all) : $way == 1 ? sha384($all) : sha512($all);
        $last = unpack 'C', substr $all, -1;
        $round++;
    }
    return substr $key, 0, 32;
}

# What the dictionary /Encrypt holds, and the file's key. Its owner's password is one that nobody knows.
sub pdf_keys {
    my ($bits, $password, $id) = @_;
    my $all = '/Filter /Standard /StmF /StdCF /StrF /StdCF /P -4 ';
    if ($bits == 128) {
        my $padding = pack 'H*', '28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a';
        my $owner = some(32);
        my $key = md5(substr($password . $padding, 0, 32) . $owner . pack('l<', -4) . $id);
        $key = md5($key) for 1 .. 50;
        my $user = md5($padding . $id);
        $user = rc4($key ^ chr($_) x 16, $user) for 0 .. 19;
        return ($key, $all . sprintf '/V 4 /R 4 /Length 128 /CF << /StdCF << /CFM /AESV2 /Length 16 >> >> '
                . '/O <%s> /U <%s>', unpack('H*', $owner), unpack 'H*', $user . "\0" x 16);
    }
    my ($key, $check, $salt, $zero) = (some(32), some(8), some(8), "\0" x 16);
    my @values = (O => some(48), OE => some(32), U => hardened($password, $check) . $check . $salt,
        UE => aes('cbc', hardened($password, $salt), $zero, $key),
        Perms => aes('ecb', $key, undef, pack('l<l<', -4, -1) . 'Tadb' . some(4)));
    $all .= '/V 5 /R 6 /Length 256 /CF << /StdCF << /CFM /AESV3 /Length 32 >> >>';
    while (my ($name, $value) = splice @values, 0, 2) {
        $all .= " /$name <" . unpack('H*', $value) . '>';
    }
    return ($key, $all);
}

sub pdf {
    my ($bits, $password, $file) = @_;
    my $id = some(16);
    my ($key, $how) = pdf_keys($bits, $password, $id);
    my $seal = sub {
        my ($object, $data) = @_;
        my $own = $bits == 256 ? $key : md5($key . substr(pack('V', $object), 0, 3) . "\0\0sAlT");
        my ($iv, $more) = (some(16), 16 - length($data) % 16);
        return $iv . aes('cbc', $own, $iv, $data . chr($more) x $more);
    };
    my ($listed, $name) = map { '<' . unpack('H*', $seal->($_, 'known')) . '>' } 1, 3;
    my $stream = $seal->(4, $file);
    my @objects = ("<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [$listed 3 0 R] >> >> >>",
        '<< /Type /Pages /Count 0 /Kids [] >>', "<< /Type /Filespec /F $name /EF << /F 4 0 R >> >>",
        '<< /Type /EmbeddedFile /Length ' . length($stream) . " >>\nstream\n$stream\nendstream", "<< $how >>");
    my ($out, $table) = ("%PDF-2.0\n%\xe2\xe3\xcf\xd3\n", "xref\n0 6\n0000000000 65535 f \n");
    for my $n (1 .. @objects) {
        $table .= sprintf "%010d 00000 n \n", length $out;
        $out .= "$n 0 obj\n$objects[$n - 1]\nendobj\n";
    }
    $id = unpack 'H*', $id;
    return $out . $table . "trailer\n<< /Size 6 /Root 1 0 R /Encrypt 5 0 R /ID [<$id> <$id>] >>\nstartxref\n"
        . length($out) . "\n%%EOF\n";
}

# ---- 7z (7zFormat.txt) -----------------------------------------------------------------------

# 2 to the power of this many rounds; 7-Zip itself takes 19, which so many tries would wait for.
my $CYCLES = 12;

sub number { return $_[0] < 128 ? chr $_[0] : $_[0] < 16384 ? pack 'CC', 128 + ($_[0] >> 8), $_[0] & 255 : die }

# Bytes sealed, and the words on the streams that they are: at a place behind the first header.
sub folder {
    my ($password, $plain, $place) = @_;
    my ($salt, $iv) = (some(8), some(16));
    my $key = sha256(join '', map { $salt . utf16($password) . pack 'Q<', $_ } 0 .. 2**$CYCLES - 1);
    my $sealed = aes('cbc', $key, $iv, filled($plain));
    my $coder = "\x24\x06\xf1\x07\x01" . number(2 + 8 + 16) . chr(0xc0 | $CYCLES) . "\x7f" . $salt . $iv;
    return ($sealed, "\x06" . number($place) . "\x01\x09" . number(length $sealed) . "\0"
            . "\x07\x0b\x01\0\x01$coder\x0c" . number(length $plain) . "\x0a\x01" . pack('V', crc32($plain)) . "\0");
}

# How many files a folder holds, which need not be said of one.
my $NO_MORE = "\x08\0";

sub sevenzip {
    my ($names_too, $parts, $password, $file) = @_;
    my ($out, $streams) = folder($password, $file, 0);
    my $names = "\0" . utf16('known') . "\0\0";
    my $header = "\x01\x04$streams$parts\0\x05\x01\x11" . number(length $names) . "$names\0\0";
    if ($names_too) {
        (my $sealed, $streams) = folder($password, $header, length $out);
        $out .= $sealed;
        $header = "\x17$streams\0";
    }
    my $next = pack 'Q<Q<V', length $out, length $header, crc32($header);
    return "7z\xbc\xaf\x27\x1c\0\x04" . pack('V', crc32($next)) . $next . $out . $header;
}

# ---- Office ([MS-OFFCRYPTO], [MS-CFB]) -------------------------------------------------------

# A compound file of two short streams. Its sectors: the table, the folder, the small table, the small blocks.
sub compound {
    my ($info, $package) = @_;
    my ($small, @table, @starts) = ('');
    for my $stream ($info, $package) {
        die 'too long for small blocks' if length $stream >= 4096;
        push @starts, scalar @table;
        $small .= $stream . "\0" x (-length($stream) % 64);
        push @table, scalar(@table) + 1 while @table < length($small) / 64;
        $table[-1] = 0xfffffffe;
    }
    my $sectors = int((length($small) + 511) / 512);
    my @all = (0xfffffffd, 0xfffffffe, 0xfffffffe, 4 .. 2 + $sectors, 0xfffffffe);
    my $entry = sub {
        my ($name, $type, $right, $child, $start, $size) = @_;
        return pack 'a64vCCV3x16x4x16VQ<', utf16($name), 2 * length($name) + 2, $type, 1, 0xffffffff, $right, $child,
            $start, $size;
    };
    my $folder = $entry->('Root Entry', 5, 0xffffffff, 1, 3, length $small)
        . $entry->('EncryptionInfo', 2, 2, 0xffffffff, $starts[0], length $info)
        . $entry->('EncryptedPackage', 2, 0xffffffff, 0xffffffff, $starts[1], length $package)
        . pack 'x68V3x48', (0xffffffff) x 3;
    my $full = sub { return pack 'V128', @_, (0xffffffff) x (128 - @_) };
    return pack('H16x16v5x6V9V109', 'd0cf11e0a1b11ae1', 0x3e, 3, 0xfffe, 9, 6, 0, 1, 1, 0, 4096, 2, 1, 0xfffffffe, 0,
        0, (0xffffffff) x 108) . $full->(@all) . $folder . $full->(@table) . $small . "\0" x (-length($small) % 512);
}

# A password's digest, of many rounds.
sub spun {
    my ($digest, $rounds, $salt, $password) = @_;
    my $value = $digest->($salt . utf16($password));
    $value = $digest->(pack('V', $_) . $value) for 0 .. $rounds - 1;
    return $value;
}

sub office_agile {
    my ($password, $zip) = @_;
    my ($rounds, $key, $salt, $own, $check, $mac) = (1000, some(32), some(16), some(16), some(16), some(64));
    my $spun = spun(\&sha512, $rounds, $own, $password);
    my $package = pack 'Q<', length $zip;
    for (my $n = 0; $n * 4096 < length $zip; $n++) {
        my $iv = substr sha512($salt . pack 'V', $n), 0, 16;
        $package .= aes('cbc', $key, $iv, filled(substr $zip, $n * 4096, 4096));
    }
    my $way = sub {
        return 'saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" '
            . 'cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="' . encode_base64($_[0], '') . '"';
    };
    my $kept = sub { # by the file's key, or the password's
        my ($name, $by, $iv, $block, $value) = @_;
        my ($wide, $start) = (pack('H*', $block), $iv);
        if (defined $by) { $by = substr sha512($by . $wide), 0, 32 }
        else { ($by, $start) = ($key, substr sha512($iv . $wide), 0, 16) }
        return " $name=\"" . encode_base64(aes('cbc', $by, $start, $value), '') . '"';
    };
    my $info = pack('vvV', 4, 4, 0x40) . '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' . "\r\n"
        . '<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" '
        . 'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData ' . $way->($salt)
        . '/><dataIntegrity' . $kept->('encryptedHmacKey', undef, $salt, '5fb2ad010cb9e1f6', $mac)
        . $kept->('encryptedHmacValue', undef, $salt, 'a0677f02b22c8433', hmac_sha512($package, $mac))
        . '/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
        . "<p:encryptedKey spinCount=\"$rounds\" " . $way->($own)
        . $kept->('encryptedVerifierHashInput', $spun, $own, 'fea7d2763b4b9e79', $check)
        . $kept->('encryptedVerifierHashValue', $spun, $own, 'd7aa0f6d3061344e', sha512($check))
        . $kept->('encryptedKeyValue', $spun, $own, '146e0be7abacd0d6', $key)
        . '/></keyEncryptor></keyEncryptors></encryption>';
    return compound($info, $package);
}

sub office_standard {
    my ($password, $zip) = @_;
    my ($salt, $check) = (some(16), some(16));
    my $last = sha1(spun(\&sha1, 50_000, $salt, $password) . "\0\0\0\0");
    my $key = substr sha1("\x36" x 64 ^ $last . "\0" x 44), 0, 16;
    my $maker = utf16("Microsoft Enhanced RSA and AES Cryptographic Provider\0");
    my $info = pack('vvV', 3, 2, 0x24) . pack('V', 32 + length $maker)
        . pack('V8', 0x24, 0, 0x660e, 0x8004, 128, 0x18, 0, 0) . $maker . pack('V', 16) . $salt
        . aes('ecb', $key, undef, $check) . pack('V', 20) . aes('ecb', $key, undef, sha1($check) . "\0" x 12);
    return compound($info, pack('Q<', length $zip) . aes('ecb', $key, undef, filled($zip)));
}

my ($kind, $password, $path) = @ARGV;
my %kinds = ('pdf-aes128' => sub { pdf(128, @_) }, 'pdf-aes256' => sub { pdf(256, @_) },
    '7z' => sub { sevenzip(0, $NO_MORE, @_) }, '7z-names' => sub { sevenzip(1, $NO_MORE, @_) },
    '7z-bare' => sub { sevenzip(0, '', @_) }, '7z-bare-names' => sub { sevenzip(1, '', @_) },
    'office-agile' => \&office_agile, 'office-standard' => \&office_standard);
die "usage: lock.pl KIND PASSWORD FILE >CONTAINER\n" if @ARGV != 3 || !$kinds{$kind};
binmode STDOUT;
print $kinds{$kind}->($password, slurp($path)) or die "$!";
