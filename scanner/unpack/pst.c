/*
 * pst: Outlook's own files ([MS-PST]): messages in folders.
 *
 * Read by hand: libpff takes pages and blocks whose checksums do not fit. Members are called by folder,
 * subject and attachment. The nodes are gone through one after another, whichever folder lists them: a
 * message that no folder shows any more is found as long as it has its node.
 */
#include "base/mem.h"
#include "unpack/pst_message.h"
#include "unpack/reader.h"
#include "unpack/tnef_rtf.h"

#include <string.h>

/* Folders in folders. */
#define FOLDERS_MAX 64u
#define PATH_SIZE_MAX 16384u

typedef struct pst_reader {
    tt_reader reader;
    tt_pst pst;
    tt_pst_walk walk;
    tt_pst_message message;
    size_t next;               /* of its parts */
    uint32_t folder;           /* whose path is kept */
    tt_buf path;
    const tt_pst_part *part;   /* being read */
    tt_pst_data data;
    tt_rtf rtf;
    int decodes, rtf_begun;
    uint64_t produced;         /* bytes of its blocks had */
    tt_trouble spoilt;
    size_t size, given;        /* of the block */
    uint8_t block[TT_PST_BLOCK];
} pst_reader;

extern const tt_format tt_format_pst;

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};

static void shut(tt_reader *reader)
{
    pst_reader *r = (pst_reader *)reader;

    if (!r)
        return;
    tt_pst_message_done(&r->message);
    tt_pst_data_done(&r->data);
    tt_pst_done(&r->pst);
    tt_buf_done(&r->path);
    tt_free(r);
}

static tutela_status begin(tt_reader **out, tt_stream *stream, tutela_error *error)
{
    pst_reader *r = tt_alloc(1, sizeof *r);
    tutela_status status;

    if (!r)
        return tt_no_memory(error);
    r->reader.format = &tt_format_pst;
    r->pst.stream = stream;
    r->pst.error = error;
    r->pst.trouble = r->pst.fault = r->pst.source = r->spoilt = fine;
    tt_pst_message_init(&r->message);
    tt_buf_init(&r->path, PATH_SIZE_MAX);
    if (tt_pst_open(&r->pst))
        tt_pst_walk_begin(&r->pst, &r->walk);
    status = r->pst.failed;
    if (status != TUTELA_OK) {
        shut(&r->reader);
        return status;
    }
    *out = &r->reader;
    return TUTELA_OK;
}

/* ---- Messages ------------------------------------------------------------------------------ */

/* The path of the folder a node is in: the names of those above it. */
static void find_path(pst_reader *r, uint32_t folder)
{
    tt_pst_node above[FOLDERS_MAX];
    size_t count = 0;

    if (folder == r->folder)
        return;
    r->folder = folder;
    tt_buf_clear(&r->path);
    /* The root is its own parent. */
    while (folder != 0 && (folder & 31) == TT_PST_FOLDER && count < FOLDERS_MAX
           && tt_pst_find(&r->pst, folder, &above[count])) {
        uint32_t parent = above[count++].parent;
        if (parent == folder)
            break;
        folder = parent;
    }
    while (count > 0)
        tt_pst_folder_name(&r->pst, &above[--count], &r->path);
    if (r->path.failed)
        tt_buf_clear(&r->path);
}

/* Have a part to give; 0 when there is none any more. */
static int find_part(pst_reader *r)
{
    tt_pst_node node;

    while (r->next == r->message.count && r->pst.failed == TUTELA_OK) {
        if (!tt_pst_walk_next(&r->pst, &r->walk, &node))
            return 0;
        if (((node.id & 31) != TT_PST_MESSAGE && (node.id & 31) != TT_PST_ASSOCIATED)
            || node.data == 0)
            continue;
        find_path(r, node.parent);
        r->next = 0;
        (void)tt_pst_message_read(&r->pst, &r->message, &node, &r->path);
    }
    return r->pst.failed == TUTELA_OK;
}

