/* t_import_vics_medium: hashsets/import/vics_medium.c: flags, dates and fingerprints of media. */
#include "t_import_rows.h"

static char text[1 << 16];

/* A list of one medium with these members behind its MD5, of this region. */
static const got_row *medium(const char *region, const char *members)
{
    snprintf(text, sizeof text,
             "{\"@odata.context\":\"http://x/ProjectVic/DataModels/2.0.xml/%s/$metadata#Media\","
             "\"value\":[{\"MD5\":\"%s\"%s}]}",
             region, sample_hex(1, TUTELA_MD5), members);
    is_i64(read_text(text), TUTELA_OK, "%s: medium with %s", region, members);
    is_u64(row_count, 1, "is taken");
    is_sample(0, 1, TUTELA_BIT(TUTELA_MD5), members);
    return &rows[0];
}

static void flags(void)
{
    static const struct {
        const char *key;
        uint32_t flag;
    } fields[] = {{"VictimIdentified", TUTELA_ENTRY_VICTIM_IDENTIFIED},
                  {"OffenderIdentified", TUTELA_ENTRY_OFFENDER_IDENTIFIED},
                  {"IsDistributed", TUTELA_ENTRY_DISTRIBUTED},
                  {"SelfGenerated", TUTELA_ENTRY_SELF_GENERATED}};
    static const struct {
        const char *value;
        int set;
    } values[] = {{"true", 1},      {"\"true\"", 1}, {"\"True\"", 1}, {"1", 1},   {"\"1\"", 1},
                  {"false", 0},     {"\"false\"", 0}, {"null", 0},    {"0", 0},   {"\"\"", 0},
                  {"\"maybe\"", 0}, {"2", 0},         {"{}", 0},      {"[1]", 0}, {"1.0", 0}};
    char members[200];

    for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
        for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {
            snprintf(members, sizeof members, ",\"%s\":%s", fields[f].key, values[v].value);
            is_u64(medium("US", members)->flags, values[v].set ? fields[f].flag : 0, "%s",
                   members);
        }
    is_u64(medium("US", ",\"IsDistributed\":true,\"SelfGenerated\":1")->flags,
           TUTELA_ENTRY_DISTRIBUTED | TUTELA_ENTRY_SELF_GENERATED, "two flags");
    is_u64(medium("US", ",\"IsDistributed\":true,\"IsDistributed\":false")->flags, 0,
           "given twice, the last counts");
    is_u64(medium("US", ",\"isdistributed\":true,\"x\":{\"IsDistributed\":true}")->flags, 0,
           "other keys");
}

/* Category 3 is drawn or generated in the US scheme, and nowhere else. */
static void drawn(void)
{
    is_u64(medium("US", ",\"Category\":3")->flags, TUTELA_ENTRY_GENERATIVE, "US, 3");
    is_u64(medium("us", ",\"Category\":\"3\"")->flags, TUTELA_ENTRY_GENERATIVE, "US, quoted");
    is_text(rows[0].value, "3", "the category is as it was");
    is_u64(medium("US", ",\"Category\":1")->flags, 0, "US, 1");
    is_u64(medium("US", ",\"Category\":33")->flags, 0, "US, 33");
    is_u64(medium("US", ",\"Category\":null")->flags, 0, "US, none");
    is_u64(medium("UK", ",\"Category\":3")->flags, 0, "UK, 3");
    is_u64(medium("Default", ",\"Category\":3")->flags, 0, "no region, 3");
    is_u64(medium("CUSTOM", ",\"Category\":3")->flags, 0, "custom, 3");
    is_u64(medium("USA", ",\"Category\":3")->flags, 0, "a region that only begins so");
    snprintf(text, sizeof text,
             "{\"odata.metadata\":\"http://x/ProjectVic/DataModels/1.3.xml#Media\",\"value\":[{"
             "\"MD5\":\"%s\",\"Category\":3}]}",
             sample_hex(1, TUTELA_MD5));
    is_i64(read_text(text), TUTELA_OK, "1.3");
    is_u64(rows[0].flags, 0, "says no region, so 3 says nothing");
}

