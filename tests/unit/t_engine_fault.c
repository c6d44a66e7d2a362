/*
 * engine: every allocation, open, read, write, stat and thread of a scan fails once, in the build
 * that can make them fail. The scan says so, or gives the untouched result, or states what it could
 * not read: it never loses an item and never calls one clear that it did not read.
 */
#include "tap.h"

#ifdef TT_FAULTS

#include "engine/engine.h"
#include "hashsets/build.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* How a run with a failure ended. */
enum { WHOLE = 0, FAILED = 41, STATED = 42, WRONG = 43 };
enum { MOST = 128, FILES = 70, SAMPLE = 24, AT_ONCE = 4 };

typedef struct item {
    char path[200];
    int status;
    uint32_t matches;
    int seen;
    int covered; /* by what is said of a folder above it */
} item;

/* Of the untouched scan; shared with the children. */
static struct want {
    size_t count;
    item items[MOST];
} *want;

static char set_path[300], tree[300], counts[300];

static void put(const char *path, const char *text)
{
    int fd = open(path, O_CREAT | O_WRONLY, 0644);

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        ok(0, "writes %s", path);
    close(fd);
}

static void make_tree(void)
{
    char path[400], other[400], text[100];

    snprintf(tree, sizeof tree, "%s", tap_path("tree"));
    mkdir(tree, 0755);
    mkdir(tap_path("tree/sub"), 0755);
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%s/%sf%02d", tree, i % 3 ? "" : "sub/", i);
        snprintf(text, sizeof text, "GIF89a %d", i % 20);
        put(path, text);
    }
    for (int i = 0; i < 6; i++) {
        snprintf(path, sizeof path, "%s/f0%d", tree, i % 2 ? 5 : 7);
        snprintf(other, sizeof other, "%s/%sl%d", tree, i % 3 ? "" : "sub/", i);
        if (link(path, other) != 0)
            ok(0, "links");
    }
}

static int keep(void *user, const tutela_finding *finding)
{
    (void)user;
    snprintf(want->items[want->count].path, sizeof want->items[0].path, "%s",
             finding->chain[0].data);
    want->items[want->count].status = finding->status;
    want->items[want->count].matches = (uint32_t)finding->match_count;
    want->count++;
    return want->count == MOST;
}

typedef struct judge {
    int wrong;
    int stated;
    size_t given;
} judge;

