/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations, good and bad: what is told, and in which line.
 */
#include "server/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/config_key.h"

#define LISTEN "udp:ADDRESS:PORT or tcp:ADDRESS:PORT, IPv6 in brackets"
#define DOMAIN "domain \"example.com\" { role = redirect }\n"

/* All problems as they are printed for the file "f". */
static char *told_about(const char *text)
{
    struct sp_problems problems = {0};
    struct sp_config *config = NULL;
    char *told = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&told, &len);
    assert_non_null(out);
    const enum sp_err err = sp_config_parse(text, &problems, &config);
    assert_int_equal(err == SP_OK, problems.errors == 0);
    assert_int_equal(err == SP_OK, config != NULL);
    sp_problems_print(&problems, "f", out);
    assert_int_equal(fclose(out), 0);
    sp_config_release(&config);
    return told;
}

static void errors_say_the_line_what_is_wrong_and_what_is_allowed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *told;
    } cases[] = {
        {"", "f: warning: no domain: every request is answered 404; write domain \"example.com\" { "
             "role = redirect }\n"},
        {DOMAIN, ""},
        {"lisen = { \"udp:127.0.0.1:5060\" }\n",
         "f:1: unknown key 'lisen'; did you mean 'listen'?\n"},
        {"\n\ndomian \"a\" { }\n", "f:3: unknown key 'domian'; did you mean 'domain'?\n"},
        {"xyzzyx = 1\n", "f:1: unknown key 'xyzzyx'\n"},
        {"domain \"a.example\" {\n role = redirect\n alow = { \"::1\" }\n}\n",
         "f:3: unknown key 'alow'; did you mean 'allow'?\n"},
        {"domain \"a.example\" {\n workers = 2\n}\n", "f:2: unknown key 'workers'\n"},
        {"listen = { \"udp:127.0.0.1:5060\",\n \"tls:[::1]:5061\",\n \"ws:[::1]:80\" }\n",
         "f:2: listen 'tls:[::1]:5061': tls: is not there yet; write udp:ADDRESS:PORT or "
         "tcp:ADDRESS:PORT\n"
         "f:3: listen 'ws:[::1]:80': ws: is not there yet; write udp:ADDRESS:PORT or "
         "tcp:ADDRESS:PORT\n"},
        {"listen = { \"tcp:127.0.0.1:5060\", \"udp:127.0.0.1:5060\" }\n" DOMAIN, ""},
        {"listen = { \"tcp:127.0.0.1:5060\", \"tcp:127.0.0.1\" }\n",
         "f:1: listen has 'tcp:127.0.0.1' twice\n"},
        {"listen = { \"sctp:127.0.0.1:5060\" }\n",
         "f:1: listen can't be 'sctp:127.0.0.1:5060'; write " LISTEN "\n"},
        {"listen = { \"127.0.0.1\", \"udp:example.com:5060\", \"udp:127.0.0.1:70000\" }\n",
         "f:1: listen can't be '127.0.0.1'; write " LISTEN "\n"
         "f:1: listen can't be 'udp:example.com:5060'; write " LISTEN "\n"
         "f:1: listen can't be 'udp:127.0.0.1:70000'; write " LISTEN "\n"},
        {"listen = { \"udp:224.0.1.75\", \"udp:0.0.0.0\", \"udp:[ff02::1]\", \"udp:127.0.0.1:0\" "
         "}\n",
         "f:1: listen can't be 'udp:224.0.1.75'; write " LISTEN "\n"
         "f:1: listen can't be 'udp:[ff02::1]'; write " LISTEN "\n"},
        {"listen = { \"udp:127.0.0.1:5060\", \"udp:127.0.0.1\" }\n",
         "f:1: listen has 'udp:127.0.0.1' twice\n"},
        {"store = \"redis:127.0.0.1:6379\"\n",
         "f:1: store 'redis:127.0.0.1:6379': redis: is not there yet; write memory: | "
         "lmdb:DIRECTORY\n"},
        {"store = \"lmdb:\"\n", "f:1: store can't be 'lmdb:'; write memory: | lmdb:DIRECTORY\n"},
        {"error-info = \"https://sip.example.com/codes/\"\n",
         "f:1: error-info can't be "
         "'https://sip.example.com/codes/'; write an http: or https: address with {code} in it\n"},
        {"error-info = \"sip:{code}@example.com\"\n",
         "f:1: error-info can't be "
         "'sip:{code}@example.com'; write an http: or https: address with {code} in it\n"},
        {"error-info = \"https://a/{code}>\"\n",
         "f:1: error-info can't be "
         "'https://a/{code}>'; write an http: or https: address with {code} in it\n"},
        {"error-info = \"https://a/{code}/{code}\"\n",
         "f:1: error-info can't be "
         "'https://a/{code}/{code}'; write an http: or https: address with {code} in it\n"},
        {"admin = \"127.0.0.1:x\"\n",
         "f:1: admin can't be '127.0.0.1:x'; write ADDRESS:PORT, IPv6 in brackets\n"},
        {"admin = \"localhost:8060\"\n",
         "f:1: admin can't be 'localhost:8060'; write ADDRESS:PORT, IPv6 in brackets\n"},
        {"admin = \"224.0.0.1:8060\"\n",
         "f:1: admin can't be '224.0.0.1:8060'; write ADDRESS:PORT, IPv6 in brackets\n"},
        {"workers = 65\nworkers = two\n", "f:1: workers can't be '65'; write 0 to 64\n"
                                          "f:2: workers stands there twice, also in line 1\n"
                                          "f:2: workers can't be 'two'; write 0 to 64\n"},
        {DOMAIN "admin = \"192.0.2.1\"\n",
         "f:2: warning: admin '192.0.2.1' is open to others without a password or encryption; "
         "write 127.0.0.1:8060 and put a reverse proxy before it\n"},
        {DOMAIN "admin = \"[::1]:0\"\n", ""},
        {"log = verbose\n", "f:1: log can't be 'verbose'; write error | warning | info | debug\n"},
        {"numbers = e164\n", "f:1: numbers = e164 needs a country; write country = \"82\"\n"},
        {"numbers = e164\ncountry = \"+82\"\n",
         "f:1: numbers = e164 needs a country; write country = \"82\"\n"
         "f:2: country can't be '+82'; write 1 to 3 digits\n"},
        {"redirect-state = stateful\n",
         "f:1: redirect-state can't be 'stateful'; write stateless | transaction\n"},
        {"session-timer {\n min-se = 60\n}\n", "f:2: min-se can't be '60'; write 90 to 86400\n"},
        {"session-timer { min-se = 3600 }\n", "f:1: session-expires 1800 is below min-se 3600\n"},
        {"session-timer { }\nsession-timer { }\n", "f:2: session-timer stands there twice\n"},
        {"domain \"a.example\" { }\n",
         "f:1: domain 'a.example' has no role; write role = redirect or role = proxy\n"},
        {"domain \"a.example\" { role = b2bua  next-hop = \"sip:127.0.0.1:7200\" }\n"
         "domain \"b.example\" { role = registrar  min-expires = 60 }\n",
         "f:1: role b2bua is not there yet; write role = redirect or role = proxy\n"
         "f:2: role registrar is not there yet; write role = redirect or role = proxy\n"},
        {"domain \"a.example\" { role = relay }\n",
         "f:1: role can't be 'relay'; write redirect | proxy\n"},
        {"domain \"a.example\" {\n role = proxy\n}\n",
         "f:3: domain 'a.example' has role = proxy and no next-hop; write next-hop = "
         "\"sip:HOST:PORT\"\n"},
        {"domain \"a.example\" { role = proxy  next-hop = \"192.0.2.1\" }\n",
         "f:1: next-hop can't be '192.0.2.1'; write a SIP URI\n"
         "f:1: domain 'a.example' has role = proxy and no next-hop; write next-hop = "
         "\"sip:HOST:PORT\"\n"},
        {"\ndomain \"a.example\" { role = proxy  next-hop = \"sip:127.0.0.1\" }\n",
         "f:2: warning: the next hop of 'a.example' is this server itself: its calls end with 482 "
         "(a loop); write the address of another\n"},
        {"domain \"a.example\" { role = redirect  fork = both  history = all\n timer-c = 180 }\n",
         "f:1: fork can't be 'both'; write serial | parallel\n"
         "f:1: history can't be 'all'; write off | history-info | diversion | both\n"
         "f:2: timer-c can't be '180'; write 181 to 86400\n"},
        {"dns = \"ns.example.com\"\n", "f:1: dns can't be 'ns.example.com'; write ADDRESS or "
                                       "ADDRESS:PORT\n"},
        {DOMAIN "peer \"a\" { address = \"192.0.2.1\"\n session-timer {\n mode = on\n} }\n",
         "f:4: mode can't be 'on'; write enforce | observe | off\n"},
        {DOMAIN "peer \"a\" {\n session-timer { min-se = 3600 }\n address = \"192.0.2.1\" }\n",
         "f:3: session-expires 1800 is below min-se 3600\n"},
        {"domain \"a.example\" { session-timer { }\n session-timer { }\n role = redirect }\n",
         "f:2: session-timer stands there twice\n"},
        {"domain \"a.example\" { role = redirect\n sesion-timer { } }\n",
         "f:2: unknown key 'sesion-timer'; did you mean 'session-timer'?\n"},
        {"domain \"a b\" { session-timer { min-se = 1 } role = redirect }\n",
         "f:1: 'a b' is no domain; write a name such as example.com, without a port\n"},
        {DOMAIN "peer \"a\" { address = \"192.0.2.1\"\n authority = { \"sip:a@example.com\" } }\n",
         "f:3: authority can\'t be \'sip:a@example.com\'; write domains, \"1555*@example.com\", "
         "\"bob@example.com\"\n"},
        {"domain \"a.example\" { role = redirect }\ndomain \"A.example\" { role = redirect }\n",
         "f:2: domain 'a.example' stands there twice\n"},
        {"domain \"a b\" { role = redirect }\n",
         "f:1: 'a b' is no domain; write a name such as example.com, without a port\n"},
        {"domain \"a.example\" { role = redirect  allow = { \"192.0.2.1/24\", \"office\" } }\n",
         "f:1: allow '192.0.2.1/24': the prefix is too long, or bits behind it are not 0\n"
         "f:1: allow can't be 'office'; write addresses or networks, such as \"192.0.2.0/24\"\n"},
        {"domain \"a.example\" { role = redirect  open = yes }\n",
         "f:1: warning: open = yes: everybody may ask what 'a.example' holds\n"},
        {"domain \"a.example\" { role = redirect  open = true }\n",
         "f:1: open can't be 'true'; write yes | no\n"},
        {"peer \"carrier\" { follow = yes }\n",
         "f:1: peer 'carrier' has no address; write address = ADDRESS or ADDRESS:PORT\n"},
        {"peer \"carrier\" { address = \"sbc.example.com\" }\n",
         "f:1: address can't be 'sbc.example.com'; write ADDRESS or ADDRESS:PORT\n"
         "f:1: peer 'carrier' has no address; write address = ADDRESS or ADDRESS:PORT\n"},
        {"peer \"carrier\" { address = \"192.0.2.7\"  learn = yes }\n",
         "f:1: learn can't be 'yes'; write off | suggest | apply\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *told = told_about(cases[i].text);
        assert_string_equal(told, cases[i].told);
        free(told);
    }
}

