/* pdf_lzw: see pdf_lzw.h. */
#include "unpack/pdf_lzw.h"

#include "base/mem.h"

#include <string.h>

#define CODES 4096u
#define CLEAR 256u
#define END 257u

struct tt_lzw {
    uint32_t window, bits, width, early;
    uint32_t next, last; /* the code to be made next; the one before, or CODES */
    int ended;
    uint16_t prefix[CODES], length[CODES];
    uint8_t suffix[CODES], first[CODES];
    uint8_t pending[CODES]; /* a string's bytes that had no room yet, at its end */
    size_t left;
};

static void clear(tt_lzw *z)
{
    z->next = END + 1;
    z->width = 9;
    z->last = CODES;
}

tutela_status tt_lzw_new(tt_lzw **out, int early, tutela_error *error)
{
    tt_lzw *z = tt_alloc(1, sizeof *z);

    if (!z)
        return tt_no_memory(error);
    for (uint32_t i = 0; i < 256; i++) {
        z->suffix[i] = z->first[i] = (uint8_t)i;
        z->length[i] = 1;
    }
    z->early = early != 0;
    clear(z);
    *out = z;
    return TUTELA_OK;
}

void tt_lzw_free(tt_lzw *z)
{
    tt_free(z);
}

/* The string of a known code, and its first byte once more if `again`, to the end of `pending`. */
static void spell(tt_lzw *z, uint32_t code, int again)
{
    size_t at = CODES;

    z->left = (size_t)z->length[code] + (size_t)again;
    if (again)
        z->pending[--at] = z->first[code];
    while (at > CODES - z->left) {
        z->pending[--at] = z->suffix[code];
        code = z->prefix[code];
    }
}

/* 1: the code makes sense, and `pending` has its string. */
static int take_code(tt_lzw *z, uint32_t code)
{
    /* The one being made: the last one's string, and the first byte of that. */
    int again = code == z->next && z->last < CODES;

    if ((code >= z->next && !again) || (code > 255 && z->last == CODES))
        return 0;
    spell(z, again ? z->last : code, again);
    if (z->last < CODES && z->next < CODES) {
        z->prefix[z->next] = (uint16_t)z->last;
        z->suffix[z->next] = z->first[again ? z->last : code];
        z->first[z->next] = z->first[z->last];
        z->length[z->next] = (uint16_t)(z->length[z->last] + 1);
        z->next++;
    }
    while (z->width < 12 && z->next + z->early >= 1u << z->width)
        z->width++;
    z->last = code;
    return 1;
}

tt_lzw_said tt_lzw_step(tt_lzw *z, const uint8_t *in, size_t size, size_t *used, uint8_t *out,
                        size_t room, size_t *given)
{
    *used = *given = 0;
    for (;;) {
        size_t some = z->left < room - *given ? z->left : room - *given;
        uint32_t code;
        memcpy(out + *given, z->pending + CODES - z->left, some);
        z->left -= some;
        *given += some;
        if (z->left > 0)
            return TT_LZW_MORE;
        if (z->ended)
            return TT_LZW_END;
        for (; z->bits < z->width && *used < size; z->bits += 8)
            z->window = z->window << 8 | in[(*used)++];
        if (z->bits < z->width)
            return TT_LZW_MORE;
        z->bits -= z->width;
        code = z->window >> z->bits & ((1u << z->width) - 1);
        if (code == CLEAR)
            clear(z);
        else if (code == END)
            z->ended = 1;
        else if (!take_code(z, code))
            return TT_LZW_DAMAGED;
    }
}
