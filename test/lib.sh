# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the tests with real processes share; a script begins with `source lib.sh; alone "$@"`.
#
# Each test has a folder of its own ($home), ports that nobody else has, and a list of the processes
# that it started: at the end, however it comes, those and only those are ended and the folder goes.
# Nothing here sleeps for a fixed time: what must happen is asked for again until it has, or until a
# bound is reached. A peer that is not installed makes the test say so and end with 77, which ctest
# calls skipped.

set -euo pipefail
shopt -s inherit_errexit

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
signpost=${SIGNPOST:-$repo/build/release/signpost}
build=${SIGNPOST_BUILD:-$repo/build/release} # where the tests' own programs are
home=
passed=0
failed=0
started=()
next_port=${SIGNPOST_TEST_PORT:-$((20000 + $$ % 120 * 100))} # below those that the system gives

readonly SKIPPED=77
readonly WAIT_S=10 # for a process to come up, an answer to arrive, a process to end

# Runs the script again in a network namespace with nothing but a loopback, where all ports are free
# and nothing can leave the machine. Without the right to do so it goes on where it is.
alone() {
    if [ "${SIGNPOST_ALONE:-}" = "" ] && [ "$(id -u)" = 0 ] && command -v ip >/dev/null &&
        unshare --net true 2>/dev/null; then
        # shellcheck disable=SC2016 # expanded by the inner shell
        SIGNPOST_ALONE=1 exec unshare --net bash -c 'ip link set lo up && exec "$@"' alone "$0" "$@"
    fi
    make_home
}

# make_home: the test's own folder, which goes when the script ends.
make_home() {
    home=$(mktemp -d "${TMPDIR:-/tmp}/signpost-test.XXXXXX")
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

clean_up() {
    local pid
    for pid in "${started[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in "${started[@]}"; do
        wait_until 3 gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    if [ "${KEEP:-}" != "" ]; then
        echo "kept: $home"
    elif [ "$home" != "" ]; then
        rm -rf "$home"
    fi
}

# need PROGRAM...: skips the test, in one plain line, when one of them is not installed.
need() {
    local program
    for program in "$@"; do
        if [ ! -x "$program" ] &&
            ! PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null; then
            echo "SKIP $(basename "$0"): $program is not installed"
            exit "$SKIPPED"
        fi
    done
}

# pass TITLE, fail TITLE [FILE...]: one line each; the end of the files tells why it failed.
pass() {
    passed=$((passed + 1))
    echo "PASS $1"
}

fail() {
    failed=$((failed + 1))
    echo "FAIL $1"
    shift
    local file
    for file in "$@"; do
        [ -f "$file" ] || continue
        echo "  --- the last of $(basename "$file")"
        tail -n 40 "$file" | sed 's/^/  /'
    done
}

# expect TITLE COMMAND...: passes when the command succeeds; its output is shown when it does not.
expect() {
    local title=$1
    shift
    if "$@" >"$home/expect.out" 2>&1; then
        pass "$title"
    else
        fail "$title" "$home/expect.out"
    fi
}

# finish: the last line of a test, and its exit status.
finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
    exit
}

# udp_port_taken PORT: whether a socket of this network namespace is bound to it.
udp_port_taken() {
    grep -qiE "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$1") " /proc/net/udp /proc/net/udp6
}

# take_port NAME: sets the variable NAME to a UDP port that is free and was not given out before.
take_port() {
    while udp_port_taken "$next_port"; do
        next_port=$((next_port + 1))
    done
    printf -v "$1" '%s' "$next_port"
    next_port=$((next_port + 1))
}

# wait_until SECONDS COMMAND...: asks every 20 ms; fails when it was not so in time.
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -le "$end" ] || return 1
        read -rt 0.02 <> <(:) || true
    done
}

# gone PID: whether the process has ended (a zombie has).
gone() {
    ! kill -0 "$1" 2>/dev/null || grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

# start NAME COMMAND...: in the background, output into $home/NAME.log; the pid into $started_pid.
start() {
    local name=$1
    shift
    "$@" >"$home/$name.log" 2>&1 </dev/null &
    started_pid=$!
    started+=("$started_pid")
}

# stop PID [SIGNAL]: ends one that was started here and waits for it; its exit status.
stop() {
    kill -"${2:-TERM}" "$1" 2>/dev/null || true
    wait_until "$WAIT_S" gone "$1" || kill -KILL "$1"
    local status=0
    wait "$1" 2>/dev/null || status=$?
    return "$status"
}

udp_port_is_up() {
    udp_port_taken "$1" || gone "$2"
}

# wait_for_udp PORT PID: until somebody listens there; fails when the process ended instead.
wait_for_udp() {
    wait_until "$WAIT_S" udp_port_is_up "$1" "$2" && ! gone "$2"
}
