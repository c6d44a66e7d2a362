/*
 * wire: records written by the worker, and checked by the broker (see wire.h).
 *
 * The walk through a file is strictly nested, so that most of a record can be worked out from those
 * before it: a member's parent is the container opened last, its number the next one, and a container
 * that ends is the one opened last. A record that says anything else is a lie.
 */
#include "worker/wire.h"

#include "base/mem.h"

#include <string.h>

static const tt_trouble fine = {TUTELA_ITEM_CLEAR, ""};

/* ---- Writing ------------------------------------------------------------------------------- */

static void set_trouble(tt_wire_record *record, const tt_trouble *trouble)
{
    static const tt_trouble other = {TUTELA_ITEM_MALFORMED, ""};
    const tt_trouble *of = trouble;
    uint16_t row = tt_wire_reason(trouble);

    /* A status that no reader may give still must not look clear. */
    if (row == 0 && trouble->status != TUTELA_ITEM_CLEAR)
        row = tt_wire_reason(of = &other);
    record->reason = row;
    record->status = (uint16_t)(row == 0 ? fine.status : of->status);
}

static void set_digests(tt_wire_record *record, const tt_digests *digests)
{
    size_t at = 0;

    record->mask = (uint16_t)(digests->mask & TT_DIGEST_ALL);
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!(record->mask & TUTELA_BIT(i)))
            continue;
        memcpy(record->digests + at, digests->value[i], tt_digest_size(i));
        at += tt_digest_size(i);
    }
}

/* Where byte `at` of a record's text lies: its slot, its place there, and bytes up to the slot's end. */
typedef struct spot {
    size_t slot, at, room;
} spot;

static spot spot_of(size_t at)
{
    size_t beyond = at - TT_WIRE_NAME;

    if (at < TT_WIRE_NAME)
        return (spot){0, at, TT_WIRE_NAME - at};
    return (spot){1 + beyond / TT_WIRE_REST, beyond % TT_WIRE_REST,
                  TT_WIRE_REST - beyond % TT_WIRE_REST};
}

/* `size` bytes into the text from `at` on. */
static void put_text(tt_wire_slot *slots, size_t at, const void *data, size_t size)
{
    for (size_t done = 0, some; done < size; done += some) {
        spot to = spot_of(at + done);
        uint8_t *place = to.slot ? slots[to.slot].rest.name : slots->record.name;
        some = size - done < to.room ? size - done : to.room;
        memcpy(place + to.at, (const uint8_t *)data + done, some);
    }
}

/* The other way. */
static void get_text(const tt_wire_slot *slots, size_t at, void *out, size_t size)
{
    for (size_t done = 0, some; done < size; done += some) {
        spot from = spot_of(at + done);
        const uint8_t *place = from.slot ? slots[from.slot].rest.name : slots->record.name;
        some = size - done < from.room ? size - done : from.room;
        memcpy((uint8_t *)out + done, place + from.at, some);
    }
}

/* Bytes of such a text in a slot after the first. */
static uint16_t rest_of(size_t size, size_t slot)
{
    size_t before = TT_WIRE_NAME + (slot - 1) * TT_WIRE_REST;

    return (uint16_t)(size - before < TT_WIRE_REST ? size - before : TT_WIRE_REST);
}

/* Name and type into the record and the slots after it; how many slots that is in all. */
static size_t set_text(tt_wire_slot *slots, const uint8_t *name, size_t name_size, const char *mime)
{
    size_t mime_size = mime ? strnlen(mime, TT_MIME_MAX) : 0;
    size_t count = TT_WIRE_SLOTS_OF(name_size + mime_size);

    slots->record.name_size = (uint32_t)name_size;
    slots->record.mime_size = (uint16_t)mime_size;
    for (size_t i = 1; i < count; i++) {
        tt_wire_rest *rest = &slots[i].rest;
        memset(rest, 0, sizeof *rest);
        rest->kind = TT_WIRE_CONTINUES;
        rest->size = rest_of(name_size + mime_size, i);
    }
    put_text(slots, 0, name, name_size);
    put_text(slots, name_size, mime, mime_size);
    return count;
}

