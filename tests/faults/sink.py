"""A mail relay that takes everything and notes every mail in a file before it says so. A process of its own.

Started as `python -m tests.faults.sink FILE STALL`: prints its port on 127.0.0.1; after each final dot it waits STALL
seconds. Each line of FILE is JSON: by (the worker: local part of the envelope sender), to, id (Message-ID), sum
(SHA-256 of the bytes), at (monotonic seconds).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import TextIO


class Sink:
    """Speaks just enough SMTP."""

    def __init__(self, notes: TextIO, stall: float) -> None:
        self.notes = notes
        self.stall = stall

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, however it ends."""
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # a worker was killed: that is what this is for
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = recipient = ""
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(b"250-sink\r\n250 PIPELINING\r\n")
                continue
            if verb == b"MAIL":
                sender = line.decode().partition("<")[2].partition("@")[0]
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                self._note(sender, recipient, await reader.readuntil(b"\r\n.\r\n"))
                await asyncio.sleep(self.stall)
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            await writer.drain()

    def _note(self, sender: str, recipient: str, mail: bytes) -> None:
        ident = str(BytesHeaderParser().parsebytes(mail)["Message-ID"])
        digest = hashlib.sha256(mail).hexdigest()
        line = {"by": sender, "to": recipient, "id": ident, "sum": digest, "at": time.monotonic()}
        self.notes.write(json.dumps(line) + "\n")
        self.notes.flush()


async def main(path: Path, stall: float) -> None:
    """Serve until the process is ended."""
    with path.open("a", encoding="ascii") as notes:
        server = await asyncio.start_server(Sink(notes, stall).serve, "127.0.0.1", 0)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2])))
