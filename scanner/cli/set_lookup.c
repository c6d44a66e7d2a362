/*
 * set_lookup: the command `set lookup`.
 */
#include "answer.h"
#include "cli.h"
#include "digest_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OUTPUT_BYTES 65536u /* answers written at once when nobody waits for them */

typedef struct lookup {
    tutela_set *set;
    answer_style style;
    digest_batch *batch;
    uint8_t listed[TUTELA_ALGORITHM_COUNT][DIGEST_BATCH]; /* by place; 0: by no entry */
    uint64_t number;    /* digests and errors answered so far */
    uint64_t found;     /* digests that are listed */
    uint64_t bad;       /* lines without a digest */
    uint64_t first_bad; /* the first of them, from 1 */
} lookup;

static int found_one(void *user, size_t index, const tutela_match *matches, size_t count)
{
    lookup *ask = user;

    (void)index;
    ask->found += count > 0;
    answer_matches(&ask->style, ask->number, matches, count);
    return 0;
}

/* Most digests are in no list, so those that are can be asked for one by one. */
static tutela_status answer_line(lookup *ask, const digest_line *line, tutela_error *error)
{
    size_t size = tutela_algorithm_size(line->algorithm);

    ask->number++;
    if (size == 0) {
        ask->first_bad = ask->bad++ ? ask->first_bad : ask->number;
        answer_error(&ask->style, ask->number, tutela_reject_text(line->reject));
        return TUTELA_OK;
    }
    if (!ask->listed[line->algorithm][line->place]) {
        answer_matches(&ask->style, ask->number, NULL, 0);
        return TUTELA_OK;
    }
    return tutela_set_lookup(ask->set, line->algorithm, digest_batch_at(ask->batch, line), size, 1,
                             found_one, ask, error);
}

/* Answer the batch in its order. */
static int answer_batch(lookup *ask)
{
    const digest_batch *batch = ask->batch;
    tutela_status status = TUTELA_OK;
    tutela_error error = {0};

    for (int32_t i = 0; i < TUTELA_ALGORITHM_COUNT && status == TUTELA_OK; i++)
        if (batch->digests[i] > 0)
            status = tutela_set_contains_many(ask->set, i, batch->digest[i],
                                              tutela_algorithm_size(i), batch->digests[i],
                                              ask->listed[i], &error);
    for (size_t i = 0; i < batch->count && status == TUTELA_OK; i++)
        status = answer_line(ask, &batch->line[i], &error);
    if (status != TUTELA_OK)
        return cli_fail_error(cli_exit_of(status), &error, "run 'tutela set check' on the set");
    return ferror(ask->style.out) ? cli_stdout_done() : CLI_EXIT_OK;
}

/* An argument that is no digest is a wrong command line: nothing is answered. */
static int check_arguments(const cli_args *args, digest_batch *batch)
{
    for (size_t i = 1; i < args->operand_count; i++) {
        digest_batch_clear(batch);
        digest_batch_add(batch, args->operands[i], strlen(args->operands[i]));
        if (tutela_algorithm_size(batch->line[0].algorithm) == 0)
            return cli_fail(CLI_EXIT_USAGE,
                            "after the SET come digests, 32, 40, 64 or 128 hexadecimal digits each; "
                            "for those in a file say - <FILE",
                            "set lookup: argument %zu cannot be looked up: %s", i + 1,
                            tutela_reject_text(batch->line[0].reject));
    }
    return CLI_EXIT_OK;
}

static int answer_arguments(lookup *ask, const cli_args *args)
{
    int status = CLI_EXIT_OK;

    for (size_t i = 1; i < args->operand_count && status == CLI_EXIT_OK;) {
        digest_batch_clear(ask->batch);
        for (; i < args->operand_count && ask->batch->count < DIGEST_BATCH; i++)
            digest_batch_add(ask->batch, args->operands[i], strlen(args->operands[i]));
        status = answer_batch(ask);
    }
    return status;
}

static int answer_input(lookup *ask)
{
    digest_lines from;
    int status = CLI_EXIT_OK, got = 0;

    if (digest_lines_open(&from, STDIN_FILENO, ask->style.out) != 0)
        return cli_fail(CLI_EXIT_RECORD, "free some memory and try again",
                        "set lookup: out of memory");
    while (status == CLI_EXIT_OK && (got = digest_lines_next(&from, ask->batch)) > 0)
        status = answer_batch(ask);
    if (status == CLI_EXIT_OK && got < 0) {
        (void)cli_fail(0, "what came before it is answered", "standard input: cannot read: %s",
                       from.failure);
        status = ask->found ? CLI_EXIT_INCOMPLETE_MATCH : CLI_EXIT_INCOMPLETE;
    }
    digest_lines_close(&from);
    return status;
}

/* What all answers come to. */
static int conclude(const lookup *ask)
{
    int status = cli_stdout_done();
    char text[32], first[32];

    if (status != CLI_EXIT_OK)
        return status;
    if (ask->bad == 0)
        return ask->found ? CLI_EXIT_MATCH : CLI_EXIT_OK;
    return cli_fail(ask->found ? CLI_EXIT_INCOMPLETE_MATCH : CLI_EXIT_INCOMPLETE,
                    "a line holds one digest and nothing else: 32, 40, 64 or 128 hexadecimal digits",
                    "standard input: %s line%s without a digest, the first is line %s",
                    cli_count_text(ask->bad, text), ask->bad == 1 ? "" : "s",
                    cli_count_text(ask->first_bad, first));
}

static int ask_set(lookup *ask, const cli_args *args)
{
    int from_input = args->operand_count == 1
                     || (args->operand_count == 2 && strcmp(args->operands[1], "-") == 0);
    tutela_error error = {0};
    int status = from_input ? CLI_EXIT_OK : check_arguments(args, ask->batch);
    tutela_status opened;

    if (status != CLI_EXIT_OK)
        return status;
    opened = cli_set_open(args, args->operands[0], &ask->set, &error);
    if (opened != TUTELA_OK)
        return cli_fail_error(cli_exit_of(opened), &error,
                              "a hash set is made with 'tutela set build'");
    if (from_input && isatty(STDIN_FILENO))
        cli_note("reading digests, one a line; end with Ctrl-D");
    status = from_input ? answer_input(ask) : answer_arguments(ask, args);
    if (status == CLI_EXIT_OK)
        return conclude(ask);
    (void)fflush(stdout); /* what was answered before the failure stands */
    return status;
}

int cli_run_set_lookup(const cli_args *args)
{
    static char output[OUTPUT_BYTES]; /* outlives this call, as the stream does */
    lookup *ask = calloc(1, sizeof *ask);
    int status;

    if (ask)
        ask->batch = malloc(sizeof *ask->batch);
    if (!ask || !ask->batch) {
        free(ask);
        return cli_fail(CLI_EXIT_RECORD, "free some memory and try again",
                        "set lookup: out of memory");
    }
    ask->style = (answer_style){.out = stdout, .json = cli_has(args, OPT_LOOKUP_JSON)};
    (void)setvbuf(stdout, output, _IOFBF, sizeof output);
    status = ask_set(ask, args);
    tutela_set_close(ask->set);
    free(ask->batch);
    free(ask);
    return status;
}
