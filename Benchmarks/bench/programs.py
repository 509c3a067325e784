"""Builds every program that is measured or measures, and knows where it is."""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOLS = os.path.join(HERE, ".build", "tools")


def run(command, **options):
    """Runs a command whose output belongs to whoever watches, and ends the program where it fails."""
    finished = subprocess.run(command, stdout=sys.stderr, **options)
    if finished.returncode:
        sys.exit(f"bench: failed: {' '.join(command)}")


def output(command, **options):
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, **options)
    if finished.returncode:
        sys.exit(f"bench: failed: {' '.join(command)}")
    return finished.stdout.strip()


def swift_program(name):
    return os.path.join(HERE, ".build", "release", name)


def tool(name):
    return os.path.join(TOOLS, name)


def build_swift(*products):
    for product in products:
        run(["swift", "build", "-c", "release", "--package-path", HERE, "--product", product])


def build_c(name, *sources, flags=()):
    os.makedirs(TOOLS, exist_ok=True)
    compiler = os.environ.get("CC") or shutil.which("cc") or "clang"
    paths = [os.path.join(HERE, "load", source) for source in sources]
    run([compiler, "-O2", "-Wall", "-Wextra", "-o", tool(name), *paths, *flags])


def go():
    """RPCKIT_GO, or the current Go that Scripts/setup has fetched: the system's may be years old, and slower or quicker."""
    command = os.environ.get("RPCKIT_GO") or shutil.which(os.path.join(HERE, "..", ".build-go", "bin", "go"))
    return command or sys.exit("bench: there is no .build-go/bin/go; Scripts/setup test installs it")


def build_go(name, folder):
    environment = dict(os.environ, GOTOOLCHAIN="local", GOFLAGS="-buildvcs=false")
    environment.setdefault("GOCACHE", os.path.join(TOOLS, "go-cache"))
    run([go(), "build", "-o", tool(name), "./" + folder], cwd=os.path.join(HERE, "go"), env=environment)


def build_all():
    build_swift("bench-server", "bench-client", "bench-echo", "bench-coders")
    build_c("loadgen", "loadgen.c", "json.c", "gob.c")
    build_c("echo", "echo.c")
    build_c("jansson", "jansson.c", flags=output(["pkg-config", "--cflags", "--libs", "jansson"]).split())
    build_go("go-server", "server")
    build_go("go-client", "client")
    build_go("go-coders", "coders")


def engines():
    """The engines' names, from the one list of them."""
    return output([swift_program("bench-server"), "--list"]).split()
