#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Under load: SIGHUP reloads the configuration and no call is lost; a configuration with a mistake
# leaves the old one in force; a table replaced meanwhile is seen; SIGTERM drains.

# shellcheck source=kill.sh
source "$(dirname "$0")/kill.sh"
alone "$@"
readonly COUNT=10000
readonly RELOADS=40

configure
rows "$COUNT" old.example.net >"$home/old.csv"
rows "$COUNT" new.example.net >"$home/new.csv"
import "$home/old.csv" || fail "the import" "$home/import.log"
up

# under_load SECONDS COMMAND...: calls meanwhile; their line of JSON in $line.
under_load() {
    load "$COUNT" "$1" --window 32 >"$home/load.json" &
    local loader=$!
    "${@:2}" || fail "what was to be done under load" "$home/expect.out" "$home/import.log"
    wait "$loader"
    line=$(<"$home/load.json")
}

nothing_lost() {
    expect "$1: $line" test "$(field "$line" lost)" = 0 -a "$(field "$line" repeated)" = 0 -a \
        "${line##*\"status\":}" = "{\"301\":$(field "$line" "done")}}"
}

reload_often() {
    local i
    for ((i = 0; i < RELOADS; i++)); do
        kill -HUP "$server_pid"
        random_ms 20 50
    done
}

reload_badly() {
    cp "$home/signpost.conf" "$home/signpost.conf.sound"
    echo 'rolle = redirect' >>"$home/signpost.conf"
    reload_often
    mv "$home/signpost.conf.sound" "$home/signpost.conf"
}

import_new() {
    import "$home/new.csv"
}

under_load 3 reload_often
nothing_lost "$RELOADS reloads lose nothing"
under_load 3 reload_badly
nothing_lost "a configuration with a mistake changes nothing"
expect "and is complained of with its line" grep -q 'signpost.conf line=[0-9]' "$home/server.log"
under_load 2 import_new
nothing_lost "an import loses nothing"
expect "and is seen without a reload" grep -q 'new.example.net' \
    <("$signpost" route lookup sip:15550000001@example.com --store "$store")

load "$COUNT" 5 --window 32 >/dev/null 2>&1 &
loader=$!
random_ms 300 500
expect "SIGTERM under load: it drains and ends with 0" stop "$server_pid"
kill "$loader" 2>/dev/null || true
finish
