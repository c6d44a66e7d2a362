/*
 * c4all: indexes in the XML of C4All, which Griffeye reads too: "C4P Index.xml", "C4M Index.xml".
 *
 *     <ReportIndex version="2.0"> <Image> <path/> <picture/> <category>1</category> <id>7</id>
 *         <hash>MD5</hash> <sha1Hash/> <fileSize>15</fileSize> ... </Image> ... </ReportIndex>
 *
 * Films are <movie> or <Movie>, with a <movie> for their name inside. The files are UTF-16, or say
 * so and are not. Paths, names, descriptions and notes pass by unheld; so does encaseHash, which is
 * 0 or the same again. Exporters have each their own case and leave fields out, empty or at 0. Of a
 * field given twice the last counts. Source: what C4All (sdckey/C4ALL, OutputController), X-Ways
 * exporters (askclees, FileOutput.cpp; Naufragous, xt-gexpo.c) and one for Autopsy write.
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/xml.h"

#include <string.h>
#include <strings.h>

#define SCHEME "c4all"

typedef enum field_name { F_HASH, F_SHA1, F_SIZE, F_ID, F_CATEGORY, F_NONE } field_name;

typedef struct reader {
    const tt_row_sink *sink;
    int is_ours; /* the root is the right one */
    uint64_t records;
    field_name field; /* what is being gathered */
    tt_draft entry;
} reader;

int tt_c4all_bid(const uint8_t *head, size_t size)
{
    return tt_xml_root_is(head, size, "ReportIndex") ? 90 : 0;
}

static tt_xml_wish start(void *user, const tt_xml_element *element)
{
    static const char *const names[] = {[F_HASH] = "hash",
                                        [F_SHA1] = "sha1Hash",
                                        [F_SIZE] = "fileSize",
                                        [F_ID] = "id",
                                        [F_CATEGORY] = "category"};
    reader *c4all = user;
    const char *name = element->name;

    if (element->depth == 1) {
        c4all->is_ours = strcmp(name, "ReportIndex") == 0;
        return c4all->is_ours ? TT_XML_ENTER : TT_XML_SKIP;
    }
    if (element->depth == 2) {
        if (strcasecmp(name, "image") != 0 && strcasecmp(name, "movie") != 0)
            return TT_XML_SKIP;
        tt_draft_begin(&c4all->entry, ++c4all->records);
        return TT_XML_ENTER;
    }
    for (c4all->field = F_HASH; c4all->field < F_NONE; c4all->field++)
        if (strcasecmp(name, names[c4all->field]) == 0)
            return TT_XML_TEXT;
    return TT_XML_SKIP;
}

static void end_field(reader *c4all, const tt_xml_text *text)
{
    tt_draft *entry = &c4all->entry;
    /* The tools' word for "not made". */
    size_t digits = text->size == 1 && *text->text == '0' ? 0 : text->size;

    if (text->mixed)
        tt_draft_fault(entry, TUTELA_REJECT_SYNTAX);
    switch (c4all->field) {
    case F_HASH: /* MD5, but what the X-Ways exporter puts there is the case's choice */
        tt_draft_digest(entry, -1, text->text, digits);
        break;
    case F_SHA1:
        tt_draft_digest(entry, TUTELA_SHA1, text->text, digits);
        break;
    case F_SIZE:
        tt_draft_size(entry, text->text, text->size);
        break;
    case F_ID:
        tt_draft_text(entry, entry->id, text->text, text->size);
        break;
    case F_CATEGORY:
        tt_draft_text(entry, entry->value, text->text, text->size);
        break;
    case F_NONE:
        break;
    }
}

static tutela_status end(void *user, unsigned depth, const tt_xml_text *text, tutela_error *error)
{
    reader *c4all = user;

    if (depth == 3)
        end_field(c4all, text);
    if (depth != 2)
        return TUTELA_OK;
    tt_draft_text(&c4all->entry, c4all->entry.scheme, SCHEME, strlen(SCHEME));
    return tt_draft_end(&c4all->entry, c4all->sink, error);
}

tutela_status tt_c4all_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    reader c4all = {.sink = sink};
    tt_xml_taker taker = {.start = start, .end = end, .user = &c4all};

    TT_TRY(tt_xml_read(input, &taker, error));
    if (c4all.is_ours)
        return TUTELA_OK;
    (void)tt_fail(error, TUTELA_LIST_UNUSABLE, 0, "%s: XML without a ReportIndex",
                  tt_input_name(input));
    return tt_advise(error, TUTELA_LIST_UNUSABLE,
                     "C4All's indexes have one: \"C4P Index.xml\" and \"C4M Index.xml\"");
}
