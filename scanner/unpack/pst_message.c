/*
 * pst_message: see pst_message.h. A message's attachments are the nodes below it that are such, whether
 * the table of attachments lists them or not.
 */
#include "unpack/pst_message.h"

#include "base/mem.h"
#include "unpack/pst_properties.h"
#include "unpack/tnef_names.h"

/* Messages in messages: as deep as containers in containers. */
#define DEPTH_MAX 16u
/* Messages and attachments in one message, and its parts: a mail of a thousand is a curiosity. */
#define VISITS_MAX 100000u
/* Names and values in heaps, of one message. */
#define TEXT_MAX ((size_t)64 << 20)
#define PATH_MAX_HERE 4096u
/* PR_ATTACH_METHOD: another message. */
#define EMBEDDED 5u

typedef struct place {
    tt_pst *pst;
    tt_pst_message *message;
    const tt_buf *path; /* of what is being looked at */
    unsigned depth;
} place;

static int read_message(const place *in, const tt_pst_node *node);

/* ---- Parts --------------------------------------------------------------------------------- */

/* A part called `name`, in the path. NULL when there is no memory, or no room. */
static tt_pst_part *add(const place *p, const char *name)
{
    tt_pst_message *m = p->message;
    tt_pst_part *part;

    if (m->count == VISITS_MAX) {
        (void)tt_pst_fail(p->pst, TUTELA_ITEM_LIMIT, "more members than the limit");
        return NULL;
    }
    if (tt_grow((void **)&m->parts, &m->room, m->count, sizeof *m->parts) < 0) {
        (void)tt_pst_no_memory(p->pst);
        return NULL;
    }
    part = &m->parts[m->count];
    *part = (tt_pst_part){.name = m->text.size, .trouble = {TUTELA_ITEM_CLEAR, ""}};
    if (p->path->size > 0)
        tt_buf_add(&m->text, p->path->data, p->path->size);
    if (name && p->path->size > 0)
        tt_buf_add_char(&m->text, '/');
    if (name)
        tt_buf_add_text(&m->text, name);
    part->name_size = m->text.size - part->name;
    if (m->text.failed) {
        (void)tt_pst_fail(p->pst, TUTELA_ITEM_LIMIT, "it needs more memory than there is");
        return NULL;
    }
    m->count++;
    return part;
}

/* What cannot be read. */
static void add_trouble(const place *p, const char *name)
{
    tt_trouble why = p->pst->fault;
    tt_pst_part *part = p->pst->failed == TUTELA_OK ? add(p, name) : NULL;

    if (part)
        part->trouble = why;
}

typedef struct wanted {
    uint32_t id;
    tt_pst_node found;
} wanted;

static int is_wanted(void *user, const tt_pst_node *node)
{
    wanted *w = user;

    if (node->id != w->id)
        return 1;
    w->found = *node;
    return 0;
}

/* The node `id` in the list `below`. */
static int find_below(tt_pst *pst, uint64_t below, uint32_t id, tt_pst_node *out)
{
    wanted w = {.id = id};

    if (!tt_pst_below(pst, below, is_wanted, &w) && w.found.id == 0)
        return 0;
    if (w.found.id == 0)
        return tt_pst_fail(pst, TUTELA_ITEM_MALFORMED, "members that are listed and not there");
    *out = w.found;
    return 1;
}

/* A value as a part; `below` are the nodes in which it may be. */
static void add_value(const place *p, const char *name, const tt_pst_value *value, uint64_t below,
                      int rtf)
{
    tt_pst_node node = {0};
    tt_pst_part *part;

    if (value->node && !find_below(p->pst, below, value->node, &node)) {
        add_trouble(p, name);
        return;
    }
    part = add(p, name);
    if (!part)
        return;
    part->rtf = rtf;
    part->block = node.data;
    part->at = p->message->text.size;
    part->size = value->data ? value->size : 0;
    if (part->size > 0)
        tt_buf_add(&p->message->text, value->data, part->size);
    if (p->message->text.failed) {
        p->message->count--;
        (void)tt_pst_fail(p->pst, TUTELA_ITEM_LIMIT, "it needs more memory than there is");
    }
}

/* ---- Names --------------------------------------------------------------------------------- */

/* Append a text property that lies in the heap, as names do. 1 when there is one. */
static int add_text(tt_pst *pst, const tt_pst_properties *props, unsigned number, tt_buf *out)
{
    tt_pst_value value;
    size_t before = out->size, mark;

    if (tt_pst_properties_find(pst, props, number, &value) != 1 || !value.data)
        return 0;
    /* A subject may begin with a mark and the length of its prefix. */
    mark = value.type == TT_PST_UNICODE ? 2 : 1;
    if (number == TT_PST_P_SUBJECT && value.size >= 2 * mark && value.data[0] == 1
        && (mark == 1 || value.data[1] == 0)) {
        value.data += 2 * mark;
        value.size -= 2 * mark;
    }
    if (value.type == TT_PST_UNICODE)
        tt_name_utf16(out, value.data, value.size);
    else if (value.type == TT_PST_STRING8)
        tt_name_bytes(out, value.data, value.size);
    return out->size > before;
}

