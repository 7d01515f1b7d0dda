/* SPDX-License-Identifier: Apache-2.0
 *
 * signpost codes export: the whole reference as a folder of pages for a browser.
 *
 * All pages are written under names of their own first and get their right names when the last one
 * is there, so an export that fails leaves the pages as they were. A file in the folder, the mark,
 * tells the next export that the pages in it are ours to replace.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/commands.h"
#include "signpost/base/writer.h"
#include "signpost/reference/html.h"

#define MARK ".signpost-codes"

enum {
    FOLDER_MODE = 0755,
    FILE_MODE = 0644,
};

struct export
{
    const struct sp_command_line *line;
    const char *name; /* of the folder, as typed */
    int folder;       /* its descriptor; -1: not open */
    bool is_made;     /* by this run */
};

/* Below the folder, the outer ones first. */
static const char *const subfolders[] = {
    "codes",      "compare", "headers",     "methods",   "tags",       "warnings",
    "causes",     "rules",   "ko",          "ko/codes",  "ko/compare", "ko/headers",
    "ko/methods", "ko/tags", "ko/warnings", "ko/causes", "ko/rules",
};

enum {
    SUBFOLDER_COUNT = sizeof subfolders / sizeof subfolders[0]
};

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Whether the open folder holds nothing. Errors: SP_ERR_IO. */
static enum sp_err look_for_files(int folder, bool *is_empty)
{
    const int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *const stream = copy >= 0 ? fdopendir(copy) : NULL;
    if (stream == NULL) {
        if (copy >= 0)
            (void)close(copy); /* nothing was written through it */
        return SP_ERR_IO;
    }
    const struct dirent *entry = readdir(stream);
    while (entry != NULL && is_dots(entry->d_name))
        entry = readdir(stream);
    *is_empty = entry == NULL;
    (void)closedir(stream); /* as above */
    return SP_OK;
}

/* The folders above that of the pages. What cannot be made is told when the last one is tried. */
static void make_parents(const char *name)
{
    char path[PATH_MAX];
    const size_t len = strlen(name);
    if (len >= sizeof path)
        return;
    memcpy(path, name, len + 1);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, FOLDER_MODE); /* mostly there already */
        *slash = '/';
    }
}

/* Opens the folder, which is made when there is none; one with files that are not ours is refused.
 * Errors: SP_ERR_IO, SP_ERR_REFUSED (both told). */
