# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the server tests share: a server with a store of its own, and single requests to it.

# shellcheck source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
server_port=
server_pid=

# configure [LINE]...: writes $home/signpost.conf, with further lines at its end.
configure() {
    [ -n "$server_port" ] || take_port server_port
    {
        printf 'listen = { "udp:127.0.0.1:%s" }\n' "$server_port"
        printf 'store = "lmdb:%s/store"\nworkers = 1\n' "$home"
        printf 'domain "example.com" { role = redirect }\n'
        [ $# = 0 ] || printf '%s\n' "$@"
    } >"$home/signpost.conf"
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

# request METHOD URI [FIELD]...: a request; its Via names no port, so rport brings the answer back.
request() {
    printf '%s %s SIP/2.0\r\n' "$1" "$2"
    printf 'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK%s;rport\r\n' "${branch:-1}"
    printf 'From: <sip:a@example.net>;tag=1\r\nTo: <sip:b@example.com>\r\n'
    printf 'Call-ID: 1@example.net\r\nCSeq: 1 %s\r\nContact: <sip:a@127.0.0.1>\r\n' "$1"
    [ $# = 2 ] || printf '%s\r\n' "${@:3}"
    printf 'Content-Length: 0\r\n\r\n'
}

# ask: sends standard input to the server; its answer without carriage returns.
ask() {
    "$build/test/live/ask" "$server_port" | tr -d '\r'
}

# status_of METHOD URI [FIELD]...: the status that is answered; empty: nothing is.
status_of() {
    request "$@" | ask | sed -n '1s/^SIP\/2.0 \([0-9]*\).*/\1/p'
}

# answers STATUS METHOD URI [FIELD]...: one line of the test.
answers() {
    local status
    status=$(status_of "${@:2}")
    expect "$2 $3 ${*:4}: ${1:-silence}" test "$status" = "$1"
}
