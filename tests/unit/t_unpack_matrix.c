/*
 * t_unpack_matrix: what README.md says of each format is what a scan does, with the worker and its
 * sandbox: is a known file found in it, and in it inside others; what is said of one that is cut
 * off in that file, has a byte of it changed, or is encrypted.
 *
 * The table between two marks in README.md is compared with what came out here; with TUTELA_GOLDEN=write
 * it is written. Each row of formats.def has a row.
 */
#include "matrix_ends.h"
#include "matrix_signs.h"

#include "tutela.h"

#include <openssl/evp.h>
#include <sys/stat.h>

#define FILE_SIZE 4000u
#define BEGIN_MARK "<!-- matrix: written by tests/unit/t_unpack_matrix.c -->\n"
#define END_MARK "<!-- end of matrix -->\n"

typedef struct row {
    const char *format; /* in formats.def; NULL: more of one that has a row */
    const char *label;  /* in the table */
    bytes (*made)(bytes file);
    bytes (*locked)(bytes file);
    int endless; /* nothing in it tells that more followed */
    int own;     /* known by its end alone, and so not where it comes only once */
} row;

#define ROW(format, label) {#format, label, sample_##format, NULL, 0, 0}
#define LOCKS(format, label) {#format, label, sample_##format, sample_##format##_locked, 0, 0}
#define UNREAD(format, label) {#format, label, NULL, NULL, 0, 0}

static const row rows[] = {
    LOCKS(zip, "zip, and what is one (.docx, .odt, .epub, .jar, .apk)"),
    LOCKS(sevenzip, "7z"),
    LOCKS(rar, "rar, to version 4"),
    LOCKS(rar5, "rar 5"),
    ROW(tar, "tar"),
    ROW(gzip, "gzip"),
    ROW(bzip2, "bzip2"),
    ROW(xz, "xz"),
    ROW(lzma, "lzma"),
    ROW(lzip, "lzip"),
    ROW(zstd, "zstd"),
    ROW(lz4, "lz4"),
    {"compress", "compress (.Z)", sample_compress, NULL, 1, 0},
    ROW(cab, "cab"),
    ROW(cpio, "cpio"),
    ROW(ar, "ar (.deb, .a)"),
    ROW(rpm, "rpm"),
    ROW(iso9660, "iso9660"),
    LOCKS(disk, "disk image, raw"),
    ROW(xar, "xar"),
    ROW(lha, "lha"),
    ROW(executable, "program with an archive behind its end (.exe, ELF, script)"),
    {NULL, "picture with a zip behind its end", sample_tail, NULL, 1, 0},
    {NULL, "picture with a rar, a 7z or another archive behind its end (JPEG, PNG, GIF, BMP, RIFF)",
     sample_behind, NULL, 0, 0},
    {NULL, "another container with a zip behind its end (PDF, OLE2 file, tar, gzip, 7z, ...)", sample_both,
     NULL, 1, 0},
    LOCKS(mail, "mail (.eml)"),
    LOCKS(mbox, "mbox"),
    ROW(uuencode, "uuencode"),
    ROW(yenc, "yEnc"),
    LOCKS(cms, "S/MIME (CMS), signed"),
    {"pgp", "OpenPGP message", NULL, sample_pgp_locked, 0, 0},
    ROW(tnef, "winmail.dat (TNEF)"),
    LOCKS(pst, "Outlook .pst, .ost (Unicode)"),
    {NULL, "Outlook .pst, .ost of before 2003 (ANSI)", sample_pst_ansi, sample_pst_ansi_locked, 0, 0},
    {NULL, "Outlook .ost of 2013 and later (pages of 4 KiB)", sample_pst_4k, sample_pst_4k_locked, 0, 0},
#ifdef HAVE_LIBQPDF
    LOCKS(pdf, "PDF"),
#else
    UNREAD(pdf, "PDF"),
#endif
    ROW(rtf, "RTF"),
    ROW(html, "HTML, `data:` in it"),
    LOCKS(ole2, "OLE2 file (.doc, .xls, .ppt, .msg, .msi)"),
    ROW(ole10native, "OLE package in it"),
    LOCKS(word, "Word's pictures in it"),
    LOCKS(excel, "Excel's pictures in it"),
    LOCKS(officeart, "PowerPoint's pictures in it"),
    ROW(thumbnail, "Thumbs.db"),
    LOCKS(onenote, "OneNote section"),
#ifdef HAVE_LIBMSPACK
    ROW(chm, "CHM"),
#else
    UNREAD(chm, "CHM"),
#endif
    LOCKS(sqlite, "SQLite database"),
    LOCKS(android, "Android backup"),
    ROW(cache, "Chromium's cache"),
    {NULL, "Firefox's cache (cache2), as a file of its own", sample_firefox, NULL, 1, 1},
    ROW(warc, "WARC"),
    UNREAD(aff, "AFF"),
    UNREAD(ewf, "E01"), /* tests/cli/images_forms.t has these */
    UNREAD(qcow, "QCOW"),
    UNREAD(vhd, "VHD, VHDX"),
    UNREAD(vmdk, "VMDK"),
    UNREAD(squashfs, "squashfs"),
    UNREAD(nsis, "NSIS"),
    UNREAD(inno, "Inno Setup"),
    UNREAD(unread, "others"),
};
#define ROWS (sizeof rows / sizeof rows[0])