static void copy_path(tt_buf *out, const tt_buf *path)
{
    tt_buf_init(out, PATH_MAX_HERE * 4);
    if (path->size > 0 && path->size < PATH_MAX_HERE) {
        tt_buf_add(out, path->data, path->size);
        tt_buf_add_char(out, '/');
    }
}

/* Without the '/' that nothing follows. */
static void end_path(tt_buf *path)
{
    if (path->size > 0 && path->data[path->size - 1] == '/')
        path->size--;
}

void tt_pst_folder_name(tt_pst *pst, const tt_pst_node *folder, tt_buf *path)
{
    tt_pst_properties props = {0};

    if (tt_pst_properties_load(pst, &props, folder->data)) {
        if (path->size > 0)
            tt_buf_add_char(path, '/');
        (void)add_text(pst, &props, TT_PST_P_DISPLAY_NAME, path);
        end_path(path);
    }
    tt_pst_properties_done(&props);
}

/* ---- Attachments --------------------------------------------------------------------------- */

static void take_content(const place *p, const tt_pst_properties *props, const tt_pst_node *node)
{
    tt_pst_value value, method = {0};
    tt_pst_node inner;
    int has = tt_pst_properties_find(p->pst, props, TT_PST_P_DATA, &value);

    if (has < 0)
        add_trouble(p, NULL);
    if (has <= 0)
        return;
    if (value.type == TT_PST_OBJECT
        && tt_pst_properties_find(p->pst, props, TT_PST_P_METHOD, &method) == 1
        && method.number == EMBEDDED) {
        if (find_below(p->pst, node->below, value.node, &inner))
            (void)read_message(p, &inner);
        else
            add_trouble(p, NULL);
        return;
    }
    add_value(p, NULL, &value, node->below, 0);
}

static int take_attachment(void *user, const tt_pst_node *node)
{
    const place *in = user;
    tt_pst_properties props = {0};
    place p = *in;
    tt_buf path;

    if ((node->id & 31) != TT_PST_ATTACHMENT)
        return 1;
    if (in->message->visits++ >= VISITS_MAX)
        return tt_pst_fail(in->pst, TUTELA_ITEM_LIMIT, "more members than the limit");
    copy_path(&path, in->path);
    p.path = &path;
    if (tt_pst_properties_load(p.pst, &props, node->data)) {
        if (!add_text(p.pst, &props, TT_PST_P_LONG_FILENAME, &path)
            && !add_text(p.pst, &props, TT_PST_P_FILENAME, &path))
            (void)add_text(p.pst, &props, TT_PST_P_DISPLAY_NAME, &path);
        end_path(&path);
        take_content(&p, &props, node);
    } else {
        end_path(&path);
        add_trouble(&p, NULL);
    }
    tt_pst_properties_done(&props);
    tt_buf_done(&path);
    return in->pst->failed == TUTELA_OK;
}

/* ---- Messages ------------------------------------------------------------------------------ */

static void take_bodies(const place *p, const tt_pst_properties *props, const tt_pst_node *node)
{
    static const struct {
        unsigned number;
        const char *name;
    } bodies[] = {{TT_PST_P_BODY, "body.txt"}, {TT_PST_P_HTML, "body.html"},
                  {TT_PST_P_RTF, "body.rtf"}};
    tt_pst_value value;

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        int has = tt_pst_properties_find(p->pst, props, bodies[i].number, &value);
        if (has < 0)
            add_trouble(p, bodies[i].name);
        else if (has > 0 && (value.data || value.node))
            add_value(p, bodies[i].name, &value, node->below, bodies[i].number == TT_PST_P_RTF);
    }
}

static int read_message(const place *in, const tt_pst_node *node)
{
    tt_pst_properties props = {0};
    place p = *in;
    tt_buf path;

    if (in->depth == DEPTH_MAX || in->message->visits++ >= VISITS_MAX) {
        (void)tt_pst_fail(in->pst, TUTELA_ITEM_LIMIT, in->depth == DEPTH_MAX
                          ? "containers in containers, deeper than the limit"
                          : "more members than the limit");
        add_trouble(in, NULL);
        return 0;
    }
    copy_path(&path, in->path);
    p.path = &path;
    p.depth++;
    if (tt_pst_properties_load(p.pst, &props, node->data)) {
        (void)add_text(p.pst, &props, TT_PST_P_SUBJECT, &path);
        end_path(&path);
        take_bodies(&p, &props, node);
    } else {
        end_path(&path);
        add_trouble(&p, NULL);
    }
    tt_pst_properties_done(&props);
    if (!tt_pst_below(p.pst, node->below, take_attachment, &p))
        add_trouble(&p, NULL);
    tt_buf_done(&path);
    return p.pst->failed == TUTELA_OK;
}

void tt_pst_message_init(tt_pst_message *message)
{
    *message = (tt_pst_message){0};
    tt_buf_init(&message->text, TEXT_MAX);
}

int tt_pst_message_read(tt_pst *pst, tt_pst_message *message, const tt_pst_node *node,
                        const tt_buf *path)
{
    place p = {pst, message, path, 0};

    message->count = 0;
    message->visits = 0;
    tt_buf_clear(&message->text);
    return read_message(&p, node);
}

void tt_pst_message_done(tt_pst_message *message)
{
    tt_free(message->parts);
    tt_buf_done(&message->text);
}
