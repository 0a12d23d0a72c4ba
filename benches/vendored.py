"""How a C program is linked to the libzmq that the recipe compiles."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def link_flags(target, dev, **variables):
    """What links it, built with these variables in the environment."""
    command = ["cargo", "build", "-p", "zmq4-sys", "--features", "vendored", "--message-format", "json", "--target-dir", target]
    done = subprocess.run(
        command + ([] if dev else ["--release"]), cwd=ROOT, env=dict(os.environ, **variables), check=True, stdout=subprocess.PIPE, text=True
    )
    paths, include = [], None
    for message in map(json.loads, done.stdout.splitlines()):
        if message["reason"] == "build-script-executed":
            paths += [path.removeprefix("native=") for path in message["linked_paths"]]
            if "zmq4-sys" in message["package_id"] or "zmq-sys" in message["package_id"]:
                include = pathlib.Path(message["out_dir"]) / "source" / "include"
    return [f"-I{include}", *(f"-L{path}" for path in paths), "-Wl,-Bstatic", "-lzmq", "-lsodium", "-Wl,-Bdynamic", "-lstdc++", "-lm"]
