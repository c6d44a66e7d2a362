/*
 * Types out of the real tutela-worker: of members, of containers in containers, and of a file that is
 * not opened, as the same bytes are identified outside the sandbox. What knows them must have read all
 * its files before the worker locked itself up.
 */
#include "broker_kit.h"

#include "identify/identify.h"

#define TYPED 12

static char worker_path[1024];
static tt_identify *identify;
static kit_member members[TYPED], inner[2];

/* What the library itself says of these bytes. */
static const char *type_of(const void *data, size_t size)
{
    static char mime[TT_MIME_MAX + 1];
    tt_type type = {"", TUTELA_TYPE_OTHER};

    if (tt_identify_full(identify, data, size, &type, NULL) != TUTELA_OK)
        return "not OK";
    snprintf(mime, sizeof mime, "%s", type.mime);
    return mime;
}

static bytes head_and_noise(const char *head, size_t head_size, size_t size)
{
    bytes all = kit_copy(head, head_size), rest = kit_noise(size);

    kit_add(&all, rest.data, rest.size);
    free(rest.data);
    return all;
}

#define HEADED(text, more) head_and_noise(text, sizeof(text) - 1, more)

/* By signature, by libmagic, text, nothing known, nothing at all; small, and too large to be kept. */
static bytes make_tar(void)
{
    static const char dos[] = "MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8\0\0\0\0\0\0\0\x40";
    bytes mark = {calloc(1, 60000), 60000};
    size_t n = 0;

    memcpy(mark.data + 32769, "CD001", 5);
    members[n++] = (kit_member){"a.png", HEADED("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x8\2\0\0\0", 90)};
    members[n++] = (kit_member){"large.png", HEADED("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x8\2\0\0\0", 900000)};
    members[n++] = (kit_member){"a.jpg", HEADED("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 3000)};
    members[n++] = (kit_member){"a.txt", kit_copy("plain words, and some more\n", 27)};
    members[n++] = (kit_member){"a.c", kit_copy("#include <stdio.h>\nint main(void)\n{\n    return 0;\n}\n", 53)};
    members[n++] = (kit_member){"a.json", kit_copy("{\"a\": [1, 2, 3]}", 16)};
    members[n++] = (kit_member){"a.exe", head_and_noise(dos, sizeof dos - 1, 2000)};
    members[n++] = (kit_member){"noise", kit_noise(50000)};
    members[n++] = (kit_member){"nothing", kit_noise(0)};
    members[n++] = (kit_member){"disc", mark};
    members[n++] = (kit_member){"a.sh", kit_copy("#!/bin/sh\necho\n", 15)};
    inner[0] = (kit_member){"b.png", HEADED("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x8\2\0\0\0", 50)};
    inner[1] = (kit_member){"b.csv", kit_copy("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", 24)};
    members[n] = (kit_member){"box.zip", kit_archive("zip", NULL, inner, 2)};
    return kit_archive("pax", NULL, members, TYPED);
}

/* The zip is the last member: told when it begins, then its two, then its end. */
static bytes content_of(size_t told)
{
    if (told < TYPED)
        return members[told].content;
    return told < TYPED + 2 ? inner[told - TYPED].content : members[TYPED - 1].content;
}

static void test_members(tt_broker *b)
{
    tt_job job = {.mask = KIT_MASK, .types = TT_TYPES_FULLY, .teller = keep, .user = &heard};
    bytes tar = make_tar();
    tt_opened out;

    is_i64(run_job(b, job, tar.data, tar.size, &out), TUTELA_OK, "a job with types");
    ok(out.trouble.status == TUTELA_ITEM_CLEAR && out.tries == 1, "is clear");
    is_text(out.mime, type_of(tar.data, tar.size), "the file's own");
    is_u64(heard.count, TYPED + 3, "all is told");
    for (size_t i = 0; i < heard.count; i++)
        is_text(heard.items[i].mime, type_of(content_of(i).data, content_of(i).size), "%s",
                heard.items[i].name);
    is_text(heard.items[0].mime, "image/png", "a signature's");
    is_text(heard.items[4].mime, "text/x-c", "libmagic's");
    is_text(heard.items[8].mime, "inode/x-empty", "of no bytes");
    is_text(heard.items[9].mime, "application/x-iso9660-image", "of a mark far from the start");
    is_text(heard.items[TYPED + 2].mime, "application/zip", "a container's, at its end");
    is_i64(run(b, tar.data, tar.size, &out), TUTELA_OK, "a job without");
    is_text(out.mime, "", "has none");
    is_text(heard.items[0].mime, "", "nor have its members");
    is_i64(run_job(b, job, tar.data, tar.size - 3000, &out), TUTELA_OK, "one cut off");
    ok(out.trouble.status != TUTELA_ITEM_CLEAR && out.tries == 1, "says so");
    is_text(out.mime, type_of(tar.data, tar.size), "and what it is");
    free(tar.data);
}

/* Members of files that cannot be read have no type. */
static void test_locked(tt_broker *b)
{
    static const uint8_t locked[] = {
        'P', 'K', 3, 4, 20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 14, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0,
        'a', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
        'P', 'K', 1, 2, 20, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 14, 0, 0, 0, 2, 0, 0, 0, 1, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'a',
        'P', 'K', 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0, 45, 0, 0, 0, 0, 0};
    tt_job job = {.mask = KIT_MASK, .types = TT_TYPES_FULLY, .teller = keep, .user = &heard};
    tt_opened out;

    is_i64(run_job(b, job, locked, sizeof locked, &out), TUTELA_OK, "a zip with a password");
    ok(heard.count == 1 && heard.items[0].trouble.status == TUTELA_ITEM_ENCRYPTED && out.tries == 1,
       "is encrypted");
    is_text(heard.items[0].mime, "", "and of no type");
}

/* Only the type, of containers too; digests of other jobs before and after it are as ever. */
static void test_only(tt_broker *b)
{
    tt_job job = {.only_type = 1};
    bytes all[] = {members[0].content, members[1].content, members[3].content, members[7].content,
                   members[8].content, members[TYPED - 1].content};
    tt_opened out;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        is_i64(run_job(b, job, all[i].data, all[i].size, &out), TUTELA_OK, "only a type");
        ok(out.trouble.status == TUTELA_ITEM_CLEAR && !out.container && heard.count == 0
           && out.tries == 1, "and nothing else");
        is_text(out.mime, type_of(all[i].data, all[i].size), "type %zu", i);
    }
    job.size = 0;
    ok(run(b, members[TYPED - 1].content.data, members[TYPED - 1].content.size, &out) == TUTELA_OK
       && heard.count == 2 && same_digests(&heard.items[1], inner[1].content), "it is opened after");
}

static void test_shorter(tt_broker *b)
{
    int fd = file_of("short", 5);
    tt_job job = {.fd = fd, .size = 100, .only_type = 1};
    tt_opened out;

    is_i64(tt_broker_unpack(b, &job, &out, NULL), TUTELA_OK, "a file shorter than it was");
    ok(out.trouble.status == TUTELA_ITEM_CHANGED && out.position == 5, "says so");
    is_text(out.mime, "text/plain", "with the type of what there is");
    (void)close(fd);
}

static void test_not_loaded(void)
{
    tt_broker *b = broker_of(worker_path, NULL);
    tt_job job = {.mask = KIT_MASK, .types = TT_TYPES_FULLY, .teller = keep, .user = &heard};
    tt_opened out;

    ok(run(b, "x", 1, &out) == TUTELA_OK && out.mime[0] == 0, "a worker without types");
    is_i64(run_job(b, job, "GIF89a", 6, &out), TUTELA_OK, "types asked of it: another takes its place");
    is_text(out.mime, "image/gif", "and knows them");
    job.types = TT_TYPES_BY_SIGNATURE;
    is_i64(run_job(b, job, "\1\2\3\4\377", 5, &out), TUTELA_OK, "by signature alone");
    is_text(out.mime, "application/octet-stream", "what has none");
    tt_broker_free(b);
}

int main(void)
{
    static char path[1024];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    tt_broker_options options = {.types = TT_TYPES_FULLY};
    tt_signatures *signatures = NULL;
    tt_broker *b;

    alarm(150);
    path[size > 0 ? size : 0] = 0;
    snprintf(worker_path, sizeof worker_path, "%.*s/../tutela-worker",
             (int)(strrchr(path, '/') - path), path);
    if (tt_signatures_new(&signatures, NULL) != TUTELA_OK
        || tt_identify_new(&identify, signatures, NULL) != TUTELA_OK)
        return 1;
    b = broker_of(worker_path, &options);
    test_members(b);
    test_locked(b);
    test_only(b);
    test_shorter(b);
    tt_broker_free(b);
    test_not_loaded();
    tt_identify_free(identify);
    tt_signatures_free(signatures);
    for (size_t i = 0; i < TYPED; i++)
        free(members[i].content.data);
    free(inner[0].content.data);
    free(inner[1].content.data);
    return tap_done();
}
