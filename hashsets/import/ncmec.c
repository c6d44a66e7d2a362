/*
 * ncmec: answers of the NCMEC hash-sharing API, version 2.
 *
 *     <queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">
 *       <images><image> <member id="42">..</member> <timestamp/> <id/> <classification/>
 *                       <fingerprints> <md5>..</md5> <sha1>..</sha1> <pdna>..</pdna>
 *                                      <videntifier rel="self" href=".."/> </fingerprints>
 *               </image> <deletedImage>..</deletedImage> </images>
 *       <videos>...</videos> <paging><next>/v2/entries?...</next></paging> </queryResult>
 *
 * The key of an entry is the member and the id together. Of a field given twice the last counts,
 * digests excepted: when an entry has several of one algorithm nothing says which belong together,
 * so each becomes a row of its own. What cannot be matched is counted by its kind, also when it has
 * an address instead of a text; addresses and feedback are not kept. The member's name is the
 * owner; one that cannot be kept costs no digest. An answer that names a next page is but a part of
 * the list, which is counted. Source: the API's documentation, and what ThreatExchange
 * (facebook/threatexchange, hash_api.py) reads.
 */
#include "hashsets/import/date.h"
#include "hashsets/import/formats.h"
#include "hashsets/import/xml.h"

#include <string.h>

#define SCHEME "ncmec"
/* Digests of one entry. It stands for one file, so there are two. */
#define DIGESTS_MAX 64u

typedef struct given_digest {
    int algorithm;
    uint8_t value[TUTELA_DIGEST_MAX];
} given_digest;

typedef enum field_name { F_NONE, F_ID, F_TIMESTAMP, F_CLASSIFICATION, F_MEMBER } field_name;

/* What is under the root. */
typedef enum branch { B_ENTRIES, B_PAGING } branch;

typedef struct reader {
    const tt_row_sink *sink;
    int is_ours; /* the root is the right one */
    branch branch;
    uint64_t records;
    field_name field; /* what is being gathered */
    int algorithm;
    size_t member_size; /* over TT_DRAFT_TEXT_MAX when too long */
    size_t id_size;
    char member[TT_DRAFT_TEXT_MAX];
    char id[TT_DRAFT_TEXT_MAX];
    int64_t updated;
    int odd_date;
    uint32_t mask;  /* algorithms given */
    int repeated;   /* ... one of them more than once */
    size_t given_count;
    given_digest given[DIGESTS_MAX];
    tt_draft entry;
} reader;

int tt_ncmec_bid(const uint8_t *head, size_t size)
{
    if (!tt_xml_root_is(head, size, "queryResult"))
        return 0;
    return memmem(head, size, "hashsharing", 11) ? 95 : 60;
}

/* Fingerprints as the API spells them, folded (see what_kind), and as reports call them. */
static const char *const kinds[][2] = {
    {"pdna", "PhotoDNA"},
    {"photodna", "PhotoDNA"},
    {"pdq", "PDQ"},
    {"netclean", "NetClean"},
    {"videntifier", "Videntifier"},
    {"tmkpdqf", "TMK+PDQF"},
    {"ssvhpdna", "SSVH+PhotoDNA"},
    {"ssvhsaferhash", "SSVH+SaferHash"},
    {"tmksaferhash", "SSVH+SaferHash"}, /* so in one copy of the documentation */
};

/* Keys are written SSVH_SAFER_HASH, elements ssvhSaferHash: fold case, drop what is no letter. */
static const char *what_kind(const char *name)
{
    char folded[32];
    size_t size = 0;

    for (; *name && size + 1 < sizeof folded; name++) {
        char low = (char)(*name | 0x20);
        if (low >= 'a' && low <= 'z' && *name != '_')
            folded[size++] = low;
    }
    folded[size] = '\0';
    for (size_t i = 0; *name == '\0' && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(folded, kinds[i][0]) == 0)
            return kinds[i][1];
    return "other fingerprint";
}

static void begin_entry(reader *ncmec)
{
    tt_draft_begin(&ncmec->entry, ++ncmec->records);
    ncmec->member_size = ncmec->id_size = ncmec->given_count = 0;
    ncmec->updated = 0;
    ncmec->odd_date = 0;
    ncmec->mask = 0;
    ncmec->repeated = 0;
}

