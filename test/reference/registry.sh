#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# tool/registry finds what a copy of the registry has otherwise.

# shellcheck source-path=SCRIPTDIR source=../lib.sh disable=SC2154,SC2317
source "$(dirname "$0")/../lib.sh"
make_home
need python3

# copy TABLE: one of our own tables as a registry with commas.
copy() {
    awk -F '\t' '!/^#/ { printf "%s,\"%s\",[RFC0]\r\n", $1, $2 }' "$repo/data/$1"
}

# compares STATUS KIND: the copy in $home/copy; what is said is in $home/out.
compares() {
    local status=0
    "$repo/tool/registry" "$2" "$home/copy" >"$home/out" 2>"$home/err" || status=$?
    [ "$status" = "$1" ]
}

agrees() {
    { printf 'Value,Description,Reference\r\n' && copy "$2"; } >"$home/copy"
    compares 0 "$1"
}

differs() {
    {
        printf '\xef\xbb\xbfResponse Code,Description,Reference\r\n'
        printf 'Provisional 1xx,,\r\n609,"Odd, and New",[RFC9999]\r\n701-799,Unassigned,\r\n'
        copy status.tsv |
            sed '/^604,/d; s/Too Small/Too Little/; s/"Accepted"/"Accepted (Deprecated)"/'
    } >"$home/copy"
    compares 1 codes && diff "$home/out" - <<'END'
609 Odd, and New: registered, not here
604: here, not registered
422: 'Session Interval Too Small' here, 'Session Interval Too Little' registered
codes: 75 registered, 3 differences
END
}

nothing_in_it() {
    echo 'Value,Description' >"$home/copy"
    compares 2 codes && [ ! -s "$home/out" ]
}

expect "codes that agree" agrees codes status.tsv
expect "header fields that agree" agrees headers about_header.tsv
expect "methods that agree" agrees methods about_method.tsv
expect "option tags that agree" agrees tags about_option_tag.tsv
expect "warn-codes that agree" agrees warnings about_warning.tsv
expect "one more, one less, another phrase" differs
expect "a copy without any" nothing_in_it
expect "no such kind" compares 2 colours
finish
