/*
 * t_unpack_behind: archives behind pictures of every kind; what cameras put there instead; which pictures
 * are looked at at all; damage.
 */
#include "unpack_ask.h"
#include "unpack_pictures.h"

#include "unpack/pictures.h"
#include "unpack/tails.h"

static const char first[] = "the first member, which has some bytes";
static const char second[] = "and another one";

/* ---- What is put behind -------------------------------------------------------------------- */

typedef enum kind { RAR4, RAR5, SEVENZIP, CAB, GZIP, XZ, ZSTD, TAR, ZIP, KINDS } kind;
static const char *const kind_names[KINDS] = {"rar", "rar5", "7z", "cab", "gzip", "xz", "zstd", "tar", "zip"};
/* Known wherever they lie; the others only right behind the picture. */
static const int known_anywhere[KINDS] = {[RAR4] = 1, [RAR5] = 1, [SEVENZIP] = 1, [CAB] = 1, [ZIP] = 1};

static bytes archive_of(kind which)
{
    kit_member members[] = {{"one", kit_copy(first, strlen(first))},
                            {"two", kit_copy(second, strlen(second))}};
    bytes out = which == RAR4       ? rar_of(members, 2, 0, 0x30)
                : which == RAR5     ? rar5_of(members, 2)
                : which == SEVENZIP ? kit_archive("7zip", NULL, members, 2)
                : which == CAB      ? cab_of(members, 2)
                : which == GZIP     ? kit_compress("gzip", first, strlen(first))
                : which == XZ       ? kit_compress("xz", first, strlen(first))
                : which == ZSTD     ? kit_compress("zstd", first, strlen(first))
                : which == TAR      ? kit_archive("ustar", NULL, members, 2)
                                    : kit_archive("zip", NULL, members, 2);

    free(members[0].content.data);
    free(members[1].content.data);
    return out;
}

static bytes joined(bytes front, bytes back)
{
    bytes out = kit_copy(front.data, front.size);

    kit_add(&out, back.data, back.size);
    return out;
}

static void put_rest(bytes *b, kind which)
{
    bytes back = archive_of(which);

    kit_add(b, back.data, back.size);
    free(back.data);
}

static int goes_on(bytes b)
{
    size_t size = b.size < TT_TAIL_SIZE ? b.size : TT_TAIL_SIZE;
    tt_picture picture = tt_picture_of(b.data, b.size);

    return tt_picture_goes_on(&picture, b.data + b.size - size, size, b.size);
}

/* Is it taken for one that may hold an archive? */
static int looked_at(bytes b)
{
    return goes_on(b) && tt_picture_may_hold(b.data, b.size);
}

/* The archive's members below `before`, and what is behind as one. */
static int found(const char *before, kind which, bytes back)
{
    int single = which == GZIP || which == XZ || which == ZSTD;
    char chain[100];
    int good;

    snprintf(chain, sizeof chain, "%soverlay", before);
    good = kit_is(kit_find(&events, chain), back.data, back.size)
           && strcmp(status_of(chain), "clear") == 0;
    snprintf(chain, sizeof chain, "%soverlay|%s", before, single ? "1" : "one");
    good = good && has(chain, first);
    snprintf(chain, sizeof chain, "%soverlay|two", before);
    return good && (single || has(chain, second));
}

static void opened(void)
{
    for (size_t p = 0; p < PICTURES; p++) {
        bytes front = any_picture(p, 5000);
        for (kind k = 0; k < KINDS; k++) {
            bytes back = archive_of(k), b = joined(front, back), outer;
            kit_member member = {"in", b};
            run(b);
            ok(looked_at(b) && found("", k, back) && strcmp(status_of(""), "clear") == 0, "%s, then %s",
               picture_names[p], kind_names[k]);
            is_text(events.items[0].format, "tail", "by its tail");
            (void)!kit_run(&events, b, NULL);
            ok(found("", k, back), "the same when it can be sought in");
            outer = kit_archive("pax", NULL, &member, 1);
            run(outer);
            ok(found("in|", k, back), "and in a tar");
            free(outer.data);
            outer = kit_compress("gzip", b.data, b.size);
            run(outer);
            ok(found("1|", k, back), "and compressed");
            free(outer.data);
            free(b.data);
            free(back.data);
        }
        free(front.data);
    }
}

