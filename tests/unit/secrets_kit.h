/* secrets_kit: the passwords that tests of encrypted containers have tried. */
#ifndef TT_TESTS_SECRETS_KIT_H
#define TT_TESTS_SECRETS_KIT_H

#include "unpack_ask.h"

static tt_secrets secrets;
static tt_budget budget = {.secrets = &secrets};

/* The passwords to be tried; NULL ends them. */
static void know(const char *first, const char *second, const char *third)
{
    static tt_secret list[3];
    const char *texts[] = {first, second, third};

    secrets = (tt_secrets){list, 0};
    for (size_t i = 0; i < 3 && texts[i]; i++)
        list[secrets.count++] = (tt_secret){(const uint8_t *)texts[i], strlen(texts[i])};
}

#endif
