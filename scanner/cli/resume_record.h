/*
 * resume_record: what --resume needs of the records of a report.
 *
 * Each call is for the members behind "type". It answers 1, or 0 for a record that is damaged, or with
 * no_memory set.
 */
#ifndef TT_CLI_RESUME_RECORD_H
#define TT_CLI_RESUME_RECORD_H

#include "json_in.h"
#include "tutela.h"

/* A list that was asked. */
typedef struct resume_list {
    char *name, *version;
    char polarity[16];
    uint64_t entries;
} resume_list;

typedef struct resume_head {
    resume_list *lists;
    size_t list_count;
    int stream; /* standard input was scanned */
    int no_memory;
} resume_head;

typedef struct resume_item {
    char *path;  /* of the file, NUL-ended */
    int inside;  /* of something in it, not of the file itself */
    int limit;   /* its status */
    uint64_t bytes;
    int64_t modified;
    tutela_step steps[TUTELA_STEPS_MAX];
    size_t step_count;
    int no_memory;
} resume_item;

/* What there is in a report, or what it says there is. */
typedef struct resume_counts {
    uint64_t matches, limits;
} resume_counts;

int resume_read_head(json_in *json, resume_head *out);
void resume_lists_done(resume_list *lists, size_t count);
void resume_head_done(resume_head *head);
int resume_read_item(json_in *json, resume_item *out);
void resume_item_done(resume_item *item);
int resume_read_summary(json_in *json, resume_counts *out);

#endif
