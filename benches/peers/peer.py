"""peer.py WORK ENDPOINT SIZE COUNT: what every peer does, with pyzmq. Prints nanoseconds."""

import sys
import threading
import time

import zmq


def main(work, endpoint, size, count):
    context = zmq.Context()
    latency = work == "latency"
    server = context.socket(zmq.REP if latency else zmq.PULL)
    client = context.socket(zmq.REQ if latency else zmq.PUSH)
    server.bind(endpoint)
    client.connect(endpoint)
    data = b"\7" * size

    def echo():
        for _ in range(count + 1):
            server.send(server.recv(copy=False), copy=False)

    def send_all():
        for _ in range(count + 1):
            client.send(data)

    other = threading.Thread(target=echo if latency else send_all)
    other.start()
    if latency:
        for number in range(count + 1):
            if number == 1:
                start = time.perf_counter_ns()
            client.send(data)
            client.recv()
    else:
        server.recv()
        start = time.perf_counter_ns()
        for _ in range(count):
            server.recv()
    elapsed = time.perf_counter_ns() - start
    other.join()
    print(elapsed)
    context.destroy()


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
