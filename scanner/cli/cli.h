/*
 * cli: what the files of the command line share.
 *
 * The command line knows tutela.h and the C library, nothing else: whatever it can do, a program
 * that links the library can do. Commands are rows of commands.def, options rows of options.def;
 * parser, help, manual pages and completions all read those two tables.
 */
#ifndef TT_CLI_CLI_H
#define TT_CLI_CLI_H

#include "tutela.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What the program exits with. Those of a scan (0, 1, 3 and 4) come from tutela_summary. */
enum cli_exit {
    CLI_EXIT_OK = 0,
    CLI_EXIT_MATCH = 1,
    CLI_EXIT_USAGE = 2,   /* usage or configuration */
    CLI_EXIT_INCOMPLETE = 3,
    CLI_EXIT_INCOMPLETE_MATCH = 4,
    CLI_EXIT_RECORD = 5,  /* results could not be recorded */
    CLI_EXIT_REFUSED = 6, /* a hash set was refused */
    CLI_EXIT_UNSOUND = 7, /* the self-test failed */
};

/* ---- The two tables ---------------------------------------------------------------------- */

typedef struct cli_args cli_args;

enum cli_command_id {
#define COMMAND(id, ...) CLI_##id,
#include "commands.def"
#undef COMMAND
    CLI_COMMAND_COUNT
};

enum cli_option_id {
#define OPTION(id, ...) OPT_##id,
#include "options.def"
#undef OPTION
    OPT_COUNT
};

/* What stands where a command takes operands; completions offer it. */
typedef enum cli_operand {
    OPERAND_NONE,
    OPERAND_FILES,
    OPERAND_FOLDER,
    OPERAND_COMMAND
} cli_operand;

typedef struct cli_command {
    const char *name; /* "scan", "set build"; what it runs is main.c's to know */
    const char *synopsis; /* what follows the name; one form a line */
    const char *operand;  /* what one operand is called, "" for none */
    cli_operand operands;
    size_t least; /* operands, at least and at most */
    size_t most;
    const char *summary;
    const char *description; /* paragraphs parted by an empty line */
    const char *examples;    /* "# what for" and the command, line by line */
} cli_command;

typedef enum cli_kind {
    KIND_FLAG,
    KIND_TEXT,
    KIND_FILE,
    KIND_FOLDER,
    KIND_NUMBER,
    KIND_SIZE,
    KIND_CHOICE, /* one of the words */
    KIND_NAMES   /* some of the words, comma-separated */
} cli_kind;

typedef enum cli_repeat {
    REPEAT_LAST, /* the last one counts */
    REPEAT_ONCE, /* a second one is an error: picking one would be a guess */
    REPEAT_MANY  /* all count */
} cli_repeat;

#define CLI_GROUP_MAP(X)                \
    X(SETS, "Hash sets")                \
    X(TARGETS, "What is scanned")       \
    X(REPORTS, "Reports")               \
    X(CONTAINERS, "Containers")         \
    X(LIMITS, "Limits and resources")   \
    X(LIST, "About the list")           \
    X(GENERAL, "General")               \
    X(HIDDEN, "")

typedef enum cli_group {
#define X(id, title) GROUP_##id,
    CLI_GROUP_MAP(X)
#undef X
    GROUP_COUNT
} cli_group;

typedef struct cli_option {
    uint32_t commands; /* mask of the commands that know it */
    const char *name;  /* without the dashes */
    char letter;       /* 0: none */
    cli_kind kind;
    cli_repeat repeat;
    const char *argument; /* what its value is called, "" for a flag */
    const char *(*word)(size_t index); /* the words it takes, NULL past the last */
    cli_group group;
    const char *help;
} cli_option;

extern const cli_command cli_commands[CLI_COMMAND_COUNT];
extern const cli_option cli_options[OPT_COUNT];
extern const char *const cli_group_titles[GROUP_COUNT];

