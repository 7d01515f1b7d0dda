/* SPDX-License-Identifier: Apache-2.0
 *
 * The secret beside the store.
 */
#include "server/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static void a_secret_stays_and_is_nobody_elses_to_read(void **state)
{
    (void)state;
    char folder[] = "/tmp/signpost-XXXXXX";
    char path[64];
    uint8_t first[SP_SECRET_OCTETS];
    uint8_t second[SP_SECRET_OCTETS];
    struct stat kept;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/secret", folder);
    assert_int_equal(sp_secret_load(folder, first), SP_OK);
    assert_int_equal(sp_secret_load(folder, second), SP_OK);
    assert_memory_equal(first, second, sizeof first);
    assert_int_equal(stat(path, &kept), 0);
    assert_int_equal(kept.st_mode & 0777, 0600);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(sp_secret_load(folder, second), SP_OK);
    assert_memory_not_equal(first, second, sizeof first);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left there */
}

static void another_file_in_its_place_is_an_error(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "0123456789abcdef0123456789abcde\n",
        "0123456789abcdef0123456789abcdeg\n",
        "0123456789abcdef0123456789abcdef0\n",
        "0123456789abcdef0123456789abcdef",
    };
    char folder[] = "/tmp/signpost-XXXXXX";
    char path[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/secret", folder);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        uint8_t secret[SP_SECRET_OCTETS];
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fputs(texts[i], file) >= 0);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(sp_secret_load(folder, secret), SP_ERR_SYNTAX);
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void without_a_folder_each_is_another(void **state)
{
    (void)state;
    uint8_t first[SP_SECRET_OCTETS];
    uint8_t second[SP_SECRET_OCTETS];
    assert_int_equal(sp_secret_load(NULL, first), SP_OK);
    assert_int_equal(sp_secret_load(NULL, second), SP_OK);
    assert_memory_not_equal(first, second, sizeof first);
    assert_int_equal(sp_secret_load("/nonexistent/folder", first), SP_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_stays_and_is_nobody_elses_to_read),
        cmocka_unit_test(another_file_in_its_place_is_an_error),
        cmocka_unit_test(without_a_folder_each_is_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
