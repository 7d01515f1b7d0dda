#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# An import is killed with -9 at random moments, with and without a server: what stands afterwards
# is the old table or the new one, whole, and the next import succeeds.

# shellcheck source=kill.sh
source "$(dirname "$0")/kill.sh"
alone "$@"
readonly COUNT=200000
readonly ROUNDS=${ROUNDS:-8}

RANDOM=${SEED:-$$}
echo "seed ${SEED:-$$}"
configure
rows "$COUNT" old.example.net >"$home/old.csv"
rows "$COUNT" new.example.net >"$home/new.csv"
import "$home/old.csv" || fail "the first import" "$home/import.log"

# Which table is there: the host of all targets, and how many rows they are.
standing() {
    "$signpost" route export --store "$store" |
        awk -F '@' '/^sip:/ { sub(/[,>].*/, "", $3); hosts[$3]++ }
             END { for (host in hosts) printf "%s %d\n", host, hosts[host] }'
}

# One round: begin to replace the table, kill, look.
round() {
    start import "$signpost" route import "$home/$1.csv" --store "$store"
    random_ms 1 "$took_ms"
    kill -KILL "$started_pid" 2>/dev/null || true
    wait "$started_pid" 2>/dev/null || true
    local now
    now=$(standing)
    case $now in
    "old.example.net $COUNT" | "new.example.net $COUNT") ;;
    *) fail "half a table: $now" && return ;;
    esac
    stood+=("${now%%.*}")
}

began_ms=$(date +%s%3N)
import "$home/old.csv"
took_ms=$(($(date +%s%3N) - began_ms + 50))
for who in "without a server" "beside a server"; do
    [ "$who" = "without a server" ] || up
    before=$failed
    stood=()
    for ((i = 0; i < ROUNDS; i++)); do
        round "$([ $((i % 2)) = 0 ] && echo new || echo old)"
    done
    [ "$failed" != "$before" ] ||
        pass "$ROUNDS imports killed $who leave a whole table (${stood[*]})"
done

expect "the import after them succeeds" import "$home/new.csv"
now=$(standing)
expect "and is there whole" test "$now" = "new.example.net $COUNT"
line=$(load "$COUNT" 0.5 --window 8)
expect "the server answers from it: $line" answered_all "$line"
expect "no file of a killed import is left" \
    test "$(find "$home/store" -name 'routes-*.mdb' | wc -l)" -le 3
expect "the server ends with 0 on SIGTERM" stop "$server_pid"
finish
