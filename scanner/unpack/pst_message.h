/*
 * pst_message: what of a message in a PST is a member: its bodies, its attachments, and the same of
 * messages attached to it.
 */
#ifndef TT_UNPACK_PST_MESSAGE_H
#define TT_UNPACK_PST_MESSAGE_H

#include "base/buf.h"
#include "unpack/pst_file.h"

typedef struct tt_pst_part {
    size_t name, name_size;  /* in `text` */
    uint64_t block;          /* its data; 0: in `text` */
    size_t at, size;         /* there */
    int rtf;                 /* it is compressed RTF */
    tt_trouble trouble;      /* not CLEAR: it cannot be read at all */
} tt_pst_part;

/* Single. */
typedef struct tt_pst_message {
    tt_pst_part *parts;
    size_t count, room;
    tt_buf text;      /* names, and small values */
    unsigned visits;  /* messages and attachments looked at */
} tt_pst_message;

void tt_pst_message_init(tt_pst_message *message);
/*
 * All parts of the message, `path` before their names; those of the message before are forgotten. What
 * cannot be read is a part with its trouble. 0 when pst->failed.
 */
int tt_pst_message_read(tt_pst *pst, tt_pst_message *message, const tt_pst_node *node,
                        const tt_buf *path);
void tt_pst_message_done(tt_pst_message *message);

/* Append the name of the folder to `path`, with a '/' if it has one. */
void tt_pst_folder_name(tt_pst *pst, const tt_pst_node *folder, tt_buf *path);

#endif
