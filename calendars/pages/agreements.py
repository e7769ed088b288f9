"""The page of agreements: how each stands, and what ahead rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from calendars.agreementwords import agreement_details, state_words
from calendars.catalogue import say
from calendars.headline import subject
from calendars.pages.frame import Frame, fill
from calendars.wording import days, document_words, language_of, name, status_word, weekday_words
from scheduler.agreement import State
from scheduler.occurrence import Record
from scheduler.plan import Directory, Text
from scheduler.standing import Standing


@dataclass(frozen=True, slots=True)
class Resting:
    """A meeting ahead in a line: its key, days, title, host and status."""

    key: str
    when: str
    title: str
    title_lang: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One agreement in words. `state` names the style of `standing`; `successor` is its id and, if on the page, title.

    `wanting` is what must be done, None: nothing.
    """

    id: str
    title: str
    title_lang: str
    state: str
    standing: str
    details: tuple[tuple[str, str], ...]
    successor: tuple[str, str | None] | None
    plans: tuple[str, ...]
    resting: tuple[Resting, ...]
    wanting: str | None


def agreements_page(found: Sequence[Standing], directory: Directory, frame: Frame, day: date) -> str:
    """HTML of /agreements as seen on `day`."""
    titles = {standing.agreement.id: standing.agreement.title for standing in found}
    return fill(
        "agreements.html",
        frame,
        sheets=tuple(sheet_of(standing, titles, directory, frame.lang) for standing in found),
        day=say(frame.lang, "As of {day}", day=weekday_words(day, frame.lang)),
    )


def sheet_of(standing: Standing, titles: Mapping[str, Text], directory: Directory, lang: str) -> Sheet:
    """What the page says of one agreement; `titles` of all on it, by id."""
    agreement, after = standing.agreement, standing.agreement.successor
    return Sheet(
        id=agreement.id,
        title=agreement.title.in_(lang),
        title_lang=language_of(agreement.title, lang),
        state=standing.health.state.value,
        standing=state_words(standing.health.state, lang),
        details=tuple(agreement_details(standing, directory, lang)),
        successor=(after, titles[after].in_(lang) if after in titles else None) if after else None,
        plans=tuple(document_words(plan.document, lang) for plan in standing.plans),
        resting=tuple(_resting(record, directory, lang) for record in standing.ahead),
        wanting=_wanting(standing, lang),
    )


def _wanting(standing: Standing, lang: str) -> str | None:
    """What must be done, where meetings ahead rest on what has ended."""
    if standing.health.state is not State.LAPSED or not standing.ahead or standing.agreement.successor:
        return None
    return say(lang, "Meetings ahead still rest on it: a new agreement is needed.")


def _resting(record: Record, directory: Directory, lang: str) -> Resting:
    occurrence = record.occurrence
    status = status_word(occurrence, lang)
    host = name(occurrence.host, directory, lang) if occurrence.host else say(lang, "not set")
    said = say(lang, "{label}: {value}", label=say(lang, "Host"), value=host)
    title, spoken = subject(occurrence, directory, lang), language_of(occurrence.title, lang)
    return Resting(occurrence.key, days(occurrence.window, lang), title, spoken, f"{said} · {status}")
