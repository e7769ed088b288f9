"""The board of turns and the programme of a year: what their addresses ask for, and the pages that answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from calendars import programme, turnboard
from calendars.catalogue import msg, say
from calendars.counter import Address, raw
from calendars.desk import Desk, Upcoming
from calendars.framing import frame_of, page, refusal
from calendars.pages.board import Offer, board_page
from calendars.pages.year import month_page, year_page
from calendars.query import PageFilters, check_known
from calendars.turnboard import home_of
from calendars.yearquery import board_question, year_question
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Selection
from scheduler.plan import MEETINGS, Directory

MOST_IN_YEAR, MOST_ON_BOARD = 500, 1000
"""Duties read for a page; in a store of a whole country a year has a hundred thousand."""

_TOO_MANY = msg("Only the first {count} duties are shown. Choose a partner to see fewer.")


@dataclass(frozen=True, slots=True)
class Boards:
    """The handlers of the board and of years."""

    desk: Desk

    def table(self) -> tuple[Address, ...]:
        """Addresses that stand under every language, too (`/en/board`)."""
        return (
            ("/board", self.board, self.refuse),
            ("/year", self.year, self.refuse),
            ("/year/{year}", self.year, self.refuse),
            ("/year/{year}/{month}", self.month, self.refuse),
        )

    async def board(self, request: Request) -> Response:
        """The board of turns."""
        return page(await run_in_threadpool(self._board, request))

    async def year(self, request: Request) -> Response:
        """The programme of a year; without one, of the present."""
        return page(await run_in_threadpool(self._year, request))

    async def month(self, request: Request) -> Response:
        """A month of a year as a calendar."""
        return page(await run_in_threadpool(self._month, request))

    def refuse(self, status: HTTPStatus, reason: str, lang: str) -> Response:
        """A refusal as a page."""
        return refusal(self.desk, status, reason, lang)

    def _board(self, request: Request) -> str:
        today = self.desk.today()
        asked = board_question(raw(request), request.state.lang, today)
        directory = self._known(asked.filters)
        ways = [turnboard.selections(asked)]
        found, note = self._found(asked.filters, MOST_ON_BOARD, *ways)
        meetings = [one for one in found if one.record.occurrence.kind in MEETINGS]
        frame = replace(frame_of(self.desk, request, asked.filters.lang), note=note)
        board = turnboard.board(found, asked, directory)
        return board_page(board, asked, self._offer(meetings, directory), directory, frame, today)

    def _year(self, request: Request) -> str:
        today = self.desk.today()
        named = request.path_params.get("year", str(today.year))
        asked = year_question(raw(request), request.state.lang, today, named)
        directory = self._known(asked.filters)
        found, note = self._found(asked.filters, MOST_IN_YEAR, (programme.selection(asked),))
        frame = replace(frame_of(self.desk, request, asked.filters.lang), note=note)
        shown = programme.wanted(found, asked, directory)
        return year_page(shown, asked, self._offer(found, directory), directory, frame, today)

    def _month(self, request: Request) -> str:
        today, path = self.desk.today(), request.path_params
        asked = year_question(raw(request), request.state.lang, today, path["year"], path["month"])
        directory = self._known(asked.filters)
        of_year, of_month = programme.selection(asked), programme.selection_of_month(asked)
        found, note = self._found(asked.filters, MOST_IN_YEAR, (of_year,), (of_month,))
        shown = programme.wanted(found, asked, directory)
        countries = programme.countries_of(shown, directory)
        month = programme.month_of(shown, asked.year, asked.month or 1, self.desk.days_off(), countries)
        frame = replace(frame_of(self.desk, request, asked.filters.lang), note=note)
        return month_page(month, asked, self._offer(found, directory), directory, frame, today)

    def _known(self, filters: PageFilters) -> Directory:
        """The directory, in which everyone asked for must be."""
        directory = self.desk.directory()
        check_known("home", filters.homes, directory.parties)
        check_known("partner", filters.partners, directory.parties)
        return directory

    def _found(
        self, filters: PageFilters, most: int, *ways: tuple[Selection, ...]
    ) -> tuple[list[Upcoming], str | None]:
        """What selections find, at most so many each, and what to say when there are more; nothing in an empty store.

        The first of several ways to ask that leaves nothing out; only the partners asked for where it leaves out some.
        """
        found: list[Upcoming] = []
        partners = ((), filters.partners) if filters.partners else ((),)
        for selections in [[replace(each, partners=who) for each in way] for who in partners for way in ways]:
            try:
                parts = [self.desk.seen(selection, self.desk.today(), most + 1) for selection in selections]
            except EmptyStoreError:
                return [], None
            found = [one for part in parts for one in part[:most]]
            if all(len(part) <= most for part in parts):
                return found, None
        return found, say(filters.lang, _TOO_MANY, count=most)

    def _offer(self, found: Iterable[Upcoming], directory: Directory) -> Offer:
        occurrences = [one.record.occurrence for one in found]
        homes = {home_of(occurrence, directory) for occurrence in occurrences}
        partners = {partner for occurrence in occurrences for partner in occurrence.partners}
        return Offer(tuple(sorted(homes)), tuple(sorted(partners)), self.desk.last_change() is not None)
