"""Mail that came back, as it lies on disk: a Maildir, an mbox, or one mail in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from notifications.bounces import MOST_BYTES

_MBOX = b"From "


def mails(place: Path) -> Iterator[tuple[str, bytes]]:
    """Every mail there with the name it lies under, in the order of names; of each only what is looked at.

    Nothing is moved, marked or deleted. Of a Maildir the folders `new` and `cur` are read. Raises OSError when the
    place cannot be read.
    """
    if place.is_dir():
        folders = [folder for name in ("new", "cur") if (folder := place / name).is_dir()]
        for path in sorted(path for folder in folders or [place] for path in folder.iterdir() if path.is_file()):
            with path.open("rb") as file:
                yield path.name, file.read(MOST_BYTES)
        return
    with place.open("rb") as file:
        if file.read(len(_MBOX)) != _MBOX:
            file.seek(0)
            yield place.name, file.read(MOST_BYTES)
            return
    yield from _of_mbox(place)


def _of_mbox(place: Path) -> Iterator[tuple[str, bytes]]:
    """The mails of an mbox (RFC 4155): each begins at a line `From ` after an empty one."""
    number, kept, size, blank = 0, list[bytes](), 0, True
    with place.open("rb") as file:
        while line := file.readline(MOST_BYTES):
            if blank and line.startswith(_MBOX):
                if number:
                    yield f"{place.name}:{number}", b"".join(kept)[:MOST_BYTES]
                number, kept, size = number + 1, [], 0
            elif size < MOST_BYTES:
                kept.append(line)
                size += len(line)
            blank = not line.strip()
    yield f"{place.name}:{number}", b"".join(kept)[:MOST_BYTES]
