#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What stands in the way of a server is told in one line that says what to do, with exit status 1.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
alone "$@"

# refuses TITLE WORDS COMMAND...: it ends with 1, and its one line has the words.
refuses() {
    local status=0
    "${@:3}" >"$home/refused" 2>&1 || status=$?
    expect "$1: $(<"$home/refused")" test "$status" = 1 -a "$(wc -l <"$home/refused")" = 1
    expect "  says: $2" grep -qF -- "$2" "$home/refused"
}

cd "$home"
configure
up
cp signpost.conf other.conf
sed -i 's|/store"|/other"|' other.conf
refuses "a port in use" "udp 127.0.0.1:$server_port is in use" "$signpost" serve --config other.conf
sed -i 's/^workers = 1/workers = 2/' other.conf
refuses "a port in use, for two workers" "udp 127.0.0.1:$server_port is in use" \
    "$signpost" serve --config other.conf
refuses "a store that another server holds" "$server_pid" "$signpost" serve --config signpost.conf
expect "the first server ends with 0" stop "$server_pid"

take_port server_port
configure
sed -i 's|listen = .*|listen = { "udp:192.0.2.1:5060" }|' signpost.conf
refuses "a foreign address" "192.0.2.1:5060 is no address of this machine" \
    "$signpost" serve --config signpost.conf
configure
sed -i 's|store = .*|store = "lmdb:/dev/null/store"|' signpost.conf
refuses "a store that can't be opened" "/dev/null/store" "$signpost" serve --config signpost.conf
refuses "a configuration that is not there" "nowhere.conf: can't be opened" \
    "$signpost" serve --config nowhere.conf
configure 'listen = { "tls:127.0.0.1:5061" }'
sed -i 1d signpost.conf
refuses "a listener for TLS" "signpost.conf:4: listen 'tls:127.0.0.1:5061': tls: is not there yet" \
    "$signpost" serve --config signpost.conf
refuses "the same, checked" "signpost.conf:4:" "$signpost" check signpost.conf
configure
for change in "add sip:a@example.com 999" "remove sip:a@example.com" rollback; do
    # shellcheck disable=SC2086 # several words are meant
    refuses "route $change without a store" "signpost route ${change%% *}: " \
        "$signpost" route $change --store lmdb:none
    expect "  makes none" test ! -e none
done
refuses "an import of a folder" "signpost route import: .: Is a directory" \
    "$signpost" route import . --store lmdb:none
expect "  makes no store" test ! -e none
"$signpost" route export --store lmdb:none >nothing 2>/dev/null || true
expect "an export of nothing writes nothing" test ! -s nothing
refuses "status without a server" "no server answers at" "$signpost" status --config signpost.conf
finish