/* Something under <images> or <videos>. */
static tt_xml_wish start_entry(reader *ncmec, const char *name)
{
    if (strcmp(name, "image") == 0 || strcmp(name, "video") == 0) {
        begin_entry(ncmec);
        return TT_XML_ENTER;
    }
    ncmec->records++;
    /* Whatever fingerprints it still has, its owner took it back. */
    if (strcmp(name, "deletedImage") == 0 || strcmp(name, "deletedVideo") == 0)
        tt_sink_count(ncmec->sink, "deleted entry");
    else
        ncmec->sink->reject(ncmec->sink->user, ncmec->records, TUTELA_REJECT_SYNTAX);
    return TT_XML_SKIP;
}

static void store(char out[TT_DRAFT_TEXT_MAX], size_t *out_size, const char *text, size_t size)
{
    *out_size = size;
    if (size > 0 && size <= TT_DRAFT_TEXT_MAX)
        memcpy(out, text, size);
}

static void take_member(reader *ncmec, const tt_xml_element *element)
{
    const char *value;
    size_t size;

    if (!tt_xml_attribute(element, "id", &value, &size))
        return;
    /* An escaped character comes as it is written; no id has one. */
    if (memchr(value, '&', size))
        tt_draft_fault(&ncmec->entry, TUTELA_REJECT_SYNTAX);
    store(ncmec->member, &ncmec->member_size, value, size);
}

static tt_xml_wish start_field(reader *ncmec, const tt_xml_element *element)
{
    static const char *const names[] = {[F_ID] = "id",
                                        [F_TIMESTAMP] = "timestamp",
                                        [F_CLASSIFICATION] = "classification",
                                        [F_MEMBER] = "member"};

    ncmec->field = F_NONE;
    if (strcmp(element->name, "fingerprints") == 0)
        return TT_XML_ENTER;
    if (strcmp(element->name, "member") == 0)
        take_member(ncmec, element);
    for (field_name field = F_ID; field <= F_MEMBER; field++)
        if (strcmp(element->name, names[field]) == 0)
            ncmec->field = field;
    return ncmec->field == F_NONE ? TT_XML_SKIP : TT_XML_TEXT;
}

static tt_xml_wish start_fingerprint(reader *ncmec, const char *name)
{
    ncmec->algorithm = tt_digest_by_name(name, strlen(name));
    if (ncmec->algorithm >= 0)
        return TT_XML_TEXT;
    tt_sink_count(ncmec->sink, what_kind(name));
    return TT_XML_SKIP;
}

/* Something under the root. */
static tt_xml_wish start_branch(reader *ncmec, const char *name)
{
    int entries = strcmp(name, "images") == 0 || strcmp(name, "videos") == 0;

    ncmec->branch = entries ? B_ENTRIES : B_PAGING;
    return entries || strcmp(name, "paging") == 0 ? TT_XML_ENTER : TT_XML_SKIP;
}

static tt_xml_wish start(void *user, const tt_xml_element *element)
{
    reader *ncmec = user;
    const char *name = element->name;

    switch (element->depth) {
    case 1:
        ncmec->is_ours = strcmp(name, "queryResult") == 0;
        return ncmec->is_ours ? TT_XML_ENTER : TT_XML_SKIP;
    case 2:
        return start_branch(ncmec, name);
    case 3:
        if (ncmec->branch == B_ENTRIES)
            return start_entry(ncmec, name);
        return strcmp(name, "next") == 0 ? TT_XML_TEXT : TT_XML_SKIP;
    case 4:
        return start_field(ncmec, element);
    default:
        return start_fingerprint(ncmec, name);
    }
}

static void end_fingerprint(reader *ncmec, const tt_xml_text *text)
{
    tt_draft *entry = &ncmec->entry;
    uint32_t bit = TUTELA_BIT(ncmec->algorithm);
    const uint8_t *value = entry->row.digests.value[ncmec->algorithm];
    size_t size = tt_digest_size(ncmec->algorithm);

    entry->row.digests.mask = 0;
    tt_draft_digest(entry, ncmec->algorithm, text->text, text->size);
    if (entry->row.digests.mask == 0)
        return;
    for (size_t i = 0; i < ncmec->given_count; i++)
        if (ncmec->given[i].algorithm == ncmec->algorithm
            && memcmp(ncmec->given[i].value, value, size) == 0)
            return;
    if (ncmec->given_count == DIGESTS_MAX) {
        tt_draft_fault(entry, TUTELA_REJECT_TOO_LONG);
        return;
    }
    given_digest *given = &ncmec->given[ncmec->given_count++];
    given->algorithm = ncmec->algorithm;
    memcpy(given->value, value, size);
    ncmec->repeated |= (ncmec->mask & bit) != 0;
    ncmec->mask |= bit;
}

