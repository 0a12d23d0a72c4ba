"""A WebSocket program that is not ZeroMQ's, speaking ZWS 2.0: ROLE and an endpoint or what the role needs. Needs `websockets`."""

import sys
import threading
from contextlib import contextmanager

import websockets.server
from websockets.exceptions import InvalidStatus, InvalidMessage, ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import serve

# libzmq offers "ZWS2.0/NULL" too, and a slash is not allowed in a name there: a strict server turns it away.
websockets.server.parse_subprotocol = lambda header: [name.strip() for name in header.split(",")]

# The first byte of a frame of ZWS: 1 is that more follow, 2 that it is a command.
LAST, MORE = b"\0", b"\1"
LARGE = bytes(range(256)) * 400


@contextmanager
def opened(uri):
    """A connection on which both routing ids, empty ones, were exchanged."""
    # libzmq does not end its half of a connection that the client closes.
    with connect(uri, subprotocols=["ZWS2.0"], compression=None, max_size=None, close_timeout=0.1) as socket:
        assert socket.subprotocol == "ZWS2.0", socket.subprotocol
        socket.send(LAST)
        assert socket.recv() == LAST
        yield socket


role, argument = sys.argv[1:3]
if role == "client":
    # To a REP: an envelope of one empty frame. The client masks all that it sends.
    with opened(argument) as socket:
        print(argument, flush=True)
        for body in [b"", b"x", b"x" * 125, b"x" * 126, b"x" * 65535, b"x" * 65536, LARGE]:
            socket.send(MORE)
            socket.send(MORE + body)
            socket.send(LAST + b"end")
            assert socket.recv() == MORE
            assert socket.recv() == MORE + body, len(body)
            assert socket.recv() == LAST + b"end"
elif role == "stranger":
    # What is no WebSocket connection of ZeroMQ's is turned away.
    print(argument, flush=True)
    for protocols in [["soap"], None]:
        try:
            with connect(argument, subprotocols=protocols, compression=None) as socket:
                socket.send(LAST)
                socket.recv(timeout=30)
            raise SystemExit(f"{protocols} was taken")
        except TimeoutError:
            raise SystemExit(f"{protocols} was left waiting")
        except (InvalidStatus, InvalidMessage, ConnectionClosed, EOFError, OSError):
            pass
elif role in ("server", "subscriber"):
    # From a PUSH or an XPUB that connects: `argument` messages of LARGE.
    done = threading.Event()
    received = 0

    def serve_one(socket):
        global received
        assert socket.request.path == "/room", socket.request.path
        socket.send(LAST)
        assert socket.recv() == LAST
        if role == "subscriber":
            socket.send(LAST + b"\1")
        for _ in range(int(argument)):
            assert socket.recv() == LAST + LARGE
            received += 1
        done.set()

    server = serve(serve_one, "127.0.0.1", 0, subprotocols=["ZWS2.0"], compression=None, max_size=None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"ws://127.0.0.1:{server.socket.getsockname()[1]}/room", flush=True)
    assert done.wait(60)
    assert received == int(argument)

print("done", flush=True)
sys.stdin.read()