size_t tt_wire_slots(tt_wire_kind kind, const tt_told *told)
{
    if (kind == TT_WIRE_ENDS || kind == TT_WIRE_COVERS || kind == TT_WIRE_MENTIONS)
        return 1;
    return TT_WIRE_SLOTS_OF(told->name_size + (told->mime ? strnlen(told->mime, TT_MIME_MAX) : 0));
}

size_t tt_wire_write(tt_wire_slot *slots, tt_wire_kind kind, const tt_told *told)
{
    tt_wire_record *record = &slots->record;

    if (kind == TT_WIRE_COVERS)
        return tt_wire_cover_write(&slots->cover, told);
    if (kind == TT_WIRE_MENTIONS)
        return tt_wire_mention_write(&slots->mention, told);
    memset(record, 0, sizeof *record);
    record->origin = (uint8_t)told->origin;
    record->kind = (uint16_t)kind;
    record->number = told->number;
    record->parent = told->parent;
    record->modified = told->modified;
    if (kind != TT_WIRE_OPENS) {
        record->bytes = told->bytes;
        record->position = told->position;
        set_trouble(record, &told->trouble);
        if (told->digests)
            set_digests(record, told->digests);
    }
    if (kind == TT_WIRE_ENDS)
        return 1;
    return set_text(slots, told->name, told->name_size, told->mime);
}

size_t tt_wire_write_file(tt_wire_slot *slots, const tt_opened *file)
{
    tt_wire_record *record = &slots->record;

    memset(record, 0, sizeof *record);
    record->kind = TT_WIRE_FILE;
    record->container = file->container != 0;
    record->position = file->position;
    set_trouble(record, &file->trouble);
    return set_text(slots, NULL, 0, file->mime);
}

/* ---- Checking ------------------------------------------------------------------------------ */

/* The first lie stays. */
static int lie(tt_wire_reader *reader, const char *why)
{
    if (!reader->lie)
        reader->lie = why;
    return 0;
}

/* The type behind a name. What is clear must have one, if types are wanted; else none may have. */
static int check_mime(tt_wire_reader *reader, const tt_wire_slot *slots)
{
    const tt_wire_record *record = &slots->record;

    reader->mime[0] = 0;
    if (record->mime_size == 0)
        return reader->types && record->status == TUTELA_ITEM_CLEAR
                   ? lie(reader, "no type, which was ordered")
                   : 1;
    if (!reader->types)
        return lie(reader, "a type that was not ordered");
    get_text(slots, record->name_size, reader->mime, record->mime_size);
    reader->mime[record->mime_size] = 0;
    if (strlen(reader->mime) != record->mime_size || !tt_mime_is(reader->mime))
        return lie(reader, "a type that is none");
    return 1;
}

/* The name of a member that is told of first, or of the file none, and a type. Slots, or 0. */
static size_t check_text(tt_wire_reader *reader, const tt_wire_slot *slots, size_t count)
{
    const tt_wire_record *record = &slots->record;
    size_t size = record->name_size, used;

    if ((record->kind == TT_WIRE_FILE) != (size == 0) || size > TT_NAME_MAX)
        return (size_t)lie(reader, "a name of no possible size");
    if (record->mime_size > TT_MIME_MAX)
        return (size_t)lie(reader, "a type of no possible size");
    size += record->mime_size;
    used = TT_WIRE_SLOTS_OF(size);
    if (used > count)
        return (size_t)lie(reader, "a name or type that leaves its page");
    for (size_t i = 1; i < used; i++)
        if (slots[i].rest.kind != TT_WIRE_CONTINUES || slots[i].rest.size != rest_of(size, i))
            return (size_t)lie(reader, "a name or type that is not continued");
    get_text(slots, 0, reader->name, record->name_size);
    if (memchr(reader->name, 0, record->name_size))
        return (size_t)lie(reader, "a name with a NUL");
    return check_mime(reader, slots) ? used : 0;
}

