/*
 * names: file names that trip programs up: what a phone, a cheap archive program or somebody who
 * does not want to be found leaves behind. Static; thread: any.
 */
#ifndef TT_TRAINING_NAMES_H
#define TT_TRAINING_NAMES_H

#include "training/plan.h"

/* A row as tt_plan_singles has them; the table ends with a NULL path. */
extern const tt_plan_single tt_names[];

#define TT_NAMES "Odd names/"

/* The ones whose files are in lists. */
#define TT_NAME_NEWLINE  TT_NAMES "line\nbreak.jpg"
#define TT_NAME_FORMULA  TT_NAMES "=formula.png"
#define TT_NAME_NOT_UTF8 TT_NAMES "not UTF-8 \xFF\xFE.jpg"
#define TT_NAME_HIDDEN   TT_NAMES ".hidden.jpg"
#define TT_NAME_MARKUP   TT_NAMES "<b>&amp;.jpg"

/* 255 bytes, the most that most file systems allow. */
#define TT_FIFTY     "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"
#define TT_NAME_LONG TT_NAMES TT_FIFTY TT_FIFTY TT_FIFTY TT_FIFTY TT_FIFTY "y.png"

#endif