/* ---- Scans --------------------------------------------------------------------------------- */

typedef enum turn { CLEAN, ALONE, IN_TAR, IN_ZIP, CUT, CHANGED, LOCKED, UNOPENED, TURNS } turn;
static const char *const turn_names[] = {"clean", "alone", "in-tar", "in-zip", "cut", "changed",
                                         "locked", "unopened"};

/* What a scan said of one file. */
typedef struct result {
    int written; /* there is such a file */
    int matched;
    char chain[200]; /* of the match, below the file's own name */
    size_t depth;
    const char *status; /* of the innermost that is not complete; NULL */
    size_t status_depth;
    tutela_summary summary; /* of it and all it holds */
} result;

static result results[TURNS][ROWS];
static tutela_set *set;
static tutela_scanner *scanner;

/* The names below the file's own, " :: " between. */
static void keep_chain(result *r, const tutela_finding *finding)
{
    size_t at = 0;

    for (size_t i = 1; i < finding->chain_count; i++) {
        const tutela_name *name = &finding->chain[i];
        at += (size_t)snprintf(r->chain + at, sizeof r->chain - at, "%s%.*s", i > 1 ? " :: " : "",
                               (int)(name->size < 60 ? name->size : 60), (const char *)name->data);
    }
    for (char *c = r->chain; *c; c++)
        if (*c > 0 && *c < ' ')
            *c = '?';
    r->depth = finding->chain_count;
}

static int hear(void *user, const tutela_finding *finding)
{
    result *of = user;
    const tutela_name *path = &finding->chain[0];
    const char *digits = (const char *)path->data + path->size - 2;
    result *r = &of[(digits[0] - '0') * 10 + digits[1] - '0'];

    if (finding->status == TUTELA_ITEM_CLEAR && finding->coverage)
        return 0; /* a disk's image is told of also when it is clear */
    tutela_summary_add(&r->summary, finding);
    if (finding->match_count > 0) {
        r->matched = 1;
        keep_chain(r, finding);
    }
    if (finding->reason[0] && finding->chain_count > r->status_depth) {
        r->status = tutela_item_status_name(finding->status);
        r->status_depth = finding->chain_count;
    }
    return 0;
}

