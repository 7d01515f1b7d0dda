#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What the wire must show beyond one request and its answer: answers leave from the address that was
# asked, over IPv4 and IPv6; who is not named gets 403; a redirect server with transactions sends
# its answer again until the ACK comes, a stateless one does not.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
if [ "${SIGNPOST_ALONE:-}" = "" ]; then
    echo "SKIP udp: needs root and a network namespace, for addresses of its own"
    exit "$SKIPPED"
fi
ip address add 192.0.2.1/32 dev lo
ip address add 192.0.2.2/32 dev lo
ip address add 2001:db8::1/128 dev lo nodad

# ask METHOD HOST DOMAIN: sends a request over a connected socket, which takes answers from the
# asked address only.
ask() {
    exec 3<>"/dev/udp/$2/$server_port"
    branch=$((branch + 1))
    request "$1" "$3" "" >"$home/request"
    dd if="$home/request" bs=64K status=none >&3
}
branch=0

request() { # METHOD DOMAIN TO-TAG
    printf '%s\r\n' "$1 sip:15550000001@$2 SIP/2.0" \
        "Via: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKudp$branch" "Max-Forwards: 70" \
        "From: <sip:udp@example.org>;tag=udp" "To: <sip:15550000001@$2>$3" \
        "Call-ID: udp$branch@example.org" "CSeq: 1 $1" "Contact: <sip:udp@example.org>" \
        "Content-Length: 0" ""
}

# hear SECONDS: the next datagram; fails when none comes in time.
hear() {
    timeout "$1" dd bs=64K count=1 status=none <&3 >"$home/answer" && [ -s "$home/answer" ]
}

# answered METHOD HOST DOMAIN STATUS
answered() {
    ask "$1" "$2" "$3"
    hear 2 && grep -a "^SIP/2.0 $4 " "$home/answer"
}

# The ACK to the answer that was heard.
acknowledge() {
    local tag
    tag=$(grep -aoE '^To:.*' "$home/answer" | grep -oE ';tag=[^;[:space:]]+')
    request ACK example.com "$tag" >"$home/request"
    dd if="$home/request" bs=64K status=none >&3
}

not_heard() {
    ! hear "$1"
}

serve server 'domain "example.com" { role = redirect }'
stop_server server
sed -i "s/^listen.*/listen = { \"udp:0.0.0.0:$server_port\", \"udp:[::]:$server_port\" }/; \
    s/^workers.*/workers = 2/" "$home/server/signpost.conf"
{
    echo 'domain "old.example.com" { role = redirect  open = yes }'
    echo 'domain "friends.example.com" { role = redirect  allow = { "192.0.2.2" } }'
} >>"$home/server/signpost.conf"

restart() { # [SED EXPRESSION]
    [ $# = 0 ] || sed -i "$1" "$home/server/signpost.conf"
    start server "$signpost" serve --config "$home/server/signpost.conf"
    server_pid=$started_pid
    wait_for_udp "$server_port" "$server_pid"
}

restart
for host in 127.0.0.1 127.0.0.2 192.0.2.1 ::1 2001:db8::1; do
    expect "$host answers from where it was asked" answered OPTIONS "$host" old.example.com 301
done
# To an address of its own a host speaks from that address: 192.0.2.1 is asked by 192.0.2.1.
expect "loopback may ask" answered OPTIONS 127.0.0.1 example.com 301
expect "a stranger gets 403" answered OPTIONS 192.0.2.1 example.com 403
expect "a friend may ask" answered OPTIONS 192.0.2.2 friends.example.com 404
expect "another one may not" answered OPTIONS 192.0.2.1 friends.example.com 403
expect "a stateless answer" answered INVITE 127.0.0.1 example.com 301
expect "is sent once" not_heard 0.8
stop_server server

restart '$ a redirect-state = transaction'
expect "an answer with a transaction" answered INVITE 127.0.0.1 example.com 301
expect "is sent again after T1" hear 1
acknowledge
expect "and no more once the ACK has come" not_heard 1.2
stop "$server_pid" KILL || true

take_port callee_port
start callee "$signpost" answer --listen "udp:[2001:db8::1]:$callee_port" --min-se 1800
wait_for_udp "$callee_port" "$started_pid"
callee="sip:callee@[2001:db8::1]:$callee_port"
expect "a call over IPv6" "$signpost" call "$callee" --hold 0 --session-expires 90
# ends_with WORDS [OPTION...]: the call fails, and says why.
ends_with() {
    local words=$1 status=0
    shift
    "$signpost" call "$callee" --hold 0 "$@" >"$home/call.log" 2>&1 || status=$?
    [ "$status" = 1 ] && grep -q "$words" "$home/call.log"
}
expect "a call from a socket of the other family" \
    ends_with "no way to that address" --listen udp:0.0.0.0:0
stop "$started_pid" || true
expect "a call to a port where nobody is" ends_with "cannot be reached"
finish
