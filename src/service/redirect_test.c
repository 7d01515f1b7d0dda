/* SPDX-License-Identifier: Apache-2.0 */
#include "service/redirect.h"

#include "service/service_test.h"

static const struct sp_redirect_policy policy = {0};

/* What is answered to a request line when `route` is what the store has; NULL: no route. */
static const char *answer(struct desk *desk, const char *line, const struct sp_route *route)
{
    struct sp_redirect_verdict verdict;
    struct sp_uri_key key;
    desk_read(desk, line, "Require: unheard-of\r\n");
    if (sp_redirect_needs(&desk->message, &policy, &key, &verdict))
        assert_int_equal(sp_redirect_decide(&desk->message, &key, route, &desk->arena, &verdict),
                         SP_OK);
    const struct sp_response_head head = desk_head(desk);
    struct sp_span written;
    sp_redirect_write(&desk->writer, &head, &verdict);
    assert_int_equal(sp_writer_end(&desk->writer, &written), SP_OK);
    return desk->paper;
}

static struct sp_route_target target(const char *uri)
{
    return (struct sp_route_target){.uri = sp_span_of(uri), .q = 1000};
}

static struct sp_route route_to(uint16_t code, const char *uri)
{
    struct sp_route route = {.kind = SP_ROUTE_EXACT, .code = code};
    if (uri != NULL)
        route.target[route.target_count++] = target(uri);
    return route;
}

static void assert_has(const char *text, const char *piece)
{
    if (strstr(text, piece) == NULL)
        fail_msg("no \"%s\" in:\n%s", piece, text);
}

static void assert_has_not(const char *text, const char *piece)
{
    if (strstr(text, piece) != NULL)
        fail_msg("\"%s\" in:\n%s", piece, text);
}

static void a_moved_user_is_answered_with_the_new_address(void **state)
{
    (void)state;
    static struct desk desk;
    const struct sp_route route = route_to(301, "sip:b@new.example.net");
    const char *text = answer(&desk, "INVITE sip:b@example.com", &route);
    assert_has(text, "SIP/2.0 301 Moved Permanently\r\n");
    assert_has(text, "Contact: <sip:b@new.example.net>\r\n");
    assert_has(text, "To: <sip:b@example.com>;tag=t1\r\n");
    assert_has(text, "CSeq: 7 INVITE\r\n");
    assert_has(text, "Content-Length: 0\r\n\r\n");
}

static void every_method_is_redirected_alike(void **state)
{
    (void)state;
    static const char *const methods[] = {"INVITE",   "OPTIONS", "MESSAGE",  "SUBSCRIBE",
                                          "REGISTER", "PUBLISH", "NEWMETHOD"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        struct desk desk;
        char line[64];
        const struct sp_route route = route_to(302, "sip:b@new.example.net");
        snprintf(line, sizeof line, "%s sip:b@example.com", methods[i]);
        assert_has(answer(&desk, line, &route), "SIP/2.0 302 Moved Temporarily\r\n");
    }
}

static void a_cancel_is_answered_200_whatever_the_table_says(void **state)
{
    (void)state;
    static struct desk desk;
    assert_has(answer(&desk, "CANCEL sip:b@example.com", NULL), "SIP/2.0 200 OK\r\n");
}

static void contacts_stand_in_order_of_q(void **state)
{
    (void)state;
    static struct desk desk;
    struct sp_route route = route_to(300, "sip:last@example.net");
    route.target[0].has_q = true;
    route.target[0].q = 0;
    route.target[1] = target("sip:half@example.net");
    route.target[1].has_q = true;
    route.target[1].q = 500;
    route.target[2] = target("sip:first@example.net");
    route.target[3] = target("sip:second@example.net");
    route.target[3].has_expires = true;
    route.target[3].expires_s = 60;
    route.target[4] = target("sip:third@example.net");
    route.target[4].has_q = true;
    route.target[4].q = 333;
    route.target_count = 5;
    assert_has(answer(&desk, "INVITE sip:b@example.com", &route),
               "Contact: <sip:first@example.net>\r\n"
               "Contact: <sip:second@example.net>;expires=60\r\n"
               "Contact: <sip:half@example.net>;q=0.5\r\n"
               "Contact: <sip:third@example.net>;q=0.333\r\n"
               "Contact: <sip:last@example.net>;q=0\r\n");
}

static void the_request_uri_is_never_a_contact(void **state)
{
    (void)state;
    static struct desk desk;
    struct sp_route route = route_to(301, "sip:b@EXAMPLE.com");
    const char *text = answer(&desk, "INVITE sip:b@example.com", &route);
    assert_has(text, "SIP/2.0 404 No Other Address Than The One Asked\r\n");
    assert_has_not(text, "EXAMPLE");

    route.target[route.target_count++] = target("sip:b@example.com;transport=tcp");
    text = answer(&desk, "INVITE sip:b@example.com", &route);
    assert_has(text, "SIP/2.0 301 ");
    assert_has(text, "Contact: <sip:b@example.com;transport=tcp>\r\n");
    assert_has_not(text, "EXAMPLE");
}

