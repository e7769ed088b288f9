"""The page for subscribing: what its address asks for, and the page that answers it."""

from __future__ import annotations

from dataclasses import dataclass
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
from calendars.offers import Offers
from calendars.pages.subscribe import Calendar, form_of, subscribe_page
from calendars.preview import Shown, coming
from calendars.subscribequery import wish
from calendars.ways import command_of, reach_of, ways_of

SHOWN_NEXT = 3


@dataclass(frozen=True, slots=True)
class Subscribing:
    """The handler of the page."""

    desk: Desk
    feeds: FeedDesk
    offers: Offers

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
        form = form_of(question, self.offers.of(directory), directory, wished.lang)
        return subscribe_page(calendar, form, frame_of(self.desk, request, wished.lang))

    def _next(self, question: FeedQuestion) -> tuple[Shown, ...] | None:
        if self.desk.last_change() is None:
            return None
        return coming(self.feeds.coming(question), self.desk.today(), SHOWN_NEXT)
