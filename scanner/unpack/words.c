/*
 * words: see words.h. Where there is no C.UTF-8, names that are not ASCII are lost, and their members
 * get a number instead.
 */
#include "unpack/words.h"

#include <pthread.h>
#include <stddef.h>

/* Changes once, when it is loaded: loading it anew for each archive would open a file each time. */
static locale_t utf8;
/* Changes with it, and sees to it that this happens once. */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void)
{
    utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

void tt_words_prepare(void)
{
    (void)pthread_once(&once, load);
}

tt_words tt_words_enter(void)
{
    tt_words_prepare();
    return utf8 ? uselocale(utf8) : NULL;
}

void tt_words_leave(tt_words before)
{
    if (before)
        (void)uselocale(before);
}
