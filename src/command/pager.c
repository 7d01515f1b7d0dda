/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps the output in memory until its length is known, then writes it into the pager's standard
 * input. While the pager runs, the keys that end a program are the pager's to understand.
 * _GNU_SOURCE is for pipe2 and environ.
 */
#define _GNU_SOURCE
#include "command/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/page_options.h"
#include "command/terminal.h"
#include "signpost/base/span.h"

enum {
    COMMAND_MAX = 256, /* octets of PAGER; a longer one is none */
    WORDS_MAX = 16,
};

/* Signals that are the pager's affair while it runs. */
static const int signals[] = {SIGINT, SIGQUIT, SIGPIPE};

static bool is_off(void)
{
    const char *const pager = getenv("PAGER");
    const char *const term = getenv("TERM");
    if (term == NULL || strcmp(term, "dumb") == 0)
        return true;
    return pager != NULL && (pager[strspn(pager, " ")] == '\0' || strcmp(pager, "cat") == 0);
}

void sp_pager_open(struct sp_pager *pager, bool is_wanted)
{
    *pager = (struct sp_pager){.out = stdout};
    if (!is_wanted || !sp_terminal_is(stdout) || is_off())
        return;
    FILE *const memory = open_memstream(&pager->octets, &pager->len);
    if (memory != NULL)
        pager->out = memory;
}

static bool is_long(struct sp_span text)
{
    const int rows = sp_terminal_height(stdout);
    int lines = 0;
    for (size_t i = 0; i < text.len && lines < rows; i++)
        lines += text.ptr[i] == '\n';
    return lines >= rows; /* one row is the prompt's */
}

/* Parts `command` at spaces, in `octets`. False: it is empty or too long. */
static bool read_words(const char *command, char octets[COMMAND_MAX], char *words[WORDS_MAX + 1])
{
    size_t count = 0;
    char *rest = octets;
    if (snprintf(octets, COMMAND_MAX, "%s", command) >= COMMAND_MAX)
        return false;
    while (count < WORDS_MAX && *(rest += strspn(rest, " ")) != '\0') {
        words[count++] = rest;
        rest += strcspn(rest, " ");
        if (*rest != '\0')
            *rest++ = '\0';
    }
    words[count] = NULL;
    return count > 0;
}

/* Starts a program with `in` as its standard input, and signals as a program finds them. */
static bool spawn(char **words, int in, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    bool is_started = false;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    if (posix_spawnattr_init(&attributes) == 0) {
        (void)sigemptyset(&defaults); /* these two can't fail */
        for (size_t k = 0; k < sizeof signals / sizeof *signals; k++)
            (void)sigaddset(&defaults, signals[k]);
        is_started = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO) == 0 &&
                     posix_spawnattr_setsigdefault(&attributes, &defaults) == 0 &&
                     posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF) == 0 &&
                     posix_spawnp(child, words[0], &actions, &attributes, words, environ) == 0;
        (void)posix_spawnattr_destroy(&attributes); /* never fails */
    }
    (void)posix_spawn_file_actions_destroy(&actions); /* never fails */
    return is_started;
}

static bool start(const char *command, int in, pid_t *child)
{
    char octets[COMMAND_MAX];
    char *words[WORDS_MAX + 1];
    return read_words(command, octets, words) && spawn(words, in, child);
}

static bool start_any(int in, pid_t *child)
{
    const char *const wanted = getenv("PAGER");
    (void)setenv("LESS", "FRX", 0); /* without them bold is shown as octets, no worse */
    (void)setenv("LESSCHARSET", "utf-8", 0);
    if (wanted != NULL)
        return start(wanted, in, child);
    return start("less", in, child) || start("more", in, child);
}

/* Who ends the pager early has read enough. */
static void write_all(int out, struct sp_span text)
{
    while (text.len > 0) {
        const ssize_t written = write(out, text.ptr, text.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        text = sp_span_after(text, (size_t)written);
    }
}

static bool page(struct sp_span text)
{
    int ends[2];
    pid_t child;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    for (size_t k = 0; k < sizeof signals / sizeof *signals; k++)
        (void)signal(signals[k], SIG_IGN); /* a known signal */
    const bool is_started = start_any(ends[0], &child);
    (void)close(ends[0]); /* the pager has its own */
    if (is_started)
        write_all(ends[1], text);
    (void)close(ends[1]); /* that is the end of the text */
    while (is_started && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    return is_started;
}

int sp_pager_close(struct sp_pager *pager, int status)
{
    if (pager->out == stdout)
        return status;
    if (fclose(pager->out) != 0) {
        fputs("signpost: out of memory\n", stderr);
        status = SP_EXIT_REFUSED;
    } else {
        const struct sp_span text = sp_span(pager->octets, pager->len);
        if (!is_long(text) || !page(text))
            (void)fwrite(text.ptr, 1, text.len, stdout); /* main looks at what stdout says */
    }
    free(pager->octets);
    *pager = (struct sp_pager){.out = stdout};
    return status;
}

int sp_pager_print(const struct sp_command_line *line, const struct sp_writer *writer,
                   bool is_wanted)
{
    struct sp_pager pager;
    sp_pager_open(&pager, is_wanted);
    return sp_pager_close(&pager, sp_page_print(line, writer, pager.out));
}
