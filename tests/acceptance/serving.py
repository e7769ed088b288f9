"""The installed server on this machine's own address, started and ended as a person would."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.acceptance.command import COMMAND, PATIENCE, Desk

START, STOP = 30, 15


@contextmanager
def serving(desk: Desk, *words: str, **settings: str) -> Iterator[str]:
    """Run `luanphien serve` in the folder of `desk`, with its log in `serve.log`; its address, without a slash.

    `words` are options of the command, `settings` LUANPHIEN_ variables.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (desk.folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), *words],
            cwd=desk.folder,
            env=desk.environment(**settings),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(server, address, desk.folder / "serve.log")
            yield address
        finally:
            _end(server)


def copied(desk: Desk, folder: Path, **settings: str) -> Desk:
    """A folder with the same store, which may be changed."""
    with (
        closing(sqlite3.connect(desk.folder / "luanphien.db")) as kept,
        closing(sqlite3.connect(folder / "luanphien.db")) as own,
    ):
        kept.backup(own)
    return Desk(folder, settings)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=PATIENCE) as answer:  # noqa: S310 - our own server
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not start in {START} s: {log.read_text()}")


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(STOP)
