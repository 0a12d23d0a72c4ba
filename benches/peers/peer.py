"""peer.py WORK ENDPOINT SIZE COUNT: what every peer does, with pyzmq. Prints nanoseconds."""

import asyncio
import sys
import threading
import time

import zmq
import zmq.asyncio


def main(work, endpoint, size, count):
    in_tasks = work.startswith("async-")
    latency = work.endswith("latency")
    context = zmq.asyncio.Context() if in_tasks else zmq.Context()
    server = context.socket(zmq.REP if latency else zmq.PULL)
    client = context.socket(zmq.REQ if latency else zmq.PUSH)
    server.bind(endpoint)
    client.connect(endpoint)
    data = b"\7" * size
    if in_tasks:
        print(asyncio.run(tasks(server, client, latency, data, count)))
    else:
        print(threads(server, client, latency, data, count))
    context.destroy()


def threads(server, client, latency, data, count):
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
    return elapsed


async def tasks(server, client, latency, data, count):
    async def echo():
        for _ in range(count + 1):
            await server.send(await server.recv(copy=False), copy=False)

    async def send_all():
        for _ in range(count + 1):
            await client.send(data)

    other = asyncio.create_task(echo() if latency else send_all())
    if latency:
        for number in range(count + 1):
            if number == 1:
                start = time.perf_counter_ns()
            await client.send(data)
            await client.recv()
    else:
        await server.recv()
        start = time.perf_counter_ns()
        for _ in range(count):
            await server.recv()
    elapsed = time.perf_counter_ns() - start
    await other
    return elapsed


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
