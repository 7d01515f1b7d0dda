#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Proxied calls with session timers: listed, shown, ended by an operator; what a callee demands is
# known to the next call. Our own agents are the two ends.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
alone "$@"

cd "$home"
take_port callee_port
configure "domain \"p.example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$callee_port\" }" \
    'session-timer { min-se = 90  session-expires = 600  end-expired = bye }'
up

# place NAME OPTION...: a call through the server, in the background.
place() {
    start "$1" "$signpost" call sip:bob@p.example.com --proxy "127.0.0.1:$server_port" --json \
        "${@:2}"
}

session() {
    "$signpost" session "$@" --config signpost.conf
}

has_call() {
    [ "$(session list --json | jq .total)" = "$1" ]
}

start callee "$signpost" answer --listen "udp:127.0.0.1:$callee_port" --no-timer
wait_for_udp "$callee_port" "$started_pid"
expect "the server can be asked" wait_until "$WAIT_S" has_call 0
expect "no calls are told as such" grep -qx 'no calls' <(session list)
place first --hold 60
first_pid=$started_pid
expect "a call is listed" wait_until "$WAIT_S" has_call 1
session list --json >list.json
expect "with the interval that the proxy completed" \
    jq -e '.list[0] | .interval_s == 1800 and .refresher == "caller"' list.json
expect "and its end" jq -e '.list[0] | .expires_in_s > 1790 and .ends_by_bye' list.json
call_id=$(jq -r '.list[0].call_id' list.json)
expect "it is shown with its ways" grep -q "^way back *<sip:127.0.0.1:$server_port" \
    <(session show "$call_id")
expect "one that is not carried is refused" \
    grep -q 'no call with that Call-ID' <(session end nobody@example.com 2>&1)
expect "an operator ends it" grep -q 'ended by BYE: 1' <(session end "$call_id")
expect "the caller hears of it" wait_until "$WAIT_S" gone "$first_pid"
expect "and says so" jq -e '.result == "completed"' first.log
expect "so does the callee" wait_until "$WAIT_S" grep -q BYE callee.log
expect "and nothing is left" wait_until "$WAIT_S" has_call 0

take_port strict_port
start strict "$signpost" answer --listen "udp:127.0.0.1:$strict_port" --min-se 700
wait_for_udp "$strict_port" "$started_pid"
configure "domain \"p.example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$strict_port\" }" \
    'session-timer { min-se = 90  session-expires = 600 }'
expect "another next hop is taken" kill -HUP "$server_pid"
demands() {
    place second --hold 0 --session-expires 100
    wait_until "$WAIT_S" gone "$started_pid" &&
        [ "$("$signpost" peer list --config signpost.conf --json | jq '.list[0].min_se_s')" = 700 ]
}
expect "what it demands is remembered" wait_until "$WAIT_S" demands
expect "and listed" grep -q '^p.example.com .* 700 s' \
    <("$signpost" peer list --config signpost.conf)
refused=$(grep -c ' 422 ' strict.log)
place third --hold 0 --session-expires 100
wait_until "$WAIT_S" gone "$started_pid"
expect "the next call is told by the server" jq -e '.interval_s == 700 and .raises == 1' third.log
expect "and the callee refuses nothing any more" [ "$(grep -c ' 422 ' strict.log)" = "$refused" ]

# What has to be ended is ended, whatever becomes of the server; what is over has its record.
stop "$server_pid" KILL || true
configure "domain \"p.example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$callee_port\" }" \
    "cdr = \"$home/calls.jsonl\"" 'session-timer { session-expires = 90  end-expired = bye }'
up
place fourth --hold 0
wait_until "$WAIT_S" gone "$started_pid"
expect "a call that is over has its record" \
    jq -e '.ended_by == "caller" and .interval_s == 1800 and .from and .answer' calls.jsonl
place fifth --hold 60
fifth_pid=$started_pid
expect "one that stands has none" wait_until "$WAIT_S" has_call 1
expect "and no second line is there" [ "$(wc -l <calls.jsonl)" = 1 ]
call_id=$(session list --json | jq -r '.list[0].call_id')
is_kept() { grep -qaF "$call_id" store/sessions; }
expect "it is in the journal" wait_until "$WAIT_S" is_kept
kill -KILL "$server_pid"
wait_until "$WAIT_S" gone "$server_pid"
up
expect "after kill -9 it is there again" wait_until "$WAIT_S" has_call 1
expect "with its end" jq -e '.list[0].expires_in_s > 1700 and .list[0].ends_by_bye' \
    <(session list --json)
session end "$call_id" >/dev/null
expect "and can be ended" wait_until "$WAIT_S" gone "$fifth_pid"
expect "which is told as the operator's doing" \
    wait_until "$WAIT_S" grep -q '"ended_by":"operator"' calls.jsonl
finish
