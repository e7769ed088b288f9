"""What `luanphien plans …` answers: the texts of plans as the store has them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from rich.text import Text as Styled
from sqlmodel import Session

from config import proposals
from config.excerpt import each_plan
from config.likely import near_to
from config.outboxwords import moment_words
from config.revisions import Revision, revisions_of, text_of
from config.session import NOTHING, Job, fail
from config.streaming import stream_json, stream_screen
from config.words import tell
from scheduler.errors import EmptyStoreError
from scheduler.history import PLAN, digests
from scheduler.plan import Plan


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gave a text, as far as it is known: on a page, and with whose consent."""

    by: str | None = None
    by2: str | None = None

    def words(self, lang: str) -> str:
        """Both, as one reads them."""
        if self.by is None:
            return tell(lang, "from files")
        return self.by if self.by2 is None else tell(lang, "{by}, approved by {by2}", by=self.by, by2=self.by2)


def list_(job: Job, *, as_json: bool) -> None:
    """The plans in force, printed as they are read. Raises EmptyStoreError."""
    with job.office() as desk:
        if not desk.revision:
            raise EmptyStoreError("the store holds no plan yet")
        plans = each_plan(desk.session)
        if as_json:
            stream_json(_plan_json(plan) for plan in plans)
        else:
            stream_screen(job.console, (_plan_line(plan, job.lang) for plan in plans))


def show(job: Job, ident: str, number: int | None) -> None:
    """The text of a plan, byte for byte; exits with 1 when there is none."""
    with job.database.read() as session:
        known = _known(job, session, ident)
        if number is not None and number > len(known):
            what = tell(job.lang, "the plan {ident} has {count} revisions", ident=ident, count=len(known))
            fail(what, tell(job.lang, "luanphien plans history {ident} lists them", ident=ident), NOTHING)
        text = text_of(session, ident, known[(number or len(known)) - 1].batch)
    if not text:
        what = tell(job.lang, "the plan {ident} was taken away with this revision", ident=ident)
        fail(what, tell(job.lang, "give an earlier one with --revision"), NOTHING)
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def history(job: Job, ident: str, *, as_json: bool) -> None:
    """Every revision of a plan, the newest first; exits with 1 when there never was such a plan."""
    with job.database.read() as session:
        known = _known(job, session, ident)
        given = {batch: Giver(*who) for batch, who in proposals.givers(session, ident).items()}
    rows = [(one, given.get(one.batch, Giver())) for one in reversed(known)]
    if as_json:
        stream_json(_revision_json(one, who) for one, who in rows)
    else:
        stream_screen(job.console, _lines(job, rows))


def _known(job: Job, session: Session, ident: str) -> tuple[Revision, ...]:
    known = revisions_of(session, ident)
    return known or _unknown(job, session, ident)


def _unknown(job: Job, session: Session, ident: str) -> NoReturn:
    near = ", ".join(near_to(ident, sorted(subject for _, subject in digests(session, PLAN))))
    fix = (
        tell(job.lang, "did you mean {near}?", near=near) if near else tell(job.lang, "luanphien plans list names them")
    )
    fail(tell(job.lang, "the store has no plan called {ident}", ident=ident), fix, NOTHING)


def _plan_json(plan: Plan) -> dict[str, Any]:
    period = plan.period
    return {
        "plan": plan.id,
        "owner": plan.owner,
        "start": str(period.start) if period and period.start else None,
        "end": str(period.last) if period and period.last else None,
        "number": plan.document.number,
        "title": plan.document.title.vi,
        "obligations": len(plan.obligations),
    }


def _plan_line(plan: Plan, lang: str) -> Styled:
    words = tell(lang, "{count} duties, owner {owner}", count=len(plan.obligations), owner=plan.owner)
    return Styled.assemble((plan.id, "bold"), f"  {plan.document.title.in_(lang)}  ", (words, "dim"))


def _lines(job: Job, rows: list[tuple[Revision, Giver]]) -> Iterator[Styled]:
    for one, who in rows:
        when = moment_words(one.at, job.settings.zone, job.lang)
        size = tell(job.lang, "taken away") if one.ended else tell(job.lang, "{count} bytes", count=one.size)
        yield Styled.assemble((f"{one.number:>4}  ", "bold"), f"{when}  {size}  ", (who.words(job.lang), "dim"))


def _revision_json(one: Revision, who: Giver) -> dict[str, Any]:
    return {
        "revision": one.number,
        "change": one.batch,
        "at": one.at.isoformat(),
        "by": who.by,
        "approved_by": who.by2,
        "bytes": one.size,
        "ended": one.ended,
        "sha256": one.digest,
    }
