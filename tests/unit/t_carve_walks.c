/*
 * t_carve_walks: the turns in the structure of files that decide where one ends: marks within marks, sizes that
 * are not known, parts that were added later, files in files and behind files.
 */
#include "carve_samples.h"

static told t;
static tt_buf space;

static void again(void)
{
    tt_buf_done(&space);
    tt_buf_init(&space, 64u << 20);
}

static const range *first(void)
{
    static const range none = {1, 0, "", -1};

    (void)carve_bytes(space.data, space.size, &t);
    return t.range_count > 0 ? &t.ranges[0] : &none;
}

/* What was laid into `space` is one file of `size` bytes from 0 on. */
static void is_one(size_t size, const char *extension, const char *what)
{
    const range *r = first();

    ok(r->from == 0 && r->to == size && r->whole == 1 && strcmp(r->extension, extension) == 0
           && t.range_count == 1,
       "%s", what);
    if (r->from != 0 || r->to != size || t.range_count != 1)
        printf("# to %" PRIu64 " of %zu, %s, whole %d, %zu ranges\n", r->to, size, r->extension, r->whole,
               t.range_count);
}

static void is_cut(size_t to, const char *what)
{
    const range *r = first();

    ok(r->from == 0 && r->to == to && r->whole == 0, "%s", what);
    if (r->to != to)
        printf("# to %" PRIu64 " instead of %zu\n", r->to, to);
}

/* ---- JPEG ------------------------------------------------------------------------------------ */

#define JPEG_HEAD "\xff\xd8\xff\xe0\0\20JFIF\0\1\1\0\0\1\0\1\0\0"
#define JPEG_FRAME "\xff\xc2\0\13\10\0\20\0\20\1\1\21\0"
#define JPEG_SCAN "\xff\xda\0\10\1\1\0\0\77\0"

static void jpeg(void)
{
    size_t size;

    again();
    PUT(&space, JPEG_HEAD "\xff\xfe\0\10\xff\xd9\xff\xd8\xff\xe0" JPEG_FRAME);
    PUT(&space, JPEG_SCAN "ab\xff\0cd\xff\xd0" "ef\xff\xff\xd7gh" JPEG_SCAN "ij\xff\xff\xff\xd9");
    size = space.size;
    PUT(&space, "\xff\xd9\xff\xd9");
    is_one(size, "jpg", "a JPEG of two scans, with marks in a comment and fill bytes");

    again();
    put(&space, samples[0].data, samples[0].size * 3 / 4);
    size = space.size;
    put_zeros(&space, 8u << 20);
    ok(first()->whole == 0 && first()->to <= size, "a JPEG cut short before zeros does not reach into these");

    again();
    put(&space, samples[0].data, samples[0].size * 3 / 4);
    size = space.size;
    put(&space, samples[1].data, samples[1].size);
    put(&space, samples[0].data, samples[0].size);
    (void)first();
    is_u64(t.range_count, 3, "one cut short by the next, and one more behind that");
    ok(t.ranges[0].whole == 0 && t.ranges[0].to <= size && t.ranges[1].whole == 1 && t.ranges[2].whole == 1
           && t.ranges[1].from == size && t.ranges[2].to == space.size,
       "of which the first alone is cut");
}

/* ---- PDF ------------------------------------------------------------------------------------- */

/* Body, table and end mark, the table's place counted from the file's begin. */
static void put_pdf_part(tt_buf *out, const char *body, const char *line)
{
    size_t place;

    tt_buf_add_text(out, body);
    place = out->size;
    tt_buf_printf(out, "xref%s0 1%s0000000000 65535 f %strailer <</Size 1>>%sstartxref%s%zu%s%%%%EOF", line, line,
                  line, line, line, place, line);
}

static void pdf(void)
{
    static const char *const lines[] = {"\n", "\r\n", "\r"};

    for (size_t i = 0; i < 3; i++) {
        size_t size;

        again();
        put_pdf_part(&space, "%PDF-1.7 1 0 obj <<>> endobj ", lines[i]);
        tt_buf_add_text(&space, lines[i]);
        put_pdf_part(&space, "12 0 obj <<>> endobj ", lines[i]);
        tt_buf_add_text(&space, lines[i]);
        size = space.size;
        put_random(&space, 3000, 5);
        is_one(size, "pdf", "a PDF that was changed, line ends of kind");
    }
    again();
    put_pdf_part(&space, "%PDF-1.4 1 0 obj <<>> endobj ", "\n");
    is_one(space.size, "pdf", "a PDF without an end of line, at the end of all");

    again();
    PUT(&space, "%PDF-1.4 1 0 obj <<>> endobj some bytes were lost here, ");
    put_pdf_part(&space, "", "\n");
    memmove(space.data + 30, space.data + 40, space.size - 40);
    space.size -= 10;
    ok(first()->whole == 0, "a PDF whose table is not where it says is not called whole");

    again();
    PUT(&space, "%PDF-1.4 1 0 obj ");
    put_pdf_part(&space, "%PDF-1.5 1 0 obj ", "\n");
    (void)first();
    ok(t.range_count == 2 && !t.ranges[0].whole && t.ranges[0].to == 17, "a PDF without an end ends where the next begins");
}

