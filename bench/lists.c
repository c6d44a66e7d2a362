/*
 * lists: writes hash lists of any size for bench/sets, in the forms their owners use.
 *
 *     lists FORM N SEED FILE         N entries; FORM is plain, triple, vics or nsrl
 *     lists queries N SEED FILE Q    Q digests, one in a hundred of them an MD5 of such a list
 *
 * Entry n has the same MD5 in every form. All of it is random: it lists nothing.
 */
#include "bench/digests.h"
#include "bench/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SHA1 20u
#define SHA256 32u
#define HEX_MAX (2 * SHA256 + 1)

static void hex(const uint8_t *bytes, size_t size, const char *digits, char out[HEX_MAX])
{
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

/* The digests of one entry, as text. */
typedef struct entry {
    char md5[HEX_MAX], sha1[HEX_MAX], sha256[HEX_MAX];
    uint64_t size; /* of its file */
} entry;

static entry entry_at(uint64_t seed, uint64_t place, const char *digits)
{
    uint8_t bytes[2 * SHA256];
    entry out;

    digest_at(seed, place, bytes);
    out.size = 1000 + bytes[0] * UINT64_C(4001) + bytes[1];
    hex(bytes, DIGEST, digits, out.md5);
    for (uint64_t part = 0; part < 4; part++) /* 52 bytes for the two others */
        digest_at(seed + 2 + part, place, bytes + part * DIGEST);
    hex(bytes, SHA1, digits, out.sha1);
    hex(bytes + SHA1, SHA256, digits, out.sha256);
    return out;
}

static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";

static void plain(FILE *to, uint64_t seed, uint64_t place)
{
    entry one = entry_at(seed, place, lower);

    (void)fprintf(to, "%s\n", one.md5);
}

static void triple(FILE *to, uint64_t seed, uint64_t place)
{
    entry one = entry_at(seed, place, lower);

    if (place == 0)
        (void)fputs("md5,sha1,sha256,size\n", to);
    (void)fprintf(to, "%s,%s,%s,%" PRIu64 "\n", one.md5, one.sha1, one.sha256, one.size);
}

static void vics(FILE *to, uint64_t seed, uint64_t place)
{
    entry one = entry_at(seed, place, upper);

    (void)fputs(place ? ",\n" : "{\"@odata.context\":\"http://github.com/ICMEC/ProjectVic/"
                               "DataModels/2.0.xml/US/$metadata#Media\",\"value\":[\n",
                to);
    (void)fprintf(to,
                  "{\"MediaID\":%" PRIu64 ",\"Category\":%u,\"MD5\":\"%s\",\"SHA1\":\"%s\","
                  "\"MediaSize\":%" PRIu64 ",\"IsDistributed\":%s,\"VictimIdentified\":false,"
                  "\"DateUpdated\":\"2026-0%u-1%uT08:30:00Z\",\"MediaFiles\":[]}",
                  place + 1, (unsigned)(place % 4), one.md5, one.sha1, one.size,
                  place % 8 ? "false" : "true", (unsigned)(place % 9 + 1), (unsigned)(place % 10));
}

static void nsrl(FILE *to, uint64_t seed, uint64_t place)
{
    entry one = entry_at(seed, place, upper);

    if (place == 0)
        (void)fputs("\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\",\"ProductCode\","
                    "\"OpSystemCode\",\"SpecialCode\"\r\n",
                    to);
    (void)fprintf(to, "\"%s\",\"%s\",\"%.8s\",\"file%" PRIu64 ".dll\",%" PRIu64 ",%u,\"362\",\"\"\r\n",
                  one.sha1, one.md5, one.sha256, place, one.size, (unsigned)(place % 30000));
}

static const struct {
    const char *name;
    void (*put)(FILE *to, uint64_t seed, uint64_t place);
    const char *end;
} forms[] = {
    {"plain", plain, ""},
    {"triple", triple, ""},
    {"vics", vics, "]}\n"},
    {"nsrl", nsrl, ""},
};

static void queries(FILE *to, uint64_t count, uint64_t seed, uint64_t many)
{
    uint8_t digest[DIGEST];
    char text[HEX_MAX];

    for (uint64_t i = 0; i < many; i++) {
        (void)query_at(count, seed, i, digest);
        hex(digest, DIGEST, lower, text);
        (void)fprintf(to, "%s\n", text);
    }
}

int main(int argc, char **argv)
{
    FILE *to = argc == 5 || argc == 6 ? fopen(argv[4], "wb") : NULL;

    if (!to)
        die("FORM N SEED FILE | queries N SEED FILE Q");
    if (argc == 6) {
        queries(to, number(argv[2]), number(argv[3]), number(argv[5]));
    } else {
        size_t form = 0;
        while (form < sizeof forms / sizeof forms[0] && strcmp(forms[form].name, argv[1]) != 0)
            form++;
        if (form == sizeof forms / sizeof forms[0])
            die("no such form");
        for (uint64_t i = 0; i < number(argv[2]); i++)
            forms[form].put(to, number(argv[3]), i);
        (void)fputs(forms[form].end, to);
    }
    if (ferror(to) || fclose(to) != 0)
        die("cannot write the list");
    return 0;
}
