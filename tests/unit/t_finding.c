/* finding: pack, unpack, order, and what findings add up to. */
#include "finding/finding.h"

#include "digest/digest.h"

#include "tap.h"

static tutela_finding finding_of(const tutela_name *chain, size_t count)
{
    tutela_finding finding;

    tt_finding_init(&finding);
    finding.chain = chain;
    finding.chain_count = count;
    return finding;
}

static void round_trip(void)
{
    const tutela_name chain[] = {{"/a\nb", 4}, {"in/side\xff", 8}, {"", 0}};
    const tutela_match matches[]
        = {{"list", "v1", "#1", {"vics", "1"}, TUTELA_KNOWN_BAD, TUTELA_GRADE_A, 3, 0, "", 0, 0, 0},
           {"other", "", "id", {"", ""}, TUTELA_KNOWN_GOOD, TUTELA_GRADE_X, 1, 2,
            "Member \xC3\xA4", INT64_MAX - 1, TUTELA_ENTRY_DISTRIBUTED, 0}};
    const tutela_range unread[] = {{0, 4096}, {8192, 1}};
    uint8_t digests[TUTELA_ALGORITHM_COUNT][TUTELA_DIGEST_MAX];
    tutela_finding in = finding_of(chain, 3);
    tt_unpacked out = {0};
    tt_buf buf = {.max = TT_FINDING_MAX};

    memset(digests, 0x5a, sizeof digests);
    digests[TUTELA_SHA256][31] = 1;
    in.bytes = UINT64_MAX;
    in.modified = -5;
    in.status = TUTELA_ITEM_PARTIAL;
    in.grade = TUTELA_GRADE_A;
    in.type = TUTELA_TYPE_IMAGE;
    in.flags = TUTELA_FLAG_TYPE_MISMATCH;
    in.digest_mask = TUTELA_BIT(TUTELA_MD5) | TUTELA_BIT(TUTELA_SHA256);
    in.polarity_mask = 6;
    in.mime = "image/png";
    in.reason = "because";
    in.digests = (const uint8_t(*)[TUTELA_DIGEST_MAX])digests;
    in.matches = matches;
    in.match_count = 2;
    in.unread = unread;
    in.unread_count = 2;
    for (int turn = 0; turn < 2; turn++) {
        ok(tt_finding_pack(&in, &buf, NULL) == TUTELA_OK, "packs");
        ok(tt_finding_unpack(buf.data, buf.size, &out, NULL) == TUTELA_OK, "unpacks");
    }
    is_u64(out.finding.chain_count, 3, "three parts");
    ok(out.finding.chain[1].size == 8 && strcmp(out.finding.chain[1].data, "in/side\xff") == 0,
       "a part's bytes");
    ok(out.finding.chain[2].size == 0 && out.finding.chain[2].data[0] == 0, "an empty part");
    is_u64(out.finding.bytes, UINT64_MAX, "bytes");
    is_i64(out.finding.modified, -5, "time");
    is_u64(out.finding.match_count, 2, "matches");
    is_text(out.finding.matches[0].category.value, "1", "category");
    is_text(out.finding.matches[1].entry, "id", "entry");
    is_u64(out.finding.matches[1].disagreed, 2, "what disagreed");
    is_text(out.finding.matches[0].owner, "", "no owner");
    ok(out.finding.matches[0].updated == 0 && out.finding.matches[0].flags == 0,
       "... nor date nor flags");
    is_text(out.finding.matches[1].owner, "Member \xC3\xA4", "an owner");
    is_i64(out.finding.matches[1].updated, INT64_MAX - 1, "a date");
    is_u64(out.finding.matches[1].flags, TUTELA_ENTRY_DISTRIBUTED, "flags");
    is_mem(out.finding.digests[TUTELA_SHA256], digests[TUTELA_SHA256], 32, "a digest");
    is_u64(out.finding.unread[1].offset, 8192, "a range");
    is_text(out.finding.mime, "image/png", "type");
    is_text(out.finding.reason, "because", "reason");
    ok(tt_finding_unpack(buf.data, buf.size - 1, &out, NULL) == TUTELA_RECORD,
       "a short record is refused");
    tt_unpacked_done(&out);
    tt_buf_done(&buf);
}

