#!/usr/bin/env python3
"""Runs the same work through C, this crate, and other bindings, and prints one table with ratios to C.

    benches/peers/run.py                  # all of it: a quarter of an hour on two cores, and two minutes to build
    benches/peers/run.py --quick          # a look: two sizes, three rounds
    benches/peers/run.py --check          # no figures: that every program does its work
    benches/peers/run.py --skip tmq,zmq   # without building these

The column `vendored` is this crate again, with the libzmq that its feature `vendored` builds; columns that say `async` are the
same work in tasks, on tokio or asyncio; ours are on two threads, as the blocking calls are. `arzmq` builds a libzmq of its own.

Needs a C compiler, pkg-config, the system's libzmq, and python3. `ZMQ4_PYZMQ` names a virtual environment that has pyzmq;
without it that column is missing. Writes `docs/peers.md`, `docs/throughput.svg` and `docs/latency.svg`, or
the same into --out.

In each round every program does each piece of work once, one after the other, so that all meet the same noise; a figure
is the median over the rounds. A program that takes too long for a piece of work is stopped, and its place stays empty.
"""

import argparse
import datetime
import itertools
import math
import os
import pathlib
import platform
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SIZES = [8, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20]
WORKS = ["throughput", "latency"]
TRANSPORTS = ["inproc", "ipc", "tcp"]
# How long C takes for one piece of work, about.
SECONDS = 0.15
LIMIT = 20
MEANING = """\
Throughput is PUSH to PULL between two threads, latency REQ to REP and back. The column C is what a C program gets, the others
are how many times that: more than 1 is faster than C. The limit is a plain loop of writes and reads of whole messages, one
system call each where it fits, without any library: libraries can beat it where they send several messages at once."""
PICTURES = """\
![Throughput by size](throughput.svg)

![Latency by size](latency.svg)"""
NAMES = {
    "c": "C",
    "zmq4": "zmq4",
    "shared": "zmq4, shared `Bytes`",
    "vendored": "zmq4, vendored",
    "async": "zmq4, async",
    "zmq": "zmq",
    "tmq": "tmq, async",
    "arzmq": "arzmq, async",
    "zeromq": "zeromq, async",
    "pyzmq": "pyzmq",
    "asyncio": "pyzmq, asyncio",
    "limit": "the limit",
}
COLOURS = {
    "c": "#555555",
    "zmq4": "#d62728",
    "shared": "#ff9896",
    "vendored": "#8c564b",
    "async": "#e377c2",
    "zmq": "#1f77b4",
    "tmq": "#2ca02c",
    "arzmq": "#17becf",
    "zeromq": "#9467bd",
    "pyzmq": "#e0a000",
    "asyncio": "#bcbd22",
    "limit": "#000000",
}


def sh(*command, **options):
    print("$", shlex.join(map(str, command)), file=sys.stderr)
    subprocess.run(list(map(str, command)), check=True, **options)


def build(skip, target):
    """The command of each program, up to its arguments."""
    target.mkdir(parents=True, exist_ok=True)
    flags = subprocess.check_output(["pkg-config", "--cflags", "--libs", "libzmq"], text=True).split()
    sh("cc", "-O2", "-o", target / "peer-c", HERE / "peer.c", *flags, "-lpthread")
    cargo = ["cargo", "build", "--quiet", "--release"]
    sh(*cargo, "--manifest-path", HERE / "ours/Cargo.toml", "--target-dir", target)
    sh("cc", "-O2", "-o", target / "limit", HERE / "limit.c", "-lpthread")
    programs = {"c": [target / "peer-c"], "limit": [target / "limit"], "zmq4": [target / "release/peer-ours"]}
    if "vendored" not in skip:
        sh(*cargo, "--manifest-path", HERE / "ours/Cargo.toml", "--features", "vendored", "--target-dir", target / "vendored")
        programs["vendored"] = [target / "vendored/release/peer-ours"]
    for name in ["zmq", "tmq", "zeromq"]:
        if name not in skip:
            sh(*cargo, "--manifest-path", HERE / "others/Cargo.toml", "--bin", f"peer-{name}", "--target-dir", target)
            programs[name] = [target / f"release/peer-{name}"]
    if "arzmq" not in skip:
        folder = target / "arzmq"
        sh(*cargo, "--manifest-path", HERE / "arzmq/Cargo.toml", "--target-dir", folder)
        programs["arzmq"] = [folder / "release/peer-arzmq"]
    if os.environ.get("ZMQ4_PYZMQ") and "pyzmq" not in skip:
        programs["pyzmq"] = [pyzmq_python(os.environ["ZMQ4_PYZMQ"]), HERE / "peer.py"]
    return programs


