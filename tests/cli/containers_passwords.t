#!/bin/bash
# containers_passwords: encrypted members of zips, and encrypted 7z archives, Office documents and PDFs, are opened
# with --password-file, are `encrypted` without the right one, and no password is ever shown.
. "$(dirname "$0")/lib.sh"
. "$here/containers.sh"

# Found nowhere by accident; with bytes that are no UTF-8, and blanks at both ends.
right=$' Zaunk\366nig & 7 Riegel '
seq -f 'Wachtel-Nr-%g-wrong' 500 >wrong
{ head -n 321 wrong && printf '%s\n\n' "$right" && tail -n +322 wrong; } >list

zips='traditional aes128 aes256'
for how in $zips; do
    bsdtar --format zip --options zip:encryption=$how --passphrase "$right" -cf $how.zip known clear
done
bsdtar --format zip --options zip:encryption=aes256 --passphrase "$right" -cf clean.zip clear
bsdtar --format zip -cf mixed.zip clear aes256.zip traditional.zip
tar cf mixed.tar mixed.zip clear && gzip mixed.tar
bsdtar --format zip --options zip:encryption=traditional --passphrase "$right" -cf twice.zip mixed.tar.gz

# ---- Opened, and not ---------------------------------------------------------------------------

nested() { for how in aes256 traditional; do echo "match|$1|mixed.tar|mixed.zip|$how.zip|known|"; done; }
scans 'the right one among 500 wrong ones' 1 --password-file list aes128.zip aes256.zip traditional.zip mixed.tar.gz \
    twice.zip <<END
match|aes128.zip|known|
match|aes256.zip|known|
$(nested mixed.tar.gz)
match|traditional.zip|known|
$(nested 'twice.zip|mixed.tar.gz')
END
scans 'a clean one is clean' 0 --password-file list clean.zip </dev/null
is 'and read to its end' "$(scan --json --inventory --password-file list clean.zip | jq -r 'select(.status) | .status' | sort -u)" clear
shut() { # the same, whichever passwords do not fit
    local zip
    scans "$1" 3 "${@:2}" aes256.zip traditional.zip mixed.tar.gz <<END
$(for zip in aes256.zip traditional.zip 'mixed.tar.gz|mixed.tar|mixed.zip|aes256.zip' \
    'mixed.tar.gz|mixed.tar|mixed.zip|traditional.zip'; do
        printf '%s\n' "item|encrypted|$zip|clear|encrypted" "item|encrypted|$zip|known|encrypted"
    done
    for zip in aes256.zip traditional.zip 'mixed.tar.gz|mixed.tar|mixed.zip|aes256.zip' mixed.tar.gz \
        'mixed.tar.gz|mixed.tar|mixed.zip|traditional.zip' 'mixed.tar.gz|mixed.tar|mixed.zip' 'mixed.tar.gz|mixed.tar'; do
        echo "item|encrypted|$zip|not all it holds could be read"
    done)
END
}
shut 'none is right' --password-file wrong
shut 'there are none'
tutela scan -q --set bad.tset --password-file wrong aes256.zip known
is 'none is right, beside a match' $? 4
for how in $zips; do
    is "$how: standard input" "$(scan --json --password-file list - <$how.zip | records)" 'match|-|known|'
done

# ---- Other formats -----------------------------------------------------------------------------

# Few: a password for one of these is work.
head -n 6 wrong >few.wrong
{ head -n 4 wrong; printf '%s\n' "$right"; tail -n 2 wrong; } >few
bsdtar --format zip -cf document.zip clear known
sealed='7z 7z-names 7z-bare-names office-agile office-standard'
tutela version -v | grep -qE 'libqpdf +not built in' || sealed="$sealed pdf-aes128 pdf-aes256"
for how in $sealed; do
    file=known
    [[ $how != office-* ]] || file=document.zip
    perl "$here/lock.pl" $how "$right" $file >$how.x &
done
wait

place() { # where the known one is, below a file of a kind
    case $1 in
    office-*) echo '3|known' ;;
    *) echo known ;;
    esac
}
# What is told of one that stays shut, below some chain.
stays() { # kind, chain
    case $1 in
    7z) printf '%s\n' "item|encrypted|$2|known|encrypted" "item|encrypted|$2|not all it holds could be read" ;;
    7z-names | 7z-bare-names) echo "item|encrypted|$2|encrypted with its names" ;;
    *) echo "item|encrypted|$2|encrypted" ;;
    esac
}
for how in $sealed; do
    scans "$how: the right one among wrong ones" 1 --password-file few $how.x <<<"match|$how.x|$(place $how)|"
    is "$how: and it is read to its end" \
        "$(scan --json --inventory --password-file few $how.x | jq -r 'select(.status) | .status' | sort -u)" $'clear\nmatch'
    scans "$how: none is right" 3 --password-file few.wrong $how.x <<<"$(stays $how $how.x)"
    scans "$how: there are none" 3 $how.x <<<"$(stays $how $how.x)"
    tutela scan -q --set bad.tset --password-file few.wrong $how.x known
    is "$how: none is right, beside a match" $? 4
    is "$how: standard input" "$(scan --json --password-file few - <$how.x | records)" "match|-|$(place $how)|"
    ok "$how: what it holds is not in it" test "$(grep -c 'known one' $how.x)" = 0
