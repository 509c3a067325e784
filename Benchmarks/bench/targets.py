"""The figures that RPCKit is meant to reach, each with what was measured beside it."""
from .peers import ECHO, GO
from .report import header, number, row

LOOP, DEFAULT = "{}, event loop, 2 loops", "{}, default, 2 loops"

# what, suite, works, peer, must, stretch: the rate as a multiple of Go's at the same work
RATES = [
    ("server, small calls, event loop", "small", {"1 x 64": (4, 5), "8 x 16": (5, 6.5)}, LOOP.format("jansson")),
    ("server, small calls, default", "small", {"1 x 64": (2.5, 4), "8 x 16": (2.5, 4)}, DEFAULT.format("jansson")),
    ("server, small calls, event loop", "small", {"1 x 64": (1.8, 2.5), "8 x 16": (1.8, 2.5)},
     LOOP.format("foundation")),
    ("many connections, default", "small", {"50 x 1": (1, 1.5), "500 x 1": (1, 1.5)}, DEFAULT.format("jansson")),
    ("one call at a time, event loop", "small", {"1 x 1": (0.9, 1.1)}, LOOP.format("jansson")),
    ("one call at a time, default", "small", {"1 x 1": (0.7, 1)}, DEFAULT.format("jansson")),
    ("server, small calls, event loop", "small", {"1 x 64": (4.5, 8), "8 x 16": (4.5, 8)}, LOOP.format("native")),
    ("server, small calls, default", "small", {"1 x 64": (3, 5), "8 x 16": (3, 5)}, DEFAULT.format("native")),
    ("client", "clients", {f"64 callers, {ECHO}": (3, 5)}, "jansson"),
    ("decoding", "coders", {"decode 8K": (1.3, 2.5), "decode 1M": (1.3, 2.5)}, "native"),
    ("encoding", "coders", {"encode 8K": (1, 1.5), "encode 1M": (1, 1.5)}, "native"),
] + [
    ("bodies, default", "bodies", {f"{size}, {n} x {n}": figures for size in ("8 KB", "1 MB") for n in (1, 4)},
     DEFAULT.format(engine))
    for engine, figures in (("jansson", (0.5, 0.8)), ("foundation", (0.3, 0.4)), ("native", (1.3, 2)))
]
# The most memory that an idle connection may take: Go's, and in kilobytes.
MEMORY = ("10000 idle connections", LOOP.format("jansson"), 2.5)


def verdict(value, must, stretch, is_reached):
    return "stretch" if is_reached(value, stretch) else "must" if is_reached(value, must) else "**missed**"


def table(results):
    """One row for each figure that was measured."""
    lines = header("figure", "work", "peer", "measured", "must", "stretch", "reached")
    for what, suite, works, peer in RATES:
        for work, (must, stretch) in works.items():
            ratio = results.ratio(suite, work, peer, GO)
            if ratio:
                reached = verdict(ratio, must, stretch, lambda a, b: a >= b)
                lines.append(row(what, work, peer, f"{ratio:.2f} x Go", must, stretch, reached))
    work, peer, stretch = MEMORY
    own, go = (results.median("memory", work, name, "open") for name in (peer, GO))
    if own and go:
        reached = verdict(own, go, stretch, lambda a, b: a <= b)
        lines.append(row("memory", work, peer, f"{own:.1f} KB each", f"{number(go, 1)} (Go)", stretch, reached))
    return lines if len(lines) > 2 else []
