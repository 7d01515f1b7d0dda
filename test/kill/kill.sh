# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the kill tests share: tables of routes made up by number, a server over them, and the load.

# shellcheck source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
store=

# rows COUNT HOST: a CSV of that many moved numbers, all to HOST, which tells the tables apart.
rows() {
    awk -v count="$1" -v host="$2" 'BEGIN {
        print "from,code,to,q,expires"
        for (i = 0; i < count; i++)
            printf "sip:1555%07d@example.com,301,sip:1555%07d@%s,,\n", i, i, host
    }'
}

# configure: writes $home/signpost.conf for a store in $store and a server on $server_port, with
# $workers workers (2).
configure() {
    store=lmdb:$home/store
    [ -n "${server_port:-}" ] || take_port server_port
    cat >"$home/signpost.conf" <<END
listen  = { "udp:127.0.0.1:$server_port" }
store   = "$store"
workers = ${workers:-2}
domain "example.com" { role = redirect }
END
}

# up: starts the server; its pid in $server_pid.
up() {
    start server "$signpost" serve --config "$home/signpost.conf"
    server_pid=$started_pid
    wait_for_udp "$server_port" "$server_pid" || {
        fail "the server comes up" "$home/server.log"
        finish
    }
}

# import FILE [ARGUMENT]...
import() {
    "$signpost" route import "$1" --store "$store" "${@:2}" >"$home/import.log" 2>&1
}

# load NUMBERS SECONDS [ARGUMENT]...: calls in a closed loop; one line of JSON.
load() {
    "$build/bench/load" --port "$server_port" --numbers "$1" --seconds "$2" --warm 0 \
        --seed "$RANDOM" "${@:3}"
}

# field JSON NAME: a number of that line.
field() {
    sed -E "s/.*\"$2\":([0-9.]+).*/\1/" <<<"$1"
}

# answered_all JSON: whether there were calls, and none was lost.
answered_all() {
    [ "$(field "$1" lost)" = 0 ] && [ "$(field "$1" "done")" -gt 0 ]
}

# random_ms FROM BELOW: waits so long; the moment is what the test is about.
random_ms() {
    local ms=$(($1 + RANDOM % ($2 - $1)))
    read -rt "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))" <> <(:) || true
}