def pyzmq_python(environment):
    """The python of that virtual environment; ends the program, with the reason, where it has no pyzmq."""
    python = pathlib.Path(environment).resolve() / "bin" / "python"
    wrong = None
    try:
        done = subprocess.run([python, "-c", "import zmq"], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1:] or [f"it ended with {done.returncode}"]
            wrong = f"its python cannot import zmq: {last[0]}"
    except subprocess.TimeoutExpired:
        wrong = f"{python} does not end"
    except OSError as error:
        wrong = f"no virtual environment is there: {python}: {error.strerror}"
    if wrong:
        sys.exit(
            f"ZMQ4_PYZMQ={environment}: {wrong}\n"
            "Make one with `python3 -m venv venv && venv/bin/pip install pyzmq`, or leave its column out with --skip pyzmq."
        )
    # The link itself: what it points to knows nothing of the environment.
    return python


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def endpoint(transport, folder):
    if transport == "tcp":
        return f"tcp://127.0.0.1:{free_port()}"
    return f"ipc://{folder}/socket" if transport == "ipc" else "inproc://peer"


def run(command, work, transport, size, count):
    """Nanoseconds, or None where the program cannot do it, or not in time."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [*map(str, command), work, endpoint(transport, folder), str(size), str(count)]
        try:
            done = subprocess.run(arguments, capture_output=True, text=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return None
    if done.returncode != 0:
        print(f"{shlex.join(arguments)}: {done.stderr.strip()[:200]}", file=sys.stderr)
        return None
    return int(done.stdout)


def count_for(command, work, transport, size):
    """How many messages take C about SECONDS."""
    count = 20
    while True:
        nanoseconds = run(command, work, transport, size, count)
        if nanoseconds > SECONDS * 1e9 / 4 or count > 5_000_000:
            return max(10, int(count * SECONDS * 1e9 / nanoseconds))
        count *= 4


def able(name, transport):
    """The crate `zeromq` has no inproc, and neither have sockets without a library."""
    return not (name in ("zeromq", "limit") and transport == "inproc")


def tasks(programs, work, transport):
    """What is measured: the name of the column, the command, and its word for the work. Some programs have several ways."""
    found = [(name, command, work) for name, command in programs.items() if able(name, transport)]
    if work == "throughput":
        found.append(("shared", programs["zmq4"], "shared"))
    found.append(("async", programs["zmq4"], f"async-{work}"))
    if "pyzmq" in programs:
        found.append(("asyncio", programs["pyzmq"], f"async-{work}"))
    return found


def measure(programs, sizes, rounds):
    """The median nanoseconds of one message, by work, transport, size and program."""
    cells = []
    for work, transport, size in itertools.product(WORKS, TRANSPORTS, sizes):
        cells.append((work, transport, size, count_for(programs["c"], work, transport, size)))
    times = {}
    slow = set()
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for work, transport, size, count in cells:
            for name, command, task in tasks(programs, work, transport):
                key = (work, transport, size, name)
                if key in slow:
                    continue
                nanoseconds = run(command, task, transport, size, count)
                if nanoseconds is None:
                    slow.add(key)
                else:
                    times.setdefault(key, []).append(nanoseconds / count)
    return {key: statistics.median(values) for key, values in times.items() if key not in slow}


def bytes_text(size):
    for unit, factor in [("MiB", 1 << 20), ("KiB", 1 << 10)]:
        if size >= factor:
            return f"{size // factor} {unit}"
    return f"{size} B"


def table(medians, sizes, names):
    """Markdown: C's own figure, and how many times C's speed the others have."""
    lines = ["| | transport | size | C | " + " | ".join(NAMES[name] for name in names) + " |"]
    lines.append("|---|---|--:|--:|" + "--:|" * len(names))
    for work, transport, size in itertools.product(WORKS, TRANSPORTS, sizes):
        base = medians[(work, transport, size, "c")]
        figure = f"{1e9 / base:,.0f}/s" if work == "throughput" else f"{base / 1e3:.1f} µs"
        row = [work, transport, bytes_text(size), figure]
        for name in names:
            median = medians.get((work, transport, size, name))
            row.append("" if median is None else f"{base / median:.2f}")
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def plot(medians, work, sizes, names):
    """Lines over the size, both axes logarithmic, one picture a transport side by side."""
    wide, high, gap, top = 300, 260, 70, 50
    values = [v if work == "latency" else 1e9 / v for (w, _, _, n), v in medians.items() if w == work and n in names]
    if work == "latency":
        values = [value / 1e3 for value in values]
    low, most = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(size):
        return (math.log2(size) - math.log2(sizes[0])) / (math.log2(sizes[-1]) - math.log2(sizes[0])) * wide

    def y(value):
        return high - (math.log10(value) - low) / (most - low) * high

    width = gap + len(TRANSPORTS) * (wide + gap)
    height = top + high + 80
    unit = "messages a second" if work == "throughput" else "µs a round trip"
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{gap}" y="18" font-size="14">{work}: {unit}, by bytes of a message</text>',
    ]
    for index, transport in enumerate(TRANSPORTS):
        out.append(f'<g transform="translate({gap + index * (wide + gap)},{top})">')
        out.append(f'<text x="{wide / 2}" y="-8" text-anchor="middle">{transport}</text>')
        for power in range(low, most + 1):
            line = y(10**power)
            out.append(f'<line x1="0" x2="{wide}" y1="{line:.1f}" y2="{line:.1f}" stroke="#dddddd"/>')
            out.append(f'<text x="-6" y="{line + 4:.1f}" text-anchor="end">1e{power}</text>')
        for size in sizes:
            out.append(f'<text x="{x(size):.1f}" y="{high + 16}" text-anchor="middle">{bytes_text(size)}</text>')
        for name in names:
            points = []
            for size in sizes:
                median = medians.get((work, transport, size, name))
                if median is not None:
                    value = 1e9 / median if work == "throughput" else median / 1e3
                    points.append(f"{x(size):.1f},{y(value):.1f}")
            if points:
                style = f'fill="none" stroke="{COLOURS[name]}" stroke-width="2"'
                out.append(f'<polyline {style} points="{" ".join(points)}"/>')
        out.append("</g>")
    for index, name in enumerate(names):
        left, line = gap + index * 135, top + high + 50
        out.append(f'<rect x="{left}" y="{line - 8}" width="14" height="4" fill="{COLOURS[name]}"/>')
        out.append(f'<text x="{left + 20}" y="{line}">{NAMES[name].replace("`", "")}</text>')
    out.append("</svg>\n")
    return "\n".join(out)


def check(programs):
    """Whether every program does every piece of work over every transport that it has."""
    failed = 0
    for work, transport in itertools.product(WORKS, TRANSPORTS):
        for name, command, task in tasks(programs, work, transport):
            done = run(command, task, transport, 64, 20) is not None
            failed += not done
            print(f"{name} {work} {transport}: {'ok' if done else 'FAILED'}")
    for transport in TRANSPORTS:
        with tempfile.TemporaryDirectory() as folder:
            arguments = ["full-queue", endpoint(transport, folder), "64", "20"]
            done = subprocess.run([*map(str, programs["zmq4"]), *arguments], timeout=LIMIT).returncode == 0
        failed += not done
        print(f"zmq4 full-queue {transport}: {'ok' if done else 'FAILED'}")
    sys.exit(failed > 0)


def version(command):
    return subprocess.check_output(command, text=True).strip().splitlines()[0]


def locked(name):
    """The version of a crate that was built."""
    workspace = "arzmq" if name == "arzmq" else "others"
    lines = (HERE / workspace / "Cargo.lock").read_text().splitlines()
    index = lines.index(f'name = "{name}"')
    return lines[index + 1].split('"')[1]


def surroundings(programs, rounds):
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    parts = [
        f"{datetime.date.today()}; {os.cpu_count()} cores of {cpu}; {platform.system()} {platform.release()}",
        f"C and zmq4 on the system's libzmq {version(['pkg-config', '--modversion', 'libzmq'])}",
        version(["rustc", "--version"]),
        version(["cc", "--version"]),
    ]
    parts += [f"crate {name} {locked(name)}" for name in ["zmq", "tmq", "zeromq", "arzmq"] if name in programs]
    if "pyzmq" in programs:
        text = "import zmq; print('pyzmq', zmq.__version__, 'on libzmq', zmq.zmq_version())"
        parts.append(version([programs["pyzmq"][0], "-c", text]))
    return "; ".join(parts) + f". Medians of {rounds} rounds."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--skip", default="", help="programs to leave out, with commas between")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    sizes = [8, 1 << 20] if options.quick else SIZES
    rounds = options.rounds or (3 if options.quick else 7)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "peers"
    skip = set(options.skip.split(","))
    if os.environ.get("ZMQ4_PYZMQ") and "pyzmq" not in skip:
        # Known at once, not after two minutes of building.
        pyzmq_python(os.environ["ZMQ4_PYZMQ"])
    programs = build(skip, target)
    if options.check:
        check(programs)
    medians = measure(programs, sizes, rounds)
    measured = {name for _, _, _, name in medians}
    names = [name for name in NAMES if name in measured and name != "c"]
    where = surroundings(programs, rounds)
    text = f"{where}\n\n{MEANING}\n\n{table(medians, sizes, names)}"
    print(text)
    out = options.out or ROOT / "docs"
    out.mkdir(parents=True, exist_ok=True)
    (out / "peers.md").write_text(f"# Beside other bindings\n\n{text}\n\n{PICTURES}\n")
    (out / "throughput.svg").write_text(plot(medians, "throughput", sizes, ["c", *names]))
    (out / "latency.svg").write_text(plot(medians, "latency", sizes, ["c", *names]))


main()
