# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the tests of names share: callees on loopback, and calls to names.

# shellcheck source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# callee NAME PORT [ARGUMENT]...: who answers there; the pid into $started_pid.
callee() {
    start "$1" "$signpost" answer --listen "udp:127.0.0.1:$2" "${@:3}"
    wait_for_udp "$2" "$started_pid" || {
        fail "$1 listens" "$home/$1.log"
        finish
    }
}

# call WANTED TITLE URI [ARGUMENT]...: passes when it exits with WANTED; what it says is in
# $home/call.log, and how many milliseconds it took in $took_ms.
call() {
    local status=0 begun=${EPOCHREALTIME//[!0-9]/}
    timeout 60 "$signpost" call "$3" --dns "127.0.0.1:$dns_port" --hold 0 "${@:4}" \
        >"$home/call.log" 2>&1 || status=$?
    took_ms=$(((${EPOCHREALTIME//[!0-9]/} - begun) / 1000))
    if [ "$status" = "$1" ]; then
        pass "$2"
    else
        fail "$2 (exit $status, not $1)" "$home/call.log"
    fi
}

# says TITLE TEXT: whether the last call said so.
says() {
    if grep -qF -- "$2" "$home/call.log"; then
        pass "$1"
    else
        fail "$1" "$home/call.log"
    fi
}

# took TITLE LEAST MOST: whether the last call took so many milliseconds.
took() {
    if [ "$took_ms" -ge "$2" ] && [ "$took_ms" -le "$3" ]; then
        pass "$1 ($took_ms ms)"
    else
        fail "$1 ($took_ms ms)" "$home/call.log"
    fi
}
