/*
 * Patterns are read as signatures.def says, keys are chosen well, and a view puts every key where
 * it is sought.
 */
#include "t_identify_reference.h"

static tt_atom atoms[TT_PATTERN_ATOMS];

static void test_reading(void)
{
    is_u64(tt_pattern_parse("'PK' 03 04", atoms), 4, "text and bytes");
    ok(atoms[0].low == 'P' && atoms[1].offset == 1 && atoms[2].low == 3 && atoms[3].high == 4,
       "in order");
    is_u64(tt_pattern_parse("@257 'a' ?? 01|0A-0F|FF", atoms), 4, "an offset and a set");
    ok(atoms[0].offset == 257 && atoms[1].offset == 259 && atoms[3].offset == 259,
       "any byte is skipped, a set stays");
    ok(atoms[1].more && atoms[2].more && !atoms[3].more, "the set goes on and ends");
    ok(atoms[2].low == 0x0a && atoms[2].high == 0x0f, "a range");
    is_u64(tt_pattern_weight(atoms, 4), 1, "only the fixed byte counts");
}

static void test_no_patterns(void)
{
    static const char *const bad[] = {
        "",        "'abc",   "''",      "F",         "FG",      "fa",      "00 1",   "@",
        "@x",      "00 @0",  "@40000 00", "?",       "? ?",     "00|",     "05-03",  "00-",
        "'a'00",   "0000",   "@5'a'",   "~3 00",     "00,01",   "'a''b'",  "00|01|", "@36864 00",
    };
    char text[8 * TT_PATTERN_ATOMS];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        is_u64(tt_pattern_parse(bad[i], atoms), 0, "no pattern: %s", bad[i]);
    memset(text, 'a', sizeof text);
    text[0] = '\'';
    text[TT_PATTERN_ATOMS + 1] = '\'';
    text[TT_PATTERN_ATOMS + 2] = '\0';
    is_u64(tt_pattern_parse(text, atoms), TT_PATTERN_ATOMS, "as many bytes as there is room for");
    text[TT_PATTERN_ATOMS + 1] = 'a';
    text[TT_PATTERN_ATOMS + 2] = '\'';
    text[TT_PATTERN_ATOMS + 3] = '\0';
    is_u64(tt_pattern_parse(text, atoms), 0, "one more");
    ok(tt_pattern_parse("@36863 00", atoms) == 1, "the last byte of a head");
}

static void test_fitting(void)
{
    size_t count = tt_pattern_parse("'a' ?? 01|03-05", atoms);

    ok(tt_pattern_fits(atoms, count, (const uint8_t *)"ax\4", 3), "fits");
    ok(tt_pattern_fits(atoms, count, (const uint8_t *)"a\0\1", 3), "fits another way");
    ok(!tt_pattern_fits(atoms, count, (const uint8_t *)"ax\2", 3), "between the choices");
    ok(!tt_pattern_fits(atoms, count, (const uint8_t *)"ax\6", 3), "past the choices");
    ok(!tt_pattern_fits(atoms, count, (const uint8_t *)"ax", 2), "too short");
    ok(!tt_pattern_fits(atoms, count, (const uint8_t *)"", 0), "nothing");
    ok(!tt_pattern_fits(atoms, 0, (const uint8_t *)"a", 1), "no atoms fit nothing");
}

static tt_key key_of(const char *pattern)
{
    return tt_key_choose(atoms, tt_pattern_parse(pattern, atoms));
}

static void test_keys(void)
{
    tt_key key = key_of("'RIFF' @8 'WEBP'");

    ok(key.offset == 8 && key.size == 4 && memcmp(key.bytes, "WEBP", 4) == 0, "most different");
    key = key_of("'BM' @6 00 00 00 00");
    ok(key.offset == 0 && key.size == 2, "a short one before zeros");
    key = key_of("FF D8 FF");
    ok(key.offset == 0 && key.size == 3, "all of three");
    key = key_of("47 @188 47 @376 47");
    ok(key.offset == 0 && key.size == 1, "the first of equal short ones");
    key = key_of("01|02 'CD001' 01");
    ok(key.offset >= 1 && key.offset + key.size <= 7, "a set is no part of it");
    is_u64(key_of("01|02 00-FF").size, 0, "none in sets alone");
}

/* Fill a head so that each byte says where it is, and look for every key's place in the view. */
static void test_view(void)
{
    static uint8_t head[TT_IDENTIFY_HEAD];
    tt_view view = {0};
    uint8_t bytes[TT_VIEW_SIZE], mark[TT_VIEW_FRAME + TT_KEY_MAX];
    tutela_error error = {0};
    size_t rows, wrong = 0;
    const tt_signature *table = tt_signature_table(&rows);
    tt_key *keys = calloc(rows, sizeof *keys);
    uint64_t state = 7;

    for (size_t i = 0; i < rows; i++) {
        keys[i] = key_of(table[i].pattern);
        ok(keys[i].size > 0, "row %zu has a key: %s", i, table[i].pattern);
    }
    is_i64(tt_view_plan(&view, keys, rows, &error), TUTELA_OK, "a view for the table");
    ok(view.size <= TT_VIEW_SIZE && view.size < 256, "it is small: %u bytes", view.size);
    for (size_t i = 0; i < sizeof head; i++)
        head[i] = (uint8_t)next_random(&state);
    for (size_t i = 0; i < rows; i++) {
        uint64_t end = 0;
        uint32_t size = tt_view_mark(&view, &keys[i], mark, &end);
        memcpy(head + keys[i].offset, keys[i].bytes, keys[i].size);
        tt_view_fill(&view, head, sizeof head, bytes);
        wrong += size < keys[i].size || size > end || memcmp(bytes + end - size, mark, size) != 0;
        tt_view_fill(&view, head, keys[i].offset + keys[i].size, bytes);
        wrong += memcmp(bytes + end - size, mark, size) != 0;
    }
    is_u64(wrong, 0, "every key stands where it is sought, also at the end of a short head");
    free(keys);
}

static void test_view_limits(void)
{
    tt_view view = {.size = 99};
    tt_key keys[TT_VIEW_WINDOWS + 1];
    tutela_error error = {0};

    for (uint32_t i = 0; i <= TT_VIEW_WINDOWS; i++)
        keys[i] = (tt_key){.offset = 100 * i, .size = 3};
    is_i64(tt_view_plan(&view, keys, TT_VIEW_WINDOWS + 1, &error), TUTELA_UNAVAILABLE,
           "one window too many");
    is_u64(view.size, 99, "the output is untouched");
    is_i64(tt_view_plan(&view, keys, TT_VIEW_WINDOWS, &error), TUTELA_OK, "as many as there are");
    keys[0].offset = TT_IDENTIFY_HEAD - 1;
    is_i64(tt_view_plan(&view, keys, 1, &error), TUTELA_UNAVAILABLE, "a key past any head");
}

int main(void)
{
    test_reading();
    test_no_patterns();
    test_fitting();
    test_keys();
    test_view();
    test_view_limits();
    return tap_done();
}
