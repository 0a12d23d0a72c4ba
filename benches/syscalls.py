#!/usr/bin/env python3
"""Counts the system calls of a message and of a round trip, both ends and the I/O threads together: a C program
(peers/peer.c) under strace, on the system's libzmq and on the vendored one.

    benches/syscalls.py              # with the limits, which the gate holds
    benches/syscalls.py --skip all   # and the vendored one without some of its speed edits, or without all

Needs a C compiler, the system's libzmq with its header, and strace. Each figure is the difference of two runs, so that starting
and ending are not in it; calls for memory are named, and not counted. A round trip takes the same calls each time. How often a receiver of a stream sleeps, which takes
calls too, hangs on the machine: of three counts the smallest is taken. Fails when the vendored libzmq takes more than a limit.
"""

import argparse
import os
import pathlib
import socket
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from vendored import link_flags

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What, over which transport, of how many bytes, and how many calls of the vendored one at most.
CASES = [
    ("latency", "tcp", 8, 20),
    ("latency", "ipc", 8, 20),
    ("throughput", "tcp", 256, None),
    ("throughput", "tcp", 4096, None),
    ("throughput", "tcp", 16384, 2),
    ("throughput", "ipc", 16384, None),
    ("throughput", "tcp", 262144, None),
]
FEW, MANY = 200, 1200
# Of malloc in several threads: counted by themselves, because they hang on how far the threads get.
MEMORY = {"brk", "futex", "madvise", "mmap", "mprotect", "munmap"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def calls(program, work, transport, size, count):
    """All system calls of one run, by name."""
    with tempfile.TemporaryDirectory() as home:
        endpoint = f"tcp://127.0.0.1:{free_port()}" if transport == "tcp" else f"ipc://{home}/socket"
        subprocess.run(
            ["strace", "-f", "-c", "-o", f"{home}/calls", program, work, endpoint, str(size), str(count)],
            check=True, stdout=subprocess.DEVNULL, timeout=120,
        )
        found = {}
        for line in pathlib.Path(home, "calls").read_text().splitlines():
            words = line.split()
            if len(words) >= 5 and words[3].isdigit() and words[-1] != "total":
                found[words[-1]] = int(words[3])
        return found


def count(program, work, transport, size):
    """How many of one message, and which the most."""
    few, many = (calls(program, work, transport, size, number) for number in (FEW, MANY))
    each = {name: (many[name] - few.get(name, 0)) / (MANY - FEW) for name in many}
    most = sorted(each, key=each.get, reverse=True)
    return sum(number for name, number in each.items() if name not in MEMORY), ", ".join(f"{name} {each[name]:.1f}" for name in most if each[name] >= 0.05)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skip", help="names of speed edits, with commas between, or all")
    options = parser.parse_args()
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
    link = {"system": ["-lzmq"], "vendored": link_flags(target, False)}
    failed = []
    with tempfile.TemporaryDirectory() as home:
        programs = {}

        def compile_program(name):
            programs[name] = f"{home}/{name}"
            source = str(ROOT / "benches" / "peers" / "peer.c")
            subprocess.run(["cc", "-O2", "-w", "-o", programs[name], source, *link[name], "-lpthread"], check=True)

        compile_program("system")
        compile_program("vendored")
        if options.skip:
            name = f"without {options.skip}"
            link[name] = link_flags(target / "syscalls", False, LIBZMQ_SKIP_EDITS=options.skip)
            compile_program(name)
        names = list(programs)
        print("| | transport | bytes | " + " | ".join(names) + " | limit | of the vendored one |")
        print("|---|---|--:|" + "--:|" * len(names) + "--:|---|")
        for work, transport, size, limit in CASES:
            found = {name: min(count(programs[name], work, transport, size) for _ in range(3)) for name in names}
            what = "round trip" if work == "latency" else "message"
            row = [what, transport, str(size), *(f"{found[name][0]:.1f}" for name in names)]
            print("| " + " | ".join([*row, str(limit or ""), found["vendored"][1]]) + " |", flush=True)
            if limit and found["vendored"][0] > limit:
                failed.append(f"{what} over {transport}, {size} B: {found['vendored'][0]:.1f}")
    if failed:
        sys.exit(f"over the limit: {', '.join(failed)}")


main()
