#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# All torture messages at a live server over UDP: each gets the answer that the table names, or
# silence, and the server is there afterwards. Wants all ports of loopback for itself.

# shellcheck source=interop.sh
source "$(dirname "$0")/interop.sh"
alone "$@"
if [ "${SIGNPOST_ALONE:-}" = "" ]; then
    echo "SKIP torture: answers come to any port, which needs root and a network namespace"
    exit "$SKIPPED"
fi
serve server 'domain "example.com" { role = redirect }'
expect "61 messages of RFC 4475 and RFC 5118 are answered as the table says" \
    "$build/test/live/torture_live" "$server_port"
stop_server server
finish
