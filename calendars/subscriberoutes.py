"""The page for subscribing: what its address asks for, and the page that answers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from calendars import feed
from calendars.counter import Address, raw
from calendars.desk import Desk
from calendars.feeddesk import FeedDesk
from calendars.feedquery import FeedQuestion, check_feed
from calendars.framing import frame_of, page, refusal
from calendars.pages.subscribe import Calendar, Offer, form_of, subscribe_page
from calendars.preview import Shown, coming
from calendars.subscribequery import OFFERED, wish
from calendars.ways import command_of, reach_of, ways_of
from scheduler.errors import EmptyStoreError
from scheduler.occurrence import Selection
from scheduler.plan import Directory

SHOWN_NEXT = 3
MOST_READ = 5000
"""Duties read to know who has a part in any."""


@dataclass(frozen=True, slots=True)
class Subscribing:
    """The handler of the page; what the form offers is kept until something stored changes."""

    desk: Desk
    feeds: FeedDesk
    offers: dict[int, Offer] = field(default_factory=dict)

    def table(self) -> tuple[Address, ...]:
        """Addresses that stand under every language, too (`/en/subscribe`)."""
        return (("/subscribe", self.subscribe, self.refuse),)

    async def subscribe(self, request: Request) -> Response:
        """The page of all ways to subscribe."""
        return page(await run_in_threadpool(self._subscribe, request))

    def refuse(self, status: HTTPStatus, reason: str, lang: str) -> Response:
        """A refusal as a page."""
        return refusal(self.desk, status, reason, lang)

    def _subscribe(self, request: Request) -> str:
        wished = wish(raw(request), request.state.lang)
        question, directory = wished.question, self.desk.directory()
        check_feed(question, directory, ())
        name = feed.calendar_name(question.about, directory, question.lang)
        calendar = Calendar(
            lang=question.lang,
            ways=ways_of(question, self.desk.base_url, name),
            reach=reach_of(self.desk.base_url),
            next=self._next(question),
            command=command_of(question, name),
        )
        form = form_of(question, self._offer(directory), directory, wished.lang)
        return subscribe_page(calendar, form, frame_of(self.desk, request, wished.lang))

    def _next(self, question: FeedQuestion) -> tuple[Shown, ...] | None:
        if self.desk.last_change() is None:
            return None
        return coming(self.feeds.coming(question), self.desk.today(), SHOWN_NEXT)

    def _offer(self, directory: Directory) -> Offer:
        revision = self.desk.revision()
        found = self.offers.get(revision)
        if found is None:
            found = self._made(directory)
            self.offers.clear()
            self.offers[revision] = found
        return found

    def _made(self, directory: Directory) -> Offer:
        """Who has a part in what is stored; a member of a group has a part in what the group does.

        Of a store that holds too much to be read, everyone in the directory.
        """
        try:
            if self.desk.exceeds(Selection(kinds=OFFERED), MOST_READ):
                everybody = frozenset(directory.parties)
                return Offer(everybody, everybody, frozenset(directory.organisations))
            records = self.desk.select(Selection(kinds=OFFERED), MOST_READ, 0)
        except EmptyStoreError:
            records = ()
        occurrences = [record.occurrence for record in records]
        partners = {partner for one in occurrences for partner in one.partners}
        parties = partners | {party for one in occurrences for party in (one.host, *one.travels) if party is not None}
        named = {body for one in occurrences for body in (*one.leads, *one.coordinating)}
        groups = [directory.organisations[body] for body in named if body in directory.organisations]
        bodies = named.union(member for group in groups for member in group.members)
        known = bodies.intersection(directory.organisations)
        parties |= {directory.organisations[body].party for body in known}
        return Offer(frozenset(partners), frozenset(parties), frozenset(known))
