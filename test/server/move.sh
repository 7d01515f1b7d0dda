#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The move commands as an operator uses them, first with a store at rest, then beside a server that
# answers from what was learned.

# shellcheck source=ask.sh
source "$(dirname "$0")/ask.sh"
alone "$@"

cd "$home"
store=lmdb:$home/store

# move ARGUMENT...: one of the move commands on the test's store.
move() {
    "$signpost" move "$@" --store "$store"
}

# teach PEER LEARN STATUS ASKED CONTACT...: what a 3xx of that peer teaches, with the store at rest.
teach() {
    "$build/test/live/teach" "$home/store" "$@" >taught
}

# says TITLE TEXT ARGUMENT...: the command prints exactly that, on whichever output.
says() {
    local title=$1 wanted=$2
    shift 2
    move "$@" >said 2>&1 || true
    expect "$title: $(head -c 300 said)" test "$(cat said)" = "$wanted"
}

refused() {
    local status=0
    move "$@" >said 2>&1 || status=$?
    test "$status" = 1 && test "$(wc -l <said)" = 1
}

misused() {
    local status=0
    move "$@" >said 2>&1 || status=$?
    test "$status" = 2
}

# shows PATTERN: the last command's output has it.
shows() {
    expect "it says: $1" grep -q -- "$1" said
}

says "a look into nothing" "signpost move list: there is no store in $home/store; \
\`signpost route import\` or \`add\` makes one" list
expect "which is refused in one line" refused list
expect "a state that is none" misused list --state gone
expect "a time that is none" misused list --since yesterday
expect "an order for nothing" misused undo
expect "an order for two things" misused undo sip:a@example.com --peer carrier

teach carrier apply 301 sip:bob@example.com 'sip:bob@new.example.net'
expect "a 301 is learned" grep -q '^learned: 301 of call 7@a.example from 127.0.0.1:7200$' taught
teach carrier apply 302 sip:temp@example.com 'sip:temp@elsewhere.example.net=600'
expect "so is a 302 that says for how long" grep -q '^learned' taught
teach carrier apply 302 sip:once@example.com 'sip:once@elsewhere.example.net'
expect "one that does not say teaches nothing" grep -q '^nothing' taught
teach carrier apply 301 sip:c@example.org 'sip:c@new.example.net'
expect "what is not the peer's to move is a suggestion" grep -q '^suggested: .*no authority' taught
teach stranger suggest 301 sip:d@example.com 'sip:d@new.example.net'
expect "so is what a peer may only suggest" grep -q '^suggested: .*may only suggest' taught
teach carrier apply 301 sip:bob@new.example.net 'sip:bob@example.com'
expect "a circle is refused and named" grep -q \
    '^refused: it would close a circle: bob@new.example.net -> bob@example.com -> bob@new' taught
teach carrier apply 301 sip:old@example.com 'sip:bob@example.com'
expect "a chain is begun" grep -q '^learned' taught

move list >said
expect "all moves and suggestions are listed" test "$(wc -l <said)" = 5
shows '^applied *301  sip:bob@example.com -> sip:bob@new.example.net  carrier'
shows '^applied *302  sip:temp@example.com'
shows '^suggested *301  sip:c@example.org -> sip:c@new.example.net  carrier'
move list --peer stranger >said
expect "by peer" test "$(cut -d' ' -f1 said)" = suggested
move list --domain example.org >said
expect "by domain" grep -q '^suggested.*sip:c@example.org' said
move list --since 1h --state applied >said
expect "by time and state" test "$(wc -l <said)" = 3
move list bo >said
expect "by beginning" test "$(wc -l <said)" = 1
move list --limit 1 >said 2>&1
shows '^there are more than 1; --limit shows them$'
move list --json >said
expect "a JSON object a line" test "$(grep -c '^{"from":"sip:.*"state":.*}$' said)" = 5

move show sip:bob@example.com >said
shows '^sip:bob@example.com has moved to sip:bob@new.example.net\.$'
shows 'Peer carrier at 127.0.0.1:7200 said so with a 301 at 20.*Z, in call 7@a.example\.$'
shows 'has not been used yet'
shows '^The next call goes to sip:bob@new.example.net, and to the old address once if that fails\.$'
move show sip:old@example.com >said
expect "a chain shows both proofs" test "$(grep -c 'said so with a 301' said)" = 2
shows '^The next call goes to sip:bob@new.example.net,'
move show sip:d@example.com >said
shows 'is suggested to be at sip:d@new.example.net'
shows 'signpost move approve'
shows '^The next call goes to the old address\.$'
move show sip:bob@example.com --json >said
shows '"next":{"way":"targets","targets":\["sip:bob@new.example.net"\]}'
expect "what is not there" refused show sip:nobody@example.com
says "is told" "signpost move show: no move for nobody@example.com" show sip:nobody@example.com