static enum sp_err open_folder(struct export *export)
{
    bool is_empty = false;
    if (export->name[0] != '\0')
        make_parents(export->name);
    export->is_made = mkdir(export->name, FOLDER_MODE) == 0;
    if (!export->is_made && errno != EEXIST) {
        (void)sp_command_refuse(export->line, "%s cannot be made: %s", export->name,
                                strerror(errno)); /* told is enough, here and below */
        return SP_ERR_IO;
    }
    export->folder = open(export->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (export->folder < 0 || look_for_files(export->folder, &is_empty) != SP_OK) {
        (void)sp_command_refuse(export->line, "%s cannot be used as a folder: %s", export->name,
                                strerror(errno));
        return SP_ERR_IO;
    }
    if (!is_empty && faccessat(export->folder, MARK, F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
        (void)sp_command_refuse(export->line,
                                "%s holds files that are not of an export; name a new or empty "
                                "folder",
                                export->name);
        return SP_ERR_REFUSED;
    }
    return SP_OK;
}

static enum sp_err complain(const struct export *export, const char *path)
{
    (void)sp_command_refuse(export->line, "%s/%s cannot be written: %s", export->name, path,
                            strerror(errno)); /* told is enough */
    return SP_ERR_IO;
}

/* Writes a file that is not there; what an export that was killed left is taken away first. */
static enum sp_err write_file(const struct export *export, const char *path, struct sp_span content)
{
    if (unlinkat(export->folder, path, 0) != 0 && errno != ENOENT)
        return complain(export, path);
    const int file = openat(export->folder, path,
                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (file < 0)
        return complain(export, path);
    while (content.len > 0) {
        const ssize_t count = write(file, content.ptr, content.len);
        if (count < 0 && errno != EINTR)
            break;
        content = sp_span_after(content, count > 0 ? (size_t)count : 0);
    }
    const int reason = errno;
    const bool is_closed = close(file) == 0;
    if (content.len == 0 && is_closed)
        return SP_OK;
    errno = content.len > 0 ? reason : errno;
    return complain(export, path);
}

/* The path of a page, and the name that it is written under first. */
struct names {
    char right[SP_REFERENCE_HTML_PATH_MAX], first[SP_REFERENCE_HTML_PATH_MAX];
};

static struct names names_of(const struct sp_reference_html *page)
{
    struct names names = {.right = "", .first = ""};
    struct sp_writer right;
    struct sp_writer first;
    sp_writer_init(&right, names.right, sizeof names.right - 1);
    sp_writer_init(&first, names.first, sizeof names.first - 1);
    sp_reference_html_path(&right, page);
    sp_reference_html_path(&first, page);
    sp_write_octet(&first, '~');
    return names;
}

static enum sp_err write_page(const struct export *export, const struct sp_reference_html *page)
{
    char octets[SP_REFERENCE_HTML_MAX];
    struct sp_writer writer;
    struct sp_span content;
    const struct names names = names_of(page);
    sp_writer_init(&writer, octets, sizeof octets);
    if (sp_reference_html_write(&writer, page) != SP_OK ||
        sp_writer_end(&writer, &content) != SP_OK) {
        errno = EFBIG;
        return complain(export, names.first);
    }
    return write_file(export, names.first, content);
}

/* The mark comes first, so that an export that is killed can be repeated. */
static enum sp_err write_all(const struct export *export)
{
    const struct sp_span mark = SP_SPAN("The pages here are of `signpost codes export`, which "
                                        "replaces them when it is run again.\n");
    struct sp_reference_html page;
    enum sp_err err = write_file(export, MARK, mark);
    for (unsigned k = 0; err == SP_OK && k < SUBFOLDER_COUNT; k++)
        if (mkdirat(export->folder, subfolders[k], FOLDER_MODE) != 0 && errno != EEXIST)
            err = complain(export, subfolders[k]);
    for (unsigned k = 0; err == SP_OK && sp_reference_html_at(k, &page) == SP_OK; k++)
        err = write_page(export, &page);
    return err;
}

/* Gives all pages their right names, and counts them. */
static enum sp_err rename_all(const struct export *export, unsigned *count)
{
    struct sp_reference_html page;
    unsigned k = 0;
    for (; sp_reference_html_at(k, &page) == SP_OK; k++) {
        const struct names names = names_of(&page);
        if (renameat(export->folder, names.first, export->folder, names.right) != 0)
            return complain(export, names.right);
    }
    *count = k;
    return SP_OK;
}

/* Takes away what a failed export has written, and the folders that are empty then. What cannot be
 * taken away stays: the failure itself is told already. */
static void undo(const struct export *export)
{
    struct sp_reference_html page;
    for (unsigned k = 0; sp_reference_html_at(k, &page) == SP_OK; k++) {
        const struct names names = names_of(&page);
        (void)unlinkat(export->folder, names.first, 0);
    }
    for (unsigned k = SUBFOLDER_COUNT; k > 0; k--)
        (void)unlinkat(export->folder, subfolders[k - 1], AT_REMOVEDIR);
    if (!export->is_made)
        return;
    (void)unlinkat(export->folder, MARK, 0);
    (void)rmdir(export->name);
}

static int run(const struct sp_command_line *line)
{
    struct export export = {.line = line, .name = sp_option_value(line, "html"), .folder = -1};
    unsigned count = 0;
    if (export.name == NULL || *export.name == '\0')
        return sp_command_misused(line, "name the folder for the pages: --html DIR");
    enum sp_err err = open_folder(&export);
    if (err == SP_OK) {
        err = write_all(&export);
        if (err == SP_OK)
            err = rename_all(&export, &count);
        if (err != SP_OK)
            undo(&export);
    }
    if (export.folder >= 0)
        (void)close(export.folder); /* nothing was written through it */
    if (err != SP_OK)
        return SP_EXIT_REFUSED;
    printf("%u files written; open %s/index.html\n", count, export.name);
    return SP_EXIT_DONE;
}

static const struct sp_option options[] = {
    {"html", "DIR", "pages for a browser; DIR is new, empty, or of an export before"},
    {NULL, NULL, NULL},
};

const struct sp_command sp_command_codes_export = {
    .name = "export",
    .summary = "write the whole reference as pages for a browser",
    .about =
        "Writes an index, a page for each code, for each comparison written by hand and for\n"
        "each header field, method, option tag, warn-code and cause, in English and below ko/\n"
        "in Korean. The pages need no server, no script and nothing\n"
        "from elsewhere. Files of others are never written over.\n",
    .options = options,
    .examples = "  signpost codes export --html public\n",
    .run = run,
};
