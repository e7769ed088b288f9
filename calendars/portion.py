"""What a page holds where there is too much for one: a part that says so, and the ways to the other parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

from calendars.catalogue import msg, say
from calendars.counter import too_many
from calendars.desk import Desk, Upcoming
from calendars.pages.frame import Frame, Turning
from calendars.query import PageFilters, RefusalError
from calendars.wording import day_words
from scheduler.errors import TooManyError
from scheduler.occurrence import Occurrence, Selection

_PART = msg(
    "Too much for one page. Page {page} holds {count} duties in the order of their first days, {first} – {last}; "
    "the others stand on other pages. Choose a home or a partner to see fewer."
)
_NO_PAGE = msg("There is no page {page} here. Begin with the first.")
_BEFORE, _AFTER = msg("Page {page}, before this one"), msg("Page {page}, after this one")
_NO_DAY = "…"
NOBODYS = ("",)
"""Plans of homes that have none; no plan is called so."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What was read for a page. `whole`: everything that was asked for; else `note` says what is left out.

    `everyone`: read for all homes and partners, whoever was asked for, so that it tells who there is.
    """

    found: tuple[Upcoming, ...]
    whole: bool = True
    everyone: bool = True
    page: int = 1
    more: bool = False
    note: str | None = None
    passed: int = 0
    """How many stand on the pages before."""

    def on(self, frame: Frame) -> Frame:
        """The frame of a page that shows it."""
        return replace(frame, note=self.note, turning=turning(frame, self.page, more=self.more))


def portion(desk: Desk, filters: PageFilters, selection: Selection, most: int) -> Portion:
    """What a selection of no home or partner finds: of everyone where that is few, else of those asked for, by pages.

    Raises RefusalError for a page that is not there, and EmptyStoreError.
    """
    today, lang, page = desk.today(), filters.lang, filters.page
    found = everything(desk, selection, most) if page == 1 else None
    if found is not None:
        return Portion(found)
    passed = (page - 1) * most
    try:
        part = desk.seen(narrowed(desk, selection, filters), today, most + 1, passed)
    except TooManyError as error:
        return Portion((), whole=False, everyone=False, note=too_many(error, lang))
    check_page(page, part)
    if page == 1 and len(part) <= most:
        return Portion(tuple(part), everyone=False)
    shown = part[:most]
    first, last = ends([one.record.occurrence for one in shown], lang)
    note = say(lang, _PART, page=page, count=len(shown), first=first, last=last)
    return Portion(
        tuple(shown), whole=False, everyone=False, page=page, more=len(part) > most, note=note, passed=passed
    )


def everything(desk: Desk, selection: Selection, most: int) -> tuple[Upcoming, ...] | None:
    """All that a selection admits; None where that is more than so many. Raises EmptyStoreError."""
    if desk.exceeds(selection, most):
        return None
    try:
        found = desk.seen(selection, desk.today(), most + 1, 0)
    except TooManyError:
        return None
    return tuple(found) if len(found) <= most else None


def narrowed(desk: Desk, selection: Selection, filters: PageFilters) -> Selection:
    """The selection, of those asked for alone."""
    plans = tuple(desk.plans_of(filters.homes)) or NOBODYS if filters.homes else ()
    return replace(selection, partners=filters.partners, plans=plans)


def check_page(page: int, found: Sequence[object]) -> None:
    """Raise RefusalError for a page after the last."""
    if page > 1 and not found:
        raise RefusalError(HTTPStatus.NOT_FOUND, _NO_PAGE, page=page)


def turning(frame: Frame, page: int, *, more: bool) -> tuple[Turning, ...]:
    """Links to the page before and the one after, as far as there are any."""
    ways = [("prev", page - 1, _BEFORE)] if page > 1 else []
    ways += [("next", page + 1, _AFTER)] if more else []
    return tuple(
        Turning(rel, turned(frame.at(frame.path), frame.query, number), say(frame.lang, words, page=number))
        for rel, number, words in ways
    )


def turned(path: str, query: Iterable[tuple[str, str]], page: int) -> str:
    """An address, of another page."""
    return f"{path}?{urlencode([*(pair for pair in query if pair[0] != 'page'), ('page', str(page))])}"


def ends(shown: Sequence[Occurrence], lang: str) -> tuple[str, str]:
    """The first and the last of the first days of what was read in their order, in words."""
    days = [one.window.start for one in shown if one.window.start is not None]
    whole = len(days) == len(shown)
    return (day_words(days[0], lang), day_words(days[-1], lang) if whole else _NO_DAY) if days else (_NO_DAY, _NO_DAY)
