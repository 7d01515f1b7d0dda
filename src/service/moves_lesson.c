/* SPDX-License-Identifier: Apache-2.0
 *
 * The first half of a judgement: what a proof says by itself, and under the policy of its peer,
 * before anything is known of the moves that stand. The result is the move that would stand, or a
 * refusal.
 */
#include "service/moves_lesson.h"

#include "service/authority.h"

enum {
    MS = 1000,
};

/* Teaches nothing, and that is no fault of anybody's. */
static void pass_over(struct sp_moves_lesson *lesson)
{
    lesson->is_over = true;
}

void sp_moves_refuse(struct sp_moves_lesson *lesson, const char *format, ...)
{
    struct sp_writer writer;
    va_list args;
    sp_writer_init(&writer, lesson->refusal, sizeof lesson->refusal);
    va_start(args, format);
    sp_write_vformat(&writer, format, args);
    va_end(args);
    lesson->refusal_len = writer.len;
    lesson->is_over = true;
    lesson->is_refused = true;
}

/* Targets. */

static bool has_suffix(struct sp_span text, struct sp_span suffix)
{
    return text.len >= suffix.len &&
           sp_span_equal_nocase(sp_span_after(text, text.len - suffix.len), suffix);
}

/* Names that are no better than a private address (RFC 6761, RFC 6762). */
static bool is_local_name(struct sp_span host)
{
    return sp_span_equal_nocase(host, SP_SPAN("localhost")) ||
           has_suffix(host, SP_SPAN(".localhost")) || has_suffix(host, SP_SPAN(".local"));
}

/* Whether it is one of the addresses that we listen at; an own one of 0.0.0.0 or :: is the one that
 * the peer was asked from. */
static bool is_own(const struct sp_moves_lesson *lesson, const struct sp_address *address)
{
    for (size_t i = 0; i < lesson->policy->own_count; i++) {
        const struct sp_address *own = &lesson->policy->own[i];
        if (own->port != address->port)
            continue;
        if (sp_address_same_host(own, address) ||
            (sp_address_is_any(own) && sp_address_same_host(&lesson->proof->local, address)))
            return true;
    }
    return false;
}

/* Why nothing may be sent there, in words; NULL: it may. */
static const char *why_not_there(const struct sp_moves_lesson *lesson, const struct sp_uri *uri)
{
    struct sp_address address;
    if (sp_address_parse_ip(uri->host, &address) != SP_OK)
        return is_local_name(uri->host) && !lesson->policy->allow_private
                   ? "its name is of this machine or network only, and the peer has no "
                     "allow-private"
                   : NULL;
    address.port = uri->port != 0 ? uri->port : sp_uri_default_port(uri);
    if (!sp_address_is_sendable(&address))
        return "nothing may be sent to its address";
    if (lesson->policy->allow_private)
        return NULL;
    if (sp_address_is_loopback(&address) || sp_address_is_private(&address))
        return "its address is loopback, private or link-local, and the peer has no allow-private";
    return is_own(lesson, &address) ? "its address is ours, and the peer has no allow-private"
                                    : NULL;
}

/* Whether a target is the address that was asked for. One with parameters of its user, as a number
 * with ;npdi;rn=..., is another question (RFC 4694 §5). */
static bool leads_back(const struct sp_moves_lesson *lesson, const struct sp_uri *uri)
{
    struct sp_uri_key key;
    return !sp_moves_user_has_params(uri) && sp_uri_key(uri, lesson->key_rules, &key) == SP_OK &&
           sp_span_equal(key.key, lesson->key.key);
}

static bool is_there(const struct sp_move *move, struct sp_span uri)
{
    for (size_t i = 0; i < move->target_count; i++) {
        if (sp_span_equal(move->target[i].uri, uri))
            return true;
    }
    return false;
}

/* Behind all with a q as high, before those with a lower one. */
static void insert_by_q(struct sp_move *move, const struct sp_route_target *target)
{
    size_t at = move->target_count++;
    for (; at > 0 && move->target[at - 1].q < target->q; at--)
        move->target[at] = move->target[at - 1];
    move->target[at] = *target;
}

/* The target of a Contact, in the lesson's memory. NULL: it was added; else why it was not. */
static const char *add_target(struct sp_moves_lesson *lesson,
                              const struct sp_moves_contact *contact, enum sp_scheme asked)
{
    struct sp_writer writer;
    struct sp_route_target target = {.has_q = contact->has_q, .q = contact->q};
    struct sp_uri uri;
    const char *why = NULL;
    sp_writer_init(&writer, lesson->texts + lesson->texts_used,
                   sizeof lesson->texts - lesson->texts_used);
    if (sp_moves_target(contact->uri, &writer, &why) != SP_OK ||
        sp_writer_end(&writer, &target.uri) != SP_OK || target.uri.len > SP_ROUTE_URI_MAX ||
        sp_uri_parse(target.uri, &uri) != SP_OK)
        return why;
    if (asked == SP_SCHEME_SIPS && uri.scheme != SP_SCHEME_SIPS)
        return "it is sip where sips was asked for"; /* RFC 3261 §8.1.3.4, §16.7 step 4 */
    if (leads_back(lesson, &uri))
        return "it is the address that was asked for";
    why = why_not_there(lesson, &uri);
    if (why != NULL)
        return why;
    if (is_there(&lesson->move, target.uri))
        return "it is there already";
    lesson->texts_used += target.uri.len;
    insert_by_q(&lesson->move, &target);
    return NULL;
}

static int64_t age_ms(const struct sp_moves_policy *policy)
{
    return (int64_t)(policy->max_age_s != 0 ? policy->max_age_s : SP_MOVES_AGE_S) * MS;
}

