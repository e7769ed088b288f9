"""Files that are older than the store: they would bring back what was replaced, or take back what was edited on a page.

The walk: files and the journal → texts that were in force once, and are no more → a problem for each. Of a plan last
edited on a page: the text before, and the one in force → what the page took away → lines that the file has back. A file
made from the text in force has none, unless somebody wrote them anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlmodel import Session

from config import proposals
from config.planfile import SourceFile, plan_id
from config.revisions import text_of
from scheduler import history
from scheduler.errors import FaultyFileError, Problem
from scheduler.history import Line


class OlderError(FaultyFileError):
    """Files that would bring back what was replaced."""


def refuse_older(session: Session, files: Sequence[SourceFile]) -> None:
    """Raise OlderError where files would bring back what was replaced in the store."""
    if problems := outdated(session, files):
        raise OlderError(problems)


def outdated(session: Session, files: Sequence[SourceFile]) -> tuple[Problem, ...]:
    """The files whose text was in force once, and was replaced, and those made from such a text.

    A plan that has ended may be brought back.
    """
    standing = {subject: digest for (_, subject), digest in history.digests(session, history.PLAN).items()}
    in_force = set(standing.values())
    lines: dict[str, tuple[Line, SourceFile]] = {}
    for file in files:
        digest = Line(history.PLAN, "", file.text).digest
        ident = None if digest in in_force else plan_id(file)
        if ident is not None and standing.get(ident, history.EMPTY) != history.EMPTY:
            lines[ident] = (Line(history.PLAN, ident, file.text), file)
    known = history.given_once(session, [line for line, _ in lines.values()])
    found = (
        _older(ident, file) if ident in known else _taken_back(session, ident, file)
        for ident, (_, file) in sorted(lines.items())
    )
    return tuple(problem for problem in found if problem)


def _older(ident: str, file: SourceFile) -> Problem:
    message = "an earlier text of the plan {ident}, which was replaced by a newer one in the store"
    fix = "save the newer one with `luanphien plans show {ident} > {file}`, or bring this one back with sync --older"
    return Problem(file.name, 1, 1, "plan", message, fix, {"ident": ident, "file": file.name})


def _taken_back(session: Session, ident: str, file: SourceFile) -> Problem | None:
    """What is wrong with a file whose plan was last edited on pages, if it lacks those edits."""
    by_page = proposals.givers(session, ident)
    texts = history.revisions(session, history.PLAN, ident)
    if not texts or texts[-1].batch not in by_page:
        return None
    earlier = [one.batch for one in texts if one.batch not in by_page]
    if not earlier:
        return None
    before, now = text_of(session, ident, earlier[-1]), text_of(session, ident)
    line = first_back(before, now, file.text)
    if line is None:
        return None
    who = by_page[texts[-1].batch][0]
    message = "the plan {ident} was edited on a page by {who}, and the file was made from an older text"
    fix = "edit the text that `luanphien plans show {ident}` gives, or take the page's edit back with sync --older"
    return Problem(file.name, line, 1, "plan", message, fix, {"ident": ident, "who": who})


def first_back(before: str, now: str, given: str) -> int | None:
    """The first line of a given text that the page's edits had taken away; or, if they only added, that had come after.

    Lines count by their words: how they are indented does not matter, nor where they stand.
    """
    was, is_, has = (Counter(filter(None, _lines(text))) for text in (before, now, given))
    back = (has - is_) & (was - is_)
    if back:
        return next(number for number, line in enumerate(_lines(given), 1) if line in back)
    added = is_ - was
    return 1 if added and not was - is_ and not added & has else None


def _lines(text: str) -> Sequence[str]:
    return tuple(line.strip() for line in text.splitlines())
