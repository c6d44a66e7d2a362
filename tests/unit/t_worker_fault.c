/*
 * worker: every allocation of a job fails once, on either side, in the build that can make them fail; so
 * does every call that a spool needs.
 * The job then has a status, or the call says TUTELA_MEMORY, or all is told as ever: never a wrong
 * digest, never less without a word, and nothing leaks.
 *
 * The worker is this program, started by the broker under a name that says which call is to fail.
 */
#include "broker_kit.h"

#ifdef TT_FAULTS

#include "engine/typist.h"
#include "worker/gather.h"
#include "worker/serve.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* How a run with a failure ended. */
enum { WHOLE = 0, FAILED = 41, STATED = 42, WRONG = 43 };
enum { MOST = 64, SAMPLE = 16, AT_ONCE = 4, NESTED = 12 };
enum { MARGIN = 100 }; /* allocations of a worker that a gather within this program lacks */

/* Of the untouched run; shared with the children. */
static struct want {
    size_t count;
    kept items[MOST];
    char mime[TT_MIME_MAX + 1];
} *want;

static char self[1024], file[1024], counts[1024];
static bytes tar;
static const tutela_name passwords[] = {{"wrong", 5}, {"right", 5}};

static bytes locked_zip(void)
{
    bytes out = {malloc(1), 0};
    struct archive *a = archive_write_new();
    int good;

    archive_write_set_bytes_per_block(a, 0);
    archive_write_set_bytes_in_last_block(a, 1);
    good = archive_write_set_format_zip(a) == ARCHIVE_OK
           && archive_write_set_options(a, "zip:encryption=traditional") == ARCHIVE_OK
           && archive_write_set_passphrase(a, passwords[1].data) == ARCHIVE_OK
           && archive_write_open(a, &out, NULL, kit_grow, NULL) == ARCHIVE_OK
           && kit_put(a, "locked", "what is locked in", 17);
    if (!kit_close(a) || !good)
        exit(1);
    return out;
}

/* Small and large members, one with a long name, a zip, which must be sought in, a locked one, and a deep nest. */
static void make_file(void)
{
    static char name[300];
    kit_member inner[2] = {{"in", kit_noise(100)}, {"other", kit_noise(2000)}};
    bytes nest = kit_archive("pax", NULL, inner, 1);

    memset(name, 'n', sizeof name - 1);
    for (int i = 0; i < NESTED; i++) {
        bytes outer = kit_compress("gzip", nest.data, nest.size);
        free(nest.data);
        nest = outer;
    }
    kit_member all[] = {{"small", kit_noise(10)}, {"large", kit_noise(700000)}, {"none", kit_noise(0)},
                        {"zip", kit_archive("zip", NULL, inner, 2)}, {name, kit_noise(20)},
                        {"locked", locked_zip()}, {"nest", nest}, {"last", kit_noise(30)}};
    tar = kit_archive("pax", NULL, all, sizeof all / sizeof all[0]);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        free(all[i].content.data);
    free(inner[0].content.data);
    free(inner[1].content.data);
    tap_write(file, tar.data, tar.size);
}

/* ---- What was told --------------------------------------------------------------------------- */

static int same_item(const kept *a, const kept *b)
{
    return strcmp(a->name, b->name) == 0 && a->bytes == b->bytes && a->opens == b->opens
           && a->digests.mask == b->digests.mask && strcmp(a->mime, b->mime) == 0
           && memcmp(a->digests.value[TUTELA_SHA256], b->digests.value[TUTELA_SHA256], 32) == 0;
}

/* Is what this says of bytes true, be it of another place? */
static int is_true(const kept *item)
{
    if (!item->digests.mask)
        return item->opens || item->trouble.status != TUTELA_ITEM_CLEAR;
    for (size_t i = 0; i < want->count; i++)
        if (want->items[i].digests.mask && want->items[i].bytes == item->bytes
            && memcmp(want->items[i].digests.value[TUTELA_SHA256],
                      item->digests.value[TUTELA_SHA256], 32) == 0)
            return 1;
    return 0;
}

