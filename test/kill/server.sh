#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The server is killed with -9 while it answers and while routes are added: what was acknowledged
# is there when it comes back, and nothing has to be repaired by hand.

# shellcheck source=kill.sh
source "$(dirname "$0")/kill.sh"
alone "$@"
readonly COUNT=10000
readonly ROUNDS=${ROUNDS:-5}

RANDOM=${SEED:-$$}
echo "seed ${SEED:-$$}"
configure
rows "$COUNT" new.example.net >"$home/rows.csv"
import "$home/rows.csv" || fail "the import" "$home/import.log"

# Adds routes one by one until it cannot; those acknowledged are written down.
add_routes() {
    local i
    for ((i = 0; i < 1000; i++)); do
        "$signpost" route add --store "$store" "sip:user$1-$i@example.com" 301 \
            "sip:user$1-$i@new.example.net" >/dev/null 2>&1 || return 0
        echo "sip:user$1-$i@example.com" >>"$home/acknowledged"
        gone "$server_pid" && return 0
    done
}

: >"$home/acknowledged"
for ((r = 1; r <= ROUNDS; r++)); do
    up
    add_routes "$r" &
    adder=$!
    load "$COUNT" 10 --window 16 >/dev/null 2>&1 &
    caller=$!
    random_ms 100 800
    kill -KILL "$server_pid"
    wait "$server_pid" 2>/dev/null || true
    wait "$adder" || true
    kill "$caller" 2>/dev/null || true
    wait "$caller" 2>/dev/null || true
done

up
count=$(wc -l <"$home/acknowledged")
"$signpost" route export --store "$store" --table local |
    grep -o '^sip:user[^,]*' | sort >"$home/there" || true
sort "$home/acknowledged" >"$home/wanted"
expect "some routes were acknowledged" test "$count" -gt 0
expect "all $count acknowledged routes survive $ROUNDS kills" \
    test "$(comm -23 "$home/wanted" "$home/there" | wc -l)" = 0
line=$(load "$COUNT" 0.5 --window 8)
expect "the imported table is answered from: $line" answered_all "$line"
expect "the server ends with 0 on SIGTERM" stop "$server_pid"
finish