static tutela_status next(tt_reader *reader, tt_member *out, int *more, tt_trouble *trouble,
                          tutela_error *error)
{
    pst_reader *r = (pst_reader *)reader;
    const tt_pst_part *part;

    r->pst.error = error;
    *more = find_part(r);
    *trouble = r->pst.trouble;
    if (!*more)
        return r->pst.failed;
    part = r->part = &r->message.parts[r->next++];
    r->size = r->given = 0;
    r->produced = 0;
    r->spoilt = fine;
    r->decodes = part->rtf;
    r->rtf_begun = 0;
    *out = (tt_member){.name_size = part->name_size,
                       .size = part->block || part->rtf ? TT_SIZE_UNKNOWN : part->size,
                       .modified = INT64_MIN,
                       .trouble = part->trouble};
    if (part->name_size > 0)
        out->name = (const uint8_t *)r->message.text.data + part->name;
    r->data.total = UINT64_MAX;
    if (part->trouble.status == TUTELA_ITEM_CLEAR && part->block
        && !tt_pst_data_begin(&r->pst, &r->data, part->block))
        out->trouble = r->pst.fault;
    return r->pst.failed;
}

/* ---- Bytes --------------------------------------------------------------------------------- */

/* The next bytes of a part into `block`; none at its end, or when `spoilt` says why. */
static void have_block(pst_reader *r)
{
    r->given = r->size = 0;
    if (r->part->block) {
        if (tt_pst_data_next(&r->pst, &r->data, r->block, &r->size))
            r->produced += r->size;
        else
            r->spoilt = r->pst.fault;
        if (r->size == 0 && r->spoilt.status == TUTELA_ITEM_CLEAR && r->data.total != UINT64_MAX
            && r->data.total != r->produced)
            r->spoilt = (tt_trouble){TUTELA_ITEM_MALFORMED, "not of the size it states"};
    } else if (r->produced < r->part->size) {
        size_t left = r->part->size - (size_t)r->produced;
        r->size = left < sizeof r->block ? left : sizeof r->block;
        memcpy(r->block, r->message.text.data + r->part->at + r->produced, r->size);
        r->produced += r->size;
    }
}

/* RTF begins with its header, which lies in its first block. */
static void begin_rtf(pst_reader *r)
{
    uint64_t size;

    have_block(r);
    size = r->data.total != UINT64_MAX ? r->data.total : r->size;
    r->rtf_begun = 1;
    if (r->spoilt.status != TUTELA_ITEM_CLEAR)
        return;
    if (r->size < TT_RTF_HEADER)
        r->spoilt = (tt_trouble){TUTELA_ITEM_MALFORMED, "cut off"};
    else if (!tt_rtf_begin(&r->rtf, r->block, size))
        r->spoilt = (tt_trouble){TUTELA_ITEM_UNSUPPORTED, "a method that is not known"};
    else
        r->given = TT_RTF_HEADER;
}

static size_t read_rtf(pst_reader *r, uint8_t *buffer, size_t size)
{
    size_t done = 0, used = 1;

    if (!r->rtf_begun)
        begin_rtf(r);
    while (done == 0 && r->spoilt.status == TUTELA_ITEM_CLEAR) {
        if (r->given == r->size)
            have_block(r);
        if (r->spoilt.status != TUTELA_ITEM_CLEAR)
            break;
        done = tt_rtf_step(&r->rtf, r->block + r->given, r->size - r->given, &used, buffer, size);
        r->given += used;
        if (done == 0 && used == 0)
            break;
    }
    if (done == 0 && r->spoilt.status == TUTELA_ITEM_CLEAR)
        r->spoilt = tt_rtf_judge(&r->rtf);
    return done;
}

static tutela_status read_member(tt_reader *reader, void *buffer, size_t size, size_t *got,
                                 tt_trouble *trouble, tutela_error *error)
{
    pst_reader *r = (pst_reader *)reader;

    r->pst.error = error;
    *got = 0;
    if (r->decodes) {
        *got = read_rtf(r, buffer, size);
    } else {
        if (r->given == r->size && r->spoilt.status == TUTELA_ITEM_CLEAR)
            have_block(r);
        *got = r->size - r->given < size ? r->size - r->given : size;
        if (*got > 0)
            memcpy(buffer, r->block + r->given, *got);
        r->given += *got;
    }
    if (*got == 0)
        *trouble = r->spoilt;
    return r->pst.failed;
}

const tt_format tt_format_pst = {"pst", TT_SEEKS, begin, next, read_member, shut};
