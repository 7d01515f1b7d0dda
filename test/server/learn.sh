#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A proxy that learns: the first call is redirected, the second goes straight there; a target that
# dies is given up after some calls; a peer that may not move an address suggests; a suspension and
# an undo hold for the next call. The callees are test callees.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
alone "$@"

cd "$home"
take_port server_port
take_port old_port
take_port new_port
take_port other_port
take_port old_too_port
store=lmdb:$home/store

cat >signpost.conf <<END
listen = { "udp:127.0.0.1:$server_port" }
store = "$store"
workers = 1
domain "down.example.com" { role = proxy  next-hop = "sip:127.0.0.1:$old_port" }
domain "wild.example.com" { role = proxy  next-hop = "sip:127.0.0.1:$old_too_port" }
peer "carrier" {
    address = "127.0.0.1:$old_port"
    follow = yes
    learn = apply
    allow-private = yes
    demote-after = 2
}
peer "shy" {
    address = "127.0.0.1:$old_too_port"
    follow = yes
    learn = suggest
    allow-private = yes
}
END

# callee NAME PORT OPTION...: a test callee; its pid in $started_pid.
callee() {
    start "$1" "$signpost" answer --listen "udp:127.0.0.1:$2" "${@:3}"
    wait_for_udp "$2" "$started_pid"
}

# call URI: a call through the server; succeeds when it was answered and ended well.
call() {
    timeout 20 "$signpost" call "$1" --proxy "127.0.0.1:$server_port" --timeout 8 >called 2>&1
}

# followed: how many 3xx the server has followed: how often an old address was asked.
followed() {
    "$signpost" status --json --config signpost.conf |
        sed -n 's/.*"signpost_proxy_followed_total": *\([0-9]*\).*/\1/p'
}

# end_server: calls have just ended, so it is told twice not to wait for the last of them.
end_server() {
    kill -TERM "$server_pid"
    wait_until "$WAIT_S" grep -q ' draining ' server.log
    stop "$server_pid"
}

move() {
    "$signpost" move "$@" --config signpost.conf
}

# has PATTERN: some move or suggestion is listed so.
has() {
    move list 2>/dev/null | grep -qE "$1"
}

callee old "$old_port" --code 301 --contact "<sip:bob@127.0.0.1:$new_port>"
old_pid=$started_pid
callee new "$new_port"
new_pid=$started_pid
callee old-too "$old_too_port" --code 301 --contact "<sip:eve@127.0.0.1:$other_port>"
callee other "$other_port"
up

expect "the first call is redirected and answered" call sip:bob@down.example.com
expect "a move is learned from it" wait_until 5 has \
    "^applied *301  sip:bob@down.example.com -> sip:bob@127.0.0.1:$new_port  carrier"
asked=$(followed)
expect "the old address was asked for it" test "$asked" = 1
expect "the second call is answered" call sip:bob@down.example.com
expect "and the old address was not asked again" test "$(followed)" = "$asked"
move show sip:bob@down.example.com >said
expect "who said so is told" grep -q "Peer carrier at 127.0.0.1:$old_port said so with a 301" said

expect "all are suspended" move suspend --all
expect "a call is answered" call sip:bob@down.example.com
expect "by way of the old address" test "$(followed)" -gt "$asked"
expect "all are resumed" move resume --all
expect "one is undone" move undo sip:bob@down.example.com
asked=$(followed)
expect "a call is answered after that" call sip:bob@down.example.com
expect "the old address was asked" test "$(followed)" -gt "$asked"
expect "it is learned again" wait_until 5 has '^applied *301  sip:bob@down.example.com'

expect "who may only suggest is followed" call sip:eve@wild.example.com
expect "and suggests" wait_until 5 has '^suggested *301  sip:eve@wild.example.com .* shy'
asked=$(followed)
expect "the next call asks the old address again" call sip:eve@wild.example.com
expect "as often as there are calls" test "$(followed)" -gt "$asked"
expect "it is approved" move approve --peer shy
asked=$(followed)
expect "and then used" call sip:eve@wild.example.com
expect "past the old address" test "$(followed)" = "$asked"

expect "the server ends with 0" end_server
up
expect "moves outlive the server" call sip:eve@wild.example.com
expect "and go past the old address" test "$(followed)" = 0

# The new address dies, and another stands where the old one sends to.
stop "$new_pid" KILL || true
stop "$old_pid" || true
callee old "$old_port"
expect "the old address takes a call whose new one is dead" call sip:bob@down.example.com
expect "and the next" call sip:bob@down.example.com
expect "after which the move is suspect" wait_until 5 has '^suspect *301  sip:bob@down.example.com'
move log sip:bob@down.example.com >said
expect "as the log says" grep -q 'suspected *sip:bob@down.example.com  by signpost: its t' said
expect "the server ends with 0 again" end_server
finish
