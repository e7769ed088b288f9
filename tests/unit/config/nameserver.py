"""A name server on this machine that knows what a test tells it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from dns import flags, message, rcode, rdatatype, rrset
from dns.resolver import Resolver

Zone = Mapping[tuple[str, str], tuple[str, ...]]
"""Records by name and kind."""


@contextmanager
def name_server(zone: Zone, silent: bool = False) -> Iterator[Resolver]:
    """A resolver that asks a real server, over UDP; names it has no record of are not there, `silent`: no answer."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    names = {name for name, _ in zone}

    def serve() -> None:
        with suppress(OSError):
            while True:
                wire, peer = server.recvfrom(4096)
                if not wire:
                    return
                if not silent:
                    server.sendto(_answer(message.from_wire(wire), zone, names).to_wire(), peer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    resolver = Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = server.getsockname()[1]
    resolver.lifetime = 0.3 if silent else 5
    try:
        yield resolver
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def _answer(asked: message.Message, zone: Zone, names: set[str]) -> message.Message:
    answer = message.make_response(asked)
    answer.flags |= flags.RA
    [question] = asked.question
    name, kind = str(question.name).rstrip("."), rdatatype.to_text(question.rdtype)
    if name not in names:
        answer.set_rcode(rcode.NXDOMAIN)
    elif found := zone.get((name, kind)):
        answer.answer.append(rrset.from_text(question.name, 300, "IN", kind, *found))
    return answer
