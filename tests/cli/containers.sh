# containers: what the tests of containers share; after lib.sh.
#
#     scan ...                      a reproducible scan for the known file; errors are not shown
#     scans NAME STATUS ... <<LINES what a scan reports, "match|name|...|reason" or "item|status|..." a line
#     incomplete NAME ...           a scan ends with 3, and what is not complete says why
#     flip FILE AT                  a file with one bit changed
#
# known is in the set bad.tset, clear and filler are not.
# shellcheck shell=bash

printf 'known one\n' >known
printf 'nothing special\n' >clear
seq 1 40000 >filler
touch -d '2026-01-02T03:04:05Z' known clear filler
md5sum known | cut -d' ' -f1 >bad.list
tutela set build --reproducible --as known-bad --list 'hotline A' -o bad.tset bad.list 2>/dev/null

# Nothing here takes long; what does has been caught by something.
scan() { timeout 100 tutela scan --reproducible --set bad.tset "$@" 2>/dev/null; }

records() {
    jq -r 'select(.type == "match" or .type == "item") |
        [if .type == "match" then "match" else "item", .status end, .chain[], .reason // ""] | join("|")'
}

scans() {
    local name=$1 want=$2 status=0
    shift 2
    scan --json "$@" >"$folder/io/scan" || status=$?
    is "$name: status" "$status" "$want"
    is "$name: records" "$(records <"$folder/io/scan" | sort)" "$(sort)"
}

incomplete() {
    local name=$1 status=0
    shift
    scan --json "$@" >"$folder/io/scan" || status=$?
    is "$name: status" "$status" 3
    ok "$name: says why" jq -es 'map(select(.type == "item" and .status != "skipped")) | length > 0 and all(.reason != null and .reason != "")' "$folder/io/scan"
}

flip() {
    perl -e 'local $/; open my $in, "<:raw", $ARGV[0] or die; my $all = <$in>;
        substr($all, $ARGV[1], 1) ^= chr(1 << $ARGV[1] % 8); binmode STDOUT; print $all' "$1" "$2"
}
