#!/usr/bin/env python3
"""Measures the engines' coders against Go's encoding/json, in alternating rounds: bodies only, no server around them.

Prints for each work the median over the rounds, in nanoseconds and megabytes a second, and the median of the ratios to
Go within a round.

    Benchmarks/coders.py [--rounds N] [ENGINE ...]
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SWIFT = ["swift", "build", "-c", "release", "--package-path", HERE, "--product", "bench-coders"]


def build(scratch):
    subprocess.run(SWIFT, check=True, stdout=sys.stderr)
    binaries = subprocess.run(SWIFT + ["--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    go = os.environ.get("RPCKIT_GO") or shutil.which("go")
    if not go:
        sys.exit("coders: there is no Go toolchain; Scripts/setup test installs one")
    environment = dict(os.environ, GOTOOLCHAIN="local", GOFLAGS="-buildvcs=false")
    environment.setdefault("GOCACHE", os.path.join(scratch, "go-cache"))
    program = os.path.join(scratch, "go-coders")
    subprocess.run([go, "build", "-o", program, "./coders"], cwd=os.path.join(HERE, "go"), env=environment, check=True)
    return os.path.join(binaries, "bench-coders"), program


def measure(command):
    """One round: the work's name, with the body's bytes and the nanoseconds."""
    lines = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout.splitlines()
    return {name: (int(size), float(time)) for name, size, time in map(str.split, lines)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("engines", nargs="*", default=["native", "jansson", "foundation"])
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        swift, go = build(scratch)
        commands = {"Go": [go]} | {engine: [swift, engine] for engine in options.engines}
        rounds = [{name: measure(command) for name, command in commands.items()} for _ in range(options.rounds)]
    for work in rounds[0]["Go"]:
        print(f"{work}, {rounds[0]['Go'][work][0]} bytes")
        for name in commands:
            times = [each[name][work][1] for each in rounds]
            ratio = statistics.median(each["Go"][work][1] / each[name][work][1] for each in rounds)
            time = statistics.median(times)
            size = rounds[0][name][work][0]
            print(f"  {name:12}{time:14,.0f} ns {size / time * 1000:8.1f} MB/s {ratio:7.2f} x Go")


if __name__ == "__main__":
    main()
