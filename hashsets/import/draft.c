/* draft: one entry of a list, put together from fields of text (see draft.h). */
#include "hashsets/import/draft.h"

#include "hashsets/import/date.h"
#include "hashsets/import/hex.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

void tt_draft_begin(tt_draft *entry, uint64_t line)
{
    entry->row.digests.mask = 0;
    entry->row.size = TT_SIZE_UNKNOWN;
    entry->row.entry = entry->id;
    entry->row.scheme = entry->scheme;
    entry->row.value = entry->value;
    entry->row.owner = entry->owner;
    entry->row.line = line;
    entry->row.flags = entry->row.reserved = 0;
    entry->row.updated = 0;
    entry->odd_date = entry->odd_owner = 0;
    entry->fault = TT_DRAFT_FINE;
    entry->id[0] = entry->scheme[0] = entry->value[0] = entry->owner[0] = '\0';
}

void tt_draft_fault(tt_draft *entry, tutela_reject reason)
{
    if (entry->fault == TT_DRAFT_FINE)
        entry->fault = (int)reason;
}

void tt_draft_digest(tt_draft *entry, int algorithm, const char *text, size_t size)
{
    if (size == 0)
        return;
    if (algorithm < 0)
        algorithm = tt_digest_by_hex(size);
    if (algorithm < 0 || tt_digest_size(algorithm) * 2 != size) {
        tt_draft_fault(entry, tt_hex_is(text, size) ? TUTELA_REJECT_WIDTH : TUTELA_REJECT_HEX);
        return;
    }
    if (tt_import_hex_decode(text, size, entry->row.digests.value[algorithm]) != 0) {
        tt_draft_fault(entry, TUTELA_REJECT_HEX);
        return;
    }
    entry->row.digests.mask |= TUTELA_BIT(algorithm);
}

void tt_draft_size(tt_draft *entry, const char *text, size_t size)
{
    if (size > 0 && tt_number_parse(text, size, &entry->row.size) != 0)
        tt_draft_fault(entry, TUTELA_REJECT_SIZE);
}

void tt_draft_text(tt_draft *entry, char field[TT_DRAFT_TEXT_MAX + 1], const char *text,
                   size_t size)
{
    if (size > TT_DRAFT_TEXT_MAX) {
        tt_draft_fault(entry, TUTELA_REJECT_TOO_LONG);
    } else if (size > 0 && memchr(text, '\0', size)) {
        tt_draft_fault(entry, TUTELA_REJECT_ENCODING);
    } else {
        if (size > 0)
            memcpy(field, text, size);
        field[size] = '\0';
    }
}

void tt_draft_flag(tt_draft *entry, uint32_t flag, const char *text, size_t size)
{
    if (tt_says_yes(text, size))
        entry->row.flags |= flag;
}

void tt_draft_date(tt_draft *entry, const char *text, size_t size)
{
    if (size > 0 && tt_import_date(text, size, &entry->row.updated) != 0)
        entry->odd_date = 1;
}

void tt_draft_owner(tt_draft *entry, const char *text, size_t size)
{
    entry->odd_owner = size > TT_DRAFT_TEXT_MAX || (size > 0 && memchr(text, '\0', size));
    if (entry->odd_owner)
        size = 0;
    if (size > 0)
        memcpy(entry->owner, text, size);
    entry->owner[size] = '\0';
}

tutela_status tt_draft_end(tt_draft *entry, const tt_row_sink *sink, tutela_error *error)
{
    if (entry->fault == TT_DRAFT_FINE && entry->row.digests.mask == 0)
        entry->fault = TUTELA_REJECT_NO_DIGEST;
    if (entry->odd_date)
        tt_sink_count(sink, "date that cannot be read");
    if (entry->odd_owner)
        tt_sink_count(sink, TT_DRAFT_ODD_OWNER);
    entry->odd_owner = 0; /* said once, also when more rows follow from the same entry */
    /* A scheme says nothing without a value. */
    if (entry->value[0] == '\0')
        entry->scheme[0] = '\0';
    if (entry->fault == TT_DRAFT_FINE)
        return sink->take(sink->user, &entry->row, error);
    sink->reject(sink->user, entry->row.line, (tutela_reject)entry->fault);
    return TUTELA_OK;
}

void tt_sink_count(const tt_row_sink *sink, const char *what)
{
    if (sink->count)
        sink->count(sink->user, what);
}

int tt_is_clean(const char *text)
{
    while (*text >= ' ' && *text <= '~')
        text++;
    if (*text == '\0')
        return 1;
    for (size_t size = strlen(text), at = 0, length; at < size; at += length) {
        uint32_t code;

        length = tt_utf8_next(text + at, size - at, &code);
        if (length == 0 || tt_text_hidden(code))
            return 0;
    }
    return 1;
}

tutela_status tt_sink_version(const tt_row_sink *sink, const char *text, size_t size,
                              tutela_error *error)
{
    char version[TT_DRAFT_TEXT_MAX + 1];

    if (!sink->version)
        return TUTELA_OK;
    tt_trim(&text, &size);
    if (size > 0 && size < sizeof version && !memchr(text, '\0', size)) {
        memcpy(version, text, size);
        version[size] = '\0';
        if (tt_is_clean(version))
            return sink->version(sink->user, version, error);
    }
    tt_sink_count(sink, "list version that cannot be read");
    return TUTELA_OK;
}

int tt_says_yes(const char *text, size_t size)
{
    static const char *const words[] = {"1", "true", "yes", "y", "x"};

    for (size_t i = 0; size > 0 && i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == size && strncasecmp(text, words[i], size) == 0)
            return 1;
    return 0;
}

void tt_trim(const char **text, size_t *size)
{
    while (*size > 0 && (**text == ' ' || **text == '\t')) {
        (*text)++;
        (*size)--;
    }
    while (*size > 0 && ((*text)[*size - 1] == ' ' || (*text)[*size - 1] == '\t'))
        (*size)--;
}

int tt_blank(const char *text, size_t size)
{
    tt_trim(&text, &size);
    return size == 0;
}
