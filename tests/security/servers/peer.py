"""A peer with security, on pyzmq.

    peer.py server bind|connect ENDPOINT MECHANISM SETTINGS   prints what it receives, a line each
    peer.py client bind|connect ENDPOINT MECHANISM SETTINGS   sends "hello from pyzmq"
    peer.py certificate FOLDER NAME                           writes a pair of certificate files

SETTINGS is JSON. A server has pyzmq's authenticator, for the domain "shop": "allow" is a list of addresses, "users" are
names and passwords, "clients" is a folder of public certificates, "secret" is the file of the server's own. A client has
"user" and "password", or "secret" and "server", two files.

Lines out: the endpoint, then what is received. The end of the input ends it.
"""

import json
import sys

import zmq
import zmq.auth
from zmq.auth.thread import ThreadAuthenticator


def certificate(folder, name):
    zmq.auth.create_certificates(folder, name)


def serve(socket, mechanism, settings):
    handler = ThreadAuthenticator(socket.context)
    handler.start()
    if settings.get("allow"):
        handler.allow(*settings["allow"])
    if mechanism == "plain":
        handler.configure_plain(domain="shop", passwords=settings["users"])
        socket.plain_server = True
    if mechanism == "curve":
        handler.configure_curve(domain="shop", location=settings["clients"])
        socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(settings["secret"])
        socket.curve_server = True
    socket.zap_domain = b"shop"
    return handler


def introduce(socket, mechanism, settings):
    if mechanism == "plain":
        socket.plain_username = settings["user"].encode()
        socket.plain_password = settings["password"].encode()
    if mechanism == "curve":
        socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(settings["secret"])
        socket.curve_serverkey, _ = zmq.auth.load_certificate(settings["server"])


def main(role, how, endpoint, mechanism, settings):
    settings = json.loads(settings)
    context = zmq.Context()
    socket = context.socket(zmq.PULL if role == "server" else zmq.PUSH)
    socket.linger = 0
    handler = serve(socket, mechanism, settings) if role == "server" else introduce(socket, mechanism, settings)
    if how == "bind":
        socket.bind(endpoint)
        endpoint = socket.last_endpoint.rstrip(b"\0").decode()
    else:
        socket.connect(endpoint)
    print(endpoint, flush=True)
    if role == "client":
        try:
            # One that connects has a connection, unless it has been refused for good; one that binds waits for its peer.
            socket.send(b"hello from pyzmq", zmq.DONTWAIT if how == "connect" else 0)
        except zmq.Again:
            pass
        sys.stdin.read()
    else:
        poller = zmq.Poller()
        poller.register(socket, zmq.POLLIN)
        poller.register(sys.stdin, zmq.POLLIN)
        while True:
            ready = dict(poller.poll())
            if socket in ready:
                print(socket.recv().decode(), flush=True)
            if sys.stdin.fileno() in ready:
                break
        socket.close()
        handler.stop()
    context.destroy()


if sys.argv[1] == "certificate":
    certificate(*sys.argv[2:])
else:
    main(*sys.argv[1:])
