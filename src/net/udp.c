/* SPDX-License-Identifier: Apache-2.0
 *
 * UDP over a file descriptor of our own that libuv only watches: recvmmsg and sendmmsg by batches.
 * The buffers are one block a socket; its pages are touched when traffic needs them. The sizes that
 * separate buffers keep their beginnings in different cache sets.
 */
#define _GNU_SOURCE
#include "net/udp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "net/loop_uv.h"
#include "net/sockaddr.h"
#include "net/udp_socket.h"

enum {
    BATCH = 128,          /* datagrams of one system call */
    ROUNDS_MAX = 4,       /* batches of one turn: others want their turn too */
    LAST_MAX = 2048,      /* batches of sp_udp_take */
    IN_STRIDE = 66624,    /* of receive buffers: SP_UDP_OCTETS_MAX and 17 cache lines */
    OUT_OCTETS = 1 << 20, /* of datagrams that wait to be sent */
    OUT_MAX = 256,        /* such datagrams */
};

union control {
    char octets[CMSG_SPACE(sizeof(struct in6_pktinfo))];
    struct cmsghdr align;
};

struct outgoing {
    struct sockaddr_storage to;
    struct iovec octets;
    union control control;
};

struct sp_udp {
    uv_poll_t poll;
    int fd;
    bool is_wildcard;
    struct sp_address address;
    struct sp_udp_options options;
    struct sp_udp_counts counts;

    struct sp_datagram datagrams[BATCH];
    struct mmsghdr in[BATCH];
    struct iovec in_octets[BATCH];
    struct sockaddr_storage in_from[BATCH];
    union control in_control[BATCH];
    char *in_memory;

    struct mmsghdr out[OUT_MAX];
    struct outgoing outgoing[OUT_MAX];
    size_t out_count;
    char *out_memory;
    size_t out_used;
};

static void prepare_in(struct sp_udp *udp)
{
    for (size_t i = 0; i < BATCH; i++) {
        udp->in_octets[i] = (struct iovec){udp->in_memory + i * IN_STRIDE, SP_UDP_OCTETS_MAX};
        udp->in[i].msg_hdr = (struct msghdr){
            .msg_name = &udp->in_from[i],
            .msg_iov = &udp->in_octets[i],
            .msg_iovlen = 1,
            .msg_control = udp->is_wildcard ? &udp->in_control[i] : NULL,
        };
    }
}

/* The kernel overwrites these with each message. */
static void rearm_in(struct sp_udp *udp, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        udp->in[i].msg_hdr.msg_namelen = sizeof udp->in_from[i];
        if (udp->is_wildcard)
            udp->in[i].msg_hdr.msg_controllen = sizeof udp->in_control[i];
    }
}

/* Takes one batch; how many datagrams came. */
static size_t receive_batch(struct sp_udp *udp)
{
    const int got = recvmmsg(udp->fd, udp->in, BATCH, MSG_DONTWAIT, NULL);
    if (got <= 0)
        return 0; /* nothing there, interrupted, or an error that the error queue tells */
    const size_t count = (size_t)got;
    for (size_t i = 0; i < count; i++) {
        struct sp_datagram *datagram = &udp->datagrams[i];
        datagram->octets = sp_span(udp->in_octets[i].iov_base, udp->in[i].msg_len);
        datagram->source = sp_sockaddr_to((const struct sockaddr *)&udp->in_from[i]);
        datagram->local = udp->address;
        if (udp->is_wildcard)
            sp_udp_socket_asked(&udp->in[i].msg_hdr, &datagram->local);
    }
    udp->counts.received += count;
    udp->options.receive(udp->options.context, udp->datagrams, count);
    rearm_in(udp, count);
    return count;
}

static void tell_failed(struct sp_udp *udp, const struct sockaddr_storage *to)
{
    udp->counts.failed++;
    if (udp->options.failed == NULL)
        return;
    const struct sp_address destination = sp_sockaddr_to((const struct sockaddr *)to);
    udp->options.failed(udp->options.context, &destination);
}

