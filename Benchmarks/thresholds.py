#!/usr/bin/env python3
"""Checks what a call costs in allocations and instructions, which do not depend on how fast or busy the machine is.

A program makes N calls, and then 2 N in another run: the difference, divided by N, is what one call costs, without the
program's beginning and end. Allocations are counted by a library that is preloaded, instructions by valgrind.

    Benchmarks/thresholds.py            compares with thresholds.json, and fails where more is needed than is allowed
    Benchmarks/thresholds.py --write    writes what is measured into thresholds.json

What is allowed is said for one version of Swift: another one's compiler and library cost more or less.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

from bench.programs import HERE, build_c, build_swift, output, run, swift_program, tool

THRESHOLDS = os.path.join(HERE, "thresholds.json")
CALLS = {"allocations": 12_800, "instructions": 3200}
# How much more is allowed: a part of the figure, or so many. Where threads meet, waking them up costs a little more or
# less each time.
TOLERANCE = {"allocations": (0.01, 0.1), "instructions": (0.02, 100)}
TOLERANCE_OF_THREADS = {"allocations": (0.1, 1), "instructions": (0.05, 500)}


def allocations(scenario, calls):
    with tempfile.NamedTemporaryFile("r") as file:
        environment = dict(os.environ, LD_PRELOAD=tool("count-mallocs.so"), COUNT_MALLOCS=file.name)
        output([tool("bench-count"), scenario, str(calls)], env=environment)
        return int(file.read())


def instructions(scenario, calls):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    finished = subprocess.run([*command, tool("bench-count"), scenario, str(calls)],
                              check=True, capture_output=True, text=True)
    return int(re.search(r"Collected : (\d+)", finished.stderr).group(1))


def measure():
    """What one call costs, by scenario and by what is counted."""
    costs = {}
    for scenario in output([tool("bench-count")]).splitlines():
        counters = {"allocations": allocations, "instructions": instructions}
        # Many tasks on several threads take another way each time, and how long it is differs too much.
        if many_tasks(scenario):
            del counters["instructions"]
        costs[scenario] = {
            counted: round((count(scenario, 2 * CALLS[counted]) - count(scenario, CALLS[counted])) / CALLS[counted], 2)
            for counted, count in counters.items()}
    return costs


def many_tasks(scenario):
    return "tasks" in scenario or "64 callers" in scenario


def swift_version():
    return re.search(r"Swift version (\d+\.\d+)", output(["swift", "--version"])).group(1)


def check(costs, allowed):
    """Prints a row for each figure, and tells whether all are allowed."""
    passes = True
    for scenario, figures in costs.items():
        for counted, measured in figures.items():
            threshold = allowed.get(scenario, {}).get(counted, 0)
            has_threads = many_tasks(scenario) or "client" in scenario
            part, slack = (TOLERANCE_OF_THREADS if has_threads else TOLERANCE)[counted]
            most = threshold + max(threshold * part, slack)
            verdict = "ok" if measured <= most else "MORE THAN ALLOWED"
            passes = passes and measured <= most
            print(f"{scenario:28} {measured:12,.2f} {counted:13} per call, allowed {most:12,.2f}  {verdict}")
    return passes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write what is measured into thresholds.json")
    options = parser.parse_args()
    build_swift("bench-count")
    build_c("count-mallocs.so", "count-mallocs.c", flags=("-shared", "-fPIC"))
    # Valgrind does not understand all that Swift 6.3 writes for debuggers.
    run(["strip", "--strip-debug", "-o", tool("bench-count"), swift_program("bench-count")])
    costs = measure()
    version = swift_version()
    with open(THRESHOLDS) as file:
        allowed = json.load(file)
    if options.write:
        allowed[version] = costs
        with open(THRESHOLDS, "w") as file:
            file.write(json.dumps(allowed, indent=2) + "\n")
    if version not in allowed:
        print(f"thresholds: none for Swift {version}, only for {', '.join(allowed)}: {json.dumps(costs, indent=2)}")
    elif not check(costs, allowed[version]):
        sys.exit("thresholds: a call costs more than before. Mend it, or show why it must: make thresholds WRITE=1")


if __name__ == "__main__":
    main()
