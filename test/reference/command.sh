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

# best ARGUMENT...: the microseconds of the best of 40 runs, from start to last octet.
best() {
    local before after least=1000000
    for _ in {1..40}; do
        before=${EPOCHREALTIME/[^0-9]/}
        "$signpost" "$@" >"$home/out"
        after=${EPOCHREALTIME/[^0-9]/}
        [ $((after - before)) -ge "$least" ] || least=$((after - before))
    done
    echo "$least"
}

# Beside what a start costs on this machine, loaded as it is.
# shellcheck disable=SC2317
is_quick() {
    local start page
    start=$(best --version)
    page=$(best explain 422)
    echo "a start $start us, a page $page us"
    [ "$page" -lt $((start + 5000)) ]
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

# paged WANTED ROWS PAGER ARGUMENT...: what a terminal of so many rows shows of `explain` begins so.
# shellcheck disable=SC2317,SC2053 # WANTED is a pattern
paged() {
    local wanted=$1 rows=$2 pager=$3
    shift 3
    script -qec "stty rows $rows; env TERM=xterm NO_COLOR=1 PAGER='$pager' '$signpost' explain $*" \
        /dev/null </dev/null >"$home/terminal" && [[ $(tr -d '\r' <"$home/terminal") = $wanted ]]
}

# Each line has eight columns, and each number of the reference stands in the second.
# shellcheck disable=SC2317
is_table() {
    "$signpost" explain --tsv {1..6}xx 409 299 Min-SE timer INVITE Q.850:17 warning:399 \
        >"$home/out" &&
        awk -F '\t' 'NF != 8 || $1 == "" || $2 == "" || $8 == "" { exit 1 }
            END { if (NR != 83) exit 1 }' "$home/out"
}

# shellcheck disable=SC2317
not() {
    ! "$@"
}

# takes_for NAME ARGUMENT: the page comes, and standard error tells what was taken.
# shellcheck disable=SC2317
takes_for() {
    "$signpost" explain "$2" >"$home/out" 2>"$home/err" &&
        [ -s "$home/out" ] && grep -qF "is taken for $1" "$home/err"
}

# counts LINES ARGUMENT...
# shellcheck disable=SC2317
counts() {
    local wanted=$1
    shift
    [ "$("$signpost" "$@" | wc -l)" = "$wanted" ]
}

# draws TEXT OPTION...: the page of 422 has it.
# shellcheck disable=SC2317
draws() {
    local wanted=$1
    shift
    "$signpost" explain 422 "$@" >"$home/out" && grep -qF -- "$wanted" "$home/out"
}

# reads TEXT INPUT: it is said of this standard input.
# shellcheck disable=SC2317,SC2059 # the input is a format
reads() {
    printf "$2" | "$signpost" explain - >"$home/out" 2>"$home/err" &&
        grep -qF "$1" "$home/out" && [ ! -s "$home/err" ]
}

# shellcheck disable=SC2317,SC2059 # as above
reads_nothing() {
    local status=0
    printf "$1" | "$signpost" explain - >"$home/out" 2>"$home/err" || status=$?
    [ "$status" = 1 ] && [ ! -s "$home/out" ] && [ "$(wc -l <"$home/err")" = 1 ]
}

readonly EN="SIP 301 Moved Permanently"
readonly KO="SIP 301 Moved Permanently (영구 이동)"

expect "a code that has a page" ends 0 explain 301
expect "a code that nobody registered" ends 0 explain 299
expect "several codes" ends 0 explain 301 422
expect "a number that is no response code" ends 2 explain 301 700
expect "a mask" ends 0 explain 48
expect "a mask of no class" ends 2 explain 7xx
expect "phrases, a header field, a tag, a method, a cause" \
    ends 0 explain "busy here" 통화중 Min-SE timer INVITE Q.850:17 warning:399
expect "a rule of traces, with its kind and without" ends 0 explain rule:422-loop 422-Loop
expect "a rule that there is not" ends 1 explain rule:nothing
expect "a page names the rules of its code" draws "422-without-min-se: A 422 without Min-SE."
expect "a cause that nobody knows" ends 1 explain Q.850:15
expect "a word that nobody knows" ends 1 explain zzqxj
expect "an argument of odd octets" ends 1 explain $'\xff\x1b[31m'
expect "a very long argument" ends 1 explain "$(head -c 100000 /dev/zero | tr '\0' a)"
expect "a typo is told" takes_for "422 Session Interval Too Small" "sesion intervl"
expect "all codes" ends 0 codes
expect "codes of a class" ends 0 codes 5xx --tsv
expect "codes by words" ends 0 codes not found --json
expect "no code by these words" ends 1 codes zzqxj
expect "two forms of a list" ends 2 codes --tsv --json
expect "75 codes below the names of the columns" counts 76 codes --tsv
expect "the example as a ladder" draws "│── INVITE ──"
expect "the ladder without box characters" draws "|-- INVITE --" --ascii
expect "the ladder in Korean" draws "│── INVITE ──" --lang ko
expect "a message's own values" reads "Session-Expires of at least 1800" \
    'SIP/2.0 422 Session Interval Too Small\r\nVia: x\r\nMin-SE: 1800\r\n\r\n'
expect "a log with time stamps" reads "before 120 seconds" \
    '10:00 recv SIP/2.0 503 Service Unavailable\n  Retry-After: 120 (soon)\n'
expect "a request" reads "SIP method BYE" 'BYE sip:bob@example.com SIP/2.0\r\n\r\n'
expect "no message on standard input" reads_nothing 'hello\n'
expect "nothing on standard input" reads_nothing ''
expect "octets that are no text" reads_nothing '\377\000\033[31m\n'
expect "a megabyte of one word" reads_nothing "$(head -c 1048576 /dev/zero | tr '\0' a)"
expect "an unknown language" ends 2 explain 301 --lang de
expect "two forms at once" ends 2 explain 301 --short --json
expect "two forms of columns" ends 2 explain 301 --tsv --json
expect "columns of a message" ends 2 explain - --tsv
expect "codes and terms as columns" is_table
expect "where a page is from" ends 0 explain --sources 422 409 Min-SE Q.850:17 rule:422-loop
expect "sources of a message" ends 2 explain - --sources
expect "a width out of range" ends 2 explain 301 --width 39
expect "two codes" ends 0 compare 422 301
expect "two codes by their names" ends 0 compare 'busy here' declined
expect "a header field is no code" ends 2 compare Min-SE 422
expect "nor is a class" ends 2 compare 4xx 301
expect "the same code twice" ends 2 compare 301 301
expect "a code to compare that is not registered" ends 1 compare 301 299
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

if ! grep -qE '__(a|t)san_init' "$signpost"; then
    expect "a page takes less than 5 ms beside the start" is_quick
fi
if command -v script >/dev/null; then
    expect "bold on a terminal" on_terminal "env TERM=xterm '$signpost' explain 301 --no-pager"
    expect "plain with NO_COLOR" not on_terminal \
        "env TERM=xterm NO_COLOR=1 '$signpost' explain 301 --no-pager"
    expect "a long page goes to the pager" paged "SIP 301 Moved Permanently" 10 "head -n 1" 301
    expect "and what ends it early is no failure" paged "SIP 301 *" 10 "head -c 20" 301 302 422
    expect "a page that fits does not" paged "SIP 301 *https://*" 500 "head -n 1" 301
    expect "nor does it with --no-pager" paged "SIP 301 *https://*" 10 "head -n 1" 301 --no-pager
    expect "nor what is for programs" paged "{*}" 10 "head -c 1" 301 --json
    expect "nor with a PAGER that is empty" paged "SIP 301 *https://*" 10 "" 301
    expect "a pager that is not there" paged "SIP 301 *https://*" 10 "/nonexistent/pager -x" 301
fi
finish
