"""Measures RPCKit against Go's net/rpc, a canned C echo and a bare NIO echo, on this machine, in one run.

Each server is a process of its own. All are driven by the same load generator, in alternating rounds, so that a slow
moment of the machine meets all of them. Prints the tables, and writes them with all measurements and the pictures.

    make bench                                    everything: about 20 minutes
    make bench ROUNDS=1 SECONDS=0.3               everything, roughly
    make bench SUITES=small PEERS=jansson,Go      what has one of these words in its name
"""
import argparse
import csv
import datetime
import os
import platform
import sys
from collections import namedtuple

from . import report, svg, targets
from .peers import ECHO, GO
from .programs import HERE, build_all, go, output
from .suites import SUITES


class Options(namedtuple("Options", "rounds seconds suites peers works output")):
    @staticmethod
    def matches(words, name):
        return not words or any(word.strip() in name for word in words.split(","))

    def wants_peer(self, name):
        return self.matches(self.peers, name)

    def chosen(self, works):
        return [work for work in works if self.matches(self.works, work.name)]


def options():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="for each measurement")
    parser.add_argument("--suites", default="", help="words of: " + " ".join(SUITES))
    parser.add_argument("--peers", default="", help="words of the peers' names, with commas between")
    parser.add_argument("--works", default="", help="words of the works' names, with commas between")
    parser.add_argument("--output", default=os.path.join(HERE, "results"), help="the folder for what is written")
    return Options(**vars(parser.parse_args()))


def machine(options):
    """What a reader must know to repeat the figures."""
    with open("/proc/cpuinfo") as file:
        processor = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    with open("/proc/meminfo") as file:
        gigabytes = int(file.readline().split()[1]) / 2**20
    yield f"- {datetime.date.today()}, commit {output(['git', 'rev-parse', '--short', 'HEAD'], cwd=HERE)}"
    yield f"- {processor}, {os.cpu_count()} cores, {gigabytes:.0f} GiB, {platform.system()} {platform.release()}"
    yield f"- {output(['swift', '--version']).splitlines()[0]}"
    yield f"- {output([go(), 'version'])}"
    yield f"- libjansson {output(['pkg-config', '--modversion', 'jansson'])}"
    yield f"- medians of {options.rounds} alternating rounds of {options.seconds} s each"


def document(options, results):
    yield from [
        "# What was measured", "",
        "Written by `make bench` (see [Benchmarks](../README.md)). Each server is a process of its own, and all are",
        "driven by the same load generator on the same machine, which checks every answer. A figure is the median over",
        "the rounds, a ratio the median of those within each round: other machines have other figures, and about the",
        "same ratios.", "",
        *machine(options), ""]
    goals = targets.table(results)
    if goals:
        yield from ["## The figures that are meant to be reached", "", *goals, ""]
    for suite, title, table in report.sections(results):
        yield from [f"## {title}", "", f"![{title}]({suite}.svg)", "", *table, ""]


def pictures(results):
    for suite, title, _ in report.sections(results):
        peers = [peer for peer in results.peers(suite) if not peer.endswith("1 loop") and peer != ECHO]
        works = results.works(suite)
        if suite == "memory":
            yield suite, svg.bars(f"{title}: KB for each", peers, works,
                                  lambda peer, work: results.median("memory", work, peer, "open"))
        elif suite in ("connections", "sizes"):
            names = {int(work.split()[0]): work for work in works}
            yield suite, svg.lines(
                title, results.peers(suite), list(names),
                lambda peer, x, suite=suite: report.cost(results, suite, names[x], peer),
                works[-1].split()[1], "CPU us per " + ("call" if suite == "connections" else "record"))
        else:
            # An echo is so much faster that nothing else could be seen beside it.
            peers = [peer for peer in peers if "echo" not in peer]
            yield suite, svg.bars(f"{title}: calls per second as a multiple of {GO}'s", peers, works,
                                  lambda peer, work, suite=suite: results.ratio(suite, work, peer, GO), mark=1)


def write(options, measurements):
    results = report.Results(measurements)
    os.makedirs(options.output, exist_ok=True)
    text = "\n".join(document(options, results))
    with open(os.path.join(options.output, "README.md"), "w") as file:
        file.write(text)
    with open(os.path.join(options.output, "measurements.csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["suite", "work", "peer", "round", "key", "value"])
        writer.writerows([m.suite, m.work, m.peer, m.round, key, f"{value:.6g}"]
                         for m in measurements for key, value in m.values.items())
    for name, picture in pictures(results):
        with open(os.path.join(options.output, name + ".svg"), "w") as file:
            file.write(picture)
    return text


def main():
    chosen = options()
    build_all()
    measurements = []
    for name, suite in SUITES.items():
        if chosen.matches(chosen.suites, name):
            measurements += suite(chosen)
    if not measurements:
        sys.exit("bench: nothing has these names")
    print(write(chosen, measurements))


if __name__ == "__main__":
    main()