static int judge(const listener *l, const tt_opened *out)
{
    int stated = out->trouble.status != TUTELA_ITEM_CLEAR;

    for (size_t i = 0; i < l->count; i++) {
        if (!is_true(&l->items[i]))
            return WRONG + 1;
        stated |= l->items[i].trouble.status != TUTELA_ITEM_CLEAR;
    }
    if (stated)
        return STATED;
    if (l->count != want->count || strcmp(out->mime, want->mime) != 0)
        return WRONG + 2;
    for (size_t i = 0; i < l->count; i++)
        if (!same_item(&l->items[i], &want->items[i]))
            return WRONG + 3;
    return WHOLE;
}

/* ---- Broker and worker ------------------------------------------------------------------------- */

static int run_broker(const char *program, tutela_status allowed)
{
    tt_keyring keyring = {0};
    tt_broker_options options = {.program = program, .types = 1, .secrets = &keyring};
    tt_job job = {.mask = KIT_MASK, .types = 1, .size = tar.size, .teller = keep, .user = &heard};
    tutela_error error = {0};
    tt_broker *b = NULL;
    tt_opened out = {0};
    tutela_status status = tt_keyring_copy(&keyring, passwords, 2, &error);
    int fd = open(file, O_RDONLY);

    job.fd = fd;
    if (status == TUTELA_OK)
        status = tt_broker_new(&b, &options, &error);
    if (status == TUTELA_OK)
        status = tt_broker_unpack(b, &job, &out, &error);
    tt_broker_free(b);
    tt_keyring_done(&keyring);
    (void)close(fd);
    if (status != TUTELA_OK && status != allowed)
        printf("# %s\n", error.text);
    if (status != TUTELA_OK)
        return status == allowed && error.status == (int32_t)status && error.text[0] ? FAILED
                                                                                     : WRONG + 4;
    if (want->count == 0) { /* the untouched run */
        memcpy(want->items, heard.items, sizeof want->items);
        want->count = heard.count;
        memcpy(want->mime, out.mime, sizeof want->mime);
        return heard.count == 39 && out.trouble.status == TUTELA_ITEM_CLEAR && out.tries == 1 ? WHOLE
                                                                                              : WRONG;
    }
    return judge(&heard, &out);
}

/* The worker's n-th allocation: it is started twice, and the same one fails each time. */
static int worker_fails(long n)
{
    char program[1100];

    snprintf(program, sizeof program, "%s", tap_path("mem-%ld", n));
    if (symlink(self, program) != 0)
        return WRONG + 5;
    return run_broker(program, TUTELA_UNAVAILABLE);
}

/* The broker's. */
static int broker_fails(long n)
{
    (void)n;
    return run_broker(tap_path("mem-0"), TUTELA_MEMORY);
}

/* ---- A gather in this process, whose leaks are looked for -------------------------------------- */

static tt_wire_slot memory[TT_WIRE_PAGES * TT_WIRE_SLOTS];

static int read_pages(int socket, tt_opened *out, tutela_status *status)
{
    tt_wire_reader r = {.size = tar.size, .mask = KIT_MASK, .depth = 32, .entries = 1000,
                        .expanded = 1 << 30, .types = 1};
    tt_wire_word word;

    while (*status == TUTELA_OK && recv(socket, &word, sizeof word, MSG_DONTWAIT) == sizeof word)
        if (word.kind == TT_WIRE_PAGE)
            *status = tt_wire_read(&r, memory + (size_t)word.page * TT_WIRE_SLOTS, word.count, keep,
                                   &heard, NULL);
    *out = r.file;
    tt_wire_done(&r);
    return *status != TUTELA_OK || (r.over && !r.lie);
}

/* Loaded before, as by a worker. A map that cannot be had makes the database none: never mind. */
static tutela_status load_types(tt_identify *identify, tutela_error *error)
{
    tt_type type;
    tutela_status status = tt_identify_full(identify, "x", 1, &type, error);

    return status == TUTELA_UNAVAILABLE ? TUTELA_MEMORY : status;
}

/* As they come to a worker. */
static tutela_status take_passwords(tt_keyring *out, tutela_error *error)
{
    tt_keyring own = {0};
    tutela_status status = tt_keyring_copy(&own, passwords, 2, error);
    int fd = status == TUTELA_OK ? tt_keyring_file(&own) : -1;

    if (status == TUTELA_OK)
        status = tt_keyring_read(out, fd, 2, error);
    if (fd >= 0)
        (void)close(fd);
    tt_keyring_done(&own);
    return status;
}

