#!/bin/bash
# selftest: a sound build says so, in words and in JSON; one in an environment that breaks it does not.
# And version -v: what it says was chosen is what the processor and TUTELA_CPU leave.
. "$(dirname "$0")/lib.sh"

groups='digest kernels
OpenSSL
streams side by side
seals
hash sets
file types
reports'

# ---- A sound build ---------------------------------------------------------------------------

tutela selftest >text 2>err
is 'a sound build passes' "$?" 0
is 'it says nothing else' "$(cat err)" ''
is 'a line a group, each with a count' \
    "$(sed -nE 's/^(.*): [0-9,]+ answers right$/\1/p' text)" "$groups"
is 'and no other line' "$(wc -l <text)" "$(wc -l <<<"$groups")"
tutela selftest --json >json 2>err
is 'in JSON too' "$?" 0
is 'one record' "$(jq -r '[.type, .schema, .version, .passed, .wrong] | @csv' json)" \
    "\"selftest\",1,\"$version\",true,0"
is 'of the same counts' \
    "$(jq -r '.groups[] | "\(.group): \(.right) answers right"' json)" "$(tr -d , <text)"
is 'which sum up' "$(jq '[.groups[] | .right] | add' json)" "$(jq .right json)"
is 'no group without a question' "$(jq '[.groups[] | select(.right < 4)] | length' json)" 0
is 'it has the parts that version -v lists, but for what a started worker finds' \
    "$(jq -r '.parts[] | .name + .version + .note' json | tr -d ' ')" \
    "$(tutela version -v | sed '1d; /sandbox/d' | tr -d ' ')"
tutela selftest -v >verbose
is '-v names each question' "$(grep -c '^right  ' verbose)" "$(jq .right json)"
is 'and then says the same' "$(grep -v '^right  ' verbose)" "$(cat text)"
is 'it asks what libmagic says, where that is' "$(grep -c '^right  file types: libmagic and signatures together$' verbose)" 1
is 'no two questions are the same' "$(grep '^right  ' verbose | sort | uniq -d)" ''
is '--json is one record also with -v' "$(tutela selftest -v --json)" "$(cat json)"
is 'no digest is ever shown' "$(cat text json verbose | grep -cE '[0-9a-fA-F]{16}')" 0
is 'nothing is left where it ran' "$(ls)" "$(printf '%s\n' err json text verbose)"

run argument 'tutela selftest x'
run full 'tutela selftest >/dev/full'

# Under a second of work, which on a busy machine may take thrice as long; a sanitizer's build takes longer.
if [ "${TUTELA_VARIANT:-release}" = release ] && [ -z "${TEST_UNDER:-}" ]; then
    TIMEFORMAT='%U %S'
    spent=$({ time tutela selftest >/dev/null; } 2>&1)
    ok "no more work than for a second ($spent)" awk -v spent="$spent" 'BEGIN { split(spent, s); exit s[1] + s[2] >= 3 }'
else
    skip 1 'not the release build'
fi

# ---- Environments that break it --------------------------------------------------------------

cat >openssl.cnf <<'EOF'
openssl_conf = all
[all]
alg_section = algorithms
[algorithms]
default_properties = fips=yes
EOF
OPENSSL_CONF=$PWD/openssl.cnf tutela selftest >text 2>err
is 'an OpenSSL without the digests: no verdict' "$?" 2
ok 'why' grep -q '^tutela: self-test: could not be done: md5: this OpenSSL does not offer it$' err
ok 'what to do' grep -q '^  a FIPS-only OpenSSL configuration forbids old digests' err
is 'and no result' "$(cat text)" ''

database=$(readlink -f /usr/share/misc/magic.mgc)
without_magic() { # the self-test where the database of libmagic is empty
    # shellcheck disable=SC2016  # for the inner shell
    unshare -rm sh -c 'mount --bind /dev/null "$1" && exec tutela selftest' sh "$database"
}
if unshare -rm mount --bind /dev/null "$database" 2>/dev/null; then
    without_magic >text 2>err
    is 'a libmagic without its database: no verdict' "$?" 2
    ok 'what to do' grep -q '^  install libmagic-mgc$' err
else
    skip 2 'no mounts of its own here'
fi

(ulimit -n 5 && tutela selftest --json >text 2>err)
is 'too few descriptors: no verdict' "$?" 2
is 'and no result' "$(cat text)" ''
ok 'but a reason' grep -q '^tutela: self-test: could not be done: ' err

