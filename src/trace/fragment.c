/* SPDX-License-Identifier: Apache-2.0
 *
 * A packet in the making is a buffer of the largest packet and the list of the pieces that came.
 */
#include "trace/fragment.h"

enum {
    LIFETIME_S = 60 /* RFC 8200 §4.5: time enough for the last piece */
};

struct piece {
    uint32_t from, to; /* octets of the payload */
};

struct sp_fragment_packet {
    struct sp_address src, dst;
    uint8_t protocol;
    bool is_refused; /* its pieces overlapped: the rest of them is swallowed */
    uint32_t id;
    uint32_t len; /* 0 until the last piece came */
    uint32_t filled;
    int64_t begun_ns;
    size_t piece_count;
    struct piece pieces[SP_FRAGMENTS_PIECES_MAX];
    char octets[SP_FRAGMENTS_OCTETS_MAX];
};

enum sp_err sp_fragments_init(struct sp_fragments *fragments)
{
    *fragments = (struct sp_fragments){0};
    return sp_slab_new("fragments", sizeof(struct sp_fragment_packet), SP_FRAGMENTS_PACKETS_MAX + 1,
                       &fragments->slab);
}

void sp_fragments_fini(struct sp_fragments *fragments)
{
    sp_slab_free(&fragments->slab);
}

static void drop(struct sp_fragments *fragments, struct sp_fragment_packet **packet)
{
    fragments->lost++;
    sp_slab_give(fragments->slab, (void **)packet);
}

static bool is_same(const struct sp_fragment_packet *packet, const struct sp_ip *ip)
{
    return packet->id == ip->id && packet->protocol == ip->protocol &&
           sp_address_equal(&packet->src, &ip->src) && sp_address_equal(&packet->dst, &ip->dst);
}

/* The place of the packet that the piece belongs to; a new one when it is the first to come. */
static struct sp_fragment_packet **place_of(struct sp_fragments *fragments, int64_t at_ns,
                                            const struct sp_ip *ip)
{
    const int64_t lifetime_ns = (int64_t)LIFETIME_S * 1000000000;
    struct sp_fragment_packet **place = NULL, **oldest = NULL;
    for (size_t i = 0; i < SP_FRAGMENTS_PACKETS_MAX; i++) {
        struct sp_fragment_packet **const here = &fragments->packets[i];
        if (*here != NULL && at_ns - (*here)->begun_ns > lifetime_ns)
            drop(fragments, here);
        if (*here == NULL)
            place = here;
        else if (is_same(*here, ip))
            return here;
        else if (oldest == NULL || (*here)->begun_ns < (*oldest)->begun_ns)
            oldest = here;
    }
    if (place == NULL) {
        drop(fragments, oldest);
        place = oldest;
    }
    *place = sp_slab_take(fragments->slab); /* one more than there are places */
    (*place)->src = ip->src;
    (*place)->dst = ip->dst;
    (*place)->id = ip->id;
    (*place)->protocol = ip->protocol;
    (*place)->begun_ns = at_ns;
    return place;
}

/* Whether the piece is new: SP_ERR_DUPLICATE when it came before, SP_ERR_REFUSED when it lies over
 * others. */
static enum sp_err check_piece(const struct sp_fragment_packet *packet, struct piece piece,
                               bool has_more)
{
    if (packet->is_refused || packet->piece_count == SP_FRAGMENTS_PIECES_MAX ||
        piece.to > SP_FRAGMENTS_OCTETS_MAX || piece.from == piece.to)
        return SP_ERR_REFUSED;
    if (packet->len > 0 && (piece.to > packet->len || (!has_more && piece.to != packet->len)))
        return SP_ERR_REFUSED;
    for (size_t i = 0; i < packet->piece_count; i++) {
        const struct piece *const other = &packet->pieces[i];
        if (other->from == piece.from && other->to == piece.to)
            return SP_ERR_DUPLICATE;
        if (piece.from < other->to && other->from < piece.to)
            return SP_ERR_REFUSED;
        if (!has_more && other->to > piece.to)
            return SP_ERR_REFUSED;
    }
    return SP_OK;
}

static enum sp_err finish(struct sp_fragments *fragments, struct sp_fragment_packet **place,
                          struct sp_ip *ip)
{
    fragments->whole = *place;
    *place = NULL;
    ip->is_fragment = false;
    ip->has_more = false;
    ip->offset = 0;
    ip->payload = sp_span(fragments->whole->octets, fragments->whole->len);
    return SP_OK;
}

enum sp_err sp_fragments_take(struct sp_fragments *fragments, int64_t at_ns, struct sp_ip *ip)
{
    if (fragments->whole != NULL)
        sp_slab_give(fragments->slab, (void **)&fragments->whole);
    if (ip->is_cut || ip->payload.len == 0 || (ip->has_more && ip->payload.len % 8 != 0))
        return SP_ERR_REFUSED;
    struct sp_fragment_packet **const place = place_of(fragments, at_ns, ip);
    struct sp_fragment_packet *const packet = *place;
    const struct piece piece = {ip->offset, ip->offset + (uint32_t)ip->payload.len};
    const enum sp_err err = check_piece(packet, piece, ip->has_more);
    if (err == SP_ERR_DUPLICATE)
        return SP_PARTIAL;
    if (err != SP_OK) {
        packet->is_refused = true; /* it stays until its time is over, and is counted then */
        return err;
    }
    memcpy(packet->octets + piece.from, ip->payload.ptr, ip->payload.len);
    packet->pieces[packet->piece_count++] = piece;
    packet->filled += piece.to - piece.from;
    if (!ip->has_more)
        packet->len = piece.to;
    return packet->len > 0 && packet->filled == packet->len ? finish(fragments, place, ip)
                                                            : SP_PARTIAL;
}

size_t sp_fragments_open(const struct sp_fragments *fragments)
{
    size_t open = 0;
    for (size_t i = 0; i < SP_FRAGMENTS_PACKETS_MAX; i++)
        open += fragments->packets[i] != NULL;
    return open;
}