static void save(turn t, size_t index, bytes b)
{
    char name[40];

    snprintf(name, sizeof name, "%s", turn_names[t]);
    (void)mkdir(tap_path("%s", name), 0700);
    snprintf(name, sizeof name, "%s/%02zu", turn_names[t], index);
    tap_write(tap_path("%s", name), b.data, b.size);
    results[t][index].written = 1;
    results[t][index].summary.size = sizeof(tutela_summary);
}

static void scan(turn t, const char *worker)
{
    char folder[300];
    const char *targets[] = {folder};
    tutela_open_options open = {.size = sizeof open, .worker = worker};
    tutela_scan_options options = {.size = sizeof options, .targets = targets, .target_count = 1,
                                   .on_finding = hear, .user = results[t], .open = &open, .threads = 1};
    tutela_summary summary = {.size = sizeof summary};
    tutela_error error = {0};

    snprintf(folder, sizeof folder, "%s", tap_path("%s", turn_names[t]));
    if (!ok(tutela_scan_paths(scanner, &options, &summary, &error) == TUTELA_OK, "%s: scanned",
            turn_names[t]))
        printf("# %s\n", error.text);
    for (size_t i = 0; i < ROWS; i++)
        tutela_summary_end(&results[t][i].summary);
}

static void list(bytes file)
{
    char text[80] = "", output[300];
    const char *inputs[] = {tap_path("known.txt")};
    uint8_t digest[32];
    tutela_build_options options = {.size = sizeof options, .inputs = inputs, .input_count = 1,
                                    .output = output, .polarity = TUTELA_KNOWN_BAD, .unsealed = 1};
    tutela_error error = {0};

    EVP_Digest(file.data, file.size, digest, NULL, EVP_sha256(), NULL);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    strcat(text, "\n");
    tap_write(inputs[0], text, 65);
    snprintf(output, sizeof output, "%s", tap_path("known.tset"));
    ok(tutela_set_build(&options, NULL, &error) == TUTELA_OK
           && tutela_set_open(&set, output, NULL, &error) == TUTELA_OK
           && tutela_scanner_new(&scanner, &set, 1, NULL, &error) == TUTELA_OK,
       "a set of the one file %s", error.text);
}

/* ---- Samples ------------------------------------------------------------------------------- */

static void save_packed(size_t index, bytes b)
{
    kit_member member = {"inner", b};
    bytes tar = kit_archive("gnutar", NULL, &member, 1), gz = kit_compress("gzip", tar.data, tar.size);
    bytes zip = kit_archive("zip", NULL, &member, 1);

    save(IN_TAR, index, gz);
    save(IN_ZIP, index, zip);
    free(tar.data);
    free(gz.data);
    free(zip.data);
}

/* The middle of the file, where that lies as it is; else of the container. */
static size_t middle(bytes b, bytes file)
{
    const uint8_t *at = memmem(b.data, b.size, file.data + file.size / 2, 16);

    return at ? (size_t)(at - b.data) : b.size / 2;
}

static void make(size_t index, bytes known, bytes clear)
{
    const row *r = &rows[index];
    bytes b;

    if (r->made) {
        b = r->made(clear);
        save(CLEAN, index, b);
        free(b.data);
        b = r->made(known);
        ok(b.size > 0, "%s: a sample", r->label);
        save(ALONE, index, b);
        save_packed(index, b);
        save(CUT, index, (bytes){b.data, middle(b, known)});
        b.data[middle(b, known)] ^= 4;
        save(CHANGED, index, b);
        free(b.data);
    }
    if (r->locked) {
        b = r->locked(clear);
        ok(b.size > 0, "%s: one that is encrypted", r->label);
        save(LOCKED, index, b);
        free(b.data);
    }
}

static void make_all(bytes known)
{
    bytes clear = kit_noise(FILE_SIZE);

    memcpy(clear.data, "\xff\xd8\xff\xe0", 4);
    for (size_t i = 0; i < ROWS; i++)
        make(i, known, clear);
    for (size_t i = 0; i < SIGNS; i++) {
        bytes b = begun_with(&signs[i], clear);
        save(UNOPENED, i, b);
        free(b.data);
    }
    free(clear.data);
}

