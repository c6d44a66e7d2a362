#!/bin/bash
# tables: parser, help, manual pages and completions know the same commands and options.
. "$(dirname "$0")/lib.sh"

names() { grep -oE -- '--[a-z][a-z0-9-]*' | sort -u; }
commands='scan
set build
set update
set compact
set diff
set sign
set info
set lookup
set check
set keygen
demo
selftest
version
help'
second_words() { sed -n 's/^set //p' <<<"$commands" | ${1:-cat} | tr '\n' ' '; }
for shell in bash zsh fish; do tutela help --completion $shell >completion.$shell; done
for page in scan set demo selftest version help; do tutela help --man $page >tutela-$page.1; done
tutela help --man >tutela.1

of_help() { tutela $1 --help | grep -E '^  (-., |    )--' | sed 's/^\(  -., --[a-z0-9-]*\|  *--[a-z0-9-]*\).*/\1/' | names; }
of_man() { # the options of one command, in the section that is its own
    local page=tutela-${1%% *}.1
    if [ "${1%% *}" = set ]; then
        sed -n "/^\.SH COMMAND $1$/,/^\.SS Examples/p" "$page"
    else
        sed -n '/^\.SH OPTIONS/,/^\.SH EXAMPLES/p' "$page"
    fi | grep -A1 '^\.TP' | grep '\\fB' | sed 's/\\-/-/g; s/\\f.//g' | names
}
of_bash() { sed -n "s/^    '$1') word='\(.*\)' ;;$/\1/p" completion.bash | names; }
of_zsh() { sed -n "/^    ('$1') /,/;;/p" completion.zsh | sed -n "s/^ *'\*\?\(--[a-z0-9-]*\).*/\1/p" | names; }
of_fish() {
    local condition="__fish_seen_subcommand_from ${1%% *}"
    [ "${1%% *}" = "$1" ] || condition="$condition; and __fish_seen_subcommand_from ${1#* }"
    grep -F -- "-n '$condition'" completion.fish | sed -n 's/.* -l \([a-z0-9-]*\).*/--\1/p' | names
}
parser() { # the options the parser takes: it knows each and does not call it unknown
    local name
    while read -r name; do
        tutela $1 "$name=x" 2>&1 </dev/null | head -1 | grep -q 'unknown option' || echo "$name"
    done <all-names | sort -u
}
hidden() { case $1 in help) printf '%s\n' --completion --man ;; esac; }

while read -r command; do of_help "$command"; done <<<"$commands" | sort -u >all-names
printf '%s\n' --man --completion >>all-names

while read -r command; do
    help=$(of_help "$command")
    ok "$command: has options" test -n "$help"
    is "$command: man" "$(of_man "$command")" "$help"
    is "$command: bash" "$(of_bash "$command")" "$help"
    is "$command: zsh" "$(of_zsh "$command")" "$help"
    is "$command: fish" "$(of_fish "$command")" "$help"
    is "$command: parser" "$(parser "$command")" "$( (hidden "$command"; echo "$help") | sort -u)"
done <<<"$commands"

is 'the overview names every command' \
    "$(tutela help | sed -n '/^Commands:/,/^$/p' | sed -n 's/^  \(.*[^ ]\)   *[a-z].*/\1/p' | sed 's/  .*//' | grep -v '^$')" \
    "$commands"
is 'so does the manual' "$(sed -n '/^\.SH COMMANDS/,/^\.SH EXIT/p' tutela.1 | sed -n 's/^\.B //p')" "$commands"

# Each file is right for the program that reads it; those programs may be missing.
if command -v mandoc >/dev/null; then
    is 'mandoc finds nothing to say' "$(mandoc -T lint -W warning ./*.1)" ''
else
    skip 1 'no mandoc here'
fi
is 'no line of a page begins with an unknown request' \
    "$(grep -hE "^[.']" ./*.1 | grep -vE '^\.(\\"|TH|SH|SS|TP|PP|B|BR|I|br|nf|fi|RS|RE)( |$)')" ''

ok 'bash reads its completion' bash -n completion.bash
bash_offers() { # words of a command line, the last one being typed
    bash -c '. ./completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tutela; echo "${COMPREPLY[*]}"' bash "$@"
}
is 'bash: commands' "$(bash_offers tutela s)" 'scan set selftest'
is 'bash: second words' "$(bash_offers tutela set '')" "$(second_words)--help"
is 'bash: an option' "$(bash_offers tutela scan --inv)" --inventory
is 'bash: words' "$(bash_offers tutela set build --as '')" 'known-bad known-good'
is 'bash: words after =' "$(bash_offers tutela set build --as = known-b)" known-bad
is 'bash: lists' "$(bash_offers tutela scan --only image,vid)" image,video
touch 'a file' && is 'bash: files' "$(bash_offers tutela scan a\ )" 'a file'

if command -v zsh >/dev/null; then
    ok 'zsh reads its completion' zsh -n completion.zsh
    zsh_asks() { # words: what the completion hands to _arguments or _describe
        zsh -fc 'compdef() { }; _arguments() { print -rl -- "$@" }; _describe() { print -rl -- $names }
            . ./completion.zsh; words=("$@"); CURRENT=$#; _tutela' zsh "$@"
    }
    is 'zsh: commands' "$(zsh_asks tutela '' | cut -d: -f1 | tr '\n' ' ')" 'scan set demo selftest version help '
    is 'zsh: second words' "$(zsh_asks tutela set '' | cut -d: -f1 | tr '\n' ' ')" "$(second_words)"
    is 'zsh: words' "$(zsh_asks tutela set build '' | grep -c -- '--as=.*:(known-bad known-good)')" 1
else
    skip 4 'no zsh here'
fi

if command -v fish >/dev/null; then
    export HOME=$PWD
    ok 'fish reads its completion' fish --no-execute completion.fish
    fish_offers() { fish -c "source completion.fish; complete -C '$1'" 2>/dev/null | cut -f1 | tr '\n' ' '; }
    is 'fish: commands' "$(fish_offers 'tutela ')" 'demo help scan selftest set version '
    is 'fish: second words' "$(fish_offers 'tutela set ')" "$(second_words sort)"
    is 'fish: words' "$(fish_offers 'tutela set build --as ')" 'known-bad known-good '
else
    skip 4 'no fish here'
fi

finish
