/* SPDX-License-Identifier: Apache-2.0
 *
 * The only door of libunbound (ub_ctx_async(3) in its form with a thread: a fork of a process of
 * this size would be worse, and its form without either hands out packets, which we do not parse).
 * A context is made with the first question, so a server that meets only numbers has none.
 */
#include "net/dns.h"

#include <stdio.h>
#include <stdlib.h>
#include <unbound.h>

#include "base/check.h"
#include "base/slab.h"
#include "net/dns_record.h"
#include "net/loop_uv.h"

enum {
    QUESTIONS_MAX = 256,
    TEXT_MAX = 8192,   /* names of one answer */
    TTL_MAX_S = 86400, /* what a zone says beyond a day is a mistake or malice */
    CLASS_IN = 1,      /* RFC 1035 §3.2.4 */
    RCODE_NOERROR = 0, /* RFC 1035 §4.1.1 */
    RCODE_NXDOMAIN = 3,
};

struct question {
    struct sp_dns *dns;
    struct question *next; /* in the list of open ones */
    uint64_t number;
    enum sp_dns_type type;
    int id; /* the library's */
};

struct sp_dns {
    uv_poll_t poll;
    struct sp_loop *loop;
    struct sp_dns_options options;
    struct ub_ctx *context; /* NULL: nothing was asked yet */
    struct sp_slab *slab;
    struct question *open;
    union sp_dns_record records[SP_DNS_RECORDS_MAX];
    char text[TEXT_MAX];
};

/* Options of unbound.conf(5). Without the validator: a zone's signatures change nothing about where
 * a call goes, and a validating server in front of us does it better. A server that was dead is
 * asked again after half a minute. */
static const struct {
    const char *name, *value;
} settings[] = {
    {"module-config:", "iterator"},     {"do-not-query-localhost:", "no"},
    {"infra-host-ttl:", "30"},          {"infra-keep-probing:", "yes"},
    {"cache-max-negative-ttl:", "300"}, {"msg-cache-size:", "1m"},
    {"rrset-cache-size:", "1m"},        {"verbosity:", "0"},
    {"unblock-lan-zones:", "yes"},
};

static bool set_server(struct ub_ctx *context, const struct sp_address *server)
{
    if (server->family == SP_FAMILY_NONE) {
        (void)ub_ctx_hosts(context, NULL); /* without such a file there are no such names */
        /* Without this one, as in the C library, the machine itself is asked. */
        return ub_ctx_resolvconf(context, NULL) == 0 || ub_ctx_set_fwd(context, "127.0.0.1") == 0;
    }
    struct sp_address host = *server;
    char address[SP_ADDRESS_TEXT_MAX + 8];
    struct sp_writer writer;
    struct sp_span text;
    sp_writer_init(&writer, address, sizeof address - 1);
    sp_address_print_bare(&writer, &host);
    sp_write_octet(&writer, '@');
    sp_write_u64(&writer, host.port);
    if (sp_writer_end(&writer, &text) != SP_OK)
        return false;
    address[text.len] = '\0';
    return ub_ctx_set_fwd(context, address) == 0;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)events;
    const struct sp_dns *dns = poll->data;
    if (status == 0)
        (void)ub_process(dns->context); /* a broken pipe to the thread: questions time out */
}

static bool watch(struct sp_dns *dns, int fd)
{
    if (fd < 0 || uv_poll_init(sp_loop_uv(dns->loop), &dns->poll, fd) != 0)
        return false;
    dns->poll.data = dns;
    SP_CHECK(uv_poll_start(&dns->poll, UV_READABLE, on_readable) == 0);
    return true;
}

static enum sp_err start(struct sp_dns *dns)
{
    struct ub_ctx *context = ub_ctx_create();
    if (context == NULL)
        return SP_ERR_IO;
    bool is_good = ub_ctx_debugout(context, NULL) == 0 && ub_ctx_async(context, 1) == 0;
    for (size_t i = 0; is_good && i < sizeof settings / sizeof *settings; i++)
        is_good = ub_ctx_set_option(context, settings[i].name, settings[i].value) == 0;
    /* A network of one's own may well end in .test; the library would answer that by itself. */
    is_good = is_good && set_server(context, &dns->options.server) &&
              ub_ctx_zone_remove(context, "test.") == 0;
    if (!is_good || !watch(dns, ub_fd(context))) {
        ub_ctx_delete(context);
        return SP_ERR_IO;
    }
    dns->context = context;
    return SP_OK;
}

