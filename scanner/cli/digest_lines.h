/*
 * digest_lines: digests as text, one a line, read by the batch.
 */
#ifndef TT_CLI_DIGEST_LINES_H
#define TT_CLI_DIGEST_LINES_H

#include "tutela.h"

#include <stdio.h>

/* Lines at once: enough that looking them up is as fast as it gets. */
#define DIGEST_BATCH 4096u
/* Bytes of a line. The longest digest takes 128; the rest is room for blanks. */
#define DIGEST_LINE_MAX 1024u

/* One line: a digest, or why it holds none. */
typedef struct digest_line {
    int32_t algorithm; /* a tutela_algorithm, known by the width; -1: no digest */
    int32_t reject;    /* then: a tutela_reject */
    size_t place;      /* else: which of the batch's digests of that algorithm it is */
} digest_line;

typedef struct digest_batch {
    size_t count;
    digest_line line[DIGEST_BATCH];
    size_t digests[TUTELA_ALGORITHM_COUNT]; /* how many there are, by algorithm */
    /* By algorithm, as many bytes apart as each digest has. */
    uint8_t digest[TUTELA_ALGORITHM_COUNT][DIGEST_BATCH * TUTELA_DIGEST_MAX];
} digest_batch;

void digest_batch_clear(digest_batch *batch);
/* Add a line; blanks around the digest do not count. The batch has room. */
void digest_batch_add(digest_batch *batch, const char *text, size_t size);
/* The digest of a line that has one. */
const uint8_t *digest_batch_at(const digest_batch *batch, const digest_line *line);

typedef struct digest_lines {
    int fd;
    FILE *answers; /* flushed before waiting, so that who asks line by line is answered */
    char *buffer;
    size_t start; /* of what was read and not taken yet */
    size_t end;
    int at_end;
    int skipping; /* within a line that is too long */
    int begun;    /* a line was taken */
    char failure[160]; /* why reading ended early */
} digest_lines;

/* Read from `fd`, which stays the caller's. 0, or -1 out of memory. digest_lines_close. */
int digest_lines_open(digest_lines *from, int fd, FILE *answers);
void digest_lines_close(digest_lines *from);
/*
 * The lines at hand, up to a whole batch; waits for one when there is none. 1 with lines, 0 at the
 * end, -1 when reading failed.
 */
int digest_lines_next(digest_lines *from, digest_batch *to);

#endif