/* 1 when the command knows the option; 0 also for a hidden one unless `hidden`. */
int cli_option_shown(size_t option, size_t command, int hidden);

/* The indexes of the words that cli_number answers for options that take them. */
enum cli_when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };
enum cli_cache { CACHE_KEEP, CACHE_DROP };
enum cli_sandbox { SANDBOX_AUTO, SANDBOX_REQUIRE };
enum cli_shell { SHELL_BASH, SHELL_ZSH, SHELL_FISH };

/* ---- Arguments --------------------------------------------------------------------------- */

typedef struct cli_given {
    size_t option;
    const char *value; /* borrowed from argv; NULL for a flag */
    uint64_t number;   /* NUMBER, SIZE: the value; CHOICE: the word's index; NAMES: a mask */
} cli_given;

struct cli_args {
    size_t command;
    int help; /* --help was met: nothing else counts */
    const char **operands;
    size_t operand_count;
    cli_given *given;
    size_t given_count;
};

/*
 * Read what follows the command's name. Answers CLI_EXIT_OK, or says what is wrong and answers the
 * exit status. cli_args_done in either case.
 */
int cli_args_parse(cli_args *args, size_t command, char **words, size_t count);
void cli_args_done(cli_args *args);

int cli_has(const cli_args *args, size_t option);
const char *cli_text(const cli_args *args, size_t option); /* the last value, or NULL */
uint64_t cli_number(const cli_args *args, size_t option, uint64_t otherwise);
/* The values of a repeatable option into `out`, which has room for given_count; how many. */
size_t cli_values(const cli_args *args, size_t option, const char **out);
/* CLI_EXIT_OK when the option is absent or within the limits; else says so. */
int cli_within(const cli_args *args, size_t option, uint64_t low, uint64_t high);

/* ---- Saying things ----------------------------------------------------------------------- */

#define CLI_PRINTF(text_at, first_at) __attribute__((format(printf, text_at, first_at)))

/* One line on standard error, with nothing in it that a terminal obeys. */
void cli_note(const char *format, ...) CLI_PRINTF(1, 2);
/* "tutela: what: why" and a line of advice; answers `status`. */
int cli_fail(int status, const char *advice, const char *format, ...) CLI_PRINTF(3, 4);
/* The same from the library's error; `advice` is for when it has none. */
int cli_fail_error(int status, const tutela_error *error, const char *advice);
/* The exit status that goes with a failed call's status. */
int cli_exit_of(tutela_status status);

/*
 * The character at `text`, which ends with NUL: its bytes, with *code set, or 0 when it is no
 * well-formed UTF-8.
 */
size_t cli_character(const char *text, uint32_t *code);
/* 1 for controls, and for what turns the direction of text or cannot be seen at all. */
int cli_hidden(uint32_t code);
/* Copy text so that it is one line and a terminal obeys nothing in it; always ends with NUL. */
void cli_display(char *out, size_t size, const char *text);
/* The closest of the words to `text`, NULL when none is close. */
const char *cli_closest(const char *text, const char *(*word)(size_t index, const void *context),
                        const void *context);

/* Flush standard output. CLI_EXIT_OK, or says why not and answers CLI_EXIT_RECORD. */
int cli_stdout_done(void);

/* "1,234,567" and "1.5 GB" into the caller's 32 bytes; both return it. */
const char *cli_count_text(uint64_t number, char out[32]);
const char *cli_size_text(uint64_t bytes, char out[32]);
/* "2026-11-22T04:30:00Z" of nanoseconds since 1970, "unknown" for INT64_MIN. */
const char *cli_time_text(int64_t nanoseconds, char out[32]);
/* The names of a mask of algorithms with `between` them, one or two characters: "md5+sha1". */
const char *cli_mask_text(uint32_t mask, const char *between, char out[32]);
/* The id of a key in hex. */
const char *cli_id_text(const uint8_t id[TUTELA_KEY_ID_SIZE], char out[2 * TUTELA_KEY_ID_SIZE + 1]);
/* A JSON string, quotes included; bytes that are no UTF-8 become \\xNN. */
void cli_json_text(FILE *out, const char *text);

