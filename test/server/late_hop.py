# SPDX-License-Identifier: Apache-2.0
"""late_hop.py PORT HOP_PORT PID: somebody who calls through the server at PORT, and the next hop
that rings. While it rings the server is told to end; all that the next hop says from then on must
come to the caller, and whoever calls anew is told that it is too late.
"""
import os
import signal
import socket
import sys

RINGS = 24  # of a server that lost half of what comes, one test in 16 million would see nothing
SURE = 8  # refusals in a row, after which both workers are taken to have heard that they are to end
WAIT_S = 3


def open_at(port):
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", port))
    made.settimeout(WAIT_S)
    return made


def request(method, number, to="", hops=70):
    return "\r\n".join([
        f"{method} sip:bob@late.example.com SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKlate{number};rport", f"Max-Forwards: {hops}",
        "From: <sip:alice@example.net>;tag=a", f"To: <sip:bob@late.example.com>{to}",
        f"Call-ID: late-{number}@example.net", f"CSeq: 1 {method}",
        "Contact: <sip:alice@127.0.0.1>", "Content-Length: 0", "", ""]).encode()


def answer_to(octets, status):
    names = ("Via:", "From:", "Call-ID:", "CSeq:")
    lines = octets.decode().split("\r\n")
    to = next(line for line in lines if line.startswith("To:"))
    kept = [line for line in lines if line.startswith(names)]
    return "\r\n".join([f"SIP/2.0 {status}", *kept, to + ";tag=b", "Content-Length: 0", "",
                        ""]).encode()


def hear(caller, status):
    """Until that status line comes; a silence of WAIT_S is an error."""
    while not caller.recv(65536).startswith(f"SIP/2.0 {status}\r\n".encode()):
        pass


def is_refused(server, number):
    """Whether a new request is answered 503, and not 200, which costs no transaction, or lost."""
    asker = open_at(0)
    asker.settimeout(0.2)
    asker.sendto(request("OPTIONS", number, hops=0), server)
    try:
        return asker.recv(65536).startswith(b"SIP/2.0 503")
    except socket.timeout:
        return False


def main():
    server, pid = ("127.0.0.1", int(sys.argv[1])), int(sys.argv[3])
    caller, hop = open_at(0), open_at(int(sys.argv[2]))
    caller.sendto(request("INVITE", 0), server)
    invite = hop.recv(65536)
    hop.sendto(answer_to(invite, "180 Ringing"), server)
    hear(caller, "180 Ringing")
    os.kill(pid, signal.SIGTERM)
    refused = asked = 0
    while refused < SURE:
        asked += 1
        refused = refused + 1 if is_refused(server, asked) else 0
    for number in range(RINGS):
        hop.sendto(answer_to(invite, f"180 Ringing {number}"), server)
        hear(caller, f"180 Ringing {number}")
        if not is_refused(server, f"x{number}"):
            sys.exit("a new request got no 503")
    hop.sendto(answer_to(invite, "486 Busy Here"), server)
    hear(caller, "486 Busy Here")
    caller.sendto(request("ACK", 0, ";tag=b"), server)


main()