/* ---- What came of it ----------------------------------------------------------------------- */

/* Its names are the end of the longer one's. */
static int goes_on_in(const result *inner, const result *outer)
{
    size_t a = strlen(inner->chain), b = strlen(outer->chain);

    return outer->matched && outer->depth > inner->depth && b > a
           && strcmp(outer->chain + b - a, inner->chain) == 0;
}

static int incomplete(const result *r)
{
    return r->status && (r->summary.exit_status == 3 || r->summary.exit_status == 4);
}

static void judge(size_t i)
{
    const char *label = rows[i].label;
    const result *alone = &results[ALONE][i], *cut = &results[CUT][i], *locked = &results[LOCKED][i];

    if (alone->written) {
        ok(results[CLEAN][i].summary.exit_status == 0 && results[CLEAN][i].summary.items == 0,
           "%s: clean and complete", label);
        ok(alone->matched && alone->depth > 1 && alone->summary.exit_status == 1, "%s: found", label);
        if (!ok(rows[i].own
                    || (goes_on_in(alone, &results[IN_TAR][i]) && goes_on_in(alone, &results[IN_ZIP][i])),
                "%s: found in others", label))
            printf("# %s; %s; %s\n", alone->chain, results[IN_TAR][i].chain, results[IN_ZIP][i].chain);
        ok(incomplete(cut) || rows[i].endless, "%s: cut, and not complete: %s", label, cut->status ? cut->status : "clear");
    }
    if (locked->written)
        ok(incomplete(locked) && strcmp(locked->status, "encrypted") == 0 && !locked->matched,
           "%s: encrypted, and said to be: %s", label, locked->status ? locked->status : "clear");
}

static void judge_unopened(void)
{
    for (size_t i = 0; i < SIGNS; i++) {
        const result *r = &results[UNOPENED][i];
        ok(r->summary.exit_status == 3 && r->status && strcmp(r->status, "unsupported") == 0,
           "%s: unsupported", signs[i].label ? signs[i].label : signs[i - 1].label);
    }
}

static void each_format_has_a_row(void)
{
    static const char *const names[] = {
#define FORMAT(name, fits, wants) #name,
#include "unpack/formats.def"
#undef FORMAT
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t count = 0;
        for (size_t k = 0; k < ROWS; k++)
            count += rows[k].format && strcmp(rows[k].format, names[i]) == 0;
        is_u64(count, 1, "%s of formats.def has a row", names[i]);
    }
}

/* ---- The table ----------------------------------------------------------------------------- */

static void put_said(bytes *out, const result *r)
{
    char text[80];

    if (!r->written)
        PUT_TEXT(out, " not shown |");
    else if (!r->status)
        PUT_TEXT(out, r->matched ? " found |" : " cannot be told, 0 |");
    else {
        snprintf(text, sizeof text, " `%s`, %d |", r->status, r->summary.exit_status);
        PUT_TEXT(out, text);
    }
}

static void put_row(bytes *out, size_t i)
{
    const result *alone = &results[ALONE][i], *tar = &results[IN_TAR][i], *zip = &results[IN_ZIP][i];
    int inside = goes_on_in(alone, tar) && goes_on_in(alone, zip);
    char text[400];

    snprintf(text, sizeof text, "| %s |", rows[i].label);
    PUT_TEXT(out, text);
    if (!alone->written)
        PUT_TEXT(out, " not shown | not shown |");
    else {
        snprintf(text, sizeof text, " yes: `%s` | %s |", alone->chain, inside ? "yes" : "no");
        PUT_TEXT(out, alone->matched ? text : inside ? " no | yes |" : " no | no |");
    }
    put_said(out, &results[CUT][i]);
    put_said(out, &results[CHANGED][i]);
    put_said(out, &results[LOCKED][i]);
    PUT_TEXT(out, "\n");
}

