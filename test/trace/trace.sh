#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# signpost trace from the outside: captures made of flows, behind each link, over both versions of
# IP, whole and in pieces, damaged and empty; all forms; exit codes. Whoever has captures of his own
# names their folder: SIGNPOST_CAPTURES=DIR trace.sh.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
make_home
here=$repo/test/trace
write=$build/test/trace/write_capture
need "$write" python3

trace() {
    "$signpost" trace "$@"
}

# exits STATUS COMMAND...: with that status and nothing on standard error that a sanitizer wrote.
exits() {
    local want=$1 got=0
    shift
    "$@" >"$home/out" 2>"$home/err" || got=$?
    cat "$home/out" "$home/err"
    [ "$got" = "$want" ] && ! grep -q 'Sanitizer\|runtime error' "$home/err"
}

# says TEXT COMMAND...: on standard output or standard error.
says() {
    local text=$1
    shift
    "$@" >"$home/out" 2>&1 || true
    cat "$home/out"
    grep -qF -- "$text" "$home/out"
}

# same_as FILE CAPTURE: the calls of a capture are those of the reference in FILE.
same_as() {
    calls "$2" | diff "$1" -
}

# calls CAPTURE: what stays the same whatever carried the messages.
calls() {
    (trace --json "$1" 2>/dev/null || true) |
        python3 -c '
import json, sys
for line in sys.stdin:
    it = json.loads(line)
    if it["kind"] == "call":
        print(it["call_id"], len(it["messages"]), [f["rule"] for f in it["findings"]])
'
}

"$write" "$home/evening.pcap" "$here/evening.flow"
"$write" "$home/quiet.pcap" "$here/quiet.flow"
calls "$home/evening.pcap" >"$home/calls"

expect "findings of severity error are exit 1" exits 1 trace "$home/evening.pcap"
expect "a call without fault is exit 0" exits 0 trace "$home/quiet.pcap"
expect "the first line says how many calls and findings" \
    says "4 calls, 3 errors, 1 warning" trace --lang en --width 200 "$home/evening.pcap"
expect "whose change it is stands beside it" \
    says "To change at 192.0.2.1:5060 (phone 1)" trace --lang en --width 200 "$home/evening.pcap"
expect "a 422 loop is seen" says 422-loop trace --findings "$home/evening.pcap"
expect "a BYE of a proxy is seen" says bye-by-proxy trace --findings "$home/evening.pcap"
expect "a 301 that is forgotten is seen" \
    says 301-not-remembered trace --findings "$home/evening.pcap"
expect "findings are written in Korean" says "변경할 것" trace --lang ko "$home/evening.pcap"
expect "one call by its number" says "Call 2" trace --lang en --call 2 "$home/evening.pcap"
expect "one call by its Call-ID" exits 0 trace --call c3@example.com "$home/evening.pcap"
expect "a call that is not there is exit 1" exits 1 trace --call nobody "$home/evening.pcap"
expect "standard input is read" says "4 calls" trace --lang en - <"$home/evening.pcap"
expect "several files are one capture" says "5 calls" trace --lang en --width 200 \
    "$home/evening.pcap" "$home/quiet.pcap"

for link in 0 1 2 3 4 5 6 7; do
    "$write" "$home/link.pcap" link=$link "$here/evening.flow"
    expect "link $link carries the same calls" same_as "$home/calls" "$home/link.pcap"
done
for options in ip=6 ng "ip=6 ng link=1" fragment=64 "fragment=64 reorder" "ip=6 fragment=200" \
    twice tcp "tcp segment=1" "tcp segment=7" "tcp segment=100 reorder" "tcp ip=6 twice"; do
    # shellcheck disable=SC2086 # several options
    "$write" "$home/way.pcap" $options "$here/evening.flow"
    expect "with $options there are the same calls" same_as "$home/calls" "$home/way.pcap"
done

# Forms.
well_formed() {
    python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.stdin)'
}
form_is_well_formed() {
    (trace "$@" || true) | well_formed
}
csv_has() {
    (trace --csv "$2" || true) | python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
sys.exit(len(rows) != int(sys.argv[1]) or any(None in row for row in rows))' "$1"
}
expect "the page is well-formed" form_is_well_formed --html "$home/evening.pcap"
expect "the page is well-formed in Korean" \
    form_is_well_formed --html --lang ko "$home/evening.pcap"
