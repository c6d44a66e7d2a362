/*
 * version: the command `version`.
 */
#include "cli.h"

#include <string.h>

int cli_run_version(const cli_args *args)
{
    tutela_component part;
    size_t name_width = 0, version_width = 0;

    printf("tutela %s\n", tutela_version());
    if (!cli_has(args, OPT_VERBOSE))
        return cli_stdout_done();
    for (size_t i = 0; tutela_component_at(i, &part); i++) {
        if (strlen(part.name) > name_width)
            name_width = strlen(part.name);
        if (strlen(part.version) > version_width)
            version_width = strlen(part.version);
    }
    for (size_t i = 0; tutela_component_at(i, &part); i++) {
        printf("  %-*s  ", (int)name_width, part.name);
        if (*part.note)
            printf("%-*s  %s\n", (int)version_width, part.version, part.note);
        else
            printf("%s\n", part.version);
    }
    return cli_stdout_done();
}
