/* links: a table of files with several names, by device and inode. */
#include "engine/links.h"

#include "base/mem.h"


struct tt_link {
    tt_link *next; /* in its slot */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
    struct timespec changed;
    uint64_t names;  /* the file has */
    uint64_t seen;   /* came so far */
    char *record;    /* NULL until settled */
    size_t record_size;
    tt_entry *waiting;
    size_t waiting_count;
    size_t waiting_room;
};

void tt_links_init(tt_links *links)
{
    *links = (tt_links){0};
    tt_lock_init(&links->lock);
}

static void link_free(tt_link *link)
{
    for (size_t i = 0; i < link->waiting_count; i++)
        tt_entry_done(&link->waiting[i]);
    tt_free(link->waiting);
    tt_free(link->record);
    tt_free(link);
}

void tt_links_done(tt_links *links)
{
    for (size_t i = 0; i < links->slot_count; i++)
        while (links->slots[i]) {
            tt_link *link = links->slots[i];

            links->slots[i] = link->next;
            link_free(link);
        }
    tt_free(links->slots);
    links->slots = NULL;
    links->slot_count = 0;
    tt_lock_done(&links->lock);
}

static size_t slot_of(const tt_links *links, dev_t device, ino_t inode)
{
    uint64_t hash = ((uint64_t)inode ^ (uint64_t)device << 32) * UINT64_C(0x9E3779B97F4A7C15);

    return (size_t)(hash >> 32) & (links->slot_count - 1);
}

static tutela_status widen(tt_links *links, tutela_error *error)
{
    size_t before = links->slot_count;
    tt_link **old = links->slots;
    tt_link **slots;

    if (links->count < before)
        return TUTELA_OK;
    slots = tt_alloc(before ? before * 2 : 1024, sizeof *slots);
    if (!slots)
        return tt_no_memory(error);
    links->slots = slots;
    links->slot_count = before ? before * 2 : 1024;
    for (size_t i = 0; i < before; i++)
        while (old[i]) {
            tt_link *link = old[i];
            size_t slot = slot_of(links, link->device, link->inode);

            old[i] = link->next;
            link->next = slots[slot];
            slots[slot] = link;
        }
    tt_free(old);
    return TUTELA_OK;
}

static int same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* The file is still what it was when first claimed. */
static int unchanged(const tt_link *link, const struct stat *stat)
{
    return link->size == stat->st_size && same_time(link->modified, stat->st_mtim)
           && same_time(link->changed, stat->st_ctim);
}

int tt_links_same(const tt_link *link, const struct stat *stat)
{
    return link->device == stat->st_dev && link->inode == stat->st_ino;
}

static tt_link *find(const tt_links *links, const struct stat *stat)
{
    tt_link *link
        = links->slot_count ? links->slots[slot_of(links, stat->st_dev, stat->st_ino)] : NULL;

    while (link && !tt_links_same(link, stat))
        link = link->next;
    return link;
}

static tutela_status add(tt_links *links, const struct stat *stat, tt_link **out,
                         tutela_error *error)
{
    tt_link *link;
    size_t slot;

    if (links->count >= TT_LINKS_MAX) {
        *out = NULL;
        return TUTELA_OK;
    }
    TT_TRY(widen(links, error));
    link = tt_alloc(1, sizeof *link);
    if (!link)
        return tt_no_memory(error);
    link->device = stat->st_dev;
    link->inode = stat->st_ino;
    link->size = stat->st_size;
    link->modified = stat->st_mtim;
    link->changed = stat->st_ctim;
    link->names = stat->st_nlink;
    link->seen = 1;
    slot = slot_of(links, link->device, link->inode);
    link->next = links->slots[slot];
    links->slots[slot] = link;
    links->count++;
    *out = link;
    return TUTELA_OK;
}

static void forget(tt_links *links, tt_link *link)
{
    tt_link **at = &links->slots[slot_of(links, link->device, link->inode)];

    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    links->count--;
    link_free(link);
}

/* Every name was seen and the result is no longer needed. */
static void forget_if_complete(tt_links *links, tt_link *link)
{
    if (link->seen >= link->names && link->record)
        forget(links, link);
}

static tutela_status join(tt_links *links, tt_link *link, tt_entry *entry, tt_buf *record,
                          tt_claim *claim, tutela_error *error)
{
    if (link->record) {
        tt_buf_clear(record);
        tt_buf_add(record, link->record, link->record_size);
        if (tt_buf_failed(record))
            return tt_no_memory(error);
        link->seen++;
        *claim = TT_CLAIM_KNOWN;
        forget_if_complete(links, link);
        return TUTELA_OK;
    }
    if (tt_grow((void **)&link->waiting, &link->waiting_room, link->waiting_count,
                sizeof *link->waiting)
        != 0)
        return tt_no_memory(error);
    link->seen++;
    link->waiting[link->waiting_count++] = *entry;
    *entry = (tt_entry){0};
    *claim = TT_CLAIM_WAITS;
    return TUTELA_OK;
}

tutela_status tt_links_claim(tt_links *links, const struct stat *stat, tt_entry *entry,
                             tt_link **link, tt_buf *record, tt_claim *claim, tutela_error *error)
{
    tutela_status status = TUTELA_OK;
    tt_link *found;

    tt_lock_take(&links->lock);
    *link = NULL;
    found = find(links, stat);
    if (found && unchanged(found, stat)) {
        status = join(links, found, entry, record, claim, error);
    } else {
        /* A file changed since its first name came is read on its own, and not kept. */
        *claim = TT_CLAIM_READ;
        if (!found)
            status = add(links, stat, link, error);
    }
    tt_lock_give(&links->lock);
    return status;
}

static void take_waiting(tt_link *link, tt_entry **waiting, size_t *count)
{
    *waiting = link->waiting;
    *count = link->waiting_count;
    link->waiting = NULL;
    link->waiting_count = 0;
    link->waiting_room = 0;
}

tutela_status tt_links_settle(tt_links *links, tt_link *link, const tt_buf *record,
                              tt_entry **waiting, size_t *count, tutela_error *error)
{
    char *copy = tt_copy(record->data, record->size);

    if (!copy)
        return tt_no_memory(error);
    tt_lock_take(&links->lock);
    link->record = copy;
    link->record_size = record->size;
    take_waiting(link, waiting, count);
    forget_if_complete(links, link);
    tt_lock_give(&links->lock);
    return TUTELA_OK;
}

void tt_links_forget(tt_links *links, tt_link *link, tt_entry **waiting, size_t *count)
{
    tt_lock_take(&links->lock);
    take_waiting(link, waiting, count);
    forget(links, link);
    tt_lock_give(&links->lock);
}