static int check_digests(tt_wire_reader *reader, const tt_wire_record *record, tt_digests *out)
{
    size_t at = 0;

    if (record->mask != 0 && record->mask != reader->mask)
        return lie(reader, "digests that were not ordered");
    if (record->status == TUTELA_ITEM_CLEAR && record->mask != reader->mask)
        return lie(reader, "a whole member without its digests");
    out->mask = record->mask;
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++) {
        if (!(record->mask & TUTELA_BIT(i)))
            continue;
        memcpy(out->value[i], record->digests + at, tt_digest_size(i));
        at += tt_digest_size(i);
    }
    return 1;
}

/* How an item ended: its trouble, place and bytes. */
static int check_end(tt_wire_reader *reader, const tt_wire_record *record, tt_told *told,
                     tt_digests *digests)
{
    if (!tt_wire_trouble(&told->trouble, record->status, record->reason))
        return lie(reader, "a status or reason that is in no table");
    if (record->bytes > reader->expanded - reader->bytes)
        return lie(reader, "more bytes than may come out of the file");
    if (record->position > record->bytes
        || (record->position > 0 && told->trouble.status == TUTELA_ITEM_CLEAR))
        return lie(reader, "a place beyond its end");
    if (!check_digests(reader, record, digests))
        return 0;
    reader->bytes += record->bytes;
    told->bytes = record->bytes;
    told->position = record->position;
    told->digests = digests->mask ? digests : NULL;
    return 1;
}

static uint64_t innermost(const tt_wire_reader *reader)
{
    return reader->open_count ? reader->open[reader->open_count - 1].number : 0;
}

/* A member told of first: whole, or a container that opens. How many slots, or 0. */
static size_t check_member(tt_wire_reader *reader, const tt_wire_slot *slots, size_t count,
                           tt_told *told, tt_digests *digests)
{
    const tt_wire_record *record = &slots->record;
    size_t used;

    if (record->number != reader->last + 1 || record->number > reader->entries)
        return (size_t)lie(reader, "numbers that do not rise by one, or beyond the limit");
    if (record->parent != innermost(reader))
        return (size_t)lie(reader, "a member of what is not open");
    /* One more level is needed below a container that opens. */
    if (reader->open_count + 1 + (record->kind == TT_WIRE_OPENS) > reader->depth)
        return (size_t)lie(reader, "deeper than the limit");
    if (record->origin >= TUTELA_ORIGIN_COUNT)
        return (size_t)lie(reader, "an origin that is none");
    used = check_text(reader, slots, count);
    if (used == 0)
        return 0;
    *told = (tt_told){.number = record->number, .parent = record->parent, .name = reader->name,
                      .name_size = record->name_size, .modified = record->modified,
                      .trouble = fine, .mime = reader->mime,
                      .origin = (tutela_origin)record->origin,
                      .opens = record->kind == TT_WIRE_OPENS};
    if (told->opens) {
        if (record->status || record->reason || record->mask || record->bytes || record->position)
            return (size_t)lie(reader, "an end told of at the beginning");
    } else if (!check_end(reader, record, told, digests)) {
        return 0;
    }
    reader->last = record->number;
    return used;
}

/* The container opened last ends. 1, or 0. */
static size_t check_ends(tt_wire_reader *reader, const tt_wire_record *record, tt_told *told,
                         tt_digests *digests)
{
    if (reader->open_count == 0 || record->number != innermost(reader) || record->name_size
        || record->mime_size || record->parent != reader->open[reader->open_count - 1].parent)
        return (size_t)lie(reader, "the end of what is not open");
    return (size_t)check_end(reader, record, told, digests);
}

