"""How long a relay may take over one mail, however busy it seems."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import pytest

from notifications import link
from notifications.dialogue import Dialogue
from notifications.link import Link
from notifications.transport import Parcel

MAIL = Parcel("m", "a@b.example", "m@d.example", b"Subject: x\r\n\r\n" + (b"x" * 70 + b"\r\n") * 100_000)
PATIENCE = 0.4
"""Seconds between two signs of life of the relay at the most; it gives one far more often."""


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    with ExitStack() as both:
        ours, theirs = (both.enter_context(closing(end)) for end in _connected())
        yield ours, theirs


def _connected() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
    return ours, theirs


def _sip(theirs: socket.socket, mine: Link, seconds: float) -> float:
    """A relay that answers, and then takes a little of the text now and then; how long it was borne with."""
    mine.begin(MAIL)
    theirs.recv(4096)
    theirs.sendall(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    theirs.settimeout(0.02)
    begun = time.monotonic()
    while not mine.dialogue.closed and time.monotonic() - begun < seconds:
        with suppress(TimeoutError):
            theirs.recv(20_000)
        time.sleep(0.02)
        mine.read()
        mine.expire(time.monotonic())
    return time.monotonic() - begun


def test_a_relay_that_never_ends_with_a_mail_is_given_up(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "LONGEST", 1.0)
    ours, theirs = ends
    mine = Link(ours, Dialogue("relay", pipelining=True), PATIENCE, PATIENCE)
    assert 0.9 < _sip(theirs, mine, 20) < 10
    assert mine.dialogue.closed
    ((mail, error),) = mine.dialogue.answered
    assert error is not None
    assert (mail.id, error.doubtful, error.permanent, "timed out" in str(error)) == ("m", False, False, True)


def test_one_that_goes_on_is_borne_with(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    mine = Link(ours, Dialogue("relay", pipelining=True), PATIENCE, PATIENCE)
    assert _sip(theirs, mine, 3 * PATIENCE) >= 3 * PATIENCE
    assert not mine.dialogue.closed
