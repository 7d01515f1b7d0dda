# SPDX-License-Identifier: Apache-2.0
"""rude_hop.py PORT: a next hop over TCP with bad manners.

By the user that is asked for: "reset" has its connection reset, "close" has it closed, "ring" is
told that it rings, then closed, and answered by a connection to the Via, "drip" is answered 486 in
segments of one octet, "stray" gets a response to nothing before its own, "rubbish" octets that are
no SIP.
"""
import socket
import struct
import sys
import threading


def answer_to(request, status, branch=None):
    lines = request.split("\r\n")
    kept = [line for line in lines if line.startswith(("Via:", "From:", "Call-ID:", "CSeq:"))]
    if branch:
        kept[0] = kept[0].split("branch=")[0] + "branch=" + branch
    to = next(line for line in lines if line.startswith("To:"))
    return "\r\n".join([f"SIP/2.0 {status}", *kept, to + ";tag=rude", "Content-Length: 0", "", ""])


def send_to_via(request, answer):
    """As RFC 3261 18.2.2 has it for an answer whose connection is gone."""
    host, port = request.split("Via: SIP/2.0/TCP ")[1].split(";")[0].split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(answer)
        connection.recv(1)  # nothing comes: it is closed when we are done with it


def serve(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    held = ""
    while octets := connection.recv(65536):
        held += octets.decode()
        while "\r\n\r\n" in held:
            request, held = held.split("\r\n\r\n", 1)
            if not request.startswith("INVITE"):
                continue
            answer = answer_to(request, "486 Busy Here").encode()
            if "sip:reset@" in request:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()
                return
            if "sip:close@" in request:
                connection.close()
                return
            if "sip:ring@" in request:
                connection.sendall(answer_to(request, "180 Ringing").encode())
                connection.close()
                send_to_via(request, answer)
                return
            if "sip:rubbish@" in request:
                connection.sendall(b"\x00\xff HTTP/1.1 200 OK\r\n\r\n" * 8)
            elif "sip:stray@" in request:
                connection.sendall(answer_to(request, "200 OK", "z9hG4bKnobody").encode() + answer)
            elif "sip:drip@" in request:
                for k in range(len(answer)):
                    connection.sendall(answer[k:k + 1])


def main():
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


main()
