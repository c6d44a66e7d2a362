/*
 * xml: a list in XML, as a stream of elements (see xml.h).
 *
 * libxml2 does the parsing, fed piece by piece and answering by callbacks. Its tree and its pull
 * reader are not used: they hold every text whole, thumbnails and all. Its error texts quote the
 * input; they are neither printed nor asked for, only the line of the first one is kept.
 */
#include "hashsets/import/xml.h"

#include <libxml/parser.h>

#include <string.h>
#include <strings.h>

/* Bytes handed to the parser in one go: how finely TT_XML_TAG_MAX is watched. */
#define PIECE_MAX 4096u
/* A SAX2 attribute is so many pointers: local name, prefix, namespace, value, end of the value. */
#define ATTRIBUTE_POINTERS 5u

/* The type of an error as handlers get it became const in 2.12. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *error_view;
#else
typedef xmlErrorPtr error_view;
#endif

typedef struct reader {
    const tt_xml_taker *taker;
    tutela_error *error;
    const char *name;
    xmlParserCtxtPtr parser;
    tutela_status status; /* what `end` answered when it ended the parsing */
    int stopped;
    const char *refused; /* why the parsing was ended here, NULL when it was not */
    int no_memory;
    uint64_t line;    /* of the first error; 0: none */
    uint64_t events;  /* callbacks so far */
    size_t quiet;     /* bytes since the last of them: a tag or comment not yet at its end */
    unsigned depth;   /* open elements */
    int whole;        /* the root has ended */
    unsigned ignored; /* the depth of the element skipped or gathered; 0: none is */
    int gathering;    /* ... and it is gathered */
    int mixed;
    size_t size;
    char text[TT_XML_TEXT_MAX];
} reader;

static uint64_t here(const reader *xml)
{
    return xml->parser->input ? (uint64_t)xml->parser->input->line : 0;
}

/* No callback comes after this, nor is anything read. */
static void stop(reader *xml)
{
    xml->stopped = 1;
    xmlStopParser(xml->parser);
}

static void refuse(reader *xml, const char *why)
{
    if (xml->stopped)
        return;
    xml->refused = why;
    xml->line = here(xml);
    stop(xml);
}

/* An error of the parser. What it says is not looked at: it quotes the list. */
static void on_error(void *user, error_view fault)
{
    reader *xml = user;

    if (fault->code == XML_ERR_NO_MEMORY)
        xml->no_memory = 1;
    if (fault->level == XML_ERR_FATAL && xml->line == 0 && fault->line > 0)
        xml->line = (uint64_t)fault->line;
}

/* Errors that belong to no parser, such as those of decoding, which would be printed. */
static void on_stray_error(void *user, error_view fault)
{
    (void)user;
    (void)fault;
}

static void on_stray_words(void *user, const char *format, ...)
{
    (void)user;
    (void)format;
}

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *space,
                     int space_count, const xmlChar **spaces, int count, int defaulted,
                     const xmlChar **attributes)
{
    reader *xml = user;
    tt_xml_element element = {.name = (const char *)name,
                              .attribute_count = (size_t)count,
                              .attributes = attributes};

    (void)prefix;
    (void)space;
    (void)space_count;
    (void)spaces;
    (void)defaulted;
    xml->events++;
    if (xml->stopped)
        return;
    if (++xml->depth > TT_XML_DEPTH_MAX) {
        refuse(xml, "XML nested too deep");
        return;
    }
    if (xml->ignored) {
        xml->mixed = 1;
        return;
    }
    element.depth = xml->depth;
    tt_xml_wish wish = xml->taker->start(xml->taker->user, &element);
    if (wish == TT_XML_ENTER)
        return;
    xml->ignored = xml->depth;
    xml->gathering = wish == TT_XML_TEXT;
    xml->mixed = 0;
    xml->size = 0;
}

