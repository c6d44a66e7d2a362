#!/bin/sh
# Shows Tutela at work on synthetic data, and checks what it says against the answer sheet.
#
#   TUTELA=build/tutela tests/demo.sh FOLDER
#
# Everything goes into FOLDER, which is made, or must be one that this script made before. Needs
# nothing but a POSIX shell and tools. Status: 0 when everything is as expected, 1 when the program
# answered something else, 2 when the script was called wrongly.
set -u
LC_ALL=C
export LC_ALL

mark=.tutela-training

fail() {
    printf 'demo: %s\n' "$1" >&2
    [ $# -gt 1 ] && printf '      %s\n' "$2" >&2
    exit "${3:-1}"
}

usage='usage: TUTELA=build/tutela tests/demo.sh FOLDER'
[ $# -eq 1 ] || fail 'which folder?' "$usage" 2
[ -n "$1" ] || fail 'which folder?' "$usage" 2
[ -n "${TUTELA:-}" ] || fail 'which program?' "$usage" 2
[ -x "$TUTELA" ] || fail "$TUTELA: not a program" 'build it first: make' 2
case $TUTELA in
/*) program=$TUTELA ;;
*) program=$(pwd)/$TUTELA ;;
esac

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' dim='' plain=''
fi

heading() {
    printf '\n%s%s%s\n' "$bold" "$1" "$plain"
    printf '%s\n\n' "$1" | sed 's/[^-]/-/g'
}

# Show a command as a reader would type it, run it, and hold its exit status against the one
# expected ("1", or "0 3" for either).
run() {
    expected=$1
    shift
    shown=
    for word; do
        case $word in
        '' | *[!A-Za-z0-9_./,:+=-]*) shown="$shown '$word'" ;;
        *) shown="$shown $word" ;;
        esac
    done
    printf '%s$ tutela%s%s\n' "$dim" "$shown" "$plain"
    status=0
    "$program" "$@" || status=$?
    case " $expected " in
    *" $status "*) ;;
    *) fail "exit status $status where $expected was expected, from: tutela$shown" ;;
    esac
    printf '\n'
}

# --- A folder of our own ---------------------------------------------------------------------

case $1 in
/*) folder=$1 ;;
*) folder=./$1 ;;
esac
if [ -e "$folder" ] || [ -L "$folder" ]; then
    [ -d "$folder" ] || fail "$1: not a folder" 'name another one' 2
    if [ -f "$folder/$mark" ]; then
        rm -rf "$folder/data" "$folder/sets" "$folder/config" "$folder/findings.txt" "$folder/findings.csv" \
            "$folder/report.html" "$folder/found.tsv" "$folder/wanted.tsv" || fail "$1: cannot be cleaned"
    elif [ -n "$(ls -A "$folder")" ]; then
        fail "$1: not empty, and not made by this demo" 'name a new folder' 2
    fi
else
    mkdir -p "$folder" || fail "$1: cannot be made" 'name a folder inside one you may write to' 2
fi
: >"$folder/$mark" || fail "$1: cannot be written to" 'name another folder' 2
cd "$folder" || fail "$1: cannot be entered" 'name another folder' 2
folder=$(pwd)
mkdir sets || fail "$folder/sets: cannot be made"
# The key that seals the sets is made on first use, here instead of in the caller's home.
XDG_CONFIG_HOME=$folder/config
export XDG_CONFIG_HOME

# --- 1 ---------------------------------------------------------------------------------------

heading '1. Make something to search'
printf 'Harmless generated files, some with odd names, and made-up lists of some of them.\n\n'
run 0 demo data
# Counted by a dot each: a name may hold a newline.
printf 'In the tree: %s files, %s folders, and links, a named pipe, an empty folder.\n' \
    "$(find data/tree -type f -exec printf '.%.0s' {} + | wc -c | tr -d ' ')" \
    "$(find data/tree -type d -exec printf '.%.0s' {} + | wc -c | tr -d ' ')"
printf 'In the lists: '
(cd data/lists && echo *) | sed 's/ /, /g' | fold -s -w 76 | sed 's/ $//'

# --- 2 ---------------------------------------------------------------------------------------

heading '2. Compile the lists into hash sets'
printf 'Formats are known by content. Whether a list is known-bad or known-good is never\n'
printf 'guessed. Rows that cannot be used are named by line and reason, never shown. The sets\n'
printf 'are sealed: without the key, which is made now, they are noise.\n\n'
run 0 set build --as known-bad --list 'Training list A' --list-version 1 -o sets/a.tset \
    data/lists/known-md5.txt
run 0 set build --as known-bad -o sets/b.tset data/lists/known-sha1.txt \
    data/lists/known-sha256.txt data/lists/known-hashdeep.txt data/lists/known-media.csv
run 0 set build --as known-bad --list 'Training list C' --list-version 2026.1 -o sets/c.tset \
    data/lists/known-vics-1.3.json data/lists/known-vics-2.0.json
run 0 set build --as known-good --list 'Training known-good' -o sets/good.tset \
    data/lists/good-md5sum.txt

# --- 3 ---------------------------------------------------------------------------------------

heading '3. Scan the tree with all sets'
printf 'Exit status 1 will say: everything was read, and there is at least one match.\n\n'
run 1 scan --set sets/a.tset --set sets/b.tset --set sets/c.tset --set sets/good.tset \
    --html report.html -o findings.txt data/tree
[ -s report.html ] || fail "$folder/report.html: the report is missing or empty"
printf 'findings.txt says, here with the details of the first two findings only:\n\n'
awk '/^match/ { matches++ } matches <= 2 || !/^                /' findings.txt

# --- 4 ---------------------------------------------------------------------------------------

heading '4. Check the answers'
printf 'The same scan as a table of all files, held against the answer sheet line by line.\n\n'
run 1 scan --set sets/a.tset --set sets/b.tset --set sets/c.tset --set sets/good.tset \
    --inventory --csv -o findings.csv data/tree

# From the table to "path, status, grade": columns by their headings, quotes undone, the best grade
# where a file met several entries.
awk -v prefix=data/tree/ '
    function split_row(row, cell,    count, at, letter, quoted) {
        sub(/\r$/, "", row)
        count = 1
        cell[1] = ""
        for (at = 1; at <= length(row); at++) {
            letter = substr(row, at, 1)
            if (letter == "\"" && quoted && substr(row, at + 1, 1) == "\"") {
                cell[count] = cell[count] letter
                at++
            } else if (letter == "\"") {
                quoted = !quoted
            } else if (letter == "," && !quoted) {
                cell[++count] = ""
            } else {
                cell[count] = cell[count] letter
            }
        }
        return count
    }
    NR == 1 {
        for (i = split_row($0, name); i > 0; i--)
            column[name[i]] = i
        next
    }
    {
        split_row($0, cell)
        path = cell[column["path"]]
        if (index(path, prefix) == 1)
            path = substr(path, length(prefix) + 1)
        state = cell[column["status"]]
        rank = index("SABCPX", cell[column["grade"]])
        if (state != "match" && state != "known")
            next
        if (!(path in best) || rank < best[path])
            best[path] = rank
        status[path] = state
    }
    END {
        for (path in best)
            print path "\t" status[path] "\t" substr("SABCPX", best[path], 1)
    }' findings.csv | sort >found.tsv
sed 1d data/expected.tsv | sort >wanted.tsv

[ -s wanted.tsv ] || fail "$folder/data/expected.tsv: the answer sheet is empty"
if ! cmp -s wanted.tsv found.tsv; then
    printf 'Expected (<) and found (>) differ:\n' >&2
    diff wanted.tsv found.tsv >&2
    fail 'the scan does not agree with data/expected.tsv'
fi
awk -F'\t' '
    { count[$2 == "known" ? "known" : $3]++ }
    END {
        split("S A B C X known", order, " ")
        for (i = 1; i <= 6; i++)
            printf "  %-6s %3d expected and found\n", order[i], count[order[i]]
    }' wanted.tsv
printf '\nEvery listed file was found under each of its names, with the grade expected, and no\n'
printf 'other file was.\n'

# --- Where to look ---------------------------------------------------------------------------

heading 'Where to look'
printf '  the data, explained    %s\n' "$folder/data/README.txt"
printf '  the answer sheet       %s\n' "$folder/data/expected.tsv"
printf '  all findings           %s\n' "$folder/findings.txt"
printf '  all files as a table   %s\n' "$folder/findings.csv"
printf '  %sthe report%s             %s\n\n' "$bold" "$plain" "$folder/report.html"