static int is_within(const char *path, const char *folder)
{
    size_t size = strlen(folder);

    return strncmp(path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* As expected, or not complete: then it answers for all below it too. */
static int compare(void *user, const tutela_finding *finding)
{
    judge *on = user;
    const char *path = finding->chain[0].data;
    int complete = tutela_item_status_complete(finding->status);
    int known = 0;

    on->given++;
    on->stated += !complete;
    for (size_t i = 0; i < want->count; i++) {
        item *it = &want->items[i];

        if (strcmp(it->path, path) == 0) {
            known = 1;
            on->wrong += complete
                         && (it->status != finding->status
                             || it->matches != finding->match_count);
            it->seen++;
        } else if (!complete && is_within(it->path, path)) {
            known = 1;
            it->covered = 1;
        }
    }
    on->wrong += !known;
    return 0;
}

static tutela_status scan(int (*each)(void *, const tutela_finding *), void *user,
                          uint32_t threads, tutela_summary *summary, tutela_error *error)
{
    const char *targets[] = {tree}, *exclude[] = {"*.none"};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .exclude = exclude, .exclude_count = 1,
                                   .flags = TUTELA_SCAN_INVENTORY | TUTELA_SCAN_SURVEY,
                                   .threads = threads, .memory = 1, .spool_folder = tap_folder(),
                                   .on_finding = each, .user = user};
    tutela_set *set = NULL;
    tutela_scanner *scanner = NULL;
    tutela_status status = tutela_set_open(&set, set_path, NULL, error);

    if (status == TUTELA_OK)
        status = tutela_scanner_new(&scanner, &set, 1, NULL, error);
    tutela_set_close(set);
    if (status == TUTELA_OK) {
        ((tt_engine *)scanner)->width = 4;
        status = tutela_scan_paths(scanner, &options, summary, error);
    }
    tutela_scanner_free(scanner);
    return status;
}

/* Make the set and the untouched result. A child's work: the fault hook asks its wish only once. */
static int prepare(void)
{
    const char *input = tap_path("list.txt");
    tutela_build_options options = {.size = sizeof options, .inputs = &input, .input_count = 1,
                                    .output = set_path, .polarity = TUTELA_KNOWN_BAD,
                                    .unsealed = 1};
    tutela_summary summary = {.size = sizeof summary};
    tt_digests digests;
    char text[80] = "";

    for (int i = 5; i < 8; i++) {
        char content[20];

        snprintf(content, sizeof content, "GIF89a %d", i);
        if (tt_digest_bytes(1, content, strlen(content), &digests, NULL) != TUTELA_OK)
            return WRONG;
        for (size_t b = 0; b < 16; b++)
            snprintf(text + 2 * b, 3, "%02x", digests.value[0][b]);
        snprintf(text + 32, 2, "\n");
        FILE *list = fopen(input, "a");
        if (!list || fputs(text, list) < 0 || fclose(list) != 0)
            return WRONG;
    }
    if (tutela_set_build(&options, NULL, NULL) != TUTELA_OK
        || scan(keep, NULL, 1, &summary, NULL) != TUTELA_OK)
        return WRONG;
    return want->count == FILES + 6 && summary.matches > 6 && summary.complete ? WHOLE : WRONG;
}

/* A run that failed says why, and delivered what it counted, unless it could not be read back. */
static int failed_well(const char *kind, const tutela_summary *summary, const judge *on,
                       tutela_status status, const tutela_error *error)
{
    if (strcmp(kind, "read") != 0 && summary->items != on->given)
        return WRONG + 7;
    return error->status == (int32_t)status && error->text[0] && !summary->complete ? FAILED
                                                                                    : WRONG + 2;
}

static int tortured(const char *kind, uint32_t threads)
{
    judge on = {0};
    tutela_summary summary = {.size = sizeof summary};
    tutela_error error = {0};
    tutela_status status = scan(compare, &on, threads, &summary, &error);

    if (on.wrong)
        return WRONG + 1;
    if (status != TUTELA_OK)
        return failed_well(kind, &summary, &on, status, &error);
    for (size_t i = 0; i < want->count; i++)
        if (want->items[i].seen > 1 || (!want->items[i].seen && !want->items[i].covered))
            return WRONG + 3;
    if (summary.items != on.given)
        return WRONG + 4;
    if (on.stated > 0)
        return summary.complete ? WRONG + 5 : STATED;
    return summary.complete && on.given == want->count ? WHOLE : WRONG + 6;
}

static pid_t start(const char *kind, long n, const char *report, uint32_t threads)
{
    pid_t id;
    char wish[40];

    snprintf(wish, sizeof wish, "%s:%ld", kind, n);
    fflush(stdout);
    id = fork();
    if (id != 0)
        return id;
    alarm(30);
    setenv("TUTELA_FAULT", wish, 1);
    if (report)
        setenv("TUTELA_FAULT_REPORT", report, 1);
    /* The children's marks are their own. */
    struct want *own = malloc(sizeof *own);
    if (!own)
        exit(WRONG);
    *own = *want;
    want = own;
    int result = tortured(kind, threads);
    free(own);
    exit(result); /* not _exit: leaks are looked for */
}

static int finish(pid_t id)
{
    int status = 0;

    if (id < 0 || waitpid(id, &status, 0) != id || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

static long count_of(const char *kind)
{
    FILE *in = fopen(counts, "r");
    char word[20];
    long count = 0, found = 0;

    while (in && fscanf(in, "%19s %ld", word, &count) == 2)
        if (strcmp(word, kind) == 0)
            found = count;
    if (in)
        fclose(in);
    return found;
}

/* The first calls of a kind and then some of the rest; all of them with TORTURE=long. */
static void torture(const char *kind)
{
    long count = count_of(kind), made = 0, failed = 0;
    const char *wish = getenv("TORTURE");
    long step = wish && strcmp(wish, "long") == 0 ? 1 : 1 + count / SAMPLE;

    for (long n = 1; n <= count + 2;) {
        pid_t ids[AT_ONCE];
        long ns[AT_ONCE];
        int some = 0;

        for (; some < AT_ONCE && n <= count + 2; some++, n += n > 12 ? step : 1) {
            ns[some] = n;
            ids[some] = start(kind, n, NULL, some % 2 ? 3 : 1);
        }
        for (int i = 0; i < some; i++) {
            int result = finish(ids[i]);

            made++;
            failed += result != WHOLE;
            if (result != WHOLE && result != FAILED && result != STATED)
                ok(0, "%s call %ld of %ld fails: %d", kind, ns[i], count, result);
        }
    }
    ok(failed > 0, "%s: %ld runs over %ld calls, %ld not whole", kind, made, count, failed);
}

int main(void)
{
    static const char *const kinds[] = {"mem", "open", "read", "write", "stat", "thread"};
    pid_t id;

    alarm(500);
    want = mmap(NULL, sizeof *want, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (want == MAP_FAILED) {
        ok(0, "memory");
        return tap_done();
    }
    make_tree();
    snprintf(set_path, sizeof set_path, "%s", tap_path("known.tset"));
    snprintf(counts, sizeof counts, "%s", tap_path("counts"));
    id = fork();
    if (id == 0)
        exit(prepare());
    ok(finish(id) == WHOLE, "a set and an untouched result");
    ok(finish(start("mem", 0, counts, 1)) == WHOLE, "the same again");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        torture(kinds[i]);
    return tap_done();
}

#else

int main(void)
{
    skip(1, "only in the build that can make calls fail");
    return tap_done();
}

#endif