static int is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void on_text(void *user, const xmlChar *data, int length)
{
    reader *xml = user;
    const char *text = (const char *)data;
    size_t size = (size_t)length;

    /* Before a character that is none the parser may give nothing, over and over. */
    xml->events += size > 0;
    if (xml->stopped || !xml->gathering || xml->depth != xml->ignored)
        return;
    while (xml->size == 0 && size > 0 && is_space(*text)) {
        text++;
        size--;
    }
    if (size > TT_XML_TEXT_MAX - xml->size)
        size = TT_XML_TEXT_MAX - xml->size;
    memcpy(xml->text + xml->size, text, size);
    xml->size += size;
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    reader *xml = user;
    tt_xml_text text = {.text = xml->text};
    unsigned depth = xml->depth;

    (void)name;
    (void)prefix;
    (void)space;
    xml->events++;
    if (xml->stopped)
        return;
    xml->whole = --xml->depth == 0;
    if (xml->ignored && depth != xml->ignored)
        return;
    if (xml->ignored) {
        xml->ignored = 0;
        if (!xml->gathering)
            return;
        xml->gathering = 0;
        while (xml->size > 0 && is_space(xml->text[xml->size - 1]))
            xml->size--;
        text.size = xml->size;
        text.mixed = xml->mixed;
    }
    xml->status = xml->taker->end(xml->taker->user, depth, &text, xml->error);
    if (xml->status != TUTELA_OK)
        stop(xml);
}

static void on_comment(void *user, const xmlChar *text)
{
    (void)text;
    ((reader *)user)->events++;
}

static void on_instruction(void *user, const xmlChar *target, const xmlChar *data)
{
    (void)target;
    on_comment(user, data);
}

/* A document type: called before anything that it declares is read. */
static void on_doctype(void *user, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    (void)name;
    (void)external;
    (void)system;
    refuse(user, "XML with a document type, which no list needs,");
}

static tutela_status broken(const reader *xml)
{
    uint64_t line = xml->line ? xml->line : here(xml);

    if (xml->status != TUTELA_OK)
        return xml->status;
    if (xml->no_memory)
        return tt_no_memory(xml->error);
    (void)tt_fail(xml->error, TUTELA_LIST_UNUSABLE, 0, "%s: %s at line %llu", xml->name,
                  xml->refused ? xml->refused : "broken XML", (unsigned long long)line);
    (void)tt_advise(xml->error, TUTELA_LIST_UNUSABLE,
                    "ask the list's owner for the file again, or check that it arrived whole");
    return tt_fail_at(xml->error, TUTELA_LIST_UNUSABLE, line);
}

/*
 * Hand over bytes, or nothing and the end. 1 when all is well so far. What decoding fails at has a
 * code below zero and nothing else to tell it by; codes above may stand for what can be put up with.
 */
static int hand_over(reader *xml, const void *data, size_t size, int at_end)
{
    int code = xmlParseChunk(xml->parser, data, (int)size, at_end);

    return code >= 0 && !xml->stopped && xml->parser->wellFormed;
}

/*
 * One piece. Of a long CDATA section the parser only gives 300 bytes each time it is called, and by
 * itself waits for the end: calls with nothing new keep its buffer from growing.
 */
static int parse(reader *xml, const uint8_t *data, size_t size)
{
    uint64_t before;
    int fine = hand_over(xml, data, size, 0);

    do {
        before = xml->events;
        fine = fine && hand_over(xml, NULL, 0, 0);
    } while (fine && xml->events != before);
    return fine;
}

static tutela_status feed(reader *xml, const uint8_t *data, size_t size)
{
    for (size_t piece; size > 0; data += piece, size -= piece) {
        uint64_t before = xml->events;

        piece = size < PIECE_MAX ? size : PIECE_MAX;
        int fine = parse(xml, data, piece);
        xml->quiet = xml->events == before ? xml->quiet + piece : 0;
        if (fine && xml->quiet > TT_XML_TAG_MAX)
            refuse(xml, "XML with an overlong tag");
        if (!fine || xml->stopped)
            return broken(xml);
    }
    return TUTELA_OK;
}

static tutela_status read_all(reader *xml, tt_input *input)
{
    const uint8_t *data;
    size_t size;

    for (;;) {
        TT_TRY(tt_input_chunk(input, &data, &size, NULL, xml->error));
        if (size == 0)
            break;
        TT_TRY(feed(xml, data, size));
    }
    return hand_over(xml, NULL, 0, 1) && xml->whole ? TUTELA_OK : broken(xml);
}

/*
 * Decoders report to handlers of the thread, which are the program's: it gets its own back. The last
 * error is kept for the thread too, with bytes of the list in it, and is forgotten here.
 */
static tutela_status read_quietly(reader *xml, tt_input *input)
{
    xmlStructuredErrorFunc structured = xmlStructuredError;
    void *structured_user = xmlStructuredErrorContext;
    xmlGenericErrorFunc generic = xmlGenericError;
    void *generic_user = xmlGenericErrorContext;

    xmlSetStructuredErrorFunc(NULL, on_stray_error);
    xmlSetGenericErrorFunc(NULL, on_stray_words);
    tutela_status status = read_all(xml, input);
    xmlSetStructuredErrorFunc(structured_user, structured);
    xmlSetGenericErrorFunc(generic_user, generic);
    if (status != TUTELA_OK)
        xmlResetLastError();
    return status;
}

