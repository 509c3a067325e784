"""What is measured: each suite is a list of works, and a way to measure one peer at one work."""
import itertools
import json
import resource
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass

from .peers import ECHO, GO, clients, coders, servers
from .programs import output, tool


@dataclass(frozen=True)
class Work:
    name: str
    connections: int = 1
    depth: int = 1  # requests in flight on each connection
    records: int = 0  # in the body, of about 30 bytes; 0: a small call


def plural(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


SMALL = [Work(f"{c} x {d}", c, d) for c, d in ((1, 1), (1, 64), (8, 16), (50, 1), (500, 1))]
BODIES = [Work(f"{size}, {n} x {n}", n, n, records)
          for size, records in (("8 KB", 280), ("1 MB", 33000)) for n in (1, 4)]
CONNECTIONS = [Work(plural(c, "connection"), c) for c in (1, 10, 100, 1000)]
SIZES = [Work(plural(records, "record"), records=records) for records in (1, 10, 100, 1000, 10_000, 100_000, 350_000)]
CODED = [Work(f"{verb} {size}") for size in ("small", "8K", "1M") for verb in ("decode", "encode")]
CALLERS = (1, 64, 512)
IDLE_CONNECTIONS = (1000, 10_000)


@dataclass
class Measurement:
    suite: str
    work: str
    peer: str
    round: int
    values: dict  # such as calls/s, p50 and p99 in us, us of processor time per call


def measured(line):
    """Reads the line that loadgen and the clients print."""
    result = json.loads(line)
    calls = result["calls"]
    return {"rate": calls / result["seconds"], "p50": result["p50"], "p99": result["p99"],
            "cpu": result["cpu"] / calls}


def alternate(suite, works, peers, rounds, measure):
    """Every peer once in each round, so that a slow moment of the machine meets all of them."""
    for work in works:
        print(f"bench: {suite}: {work.name}", file=sys.stderr)
        for number, peer in itertools.product(range(rounds), peers):
            yield Measurement(suite, work.name, peer.name, number, measure(peer, work))


def served(suite, works, options, only_growth=False):
    """Servers, each a process of its own, all driven by the same load generator."""
    chosen = [s for s in servers() if (s.growth or not only_growth) and options.wants_peer(s.name)]
    with ExitStack() as stack:
        running = {s.name: stack.enter_context(s.start()) for s in chosen}

        def measure(server, work):
            process = running[server.name]
            command = [tool("loadgen"), "-p", server.format, "-c", str(process.process.pid), "-i", str(work.records),
                       process.port, str(work.connections), str(work.depth), str(options.seconds)]
            return measured(output(command))

        yield from alternate(suite, options.chosen(works), chosen, options.rounds, measure)


def called(options):
    """Clients, against the fastest server and against the one that they are likely to meet."""
    peers = [client for client in clients() if options.wants_peer(client.name)]
    for server in servers():
        if server.name not in (ECHO, GO):
            continue
        works = [Work(f"{plural(n, 'caller')}, {server.name}", depth=n) for n in CALLERS]
        with server.start() as running:
            def measure(client, work, port=running.port):
                return measured(output(client.command(port, work.depth, options.seconds)))
            yield from alternate("clients", options.chosen(works), peers, options.rounds, measure)


def coded(options):
    """The engines' coders against Go's encoding/json: bodies only, no server around them."""
    def measure(coder, work):
        _, size, nanoseconds = output(coder.command(work.name.replace(" ", "-"))).split()
        ns = float(nanoseconds)
        return {"rate": 1e9 / ns, "ns": ns, "MB/s": 1e3 * int(size) / ns}

    peers = [coder for coder in coders() if options.wants_peer(coder.name)]
    yield from alternate("coders", options.chosen(CODED), peers, options.rounds, measure)


def held(options):
    """What idle connections take of the server's memory, before and after one call on each."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    peers = [s for s in servers() if options.wants_peer(s.name)]
    for work in options.chosen([Work(f"{n} idle connections", n) for n in IDLE_CONNECTIONS]):
        if work.connections + 100 > most:
            print(f"bench: {work.name} need more than the {most} descriptors of `ulimit -Hn`", file=sys.stderr)
            continue
        yield from alternate("memory", [work], peers, 1, hold)


def hold(server, work):
    """Opens the connections to a new process, and looks at its memory."""
    with server.start() as running:
        loadgen = [tool("loadgen"), "-p", server.format]
        output([*loadgen, running.port, "1", "1", "0.1"])
        before = running.resident_kilobytes
        holder = subprocess.Popen([*loadgen, "-m", running.port, str(work.connections)], text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        kilobytes = {"base": before}
        for moment in ("open", "called"):
            assert holder.stdout.readline().strip() == moment
            time.sleep(0.5)  # the server accepts the last ones
            kilobytes[moment] = (running.resident_kilobytes - before) / work.connections
            holder.stdin.write("\n")
            holder.stdin.flush()
        holder.wait()
        return kilobytes


SUITES = {
    "small": lambda options: served("small", SMALL, options),
    "bodies": lambda options: served("bodies", BODIES, options),
    "connections": lambda options: served("connections", CONNECTIONS, options, only_growth=True),
    "sizes": lambda options: served("sizes", SIZES, options, only_growth=True),
    "clients": called,
    "coders": coded,
    "memory": held,
}
