/*
 * program: what the programs of bench/ share: how they end when they cannot go on, and numbers in
 * their arguments.
 */
#ifndef TT_BENCH_PROGRAM_H
#define TT_BENCH_PROGRAM_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((noreturn)) static inline void die(const char *what)
{
    (void)fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
    exit(1);
}

static inline uint64_t number(const char *text)
{
    char *end;
    uint64_t value = strtoull(text, &end, 10);

    if (*end || end == text)
        die("not a number");
    return value;
}

#endif
