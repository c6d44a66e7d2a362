/*
 * set_info: what `set info` tells of one set, gathered for both of its forms.
 */
#ifndef TT_CLI_SET_INFO_H
#define TT_CLI_SET_INFO_H

#include "tutela.h"

typedef struct set_info {
    const char *path;
    const tutela_set *set;
    tutela_set_info info;
    tutela_category_info *categories; /* by list, scheme and value, in natural order: 2 before 10 */
    size_t category_count;
} set_info;

/* One line for people, and the lines under it. */
void set_info_text(const set_info *about);
/* One JSON record. */
void set_info_json(const set_info *about);

#endif
