/* heads: the table of first bytes, out of formats.def. */
#include "unpack/heads.h"

#include "unpack/signs.h"

typedef struct row {
    int (*fits)(const uint8_t *head, size_t size);
    size_t wants;
} row;

static const row rows[] = {
#define FORMAT(name, fits, wants) {fits, wants},
#include "unpack/formats.def"
#undef FORMAT
};

/* The rows' numbers. */
enum {
#define FORMAT(name, fits, wants) ROW_##name,
#include "unpack/formats.def"
#undef FORMAT
};

int tt_head_of(const uint8_t *head, size_t size)
{
    int best = -1, sure = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && sure < 2; i++) {
        int fits = rows[i].fits(head, size < rows[i].wants ? size : rows[i].wants);

        if (fits > sure) {
            best = (int)i;
            sure = fits;
        }
    }
    return best;
}

int tt_head_divides(int which)
{
    return which == ROW_zip;
}
