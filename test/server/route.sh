#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The route commands as an operator uses them, first with nobody else, then beside a server.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
alone "$@"

cd "$home"
store=lmdb:$home/store

# route ARGUMENT...: one of the route commands on the test's store.
route() {
    "$signpost" route "$@" --store "$store"
}

# says TITLE TEXT ARGUMENT...: the command prints exactly that, on whichever output.
says() {
    local title=$1 wanted=$2
    shift 2
    route "$@" >said 2>&1 || true
    expect "$title: $(head -c 300 said)" test "$(cat said)" = "$wanted"
}

refused() {
    local status=0
    route "$@" >said 2>&1 || status=$?
    test "$status" = 1
}

cat >moved.csv <<'END'
from,code,to,q,expires
sip:gone@example.com,410,,,
sip:many@example.com,300,sip:a@one.example.net,0.9,
sip:many@example.com,300,sip:b@two.example.net,0.3,30
sip:1777*@example.com,301,sip:{user}@gw7.example.net,,
sip:*@example.com,302,sip:{user}@new.example.net,,60
END
cp moved.csv bad.csv
echo 'sip:bob@example.com,303,sip:bob@example.net,,' >>bad.csv

says "a look into nothing" "signpost route list: there is no store in $home/store; \
\`signpost route import\` or \`add\` makes one" list
says "a first import" "main: 0 -> 4 routes (+4, -0, 0 changed)" import moved.csv
route export >out.csv
expect "an export is what was imported" cmp moved.csv out.csv
says "a bad row" "signpost route import: bad.csv:7: code \"303\" is not a code that a route \
may have; write 300, 301, 302, 404, 410 or 480" import bad.csv
expect "which is refused with 1" refused import bad.csv
head -2 moved.csv >half.csv
expect "half a file is refused" refused import half.csv
says "and taken with --force" "main: 4 -> 1 routes (+0, -3, 0 changed)" import half.csv --force
expect "a rollback" route rollback
route export >out.csv
expect "brings all back" cmp moved.csv out.csv
route rollback >/dev/null
says "a second rollback undoes it" "main       exact  410  sip:gone@example.com" list
route rollback >/dev/null
says "standard input is read" "other: 0 -> 4 routes (+4, -0, 0 changed)" \
    import - --table other <moved.csv

route lookup sip:17775@example.com >said
expect "a look-up names the winner" grep -q '^wins   main *prefix 301' said
expect "and who lost" grep -q '^loses  main *domain 302' said
expect "and why" grep -q 'a prefix stands before a domain' said
expect "and where it leads" grep -q '^so     301  sip:17775@gw7.example.net$' said
route lookup sip:17775@example.com --json >said.json
expect "the same for programs" grep -q '"contacts":\["sip:17775@gw7.example.net"\]' said.json
expect "nothing found ends with 1" refused lookup sip:bob@example.org

# shellcheck disable=SC2119 # no further lines
configure
up
answers 301 INVITE sip:17775@example.com
expect "a route is added beside the server" route add sip:17775@example.com 410
answers 410 INVITE sip:17775@example.com
expect "and removed" route remove sip:17775@example.com
answers 301 INVITE sip:17775@example.com
says "what is not there cannot be removed" \
    "signpost route remove: there is no such route in the table \"local\"" \
    remove sip:17775@example.com
sed 's/gw7/gw8/' moved.csv >gw8.csv
says "an import beside the server" "main: 4 -> 4 routes (+0, -0, 1 changed)" import gw8.csv
request INVITE sip:17775@example.com | ask >answer
expect "is what it answers from" grep -q '^Contact: <sip:17775@gw8.example.net>' answer
expect "a rollback beside the server" route rollback
request INVITE sip:17775@example.com | ask >answer
expect "is what it answers from, too" grep -q '^Contact: <sip:17775@gw7.example.net>' answer
expect "the server ends with 0" stop "$server_pid"
finish
