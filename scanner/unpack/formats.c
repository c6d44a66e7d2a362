/*
 * formats: the table of formats, out of formats.def, and which of them some first bytes are.
 */
#include "unpack/reader.h"
#include "unpack/words.h"

#define FORMAT(name) extern const tt_format tt_format_##name;
#include "unpack/formats.def"
#undef FORMAT

static const tt_format *const formats[] = {
#define FORMAT(name) &tt_format_##name,
#include "unpack/formats.def"
#undef FORMAT
};

size_t tt_format_count(void)
{
    return sizeof formats / sizeof formats[0];
}

const tt_format *tt_format_at(size_t index)
{
    return formats[index];
}

const tt_format *tt_format_of(const uint8_t *head, size_t size)
{
    const tt_format *best = NULL;
    int sure = 0;

    for (size_t i = 0; i < tt_format_count() && sure < 2; i++) {
        size_t seen = size < formats[i]->head ? size : formats[i]->head;
        int fits = formats[i]->fits(head, seen);
        if (fits > sure) {
            best = formats[i];
            sure = fits;
        }
    }
    return best;
}

void tt_formats_prepare(void)
{
    tt_words_prepare();
}
