#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A hundred thousand damaged datagrams: the server goes on answering, and neither its memory nor its
# descriptors nor its log grow with them. (A sanitizer build keeps what was freed for a while, so
# there memory is not judged.)

# shellcheck source=kill.sh
source "$(dirname "$0")/kill.sh"
alone "$@"
readonly DATAGRAMS=${DATAGRAMS:-100000}
readonly GROWTH_KB_MAX=2048
readonly LOG_KB_MAX=4096

workers=1 # or a probe could overtake what was sent before it
configure
rows 1000 new.example.net >"$home/rows.csv"
import "$home/rows.csv" || fail "the import" "$home/import.log"
up

memory_kb() {
    sed -nE 's/^VmRSS:[[:space:]]*([0-9]+).*/\1/p' "/proc/$server_pid/status"
}

descriptors() {
    find "/proc/$server_pid/fd" -type l | wc -l
}

flood() { # COUNT [SEED]
    "$build/test/live/garbage" "$server_port" "$@"
}

expect "it is there after the first 10000" flood 10000
kb_before=$(memory_kb)
descriptors_before=$(descriptors)
expect "it is there after $DATAGRAMS more" flood "$DATAGRAMS"
kb_after=$(memory_kb)
if grep -q __asan_init "$signpost"; then
    echo "memory is not judged: this is a sanitizer build"
else
    expect "resident memory: $kb_before kB before, $kb_after kB after" \
        test $((kb_after - kb_before)) -le "$GROWTH_KB_MAX"
fi
expect "descriptors: $descriptors_before before, $(descriptors) after" \
    test "$(descriptors)" = "$descriptors_before"
log_kb=$(($(stat -c %s "$home/server.log") / 1024))
expect "the log is held back: $log_kb kB" test "$log_kb" -le "$LOG_KB_MAX"
expect "no octet of theirs reaches the log unescaped" \
    test "$(LC_ALL=C grep -caP '[\x00-\x08\x0b-\x1f\x7f-\xff]' "$home/server.log")" = 0
line=$(load 1000 0.5 --window 8)
expect "calls are answered as ever: $line" answered_all "$line"
expect "the server ends with 0 on SIGTERM" stop "$server_pid"
finish