static tutela_status gather(int socket, int spooled, tutela_error *error)
{
    tt_wire_order order = {.job = 1, .size = tar.size, .mask = KIT_MASK, .careful = UINT64_MAX,
                           .types = 1, .spool_memory = (uint64_t)spooled};
    tt_spool spool = {.fd = spooled ? memfd_create("spool", MFD_CLOEXEC) : -1, .bytes = 1 << 20};
    tt_signatures *signatures = NULL;
    tt_identify *identify = NULL;
    tt_gather *g = NULL;
    tt_keyring keyring = {0};
    tt_pages pages;
    int fd = open(file, O_RDONLY);
    tutela_status status = tt_signatures_new(&signatures, error);

    tt_pages_init(&pages, socket, memory);
    if (status == TUTELA_OK)
        status = tt_identify_new(&identify, signatures, error);
    if (status == TUTELA_OK)
        status = load_types(identify, error);
    if (status == TUTELA_OK)
        status = tt_gather_new(&g, &pages, identify, error);
    if (status == TUTELA_OK && spooled)
        tt_gather_spool(g, &spool);
    if (status == TUTELA_OK)
        status = take_passwords(&keyring, error);
    if (status == TUTELA_OK) {
        tt_gather_unlock(g, &keyring.secrets);
        status = tt_gather_run(g, &order, fd, error);
    }
    if (spool.free || spool.veiled) /* nothing is held any more */
        status = TUTELA_STATE;
    tt_gather_free(g);
    tt_keyring_done(&keyring);
    tt_identify_free(identify);
    tt_signatures_free(signatures);
    if (spooled)
        (void)close(spool.fd);
    (void)close(fd);
    return status;
}

static int gather_with(int spooled)
{
    tutela_error error = {0};
    tutela_status status;
    tt_opened out = {0};
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
        return WRONG + 6;
    status = gather(pair[0], spooled, &error);
    if (status == TUTELA_OK && !read_pages(pair[1], &out, &status))
        return WRONG + 7;
    (void)close(pair[0]);
    (void)close(pair[1]);
    if (status == TUTELA_OK)
        return judge(&heard, &out);
    /* The word to the broker is a write too, which may be the one that fails. */
    return status == TUTELA_MEMORY || (spooled && status == TUTELA_IO) ? FAILED : WRONG + 8;
}

static int gather_fails(long n)
{
    (void)n;
    return gather_with(0);
}

static int spool_fails(long n)
{
    (void)n;
    return gather_with(1);
}

/* ---- A question of type ------------------------------------------------------------------------ */

/* Answered as ever, or by nobody, or there is no memory. */
static int ask(const char *program, tutela_status allowed)
{
    tutela_open_options options = {.size = sizeof options, .worker = program};
    tutela_error error = {0};
    tt_typist *typist = NULL;
    char mime[TT_MIME_MAX + 1] = "untouched";
    tutela_status status = tt_typist_new(&typist, &options, 1, &error);

    if (status == TUTELA_OK)
        status = tt_typist_ask(typist, "{\"a\": 1}\n", 9, NULL, mime, &error);
    tt_typist_free(typist);
    if (status != TUTELA_OK)
        return status == allowed && strcmp(mime, "untouched") == 0 && error.text[0] ? FAILED : WRONG + 9;
    if (strcmp(mime, "application/json") == 0)
        return WHOLE;
    return mime[0] == 0 ? STATED : WRONG + 10;
}

static int asker_fails(long n)
{
    (void)n;
    return ask(tap_path("mem-0"), TUTELA_MEMORY);
}

static int asked_fails(long n)
{
    char program[1100];

    snprintf(program, sizeof program, "%s", tap_path("mem-%ld", n));
    if (symlink(self, program) != 0 && errno != EEXIST)
        return WRONG + 5;
    return ask(program, TUTELA_OK);
}

/* ---- One after another ------------------------------------------------------------------------- */

typedef struct side {
    const char *name;
    int (*run)(long n);
    int inside; /* the failing call is this process's, not the worker's */
    const char *kind;
} side;

static pid_t start(const side *s, long n, const char *report)
{
    pid_t id;
    char wish[40];

    snprintf(wish, sizeof wish, "%s:%ld", s->kind, n);
    fflush(stdout);
    id = fork();
    if (id != 0)
        return id;
    alarm(60);
    if (s->inside)
        setenv("TUTELA_FAULT", wish, 1);
    if (report)
        setenv("TUTELA_FAULT_REPORT", report, 1);
    int result = s->run(n);
    free(tar.data);
    exit(result); /* not _exit: leaks are looked for */
}