/* ---- Keys of hash sets ------------------------------------------------------------------- */

/* The key that opens sets: --key, else the user's own if there is one, else NULL. */
const char *cli_key_file(const cli_args *args, char out[PATH_MAX]);
/* How commands open a set, and what that is kept in. */
typedef struct cli_set_opening {
    tutela_set_options options;
    const char **required;
    char key[PATH_MAX];
    char state[PATH_MAX];
} cli_set_opening;

/*
 * The options that cli_set_open opens a set with. TUTELA_MEMORY. Owned: cli_opening_done, also after a
 * failure.
 */
tutela_status cli_opening(const cli_args *args, cli_set_opening *out, tutela_error *error);
void cli_opening_done(cli_set_opening *opening);
/*
 * tutela_set_open with that key, the signatures asked for, and, for commands that use a set rather than
 * look at it, what is remembered of signed sets.
 */
tutela_status cli_set_open(const cli_args *args, const char *path, tutela_set **out,
                           tutela_error *error);
/*
 * The key that `set build` seals with, made on first use; NULL for --unsealed. CLI_EXIT_OK, or says
 * what is wrong and answers the exit status.
 */
int cli_key_for_build(const cli_args *args, char out[PATH_MAX], const char **path);

/*
 * The time that --expires names, 0 without it. CLI_EXIT_OK, or says what is wrong and answers the exit
 * status.
 */
int cli_expires(const cli_args *args, int64_t *out);

struct stat;
/* 1 when `path` is that regular file, under any name. */
int cli_same_file(const char *path, const struct stat *other);
/*
 * Whether a set may be written to `output`: not over what is no file, its key or one of its inputs.
 * `key` may be NULL. CLI_EXIT_OK, or says why not and answers the exit status.
 */
int cli_check_set_output(const char *output, const char *key, const char *const *inputs,
                         size_t count);

/* ---- Commands and what documents them ---------------------------------------------------- */

int cli_run_scan(const cli_args *args);
int cli_run_set_build(const cli_args *args);
int cli_run_set_update(const cli_args *args);
int cli_run_set_compact(const cli_args *args);
int cli_run_set_diff(const cli_args *args);
int cli_run_set_info(const cli_args *args);
int cli_run_set_lookup(const cli_args *args);
int cli_run_set_check(const cli_args *args);
int cli_run_set_sign(const cli_args *args);
int cli_run_set_keygen(const cli_args *args);
int cli_run_demo(const cli_args *args);
int cli_run_selftest(const cli_args *args);
int cli_run_version(const cli_args *args);
int cli_run_help(const cli_args *args);

/*
 * Find the command that begins `words`: *used is how many words its name takes. CLI_COMMAND_COUNT
 * when there is none; then *group is the first word when commands begin with it, else NULL.
 */
size_t cli_command_find(char *const *words, size_t count, size_t *used, const char **group);
/* 1 when the command's name begins with `word` as its first word. */
int cli_command_in(size_t command, const char *word);
/* What to say when cli_command_find found none; answers CLI_EXIT_USAGE. */
int cli_command_unknown(char *const *words, size_t count, const char *group);

void cli_help_overview(FILE *out);
void cli_help_usage(FILE *out); /* the few lines of a bare `tutela` */
void cli_help_group(FILE *out, const char *group);
void cli_help_command(FILE *out, size_t command);

/* Manual pages in roff: the overview, and one for each first word of the commands. */
void cli_man_overview(FILE *out);
void cli_man_page(FILE *out, const char *word);

/* Text all pages share. */
extern const char cli_text_purpose[];
extern const char *const cli_text_exits[][2];
extern const char *const cli_text_environment[][2];

#endif