/* What the network said about datagrams that left earlier (ICMP). */
static void read_errors(struct sp_udp *udp)
{
    struct sockaddr_storage to;
    char control[512];
    for (int i = 0; i < BATCH; i++) {
        struct msghdr message = {
            .msg_name = &to,
            .msg_namelen = sizeof to,
            .msg_control = control,
            .msg_controllen = sizeof control,
        };
        if (recvmsg(udp->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
            return;
        tell_failed(udp, &to);
    }
}

/* Takes batches until none is full, at most `rounds`. */
static void receive_batches(struct sp_udp *udp, int rounds)
{
    size_t count = BATCH;
    for (int round = 0; round < rounds && count == BATCH; round++) {
        count = receive_batch(udp);
        sp_udp_flush(udp);
    }
}

/* libuv stops watching when the socket has errors to tell, so the watch is started again. */
static void readable(uv_poll_t *poll, int status, int events)
{
    (void)events; /* it watches for reading only */
    struct sp_udp *udp = poll->data;
    if (status < 0) {
        SP_CHECK(uv_poll_start(poll, UV_READABLE, readable) == 0);
        read_errors(udp);
    }
    receive_batches(udp, ROUNDS_MAX);
}

static void free_udp(uv_handle_t *handle)
{
    struct sp_udp *udp = handle->data;
    (void)close(udp->fd); /* nothing is buffered in it that could fail */
    free(udp->in_memory);
    free(udp->out_memory);
    free(udp);
}

static enum sp_err take_memory(const struct sp_udp_options *options, struct sp_udp **udp)
{
    struct sp_udp *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->in_memory = malloc((size_t)BATCH * IN_STRIDE);
    made->out_memory = malloc(OUT_OCTETS);
    if (made->in_memory == NULL || made->out_memory == NULL) {
        free(made->in_memory);
        free(made->out_memory);
        free(made);
        return SP_ERR_MEMORY;
    }
    made->options = *options;
    *udp = made;
    return SP_OK;
}

static void free_unopened(struct sp_udp *udp)
{
    free(udp->in_memory);
    free(udp->out_memory);
    free(udp);
}

enum sp_err sp_udp_open(struct sp_loop *loop, const struct sp_udp_options *options,
                        struct sp_udp **udp)
{
    struct sp_udp *made;
    enum sp_err err = take_memory(options, &made);
    if (err != SP_OK)
        return err;
    err = sp_udp_socket_open(options, &made->fd, &made->address);
    if (err != SP_OK) {
        free_unopened(made);
        return err;
    }
    if (uv_poll_init(sp_loop_uv(loop), &made->poll, made->fd) != 0) {
        (void)close(made->fd); /* never used */
        free_unopened(made);
        return SP_ERR_IO;
    }
    made->poll.data = made;
    made->is_wildcard = sp_address_is_any(&made->address);
    prepare_in(made);
    rearm_in(made, BATCH);
    SP_CHECK(uv_poll_start(&made->poll, UV_READABLE, readable) == 0);
    *udp = made;
    return SP_OK;
}

void sp_udp_close(struct sp_udp **udp)
{
    if (*udp == NULL)
        return;
    uv_close((uv_handle_t *)&(*udp)->poll, free_udp);
    *udp = NULL;
}

struct sp_address sp_udp_address(const struct sp_udp *udp)
{
    return udp->address;
}

void sp_udp_take(struct sp_udp *udp)
{
    receive_batches(udp, LAST_MAX);
}

void sp_udp_begin(struct sp_udp *udp, struct sp_writer *writer)
{
    if (udp->out_count == OUT_MAX || OUT_OCTETS - udp->out_used < SP_UDP_OCTETS_MAX)
        sp_udp_flush(udp);
    sp_writer_init(writer, udp->out_memory + udp->out_used, SP_UDP_OCTETS_MAX);
}

enum sp_err sp_udp_commit(struct sp_udp *udp, const struct sp_writer *writer,
                          const struct sp_address *destination, const struct sp_address *local)
{
    struct sp_span octets;
    const enum sp_err err = sp_writer_end(writer, &octets);
    if (err != SP_OK)
        return err;
    SP_CHECK(octets.ptr == udp->out_memory + udp->out_used);
    if (destination->family != udp->address.family || !sp_address_is_sendable(destination)) {
        udp->counts.refused++;
        return SP_ERR_REFUSED;
    }
    struct outgoing *outgoing = &udp->outgoing[udp->out_count];
    struct msghdr *message = &udp->out[udp->out_count].msg_hdr;
    outgoing->octets = (struct iovec){(void *)(uintptr_t)octets.ptr, octets.len};
    *message = (struct msghdr){
        .msg_name = &outgoing->to,
        .msg_namelen = sp_sockaddr_from(destination, &outgoing->to),
        .msg_iov = &outgoing->octets,
        .msg_iovlen = 1,
    };
    if (udp->is_wildcard && local != NULL && !sp_address_is_any(local))
        sp_udp_socket_leave_from(message, outgoing->control.octets, local);
    udp->out_used += octets.len;
    udp->out_count++;
    return SP_OK;
}

/* What to do about the datagram at the front, which the system did not take. */
enum refusal {
    RETRY,    /* interrupted, or told of an earlier datagram's fate, which is hereby cleared */
    SKIP_ONE, /* this one can't go there */
    DROP_ALL, /* no room: whoever asked asks again */
};

static enum refusal judge(int error)
{
    switch (error) {
    case EINTR:
    case ECONNREFUSED:
        return RETRY;
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM:
        return DROP_ALL;
    default:
        return SKIP_ONE;
    }
}

/* Sends what is queued and empties the queue. `failed` takes the indexes that could not go. */
static size_t send_queue(struct sp_udp *udp, uint8_t failed[OUT_MAX])
{
    size_t failed_count = 0;
    size_t tries_left = OUT_MAX;
    size_t done = 0;
    while (done < udp->out_count) {
        const unsigned left = (unsigned)(udp->out_count - done);
        const int sent = sendmmsg(udp->fd, udp->out + done, left, MSG_DONTWAIT);
        if (sent > 0) {
            done += (size_t)sent;
            udp->counts.sent += (size_t)sent;
            continue;
        }
        const enum refusal refusal = judge(errno);
        if (refusal == DROP_ALL || tries_left-- == 0) {
            udp->counts.dropped += left;
            break;
        }
        if (refusal == SKIP_ONE)
            failed[failed_count++] = (uint8_t)done++;
    }
    udp->out_count = 0;
    udp->out_used = 0;
    return failed_count;
}

void sp_udp_flush(struct sp_udp *udp)
{
    uint8_t failed[OUT_MAX];
    struct sockaddr_storage to[OUT_MAX];
    if (udp->out_count == 0)
        return;
    const size_t count = send_queue(udp, failed);
    for (size_t i = 0; i < count; i++)
        to[i] = udp->outgoing[failed[i]].to; /* telling may queue over it */
    for (size_t i = 0; i < count; i++)
        tell_failed(udp, &to[i]);
}

struct sp_udp_counts sp_udp_counts(const struct sp_udp *udp)
{
    return udp->counts;
}