static int finish(pid_t id)
{
    int status = 0;

    if (id < 0 || waitpid(id, &status, 0) != id || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

/* Allocations, or other calls that may fail, of an untouched run. */
static long count_of(const side *s)
{
    FILE *in;
    char word[20];
    long count = 0, found = 0;

    snprintf(counts, sizeof counts, "%s", tap_path("counts-%s-%s", s->name, s->kind));
    ok(finish(start(s, 0, counts)) == WHOLE, "%s: an untouched run", s->name);
    in = fopen(counts, "r");
    while (in && fscanf(in, "%19s %ld", word, &count) == 2)
        if (strcmp(word, s->kind) == 0)
            found = count;
    if (in)
        fclose(in);
    return found;
}

/* The allocation after the n-th that is to fail: the last of them is one that there is not. */
static long next_of(long n, long step, long last)
{
    long next = n > 6 ? n + step : n + 1;

    return n < last && next > last ? last : next;
}

/* The first allocations and then some of the rest; all of them with TORTURE=long. */
static void torture(const side *s, long count)
{
    const char *wish = getenv("TORTURE");
    long step = wish && strcmp(wish, "long") == 0 ? 1 : 1 + count / SAMPLE, made = 0, failed = 0;
    long last = count + 2;

    for (long n = 1; n <= last;) {
        pid_t ids[AT_ONCE];
        long ns[AT_ONCE];
        int some = 0;

        for (; some < AT_ONCE && n <= last; some++, n = next_of(n, step, last)) {
            ns[some] = n;
            ids[some] = start(s, n, NULL);
        }
        for (int i = 0; i < some; i++) {
            int result = finish(ids[i]);

            made++;
            failed += result != WHOLE;
            if (result != WHOLE && result != FAILED && result != STATED)
                ok(0, "%s: %s %ld of %ld fails: %d", s->name, s->kind, ns[i], count, result);
        }
    }
    ok(failed > 0 && failed < made, "%s: %ld runs over %ld calls of %s, %ld not whole", s->name, made,
       count, s->kind, failed);
}

/* As a worker: with the failure of its name, "mem-7". */
static int be_worker(const char *name)
{
    char wish[40];

    snprintf(wish, sizeof wish, "mem:%s", name + 4);
    setenv("TUTELA_FAULT", wish, 1);
    _exit(tt_serve(NULL) == TUTELA_OK ? 0 : 1);
}

int main(int count, char **arguments)
{
    static const side broker = {"broker", broker_fails, 1, "mem"},
                      gatherer = {"gather", gather_fails, 1, "mem"},
                      worker = {"worker", worker_fails, 0, "mem"},
                      asked = {"asked for a type", asked_fails, 0, "mem"};
    static const char *const of_asker[] = {"mem", "open", "write"};
    static const char *const of_spool[] = {"mem", "random", "write", "read"};
    const char *name = strrchr(arguments[0], '/');
    long allocations;

    name = name ? name + 1 : arguments[0];
    if (count == 1 && strncmp(name, "mem-", 4) == 0)
        return be_worker(name);
    alarm(500);
    (void)!readlink("/proc/self/exe", self, sizeof self - 1);
    want = mmap(NULL, sizeof *want, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (want == MAP_FAILED)
        return 1;
    snprintf(file, sizeof file, "%s", tap_path("file"));
    make_file();
    ok(finish(start(&worker, 0, NULL)) == WHOLE, "an untouched result");
    torture(&broker, count_of(&broker));
    allocations = count_of(&gatherer);
    torture(&gatherer, allocations);
    torture(&worker, allocations + MARGIN);
    for (size_t i = 0; i < sizeof of_spool / sizeof of_spool[0]; i++) {
        side spool = {"spool", spool_fails, 1, of_spool[i]};
        torture(&spool, count_of(&spool));
    }
    for (size_t i = 0; i < sizeof of_asker / sizeof of_asker[0]; i++) {
        side asker = {"asker", asker_fails, 1, of_asker[i]};
        torture(&asker, count_of(&asker));
    }
    ok(finish(start(&asked, 0, NULL)) == WHOLE, "an untouched answer");
    torture(&asked, allocations + MARGIN);
    free(tar.data);
    return tap_done();
}

#else

int main(void)
{
    skip(1, "only in the build that can make calls fail");
    return tap_done();
}

#endif
