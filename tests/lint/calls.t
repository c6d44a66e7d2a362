#!/usr/bin/env perl
# Calls the code does without, and calls only the base layer makes, so that every allocation and
# every system call that can fail is counted and can be made to fail.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Test::More;

# No bound, hidden state, a shell, or a race: for everyone.
my @banned = qw(
    strcpy strcat stpcpy sprintf vsprintf gets strtok atoi atol atoll atof alloca system popen
    tmpnam tempnam mktemp scanf sscanf fscanf vfork rand srand random setlocale signal
    asctime ctime gmtime localtime readdir_r
);

# For base only, in the library. The command line is a user of the library, not a part of it.
my @base_only = qw(
    malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf aligned_alloc
    posix_memalign memalign valloc
    open openat openat2 creat close read pread readv preadv write pwrite writev pwritev
    fsync fdatasync sync_file_range mmap munmap stat fstat lstat fstatat statx
    fopen fdopen freopen fclose fread fwrite fgets getline fputs fprintf printf puts
    rename renameat renameat2 unlink unlinkat mkstemp mkostemp ftruncate fallocate posix_fallocate
    pthread_create fork execve posix_spawn exit _exit abort getenv secure_getenv
);
# Where one of them is the file's very subject.
my %excused = (
    'scanner/digest' => { getenv => 1, secure_getenv => 1 }, # TUTELA_CPU, the documented override
    # Another process: started, given shared pages, and ended without handlers.
    'scanner/worker' => { map { $_ => 1 } qw(posix_spawn mmap fallocate write _exit) },
);

sub calls {
    my ($path) = @_;
    my $text = code(slurp($path));
    my @calls;
    my $line = 0;
    for (split /\n/, $text) {
        $line++;
        # Not a member (a.read, a->read), not a longer name.
        push @calls, [$line, $1] while /(?<![\w.>])(\w+)\s*\(/g;
    }
    return @calls;
}

sub banned {
    my ($root) = @_;
    my %banned = map { $_ => 1 } @banned;
    return map { my $file = $_; map { "$file:$_->[0]: calls $_->[1]" }
                 grep { $banned{$_->[1]} } calls("$root/$file") }
        files($root, [qw(scanner hashsets bindings bench)], '.c', '.h');
}

sub base_only {
    my ($root) = @_;
    my %base = map { $_ => 1 } @base_only;
    my @complaints;
    for my $file (files($root, [qw(scanner hashsets)], '.c', '.h')) {
        next if $file =~ m{^scanner/(base|cli)/};
        (my $folder = $file) =~ s{/[^/]+$}{};
        push @complaints, map { "$file:$_->[0]: calls $_->[1]; only base may" }
            grep { $base{$_->[1]} && !$excused{$folder}{$_->[1]} } calls("$root/$file");
    }
    return @complaints;
}

# Variable-length arrays are the compiler's business (-Wvla); this is for what it lets pass.
sub no_goto_up {
    my ($root) = @_;
    my @complaints;
    for my $file (files($root, [qw(scanner hashsets)], '.c')) {
        my $text = code(slurp("$root/$file"));
        for my $function (split /^\}/m, $text) {
            while ($function =~ /\bgoto\s+(\w+)\s*;/g) {
                my ($label, $at) = ($1, pos $function);
                push @complaints, "$file: goto $label jumps back"
                    if substr($function, $at) !~ /^\s*\Q$label\E:/m;
            }
        }
    }
    return @complaints;
}

bad('a banned call', \&banned, qr/a\.c:2: calls strcpy/,
    'scanner/base/a.c' => "/* strcpy(a, b) */\nint a = strcpy (b, c);\n");
bad('an allocation above base', \&base_only, qr/calls malloc/,
    'scanner/digest/a.c' => "void *a = malloc(1);\n");
bad('a read above base', \&base_only, qr/calls read;/, 'hashsets/a.c' => "int a = read(1, b, 2);\n");
bad('a jump back', \&no_goto_up, qr/jumps back/,
    'hashsets/a.c' => "void f(void)\n{\nagain:\n    goto again;\n}\n");
good('a member or a longer name', \&base_only,
    'hashsets/a.c' => "void f(void)\n{\n    x->read(1);\n    s.free(2);\n    tt_read(3);\n}\n");
good('a call in a comment or a string', \&banned, 'hashsets/a.c' => "/* gets(a) */ c = \"gets(a)\";\n");
good('a jump forward', \&no_goto_up,
    'hashsets/a.c' => "void f(void)\n{\n    goto done;\ndone:\n    return;\n}\n");

clean('no banned call', \&banned);
clean('allocation and system calls only in base', \&base_only);
clean('goto goes forward only', \&no_goto_up);
done_testing();
