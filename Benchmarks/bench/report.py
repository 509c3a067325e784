"""From measurements to tables. A figure is the median over the rounds; a ratio, the median of those within a round."""
import statistics
from collections import defaultdict

from .peers import ECHO, GO


class Results:
    """The measurements of one run, by suite, work and peer, in the order in which they were made."""

    def __init__(self, measurements):
        self.rounds = defaultdict(list)
        for m in measurements:
            self.rounds[m.suite, m.work, m.peer].append(m.values)

    def works(self, suite):
        return list(dict.fromkeys(work for s, work, _ in self.rounds if s == suite))

    def peers(self, suite):
        return list(dict.fromkeys(peer for s, _, peer in self.rounds if s == suite))

    def median(self, suite, work, peer, key):
        rounds = self.rounds.get((suite, work, peer))
        return statistics.median(values[key] for values in rounds) if rounds else None

    def ratio(self, suite, work, peer, base, key="rate"):
        own, others = (self.rounds.get((suite, work, name)) for name in (peer, base))
        return statistics.median(a[key] / b[key] for a, b in zip(own, others)) if own and others else None


def number(value, digits=2):
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.{digits}f}"


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def header(*cells):
    return [row(*cells), "|" + "---|" * len(cells)]


def rates(results, suite):
    lines = header("work", "peer", "calls/s", "x Go", "x C echo", "p50 us", "p99 us", "CPU us per call")
    for work in results.works(suite):
        for peer in results.peers(suite):
            def median(key):
                return results.median(suite, work, peer, key)
            lines.append(row(
                work, peer, number(median("rate"), 0), number(results.ratio(suite, work, peer, GO)),
                number(results.ratio(suite, work, peer, ECHO), 3), number(median("p50"), 1), number(median("p99"), 1),
                number(median("cpu"))))
    return lines


def coders(results, suite):
    lines = header("work", "coder", "ns", "MB/s", "x Go")
    for work in results.works(suite):
        for peer in results.peers(suite):
            cells = (number(results.median(suite, work, peer, key), 1) for key in ("ns", "MB/s"))
            lines.append(row(work, peer, *cells, number(results.ratio(suite, work, peer, GO))))
    return lines


def growth(results, suite):
    """Processor time per call, or per record where the work's name begins with their number."""
    works = results.works(suite)
    lines = header("CPU us per call" if suite == "connections" else "CPU us per record", *works)
    for peer in results.peers(suite):
        lines.append(row(peer, *(number(cost(results, suite, work, peer), 3) for work in works)))
    return lines


def cost(results, suite, work, peer):
    cpu = results.median(suite, work, peer, "cpu")
    return cpu and (cpu / int(work.split()[0]) if suite == "sizes" else cpu)


def memory(results, suite):
    works = results.works(suite)
    lines = header("KB of memory", "process before",
                   *(f"per connection, {work}{after}" for work in works for after in ("", ", after a call")))
    for peer in results.peers(suite):
        cells = [number(results.median(suite, work, peer, key), 1) for work in works for key in ("open", "called")]
        lines.append(row(peer, number(results.median(suite, works[0], peer, "base")), *cells))
    return lines


SECTIONS = {
    "small": ("Small calls (connections x in flight)", rates),
    "bodies": ("Large bodies (connections x in flight), echoed", rates),
    "clients": ("Clients, one connection", rates),
    "coders": ("Reading and writing bodies, no server around it; Go: encoding/json", coders),
    "connections": ("What a small call costs with more connections, one call in flight on each", growth),
    "sizes": ("What a record costs in larger bodies, one call at a time", growth),
    "memory": ("Memory of idle connections", memory),
}


def sections(results):
    for suite, (title, table) in SECTIONS.items():
        if results.works(suite):
            yield suite, title, table(results, suite)
