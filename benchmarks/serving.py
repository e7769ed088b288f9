"""How fast a feed that has not changed is served, as ratios inside one run on this machine's own address.

The product is `luanphien serve` as it is installed, one process, on a SQLite store with a feed of 500 events behind a
secret link. Peers: Radicale with the same calendar; Starlette with GZipMiddleware over the same bytes. Floor: a route
of Starlette that answers constant bytes, on the same uvicorn, uvloop and httptools, without a log. Every server is
asked by `wrk` (Debian's package of that name) over several connections that are kept; one after another, several
rounds. Before anything is timed, statuses and bytes are compared.

Requests a second say what comes through with `wrk` on the machine's other core; the processor time of the server for
one request is read from the kernel, and depends little on what else runs.
"""

from __future__ import annotations

import base64
import gzip
import http.client
import importlib.util
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import psutil
import town
from measure import Ratio, arguments, report

EVENTS = 500
CONNECTIONS = 16
SECONDS = 2
GET = "Radicale's GET, requests/s"
RADICALE_PATH = "/town/calendar/"
LOGIN = {"Authorization": "Basic " + base64.b64encode(b"town:town").decode()}

PEERS = """
from pathlib import Path
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Route

BODY = Path("feed.ics").read_bytes()

async def constant(request):
    return Response(b"constant")

async def feed(request):
    return Response(BODY, media_type="text/calendar; charset=utf-8")

constants = Starlette(routes=[Route("/feeds/s/{token}.ics", constant)])
zipped = Starlette(routes=[Route("/feeds/s/{token}.ics", feed)], middleware=[Middleware(GZipMiddleware)])
"""
RADICALE = """[server]
hosts = 127.0.0.1:{port}
[auth]
type = none
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}
[logging]
level = error
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs: its process, and where it listens."""

    pid: int
    port: int

    def ask(self, path: str, headers: Mapping[str, str], method: str = "GET", body: bytes | None = None) -> Answer:
        """One request and its whole answer, as it travels."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        answer = Answer(response.status, dict(response.getheaders()), response.read())
        connection.close()
        return answer

    def processor(self) -> float:
        """Seconds of processor time used so far."""
        times = psutil.Process(self.pid).cpu_times()
        return times.user + times.system


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it travelled."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of a server again and again."""

    name: str
    server: Server
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Load:
    """Requests a second, microseconds of the server's processor for one, milliseconds that all but 1 % took at most."""

    rate: float
    cost: float
    slowest: float


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(folder: Path, port: int, *command: str, **settings: str) -> Iterator[Server]:
    """A server in a process of its own, once it listens."""
    with (folder / f"{port}.log").open("wb") as log:
        environment = town.environment(folder, **settings)
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)  # noqa: S603 - ours
        try:
            end = time.monotonic() + 60
            while True:
                said = (folder / f"{port}.log").read_text(encoding="utf-8")
                assert process.poll() is None, said
                assert time.monotonic() < end, said
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield Server(process.pid, port)
        finally:
            process.terminate()
            process.wait()


def load(case: Case) -> Load:
    """Ask for some seconds; every answer must be the one that was checked before."""
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", str(SECONDS), "--latency"]
    for name, value in case.headers.items():
        command += ["--header", f"{name}: {value}"]
    before = case.server.processor()
    done = subprocess.run(  # noqa: S603 - nothing of others in it
        [*command, f"http://127.0.0.1:{case.server.port}{case.path}"], capture_output=True, text=True, check=True
    )
    used = case.server.processor() - before
    assert "Non-2xx" not in done.stdout, done.stdout
    count = int(re.search(r"(\d+) requests in", done.stdout)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    slowest, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout).groups()
    return Load(rate, used / count * 1e6, float(slowest) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit])


def checked(product: Server, path: str, plain: bytes) -> tuple[str, str]:
    """The tag of the feed, plain and compressed, after everything about it was compared."""
    whole = product.ask(path, {})
    assert (whole.status, whole.body, whole.body.count(b"BEGIN:VEVENT")) == (200, plain, EVENTS)
    packed = product.ask(path, {"Accept-Encoding": "gzip"})
    assert (packed.status, packed.headers["content-encoding"]) == (200, "gzip")
    assert gzip.decompress(packed.body) == plain
    tags = whole.headers["etag"], packed.headers["etag"]
    for tag, coding in zip(tags, ("identity", "gzip"), strict=True):
        same = product.ask(path, {"If-None-Match": tag, "Accept-Encoding": coding})
        assert (same.status, same.body) == (304, b"")
    return tags


