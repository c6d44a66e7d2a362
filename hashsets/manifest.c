/* manifest: the facts of a set, one a line, in one form only. */
#include "hashsets/manifest.h"
#include "base/clock.h"
#include "base/text.h"
#include "hashsets/set_internal.h"

#include <inttypes.h>

/* `name` and bytes as hex. */
static void add_hex(tt_buf *out, const char *name, const uint8_t *bytes, size_t size)
{
    char hex[2 * TT_IDENTITY_SIZE + 1];

    tt_hex_encode(bytes, size, hex);
    tt_buf_printf(out, "%s %s\n", name, hex);
}

/* The number counts; the second form is for people. */
static void add_time(tt_buf *out, const char *name, int64_t time)
{
    char text[32];

    if (time == TT_TIME_UNKNOWN)
        tt_buf_printf(out, "%s -\n", name);
    else
        tt_buf_printf(out, "%s %" PRId64 " %s\n", name, time, tt_clock_text(time, text));
}

/* In quotation marks: no byte of it can end the line or the text. */
static void add_quoted(tt_buf *out, const char *text)
{
    tt_buf_add_char(out, '"');
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x20 || byte == 0x7f) {
            tt_buf_printf(out, "\\x%02x", byte);
            continue;
        }
        if (byte == '"' || byte == '\\')
            tt_buf_add_char(out, '\\');
        tt_buf_add_char(out, *text);
    }
    tt_buf_add_char(out, '"');
}

static void add_list(tt_buf *out, const tt_set_list *list)
{
    tt_buf_printf(out, "list %s %" PRIu64 " ", tutela_polarity_name((int32_t)list->polarity),
                  list->entries);
    add_quoted(out, list->name);
    tt_buf_add_char(out, ' ');
    add_quoted(out, list->version);
    tt_buf_add_char(out, '\n');
}

tutela_status tt_manifest_add(tt_buf *out, const tt_set *set, const tt_manifest_facts *facts,
                              tutela_error *error)
{
    size_t before = out->size;

    tt_buf_add_text(out, "tutela set manifest 1\n");
    add_hex(out, "identity", facts->identity, TT_IDENTITY_SIZE);
    if (set->sealed)
        add_hex(out, "sealed", set->key_id, TT_KEY_ID_SIZE);
    else
        tt_buf_add_text(out, "sealed -\n");
    add_time(out, "signed", facts->signed_at);
    add_time(out, "created", set->created);
    add_time(out, "expires", facts->expires);
    tt_buf_printf(out, "entries %" PRIu64 "\n", set->entries);
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        tt_buf_printf(out, "%s %" PRIu64 "\n", tutela_algorithm_name(i),
                      set->index[i].keys.count);
    for (size_t i = 0; i < set->list_count && out->size - before <= TT_MANIFEST_MAX; i++)
        add_list(out, &set->list[i]);
    if (out->size - before > TT_MANIFEST_MAX)
        return tt_fail(error, TUTELA_ARGUMENT, 0, "%s: too many lists, or too long names, to sign",
                       set->path);
    return tt_buf_failed(out) ? tt_no_memory(error) : TUTELA_OK;
}