/* How long the answer holds, by the Contacts that were taken: the shortest, and no longer than any
 * move may. */
static void take_expiry(struct sp_moves_lesson *lesson, int64_t shortest_ms)
{
    const int64_t age = age_ms(lesson->policy);
    const struct sp_wall end = {lesson->proof->when.unix_ms +
                                (shortest_ms < age ? shortest_ms : age)};
    lesson->move.fresh = end;
    lesson->move.end = lesson->move.code == 302 ? end : (struct sp_wall){0};
}

static void take_targets(struct sp_moves_lesson *lesson, enum sp_scheme asked)
{
    const struct sp_moves_proof *proof = lesson->proof;
    const char *first = NULL; /* why the first that was left out was */
    struct sp_span left_out = sp_span_absent();
    int64_t shortest_ms = INT64_MAX;
    bool is_lasting = false; /* a Contact would have been taken, had it said for how long */
    for (size_t i = 0; i < proof->contact_count && i < SP_ROUTE_TARGETS_MAX; i++) {
        const struct sp_moves_contact *contact = &proof->contact[i];
        if (proof->status == 302 && !contact->has_expires) {
            is_lasting = true; /* for this call only (RFC 3261 §21.3.3) */
            continue;
        }
        const char *const why = contact->has_expires && contact->expires_s == 0
                                    ? "it is over at once"
                                    : add_target(lesson, contact, asked);
        if (why == NULL && contact->has_expires && contact->expires_s * (int64_t)MS < shortest_ms)
            shortest_ms = contact->expires_s * (int64_t)MS;
        if (why != NULL && first == NULL) {
            first = why;
            left_out = contact->uri;
        }
    }
    if (lesson->move.target_count > 0)
        take_expiry(lesson, shortest_ms);
    else if (first != NULL)
        sp_moves_refuse(lesson, "its Contact %.*s teaches nothing: %s",
                        (int)(left_out.len < 160 ? left_out.len : 160), left_out.ptr, first);
    else if (is_lasting)
        pass_over(lesson);
    else
        sp_moves_refuse(lesson, "it has no Contact that can be read");
}

/* The beginning. */

static void refuse_address(struct sp_moves_lesson *lesson)
{
    char from[SP_ADDRESS_TEXT_MAX];
    char asked[SP_ADDRESS_TEXT_MAX];
    sp_moves_refuse(lesson, "the answer came from %s, and %s was asked",
                    sp_address_text(&lesson->proof->answered_from, from),
                    sp_address_text(&lesson->proof->asked_at, asked));
}

/* Whether the answer is one that may teach at all. */
static bool may_teach(struct sp_moves_lesson *lesson)
{
    const struct sp_moves_proof *proof = lesson->proof;
    if (lesson->policy->learn == SP_LEARN_OFF || proof->is_in_dialog ||
        proof->method == SP_METHOD_REGISTER || (proof->status != 301 && proof->status != 302))
        pass_over(lesson);
    else if (!sp_address_equal(&proof->asked_at, &proof->answered_from))
        refuse_address(lesson);
    return !lesson->is_over;
}

/* The URI that was asked for; at our own port it is the same without one, as a look-up has it. */
static bool read_asked(struct sp_moves_lesson *lesson, struct sp_uri *asked)
{
    const bool is_uri = sp_uri_parse(lesson->proof->asked, asked) == SP_OK;
    struct sp_uri plain = *asked;
    if (is_uri && plain.port == lesson->proof->local.port)
        plain.port = 0;
    if (!is_uri || sp_uri_key(&plain, lesson->key_rules, &lesson->key) != SP_OK)
        sp_moves_refuse(lesson, "the URI that was asked for has no key");
    else if (sp_moves_user_has_params(asked))
        sp_moves_refuse(lesson, "the URI that was asked for has parameters in its user part");
    return !lesson->is_over;
}

void sp_moves_begin(struct sp_moves_lesson *lesson, const struct sp_moves_proof *proof,
                    const struct sp_moves_policy *policy, struct sp_wall now)
{
    struct sp_uri asked = {.scheme = SP_SCHEME_OTHER};
    *lesson = (struct sp_moves_lesson){
        .proof = proof, .policy = policy, .key_rules = policy->key_rules, .now = now};
    if (!may_teach(lesson) || !read_asked(lesson, &asked))
        return;
    lesson->move = (struct sp_move){
        .key = lesson->key.key,
        .state = SP_MOVE_APPLIED,
        .code = proof->status,
        .peer = sp_span_first(policy->peer, SP_MOVE_PEER_MAX),
        .address = proof->answered_from,
        .call_id = sp_span_first(proof->call_id, SP_MOVE_CALL_ID_MAX),
        .proved = proof->when,
        .learned = proof->when,
    };
    take_targets(lesson, asked.scheme);
    if (lesson->is_over)
        return;
    lesson->is_authorised =
        sp_authority_covers(policy->authority, policy->authority_count, &lesson->key);
    sp_moves_begin_rows(lesson);
}

void sp_moves_begin_approved(struct sp_moves_lesson *lesson, const struct sp_move *move,
                             const struct sp_key_rules *key_rules, struct sp_wall now)
{
    *lesson = (struct sp_moves_lesson){.key_rules = key_rules, .now = now, .move = *move};
    if (move->key.len > SP_KEY_MAX) {
        sp_moves_refuse(lesson, "the key is too long");
        return;
    }
    memcpy(lesson->key.text, move->key.ptr, move->key.len);
    lesson->key.key = sp_span(lesson->key.text, move->key.len);
    lesson->move.key = lesson->key.key;
    lesson->move.state = SP_MOVE_APPLIED;
    sp_moves_begin_rows(lesson);
}