done
# What says nothing of the files in it, since it is one, libarchive takes for damaged.
perl "$here/lock.pl" 7z-bare "$right" known >bare.7z
scans 'a 7z that is said the shortest way' 1 --password-file few bare.7z <<<'match|bare.7z|known|'
scans 'and shut' 3 --password-file few.wrong bare.7z <<<'item|encrypted|bare.7z|encrypted'
# In containers themselves, where they cannot be sought in without being held.
for how in $sealed; do printf '%s.x\n' $how; done >names-of-sealed
tar cf sealed.tar -T names-of-sealed && gzip sealed.tar
scans 'all of them in a tar.gz' 1 --password-file few sealed.tar.gz <<END
$(for how in $sealed; do echo "match|sealed.tar.gz|sealed.tar|$how.x|$(place $how)|"; done)
END
scans 'and shut' 3 --password-file few.wrong sealed.tar.gz <<END
$(for how in $sealed; do stays $how "sealed.tar.gz|sealed.tar|$how.x"; done)
item|encrypted|sealed.tar.gz|sealed.tar|not all it holds could be read
item|encrypted|sealed.tar.gz|not all it holds could be read
END

# ---- The file ----------------------------------------------------------------------------------

try() { # name, what the file holds: it opens the zip
    printf '%b' "$2" >tried
    is "$1" "$(scan --json --password-file tried one.zip | records)" 'match|one.zip|known|'
}
lock() { bsdtar --format zip --options zip:encryption=traditional --passphrase "$1" -cf one.zip known; }
lock 'q'
try 'a password of one byte, and no newline' 'q'
try 'empty lines are passed over' '\n\n\nq\n\n'
lock $'q\r'
try 'a carriage return is part of it' 'q\r\n'
lock ' q'
try 'so is a blank' ' q\n'
printf -v long 'n%.0s' {1..256}
lock "$long"
try 'a password of 256 bytes' "$long\n"
{ seq 999; echo "$long"; } >most
is 'the last of 1000' "$(scan --json --password-file most one.zip | records)" 'match|one.zip|known|'
is 'out of a pipe' "$(scan --json --password-file <(cat most) one.zip | records)" 'match|one.zip|known|'
cp most ./-
is 'named ./-' "$(scan --json --password-file ./- one.zip | records)" 'match|one.zip|known|'

mkdir empty
run dash 'tutela scan --set bad.tset --password-file - one.zip'
run missing 'tutela scan --set bad.tset --password-file nowhere one.zip'
run folder 'tutela scan --set bad.tset --password-file empty one.zip'
run nothing 'printf "\n\n" >none && tutela scan --set bad.tset --password-file none one.zip'
run many '(echo; seq -f never-shown-%g 1001) >many && tutela scan --set bad.tset --password-file many one.zip'
run long '(echo never-shown; printf "%0257d\n" 5) >long && tutela scan --set bad.tset --password-file long one.zip'
run nul 'printf "never\nsh\0own\n" >nul && tutela scan --set bad.tset --password-file nul one.zip'
run large 'yes "" | head -c 1048576 >large && tutela scan --set bad.tset --password-file large one.zip'
run return 'printf "never-shown\nnever-shown\r\n" >return && tutela scan -q --set bad.tset --password-file return known'
run two 'tutela scan --set bad.tset --password-file list --password-file list one.zip'
run flat 'tutela scan --set bad.tset --flat --password-file list one.zip'
run over 'tutela scan --set bad.tset --password-file list -o list one.zip'
is 'the list is as it was' "$(wc -l <list)" 502

# ---- Never shown -------------------------------------------------------------------------------

# Of a scan at work, which lasts until it was looked at: what anybody may see of it and of the processes that
# open containers.
mkdir many-zips
for ((i = 0; i < 40; i++)); do cp traditional.zip many-zips/$i.zip; done
mkfifo names
timeout 100 tutela scan --json --inventory --set bad.tset --password-file wrong --files-from names \
    >seen.json 2>seen.err &
run=$!
exec 8>names
printf '%s\n' many-zips/*.zip >&8
: >seen.proc
looks=0
for ((i = 0; i < 1000; i++)); do
    if ! kill -0 $run 2>/dev/null || [ $looks -ge 40 ]; then break; fi
    for scan in $(cat /proc/$run/task/*/children 2>/dev/null); do
        for pid in $scan $(cat /proc/"$scan"/task/*/children 2>/dev/null); do
            ! grep -qs '^Seccomp:.*2' /proc/"$pid"/status || looks=$((looks + 1))
            cat /proc/"$pid"/cmdline /proc/"$pid"/environ /proc/"$pid"/maps 2>/dev/null >>seen.proc
            ls -l /proc/"$pid"/fd 2>/dev/null >>seen.proc
        done
    done
    sleep 0.01
done
exec 8>&-
wait $run
is 'a scan that was looked at: status' $? 3
ok 'its workers were seen' test $looks -gt 0
ok 'and what they are called' grep -qa tutela-worker seen.proc
is 'no password in the arguments, the environment or the files of a process' "$(grep -ac Wachtel seen.proc)" 0

for format in text json csv html; do
    for file in list wrong; do
        tutela scan --inventory --format $format --set bad.tset --password-file $file --progress always \
            aes128.zip traditional.zip >told.$file.$format 2>told.$file.$format.err &
    done
done
wait
ok 'the reports are there' test -s told.list.html -a -s told.wrong.csv -a -s told.wrong.text.err
is 'no password in a report or message' "$(cat told.* seen.json seen.err | grep -acE 'Wachtel|Zaunk')" 0
is 'none in any other' "$(cat "$folder"/io/* "$golden".* | grep -acE 'Wachtel|Zaunk|never-shown|00005')" 0
is 'no file was left' "$(find . -name 'core*' -o -name '*tutela*')" ''

finish
