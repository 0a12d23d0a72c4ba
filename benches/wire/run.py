#!/usr/bin/env python3
"""What a message meets on its way besides the rate of one stream: latency at half load, a quiet connection beside a busy one, many
subscribers, many senders, the memory of idle connections, WebSocket and CURVE. A C program (wire.c) on the system's libzmq, on the
vendored one, and on the vendored one without its edits for speed.

    benches/wire/run.py                     # a few minutes
    benches/wire/run.py --rounds 7
    benches/wire/run.py --only 'quiet|half' # what has this in its name

The three take turns, so that all meet the same noise, and each figure is the median of the rounds. ws needs a libzmq with it, which
a distribution's usually is not.
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benches"))
from vendored import link_flags

# Work, transport, bytes, and how many.
CASES = [
    *(("stream", transport, size, count) for transport in ("ws", "curve") for size, count in ((8, 200000), (256, 200000), (4096, 50000), (65536, 4000))),
    ("half", "tcp", 8, 200000),
    ("half", "tcp", 256, 200000),
    ("half", "tcp", 16384, 20000),
    ("half", "ipc", 256, 200000),
    ("quiet", "tcp", 8, 1000),
    ("quiet", "tcp", 256, 1000),
    ("quiet", "tcp", 65536, 1000),
    ("quiet", "ipc", 256, 1000),
    ("against", "tcp", 256, 1000),
    ("against", "ipc", 256, 1000),
    *(("fanout", transport, 64, count) for transport in ("tcp", "ipc") for count in (10, 100, 1000)),
    *(("fanin", transport, 64, count) for transport in ("tcp", "ipc") for count in (10, 100, 1000)),
    ("idle", "tcp", 8, 1000),
    ("trips", "tcp", 8, 5000),
    ("trips", "ipc", 8, 5000),
]


def figures(program, case, home):
    """By name; none if this libzmq cannot."""
    try:
        done = subprocess.run(
            [program, *map(str, case)], env=dict(os.environ, WIRE_HOME=home), capture_output=True, text=True, timeout=60
        )
    except subprocess.TimeoutExpired:
        sys.exit(f"{case}: not done after a minute")
    if done.returncode != 0:
        if "Protocol not supported" in done.stderr or "not supported" in done.stderr:
            return {}
        sys.exit(f"{case}: {done.stderr}")
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in done.stdout.splitlines()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--check", action="store_true", help="a little of each, with the system's libzmq")
    parser.add_argument("--skip", default="all", help="which edits for speed the third leaves out")
    options = parser.parse_args()
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
    without = "vendored, without edits" if options.skip == "all" else f"vendored, without {options.skip}"
    link = {"system": ["-lzmq"]}
    cases = [case for case in CASES if re.search(options.only, " ".join(map(str, case)))]
    if options.check:
        options.rounds = 1
        cases = [(work, transport, size, min(count, 100)) for work, transport, size, count in cases]
    else:
        link[without] = link_flags(target / "syscalls", False, LIBZMQ_SKIP_EDITS=options.skip)
        link["vendored"] = link_flags(target, False)
    with tempfile.TemporaryDirectory() as home:
        for number, name in enumerate(link):
            source = pathlib.Path(__file__).with_name("wire.c")
            subprocess.run(["cc", "-O2", "-w", "-o", f"{home}/{number}", source, *link[name], "-lpthread"], check=True)
        print("| | transport | bytes | how many | figure | " + " | ".join(link) + " |")
        print("|---|---|--:|--:|---|" + "--:|" * len(link))
        for case in cases:
            found = {name: [] for name in link}
            for turn in range(options.rounds):
                order = list(enumerate(link))
                for number, name in order if turn % 2 == 0 else reversed(order):
                    found[name].append(figures(f"{home}/{number}", case, home))
            for figure in found[list(link)[-1]][0]:
                row = []
                for name in link:
                    values = [each[figure] for each in found[name] if figure in each]
                    row.append(f"{statistics.median(values):,.1f}" if values else "")
                print("| " + " | ".join([*map(str, case), figure, *row]) + " |", flush=True)


main()
