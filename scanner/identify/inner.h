/*
 * inner: what identifies, as its two halves see it: signatures and the test for text, which every
 * process has, and libmagic, which only tutela-worker is linked with.
 *
 * Inner to identify.
 */
#ifndef TT_IDENTIFY_INNER_H
#define TT_IDENTIFY_INNER_H

#include "identify/identify.h"
#include "identify/libmagic.h"
#include "identify/signature.h"

struct tt_identify {
    tt_signatures *signatures;
    tt_seeker *seeker; /* NULL until there is a head to look at */
    tt_magic *magic;   /* NULL until tt_identify_full asks for it */
    void (*forget)(tt_magic *magic); /* with it: what frees it is not there where libmagic is not */
    char mime[TT_MIME_MAX + 1]; /* libmagic's last word */
};

#endif
