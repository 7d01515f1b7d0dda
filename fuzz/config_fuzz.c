/* SPDX-License-Identifier: Apache-2.0
 *
 * Any text as a configuration: it is taken, or there is a problem that says why not.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "server/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (memchr(data, '\0', size) != NULL || size > 65536)
        return 0; /* the file reader refuses these */
    char *text = malloc(size + 1);
    SP_CHECK(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    struct sp_problems problems = {.count = 0};
    struct sp_config *config = NULL;
    const enum sp_err err = sp_config_parse(text, &problems, &config);
    SP_CHECK((err == SP_OK) == (config != NULL));
    SP_CHECK((err == SP_OK) == (problems.errors == 0));
    sp_config_release(&config);
    free(text);
    return 0;
}