# A library that answers wrong, put before the one that answers right.
cat >wrong.c <<'EOF'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
int EVP_DigestFinal_ex(void *context, unsigned char *digest, unsigned *size)
{
    int (*right)(void *, unsigned char *, unsigned *) = dlsym(RTLD_NEXT, "EVP_DigestFinal_ex");
    const void *(*kind)(const void *) = dlsym(RTLD_NEXT, "EVP_MD_CTX_get0_md");
    int (*width)(const void *) = dlsym(RTLD_NEXT, "EVP_MD_get_size");
    int done = right(context, digest, size);

    if (width(kind(context)) == 64)
        digest[63] ^= 1;
    return done;
}
EOF
if [ "${TUTELA_VARIANT:-release}" = release ] && "${CC:-cc}" -shared -fPIC -o wrong.so wrong.c -ldl 2>/dev/null; then
    LD_PRELOAD=$PWD/wrong.so tutela selftest >text 2>err
    is 'an OpenSSL that answers wrong' "$?" 7
    is 'where it shows' "$(sed -n 's/^\(.*\): .* WRONG$/\1/p' text)" "$(printf '%s\n' OpenSSL 'streams side by side')"
    is 'each wrong answer is named, below its group' "$(sed -n '/^OpenSSL/,/^streams/p' text | grep -c '^  sha512: .*: the digest is wrong$')" 40
    is 'and no other' "$(grep -c '^  ' text)" "$(awk '/ WRONG$/ { sum += $(NF - 1) } END { print sum }' text)"
    ok 'what to think of it' grep -qE '^tutela: self-test: 7[0-9] of [0-9]+ answers are wrong$' err
    ok 'what to do' grep -q '^  rely on no result of this build on this machine' err
    LD_PRELOAD=$PWD/wrong.so tutela selftest --json >json 2>err
    is 'in JSON too' "$?" 7
    is 'it has not passed' "$(jq -r '[.passed, .wrong == (.failures | length), .wrong == ([.groups[] | .wrong] | add)] | @csv' json)" \
        'false,true,true'
    is 'and is named' "$(jq -r '.failures[0] | .group, .name, .detail' json | paste -sd,)" 'OpenSSL,sha512: 0 bytes,the digest is wrong'
    LD_PRELOAD=$PWD/wrong.so tutela selftest -v >verbose 2>err
    is '-v names each in its place' "$(grep -c '^WRONG  ' verbose)" "$(jq .wrong json)"
else
    skip 10 'no program can be given another library here'
fi

# ---- What was chosen -------------------------------------------------------------------------

flags=" $(sed -n 's/^flags[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -1) "
has() { local flag; for flag in "$@"; do [[ $flags == *" $flag "* ]] || return 1; done; }

# The features that are left, as version -v calls them.
left() { # TUTELA_CPU
    local sse='' avx2='' avx512='' sha=''
    has sse4_1 ssse3 && sse=1
    has avx2 && avx2=1
    has avx512f avx512bw avx512vl && avx512=1
    has sha_ni && sha=1
    case $1 in avx2*) avx512='' ;; sse4.1*) avx512='' avx2='' ;; scalar) avx512='' avx2='' sse='' sha='' ;; esac
    case $1 in *-shani) sha='' ;; esac
    case $1 in -avx512) avx512='' ;; esac
    echo "${sse:+SSE4.1, }${avx2:+AVX2, }${avx512:+AVX-512, }${sha:+SHA extensions, }" | sed 's/, $//; s/^$/none/'
}

widest_md5() {
    case $1 in
    *AVX-512*) echo 'AVX-512, 32 lanes' ;;
    *AVX2*) echo 'AVX2, 16 lanes' ;;
    *SSE4.1*) echo 'SSE4.1, 8 lanes' ;;
    *) echo 'plain C, 2 lanes' ;;
    esac
}

part() { jq -r --arg name "$1" ".parts[] | select(.name == \$name) | .$2" chosen; }

kernels() { tutela selftest -v | sed -nE 's/^right  digest kernels: (.*): [0-9]+ bytes$/\1/p' | sort -u; }

all=$(left '')
if [[ $flags == *' sse4_1 '* ]]; then
    tutela selftest --json >chosen
    is 'the processor is what the system says' "$(part processor version)" "$all"
    is 'as JSON has it' "$(jq -r '.processor | join(", ")' chosen)" "${all/none/}"
    is 'nothing is taken away' "$(part processor note)" ''
    for cpu in avx512 avx2 sse4.1 scalar -shani avx2,-shani -avx512; do
        export TUTELA_CPU=$cpu
        tutela selftest --json >chosen
        is "$cpu: the self-test passes" "$?" 0
        some=$(left "$cpu")
        note="TUTELA_CPU leaves: $some"
        [ "$some" != "$all" ] || note=
        is "$cpu: what is left is said" "$(part processor note)" "$note"
        is "$cpu: the processor is what it was" "$(part processor version)" "$all"
        is "$cpu: MD5" "$(part digest:md5 version)" "$(widest_md5 "$some")"
        is "$cpu: SHA-512 is OpenSSL's" "$(part digest:sha512 version)" OpenSSL
        # No kernel is chosen, or asked, that needs what is not left.
        for feature in SSE4.1 AVX2 AVX-512 'SHA extensions'; do
            [[ $some == *$feature* ]] && continue
            is "$cpu: nothing by $feature" \
                "$(jq -r '.parts[] | select(.name | test(":")) | .version + .note' chosen | grep -c "$feature")" 0
            is "$cpu: nor asked" "$(kernels | grep -c "$feature")" 0
        done
        ok "$cpu: what is chosen was asked" test -z "$(part seal:sha256 version | grep -vxFf <(kernels |
            sed -n 's/^sha256, \(.*\), 1 lane$/\1/p; s/^sha256, //p'))"
    done
    unset TUTELA_CPU
else
    skip 45 'no x86'
fi

finish
