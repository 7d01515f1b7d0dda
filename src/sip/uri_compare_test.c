/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 3261 §19.1.4 and RFC 3966 §4, with the examples of the former.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "signpost/sip/uri.h"

struct pair {
    const char *a, *b;
};

static bool are_equal(struct pair pair)
{
    struct sp_uri a;
    struct sp_uri b;
    assert_int_equal(sp_uri_parse(sp_span_of(pair.a), &a), SP_OK);
    assert_int_equal(sp_uri_parse(sp_span_of(pair.b), &b), SP_OK);
    const bool is_equal = sp_uri_equal(&a, &b);
    assert_int_equal(sp_uri_equal(&b, &a), is_equal);
    assert_true(sp_uri_equal(&a, &a));
    return is_equal;
}

static void the_examples_of_the_rfc_that_are_equal(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"},
        {"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"},
        {"sip:carol@chicago.com", "sip:carol@chicago.com;security=on"},
        {"sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"},
        {"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
         "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"},
        {"sip:alice@atlanta.com?subject=project%20x&priority=urgent",
         "sip:alice@atlanta.com?priority=urgent&subject=project%20x"},
        /* Not transitive: both are equal to the one without, and not to each other. */
        {"sip:carol@chicago.com", "sip:carol@chicago.com;security=off"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_true(are_equal(pairs[i]));
}

static void the_examples_of_the_rfc_that_are_not(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"},
        {"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"},
        {"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"},
        {"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"},
        {"sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"},
        {"sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"},
        {"sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_false(are_equal(pairs[i]));
}

static void what_else_the_rules_say(void **state)
{
    (void)state;
    static const struct {
        struct pair pair;
        bool is_equal;
    } cases[] = {
        {{"sip:a@h", "sips:a@h"}, false},
        {{"sip:a@h", "sip:h"}, false},
        {{"sip:a@h", "sip:a:@h"}, false},
        {{"sip:a:b@h", "sip:a:B@h"}, false},
        {{"sip:a%3Bb@h", "sip:a;b@h"}, false}, /* reserved: not the same as its escape */
        {{"sip:a%3bb@h", "sip:a%3Bb@h"}, true},
        {{"sip:null-%00-null@h", "sip:null-%00@h"}, false},
        {{"sip:a@h;user=phone", "sip:a@h"}, false},
        {{"sip:a@h;ttl=1", "sip:a@h"}, false},
        {{"sip:a@h;method=INVITE", "sip:a@h"}, false},
        {{"sip:a@h;maddr=192.0.2.1", "sip:a@h"}, false},
        {{"sip:a@h;lr", "sip:a@h;lr"}, true},
        {{"sip:a@h;lr", "sip:a@h;lr=x"}, false},
        {{"sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0::0:1]"}, true},
        {{"sip:a@[2001:db8::1]", "sip:a@[2001:db8::2]"}, false},
        {{"sip:a@[2001:db8:::1]", "sip:a@[2001:DB8:::1]"}, true},
        {{"sip:a@h?x=1&x=1&y=2", "sip:a@h?x=1&y=2&y=2"}, false},
        {{"sip:a@h?x=1", "sip:a@h?x=2"}, false},
        {{"tel:+1-201-555-0123", "tel:+12015550123"}, true},
        {{"tel:+1-201-555-0123", "tel:1-201-555-0123"}, false},
        {{"tel:7042;phone-context=Example.com", "tel:70-42;phone-context=example.COM"}, true},
        {{"tel:7042;phone-context=example.com", "tel:7042"}, false},
        {{"tel:+1;ext=1;isub=2", "tel:+1;isub=2;ext=1"}, true},
        {{"sip:a@h;x=1;x", "sip:a@h;x=1;x=2"}, true}, /* the first counts */
        {{"isbn:1", "isbn:1"}, true},
        {{"isbn:1", "isbn:2"}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(are_equal(cases[i].pair), cases[i].is_equal);
}

/* The cost would be the product of the counts. */
static void very_many_parameters_are_equal_only_as_written(void **state)
{
    (void)state;
    char a[400] = "sip:h";
    char b[400] = "sip:h";
    size_t len = strlen(a);
    for (char letter = 'a'; letter <= 'z'; letter++) {
        snprintf(a + len, sizeof a - len, ";%c;x%c", letter, letter);
        snprintf(b + len, sizeof b - len, ";x%c;%c", letter, letter);
        len = strlen(a);
    }
    assert_true(are_equal((struct pair){a, a}));
    assert_false(are_equal((struct pair){a, b}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_rfc_that_are_equal),
        cmocka_unit_test(the_examples_of_the_rfc_that_are_not),
        cmocka_unit_test(what_else_the_rules_say),
        cmocka_unit_test(very_many_parameters_are_equal_only_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