/* With something between. */
static void further_on(void)
{
    bytes front = jpeg_of(3000), noise = kit_noise(200000), zeros = {calloc(1, 70000), 70000};

    for (kind k = 0; k < KINDS; k++) {
        bytes back = archive_of(k), b = kit_copy(front.data, front.size);
        kit_add(&b, zeros.data, zeros.size);
        kit_add(&b, back.data, back.size);
        run(b);
        ok(looked_at(b) && found("", k, back), "zeros, then %s", kind_names[k]);
        b.size = front.size;
        kit_add(&b, noise.data, noise.size);
        kit_add(&b, back.data, back.size);
        run(b);
        ok(found("", k, back) == known_anywhere[k] && looked_at(b) == known_anywhere[k], "noise, then %s", kind_names[k]);
        b.size = front.size;
        kit_add(&b, front.data, front.size);
        kit_add(&b, back.data, back.size);
        run(b);
        ok(found("", k, back), "a second picture, then %s", kind_names[k]);
        free(b.data);
        free(back.data);
    }
    free(front.data);
    free(noise.data);
    free(zeros.data);
}

/* Beyond where all kinds are looked for, a rar and a 7z are still known. */
static void far_behind(void)
{
    bytes front = png_of(100), film = kit_noise(3 << 20);

    for (kind k = RAR4; k <= SEVENZIP; k++) {
        bytes back = archive_of(k), b = joined(front, film);
        kit_add(&b, back.data, back.size);
        run(b);
        ok(looked_at(b) && found("", k, back), "a film of megabytes, then %s", kind_names[k]);
        free(b.data);
        free(back.data);
    }
    free(front.data);
    free(film.data);
}

/* ---- Pictures alone ------------------------------------------------------------------------ */

static void is_plain(bytes b, const char *what)
{
    run(b);
    ok(events.count == 1 && strcmp(status_of(""), "clear") == 0 && events.items[0].format[0] == 0,
       "%s: a plain file", what);
}

static void plain(void)
{
    bytes zeros = {calloc(1, 70000), 70000}, noise = kit_noise(100000), b;

    for (size_t p = 0; p < PICTURES; p++) {
        bytes front = any_picture(p, 5000);
        ok(!goes_on(front), "%s ends as it should", picture_names[p]);
        is_plain(front, picture_names[p]);
        b = joined(front, (bytes){zeros.data, 1000});
        ok(!goes_on(b), "zeros behind it are nothing");
        is_plain(b, "with zeros");
        free(b.data);
        b = joined(front, zeros);
        ok(goes_on(b), "more zeros than can be seen: it is looked at");
        is_plain(b, "with many zeros");
        free(b.data);
        b = joined(front, (bytes){(uint8_t *)"\r\n", 2});
        ok(!goes_on(b), "nor the end of a line");
        is_plain(b, "with the end of a line");
        free(b.data);
        b = joined(front, noise);
        ok(goes_on(b) && !tt_picture_may_hold(b.data, b.size), "noise has no sign");
        is_plain(b, "with noise");
        b.size = front.size + 60;
        is_plain(b, "with some of it");
        free(b.data);
        b = joined(front, front);
        is_plain(b, "and again");
        free(b.data);
        for (size_t size = 1; size < front.size; size += 1 + size / 16) {
            (void)!kit_run(&events, (bytes){front.data, size}, NULL);
            if (events.count != 1 || strcmp(status_of(""), "clear") != 0)
                ok(0, "cut off at %zu", size);
        }
        free(front.data);
    }
    free(zeros.data);
    free(noise.data);
}

static void cameras(void)
{
    bytes b = jpeg_of(2000), odd;
    size_t size = b.size;

    put_samsung(&b, 3000);
    ok(!goes_on(b), "what Samsung writes is known");
    is_plain(b, "it");
    odd = kit_copy(b.data, b.size);
    odd.data[size - 1] = 'x';
    ok(goes_on(odd), "but not behind what is no end");
    free(odd.data);
    for (size_t at = b.size - 44; at < b.size; at++) {
        odd = kit_copy(b.data, b.size);
        odd.data[at] ^= 0x80;
        (void)goes_on(odd);
        is_plain(odd, "a byte of it changed");
        free(odd.data);
    }
    b.size = size;
    put_samsung(&b, 100000);
    ok(goes_on(b), "a film in it is looked at");
    is_plain(b, "and is none of our matter");
    b.size = size;
    PUT_TEXT(&b, "7z\xbc\xaf\x27\x1d Rar! PK\3\4 MSCF");
    PUT_TEXT(&b, "Rar!\x1a\7 7z\xbc\xaf\x27\x1c, and what is not theirs behind their signs, at all events");
    is_plain(b, "signs alone");
    free(b.data);
    for (size_t p = 0; p < 3; p++) {
        /* As much of one as a file of noise may have at its front. */
        b = any_picture(p, 16);
        odd = kit_noise(100000);
        memcpy(odd.data, b.data, 8);
        b.size = 0;
        kit_add(&b, odd.data, odd.size);
        odd.size = 0;
        put_rest(&b, RAR5);
        ok(goes_on(b) && !tt_picture_may_hold(b.data, b.size),
           "noise that begins like a %s is no picture", picture_names[p]);
        is_plain(b, "and is not searched");
        free(b.data);
        free(odd.data);
    }
    b = kit_copy("RIFF\xff\xff\xff\xffWAVEfmt ", 16);
    odd = kit_noise(1000);
    kit_add(&b, odd.data, odd.size);
    ok(!goes_on(b), "a size that is not stated");
    is_plain(b, "then no end is known");
    free(b.data);
    free(odd.data);
}

