/* vics_medium: one medium of a VICS list, made an entry (see vics_medium.h). */
#include "hashsets/import/vics_medium.h"

#include <string.h>
#include <strings.h>

void tt_vics_forget_others(tt_vics_medium *medium)
{
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        medium->other[i].state = TT_VICS_NONE;
    medium->other_wrong = medium->other_photodna = 0;
}

void tt_vics_forget(tt_vics_medium *medium)
{
    for (int i = 0; i < TT_VICS_FIELDS; i++)
        medium->fields[i].state = TT_VICS_NONE;
    tt_vics_forget_others(medium);
    medium->is_case = 0;
}

void tt_vics_store(tt_vics_field *field, tt_json_kind kind, const char *text, size_t size)
{
    static const tt_vics_state states[] = {[TT_JSON_NULL] = TT_VICS_NONE,
                                           [TT_JSON_BOOLEAN] = TT_VICS_BOOLEAN,
                                           [TT_JSON_NUMBER] = TT_VICS_NUMBER,
                                           [TT_JSON_STRING] = TT_VICS_TEXT};

    field->state = size == 0 && kind == TT_JSON_STRING ? TT_VICS_NONE : states[kind];
    field->size = size < TT_VICS_FIELD_MAX ? size : TT_VICS_FIELD_MAX;
    if (field->size > 0)
        memcpy(field->text, text, field->size);
}

tt_vics_field *tt_vics_field_of(tt_vics_medium *medium, const char *key, size_t size)
{
#define KEY(name) {name, sizeof name - 1}
    static const struct {
        const char *text;
        size_t size;
    } keys[TT_VICS_FIELDS] = {
        [TT_VICS_ID] = KEY("MediaID"),
        [TT_VICS_CATEGORY] = KEY("Category"),
        [TT_VICS_MD5] = KEY("MD5"),
        [TT_VICS_SHA1] = KEY("SHA1"),
        [TT_VICS_SIZE] = KEY("MediaSize"),
        [TT_VICS_PHOTODNA] = KEY("PhotoDNA"),
        [TT_VICS_UPDATED] = KEY("DateUpdated"),
        [TT_VICS_VICTIM] = KEY("VictimIdentified"),
        [TT_VICS_OFFENDER] = KEY("OffenderIdentified"),
        [TT_VICS_DISTRIBUTED] = KEY("IsDistributed"),
        [TT_VICS_SELF_GENERATED] = KEY("SelfGenerated"),
    };
#undef KEY

    for (int i = 0; i < TT_VICS_FIELDS; i++)
        if (keys[i].size == size && memcmp(keys[i].text, key, size) == 0)
            return &medium->fields[i];
    return NULL;
}

void tt_vics_other(tt_vics_medium *medium, const tt_vics_field *name, const tt_vics_field *value)
{
    if (name->state != TT_VICS_TEXT || value->state == TT_VICS_NONE)
        return;
    int algorithm = tt_digest_by_name(name->text, name->size);
    if (algorithm >= 0)
        medium->other[algorithm] = *value;
    else if (name->size == 8 && strncasecmp(name->text, "PhotoDNA", 8) == 0)
        medium->other_photodna = 1;
}

int tt_vics_only_case(const tt_vics_medium *medium)
{
    int digests = medium->fields[TT_VICS_MD5].state != TT_VICS_NONE
                  || medium->fields[TT_VICS_SHA1].state != TT_VICS_NONE;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        digests |= medium->other[i].state != TT_VICS_NONE;
    return medium->is_case && !digests;
}

static int is_words(const tt_vics_field *field)
{
    return field->state == TT_VICS_TEXT || field->state == TT_VICS_NUMBER;
}

static int reads(const tt_vics_field *field, char digit)
{
    return is_words(field) && field->size == 1 && *field->text == digit;
}

int tt_vics_like_caid(const tt_vics_medium *medium)
{
    return reads(&medium->fields[TT_VICS_ID], '0') && reads(&medium->fields[TT_VICS_CATEGORY], '8');
}

