/*
 * words: the character set in which libraries are asked to tell names.
 *
 * libarchive turns names into that of the thread's locale, and loses those that do not fit it; into
 * UTF-8 every one does. It is set around its calls only, so that the process may have any other.
 */
#ifndef TT_UNPACK_WORDS_H
#define TT_UNPACK_WORDS_H

#include <locale.h>

/* The locale to go back to; NULL: it was not changed. */
typedef locale_t tt_words;

/* Load it, from a file of the system: at the latest when first entered. Thread: any. */
void tt_words_prepare(void);
tt_words tt_words_enter(void);
void tt_words_leave(tt_words before);

#endif
