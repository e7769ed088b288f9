"""What a form lets people choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from calendars.turnboard import in_order
from calendars.wording import name
from scheduler.plan import Directory


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a form."""

    value: str
    label: str
    chosen: bool


def choices(offered: Iterable[str], chosen: tuple[str, ...], directory: Directory, lang: str) -> tuple[Choice, ...]:
    """The parties offered, and those chosen in any case, in the order of the directory."""
    parties = in_order((*offered, *chosen), directory)
    return tuple(Choice(party, name(party, directory, lang), party in chosen) for party in parties)