static void end_field(reader *ncmec, const tt_xml_text *text)
{
    switch (ncmec->field) {
    case F_ID:
        store(ncmec->id, &ncmec->id_size, text->text, text->size);
        break;
    case F_TIMESTAMP:
        ncmec->updated = 0;
        ncmec->odd_date =
            tt_import_date(text->text, text->size, &ncmec->updated) != 0;
        break;
    case F_CLASSIFICATION:
        tt_draft_text(&ncmec->entry, ncmec->entry.value, text->text, text->size);
        break;
    case F_MEMBER:
        tt_draft_owner(&ncmec->entry, text->text, text->mixed ? SIZE_MAX : text->size);
        break;
    case F_NONE:
        break;
    }
    ncmec->field = F_NONE;
}

/* "42:image1", or what there is of the two. */
static void join_id(reader *ncmec)
{
    char joined[2 * TT_DRAFT_TEXT_MAX + 1];
    size_t member = ncmec->member_size, id = ncmec->id_size, size = 0;

    if (member > TT_DRAFT_TEXT_MAX || id > TT_DRAFT_TEXT_MAX) {
        tt_draft_fault(&ncmec->entry, TUTELA_REJECT_TOO_LONG);
        return;
    }
    memcpy(joined, ncmec->member, member);
    size = member;
    if (member > 0 && id > 0)
        joined[size++] = ':';
    memcpy(joined + size, ncmec->id, id);
    tt_draft_text(&ncmec->entry, ncmec->entry.id, joined, size + id);
}

static tutela_status end_entry(reader *ncmec, tutela_error *error)
{
    tt_draft *entry = &ncmec->entry;
    tt_digests *digests = &entry->row.digests;

    join_id(ncmec);
    tt_draft_text(entry, entry->scheme, SCHEME, strlen(SCHEME));
    entry->row.updated = ncmec->updated;
    if (ncmec->odd_date)
        tt_sink_count(ncmec->sink, "date that cannot be read");
    digests->mask = 0;
    for (size_t i = 0; i < ncmec->given_count; i++) {
        const given_digest *given = &ncmec->given[i];

        digests->mask = (ncmec->repeated ? 0 : digests->mask) | TUTELA_BIT(given->algorithm);
        memcpy(digests->value[given->algorithm], given->value, tt_digest_size(given->algorithm));
        if (ncmec->repeated && i + 1 < ncmec->given_count && entry->fault == TT_DRAFT_FINE)
            TT_TRY(tt_draft_end(entry, ncmec->sink, error));
    }
    return tt_draft_end(entry, ncmec->sink, error);
}

static tutela_status end(void *user, unsigned depth, const tt_xml_text *text, tutela_error *error)
{
    reader *ncmec = user;

    if (depth >= 3 && ncmec->branch == B_PAGING) {
        /* On the last page it may stand empty. */
        if (text->size > 0)
            tt_sink_count(ncmec->sink, "next page of the list, which is not in this file");
        return TUTELA_OK;
    }
    if (text->mixed && !(depth == 4 && ncmec->field == F_MEMBER))
        tt_draft_fault(&ncmec->entry, TUTELA_REJECT_SYNTAX);
    if (depth == 5)
        end_fingerprint(ncmec, text);
    else if (depth == 4)
        end_field(ncmec, text);
    return depth == 3 ? end_entry(ncmec, error) : TUTELA_OK;
}

tutela_status tt_ncmec_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    reader ncmec = {.sink = sink};
    tt_xml_taker taker = {.start = start, .end = end, .user = &ncmec};

    TT_TRY(tt_xml_read(input, &taker, error));
    if (ncmec.is_ours)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: XML without a queryResult",
                  tt_input_name(input));
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "NCMEC's hash-sharing API answers v2/entries with one; save that answer");
}
