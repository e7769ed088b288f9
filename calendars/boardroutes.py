"""The board of turns and the programme of a year: what their addresses ask for, and the pages that answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from calendars import programme, turnboard
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
        found = self._found(*turnboard.selections(asked))
        meetings = [one for one in found if one.record.occurrence.kind in MEETINGS]
        frame = frame_of(self.desk, request, asked.filters.lang)
        board = turnboard.board(found, asked, directory)
        return board_page(board, asked, self._offer(meetings, directory), directory, frame, today)

    def _year(self, request: Request) -> str:
        today = self.desk.today()
        named = request.path_params.get("year", str(today.year))
        asked = year_question(raw(request), request.state.lang, today, named)
        directory = self._known(asked.filters)
        found = self._found(programme.selection(asked))
        frame = frame_of(self.desk, request, asked.filters.lang)
        shown = programme.wanted(found, asked, directory)
        return year_page(shown, asked, self._offer(found, directory), directory, frame, today)

    def _month(self, request: Request) -> str:
        today, path = self.desk.today(), request.path_params
        asked = year_question(raw(request), request.state.lang, today, path["year"], path["month"])
        directory = self._known(asked.filters)
        found = self._found(programme.selection(asked))
        shown = programme.wanted(found, asked, directory)
        countries = programme.countries_of(shown, directory)
        month = programme.month_of(shown, asked.year, asked.month or 1, self.desk.days_off(), countries)
        frame = frame_of(self.desk, request, asked.filters.lang)
        return month_page(month, asked, self._offer(found, directory), directory, frame, today)

    def _known(self, filters: PageFilters) -> Directory:
        """The directory, in which everyone asked for must be."""
        directory = self.desk.directory()
        check_known("home", filters.homes, directory.parties)
        check_known("partner", filters.partners, directory.parties)
        return directory

    def _found(self, *selections: Selection) -> list[Upcoming]:
        """What the selections find; nothing while nothing is stored."""
        today = self.desk.today()
        try:
            return [one for selection in selections for one in self.desk.seen(selection, today)]
        except EmptyStoreError:
            return []

    def _offer(self, found: Iterable[Upcoming], directory: Directory) -> Offer:
        occurrences = [one.record.occurrence for one in found]
        homes = {home_of(occurrence, directory) for occurrence in occurrences}
        partners = {partner for occurrence in occurrences for partner in occurrence.partners}
        return Offer(tuple(sorted(homes)), tuple(sorted(partners)), self.desk.last_change() is not None)
