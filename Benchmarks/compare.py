#!/usr/bin/env python3
"""Measures RPCKit's server against Go's net/rpc/jsonrpc and a canned C echo, on this machine, in one run.

Each server is a process of its own. All are driven by the same load generator, in alternating rounds, so that a slow
moment of the machine meets all of them. What is printed, and written into results/, are medians over the rounds, and
medians of the ratios to Go within a round.

    Benchmarks/compare.py [--rounds N] [--seconds S]
"""
import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = [  # name, connections, requests in flight on each, items in the body
    ("1 x 1", 1, 1, None),
    ("1 x 64", 1, 64, None),
    ("8 x 16", 8, 16, None),
    ("50 x 1", 50, 1, None),
    ("500 x 1", 500, 1, None),
    ("8 KB, 1 x 1", 1, 1, 280),
    ("8 KB, 4 x 4", 4, 4, 280),
    ("1 MB, 1 x 1", 1, 1, 33000),
]


def build(scratch):
    subprocess.run(["swift", "build", "-c", "release", "--package-path", HERE], check=True, stdout=sys.stderr)
    compiler = os.environ.get("CC") or shutil.which("cc") or "clang"
    for name in ("loadgen", "echo"):
        source = os.path.join(HERE, "load", name + ".c")
        subprocess.run([compiler, "-O2", "-o", os.path.join(scratch, name), source], check=True)
    go = os.environ.get("RPCKIT_GO") or shutil.which("go")
    if not go:
        sys.exit("compare: there is no Go toolchain; Scripts/setup test installs one")
    environment = dict(os.environ, GOTOOLCHAIN="local", GOFLAGS="-buildvcs=false")
    environment.setdefault("GOCACHE", os.path.join(scratch, "go-cache"))
    subprocess.run([go, "build", "-o", os.path.join(scratch, "go-server"), "."],
                   cwd=os.path.join(HERE, "go"), env=environment, check=True)
    return subprocess.run([go, "version"], capture_output=True, text=True).stdout.strip()


def servers(scratch):
    binaries = subprocess.run(["swift", "build", "-c", "release", "--package-path", HERE, "--show-bin-path"],
                              check=True, capture_output=True, text=True).stdout.strip()
    swift = os.path.join(binaries, "bench-server")
    yield "C echo", [os.path.join(scratch, "echo"), "0"]
    yield "Go jsonrpc", [os.path.join(scratch, "go-server")]
    for codec in ("jansson", "foundation"):
        for execution in ("loop", "tasks"):
            yield f"{codec}, {execution}", [swift, "--codec", codec, "--execution", execution]


def start(command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return process, re.search(r":(\d+)$", process.stdout.readline().strip()).group(1)


def measure(scratch, port, work, seconds):
    _, connections, depth, items = work
    command = [os.path.join(scratch, "loadgen"), "127.0.0.1", port, str(connections), str(depth), str(seconds)]
    if items:
        command.append(str(items))
    line = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, p50, p99 = re.match(r"([\d.]+) calls/s p50 ([\d.]+) us p99 ([\d.]+) us", line).groups()
    return {"rate": float(rate), "p50": float(p50), "p99": float(p99)}


def table(results, names):
    yield "| connections x in flight | server | calls/s | x Go | x C echo | p50 us | p99 us |"
    yield "|---|---|---|---|---|---|---|"
    for work, rounds in results.items():
        for name in names:
            def ratio(base):
                return statistics.median(r[name]["rate"] / r[base]["rate"] for r in rounds)
            middle = {key: statistics.median(r[name][key] for r in rounds) for key in ("rate", "p50", "p99")}
            yield (f"| {work} | {name} | {middle['rate']:,.0f} | {ratio('Go jsonrpc'):.2f} | {ratio('C echo'):.2f} "
                   f"| {middle['p50']:,.0f} | {middle['p99']:,.0f} |")


def plot(results, names, path):
    """A bar for each server and workload: its rate as a multiple of Go's."""
    bars = [(work, name, statistics.median(r[name]["rate"] / r["Go jsonrpc"]["rate"] for r in rounds))
            for work, rounds in results.items() for name in names if name != "C echo"]
    widest = max(ratio for _, _, ratio in bars)
    height = 18 * len(bars) + 40
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{height}" font-family="sans-serif" '
             'font-size="12">', f'<rect width="760" height="{height}" fill="white"/>',
             '<text x="10" y="18">Calls per second, as a multiple of Go net/rpc/jsonrpc in the same round (median)</text>']
    for index, (work, name, ratio) in enumerate(bars):
        y = 32 + 18 * index
        colour = "#999" if name == "Go jsonrpc" else "#2a6fb0" if name.startswith("jansson") else "#d08020"
        lines += [f'<text x="10" y="{y + 12}">{work}: {name}</text>',
                  f'<rect x="220" y="{y}" width="{460 * ratio / widest:.1f}" height="14" fill="{colour}"/>',
                  f'<text x="{226 + 460 * ratio / widest:.1f}" y="{y + 12}">{ratio:.2f}</text>']
    with open(path, "w") as file:
        file.write("\n".join(lines + ["</svg>"]) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        go_version = build(scratch)
        running = {}
        try:
            for name, command in servers(scratch):
                running[name] = start(command)
            results = {}
            for work in WORK:
                results[work[0]] = [
                    {name: measure(scratch, port, work, options.seconds) for name, (_, port) in running.items()}
                    for _ in range(options.rounds)]
        finally:
            for process, _ in running.values():
                process.kill()
    names = list(running)
    swift_version = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    heading = [f"Medians of {options.rounds} alternating rounds of {options.seconds} s, {os.cpu_count()} cores, "
               f"{platform.system()} {platform.machine()}, {swift_version}, {go_version}.", ""]
    text = "\n".join(heading + list(table(results, names))) + "\n"
    print(text)
    folder = os.path.join(HERE, "results")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "server.md"), "w") as file:
        file.write(text)
    with open(os.path.join(folder, "server.json"), "w") as file:
        json.dump(results, file, indent=1)
    plot(results, names, os.path.join(folder, "server.svg"))


if __name__ == "__main__":
    main()
