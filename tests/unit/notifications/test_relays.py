"""The real server of the tests leaves nothing behind that would fail another test."""

from __future__ import annotations

import gc
import socket
import warnings

import pytest

from tests.unit.notifications.relays import real_relay

OFTEN = 20
"""Without care, more than half of them leave something."""


@pytest.mark.parametrize("said", [None, b"", b"EHLO x\r\n", b"QUIT\r\n"], ids=["just come", "greeted", "met", "going"])
def test_a_server_that_stops_lets_everybody_go(said: bytes | None) -> None:
    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always")
        for _ in range(OFTEN):
            with real_relay(object()) as port, socket.create_connection(("127.0.0.1", port)) as guest:
                if said is not None:
                    guest.recv(100)
                    guest.sendall(said)
            with real_relay(object()) as port:
                guest = socket.create_connection(("127.0.0.1", port))
            guest.close()
        gc.collect()
    assert [str(one.message) for one in left] == []