static void an_error_of_syntax_is_told_with_its_line(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "\nlisten = {\n",
        "\nworkers 3\n",
        "\ndomain { role = redirect }\n",
        "\n}\n",
        "\nstore = \"lmdb:/x\n",
        "\n= = =\n",
        "\ndomain a { role = redirect\n",
        "\ndomain a { role = redirect # }",
        "\ndomain a {\nsession-timer { min-se = 90 }\n",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        char *told = told_about(broken[i]);
        assert_int_equal(strncmp(told, "f:", 2), 0);
        assert_in_range(told[2], '1', '9');
        free(told);
    }
}

static void what_is_not_written_has_its_default(void **state)
{
    (void)state;
    struct sp_problems problems = {0};
    struct sp_config *config;
    assert_int_equal(sp_config_parse("", &problems, &config), SP_OK);
    assert_int_equal(config->listener_count, 2);
    assert_int_equal(config->listeners[0].transport, SP_TRANSPORT_UDP);
    assert_int_equal(config->listeners[1].transport, SP_TRANSPORT_TCP);
    for (size_t i = 0; i < 2; i++) {
        assert_true(sp_address_is_loopback(&config->listeners[i].address));
        assert_int_equal(config->listeners[i].address.port, 5060);
    }
    assert_int_equal(sp_config_transports(config), SP_TRANSPORT_UDP | SP_TRANSPORT_TCP);
    assert_true(sp_span_equal(config->store, SP_SPAN("memory:")));
    assert_true(sp_span_is_absent(config->control));
    assert_int_equal(config->answer_limit, 200);
    assert_int_equal(config->timer.mode, SP_TIMER_MODE_OFF);
    assert_int_equal(config->timer.min_se_s, 90);
    assert_int_equal(config->dns.family, SP_FAMILY_NONE);
    assert_int_equal(config->dns_timeout_s, 4);
    assert_false(config->keeps_transactions);
    assert_null(sp_config_domain(config, SP_SPAN("example.com")));
    sp_config_release(&config);
    assert_null(config);
}

