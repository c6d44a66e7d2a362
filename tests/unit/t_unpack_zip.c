/*
 * t_unpack_zip: zips that say two things. A member in the directory and one that only has its own
 * header are both found; where the two contradict each other, the zip says so.
 */
#include "unpack_ask.h"

static void zip_members(void)
{
    zip_part parts[] = {{.name = "first", .text = "one one"},
                        {.name = "secret", .text = "in no directory", .unlisted = 1},
                        {.name = "locked", .text = "0123456789abcdef", .flags = 1},
                        {.name = "strange", .text = "by method 97", .method = 97},
                        {.name = "spoilt", .text = "its checksum is wrong", .crc_wrong = 1},
                        {.name = "caf\xe9", .text = "latin", .flags = 0},
                        {.name = "b\xff\xfe", .text = "not what it says", .flags = 0x800},
                        {.name = "folder/", .text = "bytes of a folder"},
                        {.name = "last", .text = "the last"}};
    bytes b = zip_of(parts, sizeof parts / sizeof parts[0], 60000);

    run(b);
    ok(has("first", "one one") && has("last", "the last"), "plain members");
    ok(has("secret", "in no directory"), "one that the directory does not list");
    is_text(status_of("secret"), "clear", "is read like the others");
    is_text(status_of("locked"), "encrypted", "an encrypted one");
    is_text(status_of("strange"), "unsupported", "one of an unknown method");
    is_text(status_of("spoilt"), "malformed", "one whose checksum is wrong");
    is_text(status_of("caf\xe9"), "clear", "a name in no known character set");
    is_text(status_of("b\xff\xfe"), "clear", "a name that is not the UTF-8 it says");
    is_text(status_of("folder/"), "malformed", "a folder with bytes that do not come out");
    free(b.data);
}

static void zip_directories(void)
{
    zip_part parts[] = {{.name = "a", .text = "aaaaaaaa"}, {.name = "b", .text = "bbbb"}};
    bytes b = nothing(), c;
    size_t start;

    zip_member(&b, &parts[0]);
    zip_member(&b, &parts[1]);
    start = b.size;
    zip_record(&b, &parts[0]);
    parts[1].place = parts[0].place;
    zip_record(&b, &parts[1]);
    zip_end(&b, 2, start, 0);
    run(b);
    is_text(status_of(""), "malformed", "two entries for one place");
    ok(has("b", "bbbb"), "the member that no entry has any more is read too");
    free(b.data);

    b = nothing();
    zip_member(&b, &parts[0]);
    start = b.size;
    zip_record(&b, &parts[0]);
    parts[1].place = 5;
    zip_record(&b, &parts[1]);
    zip_end(&b, 2, start, 0);
    run(b);
    is_text(status_of(""), "malformed", "an entry that points at nothing");
    ok(has("a", "aaaaaaaa"), "the other is read");
    free(b.data);

    b = zip_of(parts, 1, 0);
    c = zip_of(parts + 1, 1, 0);
    kit_add(&b, c.data, c.size);
    run(b);
    ok(has("a", "aaaaaaaa") && has("b", "bbbb"), "two zips, one behind the other");
    free(b.data);
    free(c.data);

    b = zip_of(parts, 2, 0);
    kit_add(&b, "rubbish", 7);
    run(b);
    ok(has("a", "aaaaaaaa") && has("b", "bbbb"), "bytes behind the end");
    b.size = b.size - 7 - 22;
    run(b);
    ok(has("a", "aaaaaaaa") && has("b", "bbbb"), "without the end of its directory");
    is_text(status_of(""), "malformed", "it says so");
    free(b.data);

    b = zip_of(parts, 0, 0);
    run(b);
    ok(events.count == 1 && strcmp(status_of(""), "clear") == 0, "no member at all");
    free(b.data);
}

/* Many entries, one after another in the directory, whose members all end at the same place. */
static void zip_overlap(void)
{
    zip_part parts[20];
    char names[20][8];
    bytes b = nothing();
    size_t start, kernel;
    char text[2000];

    memset(text, 'k', sizeof text - 1);
    text[sizeof text - 1] = 0;
    for (size_t i = 0; i < 20; i++) {
        snprintf(names[i], sizeof names[i], "n%zu", i);
        parts[i] = (zip_part){.name = names[i], .text = text, .place = b.size};
        /* A header whose size reaches over all that follows. */
        zip_part head = parts[i];
        bytes one = nothing();
        zip_member(&one, &head);
        kit_add(&b, one.data, 30 + strlen(names[i]));
        free(one.data);
    }
    kernel = b.size;
    kit_add(&b, text, sizeof text - 1);
    kit_add(&b, text, kernel);
    start = b.size;
    for (size_t i = 0; i < 20; i++)
        zip_record(&b, &parts[i]);
    zip_end(&b, 20, start, 0);
    run(b);
    is_text(status_of(""), "malformed", "members that overlap");
    free(b.data);
}

static void zip_locked(const char *how)
{
    bytes out = {malloc(1), 0};
    struct archive *a = archive_write_new();

    archive_write_set_format_zip(a);
    archive_write_set_bytes_in_last_block(a, 1);
    archive_write_set_options(a, how);
    archive_write_set_passphrase(a, "secret");
    archive_write_open(a, &out, NULL, kit_grow, NULL);
    int good = kit_put(a, "one", "1111", 4) && kit_put(a, "two", "2222", 4);
    if (!kit_close(a) || !good) {
        skip(3, "cannot be written here");
        free(out.data);
        return;
    }
    run(out);
    is_text(status_of("one"), "encrypted", "%s", how);
    is_text(status_of("two"), "encrypted", "each of them");
    is_text(status_of(""), "clear", "and the zip was read to its end");
    free(out.data);
}

int main(void)
{
    events = kit_new();
    zip_members();
    zip_directories();
    zip_overlap();
    zip_locked("zip:encryption=traditional");
    zip_locked("zip:encryption=aes256");
    kit_free(&events);
    return tap_done();
}