says "a suggestion is approved" "1 approved" approve sip:d@example.com
says "and is none any more" "signpost move approve: there is no such suggestion" \
    approve sip:d@example.com
says "all of a peer are approved" "1 approved" approve --peer carrier
says "a move is suspended" "1 suspended" suspend sip:d@example.com
teach stranger suggest 301 sip:d@example.com 'sip:d@new.example.net'
expect "and not learned again" grep -q '^refused: an operator has suspended' taught
move show sip:d@example.com >said
shows 'An operator has suspended it'
says "and resumed" "1 resumed" resume sip:d@example.com
says "one is undone" "1 undone" undo sip:d@example.com
says "once" "signpost move undo: there is no such move" undo sip:d@example.com
says "wrong input is one line" "signpost move undo: from \"bob\" is not an address; write \
sip:user@host, sip:begin*@host, sip:*@host or tel:+number" undo bob

"$signpost" route add 'sip:*@example.com' 302 'sip:{user}@gw.example.net' \
    --store "$store" >/dev/null
"$signpost" route lookup sip:bob@example.com --store "$store" >said
shows '^wins   learned    applied *301  sip:bob@example.com -> sip:bob@new'
shows '^loses  local *domain 302'
shows 'because what was learned stands before a prefix and a domain'
shows '^so     301  sip:bob@new.example.net$'
"$signpost" route add sip:bob@example.com 410 --store "$store" >/dev/null
"$signpost" route lookup sip:bob@example.com --store "$store" >said
shows '^wins   local *exact  410'
shows '^loses  learned'
shows 'because an exact rule stands before what was learned'
"$signpost" route remove sip:bob@example.com --store "$store" >/dev/null

# shellcheck disable=SC2119 # no further lines
configure
up
request INVITE sip:bob@example.com | ask >answer
expect "the server answers from what was learned" grep -q '^SIP/2.0 301' answer
expect "with the new address" grep -q '^Contact: <sip:bob@new.example.net>' answer
request INVITE sip:old@example.com | ask >answer
expect "with the end of a chain" grep -q '^Contact: <sip:bob@new.example.net>' answer
request INVITE sip:temp@example.com | ask >answer
expect "a cached target is a 302" grep -q '^SIP/2.0 302' answer
expect "with the seconds that are left" grep -qE \
    '^Contact: .*;expires=([1-5]?[0-9]{1,2}|600)$' answer
answers 302 INVITE sip:else@example.com
request INVITE sips:bob@example.com | ask >answer
expect "a sips request gets no sip target from a move" \
    grep -qE '^SIP/2.0 480' answer
says "all moves are suspended beside the server" "all moves are suspended" suspend --all
answers 302 INVITE sip:bob@example.com
move show sip:bob@example.com >said
shows '^All moves are suspended'
"$signpost" route lookup sip:bob@example.com --store "$store" >said
shows 'because all moves are suspended'
says "and resumed" "all moves are resumed" resume --all
answers 301 INVITE sip:bob@example.com
move export >learned.csv
expect "an export has the moves in use" grep -q \
    '^sip:bob@example.com,301,sip:bob@new.example.net,,$' learned.csv
expect "an import reads it" "$signpost" route import learned.csv --table learned --store "$store"
says "all of a peer are undone by one command" "4 undone" undo --peer carrier
"$signpost" route lookup sip:bob@example.com --store "$store" >said
shows '^wins   learned *exact  301'
answers 302 INVITE sip:nobody@example.com
uses() {
    "$signpost" status --json --config "$home/signpost.conf" | grep -q '"signpost_moves": *0'
}
expect "the gauge of moves is right" wait_until 5 uses
move log >said
shows 'learned *sip:bob@example.com  by peer carrier: 301 of call 7@a.example'
shows "undone *sip:bob@example.com  by operator "
shows 'all-suspended'
expect "the log is whole" test "$(grep -c '^[0-9]' said)" -ge 14
move log sip:temp@example.com --json >said
expect "and shows one address" test "$(wc -l <said)" = 2
expect "the server ends with 0" stop "$server_pid"

# A record that nobody can read keeps nothing else from being shown or undone.
"$build/test/live/teach" "$home/store" --damage a@example.com
teach carrier apply 301 sip:bob@example.com 'sip:bob@new.example.net'
fails() {
    local status=0
    move "$@" >said 2>&1 || status=$?
    test "$status" = 1
}
expect "a list with a damaged record ends with 1" fails list
shows '^the record of a@example.com is damaged; it is passed over$'
shows '^applied *301  sip:bob@example.com -> sip:bob@new.example.net'
expect "so does an order that meets one" fails undo --peer carrier
shows '^1 undone$'
shows '1 damaged, passed over; the first is that of a@example.com: undo it by its URI$'
says "it can be undone by its URI" "1 undone" undo sip:a@example.com
says "and then nothing is left" "no moves" list
finish
