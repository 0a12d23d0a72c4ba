"""A ZeroMQ peer on pyzmq's own libzmq; peer.c is the same program in C.

    peer bind|connect TYPE ENDPOINT send|recv|ask|answer MESSAGE...

A MESSAGE is the sizes of its frames: "33", or "0+1+256". Their content follows
from their place, see `pattern`; what arrives is compared byte for byte.

Lines out: the endpoint; "joined" when a subscriber hears its publisher; "done"
when everything was sent and received. Lines in: "go" starts a publisher; the
end of the input lets the program close its socket and end.
"""

import select
import sys
from array import array

import zmq

PATIENCE_MS = 60_000
BEACON_MS = 10
STEP = 0x9E3779B1
REQUEST, REPLY = 1, 2
SYNC = [b"sync"]
SUBSCRIBE_ALL = [b"\x01"]


def say(line):
    print(line, flush=True)


def pattern(salt, message, frame, size):
    """Little-endian 64-bit words, each STEP more than the one before."""
    first = (salt * 7 + message * 31 + frame * 101) * STEP
    words = array("Q", range(first, first + (size + 7) // 8 * STEP, STEP))
    if sys.byteorder == "big":
        words.byteswap()
    return words.tobytes()[:size]


def frames(salt, message, sizes):
    return [pattern(salt, message, frame, size) for frame, size in enumerate(sizes)]


def check(received, salt, message, sizes):
    got = [len(frame) for frame in received]
    if got != sizes:
        sys.exit(f"peer.py: message {message}: sizes {got}, not {sizes}")
    for frame, expected in enumerate(frames(salt, message, sizes)):
        if received[frame] != expected:
            sys.exit(f"peer.py: message {message}: frame {frame} has wrong bytes")


def meet_subscriber(socket):
    """What a publisher sends before its subscriber is there is lost."""
    if socket.socket_type == zmq.XPUB:
        received = socket.recv_multipart()
        if received != SUBSCRIBE_ALL:
            sys.exit(f"peer.py: a subscription {received}")
    if socket.socket_type == zmq.PUB:
        while not select.select([sys.stdin], [], [], BEACON_MS / 1000)[0]:
            socket.send_multipart(SYNC)
        if sys.stdin.readline() != "go\n":
            sys.exit("peer.py: nobody subscribed")


def send(socket, plan):
    meet_subscriber(socket)
    for message, sizes in enumerate(plan):
        socket.send_multipart(frames(REQUEST, message, sizes))


def recv(socket, plan):
    joined = False
    for message, sizes in enumerate(plan):
        received = socket.recv_multipart()
        while received == SYNC:
            if not joined:
                say("joined")
            joined = True
            received = socket.recv_multipart()
        check(received, REQUEST, message, sizes)


def ask(socket, plan):
    for message, sizes in enumerate(plan):
        socket.send_multipart(frames(REQUEST, message, sizes))
        check(socket.recv_multipart(), REPLY, message, sizes)


def answer(socket, plan):
    envelope = 1 if socket.socket_type == zmq.ROUTER else 0
    for message, sizes in enumerate(plan):
        received = socket.recv_multipart()
        check(received[envelope:], REQUEST, message, sizes)
        socket.send_multipart(received[:envelope] + frames(REPLY, message, sizes))


def main(how, kind, endpoint, role, *messages):
    plan = [[int(size) for size in message.split("+")] for message in messages]
    socket = zmq.Context().socket(getattr(zmq, kind))
    socket.linger = 0
    socket.rcvtimeo = socket.sndtimeo = PATIENCE_MS
    if how == "bind":
        socket.bind(endpoint)
        endpoint = socket.last_endpoint.rstrip(b"\0").decode()
    else:
        socket.connect(endpoint)
    if kind == "SUB":
        socket.subscribe(b"")
    if kind == "XSUB":
        socket.send_multipart(SUBSCRIBE_ALL)
    say(endpoint)
    {"send": send, "recv": recv, "ask": ask, "answer": answer}[role](socket, plan)
    say("done")
    sys.stdin.read()
    socket.context.destroy()


main(*sys.argv[1:])