static void places(void)
{
    const tutela_name chain = {"a", 1};
    const tutela_step position[] = {{0, TUTELA_ITEM_CLEAR, 0}, {UINT64_MAX, TUTELA_ITEM_MALFORMED, 0}};
    const tutela_step from[] = {{5, TUTELA_ITEM_ENCRYPTED, 0}};
    tutela_finding in = finding_of(&chain, 1);
    tt_unpacked out = {0};
    tt_buf buf = {.max = TT_FINDING_MAX};

    in.position = position;
    in.position_count = 2;
    in.from = from;
    in.from_count = 1;
    ok(tt_finding_pack(&in, &buf, NULL) == TUTELA_OK
           && tt_finding_unpack(buf.data, buf.size, &out, NULL) == TUTELA_OK, "with places");
    ok(out.finding.position_count == 2
           && memcmp(out.finding.position, position, sizeof position) == 0, "where a limit was hit");
    ok(out.finding.from_count == 1 && memcmp(out.finding.from, from, sizeof from) == 0,
       "where it was gone on with");
    ok(tt_finding_unpack(buf.data, buf.size - 8, &out, NULL) == TUTELA_RECORD, "cut off in them");
    tt_unpacked_done(&out);
    tt_buf_done(&buf);
}

/* How it was come by, and what became of a disk's bytes. */
static void disks(void)
{
    static const uint64_t coverage[TUTELA_COVER_COUNT] = {1, 2, UINT64_MAX, 4, 5};
    const tutela_name chain = {"a", 1};
    tutela_finding in = finding_of(&chain, 1);
    tutela_summary one = {.size = sizeof one}, both = one;
    tt_unpacked out = {0};
    tt_buf buf = {.max = TT_FINDING_MAX};

    for (int turn = 0; turn < 3; turn++) {
        in.origin = turn == 1 ? TUTELA_ORIGIN_ORPHAN : TUTELA_ORIGIN_FILE;
        in.coverage = turn == 1 ? coverage : NULL;
        in.mime = "x/y";
        ok(tt_finding_pack(&in, &buf, NULL) == TUTELA_OK
               && tt_finding_unpack(buf.data, buf.size, &out, NULL) == TUTELA_OK, "an image, %d", turn);
        is_i64(out.finding.origin, in.origin, "its origin");
        is_text(out.finding.mime, "x/y", "what comes behind");
        if (turn == 1)
            is_mem(out.finding.coverage, coverage, sizeof coverage, "its coverage");
        else
            ok(!out.finding.coverage, "no coverage, and none left from before");
        tt_summary_add(&one, &out.finding);
    }
    is_u64(one.images, 1, "one image of three items");
    is_mem(one.coverage, coverage, sizeof coverage, "its bytes");
    tt_summary_join(&both, &one);
    tt_summary_join(&both, &one);
    is_u64(both.images, 2, "two of six");
    ok(both.coverage[TUTELA_COVER_EXAMINED] == 2 && both.coverage[TUTELA_COVER_LOST] == 10, "the sum");
    is_u64(both.coverage[TUTELA_COVER_UNREADABLE], UINT64_MAX, "what cannot be summed stays at the most");
    tt_unpacked_done(&out);
    tt_buf_done(&buf);
}

static int order_of(const tutela_name *a, size_t a_count, const tutela_name *b, size_t b_count)
{
    tutela_finding left = finding_of(a, a_count), right = finding_of(b, b_count);
    tt_buf one = {.max = TT_FINDING_MAX}, two = {.max = TT_FINDING_MAX};
    int order = 0, back = 0;

    if (tt_finding_pack(&left, &one, NULL) == TUTELA_OK
        && tt_finding_pack(&right, &two, NULL) == TUTELA_OK) {
        order = tt_finding_compare(one.data, one.size, two.data, two.size);
        back = tt_finding_compare(two.data, two.size, one.data, one.size);
    }
    tt_buf_done(&one);
    tt_buf_done(&two);
    return (order > 0) - (order < 0) == (back < 0) - (back > 0) ? order : 99;
}

static void order(void)
{
    const tutela_name a[] = {{"a", 1}, {"x", 1}}, ab[] = {{"ab", 2}}, high[] = {{"a\xff", 2}},
                      slash[] = {{"a/b", 3}}, minus[] = {{"a-b", 3}}, nothing[] = {{"", 0}};

    ok(order_of(a, 1, ab, 1) < 0, "a name sorts before a longer one");
    ok(order_of(a, 1, a, 2) < 0, "a container sorts before what it holds");
    ok(order_of(a, 2, ab, 1) < 0, "and what it holds before the next name");
    ok(order_of(ab, 1, high, 1) < 0, "bytes sort unsigned");
    ok(order_of(minus, 1, slash, 1) < 0, "byte order, no locale");
    ok(order_of(nothing, 1, a, 1) < 0, "the empty name first");
    is_i64(order_of(ab, 1, ab, 1), 0, "equal is equal");
}

