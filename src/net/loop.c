/* SPDX-License-Identifier: Apache-2.0
 *
 * A libuv loop, its alarm and its signals. A handle's memory may be given back only when libuv has
 * closed it, one turn later; so each object is freed by its close call, and sp_loop_free turns the
 * loop until all of them are gone.
 */
#include "net/loop.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/check.h"
#include "net/clock.h"
#include "net/loop_uv.h"

struct sp_loop {
    uv_loop_t uv;
};

struct sp_alarm {
    uv_timer_t uv;
    sp_loop_call *ring;
    void *context;
    bool is_ringing;
};

struct sp_signal {
    uv_signal_t uv;
    sp_loop_call *arrived;
    void *context;
};

enum sp_err sp_loop_new(struct sp_loop **loop)
{
    struct sp_loop *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    if (uv_loop_init(&made->uv) != 0) {
        free(made);
        return SP_ERR_IO;
    }
    *loop = made;
    return SP_OK;
}

void sp_loop_free(struct sp_loop **loop)
{
    if (*loop == NULL)
        return;
    (void)uv_run(&(*loop)->uv, UV_RUN_DEFAULT); /* at once when stopped while nothing ran */
    (void)uv_run(&(*loop)->uv, UV_RUN_DEFAULT); /* ends when the last closed handle is gone */
    SP_CHECK(uv_loop_close(&(*loop)->uv) == 0);
    free(*loop);
    *loop = NULL;
}

void sp_loop_run(struct sp_loop *loop)
{
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT); /* tells whether handles are left: they are */
}

void sp_loop_stop(struct sp_loop *loop)
{
    uv_stop(&loop->uv);
}

uv_loop_t *sp_loop_uv(struct sp_loop *loop)
{
    return &loop->uv;
}

static void free_alarm(uv_handle_t *handle)
{
    free(handle->data);
}

static void alarm_rang(uv_timer_t *timer)
{
    struct sp_alarm *alarm = timer->data;
    alarm->is_ringing = true;
    alarm->ring(alarm->context);
    alarm->is_ringing = false; /* one that was freed stays until the loop has turned */
}

enum sp_err sp_alarm_new(struct sp_loop *loop, sp_loop_call *ring, void *context,
                         struct sp_alarm **alarm)
{
    struct sp_alarm *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    SP_CHECK(uv_timer_init(&loop->uv, &made->uv) == 0);
    made->uv.data = made;
    made->ring = ring;
    made->context = context;
    *alarm = made;
    return SP_OK;
}

void sp_alarm_free(struct sp_alarm **alarm)
{
    if (*alarm == NULL)
        return;
    uv_close((uv_handle_t *)&(*alarm)->uv, free_alarm);
    *alarm = NULL;
}

void sp_alarm_set(struct sp_alarm *alarm, sp_time due)
{
    if (due == SP_TIME_NEVER) {
        SP_CHECK(uv_timer_stop(&alarm->uv) == 0);
        return;
    }
    const sp_time now = sp_clock_now();
    const sp_time wait = due > now ? due - now : 0;
    uint64_t wait_ms = (uint64_t)((wait + SP_MILLISECOND - 1) / SP_MILLISECOND);
    if (wait_ms == 0 && alarm->is_ringing)
        wait_ms = 1; /* the library would ring it again before anything else has its turn */
    uv_update_time(alarm->uv.loop);
    SP_CHECK(uv_timer_start(&alarm->uv, alarm_rang, wait_ms, 0) == 0);
}

static void free_signal(uv_handle_t *handle)
{
    free(handle->data);
}

static void signal_arrived(uv_signal_t *handle, int number)
{
    (void)number; /* a handle watches one signal */
    const struct sp_signal *signal = handle->data;
    signal->arrived(signal->context);
}

enum sp_err sp_signal_new(struct sp_loop *loop, int number, sp_loop_call *arrived, void *context,
                          struct sp_signal **signal)
{
    struct sp_signal *made = calloc(1, sizeof *made);
    if (made == NULL)
        return SP_ERR_MEMORY;
    if (uv_signal_init(&loop->uv, &made->uv) != 0) {
        free(made);
        return SP_ERR_IO;
    }
    made->uv.data = made;
    made->arrived = arrived;
    made->context = context;
    if (uv_signal_start(&made->uv, signal_arrived, number) != 0) {
        uv_close((uv_handle_t *)&made->uv, free_signal);
        return SP_ERR_IO;
    }
    *signal = made;
    return SP_OK;
}

void sp_signal_free(struct sp_signal **signal)
{
    if (*signal == NULL)
        return;
    uv_close((uv_handle_t *)&(*signal)->uv, free_signal);
    *signal = NULL;
}
