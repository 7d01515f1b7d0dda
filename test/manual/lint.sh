#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# mandoc has nothing to say about the manual page, and every command is in it.

# shellcheck source-path=SCRIPTDIR source=../lib.sh disable=SC2154
source "$(dirname "$0")/../lib.sh"
need mandoc
make_home

"$signpost" --manual "January 2, 2026" >"$home/signpost.1"

# shellcheck disable=SC2317 # called by expect
is_listed() {
    grep -q "^.Ss signpost $1" "$home/signpost.1"
}

expect "mandoc -Tlint is silent" mandoc -Tlint "$home/signpost.1"
while read -r command; do
    expect "the page has $command" is_listed "$command"
done < <("$signpost" --help | awk '/^Commands/ { on = 1; next } /^$/ { on = 0 } on { print $1 }')
finish