static bytes table(void)
{
    bytes out = nothing();

    PUT_TEXT(&out, BEGIN_MARK
        "| format | a known file is found in it | in a tar.gz, in a zip | cut off in that file | a byte of it changed |"
        " encrypted |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].made || rows[i].locked)
            put_row(&out, i);
    PUT_TEXT(&out, "| ");
    for (size_t i = 0; i < SIGNS; i++)
        if (signs[i].label) {
            PUT_TEXT(&out, i ? ", " : "");
            PUT_TEXT(&out, signs[i].label);
        }
    PUT_TEXT(&out, " | no: `unsupported`, 3 | | | | |\n" END_MARK);
    return out;
}

static bytes whole_file(const char *path)
{
    bytes out = nothing();
    FILE *in = fopen(path, "rb");
    uint8_t piece[4096];

    for (size_t got; in && (got = fread(piece, 1, sizeof piece, in)) > 0;)
        kit_add(&out, piece, got);
    if (in)
        fclose(in);
    kit_add(&out, "", 1);
    return out;
}

/* The first line that differs. */
static void show_difference(const char *got, const char *want)
{
    size_t at = 0, line = 0;

    for (; got[at] && got[at] == want[at]; at++)
        if (got[at] == '\n')
            line = at + 1;
    printf("# README.md: %.*s\n# it is so: %.*s\n# TUTELA_GOLDEN=write %s writes it\n",
           (int)strcspn(want + line, "\n"), want + line, (int)strcspn(got + line, "\n"), got + line,
           "this test");
}

static void compare(const char *readme)
{
    bytes got = table(), text = whole_file(readme);
    char *begin = strstr((char *)text.data, BEGIN_MARK), *end = strstr((char *)text.data, END_MARK);

    if (!ok(begin && end && begin < end, "README.md has a place for it")) {
        free(got.data);
        free(text.data);
        return;
    }
    end += strlen(END_MARK);
    if (getenv("TUTELA_GOLDEN")) {
        FILE *out = fopen(readme, "wb");
        ok(out && fwrite(text.data, 1, (size_t)(begin - (char *)text.data), out) > 0
               && fwrite(got.data, got.size, 1, out) == 1 && fputs(end, out) >= 0 && fclose(out) == 0,
           "README.md: written");
    } else {
        size_t size = (size_t)(end - begin);
        kit_add(&got, "", 1);
        *(end - 1) = 0;
        if (!ok(size == got.size - 1 && memcmp(begin, got.data, size - 1) == 0, "README.md says so"))
            show_difference((char *)got.data, begin);
    }
    free(got.data);
    free(text.data);
}

int main(void)
{
    static char path[1024], worker[1100], readme[1100];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    bytes known = kit_noise(FILE_SIZE);
    int folder;

    alarm(300);
    path[size > 0 ? size : 0] = 0;
    folder = (int)(strrchr(path, '/') - path);
    /* build/VARIANT/tests/t_unpack_matrix, build/VARIANT/tutela-worker, README.md */
    snprintf(worker, sizeof worker, "%.*s/../tutela-worker", folder, path);
    snprintf(readme, sizeof readme, "%.*s/../../../README.md", folder, path);
    memcpy(known.data, "\xff\xd8\xff\xe0", 4);
    each_format_has_a_row();
    list(known);
    make_all(known);
    for (turn t = 0; t < TURNS; t++)
        scan(t, worker);
    for (size_t i = 0; i < ROWS; i++)
        judge(i);
    judge_unopened();
#if defined(HAVE_LIBQPDF) && defined(HAVE_LIBMSPACK)
    compare(readme);
#else
    (void)compare;
    skip(1, "built without a reader that README.md speaks of");
#endif
    tutela_scanner_free(scanner);
    tutela_set_close(set);
    free(known.data);
    return tap_done();
}
