#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `signpost call` to names that dnsmasq knows: NAPTR, SRV, addresses, aliases, and the next address
# when one is dead, refuses with 503 or says nothing.

# shellcheck source=dns.sh
source "$(dirname "$0")/dns.sh"
alone "$@"
need dnsmasq
take_port dns_port
take_port good_port
take_port busy_port
take_port ring_port
take_port dead_port
take_port server_port

cat >"$home/dnsmasq.conf" <<EOF
port=$dns_port
local-ttl=60
listen-address=127.0.0.1
bind-interfaces
no-resolv
no-hosts
local=/example.com/
host-record=good.example.com,127.0.0.1
host-record=both.example.com,127.0.0.1,2001:db8::1
cname=alias.example.com,good.example.com

naptr-record=all.example.com,10,10,s,SIPS+D2T,,_sips._tcp.all.example.com
naptr-record=all.example.com,20,10,s,SIP+D2U,,_sip._udp.elsewhere.example.com
srv-host=_sip._udp.elsewhere.example.com,good.example.com,$good_port,1,1

srv-host=_sip._udp.only.example.com,good.example.com,$good_port,1,1
srv-host=_sip._udp.aliased.example.com,alias.example.com,$good_port,1,1

srv-host=_sip._udp.dead.example.com,good.example.com,$dead_port,1,1
srv-host=_sip._udp.dead.example.com,good.example.com,$good_port,2,1
srv-host=_sip._udp.busy.example.com,good.example.com,$busy_port,1,1
srv-host=_sip._udp.busy.example.com,good.example.com,$good_port,2,1
srv-host=_sip._udp.rings.example.com,good.example.com,$busy_port,1,1
srv-host=_sip._udp.rings.example.com,gone.example.com,$good_port,2,1
srv-host=_sip._udp.rings.example.com,good.example.com,$ring_port,3,1
srv-host=_sip._udp.closed.example.com
EOF
start dnsmasq env PATH="$PATH:/usr/sbin" dnsmasq --keep-in-foreground --user="$(id -un)" \
    --pid-file="$home/dnsmasq.pid" --conf-file="$home/dnsmasq.conf"
dnsmasq_pid=$started_pid
wait_for_udp "$dns_port" "$dnsmasq_pid" || {
    fail "dnsmasq comes up" "$home/dnsmasq.log"
    finish
}
callee good "$good_port"
callee busy "$busy_port" --code 503
callee ring "$ring_port" --ring 60

call 0 "a name with NAPTR and SRV is called" sip:a@all.example.com
call 0 "a name with SRV only is called" sip:a@only.example.com
call 0 "a server behind an alias is called" sip:a@aliased.example.com
call 0 "a name with a port is called" "sip:a@good.example.com:$good_port"
call 0 "a name with IPv6 is called where the network goes" "sip:a@both.example.com:$good_port"
call 0 "a proxy is found by its name" sip:a@198.51.100.1 --proxy only.example.com
call 0 "a number needs no name" "sip:a@127.0.0.1:$good_port"

call 0 "the next address is tried when the first is dead" sip:a@dead.example.com
says "and that is told" "cannot be reached"
took "at once" 0 2000
call 0 "the next address is tried on 503" sip:a@busy.example.com
says "and that is told" "503 Service Unavailable"
says "and what follows" "to the next address of that name"
call 0 "a proxy by its name falls back too" sip:a@198.51.100.1 --proxy busy.example.com
call 1 "a CANCEL goes to the address that rings" sip:a@rings.example.com --timeout 1
says "which says so" "487 Request Terminated"

call 1 "a name that is not there is no address" sip:a@nowhere.example.com
says "and that is told" "no address is known"
call 1 "a service that is said not to be there is not called" sip:a@closed.example.com
says "and that is told" "does not offer SIP"

cat >"$home/signpost.conf" <<EOF
listen  = { "udp:127.0.0.1:$server_port" }
store   = "lmdb:$home/store"
dns     = "127.0.0.1:$dns_port"
dns-timeout = 2
workers = 1
domain "all.test"    { role = proxy  next-hop = "sip:all.example.com" }
domain "busy.test"   { role = proxy  next-hop = "sip:busy.example.com" }
domain "dead.test"   { role = proxy  next-hop = "sip:dead.example.com" }
domain "none.test"   { role = proxy  next-hop = "sip:nowhere.example.com" }
domain "later.test"  { role = proxy  next-hop = "sip:later.example.com" }
domain "number.test" { role = proxy  next-hop = "sip:127.0.0.1:$good_port" }
EOF
start serve "$signpost" serve --config "$home/signpost.conf"
wait_for_udp "$server_port" "$started_pid" || {
    fail "the server comes up" "$home/serve.log"
    finish
}
through=(--proxy "127.0.0.1:$server_port")
call 0 "a proxy finds its next hop by name" sip:a@all.test "${through[@]}"
call 0 "a proxy tries the next address on 503" sip:a@busy.test "${through[@]}"
call 0 "a proxy tries the next address when one is dead" sip:a@dead.test "${through[@]}"
call 1 "a proxy without a next hop refuses" sip:a@none.test "${through[@]}"

echo "the server of names dies"
stop "$dnsmasq_pid" || true
call 1 "a name cannot be called without it" sip:a@only.example.com
says "and that is told" "the DNS did not answer"
took "within its time" 0 6500
call 1 "a proxy refuses what it cannot look up" sip:a@later.test "${through[@]}"
took "within its time" 0 4000
call 0 "a proxy remembers what it has looked up" sip:a@dead.test "${through[@]}"
took "at once" 0 2000
call 0 "a proxy needs no names for a number" sip:a@number.test "${through[@]}"
took "at once" 0 2000
call 0 "a number can" "sip:a@127.0.0.1:$good_port"
took "at once" 0 2000
finish
