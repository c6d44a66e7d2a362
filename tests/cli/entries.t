#!/bin/bash
# entries: what lists say of an entry, from the list through the set to every report.
. "$(dirname "$0")/lib.sh"

mkdir tree
for name in one two three four; do
    printf 'known %s\n' "$name" >"tree/$name"
    md5sum "tree/$name" | cut -d' ' -f1 >"$name.md5"
done
touch -d '2026-01-02T03:04:05Z' tree/*

cat >vics.json <<END
{"@odata.context":"http://example.org/ProjectVic/DataModels/2.0.xml/US/\$metadata#Media","value":[
{"MediaID":1,"Category":1,"MD5":"$(cat one.md5)","SelfGenerated":"true","VictimIdentified":true,
 "DateUpdated":"2024-05-06T07:08:09.1234567Z"},
{"MediaID":2,"Category":3,"MD5":"$(cat two.md5)","IsDistributed":1,"OffenderIdentified":"True",
 "SelfGenerated":false,"DateUpdated":null},
{"MediaID":3,"Category":1,"MD5":"$(cat three.md5)"}]}
END
entry() { # id, name, member, timestamp, digest
    echo "<image><member id=\"$1\">$2</member><timestamp>$3</timestamp><id>i$1</id>"
    echo "<classification>A1</classification><fingerprints><md5>$4</md5></fingerprints></image>"
}
{
    echo '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="3">'
    entry 41 'Example Member' 2017-10-24T15:00:00Z "$(cat three.md5)"
    entry 42 '=2&amp;&#xe4; &lt;b&gt;' 1970-01-01T00:00:00.5Z "$(cat three.md5)"
    entry 43 '' 2261-12-31T23:59:59Z "$(cat four.md5)"
    echo '</images></queryResult>'
} >ncmec.xml

run build 'tutela set build --reproducible --as known-bad -o both.tset vics.json ncmec.xml'
run text 'tutela scan --reproducible --set both.tset tree'
run json 'tutela scan --reproducible --json --set both.tset tree'
ok 'the JSON is JSON, with members only where something is said' sh -c '
    tutela scan --reproducible --json --set both.tset tree | jq -e -s "
        [.[] | select(.type == \"match\").matches[]]
        | map([.entry, .owner, .flags, .listed]) == [
            [\"43:i43\", null, null, \"2261-12-31T23:59:59Z\"],
            [\"1\", null, [\"self-generated\", \"victim-identified\"], \"2024-05-06T07:08:09Z\"],
            [\"41:i41\", \"Example Member\", null, \"2017-10-24T15:00:00Z\"],
            [\"42:i42\", \"=2&ä <b>\", null, \"1970-01-01T00:00:00Z\"],
            [\"3\", null, null, null],
            [\"2\", null, [\"generative\", \"offender-identified\", \"distributed\"], null]]"'
run csv 'tutela scan --reproducible --csv --set both.tset tree | cut -d, -f1-9,23-'
tutela scan --reproducible --format html --set both.tset tree >page.html
run html "sed 's/<li>/\\n&/g; s/<.ul>/\\n/g' page.html | grep 'the list says: '"
ok 'an owner is text in the page' grep -qF 'owner <bdi>=2&amp;ä &lt;b&gt;</bdi>;' page.html

# Sealed and unsealed sets say the same, and so does one made of the lists the other way round.
tutela set build --unsealed --reproducible --as known-bad -o open.tset ncmec.xml vics.json 2>/dev/null
tutela scan --reproducible --json --set both.tset tree >both.json
tutela scan --reproducible --json --set open.tset tree >open.json
ok 'sealed or not, the same report' cmp both.json open.json

# The same row with another date only: both are told, the older first.
sed -e 's/2017-10-24T15:00:00Z/2018-10-24T15:00:00Z/' ncmec.xml >later.xml
run dates 'tutela set build --reproducible --as known-bad --list l -o dates.tset later.xml ncmec.xml &&
    tutela scan --reproducible --json --set dates.tset tree/three |
    jq -c "select(.type == \"match\").matches[] | [.entry, .listed]"'

# A list whose owners are rubbish keeps its digests.
long=$(printf '%0300d' 1)
{
    echo '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="2">'
    entry 1 "$long" '' "$(cat one.md5)"
    entry 2 "a&#10;b" '' "$(cat two.md5)"
    echo '</images></queryResult>'
} >rubbish.xml
run rubbish 'tutela set build --reproducible --as known-bad -o rubbish.tset rubbish.xml &&
    tutela scan --reproducible --set rubbish.tset tree'

finish
