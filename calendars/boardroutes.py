"""The board of turns and the programme of a year: what their addresses ask for, and the pages that answer."""

from __future__ import annotations

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
from calendars.portion import Portion, check_page, everything, narrowed, portion
from calendars.query import PageFilters, check_known
from calendars.turnboard import home_of
from calendars.yearquery import BoardQuestion, board_question, year_question
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Selection
from scheduler.plan import MEETINGS, Directory

MOST_IN_YEAR, MOST_ON_BOARD = 500, 1000
"""Duties on one page; in a store of a whole country a year has a hundred thousand."""

LINES_ON_BOARD = 100
"""Lines of meetings on one page of a board that holds more than that."""

_SOME_LINES = msg(
    "Too much for one board. This page looks at the duties {first}–{last} of {count}, each with all its years; "
    "the others stand on other pages. Choose a home or a partner to see fewer."
)
_NOT_COUNTED = msg("How crowded a year is, and which anniversaries make it round, is not worked out for so many.")


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
        frame = frame_of(self.desk, request, asked.filters.lang)
        found = self._all_on_board(asked)
        held = self._lines(asked) if found is None else Portion(found)
        board = turnboard.board(held.found, asked, directory, whole=held.everyone)
        meetings = tuple(one for one in held.found if one.record.occurrence.kind in MEETINGS)
        offer = self._offer(replace(held, found=meetings), directory)
        return board_page(board, asked, offer, directory, held.on(frame), today)

    def _year(self, request: Request) -> str:
        today = self.desk.today()
        named = request.path_params.get("year", str(today.year))
        asked = year_question(raw(request), request.state.lang, today, named)
        directory = self._known(asked.filters)
        held = self._portion(asked.filters, programme.selection(asked))
        frame = held.on(frame_of(self.desk, request, asked.filters.lang))
        shown = programme.wanted(held.found, asked, directory)
        return year_page(shown, asked, self._offer(held, directory), directory, frame, today)

    def _month(self, request: Request) -> str:
        today, path = self.desk.today(), request.path_params
        asked = year_question(raw(request), request.state.lang, today, path["year"], path["month"])
        directory = self._known(asked.filters)
        frame = frame_of(self.desk, request, asked.filters.lang)
        held = self._portion(asked.filters, programme.selection(asked))
        if not (held.whole and held.everyone):
            held = self._portion(asked.filters, programme.selection_of_month(asked))
        shown = programme.wanted(held.found, asked, directory)
        countries = programme.countries_of(shown, directory)
        month = programme.month_of(shown, asked.year, asked.month or 1, self.desk.days_off(), countries)
        listed = None if held.whole else shown
        return month_page(month, asked, self._offer(held, directory), directory, held.on(frame), today, listed)

    def _known(self, filters: PageFilters) -> Directory:
        """The directory, in which everyone asked for must be."""
        directory = self.desk.directory()
        check_known("home", filters.homes, directory.parties)
        check_known("partner", filters.partners, directory.parties)
        return directory

    def _portion(self, filters: PageFilters, selection: Selection) -> Portion:
        """What a page of a year holds; nothing in an empty store."""
        try:
            return portion(self.desk, filters, selection, MOST_IN_YEAR)
        except EmptyStoreError:
            return Portion(())

    def _all_on_board(self, asked: BoardQuestion) -> tuple[Upcoming, ...] | None:
        """What the board looks at, of everyone; None where that is too much, or a later page is asked for."""
        if asked.filters.page > 1:
            return None
        found: list[Upcoming] = []
        for selection in turnboard.selections(asked):
            try:
                part = everything(self.desk, selection, MOST_ON_BOARD)
            except EmptyStoreError:
                return ()
            if part is None:
                return None
            found += part
        return tuple(found)

    def _lines(self, asked: BoardQuestion) -> Portion:
        """Some lines of meetings, each with all its years, of those asked for."""
        filters, page, lang = asked.filters, asked.filters.page, asked.filters.lang
        try:
            lines = self.desk.lines(narrowed(self.desk, Selection(kinds=MEETINGS), filters))
        except EmptyStoreError:
            return Portion(())
        passed = (page - 1) * LINES_ON_BOARD
        shown = lines[passed : passed + LINES_ON_BOARD]
        check_page(page, shown)
        found = self.desk.turns(turnboard.selection_of_lines(asked), shown, self.desk.today())
        whole = len(shown) == len(lines)
        told = [] if whole else [say(lang, _SOME_LINES, first=passed + 1, last=passed + len(shown), count=len(lines))]
        note = " ".join([*told, say(lang, _NOT_COUNTED)])
        more = passed + len(shown) < len(lines)
        return Portion(tuple(found), whole=whole, everyone=False, page=page, more=more, note=note)

    def _offer(self, held: Portion, directory: Directory) -> Offer:
        stored = self.desk.last_change() is not None
        if not held.everyone:
            known = tuple(sorted(self.desk.homes())), tuple(sorted(directory.parties))
            return Offer(*known, stored, held.whole, held.passed)
        occurrences = [one.record.occurrence for one in held.found]
        homes = {home_of(occurrence, directory) for occurrence in occurrences}
        partners = {partner for occurrence in occurrences for partner in occurrence.partners}
        return Offer(tuple(sorted(homes)), tuple(sorted(partners)), stored)
