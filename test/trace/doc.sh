#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The list of rules in doc/trace.md is that of the program. doc.sh --write makes it so.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
make_home
page=$repo/doc/trace.md
need python3

# table: the rules as rows of a table.
table() {
    # shellcheck disable=SC2016 # the backquotes are the page's
    "$signpost" trace --rules --json --lang en | python3 -c '
import json, sys
print("| rule | severity | section | what it finds |\n|---|---|---|---|")
for line in sys.stdin:
    it = json.loads(line)
    print("| `{rule}` | {severity} | {ref} | {title} |".format(**it))'
}

# fresh_page: the page with the rules of today.
fresh_page() {
    sed '/^<!-- rules:/q' "$page"
    table
    sed -n '/^<!-- end of rules/,$p' "$page"
}

fresh_page >"$home/trace.md"
if [ "${1:-}" = --write ]; then
    cp "$home/trace.md" "$page"
    exit
fi
expect "doc/trace.md lists the rules that there are (doc.sh --write)" diff "$home/trace.md" "$page"
finish