/* ---- Beyond the cap ------------------------------------------------------------------------ */

static void beyond_the_cap(void)
{
    bytes front = jpeg_of(300), big = kit_noise(400000), b, tar, none;
    kit_member inner = {"one", big}, member = {"in", {NULL, 0}};

    b = joined(front, none = rar5_of(&inner, 1));
    member.content = b;
    tar = kit_archive("pax", NULL, &member, 1);
    (void)!kit_run(&events, tar, &(tt_budget){.spool_memory = 1 << 20});
    ok(kit_is(kit_find(&events, "in|overlay|one"), big.data, big.size), "a member needs memory");
    (void)!kit_run(&events, tar, &(tt_budget){.spool_memory = 300000});
    is_text(status_of("in"), "limit", "beyond the cap it says so");
    ok(kit_is(kit_find(&events, "in"), b.data, b.size), "but it is read");
    free(tar.data);
    free(b.data);
    free(none.data);
    b = joined(front, big);
    member.content = b;
    tar = kit_archive("pax", NULL, &member, 1);
    (void)!kit_run(&events, tar, &(tt_budget){.spool_memory = 300000});
    is_text(status_of("in"), "clear", "but not of what is no archive");
    free(tar.data);
    free(b.data);
    free(front.data);
    free(big.data);
}

/* ---- The walk ------------------------------------------------------------------------------ */

/* Where it says that something is behind; SIZE_MAX: nowhere, and the whole was walked. */
static uint64_t behind_in(bytes b, size_t piece)
{
    tt_picture_walk w;

    tt_picture_walk_begin(&w);
    for (size_t at = 0; at < b.size; at += piece)
        tt_picture_walk_add(&w, b.data + at, b.size - at < piece ? b.size - at : piece);
    return w.lost ? TT_NOWHERE - 1 : w.behind;
}

static void walked(void)
{
    size_t wrong = 0;

    for (size_t p = 0; p < PICTURES; p++)
        for (size_t size = 48; size < 700; size += 160) {
            bytes front = any_picture(p, size), noise = kit_noise(100), b = joined(front, noise);
            b.data[front.size] |= 1;
            for (size_t piece = 1; piece < 400; piece = piece * 2 + 1) {
                wrong += behind_in(front, piece) != TT_NOWHERE;
                wrong += behind_in(b, piece) != front.size;
                wrong += behind_in((bytes){b.data, front.size + 1}, piece) != front.size;
            }
            free(b.data);
            free(front.data);
            free(noise.data);
        }
    is_u64(wrong, 0, "the end is found, however the bytes come");
}

/* ---- Cut off, and changed ------------------------------------------------------------------ */

/* All was found, or something was said, or its sign, or the picture's, is gone. */
static int judge(bytes b, size_t front, size_t at, size_t sign)
{
    return is_honest(b, first, second, at < front + sign);
}

static void damaged(kind k, size_t sign)
{
    for (size_t p = 0; p < PICTURES; p++) {
        bytes front = any_picture(p, 64), back = archive_of(k), b = joined(front, back);
        size_t lost = 0, wrong = 0;
        for (size_t size = 1; size < b.size; size++) {
            (void)!(size % 2 ? kit_run : kit_run_pipe)(&events, (bytes){b.data, size}, NULL);
            wrong += !judge((bytes){b.data, size}, front.size, size, 33);
        }
        is_u64(wrong, 0, "%s and %s: cut off everywhere", picture_names[p], kind_names[k]);
        for (size_t at = 0; at < b.size; at++) {
            b.data[at] ^= (uint8_t)(1u << at % 8);
            (void)!kit_run(&events, b, NULL);
            if (!judge(b, front.size, at, sign) && !wrong++) {
                printf("# changed at %zu, the picture has %zu\n", at, front.size);
                kit_show(&events);
            }
            lost += at < front.size && events.count == 1;
            (void)!kit_run_pipe(&events, b, NULL);
            wrong += !judge(b, front.size, at, sign);
            b.data[at] ^= (uint8_t)(1u << at % 8);
        }
        is_u64(wrong, 0, "changed everywhere");
        ok(lost <= 30, "a damaged picture hides it only where its head is no longer one: %zu", lost);
        free(front.data);
        free(back.data);
        free(b.data);
    }
}

int main(void)
{
    events = kit_new();
    opened();
    further_on();
    far_behind();
    plain();
    cameras();
    beyond_the_cap();
    walked();
    damaged(RAR5, 8);
    damaged(RAR4, 7);
    damaged(SEVENZIP, 6);
    kit_free(&events);
    return tap_done();
}