static void sums(void)
{
    static const struct {
        int status;
        uint32_t polarity;
        int exit_status;
    } cases[] = {{TUTELA_ITEM_CLEAR, 0, 0},
                 {TUTELA_ITEM_SKIPPED, 0, 0},
                 {TUTELA_ITEM_KNOWN, TUTELA_BIT(TUTELA_KNOWN_GOOD), 0},
                 {TUTELA_ITEM_MATCH, TUTELA_BIT(TUTELA_KNOWN_BAD), 1},
                 {TUTELA_ITEM_UNREADABLE, 0, 3},
                 {TUTELA_ITEM_CHANGED, 0, 3},
                 {TUTELA_ITEM_LIMIT, TUTELA_BIT(TUTELA_KNOWN_BAD), 4}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const tutela_name chain[] = {{"a", 1}};
        tutela_finding finding = finding_of(chain, 1);
        tutela_summary summary = {.size = sizeof summary};

        finding.status = cases[i].status;
        finding.polarity_mask = cases[i].polarity;
        finding.bytes = 10;
        tt_summary_add(&summary, &finding);
        tt_summary_end(&summary, 0);
        is_i64(summary.exit_status, cases[i].exit_status, "exit status after %s",
               tutela_item_status_name(cases[i].status));
        is_i64(summary.complete, cases[i].exit_status < 2, "complete or not");
        tt_summary_end(&summary, 1);
        is_i64(summary.exit_status, cases[i].polarity & TUTELA_BIT(TUTELA_KNOWN_BAD) ? 4 : 3,
               "cut short it is never complete");
    }
}

/* Mentions count apart, and stand behind their file, by their places. */
static void mentions(void)
{
    const tutela_name chain = {"a", 1};
    tutela_finding in = finding_of(&chain, 1);
    tutela_summary one = {.size = sizeof one}, both = one;
    tt_unpacked out = {0};
    tt_buf buf = {.max = TT_FINDING_MAX}, last = {.max = TT_FINDING_MAX};

    in.status = TUTELA_ITEM_MATCH;
    in.polarity_mask = TUTELA_BIT(TUTELA_KNOWN_BAD);
    in.bytes = UINT64_MAX;
    ok(tt_finding_pack(&in, &last, NULL) == TUTELA_OK, "the file");
    in.status = TUTELA_ITEM_MENTION;
    in.mentions = 7;
    for (unsigned bit = 0; bit < 64; bit++) {
        in.offset = (UINT64_C(1) << bit) - 1;
        if (tt_finding_pack(&in, &buf, NULL) != TUTELA_OK
            || tt_finding_compare(last.data, last.size, buf.data, buf.size) >= 0
            || tt_finding_unpack(buf.data, buf.size, &out, NULL) != TUTELA_OK
            || out.finding.offset != in.offset || out.finding.mentions != 7)
            ok(0, "a mention at 2^%u - 1", bit);
        tt_buf_clear(&last);
        tt_buf_add(&last, buf.data, buf.size);
    }
    tt_summary_add(&one, &in);
    tt_summary_join(&both, &one);
    tt_summary_join(&both, &one);
    tt_summary_end(&both, 0);
    ok(both.mentions == 2 && both.items == 0 && both.matches == 0 && both.bytes == 0, "they count apart");
    ok(both.complete && both.exit_status == 0, "and change nothing");
    is_text(tutela_item_status_name(TUTELA_ITEM_MENTION), "mention", "their name");
    tt_unpacked_done(&out);
    tt_buf_done(&buf);
    tt_buf_done(&last);
}

static void words(void)
{
    is_text(tutela_item_status_name(TUTELA_ITEM_TIMEOUT), "timeout", "a status' name");
    ok(!tutela_item_status_name(14) && !tutela_grade_letter(-1) && !tutela_type_name(99)
           && !tutela_origin_name(TUTELA_ORIGIN_COUNT) && !tutela_cover_name(-1) && !tutela_polarity_name(0) && !tutela_reject_text(99) && !tutela_algorithm_name(4),
       "unknown numbers have no name");
    is_text(tutela_status_text(-99), "unknown status", "an unknown status has a text");
    is_text(tutela_version(), "0.1.0", "the version");
    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        is_u64(tutela_algorithm_size(i), tt_digest_size(i), "size of %s", tutela_algorithm_name(i));
}

int main(void)
{
    round_trip();
    places();
    mentions();
    disks();
    order();
    sums();
    words();
    return tap_done();
}