static void a_sips_request_gets_sips_contacts_only(void **state)
{
    (void)state;
    static struct desk desk;
    struct sp_route route = route_to(301, "sip:b@new.example.net");
    const char *text = answer(&desk, "INVITE sips:b@example.com", &route);
    assert_has(text, "SIP/2.0 480 ");
    assert_has(text, "Warning: 380 signpost \"SIPS Not Allowed\"\r\n");
    assert_has_not(text, "\r\nContact:");

    route.target[route.target_count++] = target("sips:b@new.example.net");
    text = answer(&desk, "INVITE sips:b@example.com", &route);
    assert_has(text, "Contact: <sips:b@new.example.net>\r\n");
    assert_has_not(text, "<sip:b@new.example.net>");
}

static void the_user_asked_for_goes_into_the_template(void **state)
{
    (void)state;
    static struct desk desk;
    const struct sp_route route = route_to(301, "sip:{user}@gw7.example.net");
    assert_has(answer(&desk, "INVITE sip:17775550000@example.com", &route),
               "Contact: <sip:17775550000@gw7.example.net>\r\n");
    assert_has(answer(&desk, "INVITE sip:a%40b%3e%0d@example.com", &route),
               "Contact: <sip:a%40b%3E%0D@gw7");
}

static void codes_without_targets_are_answered_as_routed(void **state)
{
    (void)state;
    static const struct {
        uint16_t code;
        const char *line;
    } cases[] = {{404, "SIP/2.0 404 Not Found\r\n"},
                 {410, "SIP/2.0 410 Gone\r\n"},
                 {480, "SIP/2.0 480 Temporarily Unavailable\r\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct desk desk;
        const struct sp_route route = route_to(cases[i].code, NULL);
        const char *text = answer(&desk, "INVITE sip:b@example.com", &route);
        assert_has(text, cases[i].line);
        assert_has_not(text, "\r\nContact:");
    }
}

static void an_unknown_user_is_not_found(void **state)
{
    (void)state;
    static struct desk desk;
    assert_has(answer(&desk, "INVITE sip:b@example.com", NULL), "SIP/2.0 404 Not Found\r\n");
}

static void a_number_that_was_dipped_is_not_looked_up_again(void **state)
{
    (void)state;
    static struct desk desk;
    const struct sp_route route = route_to(302, "sip:b@new.example.net");
    static const char *const lines[] = {
        "INVITE sip:15550000001;npdi;rn=15550009999@example.com",
        "INVITE sip:15550000001;rn=+1(555)000-9999;NPDI@example.com",
        "INVITE tel:+15550000001;npdi",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_has(answer(&desk, lines[i], &route),
                   "SIP/2.0 404 Number Portability Already Dipped\r\n");
    assert_has(answer(&desk, "INVITE sip:example.com", &route),
               "SIP/2.0 302 Moved Temporarily\r\n");
    assert_has(answer(&desk, "INVITE sip:15550000001;x=npdi@example.com;npdi", &route),
               "SIP/2.0 302 Moved Temporarily\r\n");
    answer(&desk, lines[0], &route);

    const struct sp_redirect_policy willing = {.answers_npdi = true};
    struct sp_redirect_verdict verdict;
    struct sp_uri_key key;
    assert_true(sp_redirect_needs(&desk.message, &willing, &key, &verdict));
    assert_true(sp_span_equal(key.user, SP_SPAN("15550000001")));
}

static void an_address_too_long_for_a_table_is_not_found(void **state)
{
    (void)state;
    static struct desk desk;
    char line[SP_KEY_MAX + 64];
    snprintf(line, sizeof line, "INVITE sip:%0*d@example.com", SP_KEY_MAX, 7);
    const struct sp_route route = route_to(301, "sip:b@new.example.net");
    assert_has(answer(&desk, line, &route), "SIP/2.0 404 ");
}

static void a_full_arena_is_said_to_be_full(void **state)
{
    (void)state;
    static struct desk desk;
    struct sp_redirect_verdict verdict;
    struct sp_uri_key key;
    char little[16];
    struct sp_arena arena;
    const struct sp_route route = route_to(301, "sip:somebody@a.rather.long.example.net");
    desk_read(&desk, "INVITE sip:b@example.com", "");
    assert_true(sp_redirect_needs(&desk.message, &policy, &key, &verdict));
    sp_arena_init(&arena, little, sizeof little);
    assert_int_equal(sp_redirect_decide(&desk.message, &key, &route, &arena, &verdict),
                     SP_ERR_FULL);
    sp_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moved_user_is_answered_with_the_new_address),
        cmocka_unit_test(every_method_is_redirected_alike),
        cmocka_unit_test(a_cancel_is_answered_200_whatever_the_table_says),
        cmocka_unit_test(contacts_stand_in_order_of_q),
        cmocka_unit_test(the_request_uri_is_never_a_contact),
        cmocka_unit_test(a_sips_request_gets_sips_contacts_only),
        cmocka_unit_test(the_user_asked_for_goes_into_the_template),
        cmocka_unit_test(codes_without_targets_are_answered_as_routed),
        cmocka_unit_test(an_unknown_user_is_not_found),
        cmocka_unit_test(a_number_that_was_dipped_is_not_looked_up_again),
        cmocka_unit_test(an_address_too_long_for_a_table_is_not_found),
        cmocka_unit_test(a_full_arena_is_said_to_be_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