static void add_digest(tt_draft *entry, int algorithm, const tt_vics_field *field)
{
    if (field->state == TT_VICS_TEXT)
        tt_draft_digest(entry, algorithm, field->text, field->size);
    else if (field->state != TT_VICS_NONE)
        tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
}

static void add_text(tt_draft *entry, char *out, const tt_vics_field *field)
{
    if (is_words(field))
        tt_draft_text(entry, out, field->text, field->size);
    else if (field->state != TT_VICS_NONE)
        tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
}

static void add_size(tt_draft *entry, const tt_vics_field *field)
{
    if (is_words(field))
        tt_draft_size(entry, field->text, field->size);
    else if (field->state != TT_VICS_NONE)
        tt_draft_fault(entry, TUTELA_REJECT_SIZE);
}

/*
 * true, "true" or 1 in the flag fields. What stands there else, of whatever type, sets none and
 * costs no digest.
 *
 * Category 3 is "CGI or animation" in the US scheme (the ImageGallery tag set of sleuthkit/autopsy)
 * and in no other: the numbers of other regions mean other things.
 */
static void add_flags(tt_draft *entry, const tt_vics_medium *medium, const char *scheme)
{
    static const uint32_t flags[TT_VICS_FIELDS] = {
        [TT_VICS_VICTIM] = TUTELA_ENTRY_VICTIM_IDENTIFIED,
        [TT_VICS_OFFENDER] = TUTELA_ENTRY_OFFENDER_IDENTIFIED,
        [TT_VICS_DISTRIBUTED] = TUTELA_ENTRY_DISTRIBUTED,
        [TT_VICS_SELF_GENERATED] = TUTELA_ENTRY_SELF_GENERATED,
    };
    for (int i = TT_VICS_VICTIM; i < TT_VICS_FIELDS; i++) {
        const tt_vics_field *field = &medium->fields[i];
        if (is_words(field) || field->state == TT_VICS_BOOLEAN)
            tt_draft_flag(entry, flags[i], field->text, field->size);
    }
    if (strcmp(scheme, "vics-us") == 0 && reads(&medium->fields[TT_VICS_CATEGORY], '3'))
        entry->row.flags |= TUTELA_ENTRY_GENERATIVE;
}

static void add_date(tt_draft *entry, const tt_vics_field *field)
{
    if (field->state == TT_VICS_TEXT)
        tt_draft_date(entry, field->text, field->size);
    else if (field->state != TT_VICS_NONE)
        entry->odd_date = 1;
}

/*
 * An entry of VICS has no owner: PrecategorizationSource is not reliable, and one exporter
 * (X-Ways-Clees4All) writes the path of the file there.
 */
tutela_status tt_vics_end(const tt_vics_medium *medium, uint64_t record, const char *scheme,
                          const tt_row_sink *sink, tutela_error *error)
{
    const tt_vics_field *fields = medium->fields;
    tt_draft entry;

    tt_draft_begin(&entry, record);
    if (medium->other_wrong)
        tt_draft_fault(&entry, TUTELA_REJECT_SYNTAX);
    add_digest(&entry, TUTELA_MD5, &fields[TT_VICS_MD5]);
    add_digest(&entry, TUTELA_SHA1, &fields[TT_VICS_SHA1]);
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        if (!(entry.row.digests.mask & TUTELA_BIT(i)))
            add_digest(&entry, i, &medium->other[i]);
    add_text(&entry, entry.id, &fields[TT_VICS_ID]);
    add_text(&entry, entry.value, &fields[TT_VICS_CATEGORY]);
    tt_draft_text(&entry, entry.scheme, scheme, strlen(scheme));
    add_size(&entry, &fields[TT_VICS_SIZE]);
    add_flags(&entry, medium, scheme);
    add_date(&entry, &fields[TT_VICS_UPDATED]);
    if (fields[TT_VICS_PHOTODNA].state != TT_VICS_NONE || medium->other_photodna)
        tt_sink_count(sink, "PhotoDNA");
    return tt_draft_end(&entry, sink, error);
}