/* 1 when bytes declare themselves UTF-16 that are not: more than one exporter writes that. */
static int is_mislabelled(const uint8_t *head, size_t size)
{
    if (size < 5 || memcmp(head, "<?xml", 5) != 0)
        return 0;
    for (size_t at = 5; at + 6 <= size && head[at] != '>'; at++)
        if (strncasecmp((const char *)head + at, "utf-16", 6) == 0)
            return 1;
    return 0;
}

tutela_status tt_xml_read(tt_input *input, const tt_xml_taker *taker, tutela_error *error)
{
    reader xml = {.taker = taker, .error = error, .name = tt_input_name(input)};
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = on_start,
                             .endElementNs = on_end,
                             .characters = on_text,
                             .ignorableWhitespace = on_text,
                             .cdataBlock = on_text,
                             .comment = on_comment,
                             .processingInstruction = on_instruction,
                             .internalSubset = on_doctype,
                             .serror = on_error};
    const uint8_t *head;
    size_t size;

    TT_TRY(tt_input_peek(input, &head, &size, error));
    xml.parser = xmlCreatePushParserCtxt(&handler, &xml, NULL, 0, NULL);
    if (!xml.parser)
        return tt_no_memory(error);
    (void)xmlCtxtUseOptions(xml.parser, XML_PARSE_NONET
                                            | (is_mislabelled(head, size) ? XML_PARSE_IGNORE_ENC : 0));
    tutela_status status = read_quietly(&xml, input);
    xmlFreeParserCtxt(xml.parser);
    return status;
}

int tt_xml_attribute(const tt_xml_element *element, const char *name, const char **value,
                     size_t *size)
{
    for (size_t i = 0; i < element->attribute_count; i++) {
        const unsigned char **attribute = element->attributes + i * ATTRIBUTE_POINTERS;

        if (strcmp((const char *)attribute[0], name) != 0)
            continue;
        *value = (const char *)attribute[3];
        *size = (size_t)(attribute[4] - attribute[3]);
        return 1;
    }
    return 0;
}

/* Behind the next `mark`; the end when there is none. */
static const char *behind(const char *at, const char *end, const char *mark)
{
    const char *found = memmem(at, (size_t)(end - at), mark, strlen(mark));

    return found ? found + strlen(mark) : end;
}

/* 1 when a name, up to white space, '>' or '/', is this one, whatever its prefix. */
static int is_name(const char *at, const char *end, const char *name)
{
    const char *from = at;

    for (; at < end && !is_space(*at) && *at != '>' && *at != '/'; at++)
        if (*at == ':')
            from = at + 1;
    return at < end && (size_t)(at - from) == strlen(name)
           && memcmp(from, name, strlen(name)) == 0;
}

/* ASCII of a document's head: in UTF-16 what matters here is ASCII with zeros between. */
static size_t narrow(const uint8_t *head, size_t size, char *text, size_t room)
{
    size_t used = 0;

    for (size_t i = 0; i < size && i < room; i++)
        if (head[i] != 0 && (i >= 2 || head[i] < 0xFE))
            text[used++] = (char)head[i];
    return used;
}

/* What follows a "<": 1 the root or its DTD with that name, 0 another; -1 passed over. */
static int judge(const char **at, const char *end, const char *name)
{
    if (**at == '?')
        *at = behind(*at, end, "?>");
    else if (end - *at >= 3 && memcmp(*at, "!--", 3) == 0)
        *at = behind(*at + 3, end, "-->");
    else if (end - *at >= 9 && memcmp(*at, "!DOCTYPE ", 9) == 0)
        return is_name(*at + 9, end, name);
    else
        return is_name(*at, end, name);
    return -1;
}

int tt_xml_root_is(const uint8_t *head, size_t size, const char *name)
{
    char text[TT_IMPORT_HEAD];
    const char *at = text, *end = text + narrow(head, size, text, sizeof text);
    int answer = -1;

    while (answer < 0) {
        while (at < end && is_space(*at))
            at++;
        if (end - at < 2 || *at++ != '<')
            return 0;
        answer = judge(&at, end, name);
    }
    return answer;
}