enum sp_err sp_dns_open(struct sp_loop *loop, const struct sp_dns_options *options,
                        struct sp_dns **dns)
{
    struct sp_dns *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->loop = loop;
    made->options = *options;
    const size_t max = options->questions_max > 0 ? options->questions_max : QUESTIONS_MAX;
    if (sp_slab_new("dns questions", sizeof(struct question), max, &made->slab) != SP_OK) {
        free(made);
        return SP_ERR_MEMORY;
    }
    *dns = made;
    return SP_OK;
}

static void free_dns(uv_handle_t *handle)
{
    free(handle->data);
}

void sp_dns_close(struct sp_dns **dns)
{
    struct sp_dns *gone = *dns;
    if (gone == NULL)
        return;
    *dns = NULL;
    sp_slab_free(&gone->slab);
    if (gone->context == NULL) {
        free(gone);
        return;
    }
    uv_close((uv_handle_t *)&gone->poll, free_dns);
    ub_ctx_delete(gone->context); /* ends the thread */
}

/* Takes a question out of the list; NULL when it is not there. */
static struct question *unlink_question(struct sp_dns *dns, uint64_t number)
{
    for (struct question **at = &dns->open; *at != NULL; at = &(*at)->next) {
        struct question *found = *at;
        if (found->number == number) {
            *at = found->next;
            return found;
        }
    }
    return NULL;
}

static size_t read_records(struct sp_dns *dns, enum sp_dns_type type,
                           const struct ub_result *result)
{
    struct sp_writer text;
    size_t count = 0;
    sp_writer_init(&text, dns->text, sizeof dns->text);
    for (size_t i = 0; result->data[i] != NULL && count < SP_DNS_RECORDS_MAX; i++) {
        const struct sp_span data = sp_span(result->data[i], (size_t)result->len[i]);
        if (sp_dns_record_read(type, data, &text, &dns->records[count]) == SP_OK)
            count++;
    }
    return count;
}

static void read_result(struct sp_dns *dns, const struct ub_result *result,
                        struct sp_dns_answer *answer)
{
    if (result->bogus || (result->rcode != RCODE_NOERROR && result->rcode != RCODE_NXDOMAIN))
        return;
    if (result->havedata) {
        answer->count = read_records(dns, answer->type, result);
        if (answer->count == 0)
            return; /* there is something, and nobody can tell what */
        answer->records = dns->records;
        answer->status = SP_DNS_FOUND;
    } else {
        answer->status = SP_DNS_ABSENT;
    }
    const int ttl_s = result->ttl;
    answer->ttl_s = ttl_s < 0 ? 0 : ttl_s > TTL_MAX_S ? TTL_MAX_S : (uint32_t)ttl_s;
}

static void on_answer(void *context, int err, struct ub_result *result)
{
    struct question *question = context;
    struct sp_dns *dns = question->dns;
    const uint64_t number = question->number;
    struct sp_dns_answer answer = {.type = question->type, .status = SP_DNS_FAILED};
    SP_CHECK(unlink_question(dns, number) == question);
    sp_slab_give(dns->slab, (void **)&question);
    if (err == 0 && result != NULL)
        read_result(dns, result, &answer);
    ub_resolve_free(result);
    dns->options.answered(dns->options.context, number, &answer);
}

enum sp_err sp_dns_ask(struct sp_dns *dns, uint64_t question, enum sp_dns_type type,
                       struct sp_span name)
{
    char text[SP_DNS_NAME_MAX + 2];
    if (!sp_dns_is_name(name))
        return SP_ERR_SYNTAX;
    memcpy(text, name.ptr, name.len);
    text[name.len] = '\0';
    if (dns->context == NULL && start(dns) != SP_OK)
        return SP_ERR_IO;
    struct question *made = sp_slab_take(dns->slab);
    if (made == NULL)
        return SP_ERR_FULL;
    made->dns = dns;
    made->number = question;
    made->type = type;
    if (ub_resolve_async(dns->context, text, (int)type, CLASS_IN, made, on_answer, &made->id) !=
        0) {
        sp_slab_give(dns->slab, (void **)&made);
        return SP_ERR_IO;
    }
    made->next = dns->open;
    dns->open = made;
    return SP_OK;
}

void sp_dns_forget(struct sp_dns *dns, uint64_t question)
{
    struct question *found = unlink_question(dns, question);
    if (found == NULL)
        return;
    (void)ub_cancel(dns->context, found->id); /* it is known, or the pipe is broken for all */
    sp_slab_give(dns->slab, (void **)&found);
}

size_t sp_dns_open_questions(const struct sp_dns *dns)
{
    return sp_slab_used(dns->slab);
}