static void check_proxy(const struct sp_config *config, const struct sp_domain *domain)
{
    assert_non_null(domain);
    assert_int_equal(domain->role, SP_ROLE_PROXY);
    assert_true(sp_span_equal(domain->next_hop, SP_SPAN("sip:192.0.2.9;transport=tcp")));
    assert_true(domain->leaves_no_route);
    assert_true(domain->forks_parallel);
    assert_int_equal(domain->history, SP_HISTORY_INFO | SP_HISTORY_DIVERSION);
    assert_int_equal(domain->timer_c_s, 200);
    const struct sp_session_timer *timer = sp_config_session_timer(config, domain, NULL);
    assert_ptr_equal(timer, &domain->timer);
    assert_int_equal(timer->mode, SP_TIMER_MODE_OBSERVE);
    assert_int_equal(timer->min_se_s, 120);
    assert_int_equal(timer->session_expires_s, 200); /* the file's */
    assert_int_equal(timer->expired, SP_EXPIRED_BYE);
}

static void check_peer(const struct sp_config *config, const struct sp_peer *peer)
{
    assert_true(peer->follow);
    assert_int_equal(peer->learn, SP_LEARN_APPLY);
    assert_true(peer->allow_private);
    assert_int_equal(peer->authority_count, 2);
    assert_true(sp_span_equal(peer->authority[0], SP_SPAN("Down.example.com")));
    assert_true(sp_span_equal(peer->authority[1], SP_SPAN("+82155*@example.com")));
    assert_int_equal(peer->max_hops, 1);
    assert_int_equal(peer->max_targets, 2);
    assert_int_equal(peer->max_age_s, 60);
    assert_int_equal(peer->demote_after, 4);
    assert_int_equal(peer->learn_limit, 0);
    const struct sp_domain *domain = sp_config_domain(config, SP_SPAN("b.example"));
    assert_true(domain->timer.is_written); /* and yet the peer's comes first */
    assert_ptr_equal(sp_config_session_timer(config, domain, peer), &peer->timer);
    assert_int_equal(peer->timer.mode, SP_TIMER_MODE_OFF);
}

