/*
 * readme: what the training data is, what to try with it, and how to read the answer sheet.
 */
#include "training/readme.h"

#include <inttypes.h>

void tt_readme_add(tt_buf *out, size_t files, const char *size, uint64_t seed)
{
    tt_buf_printf(out,
                  "Training data for Tutela\n"
                  "========================\n\n"
                  "Everything here was made by a program: %zu files, %s, from the seed "
                  "%" PRIu64 ".\n"
                  "The pictures are gradients, rings, checks and clouds of colour; the sound is\n"
                  "plain tones; the words say nothing. No file depicts anything, and the lists\n"
                  "are made up. The same seed gives the same bytes on every machine.\n\n",
                  files, size, seed);
    tt_buf_add_text(
        out,
        "  tree/          what is to be searched\n"
        "  lists/         digests of some of its files, in eight formats\n"
        "  expected.tsv   the answer sheet: path, status and grade of each listed file,\n"
        "                 tabs between; odd bytes of a path are written as escapes\n\n"
        "The lists\n"
        "---------\n\n"
        "  known-md5.txt         MD5 alone, one a line            known-bad   grade C\n"
        "  known-sha1.txt        as sha1sum writes it             known-bad   grade B\n"
        "  known-sha256.txt      as sha256sum --tag writes it     known-bad   grade S\n"
        "  known-hashdeep.txt    size, MD5, SHA-1, SHA-256        known-bad   grade S\n"
        "  known-media.csv       MD5, SHA-1, size                 known-bad   grade A, X\n"
        "  known-vics-2.0.json   VICS 2.0: MD5, SHA-1, size       known-bad   grade A\n"
        "  known-vics-1.3.json   VICS 1.3: MD5, size              known-bad   grade B\n"
        "  good-md5sum.txt       as md5sum writes it              known-good\n\n"
        "Each list also holds digests of nothing in the tree, and one row or two that cannot\n"
        "be used, so that the report of rejected rows has something to say. One entry of\n"
        "known-media.csv mixes the MD5 of one file with the SHA-1 of another: grade X.\n\n"
        "To try\n"
        "------\n\n"
        "  tutela set build --as known-bad -o bad.tset lists/known-*\n"
        "  tutela set build --as known-good -o good.tset lists/good-md5sum.txt\n"
        "  tutela scan --set bad.tset --set good.tset --html report.html tree\n\n"
        "Questions for a course\n"
        "----------------------\n\n"
        "  - Which files are the same known file under another name? Which ones are not the\n"
        "    type their name says?\n"
        "  - Why may a match of grade C not be referred as it is? What would raise the grade?\n"
        "  - What may have happened where the grade is X?\n"
        "  - Which entries of the tree were skipped? Why is the run complete all the same?\n"
        "  - What does a match allow you to say, and what not? Nobody has viewed anything.\n");
}
