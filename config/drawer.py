"""Texts of people's files kept on disk while a command works: as they were when they were read, and not in memory."""

from __future__ import annotations

import os
import weakref
from tempfile import TemporaryFile

from config.planfile import SourceFile


class Drawer:
    """A file of texts without a name; it is gone with the last text that is kept in it. `size` counts its bytes.

    Any thread may read, one may write.
    """

    def __init__(self) -> None:
        """An empty one."""
        file = TemporaryFile(buffering=0)  # noqa: SIM115 - open as long as anybody may ask for a text
        weakref.finalize(self, file.close)
        self._file, self.size = file.fileno(), 0

    def keep(self, name: str, text: str) -> KeptFile:
        """A people's file whose text is kept here."""
        raw, start = text.encode(), self.size
        while raw:
            written = os.pwrite(self._file, raw, self.size)
            raw, self.size = raw[written:], self.size + written
        return KeptFile(name, self, start, self.size - start)

    def read(self, start: int, size: int) -> str:
        """The text of so many bytes from there on."""
        return os.pread(self._file, size, start).decode()


class KeptFile(SourceFile):
    """A file whose text is read from a drawer each time it is asked for; it never changes."""

    _place: tuple[Drawer, int, int]

    def __init__(self, name: str, drawer: Drawer, start: int, size: int) -> None:
        """The text of `size` bytes from `start` on."""
        object.__setattr__(self, "name", name)  # it is frozen
        object.__setattr__(self, "_place", (drawer, start, size))

    @property
    def text(self) -> str:
        """What the file held when it was read."""
        drawer, start, size = self._place
        return drawer.read(start, size)
