"""`luanphien agreements`: every agreement of the plans in the store, and how it stands on a day."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from calendars.catalogue import msg
from calendars.wording import day_words, days, names
from config.session import NOTHING, Job, fail, write_json
from config.words import tell
from scheduler.agreement import Health, State, health
from scheduler.occurrence import Record, Selection
from scheduler.plan import MEETINGS, Agreement, Directory, Extension, Plan
from scheduler.survey import agreements_of

STATES = {
    State.NOT_YET: (msg("Not yet in force"), "dim"),
    State.IN_FORCE: (msg("In force"), "green"),
    State.NOTICE_OPEN: (msg("In force; time to give notice"), "yellow"),
    State.TACITLY_RENEWED: (msg("In force, renewed tacitly"), "green"),
    State.LAPSED: (msg("Ended"), "red"),
    State.SUPERSEDED: (msg("Replaced by another"), "dim"),
    State.UNKNOWN: (msg("Term not stated"), "dim"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An agreement as it stands on a day, the plans that name it, and how many meetings ahead rest on it."""

    agreement: Agreement
    health: Health
    plans: tuple[str, ...]
    meetings: int


def show(job: Job, as_of: date | None, *, as_json: bool) -> None:
    """Every agreement, by id; exits with 1 when the plans name none. Raises EmptyStoreError."""
    day = as_of or job.today()
    with job.office() as desk:
        directory, plans = desk.directory(), desk.plans()
        found = standings(plans, desk.listed(Selection(first=day, kinds=MEETINGS)), day)
    if as_json:
        write_json([_json(item, job.lang) for item in found])
    elif found:
        job.console.print(_screen(found, directory, job.lang, day))
    else:
        fix = tell(job.lang, "add `agreements:` to a plan file and run luanphien sync")
        fail(tell(job.lang, "the plans name no agreement"), fix, NOTHING)
    if not found:
        sys.exit(NOTHING)


def standings(plans: Sequence[Plan], ahead: Iterable[Record], day: date) -> tuple[Standing, ...]:
    """Every agreement of the plans as it stands on `day`, by id; `ahead` are the meetings from that day on."""
    resting = Counter(record.occurrence.agreement for record in ahead if not record.occurrence.over)
    return tuple(
        Standing(
            agreement,
            health(agreement, day),
            tuple(sorted(plan.id for plan in plans if agreement.id in {own.id for own in plan.agreements})),
            resting[agreement.id],
        )
        for agreement in agreements_of(plans)
    )


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
        "plans": list(item.plans),
        "state": stands.state.value,
        "ends": _iso(stands.ends),
        "notice": _iso(stands.notice),
        "renewals": stands.renewals,
        "meetings": item.meetings,
    }


def _screen(found: Sequence[Standing], directory: Directory, lang: str, day: date) -> RenderableType:
    """A block for each agreement."""
    title = tell(lang, "Agreements, seen on {day}", day=day_words(day, lang))
    blocks: list[RenderableType] = [Styled(title, style="bold")]
    for item in found:
        words, style = STATES[item.health.state]
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for label, value in _facts(item, directory, lang):
            grid.add_row(label, value)
        head = Styled.assemble((item.agreement.title.in_(lang), "bold"), "  ", (tell(lang, words), style))
        blocks += [Styled(), head, Padding(grid, (0, 0, 0, 2))]
    return Group(*blocks)


def _facts(item: Standing, directory: Directory, lang: str) -> Iterable[tuple[str, str]]:
    agreement, stands = item.agreement, item.health
    yield tell(lang, "Parties"), names(agreement.parties, directory, lang)
    if agreement.signed:
        yield tell(lang, "Signed"), day_words(agreement.signed, lang)
    if agreement.term:
        yield tell(lang, "Term"), days(agreement.term, lang)
    if agreement.extension is Extension.TACIT:
        yield tell(lang, "Renewal"), tell(lang, "of itself, every {years} years", years=agreement.every)
    elif agreement.extension is Extension.EXPRESS:
        yield tell(lang, "Renewal"), tell(lang, "in writing")
    if stands.ends and stands.renewals:
        yield tell(lang, "Runs until"), day_words(stands.ends, lang)
    if stands.notice and stands.state is not State.LAPSED:
        yield tell(lang, "Notice by"), day_words(stands.notice, lang)
    if agreement.successor:
        yield tell(lang, "Followed by"), agreement.successor
    yield tell(lang, "Named by"), ", ".join(item.plans)
    yield tell(lang, "Meetings ahead"), str(item.meetings)
    yield tell(lang, "Agreement id"), agreement.id


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
