"""The servers and the clients that are compared. Each is a name and a command."""
import re
import subprocess
from dataclasses import dataclass

from .programs import engines, swift_program, tool

ECHO, GO, GOB = "C echo", "Go jsonrpc", "Go gob"
LOOPS = (("1", "1 loop"), ("2", "2 loops"))


@dataclass(frozen=True)
class Server:
    name: str
    command: tuple
    format: str = "json"
    growth: bool = False  # whether it takes part where costs are followed over sizes and connections

    def start(self):
        return RunningServer(self)


class RunningServer:
    """A server's process. It ends with the `with` statement."""

    def __init__(self, server):
        self.server = server
        self.process = subprocess.Popen(server.command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().strip()
        self.port = re.search(r":(\d+)$", line).group(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    @property
    def resident_kilobytes(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


def servers():
    yield Server(ECHO, (tool("echo"), "0"), growth=True)
    for loops, words in LOOPS:
        yield Server(f"NIO echo, {words}", (swift_program("bench-echo"), loops))
    yield Server(GO, (tool("go-server"),), growth=True)
    yield Server(GOB, (tool("go-server"), "-gob"), format="gob")
    for engine in engines():
        for execution, word in (("loop", "event loop"), ("tasks", "default")):
            for loops, words in LOOPS:
                yield Server(
                    f"{engine}, {word}, {words}",
                    (swift_program("bench-server"), "--engine", engine, "--execution", execution, "--loops", loops),
                    growth=loops == "2")


@dataclass(frozen=True)
class Program:
    """What is run anew for each measurement."""
    name: str
    command: object  # a function that makes the command


def clients():
    """Their commands are made of a port, a number of callers and seconds."""
    yield Program(GO, lambda port, callers, seconds: [
        tool("go-client"), "-callers", str(callers), "-seconds", str(seconds), "127.0.0.1:" + port])
    for engine in engines():
        yield Program(engine, lambda port, callers, seconds, engine=engine: [
            swift_program("bench-client"), "tcp://127.0.0.1:" + port, "--engine", engine,
            "--callers", str(callers), "--seconds", str(seconds)])


def coders():
    """What reads and writes bodies. Their commands are made of the work's name."""
    yield Program(GO, lambda work: [tool("go-coders"), work])
    yield Program("libjansson (C)", lambda work: [tool("jansson"), work])
    for engine in engines():
        yield Program(engine, lambda work, engine=engine: [swift_program("bench-coders"), engine, "--only", work])
