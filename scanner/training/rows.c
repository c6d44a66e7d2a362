/*
 * rows: how each list format writes an entry, its head and tail, and a row no reader can use.
 */
#include "training/rows.h"

#include "base/text.h"
#include "training/plan.h"

#include <inttypes.h>
#include <string.h>

#define EMPTY_MD5 "d41d8cd98f00b204e9800998ecf8427e" /* of no bytes: a list should not have it */

static void put_digest(tt_buf *out, const tt_rows_entry *entry, int algorithm, int upper)
{
    char hex[2 * TUTELA_DIGEST_MAX + 1];

    tt_hex_encode(entry->digests.value[algorithm], tt_digest_size(algorithm), hex);
    for (char *at = hex; upper && *at; at++)
        if (*at >= 'a')
            *at = (char)(*at - 'a' + 'A');
    tt_buf_add_text(out, hex);
}

static void plain_row(tt_buf *out, const tt_rows_entry *entry, size_t index)
{
    if (index == 5)
        tt_buf_add_text(out, "# from here on in capital letters, as some programs write them\n");
    put_digest(out, entry, TUTELA_MD5, index >= 5);
    tt_buf_add_char(out, '\n');
}

/* As md5sum and its kin write it: a name that needs escapes has a backslash before the digest. */
static void sum_row(tt_buf *out, const tt_rows_entry *entry, int algorithm)
{
    int escaped = strpbrk(entry->name, "\n\\") != NULL;

    if (escaped)
        tt_buf_add_char(out, '\\');
    put_digest(out, entry, algorithm, 0);
    tt_buf_add_text(out, "  ");
    for (const char *at = entry->name; *at; at++) {
        if (*at == '\n')
            tt_buf_add_text(out, "\\n");
        else if (*at == '\\')
            tt_buf_add_text(out, "\\\\");
        else
            tt_buf_add_char(out, *at);
    }
    tt_buf_add_char(out, '\n');
}

static void sha1_row(tt_buf *out, const tt_rows_entry *entry, size_t index)
{
    (void)index;
    sum_row(out, entry, TUTELA_SHA1);
}

static void good_row(tt_buf *out, const tt_rows_entry *entry, size_t index)
{
    (void)index;
    sum_row(out, entry, TUTELA_MD5);
}

static void tag_row(tt_buf *out, const tt_rows_entry *entry, size_t index)
{
    (void)index;
    tt_buf_printf(out, "SHA256 (%s) = ", entry->name);
    put_digest(out, entry, TUTELA_SHA256, 0);
    tt_buf_add_char(out, '\n');
}

static void hashdeep_row(tt_buf *out, const tt_rows_entry *entry, size_t index)
{
    (void)index;
    tt_buf_printf(out, "%" PRIu64 ",", entry->size);
    put_digest(out, entry, TUTELA_MD5, 0);
    tt_buf_add_char(out, ',');
    put_digest(out, entry, TUTELA_SHA1, 0);
    tt_buf_add_char(out, ',');
    put_digest(out, entry, TUTELA_SHA256, 0);
    tt_buf_printf(out, ",%s\n", entry->name);
}

static void csv_row(tt_buf *out, const tt_rows_entry *entry, size_t index)
{
    (void)index;
    put_digest(out, entry, TUTELA_MD5, 0);
    tt_buf_add_char(out, ',');
    put_digest(out, entry, TUTELA_SHA1, 0);
    tt_buf_printf(out, ",%" PRIu64 ",T-%04u,%u,training\n", entry->size, entry->number,
                  entry->category);
}

static void vics2_row(tt_buf *out, const tt_rows_entry *entry, size_t index)
{
    tt_buf_printf(out, "%s\n  {\"MediaID\": %u, \"Category\": %u, \"MD5\": \"", index ? "," : "",
                  entry->number, entry->category);
    put_digest(out, entry, TUTELA_MD5, 1);
    tt_buf_add_text(out, "\", \"SHA1\": \"");
    put_digest(out, entry, TUTELA_SHA1, 1);
    tt_buf_printf(out,
                  "\", \"PhotoDNA\": null, \"MediaSize\": %" PRIu64
                  ", \"Series\": null, \"Tags\": \"training,synthetic\", \"Exifs\": [{\"MD5\": "
                  "null, \"PropertyName\": \"Made\", \"PropertyValue\": \"[{by}] \\\"hand\\\"\"}], "
                  "\"AlternativeHashes\": []}",
                  entry->size);
}

static void vics1_row(tt_buf *out, const tt_rows_entry *entry, size_t index)
{
    tt_buf_printf(out, "%s\n  {\"odata.id\": \"Media(%u)\", \"MediaID\": %u, \"Category\": %u, ",
                  index ? "," : "", entry->number, entry->number, entry->category);
    tt_buf_add_text(out, "\"MD5\": \"");
    put_digest(out, entry, TUTELA_MD5, 0);
    tt_buf_printf(out,
                  "\", \"SHA1\": null, \"MediaSize\": \"%" PRIu64
                  "\", \"IsPrecategorized\": \"true\", \"MediaFiles@odata.navigationLinkUrl\": "
                  "\"Media(%u)/MediaFiles\"}",
                  entry->size, entry->number);
}

const tt_rows_format tt_rows_formats[] = {
    {"known-md5.txt", TT_LIST_MD5, 40, "# Training list A: MD5 alone, one a line\n", plain_row,
     "0123456789abcdef0123456789abcde\n" EMPTY_MD5 "\n", ""},
    {"known-sha1.txt", TT_LIST_SHA1, 30, "", sha1_row,
     "this row has no digest at all, only words\n", ""},
    {"known-sha256.txt", TT_LIST_SHA256, 30, "", tag_row,
     "SHA256 (decoy/torn off.bin) = 0123456789abcdef\n", ""},
    {"known-hashdeep.txt", TT_LIST_HASHDEEP, 25,
     "%%%% HASHDEEP-1.0\n%%%% size,md5,sha1,sha256,filename\n"
     "## Invoked from: /training\n## $ hashdeep -c md5,sha1,sha256 -l -r .\n##\n",
     hashdeep_row, "many,not hexadecimal,not hexadecimal,not hexadecimal,decoy/words.bin\n", ""},
    {"known-media.csv", TT_LIST_CSV, 25, "md5,sha1,size,id,category,scheme\n", csv_row,
     "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz,,12,T-9999,1,training\n", ""},
    {"known-vics-2.0.json", TT_LIST_VICS2, 20,
     "{\"@odata.context\": \"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/CUSTOM/"
     "$metadata#Media\",\n \"value\": [",
     vics2_row,
     ",\n  {\"MediaID\": 9999, \"Category\": 1, \"MD5\": null, \"SHA1\": null, \"MediaSize\": 12}",
     "\n ]}\n"},
    {"known-vics-1.3.json", TT_LIST_VICS1, 20,
     "{\"odata.metadata\": \"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media\",\n"
     " \"value\": [",
     vics1_row,
     ",\n  {\"odata.id\": \"Media(9999)\", \"MediaID\": 9999, \"Category\": 1, \"MD5\": \"torn\"}",
     "\n ]}\n"},
    {"good-md5sum.txt", TT_LIST_GOOD, 15, "", good_row, "0123456789abcdef  decoy/short.bin\n", ""},
    {.file = NULL},
};
