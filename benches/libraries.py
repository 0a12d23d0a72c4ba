#!/usr/bin/env python3
"""Sets one libzmq beside another: the raw calls of `--bench sockets`, linked to the system's libzmq and to vendored ones.

    benches/libraries.py                                # the system's, and the vendored one as it is
    benches/libraries.py --variant O2=-O2               # and one more, compiled with these CXXFLAGS behind the others
    benches/libraries.py --only 'throughput|latency'    # what has this in its name

Builds each once, a minute or two, and then has them take turns at each bench, so that all meet the same noise. Prints for each
group how many times as fast as the system's libzmq the others are: the median over the rounds of all its benches, and the
slowest bench with its own median.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHORT = ["--warm-up-time", "0.1", "--measurement-time", "0.2", "--sample-size", "10", "--noplot"]
UNITS = {"ps": 1e-3, "ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9}


def build(target, features, flags):
    """The bench's executable, linked to that libzmq."""
    command = ["cargo", "bench", "--no-run", "--bench", "sockets", "--message-format", "json", "--target-dir", target, *features]
    environment = dict(os.environ, CXXFLAGS=flags) if flags else None
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    return next(m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "sockets")


def names(executable, only):
    listed = subprocess.check_output([executable, "--bench", "--list"], text=True)
    found = [line.removesuffix(": benchmark") for line in listed.splitlines() if line.endswith(": benchmark")]
    return [name for name in found if re.search(r"/raw", name) and re.search(only, name)]


def run(executable, name, home):
    """Nanoseconds of one piece of work."""
    done = subprocess.run(
        [executable, "--bench", "--exact", name, *SHORT],
        env=dict(os.environ, CRITERION_HOME=home), check=True, capture_output=True, text=True, timeout=120,
    )
    figures = re.search(r"time:\s+\[\S+ \S+ (\S+) (\S+) \S+ \S+\]", done.stdout)
    return float(figures[1]) * UNITS[figures[2]]


def group(name):
    return name.split("/raw")[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="")
    parser.add_argument("--variant", action="append", default=[], help="NAME=CXXFLAGS")
    options = parser.parse_args()
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "libraries"
    libraries = {"system": build(target / "system", [], ""), "vendored": build(target / "vendored", ["--features", "vendored"], "")}
    for variant in options.variant:
        name, flags = variant.split("=", 1)
        libraries[name] = build(target / name, ["--features", "vendored"], flags)
    others = [name for name in libraries if name != "system"]
    benches = names(libraries["system"], options.only)
    ratios = {}
    with tempfile.TemporaryDirectory() as home:
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}, {len(benches)} benches", file=sys.stderr)
            for bench in benches:
                order = list(libraries) if number % 2 == 0 else list(reversed(libraries))
                times = {name: run(libraries[name], bench, home) for name in order}
                for name in others:
                    ratios.setdefault((bench, name), []).append(times["system"] / times[name])
    print("| group | benches | " + " | ".join(f"{name} | slowest" for name in others) + " |")
    print("|---|--:|" + "--:|---|" * len(others))
    for title in dict.fromkeys(map(group, benches)):
        own = [bench for bench in benches if group(bench) == title]
        row = [title, str(len(own))]
        for name in others:
            row.append(f"{statistics.median(r for bench in own for r in ratios[bench, name]):.2f}")
            medians = {bench: statistics.median(ratios[bench, name]) for bench in own}
            worst = min(medians, key=medians.get)
            row.append(f"{medians[worst]:.2f} at {worst.split('/')[-1]}")
        print("| " + " | ".join(row) + " |")


main()
