#!/bin/bash
# containers_spool: what is too large for memory is found with --spool, and nothing of it is ever in a
# file that has a name.
. "$(dirname "$0")/lib.sh"
. "$here/containers.sh"

# A zip in a compressed tar; the known one comes last.
cat filler filler filler >large
bsdtar --format zip --options zip:compression=store -cf a.zip large known
tar cf b.tar a.zip
gzip -k b.tar
bsdtar --format 7zip --options 7zip:compression=store -cf c.7z large b.tar.gz
gzip -k c.7z
rm a.zip b.tar
mkdir spool

too_large='too large to be held in memory, where it must be sought in'
scans 'without' 3 --hold-memory 64Ki b.tar.gz <<END
item|limit|b.tar.gz|not all it holds could be read
item|limit|b.tar.gz|b.tar|not all it holds could be read
item|limit|b.tar.gz|b.tar|a.zip|$too_large
END
scans 'with' 1 --hold-memory 64Ki --spool spool b.tar.gz <<<'match|b.tar.gz|b.tar|a.zip|known|'
scans 'one in another' 1 --hold-memory 64Ki --spool spool c.7z.gz <<<'match|c.7z.gz|c.7z|b.tar.gz|b.tar|a.zip|known|'
incomplete 'one byte less than it takes' --hold-memory 64Ki --spool spool --max-spool 767Ki b.tar.gz
is 'one byte less: it says so' "$(records <"$folder/io/scan" | tail -1 | cut -d'|' -f6-)" 'larger than the spool may be, where it must be sought in'
scans 'as much as it takes' 1 --hold-memory 64Ki --spool spool --max-spool 768Ki b.tar.gz <<<'match|b.tar.gz|b.tar|a.zip|known|'
is 'from standard input' "$(scan --json --hold-memory 64Ki --spool spool - <b.tar.gz | records)" 'match|-|b.tar|a.zip|known|'
is 'nothing is left' "$(ls -A spool)" ''
run folder 'tutela scan --reproducible --json --set bad.tset --spool nowhere b.tar.gz'

# No call opens a file to be written to by a name, but for /dev/null, and what a sanitizer keeps for itself;
# and no content is written.
if strace -f -o trace -e trace=openat,open,creat,pwrite64,write,rename,link,linkat -xx -s 40 \
    tutela scan -q --set bad.tset --hold-memory 64Ki --spool spool b.tar.gz 2>/dev/null || [ -s trace ]; then
    is 'what is opened to be written' "$(perl -ne '
        my ($path, $how) = /open(?:at)?\(.*?"((?:\\x..)*)", (\S+?)[,)]/ or next;
        next unless $how =~ /O_WRONLY|O_RDWR|O_CREAT/;
        $path =~ s/\\x(..)/chr hex $1/ge;
        print "$path\n" unless $path eq "/dev/null" || $path =~ m{/tsan\.rodata\.};' trace | sort -u)" spool
    ok 'each time without a name' perl -e 'local $/; open my $in, "<", "trace"; $_ = <$in>;
        my $all = () = /open(?:at)?\([^"]*"spool|open(?:at)?\([^"]*"\\x73\\x70\\x6f\\x6f\\x6c"/g;
        my $nameless = () = /"\\x73\\x70\\x6f\\x6f\\x6c", [^,)]*O_TMPFILE/g;
        exit !($all > 0 && $all == $nameless)'
    ok 'it is written to' grep -q pwrite64 trace
    ok 'and what is written is no text' perl -ne '
        next unless /pwrite64\(\d+, "((?:\\x..)+)"/;
        my $bytes = pack "H*", join "", $1 =~ /\\x(..)/g;
        exit 1 if $bytes =~ /\A[\d\n]{20}/ || $bytes =~ /PK\x03\x04/ || $bytes =~ /known one/' trace
else
    skip 4 'strace cannot trace here'
fi

# A worker that is killed, a scanner that is: nothing stays.
truncate -s 300M zeros
bsdtar --format zip --options zip:compression=store -cf z.zip zeros known
tar cf - z.zip | bsdtar --zstd -cf slow.tar.zst @-
rm zeros z.zip
workers() {
    local pid
    for pid in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
        ! grep -qs '^Seccomp:.*2' /proc/"$pid"/status || echo "$pid"
    done
}
for whom in worker scanner; do
    tutela scan --reproducible --json --set bad.tset --max-ratio 1000000 --hold-memory 64Ki --spool spool \
        slow.tar.zst >killed.json 2>/dev/null &
    run=$! pid=
    for ((i = 0; i < 500; i++)); do
        pid=$(workers "$run" | head -1)
        [ -z "$pid" ] || break
        sleep 0.01
    done
    sleep 0.1
    [ "$whom" = scanner ] && pid=$run
    kill -KILL "$pid"
    status=0
    wait "$run" 2>/dev/null || status=$?
    is "a $whom that is killed: nothing is left" "$(ls -A spool)" ''
    if [ "$whom" = worker ]; then
        is 'and it is found at the second try' "$(records <killed.json)" 'match|slow.tar.zst|1|z.zip|known|'
    fi
done

finish