static void a_peer_is_found_by_its_port_first(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        int peer; /* -1: none */
    } cases[] = {
        {"192.0.2.1:5060", 0}, {"192.0.2.1:5061", 1}, {"192.0.2.1:5062", -1}, {"192.0.2.2:9", 2},
        {"192.0.2.3:5060", 3}, {"192.0.2.3:1", 4},    {"192.0.2.4:5060", -1},
    };
    struct sp_problems problems = {0};
    struct sp_config *config;
    assert_int_equal(sp_config_parse(DOMAIN "peer a { address = \"192.0.2.1:5060\" }\n"
                                            "peer b { address = \"192.0.2.1:5061\" }\n"
                                            "peer c { address = \"192.0.2.2:5060\" }\n"
                                            "peer d { address = \"192.0.2.3:5060\" }\n"
                                            "peer e { address = \"192.0.2.3\" }\n",
                                     &problems, &config),
                     SP_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sp_address address;
        assert_int_equal(sp_address_parse(sp_span_of(cases[i].address), 0, &address), SP_OK);
        const struct sp_peer *peer = sp_config_peer(config, &address);
        assert_int_equal(peer == NULL ? -1 : peer - config->peers, cases[i].peer);
    }
    sp_config_release(&config);
}

static void a_peer_may_move_the_domains_whose_next_hop_it_is(void **state)
{
    (void)state;
    struct sp_problems problems = {0};
    struct sp_config *config;
    assert_int_equal(
        sp_config_parse("peer a { address = \"192.0.2.1:5070\" }\n"
                        "peer b { address = \"192.0.2.2\" }\n"
                        "peer c { address = \"192.0.2.2\" }\n"
                        "domain x.example { role = proxy  next-hop = \"sip:192.0.2.1:5070\" }\n"
                        "domain y.example { role = proxy  next-hop = \"sip:192.0.2.2\" }\n"
                        "domain z.example { role = redirect  next-hop = \"sip:192.0.2.2\" }\n"
                        "domain w.example { role = proxy  next-hop = \"sip:192.0.2.1\" }\n",
                        &problems, &config),
        SP_OK);
    assert_int_equal(config->peers[0].authority_count, 1);
    assert_true(sp_span_equal(config->peers[0].authority[0], SP_SPAN("x.example")));
    assert_int_equal(config->peers[1].authority_count, 1);
    assert_true(sp_span_equal(config->peers[1].authority[0], SP_SPAN("y.example")));
    sp_config_release(&config);
}