static void dates(void)
{
    static const struct {
        const char *value;
        int64_t want;
        int odd;
    } cases[] = {
        {"\"2024-01-02T03:04:05.1234Z\"", INT64_C(1704164645123400000), 0},
        {"\"2024-01-02T03:04:05.1234567Z\"", INT64_C(1704164645123456700), 0},
        {"\"2024-01-02T03:04:05\"", INT64_C(1704164645000000000), 0},
        {"\"\\/Date(1704164645123)\\/\"", INT64_C(1704164645123000000), 0},
        {"\"0001-01-01T00:00:00\"", 0, 0},
        {"null", 0, 0},
        {"\"\"", 0, 0},
        {"\"yesterday\"", 0, 1},
        {"1704164645", 0, 1},
        {"true", 0, 1},
        {"{}", 0, 1},
    };
    char members[200];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(members, sizeof members, ",\"DateUpdated\":%s", cases[i].value);
        is_i64(medium("US", members)->updated, cases[i].want, "%s", members);
        is_u64(counted("date that cannot be read"), (uint64_t)cases[i].odd, "%s: counted",
               members);
    }
}

static void photodna(void)
{
    (void)medium("US", ",\"PhotoDNA\":\"QUJD\"");
    is_u64(counted("PhotoDNA"), 1, "a field");
    (void)medium("US", ",\"AlternativeHashes\":[{\"HashName\":\"photodna\",\"HashValue\":\"QQ\"}]");
    is_u64(counted("PhotoDNA"), 1, "an alternative");
    (void)medium("US", ",\"PhotoDNA\":\"QUJD\",\"AlternativeHashes\":[{\"HashName\":\"PhotoDNA\","
                       "\"HashValue\":\"QUJD\"}]");
    is_u64(counted("PhotoDNA"), 1, "both are one");
    (void)medium("US", ",\"PhotoDNA\":null,\"AlternativeHashes\":[{\"HashName\":\"PhotoDNA\","
                       "\"HashValue\":\"\"},{\"HashName\":\"other\",\"HashValue\":\"x\"}]");
    is_u64(counted("PhotoDNA"), 0, "empty ones are none");
    snprintf(text, sizeof text, "{\"value\":[{\"PhotoDNA\":\"a\"},{\"PhotoDNA\":\"b\"},{}]}");
    is_i64(read_text(text), TUTELA_OK, "media with nothing else");
    is_u64(counted("PhotoDNA"), 2, "are counted");
    is_u64(reject_count, 3, "and rejected");
}

static void several(void)
{
    const char *md5 = sample_hex(1, TUTELA_MD5);

    snprintf(text, sizeof text,
             "{\"value\":[{\"MD5\":\"%s\",\"IsDistributed\":1,\"DateUpdated\":\"2024-01-02\"},"
             "{\"MD5\":\"%s\"},{\"CaseID\":1,\"Media\":[{\"MD5\":\"%s\",\"SelfGenerated\":true}]}]}",
             md5, md5, md5);
    is_i64(read_text(text), TUTELA_OK, "several media");
    is_u64(row_count, 3, "three");
    is_u64(rows[0].flags, TUTELA_ENTRY_DISTRIBUTED, "flags of the first");
    is_u64(rows[1].flags, 0, "none left over");
    is_i64(rows[1].updated, 0, "nor its date");
    is_u64(rows[2].flags, TUTELA_ENTRY_SELF_GENERATED, "inside a case");

    is_i64(read_sample("vics-2.0-us.json"), TUTELA_OK, "the sample");
    is_i64(rows[0].updated, INT64_C(1704164645123456700), "its date");
    ok(counted("PhotoDNA") > 0, "its PhotoDNA");
}

int main(void)
{
    flags();
    drawn();
    dates();
    photodna();
    several();
    return tap_done();
}