static tutela_status push(tt_wire_reader *reader, const tt_told *told, tutela_error *error)
{
    size_t mime_size = strlen(told->mime);
    tt_wire_open *open;

    if (tt_grow((void **)&reader->open, &reader->open_room, reader->open_count, sizeof *open) < 0)
        return tt_no_memory(error);
    open = &reader->open[reader->open_count];
    *open = (tt_wire_open){.number = told->number, .parent = told->parent,
                           .modified = told->modified, .name_size = told->name_size,
                           .origin = told->origin,
                           .name = tt_alloc_raw(told->name_size + mime_size + 1, 1)};
    if (!open->name)
        return tt_no_memory(error);
    memcpy(open->name, told->name, told->name_size);
    memcpy(open->name + told->name_size, told->mime, mime_size + 1);
    reader->open_count++;
    return TUTELA_OK;
}

/* The innermost container is told of again, and is open no longer. */
static tutela_status pop(tt_wire_reader *reader, tt_told *told, int silent, tt_teller teller,
                         void *user, tutela_error *error)
{
    tt_wire_open *open = &reader->open[reader->open_count - 1];
    tutela_status status = TUTELA_OK;

    told->origin = open->origin;
    told->cover = open->disk ? &open->cover : NULL;
    told->number = open->number;
    told->parent = open->parent;
    told->modified = open->modified;
    told->name = open->name;
    told->name_size = open->name_size;
    told->mime = (const char *)open->name + open->name_size;
    if (!silent)
        status = teller(user, told, error);
    tt_free(open->name);
    reader->open_count--;
    return status;
}

static int told_before(const tt_wire_reader *reader)
{
    return reader->before && reader->events < reader->before->events;
}

/* The file itself; how many slots, or 0. */
static size_t check_file(tt_wire_reader *reader, const tt_wire_slot *slots, size_t count)
{
    const tt_wire_record *record = &slots->record;
    tt_opened file = {.position = record->position, .container = (int)record->container,
                      .disk = reader->file.disk, .cover = reader->file.cover};
    size_t used = check_text(reader, slots, count);

    if (reader->open_count > 0)
        (void)lie(reader, "an end with containers open");
    else if (!tt_wire_trouble(&file.trouble, record->status, record->reason))
        (void)lie(reader, "a status or reason that is in no table");
    else if (record->container > 1 || ((reader->last > 0 || reader->file.disk) && !record->container))
        (void)lie(reader, "members or coverage of what is no container");
    else if ((record->number | record->parent | record->bytes) || record->mask || record->origin)
        (void)lie(reader, "a file with what a member has");
    else if (record->position > (record->status == TUTELA_ITEM_CLEAR ? 0 : reader->size))
        (void)lie(reader, "a place beyond its end");
    else if (told_before(reader))
        (void)lie(reader, "less than was told before");
    if (reader->lie)
        return 0;
    memcpy(file.mime, reader->mime, sizeof file.mime);
    reader->file = file;
    reader->over = 1;
    return used;
}

/* Do both stand at the same place: as many members, in the same open containers? */
static int same_place(const tt_wire_reader *a, const tt_wire_reader *b)
{
    int same = a->last == b->last && a->open_count == b->open_count;

    for (size_t i = 0; same && i < a->open_count; i++)
        same = a->open[i].number == b->open[i].number
               && a->open[i].name_size == b->open[i].name_size
               && memcmp(a->open[i].name, b->open[i].name, a->open[i].name_size) == 0;
    return same;
}

/* An event was sound. Where the try before ended, this one must stand there too. */
static void count_event(tt_wire_reader *reader)
{
    reader->events++;
    if (reader->before && reader->events == reader->before->events
        && !same_place(reader, reader->before))
        (void)lie(reader, "members other than those told before");
}

/* What it mentions may follow. */
static void note_end(tt_wire_reader *reader, const tt_wire_record *record)
{
    reader->ended = record->number;
    reader->ended_bytes = record->bytes;
}