static void every_key_is_taken(void **state)
{
    (void)state;
    struct sp_problems problems = {0};
    struct sp_config *config;
    struct sp_address far;
    const char *const text =
        "listen = { \"udp:192.0.2.1:5070\", \"udp:[2001:db8::1]\" }\n"
        "store = \"lmdb:/var/lib/signpost\"  control = \"/run/control\"  workers = 3  log = debug\n"
        "error-info = \"https://a.example/{code}.html\"\n"
        "numbers = e164  country = 82  national-prefix = 0  tel-domain = \"Example.COM\"\n"
        "redirect-state = transaction  answer-limit = 0  transactions = 1000\n"
        "dns = \"127.0.0.1:5353\"  dns-timeout = 2\n"
        "session-timer { min-se = 100  session-expires = 200  max-session-expires = 300\n"
        "  end-expired = bye }\n"
        "domain \"Example.com\" { role = redirect  allow = { \"192.0.2.0/24\", \"::1\" }  npdi = "
        "answer }\n"
        "domain \"b.example\" { session-timer { mode = observe min-se = 120 } role = proxy\n"
        "  next-hop = \"sip:192.0.2.9;transport=tcp\"  record-route = no  fork = parallel\n"
        "  history = both  timer-c = 200  open = no }\n"
        "peer \"carrier\" { address = \"198.51.100.7:5060\"  follow = yes  learn = apply\n"
        "  authority = { \"Down.example.com\", \"+82155*@example.com\" }\n"
        "  allow-private = yes  max-hops = 1  max-targets = 2  max-age = 60  demote-after = 4\n"
        "  learn-limit = 0  session-timer { mode = off } }\n";
    assert_int_equal(sp_config_parse(text, &problems, &config), SP_OK);
    assert_int_equal(problems.count, 0);
    assert_int_equal(config->listener_count, 2);
    assert_int_equal(config->listeners[0].address.port, 5070);
    assert_int_equal(config->listeners[1].address.port, 5060);
    assert_true(sp_span_equal(config->store, SP_SPAN("lmdb:/var/lib/signpost")));
    assert_true(sp_span_equal(config->control, SP_SPAN("/run/control")));
    assert_int_equal(config->workers, 3);
    assert_int_equal(config->log, SP_LOG_DEBUG);
    assert_true(sp_span_equal(config->error_info.before, SP_SPAN("https://a.example/")));
    assert_true(sp_span_equal(config->error_info.after, SP_SPAN(".html")));
    assert_true(config->key_rules.is_e164);
    assert_true(sp_span_equal(config->key_rules.country, SP_SPAN("82")));
    assert_true(sp_span_equal(config->key_rules.national_prefix, SP_SPAN("0")));
    assert_true(sp_span_equal(config->key_rules.tel_domain, SP_SPAN("example.com")));
    assert_true(config->keeps_transactions);
    assert_int_equal(config->answer_limit, 0);
    assert_int_equal(config->transactions_max, 1000);
    assert_int_equal(config->dns.port, 5353);
    assert_int_equal(config->dns_timeout_s, 2);
    assert_int_equal(config->timer.mode, SP_TIMER_MODE_ENFORCE);
    assert_int_equal(config->timer.expired, SP_EXPIRED_BYE);
    assert_int_equal(config->timer.min_se_s, 100);
    assert_int_equal(config->timer.session_expires_s, 200);
    assert_int_equal(config->timer.max_session_expires_s, 300);
    assert_true(config->has_proxy);
    const struct sp_domain *domain = sp_config_domain(config, SP_SPAN("example.com"));
    assert_non_null(domain);
    assert_true(domain->answers_npdi);
    assert_int_equal(domain->acl.count, 2);
    check_proxy(config, sp_config_domain(config, SP_SPAN("b.example")));
    assert_int_equal(config->peer_count, 1);
    check_peer(config, &config->peers[0]);
    assert_int_equal(sp_address_parse(SP_SPAN("198.51.100.7"), 9, &far), SP_OK);
    assert_true(sp_acl_names(&config->peer_acl, &far));
    sp_config_release(&config);
}

