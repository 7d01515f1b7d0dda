/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of intrusive entries: find, maximum, and walks during which entries vanish.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/table.h"

enum {
    THINGS = 500
};

struct thing {
    struct sp_table_entry entry; /* first, so that an entry is its thing */
    char name[8];
    int seen;
};

static const struct sp_hash_key key = {.k0 = 1, .k1 = 2};

static struct sp_table *new_table(size_t max)
{
    struct sp_table *table = NULL;
    assert_int_equal(sp_table_new(&key, max, &table), SP_OK);
    return table;
}

static struct thing *new_thing(int number)
{
    struct thing *thing = calloc(1, sizeof *thing);
    assert_non_null(thing);
    snprintf(thing->name, sizeof thing->name, "%d", number);
    return thing;
}

static void each_entry_is_found_until_it_is_removed(void **state)
{
    (void)state;
    struct sp_table *table = new_table(THINGS);
    struct thing *things[THINGS];
    for (int i = 0; i < THINGS; i++) {
        things[i] = new_thing(i);
        const struct sp_span name = sp_span_of(things[i]->name);
        assert_int_equal(sp_table_add(table, &things[i]->entry, name), SP_OK);
    }
    for (int i = 0; i < THINGS; i += 2)
        sp_table_remove(table, &things[i]->entry);
    assert_int_equal(sp_table_used(table), THINGS / 2);
    for (int i = 0; i < THINGS; i++) {
        char name[8];
        snprintf(name, sizeof name, "%d", i);
        struct sp_table_entry *found = sp_table_find(table, sp_span_of(name));
        assert_ptr_equal(found, i % 2 == 0 ? NULL : &things[i]->entry);
    }
    for (int i = 0; i < THINGS; i++)
        free(things[i]);
    sp_table_free(&table);
    assert_null(table);
}

static void a_second_entry_under_a_key_is_refused(void **state)
{
    (void)state;
    struct sp_table *table = new_table(4);
    struct thing a = {0}, b = {0};
    assert_int_equal(sp_table_add(table, &a.entry, SP_SPAN("x")), SP_OK);
    assert_int_equal(sp_table_add(table, &b.entry, SP_SPAN("x")), SP_ERR_DUPLICATE);
    assert_int_equal(sp_table_used(table), 1);
    sp_table_free(&table);
}

static void a_full_table_refuses(void **state)
{
    (void)state;
    struct sp_table *table = new_table(1);
    struct thing a = {0}, b = {0};
    assert_int_equal(sp_table_max(table), 1);
    assert_int_equal(sp_table_add(table, &a.entry, SP_SPAN("a")), SP_OK);
    assert_int_equal(sp_table_add(table, &b.entry, SP_SPAN("b")), SP_ERR_FULL);
    sp_table_remove(table, &a.entry);
    assert_int_equal(sp_table_add(table, &b.entry, SP_SPAN("b")), SP_OK);
    sp_table_free(&table);
}

static void a_walk_meets_each_entry_once(void **state)
{
    (void)state;
    struct sp_table *table = new_table(THINGS);
    static struct thing things[THINGS];
    for (int i = 0; i < THINGS; i++) {
        snprintf(things[i].name, sizeof things[i].name, "%d", i);
        const struct sp_span name = sp_span_of(things[i].name);
        assert_int_equal(sp_table_add(table, &things[i].entry, name), SP_OK);
    }
    size_t cursor = 99;
    struct sp_table_entry *entry = NULL;
    while ((entry = sp_table_next(table, &cursor, entry)) != NULL)
        ((struct thing *)entry)->seen++;
    for (int i = 0; i < THINGS; i++)
        assert_int_equal(things[i].seen, 1);
    sp_table_free(&table);
}

static void what_a_walk_met_may_be_freed_at_once(void **state)
{
    (void)state;
    struct sp_table *table = new_table(THINGS);
    for (int i = 0; i < THINGS; i++) {
        struct thing *thing = new_thing(i);
        assert_int_equal(sp_table_add(table, &thing->entry, sp_span_of(thing->name)), SP_OK);
    }
    /* The address of a freed entry is still compared, as a number; its octets are not read. */
    size_t cursor = 0, met = 0;
    struct sp_table_entry *entry = NULL;
    while ((entry = sp_table_next(table, &cursor, entry)) != NULL) {
        const uintptr_t address = (uintptr_t)entry;
        sp_table_remove(table, entry);
        free(entry);
        entry = (struct sp_table_entry *)address;
        met++;
    }
    assert_int_equal(met, THINGS);
    assert_int_equal(sp_table_used(table), 0);
    sp_table_free(&table);
}

static void a_table_without_a_key_takes_the_keys_for_hashes(void **state)
{
    (void)state;
    struct sp_table *table = NULL;
    struct sp_table_entry entries[THINGS];
    uint64_t numbers[THINGS];
    assert_int_equal(sp_table_new(NULL, THINGS, &table), SP_OK);
    for (uint64_t i = 0; i < THINGS; i++) {
        numbers[i] = i * 3;
        const struct sp_span number = sp_span((const char *)&numbers[i], sizeof numbers[i]);
        assert_int_equal(sp_table_add(table, &entries[i], number), SP_OK);
    }
    for (uint64_t i = 0; i < 3 * THINGS; i++) {
        const struct sp_table_entry *entry =
            sp_table_find(table, sp_span((const char *)&i, sizeof i));
        assert_ptr_equal(entry, i % 3 == 0 ? &entries[i / 3] : NULL);
    }
    sp_table_free(&table);
}

static void a_size_beyond_all_memory_is_refused(void **state)
{
    (void)state;
    struct sp_table *table = NULL;
    assert_int_equal(sp_table_new(&key, SIZE_MAX, &table), SP_ERR_MEMORY);
    assert_null(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_entry_is_found_until_it_is_removed),
        cmocka_unit_test(a_second_entry_under_a_key_is_refused),
        cmocka_unit_test(a_full_table_refuses),
        cmocka_unit_test(a_walk_meets_each_entry_once),
        cmocka_unit_test(what_a_walk_met_may_be_freed_at_once),
        cmocka_unit_test(a_table_without_a_key_takes_the_keys_for_hashes),
        cmocka_unit_test(a_size_beyond_all_memory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