static tt_wire_open *inner_of(tt_wire_reader *reader)
{
    return reader->open_count ? &reader->open[reader->open_count - 1] : NULL;
}

/* A digest that is mentioned. */
static tutela_status read_mention(tt_wire_reader *reader, const tt_wire_mention *record, size_t *used,
                                  tt_teller teller, void *user, tutela_error *error)
{
    int silent = told_before(reader);
    tt_mention mention;
    tt_told told;
    const char *why = tt_wire_mention_check(reader, inner_of(reader), record, &mention, &told);

    *used = why ? (size_t)lie(reader, why) : 1;
    if (why)
        return TUTELA_OK;
    count_event(reader);
    return silent ? TUTELA_OK : teller(user, &told, error);
}

/* What became of the bytes of a disk's image. */
static tutela_status read_cover(tt_wire_reader *reader, const tt_wire_cover *cover, size_t *used)
{
    const char *why = tt_wire_cover_check(reader, inner_of(reader), cover);

    *used = why ? (size_t)lie(reader, why) : 1;
    return TUTELA_OK;
}

/* One record; *used is how many slots it took, 0 after a lie. */
static tutela_status read_one(tt_wire_reader *reader, const tt_wire_slot *slots, size_t count,
                              size_t *used, tt_teller teller, void *user, tutela_error *error)
{
    const tt_wire_record *record = &slots->record;
    tt_told told = {.trouble = fine};
    tt_digests digests;
    tutela_status status;
    int silent = told_before(reader);

    *used = 1;
    if (!reader->over && record->kind == TT_WIRE_MENTIONS)
        return read_mention(reader, &slots->mention, used, teller, user, error);
    reader->ended = reader->mentioned = reader->mention_next = 0;
    if (!reader->over && record->kind == TT_WIRE_COVERS)
        return read_cover(reader, &slots->cover, used);
    if (reader->over || record->kind < TT_WIRE_WHOLE || record->kind > TT_WIRE_FILE) {
        *used = (size_t)lie(reader, reader->over ? "more after its end" : "a kind that is not known");
        return TUTELA_OK;
    }
    if (record->kind == TT_WIRE_FILE) {
        *used = check_file(reader, slots, count);
        return TUTELA_OK;
    }
    if (record->kind == TT_WIRE_ENDS) {
        *used = check_ends(reader, record, &told, &digests);
        if (*used == 0)
            return TUTELA_OK;
        note_end(reader, record);
        status = pop(reader, &told, silent, teller, user, error);
        count_event(reader);
        return status;
    }
    *used = check_member(reader, slots, count, &told, &digests);
    if (*used == 0)
        return TUTELA_OK;
    if (told.opens)
        TT_TRY(push(reader, &told, error));
    else
        note_end(reader, record);
    count_event(reader);
    return silent ? TUTELA_OK : teller(user, &told, error);
}

tutela_status tt_wire_read(tt_wire_reader *reader, const tt_wire_slot *slots, size_t count,
                           tt_teller teller, void *user, tutela_error *error)
{
    size_t used;

    for (size_t at = 0; at < count && !reader->lie; at += used)
        TT_TRY(read_one(reader, slots + at, count - at, &used, teller, user, error));
    return TUTELA_OK;
}

tutela_status tt_wire_end(tt_wire_reader *reader, const tt_trouble *trouble, tt_teller teller,
                          void *user, tutela_error *error)
{
    while (reader->open_count > 0) {
        tt_told told = {.trouble = *trouble};
        TT_TRY(pop(reader, &told, 0, teller, user, error));
    }
    return TUTELA_OK;
}

void tt_wire_done(tt_wire_reader *reader)
{
    for (size_t i = 0; i < reader->open_count; i++)
        tt_free(reader->open[i].name);
    tt_free(reader->open);
    reader->open = NULL;
    reader->open_count = reader->open_room = 0;
}
