"""The texts of a plan through time, as the journal has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scheduler import history


@dataclass(frozen=True, slots=True)
class Revision:
    """One text of a plan: the how-manieth it is, from 1, and the change of the journal that it came with.

    `ended`: the plan was taken away then. `size`: bytes in UTF-8.
    """

    number: int
    batch: int
    at: datetime
    digest: str
    size: int

    @property
    def ended(self) -> bool:
        """Whether there is no text any more from here on."""
        return self.digest == history.EMPTY


def revisions_of(session: Session, plan: str) -> tuple[Revision, ...]:
    """Every text of a plan, the oldest first; none: there never was such a plan."""
    found = history.revisions(session, history.PLAN, plan)
    sizes = history.sizes(session, history.PLAN, plan)
    return tuple(
        Revision(number, one.batch, one.at, one.digest, sizes[one.batch]) for number, one in enumerate(found, 1)
    )


def text_of(session: Session, plan: str, batch: int | None = None) -> str:
    """The text of a plan in force, or as it was after a change; empty: there is none."""
    lines = history.in_force(session, history.PLAN, subjects=(plan,), until=batch)
    return lines[0].text if lines else ""


def last_text_of(session: Session, plan: str) -> str:
    """The newest text that a plan had, in force or not since the plan ended; empty: there never was such a plan."""
    found = [one for one in history.revisions(session, history.PLAN, plan) if one.digest != history.EMPTY]
    return text_of(session, plan, found[-1].batch) if found else ""


def base_of(session: Session, plan: str) -> str:
    """The digest of the text of a plan in force; empty: there is none."""
    found = history.revisions(session, history.PLAN, plan)
    return found[-1].digest if found and found[-1].digest != history.EMPTY else ""
