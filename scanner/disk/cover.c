/* cover: see cover.h. */
#include "disk/cover.h"

static void count(tt_covering *c, tutela_cover what, uint64_t bytes, uint64_t *left)
{
    if (bytes > *left)
        bytes = *left;
    c->sum.bytes[what] += bytes;
    *left -= bytes;
}

void tt_covering_to(tt_covering *covering, uint64_t end, tutela_cover what)
{
    uint64_t from = covering->at, left;

    if (end <= from)
        return;
    left = end - from;
    covering->at = end;
    count(covering, TUTELA_COVER_UNREADABLE, tt_spans_within(&covering->sleuth->bad, from, end), &left);
    if (what == TUTELA_COVER_EXCLUDED)
        count(covering, TUTELA_COVER_EXAMINED, tt_spans_within(&covering->deleted, from, end), &left);
    if (what == TUTELA_COVER_EXCLUDED && covering->free)
        tt_spans_add(covering->free, from, end);
    if (what == TUTELA_COVER_EXAMINED) {
        count(covering, TUTELA_COVER_NOT_UNDERSTOOD, tt_spans_within(&covering->closed, from, end), &left);
        count(covering, TUTELA_COVER_EXCLUDED, tt_spans_within(&covering->slack, from, end), &left);
    }
    count(covering, what, left, &left);
}

/* A walk over blocks, and those of one kind that lie together. */
typedef struct walk {
    tt_covering *covering;
    uint64_t end;
    uint64_t known; /* blocks up to here are of the kind `what` */
    tutela_cover what;
} walk;

static TSK_WALK_RET_ENUM take_block(const TSK_FS_BLOCK *block, void *user)
{
    walk *w = user;
    const TSK_FS_INFO *fs = block->fs_info;
    uint64_t from = (uint64_t)fs->offset + block->addr * fs->block_size, end = from + fs->block_size;
    tutela_cover what = block->flags & TSK_FS_BLOCK_FLAG_ALLOC ? TUTELA_COVER_EXAMINED : TUTELA_COVER_EXCLUDED;

    if (what != w->what || from != w->known) {
        tt_covering_to(w->covering, w->known, w->what);
        w->what = what;
    }
    w->known = end < w->end ? end : w->end;
    return w->covering->sleuth->status == TUTELA_OK ? TSK_WALK_CONT : TSK_WALK_STOP;
}

tutela_status tt_covering_blocks(tt_covering *covering, TSK_FS_INFO *fs, uint64_t end,
                                 tutela_error *error)
{
    const unsigned all = TSK_FS_BLOCK_WALK_FLAG_ALLOC | TSK_FS_BLOCK_WALK_FLAG_UNALLOC
                         | TSK_FS_BLOCK_WALK_FLAG_CONT | TSK_FS_BLOCK_WALK_FLAG_META
                         | TSK_FS_BLOCK_WALK_FLAG_AONLY;
    walk w = {.covering = covering, .end = end, .known = covering->at, .what = TUTELA_COVER_EXCLUDED};
    uint8_t failed = tsk_fs_block_walk(fs, fs->first_block, fs->last_block_act,
                                       (TSK_FS_BLOCK_WALK_FLAG_ENUM)all, take_block, &w);

    TT_TRY(tt_sleuth_check(covering->sleuth, error));
    tt_covering_to(covering, w.known, w.what);
    tt_covering_to(covering, end, failed ? TUTELA_COVER_NOT_UNDERSTOOD : TUTELA_COVER_EXCLUDED);
    return TUTELA_OK;
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

void tt_covering_searched(tt_covering *covering, uint64_t from, uint64_t end, uint64_t unreadable)
{
    uint64_t *left = &covering->sum.bytes[TUTELA_COVER_EXCLUDED];
    uint64_t bad = tt_spans_within(&covering->sleuth->bad, from, end);
    uint64_t found = less(less(end - from, tt_spans_within(&covering->deleted, from, end)), bad);

    /* What had been counted as something else stays that. */
    found = found < *left ? found : *left;
    unreadable = less(unreadable, bad);
    unreadable = unreadable < found ? unreadable : found;
    *left -= found;
    covering->sum.bytes[TUTELA_COVER_UNREADABLE] += unreadable;
    covering->sum.bytes[TUTELA_COVER_EXAMINED] += found - unreadable;
}

void tt_covering_done(tt_covering *covering)
{
    tt_spans_done(&covering->deleted);
    tt_spans_done(&covering->slack);
    tt_spans_done(&covering->closed);
}