expect "the picture is well-formed" form_is_well_formed --svg --call 2 "$home/evening.pcap"
expect "a picture of several calls is refused" exits 2 trace --svg "$home/evening.pcap"
expect "the table has a line for each call" csv_has 4 "$home/evening.pcap"
expect "two forms exclude each other" exits 2 trace --csv --json "$home/evening.pcap"
# paged: of the report, on a terminal of ten lines, the pager takes what it wants.
paged() {
    script -qec "stty rows 10; env TERM=xterm PAGER='head -n 1' '$signpost' trace \
        --lang en '$home/evening.pcap'" /dev/null </dev/null >"$home/terminal" || true
    grep -q "4 calls" "$home/terminal" && [ "$(wc -l <"$home/terminal")" -le 2 ]
}
if command -v script >/dev/null; then
    expect "a long report goes to the pager" paged
fi
expect "the rules are listed" says "422-without-min-se" trace --rules
expect "the rules are JSON too" says '"rule":"bye-by-proxy"' trace --rules --json
has_no_controls() {
    (trace "$1" || true) | LC_ALL=C tr -d '\n\40-\377' |
        python3 -c 'import sys; sys.exit(len(sys.stdin.read()))'
}
expect "no control of a capture reaches the terminal" has_no_controls "$home/evening.pcap"

# What is no capture, or only a part of one.
: >"$home/nothing"
head -c 24 "$home/quiet.pcap" >"$home/empty.pcap"
echo "this is no capture" >"$home/text"
expect "a file that is not there is exit 2" exits 2 trace "$home/absent.pcap"
expect "an empty file is exit 2" exits 2 trace "$home/nothing"
expect "a text is exit 2" exits 2 trace "$home/text"
expect "no file is a usage error" exits 2 trace
expect "a capture without frames says so" \
    says "The capture is empty" trace --lang en "$home/empty.pcap"
expect "a capture without frames is exit 0" exits 0 trace "$home/empty.pcap"
head -c 2000 "$home/quiet.pcap" >"$home/cut.pcap"
expect "a capture that ends in a frame says where" \
    says "damaged behind frame" trace "$home/cut.pcap"
expect "what stands before the damage is shown" says "1 call" trace --lang en "$home/cut.pcap"
survives_cuts() {
    local size at
    size=$(wc -c <"$1")
    for ((at = 0; at < size; at += 251)); do
        head -c "$at" "$1" >"$home/part"
        trace --html "$home/part" >"$home/out" 2>"$home/err" || [ $? -le 2 ]
        if grep 'Sanitizer\|runtime error' "$home/err"; then
            return 1
        fi
    done
}
expect "a capture may end anywhere" survives_cuts "$home/evening.pcap"

# Messages that torture readers (RFC 4475, RFC 5118), in one capture each way.
torture=("$repo"/test/torture/*.dat "$repo"/test/torture/rfc5118/*.dat)
"$write" "$home/torture.pcap" raw "${torture[@]}"
"$write" "$home/torture-tcp.pcap" tcp segment=100 raw "${torture[@]}"
for form in --width=100 --json --csv --html; do
    expect "torture messages in form $form" exits 1 trace $form "$home/torture.pcap"
    expect "torture messages over TCP in form $form" exits 1 trace $form "$home/torture-tcp.pcap"
done
expect "torture messages make a well-formed page" form_is_well_formed --html "$home/torture.pcap"

# Another reader counts as we do.
agrees_with_tshark() {
    local messages calls ours
    messages=$(tshark -r "$1" -Y sip -T fields -e sip.Call-ID 2>/dev/null | tr ',' '\n' | wc -l)
    calls=$(tshark -r "$1" -Y sip -T fields -e sip.Call-ID 2>/dev/null | tr ',' '\n' | sort -u |
        wc -l)
    ours=$( (trace --json "$1" || true) | python3 -c '
import json, sys
it = json.loads(sys.stdin.readline())
print(it["messages"] + it["duplicates"], it["calls"])')
    echo "tshark: $messages $calls, signpost: $ours"
    [ "$messages $calls" = "$ours" ]
}
if command -v tshark >/dev/null; then
    captures=("$home/evening.pcap" "$home/quiet.pcap" "$home/way.pcap")
    if [ -d "${SIGNPOST_CAPTURES:-}" ]; then
        captures+=("$SIGNPOST_CAPTURES"/*.pcap*)
    fi
    for capture in "${captures[@]}"; do
        expect "tshark counts the same in $(basename "$capture")" agrees_with_tshark "$capture"
    done
else
    echo "SKIP comparison: tshark is not installed"
fi
if [ -d "${SIGNPOST_CAPTURES:-}" ]; then
    for capture in "$SIGNPOST_CAPTURES"/*.pcap*; do
        expect "the page of $(basename "$capture") is well-formed" \
            form_is_well_formed --html "$capture"
    done
fi
finish
