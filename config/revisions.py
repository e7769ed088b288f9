"""The texts of a plan through time, as the journal has them; and files that are older than what is in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.planfile import SourceFile, plan_id
from scheduler import history
from scheduler.errors import LuanphienError, Problem
from scheduler.history import Line


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


class OlderError(LuanphienError):
    """Files that would bring back what was replaced."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep what is wrong with each."""
        self.problems = problems
        super().__init__("files are older than the store")


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


def base_of(session: Session, plan: str) -> str:
    """The digest of the text of a plan in force; empty: there is none."""
    found = history.revisions(session, history.PLAN, plan)
    return found[-1].digest if found and found[-1].digest != history.EMPTY else ""


def refuse_older(session: Session, files: Sequence[SourceFile]) -> None:
    """Raise OlderError where files hold a text that was replaced by a newer one."""
    if problems := outdated(session, files):
        raise OlderError(problems)


def outdated(session: Session, files: Sequence[SourceFile]) -> tuple[Problem, ...]:
    """The files whose text was in force once, and was replaced. A plan that has ended may be brought back."""
    standing = {subject: digest for (_, subject), digest in history.digests(session, history.PLAN).items()}
    in_force = set(standing.values())
    lines: dict[str, tuple[Line, SourceFile]] = {}
    for file in files:
        digest = Line(history.PLAN, "", file.text).digest
        ident = None if digest in in_force else plan_id(file)
        if ident is not None and standing.get(ident, history.EMPTY) != history.EMPTY:
            lines[ident] = (Line(history.PLAN, ident, file.text), file)
    known = history.given_once(session, [line for line, _ in lines.values()])
    return tuple(_older(ident, lines[ident][1]) for ident in sorted(known))


def _older(ident: str, file: SourceFile) -> Problem:
    message = "an earlier text of the plan {ident}, which was replaced by a newer one in the store"
    fix = "save the newer one with `luanphien plans show {ident} > {file}`, or bring this one back with sync --older"
    return Problem(file.name, 1, 1, "plan", message, fix, {"ident": ident, "file": file.name})
