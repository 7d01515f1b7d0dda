#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# mandoc has nothing to say about the manual pages; every command and every code is in them.

# shellcheck source-path=SCRIPTDIR source=../lib.sh disable=SC2154
source "$(dirname "$0")/../lib.sh"
need mandoc
make_home

"$signpost" --manual "January 2, 2026" >"$home/signpost.1"
"$signpost" codes --manual "January 2, 2026" >"$home/sip-codes.7"

# shellcheck disable=SC2317 # called by expect
is_listed() {
    grep -q "^.Ss signpost $1" "$home/signpost.1"
}

# Pages that are not installed yet cannot be found.
# shellcheck disable=SC2317
is_clean() {
    ! mandoc -Tlint "$1" | grep -v 'referenced manual not found'
}

# All that `codes` lists has its entry.
# shellcheck disable=SC2317
has_all_codes() {
    local code
    for code in $("$signpost" codes --tsv | tail -n +2 | cut -f 1); do
        grep -q "^.It $code " "$home/sip-codes.7" || return 1
    done
}

expect "mandoc -Tlint is silent" mandoc -Tlint "$home/signpost.1"
expect "and of the page of codes" is_clean "$home/sip-codes.7"
expect "the page of codes has all of them" has_all_codes
while read -r command; do
    expect "the page has $command" is_listed "$command"
done < <("$signpost" --help | awk '/^Commands/ { on = 1; next } /^$/ { on = 0 } on { print $1 }')
finish