/* ---- Boxes, RIFF, EBML --------------------------------------------------------------------------- */

static void containers(void)
{
    size_t size;

    again();
    put_ftyp(&space, "isom");
    put_box(&space, "moov", 100);
    PUT(&space, "\0\0\0\0mdat");
    put_random(&space, 5000, 1);
    is_cut(space.size, "a film whose last box has no size is told up to the end, as cut short");

    again();
    put_ftyp(&space, "isom");
    put_box(&space, "mdat", 1000);
    size = space.size;
    put_random(&space, 5000, 1);
    is_cut(size, "a film without its index is cut short");

    again();
    put_ftyp(&space, "qt  ");
    put_box(&space, "moov", 100), put_box(&space, "mdat", 1000);
    size = space.size;
    put_ftyp(&space, "M4A ");
    put_box(&space, "moov", 50), put_box(&space, "mdat", 500);
    (void)first();
    ok(t.range_count == 2 && t.ranges[0].to == size && t.ranges[0].whole && t.ranges[1].whole
           && strcmp(t.ranges[1].extension, "m4a") == 0,
       "a sound right behind a film is another file");

    again();
    PUT(&space, "RIFF\x2a\0\0\0AVI LIST\x1e\0\0\0movi00dc\3\0\0\0abc\0" "01wb\5\0\0\0hello\0");
    size = space.size;
    PUT(&space, "RIFF\x14\0\0\0AVIXLIST\10\0\0\0movi1234");
    PUT(&space, "LISTno more");
    is_one(size + 28, "avi", "an AVI that goes on in a second part");

    again();
    PUT(&space, "RIFF\x0f\0\0\0WEBPVP8L\3\0\0\0abc");
    is_one(space.size, "webp", "a WebP whose last chunk is odd, and not padded");
}

/* ---- Files in files ------------------------------------------------------------------------------ */

static void put_stored(tt_buf *out, const tt_buf *what)
{
    PUT(out, "PK\3\4\24\0\0\0\0\0\0\0\0\0\1\2\3\4");
    put_le(out, what->size, 4), put_le(out, what->size, 4), PUT(out, "\1\0\0\0a");
    put(out, what->data, what->size);
}

static void nested(void)
{
    size_t central;

    again();
    put_stored(&space, &samples[0]);
    central = space.size;
    put_central(&space, "a", samples[0].size, samples[0].size, 0);
    PUT(&space, "PK\5\6\0\0\0\0\1\0\1\0");
    put_le(&space, space.size - 12 - central, 4), put_le(&space, central, 4), PUT(&space, "\0\0");
    is_one(space.size, "zip", "a picture stored in a zip that is whole is the zip's");

    again();
    put_stored(&space, &samples[0]);
    put_stored(&space, &samples[2]);
    put_random(&space, 2000, 1);
    (void)first();
    ok(t.range_count == 3 && !t.ranges[0].whole && t.ranges[1].whole && t.ranges[2].whole,
       "those in a zip whose directory is lost are found, and the zip once");
    is_u64(t.ranges[1].to - t.ranges[1].from, samples[0].size, "the first to its last byte");
    is_u64(t.ranges[2].to - t.ranges[2].from, samples[2].size, "and the second");
}

/* ---- Packets --------------------------------------------------------------------------------------- */

static void packets(void)
{
    size_t size;

    again();
    for (int i = 0; i < 40; i++)
        put_packets(&space, 0);
    size = space.size;
    PUT(&space, "GARBAGE");
    put_random(&space, 100000, 1);
    is_one(size, "ts", "a transport stream of many windows of looks is one file");

    again();
    put_random(&space, 700, 1);
    put(&space, samples[2].data, samples[2].size);
    size = space.size;
    put_packets(&space, 0);
    put_random(&space, 5000, 2);
    (void)first();
    ok(t.range_count == 2 && t.ranges[1].from == size && t.ranges[1].to == size + 60u * 188,
       "one right behind a picture begins where that ends");
}

int main(void)
{
    make_samples();
    jpeg();
    pdf();
    containers();
    nested();
    packets();
    tt_buf_done(&space);
    free_samples();
    tt_carve_free(the_carve);
    return tap_done();
}
