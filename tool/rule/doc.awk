# SPDX-License-Identifier: Apache-2.0
#
# Names of files in prose lead somewhere: awk -f doc.awk list=FILE FILE.md ...
# `list` names all files of the project. Checked are links [text](path) and `path` in backquotes
# when it begins with a folder of ours; a path with a placeholder (capitals, *, <, $, {) is not.

function breach(rule, advice) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, rule, advice
}

function add_folders(path) {
    exists[path] = 1
    while (sub(/\/[^\/]*$/, "", path)) {
        exists[path] = 1
        exists[path "/"] = 1
    }
}

function is_there(path,    folder) {
    sub(/#.*/, "", path)
    if (path == "" || (path in exists))
        return 1
    folder = FILENAME
    if (!sub(/[^\/]*$/, "", folder))
        folder = ""
    while (sub(/^\.\.\//, "", path))
        sub(/[^\/]*\/$/, "", folder)
    sub(/^\.\//, "", path)
    return ((folder path) in exists)
}

BEGIN { ours = "^(src|include|test|fuzz|bench|tool|doc|data|cmake|example)/[a-z0-9_./-]+$" }

FILENAME == list {
    add_folders($0)
    next
}

{
    rest = $0
    while (match(rest, /\]\([^)]*\)/)) {
        path = substr(rest, RSTART + 2, RLENGTH - 3)
        if (path !~ /^[a-z]+:/ && !is_there(path))
            breach("link", "there is no " path)
        rest = substr(rest, RSTART + RLENGTH)
    }
    rest = $0
    while (match(rest, /`[^`]*`/)) {
        path = substr(rest, RSTART + 1, RLENGTH - 2)
        if (path ~ ours && path !~ /\/$/ && !is_there(path))
            breach("link", "there is no " path)
        rest = substr(rest, RSTART + RLENGTH)
    }
}
