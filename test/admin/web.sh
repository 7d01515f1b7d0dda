# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the tests of the admin port share: a server that has one, and requests to it.

# shellcheck source=../server/ask.sh
source "$(dirname "${BASH_SOURCE[0]}")/../server/ask.sh"
web=

# shellcheck disable=SC2317 # called by wait_until
listens_to_http() {
    web=http://$(sed -n 's/.* listening transport=http address=//p' "$home/server.log" | head -n 1)
    [ "$web" != http:// ]
}

# serve: a server with an admin port at a free place, which becomes $web, and two routes.
serve() { # [LINE]...: of its configuration
    configure "$@" 'admin = "127.0.0.1:0"' 'peer "carrier" { address = "127.0.0.2" }'
    up
    wait_until "$WAIT_S" listens_to_http || {
        fail "the admin port comes up" "$home/server.log"
        finish
    }
    "$signpost" route add sip:moved@example.com 301 sip:moved@new.example.net \
        --store "lmdb:$home/store" >/dev/null
}

# get PATH [OPTION]...: the body to $home/body, the head to $home/head; prints the status.
get() {
    curl -sS --path-as-is --max-time 10 -o "$home/body" -D "$home/head" -w '%{http_code}' \
        "${@:2}" "$web$1"
}

# is STATUS PATH [OPTION]...
is() {
    local status
    status=$(get "${@:2}") || return 1
    [ "$status" = "$1" ] || {
        echo "$2: $status"
        return 1
    }
}

# has PATTERN: in the body; says PATTERN: in the head, without case.
has() {
    grep -qE -- "$1" "$home/body"
}

says() {
    tr -d '\r' <"$home/head" | grep -qiE -- "$1"
}

# all PATTERN...: of them in the body.
all() {
    local pattern
    for pattern in "$@"; do
        has "$pattern" || {
            echo "no $pattern"
            return 1
        }
    done
}

# shows STATUS PATH PATTERN...: to a browser; tells: to curl.
shows() {
    is "$1" "$2" -H "$browser" && all "${@:3}"
}

tells() {
    is "$1" "$2" && all "${@:3}"
}

# shellcheck disable=SC2034 # used by the tests
browser='Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8'
