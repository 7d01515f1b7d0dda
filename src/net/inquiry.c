/* SPDX-License-Identifier: Apache-2.0
 *
 * A letter says that there is a question; the question itself stays with the asker. The lock is
 * held while it is answered, so a question is answered whole or not at all.
 */
#include "net/inquiry.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/check.h"
#include "net/mailbox.h"

enum {
    MAILBOX_OCTETS = 256, /* more than one letter without content takes */
};

struct sp_inquiry {
    struct sp_mailbox *mailbox;
    sp_inquiry_answer *answer;
    void *context;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t changed;
    bool is_closed;
    bool is_busy;   /* somebody asks */
    void *question; /* NULL: answered, or none */
};

static void have_letter(void *context, struct sp_span letter)
{
    struct sp_inquiry *inquiry = context;
    (void)letter; /* that it is there is all it says */
    pthread_mutex_lock(&inquiry->lock);
    if (!inquiry->is_closed && inquiry->question != NULL) {
        inquiry->answer(inquiry->context, inquiry->question);
        inquiry->question = NULL;
        pthread_cond_broadcast(&inquiry->changed);
    }
    pthread_mutex_unlock(&inquiry->lock);
}

enum sp_err sp_inquiry_new(struct sp_loop *loop, sp_inquiry_answer *answer, void *context,
                           struct sp_inquiry **inquiry)
{
    struct sp_inquiry *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    made->answer = answer;
    made->context = context;
    const enum sp_err err = sp_mailbox_new(loop, MAILBOX_OCTETS, have_letter, made, &made->mailbox);
    if (err != SP_OK) {
        free(made);
        return err;
    }
    SP_CHECK(pthread_mutex_init(&made->lock, NULL) == 0);
    SP_CHECK(pthread_cond_init(&made->changed, NULL) == 0);
    *inquiry = made;
    return SP_OK;
}

/* With the lock held: whether the question was answered. */
static bool is_answered(struct sp_inquiry *inquiry, void *question)
{
    inquiry->question = question;
    SP_CHECK(sp_mailbox_put(inquiry->mailbox, SP_SPAN("asked"), sp_span_absent()) == SP_OK);
    while (!inquiry->is_closed && inquiry->question != NULL)
        pthread_cond_wait(&inquiry->changed, &inquiry->lock);
    const bool is_done = inquiry->question == NULL;
    inquiry->question = NULL;
    return is_done;
}

enum sp_err sp_inquiry_ask(struct sp_inquiry *inquiry, void *question)
{
    bool is_done = false;
    pthread_mutex_lock(&inquiry->lock);
    while (!inquiry->is_closed && inquiry->is_busy)
        pthread_cond_wait(&inquiry->changed, &inquiry->lock);
    if (!inquiry->is_closed) {
        inquiry->is_busy = true;
        is_done = is_answered(inquiry, question);
        inquiry->is_busy = false;
        pthread_cond_broadcast(&inquiry->changed);
    }
    pthread_mutex_unlock(&inquiry->lock);
    return is_done ? SP_OK : SP_ERR_ABSENT;
}

void sp_inquiry_close(struct sp_inquiry *inquiry)
{
    pthread_mutex_lock(&inquiry->lock);
    inquiry->is_closed = true;
    pthread_cond_broadcast(&inquiry->changed);
    pthread_mutex_unlock(&inquiry->lock);
}

void sp_inquiry_free(struct sp_inquiry **inquiry)
{
    struct sp_inquiry *gone = *inquiry;
    if (gone == NULL)
        return;
    sp_mailbox_free(&gone->mailbox);
    SP_CHECK(pthread_cond_destroy(&gone->changed) == 0);
    SP_CHECK(pthread_mutex_destroy(&gone->lock) == 0);
    free(gone);
    *inquiry = NULL;
}
