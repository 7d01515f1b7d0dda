#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `explain` and `compare` as they are typed: exit statuses, the locale, the terminal.

# shellcheck source-path=SCRIPTDIR source=../lib.sh disable=SC2154
source "$(dirname "$0")/../lib.sh"
make_home
unset LC_ALL LC_MESSAGES LANG NO_COLOR

# ends STATUS ARGUMENT...: signpost ends so, and only a page goes to standard output.
# shellcheck disable=SC2317 # called by expect, as are those below
ends() {
    local wanted=$1 status=0
    shift
    "$signpost" "$@" >"$home/out" 2>"$home/err" || status=$?
    [ "$status" = "$wanted" ] || return 1
    if [ "$status" = 0 ]; then
        [ -s "$home/out" ] && [ ! -s "$home/err" ]
    else
        [ ! -s "$home/out" ] && [ "$(wc -l <"$home/err")" = 1 ]
    fi
}

# says TEXT COMMAND...: the command's first line.
# shellcheck disable=SC2317
says() {
    local wanted=$1
    shift
    [ "$("$@" | sed -n 1p)" = "$wanted" ]
}

# on_terminal COMMAND: its output on a terminal has an escape sequence.
# shellcheck disable=SC2317
on_terminal() {
    script -qec "$1" /dev/null </dev/null >"$home/terminal"
    grep -q $'\033' "$home/terminal"
}

# shellcheck disable=SC2317
not() {
    ! "$@"
}

readonly EN="SIP 301 Moved Permanently"
readonly KO="SIP 301 Moved Permanently (영구 이동)"

expect "a code that has a page" ends 0 explain 301
expect "a code that nobody registered" ends 0 explain 299
expect "several codes" ends 0 explain 301 422
expect "a number that is no response code" ends 2 explain 301 700
expect "a word that is no number" ends 2 explain busy
expect "an unknown language" ends 2 explain 301 --lang de
expect "two forms at once" ends 2 explain 301 --short --json
expect "a width out of range" ends 2 explain 301 --width 39
expect "two codes" ends 0 compare 422 301
expect "the same code twice" ends 2 compare 301 301
expect "a code without a page to compare" ends 1 compare 301 299
expect "a code twice among three" ends 2 compare 422 301 422
expect "one code to compare" ends 2 compare 301

expect "English without a locale" says "$EN" "$signpost" explain 301
expect "LANG" says "$KO" env LANG=ko_KR.UTF-8 "$signpost" explain 301
expect "LC_MESSAGES before LANG" says "$EN" \
    env LANG=ko_KR.UTF-8 LC_MESSAGES=C "$signpost" explain 301
expect "LC_ALL before LC_MESSAGES" says "$KO" \
    env LC_MESSAGES=C LC_ALL=ko_KR.UTF-8 "$signpost" explain 301
expect "an empty LC_ALL is none" says "$KO" env LC_ALL= LANG=ko_KR.UTF-8 "$signpost" explain 301
expect "--lang before the locale" says "$EN" \
    env LANG=ko_KR.UTF-8 "$signpost" explain 301 --lang en

if command -v script >/dev/null; then
    expect "bold on a terminal" on_terminal "env TERM=xterm '$signpost' explain 301"
    expect "plain with NO_COLOR" not on_terminal "env TERM=xterm NO_COLOR=1 '$signpost' explain 301"
fi
finish
