"""The other end of a DRAFT socket: TYPE, "bind" or "connect", ENDPOINT. Needs pyzmq with the DRAFT API."""

import sys
import time

import zmq

COUNT = 100

kind, attach, endpoint = sys.argv[1:4]
context = zmq.Context()
context.linger = 0
socket = context.socket(getattr(zmq, kind))
socket.rcvtimeo = socket.sndtimeo = 30_000
if kind == "DISH":
    socket.join("weather")
getattr(socket, attach)(endpoint)
print(socket.last_endpoint.decode().rstrip("\0") if attach == "bind" else endpoint, flush=True)

if kind in ("SERVER", "PEER"):
    for _ in range(COUNT):
        frame = socket.recv(copy=False)
        socket.send(frame.bytes.upper(), routing_id=frame.routing_id)
elif kind in ("CLIENT", "CHANNEL"):
    for n in range(COUNT):
        socket.send(b"question %d" % n)
        assert socket.recv() == b"QUESTION %d" % n
elif kind == "RADIO":
    # Until it is killed: joins travel, and datagrams get lost.
    while True:
        socket.send(b"jam", group="traffic")
        socket.send(b"sunny", group="weather")
        time.sleep(0.001)
elif kind == "DISH":
    frame = socket.recv(copy=False)
    assert (frame.group, frame.bytes) == ("weather", b"sunny"), frame.bytes
elif kind == "SCATTER":
    for n in range(COUNT):
        socket.send(b"task %d" % n)
elif kind == "GATHER":
    for n in range(COUNT):
        assert socket.recv() == b"task %d" % n

print("done", flush=True)
sys.stdin.read()
