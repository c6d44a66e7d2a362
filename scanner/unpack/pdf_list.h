/*
 * pdf_list: the streams that were found in a PDF, and the names that its file specifications give some
 * of them.
 */
#ifndef TT_UNPACK_PDF_LIST_H
#define TT_UNPACK_PDF_LIST_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* An object: its number, and its generation. */
typedef struct tt_pdf_id {
    int32_t number;
    int32_t generation;
} tt_pdf_id;

typedef struct tt_pdf_found {
    tt_pdf_id id;
    int doubtful; /* what reads PDFs had something to say of it */
    int lost;     /* its table does not know it */
} tt_pdf_found;

/* Single. All zeros: empty. */
typedef struct tt_pdf_list {
    tt_pdf_found *streams;
    size_t count, room;
    struct tt_pdf_name *names;
    size_t name_count, name_room;
    char *text; /* the names themselves */
    size_t text_size, text_room;
} tt_pdf_list;

/* One more stream. TUTELA_MEMORY. */
TT_MUST_USE tutela_status tt_pdf_list_add(tt_pdf_list *list, tt_pdf_found found, tutela_error *error);
/*
 * The stream of that id is called so; the first name of several stands. Names beyond some tens of MiB
 * are forgotten: their streams get a number. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_pdf_list_name(tt_pdf_list *list, tt_pdf_id id, const char *name,
                                           size_t size, tutela_error *error);
/* Once all are there, before names are asked for. */
void tt_pdf_list_sort(tt_pdf_list *list);
/* The name, borrowed, and *size; NULL and 0: it has none. */
const char *tt_pdf_list_name_of(const tt_pdf_list *list, tt_pdf_id id, size_t *size);
void tt_pdf_list_done(tt_pdf_list *list);

/*
 * The objects whose head, "NUMBER GENERATION obj", stands somewhere in the bytes of a PDF, as every
 * stream's does: *out, which the caller frees, in order, each once. Some may mean nothing. *whole is 0
 * when there are more than `most`, which are left out. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_pdf_objects(const uint8_t *data, size_t size, size_t most,
                                         tt_pdf_id **out, size_t *count, int *whole,
                                         tutela_error *error);

/* Where a PDF says where its last table is; 0: it does not. Thread: any. */
size_t tt_pdf_table_place(const uint8_t *data, size_t size);

#endif
