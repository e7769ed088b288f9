"""`luanphien agreements`: every agreement of the plans in the store, and how it stands on a day."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from calendars.agreementwords import agreement_details, state_words
from calendars.catalogue import say
from calendars.wording import day_words
from config.session import NOTHING, Job, fail
from config.standings import agreement_ids, standings_of
from config.streaming import stream_json, stream_screen
from config.words import tell
from scheduler.agreement import State
from scheduler.plan import Directory
from scheduler.standing import Standing

STYLES = {
    State.NOT_YET: "dim",
    State.IN_FORCE: "green",
    State.NOTICE_OPEN: "yellow",
    State.TACITLY_RENEWED: "green",
    State.LAPSED: "red",
    State.SUPERSEDED: "dim",
    State.UNKNOWN: "dim",
}


def show(job: Job, as_of: date | None, *, as_json: bool) -> None:
    """Every agreement, by id; exits with 1 when the plans name none. Raises EmptyStoreError."""
    day = as_of or job.today()
    with job.office() as desk:
        directory, idents = desk.directory(), agreement_ids(desk)
        found = standings_of(desk, day, idents)
        if as_json:
            stream_json(_json(item, job.lang) for item in found)
        elif idents:
            stream_screen(job.console, _lines(found, directory, job.lang, day))
    if not idents and not as_json:
        fix = tell(job.lang, "add `agreements:` to a plan file and run luanphien sync")
        fail(tell(job.lang, "the plans name no agreement"), fix, NOTHING)
    if not idents:
        sys.exit(NOTHING)


def _json(item: Standing, lang: str) -> dict[str, Any]:
    agreement, stands = item.agreement, item.health
    term = agreement.term
    return {
        "id": agreement.id,
        "title": agreement.title.in_(lang),
        "parties": list(agreement.parties),
        "signed": _iso(agreement.signed),
        "first": _iso(term.start) if term else None,
        "last": _iso(term.last) if term else None,
        "extension": agreement.extension.value,
        "every": agreement.every,
        "notice_days": agreement.notice_days,
        "successor": agreement.successor,
        "plans": [plan.id for plan in item.plans],
        "state": stands.state.value,
        "ends": _iso(stands.ends),
        "notice": _iso(stands.notice),
        "renewals": stands.renewals,
        "meetings": len(item.ahead),
    }


def _lines(found: Iterable[Standing], directory: Directory, lang: str, day: date) -> Iterator[RenderableType]:
    """A block for each agreement."""
    title = tell(lang, "Agreements, seen on {day}", day=day_words(day, lang))
    yield Styled(title, style="bold")
    for item in found:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for label, value in _facts(item, directory, lang):
            grid.add_row(label, value)
        words = state_words(item.health.state, lang)
        head = Styled.assemble((item.agreement.title.in_(lang), "bold"), "  ", (words, STYLES[item.health.state]))
        yield Group(Styled(), head, Padding(grid, (0, 0, 0, 2)))


def _facts(item: Standing, directory: Directory, lang: str) -> Iterable[tuple[str, str]]:
    yield from agreement_details(item, directory, lang)
    if item.agreement.successor:
        yield say(lang, "Followed by"), item.agreement.successor
    yield say(lang, "Named by"), ", ".join(plan.id for plan in item.plans)
    yield say(lang, "Meetings ahead"), str(len(item.ahead))
    yield tell(lang, "Agreement id"), item.agreement.id


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
