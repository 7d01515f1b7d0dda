#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# All torture messages at a live server and at a live callee over UDP: each gets the answer that
# the table names, or silence, and who was asked is there afterwards. Wants all ports of loopback
# for itself.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
if [ "${SIGNPOST_ALONE:-}" = "" ]; then
    echo "SKIP torture: answers come to any port, which needs root and a network namespace"
    exit "$SKIPPED"
fi
serve server 'domain "example.com" { role = redirect }'
expect "the server answers the messages of RFC 4475 and RFC 5118 as the table says" \
    "$build/test/live/torture_live" "$server_port"
stop_server server

take_port callee_port
start answer "$signpost" answer --listen "udp:127.0.0.1:$callee_port"
wait_for_udp "$callee_port" "$started_pid"
expect "and so does a callee" "$build/test/live/torture_live" "$callee_port"
kill -KILL "$started_pid" # it would say BYE to callers that never were
finish