def radicale_of(folder: Path, port: int) -> list[str]:
    """The command that starts Radicale on a folder of its own."""
    (folder / "radicale.conf").write_text(RADICALE.format(port=port, folder=folder / "radicale"), encoding="utf-8")
    return [sys.executable, "-m", "radicale", "--config", str(folder / "radicale.conf")]


def put(radicale: Server, body: bytes) -> None:
    """Give it the calendar, and see that it gives back the same events."""
    headers = LOGIN | {"Content-Type": "text/calendar; charset=utf-8"}
    assert radicale.ask(RADICALE_PATH, headers, "PUT", body).status in (201, 204)
    answer = radicale.ask(RADICALE_PATH, LOGIN)
    assert (answer.status, answer.body.count(b"BEGIN:VEVENT")) == (200, EVENTS)
    assert radicale.ask(RADICALE_PATH, LOGIN | {"If-None-Match": answer.headers["ETag"]}).status in (200, 304)


def missing() -> list[str]:
    """What must be installed for this, and is not."""
    found = [] if shutil.which("wrk") else ["wrk: apt-get install wrk"]
    return found + (
        [] if importlib.util.find_spec("radicale") else ["radicale: .venv/bin/pip install 'luanphien[bench]'"]
    )


def measured(folder: Path, rounds: int) -> dict[str, Load]:
    """Every case, once a round, one after another; the medians."""
    ports = {name: free_port() for name in ("product", "constants", "zipped", "radicale")}
    base = f"http://127.0.0.1:{ports['product']}"
    town.store(folder, EVENTS)
    link = json.loads(town.run(folder, "feeds", "create", "--label", "Town", "--json"))
    path = urlsplit(link["url"]).path
    (folder / "peers.py").write_text(PEERS, encoding="utf-8")
    serve = [str(town.COMMAND), "serve", "--port", str(ports["product"])]
    with running(folder, ports["product"], *serve, LUANPHIEN_BASE_URL=base) as product:
        plain = product.ask(path, {}).body
        (folder / "feed.ics").write_bytes(plain)
        uvicorn = [
            sys.executable,
            "-m",
            "uvicorn",
            "--loop",
            "uvloop",
            "--http",
            "httptools",
            "--no-access-log",
            "--port",
        ]
        with (
            running(folder, ports["constants"], *uvicorn, str(ports["constants"]), "peers:constants") as constants,
            running(folder, ports["zipped"], *uvicorn, str(ports["zipped"]), "peers:zipped") as zipped,
            running(folder, ports["radicale"], *radicale_of(folder, ports["radicale"])) as radicale,
        ):
            tag, _ = checked(product, path, plain)
            put(radicale, plain)
            assert gzip.decompress(zipped.ask(path, {"Accept-Encoding": "gzip"}).body) == plain
            cases = (
                Case("304", product, path, {"If-None-Match": tag}),
                Case("200", product, path, {}),
                Case("gzip", product, path, {"Accept-Encoding": "gzip"}),
                Case("constant", constants, path, {}),
                Case("GZipMiddleware", zipped, path, {"Accept-Encoding": "gzip"}),
                Case("Radicale", radicale, RADICALE_PATH, LOGIN),
            )
            loads = [{case.name: load(case) for case in cases} for _ in range(rounds)]
            checked(product, path, plain)
    return {
        case.name: Load(*(median(getattr(each[case.name], name) for each in loads) for name in Load.__slots__))
        for case in cases
    }


def main() -> None:
    """Measure and report; exits with 1 when a target was missed."""
    given = arguments(__doc__).parse_args()
    if wanted := missing():
        print("left out: all of serving, for want of\n  " + "\n  ".join(wanted))
        sys.exit(report([], given.json))
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), given.rounds)
    for name, each in found.items():
        print(
            f"{name:15} {each.rate:9.0f} requests/s  {each.cost:9.1f} µs of its processor  p99 {each.slowest:8.2f} ms"
        )

    def times(name: str, peer: str) -> float:
        return found[name].rate / found[peer].rate

    slowest = f"p99 {found['304'].slowest:.2f} ms at {CONNECTIONS} connections"
    sys.exit(
        report(
            [
                Ratio("feed of 500 events, 304", GET, times("304", "Radicale"), 800, note=slowest),
                Ratio("the same, 200", GET, times("200", "Radicale"), 300),
                Ratio("the same, gzip", GET, times("gzip", "Radicale"), 500),
                Ratio("the same, gzip", "GZipMiddleware, requests/s", times("gzip", "GZipMiddleware"), 100),
                Ratio(
                    "304 behind a secret link", "a constant route of Starlette, the server's processor",
                    found["304"].cost / found["constant"].cost, 1.4, at_most=True,
                ),
            ],
            given.json,
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
