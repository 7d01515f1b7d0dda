#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Two servers that lead to each other: by redirections that the one follows, and as each other's
# next hop. Whoever calls gets an answer at once.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
alone "$@"

cd "$home"
take_port one_port
take_port two_port

# serve_with NAME PORT OTHER LINE: a server with the routes of NAME.csv, that follows both.
serve_with() {
    cat >"$1.conf" <<END
listen = { "udp:127.0.0.1:$2" }
store = "lmdb:$home/$1"
workers = 1
domain "127.0.0.1" { role = redirect }
domain "circle.example.com" { role = proxy  next-hop = "sip:127.0.0.1:$3" }
$4
peer "one" { address = "127.0.0.1:$one_port"  follow = yes  allow-private = yes }
peer "two" { address = "127.0.0.1:$two_port"  follow = yes  allow-private = yes }
END
    "$signpost" route import "$1.csv" --store "lmdb:$home/$1" >"$1.import" 2>&1
    start "$1" "$signpost" serve --config "$1.conf"
    wait_for_udp "$2" "$started_pid"
}

# call URI PROXY: fails within 8 seconds, after the server has answered.
call() {
    ! timeout 8 "$signpost" call "$1" "${@:2}" --timeout 6 >called 2>&1
}

# counted NAME CONFIGURATION: a counter of a server.
counted() {
    "$signpost" status --json --config "$2.conf" | sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p"
}

cat >one.csv <<END
from,code,to,q,expires
sip:b@127.0.0.1,302,sip:c@127.0.0.1:$two_port,,
END
cat >two.csv <<END
from,code,to,q,expires
sip:a@down.example.com,302,sip:c@127.0.0.1:$two_port,,
sip:c@127.0.0.1,302,sip:b@127.0.0.1:$one_port,,
END
serve_with one "$one_port" "$two_port" \
    "domain \"down.example.com\" { role = proxy  next-hop = \"sip:127.0.0.1:$two_port\" }"
serve_with two "$two_port" "$one_port" 'domain "down.example.com" { role = redirect }'

expect "a caller between two redirections gives up" call "sip:b@127.0.0.1:$one_port"
expect "after both have said 302" test "$(grep -c '302 Moved Temporarily' called)" = 2
expect "a circle of redirections that the proxy follows ends" \
    call sip:a@down.example.com --proxy "127.0.0.1:$one_port"
expect "with 480" grep -q '480 Temporarily Unavailable' called
expect "after each address was asked once" test "$(counted signpost_proxy_followed_total one)" = 2
expect "servers that are each other's next hop end it" \
    call sip:x@circle.example.com --proxy "127.0.0.1:$one_port"
expect "with 482" grep -q '482 Loop Detected' called
expect "at the first turn" test "$(counted signpost_proxy_looped_total one)" = 1
finish
