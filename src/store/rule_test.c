/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules as people write them: what kind and key an address has, and which targets it may have. The
 * sentences of refusals are in import_test.c.
 */
#include "store/testing.h"

#include "store/rule.h"

static const struct sp_key_rules rules = {.is_e164 = true,
                                          .country = {"82", 2},
                                          .national_prefix = {"0", 1},
                                          .tel_domain = {"tel.example", 11}};

static void addresses_have_a_kind_and_a_key(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_route_kind kind;
        const char *key;
    } cases[] = {
        {"sip:bob@Example.COM", SP_ROUTE_EXACT, "bob@example.com"},
        {"sips:bob@example.com:5061", SP_ROUTE_EXACT, "bob@example.com"},
        {"sip:example.com", SP_ROUTE_EXACT, "example.com"},
        {"sip:b%6Fb@example.com;transport=tcp", SP_ROUTE_EXACT, "bob@example.com"},
        {"sip:b*b@example.com", SP_ROUTE_EXACT, "b*b@example.com"},
        {"sip:bob%2A@example.com", SP_ROUTE_EXACT, "bob*@example.com"},
        {"sip:bob*@example.com", SP_ROUTE_PREFIX, "bob@example.com"},
        {"sip:bob%2A*@example.com", SP_ROUTE_PREFIX, "bob*@example.com"},
        {"sip:*@example.com", SP_ROUTE_DOMAIN, "example.com"},
        {"sip:*@example.com:5070", SP_ROUTE_DOMAIN, "example.com:5070"},
        {"sip:010*@example.com", SP_ROUTE_PREFIX, "+8210@example.com"},
        {"tel:+82-10-1234", SP_ROUTE_EXACT, "+82101234@tel.example"},
        {"tel:010-1234*", SP_ROUTE_PREFIX, "+82101234@tel.example"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_rule_address address;
        struct sp_rule_fault fault;
        assert_int_equal(sp_rule_read_address(sp_span_of(cases[i].text), &rules, &address, &fault),
                         SP_OK);
        assert_int_equal(address.kind, cases[i].kind);
        testing_assert_span(address.key.key, cases[i].key);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sp_err err;
    } cases[] = {
        {"", SP_ERR_SYNTAX},
        {"bob", SP_ERR_SYNTAX},
        {"sip:", SP_ERR_SYNTAX},
        {"sip:@example.com", SP_ERR_SYNTAX},
        {"sip:bob@", SP_ERR_SYNTAX},
        {"sip:b b@example.com", SP_ERR_SYNTAX},
        {"https://example.com", SP_ERR_SYNTAX},
        {"tel:*", SP_ERR_SYNTAX},
        {"sip:bob:secret@example.com", SP_ERR_REFUSED},
        {"sip:bob@example.com?Subject=x", SP_ERR_REFUSED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_rule_address address;
        struct sp_rule_fault fault;
        assert_int_equal(sp_rule_read_address(sp_span_of(cases[i].text), &rules, &address, &fault),
                         cases[i].err);
    }
}

static void a_number_without_a_domain_to_look_in_is_refused(void **state)
{
    (void)state;
    struct sp_rule_address address;
    struct sp_rule_fault fault;
    assert_int_equal(sp_rule_read_address(SP_SPAN("tel:112"), NULL, &address, &fault),
                     SP_ERR_REFUSED);
}

static void a_target_leads_somewhere_else(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *to;
        enum sp_err err;
    } cases[] = {
        {"sip:a@x.example", "sip:b@x.example", SP_OK},
        {"sip:a@x.example", "sip:a@x.example:5070", SP_OK},
        {"sip:a@x.example", "sip:a@x.example;transport=tcp", SP_ERR_REFUSED},
        {"sip:a@x.example", "sips:%61@X.example", SP_ERR_REFUSED},
        {"sip:a@x.example", "sip:{user}@x.example", SP_ERR_REFUSED},
        {"sip:a@x.example", "sip:{user};npdi@x.example", SP_OK},
        {"sip:1*@x.example", "sip:1@x.example", SP_OK},
        {"sip:1*@x.example", "sip:0{user}@x.example", SP_OK},
        {"sip:1*@x.example", "sip:{user}@x.example", SP_ERR_REFUSED},
        {"sip:*@x.example", "sip:{user}@x.example", SP_ERR_REFUSED},
        {"sip:*@x.example", "sip:operator@x.example", SP_OK},
        {"sip:*@x.example", "sip:{user}@y.example", SP_OK},
        {"tel:112", "tel:112", SP_ERR_REFUSED},
        {"tel:112", "sip:112@tel.example;user=phone", SP_ERR_REFUSED},
        {"sip:a@x.example", "mailto:a@y.example", SP_ERR_SYNTAX},
        {"sip:a@x.example", "sip:{use}@y.example", SP_ERR_SYNTAX},
        {"sip:a@x.example", "<sip:a@y.example>", SP_ERR_SYNTAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sp_rule_address address;
        struct sp_rule_fault fault;
        assert_int_equal(sp_rule_read_address(sp_span_of(cases[i].from), &rules, &address, &fault),
                         SP_OK);
        const enum sp_err err =
            sp_rule_check_target(sp_span_of(cases[i].to), &address, &rules, &fault);
        if (err != cases[i].err)
            print_message("%s -> %s\n", cases[i].from, cases[i].to);
        assert_int_equal(err, cases[i].err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_a_kind_and_a_key),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(a_number_without_a_domain_to_look_in_is_refused),
        cmocka_unit_test(a_target_leads_somewhere_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