/* The table's defaults, read as a file, change nothing. */
static void the_defaults_of_the_table_are_those_of_the_code(void **state)
{
    (void)state;
    char text[4096] = "";
    struct sp_problems problems = {0};
    struct sp_config *plain;
    struct sp_config *written;
    for (int key = 0; key < SP_KEY_COUNT; key++) {
        const struct sp_config_row *row = sp_config_row((enum sp_config_key)key);
        const size_t len = strlen(text);
        if (strcmp(row->standard, "-") == 0)
            continue;
        if (strcmp(row->section, "-") == 0)
            (void)snprintf(text + len, sizeof text - len, "%s = %s\n", row->name, row->standard);
    }
    assert_int_equal(sp_config_parse("", &problems, &plain), SP_OK);
    assert_int_equal(sp_config_parse(text, &problems, &written), SP_OK);
    assert_int_equal(problems.errors, 0);
    assert_null(sp_config_needs_restart(plain, written));
    assert_int_equal(plain->log, written->log);
    assert_int_equal(plain->answer_limit, written->answer_limit);
    assert_int_equal(plain->dns_timeout_s, written->dns_timeout_s);
    sp_config_release(&plain);
    sp_config_release(&written);
}

static void what_takes_a_restart_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *key; /* NULL: it takes none */
    } cases[] = {
        {DOMAIN "log = debug answer-limit = 5 numbers = exact", NULL},
        {"listen = { \"udp:127.0.0.1:0\", \"tcp:127.0.0.1:0\" }", NULL}, /* as it was given */
        {"listen = { \"udp:127.0.0.1:5060\" }", "listen"},
        {"listen = { \"tcp:127.0.0.1:5060\", \"udp:127.0.0.1:5060\" }", "listen"},
        {"listen = { \"udp:127.0.0.1:5061\", \"tcp:127.0.0.1:5060\" }", "listen"},
        {"listen = { \"udp:127.0.0.1:5060\", \"udp:[::1]:5060\" }", "listen"},
        {"store = \"lmdb:/x\"", "store"},
        {"control = \"/run/x\"", "control"},
        {"admin = \"127.0.0.1:8060\"", "admin"},
        {"workers = 3", "workers"},
        {"redirect-state = transaction", "redirect-state"},
        {"transactions = 99", "transactions"},
        {"dns = \"127.0.0.1\"", "dns"},
        {"dns-timeout = 9", "dns-timeout"},
        {"tcp-connections = 99", "tcp-connections"},
        {"tcp-connections-per-address = 99", "tcp-connections-per-address"},
        {"tcp-idle = 99", "tcp-idle"},
        {"tcp-ping = 99", "tcp-ping"},
    };
    struct sp_problems problems = {.count = 0};
    struct sp_config *now;
    assert_int_equal(sp_config_parse("", &problems, &now), SP_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sp_config *wanted;
        assert_int_equal(sp_config_parse(cases[i].text, &problems, &wanted), SP_OK);
        const char *const key = sp_config_needs_restart(now, wanted);
        assert_string_equal(key == NULL ? "" : key, cases[i].key == NULL ? "" : cases[i].key);
        sp_config_release(&wanted);
    }
    sp_config_release(&now);
}

static void a_file_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct sp_problems problems = {0};
    struct sp_config *config = NULL;
    assert_int_equal(sp_config_read("/nonexistent/signpost.conf", &problems, &config),
                     SP_ERR_ABSENT);
    assert_int_equal(problems.errors, 1);
    assert_string_equal(problems.list[0].text, "can't be opened: No such file or directory");
    assert_int_equal(sp_config_read("/tmp", &problems, &config), SP_ERR_IO);
    assert_string_equal(problems.list[1].text, "can't be read: a folder");
    assert_null(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_say_the_line_what_is_wrong_and_what_is_allowed),
        cmocka_unit_test(an_error_of_syntax_is_told_with_its_line),
        cmocka_unit_test(what_is_not_written_has_its_default),
        cmocka_unit_test(every_key_is_taken),
        cmocka_unit_test(a_peer_is_found_by_its_port_first),
        cmocka_unit_test(a_peer_may_move_the_domains_whose_next_hop_it_is),
        cmocka_unit_test(the_defaults_of_the_table_are_those_of_the_code),
        cmocka_unit_test(what_takes_a_restart_is_named),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
