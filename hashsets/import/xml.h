/*
 * xml: a list in XML, as a stream of elements.
 *
 * Memory is bounded whatever the file holds: only texts asked for are gathered, and of those no
 * more than TT_XML_TEXT_MAX bytes. A document type ends the reading before anything in it counts,
 * so there are no entities but the five of XML itself, no other files and no network. UTF-8, UTF-16
 * and what the XML declaration names are decoded; texts are always UTF-8. Thread: any.
 */
#ifndef TT_HASHSETS_IMPORT_XML_H
#define TT_HASHSETS_IMPORT_XML_H

#include "hashsets/import/input.h"

/* Bytes of a text that are gathered: over any text a list keeps, so a longer one shows as such. */
#define TT_XML_TEXT_MAX 1024u
/*
 * Bytes of one tag or comment; beyond it the file is broken. Tags of lists are below 200 bytes. What
 * one costs grows with the square of its attributes: 64 KiB of them take a fiftieth of a second.
 */
#define TT_XML_TAG_MAX 65536u
/* Open elements. Lists nest below ten. */
#define TT_XML_DEPTH_MAX 128u

/* An element that begins. All is borrowed for the call. */
typedef struct tt_xml_element {
    const char *name; /* without its prefix, NUL-ended */
    unsigned depth;   /* 1 for the root */
    size_t attribute_count;
    const unsigned char **attributes; /* see tt_xml_attribute */
} tt_xml_element;

/* What the text of an element was, white space at its ends cut off. Borrowed for the call. */
typedef struct tt_xml_text {
    const char *text; /* not NUL-ended; may be empty, never NULL */
    size_t size;
    int mixed; /* there were elements in it, which no text that is asked for should have */
} tt_xml_text;

typedef enum tt_xml_wish {
    TT_XML_SKIP,  /* not interested, nor in anything inside: its end is not reported either */
    TT_XML_ENTER, /* report the elements in it */
    TT_XML_TEXT   /* gather its text; elements in it are not reported */
} tt_xml_wish;

typedef struct tt_xml_taker {
    tt_xml_wish (*start)(void *user, const tt_xml_element *element);
    /* The end of an element entered or gathered. Any status but TUTELA_OK ends the reading. */
    tutela_status (*end)(void *user, unsigned depth, const tt_xml_text *text, tutela_error *error);
    void *user;
} tt_xml_taker;

/*
 * Read all of the input as one XML document. TUTELA_LIST_UNUSABLE, naming the line, when it is not
 * one, nests too deep or has a document type; else whatever `end` answers.
 */
TT_MUST_USE tutela_status tt_xml_read(tt_input *input, const tt_xml_taker *taker,
                                      tutela_error *error);

/* The value of an attribute, whatever its prefix. 1, or 0 when there is none. */
int tt_xml_attribute(const tt_xml_element *element, const char *name, const char **value,
                     size_t *size);

/* For bidders: 1 when the head of a file begins an XML document with a root of this name. */
int tt_xml_root_is(const uint8_t *head, size_t size, const char *name);

#endif
