#!/usr/bin/env python3
"""Counts the instructions of libzmq itself: a message of one frame sent and received in one thread, by a C program
(instructions.c), on the system's libzmq and on the vendored one.

    benches/instructions.py                  # a release build, as it is
    benches/instructions.py --dev            # a debug build
    benches/instructions.py --variant O1=-O1 # and one more, with these CXXFLAGS behind the others

Needs a C compiler, the system's libzmq with its header, and valgrind. Each figure is the difference of two runs under callgrind, so
that starting and ending are not in it. Fails when the vendored libzmq takes more than the system's over the limit.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from vendored import link_flags

ROOT = pathlib.Path(__file__).resolve().parent.parent
CASES = [(kind, size) for kind in ("PAIR", "PUSH", "PUB") for size in (8, 256)]
LIMIT = 1.2
FEW, MANY = 500, 3000


def instructions(program, kind, size, rounds):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, kind, str(size), str(rounds)],
        check=True, capture_output=True, text=True, timeout=300,
    )
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--variant", action="append", default=[], help="NAME=CXXFLAGS")
    options = parser.parse_args()
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
    link = {"system": ["-lzmq"], "vendored": link_flags(target, options.dev)}
    counts = {}
    with tempfile.TemporaryDirectory() as home:
        programs = {}

        def compile_program(name):
            programs[name] = f"{home}/{name}"
            source = str(ROOT / "benches" / "instructions.c")
            subprocess.run(["cc", "-O2", "-w", "-o", programs[name], source, *link[name]], check=True)

        compile_program("system")
        compile_program("vendored")
        for variant in options.variant:
            name, flags = variant.split("=", 1)
            # Takes the place of the one before, which is linked by now.
            link[name] = link_flags(target / "instructions", options.dev, CXXFLAGS=flags)
            compile_program(name)
        for kind, size in CASES:
            for name, program in programs.items():
                few, many = (instructions(program, kind, size, rounds) for rounds in (FEW, MANY))
                counts[kind, size, name] = (many - few) / (MANY - FEW)
    others = [name for name in programs if name != "system"]
    print("| sender | bytes | system | " + " | ".join(f"{name} | ratio" for name in others) + " |")
    print("|---|--:|--:|" + "--:|--:|" * len(others))
    slow = []
    for kind, size in CASES:
        base = counts[kind, size, "system"]
        row = [kind, str(size), f"{base:.0f}"]
        for name in others:
            ratio = base / counts[kind, size, name]
            row += [f"{counts[kind, size, name]:.0f}", f"{ratio:.2f}"]
            if name == "vendored" and ratio < LIMIT:
                slow.append(f"{kind} {size} B: {ratio:.2f}")
        print("| " + " | ".join(row) + " |")
    if slow:
        sys.exit(f"below {LIMIT}: {', '.join(slow)}")


main()
