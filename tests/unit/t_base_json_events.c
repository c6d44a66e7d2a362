/* json_events: what is told of a value, however it is cut into pieces, and what ends it. */
#include "base/json_events.h"

#include "tap.h"

#include <stdio.h>
#include <string.h>

#define TOLD_MAX 1024

typedef struct told {
    char text[TOLD_MAX];
    size_t size;
    size_t events, stop_at; /* 0: never */
} told;

static tutela_status take(void *user, tt_json_kind kind, const char *text, size_t size,
                          tutela_error *error)
{
    static const char letters[] = "0bnsk{}[]";
    told *t = user;

    (void)error;
    if (++t->events == t->stop_at)
        return TUTELA_ARGUMENT;
    if (t->size + size + 2 < sizeof t->text) {
        t->text[t->size++] = letters[kind];
        memcpy(t->text + t->size, text, size);
        t->size += size;
    }
    return TUTELA_OK;
}

/* Feed `json` in pieces of `piece` bytes, at most four levels deep. */
static tt_json_outcome parse(told *t, tt_json_events *events, const char *json, size_t piece,
                             size_t *used)
{
    size_t size = strlen(json);
    tt_json_outcome outcome = TT_JSON_SOUND;

    *used = 0;
    if (tt_json_begin(events, take, t, 4, NULL) != TUTELA_OK)
        return TT_JSON_BROKEN;
    for (size_t at = 0; at < size && outcome == TT_JSON_SOUND; at += piece)
        outcome = tt_json_feed(events, json + at, piece < size - at ? piece : size - at, used);
    if (outcome == TT_JSON_SOUND)
        outcome = tt_json_end(events);
    tt_json_done(events);
    return outcome;
}

static tt_json_outcome outcome_of(const char *json)
{
    told t = {0};
    tt_json_events events;
    size_t used;

    return parse(&t, &events, json, strlen(json) + 1, &used);
}

static void pieces(void)
{
    static const char json[] = "{\"a\":[1,-2.5e3,true,false,null,\"x\\u0000y\\u00e4\"],\"a\":18446744073709551616}";
    static const char wanted[] = "{ka[n1n-2.5e3btruebfalse0sx\0y\xC3\xA4]kan18446744073709551616}";
    int same = 1;

    for (size_t piece = 1; piece <= sizeof json; piece++) {
        told t = {0};
        tt_json_events events;
        size_t used;

        same &= parse(&t, &events, json, piece, &used) == TT_JSON_SOUND
                && t.size == sizeof wanted - 1 && memcmp(t.text, wanted, t.size) == 0;
    }
    ok(same, "the same events however it is cut; numbers as written, NUL kept, a key twice told twice");
}

static void damage(void)
{
    static const char *const broken[] = {"", "{", "[1", "\"a", "{\"a\"}", "[1,]", "[1]]", "[1][2]", "nul",
                                         "\"\\x\"", "\"\\u12\"", "\"a\nb\"", "{1:2}"};
    told t = {0};
    tt_json_events events;
    size_t used;

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        ok(outcome_of(broken[i]) == TT_JSON_BROKEN, "broken: case %zu", i);
    ok(parse(&t, &events, "[1,x]", 64, &used) == TT_JSON_BROKEN && used >= 3 && used <= 4,
       "it says where");
}

static void limits(void)
{
    told t = {.stop_at = 3};
    tt_json_events events;
    size_t used;

    ok(outcome_of("[[[[1]]]]") == TT_JSON_SOUND, "as deep as allowed");
    ok(outcome_of("[[[[[1]]]]]") == TT_JSON_TOO_DEEP, "one deeper");
    ok(outcome_of("[[[{\"a\":[]}]]]") == TT_JSON_TOO_DEEP, "maps count as arrays do");
    ok(outcome_of("[[],[],[],[],[],[]]") == TT_JSON_SOUND, "side by side is not deep");
    ok(parse(&t, &events, "[1,2,3]", 2, &used) == TT_JSON_ENDED && events.status == TUTELA_ARGUMENT
           && t.events == 3,
       "ended by its taker, who is not asked again");
    tt_json_done(&events);
    ok(events.parser == NULL, "released twice");
}

int main(void)
{
    pieces();
    damage();
    limits();
    return tap_done();
}
