"""What the pages of feeds show and do, each in one look at the store or one transaction."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field
from sqlmodel import Session

from calendars import links
from calendars.catalogue import say
from calendars.feeddesk import FeedDesk
from calendars.feedquery import FeedQuestion, check_feed, feed_question
from calendars.gate import shows
from calendars.links import MOST_LABEL, Link, slug_of
from calendars.offers import Offers
from calendars.pages import links as pages
from calendars.pages import linkwords as words
from calendars.pages.people import Left, left_page
from calendars.pages.signin import Word
from calendars.portion import check_page, turning
from calendars.preview import coming, number_ahead
from calendars.query import RefusalError
from calendars.wording import days
from config import linkviews as views
from config.access import RULES
from config.deskforms import Form, FormError, Line, seen
from config.feedanswers import address_of
from config.linksight import FeedSight
from config.office import Office
from config.peoplesight import Asked
from config.remit import sight_of
from config.session import Job

log = logging.getLogger("feeds")

ON_PAGE = 20
"""Feeds on one page."""

SHOWN = 3
"""Events that are shown of a feed that could be made."""

_NEW = "/links/new"


class LinkForm(Form):
    """A feed to be made: its id, its name, what it shows as the query of an address, and whether its own is public."""

    seal: Annotated[Line, Field(max_length=100)]
    ident: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    label: Annotated[Line, Field(max_length=200)]
    query: Annotated[Line, Field(max_length=2048)]
    public: Literal["yes", ""] = ""
    slug: Annotated[Line, Field(max_length=200)] = ""


class Change(StrEnum):
    """What can be done about a feed."""

    ROTATE = "rotate"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A feed as the form asks for it. `label` None: nothing was asked for yet."""

    question: FeedQuestion
    label: str | None
    public: bool
    slug: str

    @property
    def name(self) -> str | None:
        """The end of its address; None for a secret one, empty where none can be made of it."""
        return slug_of(self.slug or self.label or "") if self.public else None


@dataclass(frozen=True, slots=True)
class Stock:
    """The feeds, as officers see them and act on them."""

    job: Job
    feeds: FeedDesk
    offers: Offers

    def listed(self, who: Asked, page: int) -> str:
        """One page of feeds, those that answer first, the newest first."""
        with self.job.office() as desk:
            sight = self._sight(desk, who)
            mine = [link for link in links.listed(desk.session) if sight.shows(link.question)]
        mine.sort(key=lambda link: link.created_at, reverse=True)
        mine.sort(key=lambda link: link.revoked_at is not None)
        passed = (page - 1) * ON_PAGE
        shown = mine[passed : passed + ON_PAGE]
        check_page(page, shown)
        frame, more = who.frame, len(mine) > passed + len(shown)
        if more or page > 1:
            note = say(who.lang, words.CUT, first=passed + 1, last=passed + len(shown), count=len(mine))
            frame = replace(frame, note=note, turning=turning(frame, page, more=more))
        cards = tuple(views.card(link, sight.directory, who.lang) for link in shown)
        return pages.links_page(pages.Shelf(feeds=cards, may_add=_may(who) and _acts(sight)), frame)

    def show(self, who: Asked, ident: str, done: str | None = None, token: str | None = None) -> str:
        """One feed whole; with its secret, if it was just made."""
        with self.job.office() as desk:
            sight = self._sight(desk, who)
            link = self._seen(desk.session, sight, ident)
        keeps, over = _may(who) and sight.keeps(link.question), link.revoked_at is not None
        acts = [change for change in Change if keeps and not over and (change is Change.REVOKE or link.slug is None)]
        open_ = not over and (link.slug is not None or token is not None)
        address = address_of(self.job, link, token)
        common = words.COMMON if _may(who) and sight.common(link.question) else words.FOR_HEADS
        return pages.link_page(
            pages.Feed(
                card=views.card(link, sight.directory, who.lang),
                facts=views.facts(link, sight.directory, who.lang),
                fetches=tuple(words.fetched_words(fetch, who.lang) for fetch in link.fetches),
                adding=views.adding(address, link.label, self.job.settings.base_url, who.lang) if open_ else None,
                acts=tuple((change.value, say(who.lang, words.ACTS[change])) for change in acts),
                stays=None if acts else say(who.lang, words.OVER if over else common),
                secret=link.slug is None,
                done=done,
                shown_once=token is not None,
            ),
            who.frame,
        )

    def blank(self, who: Asked, order: Order) -> str:
        """The form; once it was filled in, with what the feed would hold."""
        with self.job.office() as desk:
            sight = self._sight(desk, who)
            faults = self._faults(desk, order, sight)
        if order.label is None and sight.bodies is not None and not order.question.selection.involving:
            own = next(iter(who.officer.organisations), None)
            order = replace(order, question=views.narrowed(order.question, own))
        form = views.form(order.question, self.offers.of(sight.directory), sight, who.lang)
        ready = order.label is not None and not faults
        blank = pages.Blank(
            form=form,
            label=order.label or "",
            public=order.public,
            slug=order.slug,
            bound=sight.bodies is not None,
            faults={field: say(who.lang, words.FAULTS[msgid]) for field, msgid in faults.items()},
            most=MOST_LABEL,
            draft=self._draft(who, order, sight) if ready else None,
        )
        return pages.blank_page(blank, who.frame)

    def make(self, who: Asked, sent: LinkForm) -> tuple[str, int]:
        """Make it, unless that was done before."""
        question = feed_question(sent.query.encode(), who.lang)
        order = Order(question=question, label=sent.label.strip(), public=sent.public == "yes", slug=sent.slug.strip())
        token = None if order.public else secrets.token_urlsafe(32)
        link = Link(sent.ident, order.label or "", order.name, question, self.job.now(), None)
        with self.job.database.write() as session:
            desk = Office(session, self.job.today())
            sight = self._sight(desk, who)
            if links.one(session, sent.ident) is not None:
                return self._left(who, words.AGAIN, f"/links/{sent.ident}"), HTTPStatus.CONFLICT
            faults = self._faults(desk, order, sight)
            if "slug" in faults:
                return self._left(who, words.FAULTS[faults["slug"]], _NEW), HTTPStatus.CONFLICT
            if faults:
                raise FormError(Word.UNREADABLE, HTTPStatus.BAD_REQUEST)
            links.create(session, link, token, who.officer.id)
        log.info("feed %s was made by %s", link.id, who.officer.id)
        return self.show(who, link.id, say(who.lang, words.DONE["new"]), token), HTTPStatus.OK

    def ask(self, who: Asked, ident: str, change: Change) -> tuple[str, int]:
        """What an act will do, or why it cannot be done."""
        with self.job.office() as desk:
            sight = self._sight(desk, who)
            link = self._kept(desk.session, sight, ident)
            stands = seen(links.state_of(desk.session, ident))
        why = _bar(link, change)
        if why is not None:
            return self._left(who, why, f"/links/{ident}"), HTTPStatus.CONFLICT
        fetched = tuple(words.fetched_words(fetch, who.lang) for fetch in link.fetches)
        deed = pages.Deed(
            card=views.card(link, sight.directory, who.lang),
            name=change.value,
            label=say(who.lang, words.ACTS[change]),
            gets=(say(who.lang, words.GETS[change]),),
            anew=(say(who.lang, words.ANEW[change]), *fetched) if fetched else (say(who.lang, words.NOBODY),),
            seen=stands,
            seal=who.seal,
        )
        return pages.deed_page(deed, who.frame), HTTPStatus.OK

    def do(self, who: Asked, ident: str, change: Change, seen_then: str) -> tuple[str, int]:
        """Do it, unless the feed is not as they saw it."""
        token = secrets.token_urlsafe(32) if change is Change.ROTATE else None
        with self.job.database.write() as session:
            sight = self._sight(Office(session, self.job.today()), who)
            link = self._kept(session, sight, ident)
            if seen(links.state_of(session, ident)) != seen_then:
                return self._left(who, words.STALE, f"/links/{ident}"), HTTPStatus.CONFLICT
            why = _bar(link, change)
            if why is not None:
                return self._left(who, why, f"/links/{ident}"), HTTPStatus.CONFLICT
            if token is None:
                links.revoke(session, ident, self.job.now(), who.officer.id)
            else:
                links.rotate(session, ident, token, self.job.now(), who.officer.id)
        log.info("feed %s: %s by %s", ident, change.value, who.officer.id)
        return self.show(who, ident, say(who.lang, words.DONE[change]), token), HTTPStatus.OK

    def _draft(self, who: Asked, order: Order, sight: FeedSight) -> pages.Draft:
        blocks = self.feeds.coming(order.question)
        today, lang = self.job.today(), who.lang
        name = order.name or "s/…"
        kept = {
            "seal": who.seal,
            "ident": secrets.token_hex(4),
            "label": order.label or "",
            "query": order.question.query,
            "public": "yes" if order.public else "",
            "slug": order.slug,
        }
        return pages.Draft(
            label=order.label or "",
            address=f"{self.job.settings.base_url.rstrip('/')}/feeds/{name}.ics",
            facts=words.scope(order.question, sight.directory, lang),
            number=number_ahead(blocks, today),
            shown=tuple((days(event.days, lang), event.title) for event in coming(blocks, today, SHOWN)),
            spoken_in=order.question.lang,
            kept=tuple(kept.items()),
        )

    def _faults(self, desk: Office, order: Order, sight: FeedSight) -> dict[str, str]:
        """What cannot be used, by field, as names of `linkwords.FAULTS`. Raises RefusalError for what nobody knows."""
        check_feed(order.question, sight.directory, desk.plan_ids() if order.question.selection.plans else ())
        if order.label is None:
            return {}
        found = {} if shows(order.label) and len(order.label) <= MOST_LABEL else {"label": "label"}
        if not sight.keeps(order.question):
            found["involving"] = "involving"
        if order.public and not order.name:
            found["slug"] = "slug"
        elif order.name and links.taken(desk.session, order.name):
            found["slug"] = "taken"
        return found

    def _sight(self, desk: Office, who: Asked) -> FeedSight:
        return FeedSight(sight_of(desk, who.officer), desk.directory())

    def _seen(self, session: Session, sight: FeedSight, ident: str) -> Link:
        found = links.one(session, ident)
        if found is None or not sight.shows(found.question):
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_LINK)
        return found

    def _kept(self, session: Session, sight: FeedSight, ident: str) -> Link:
        found = self._seen(session, sight, ident)
        if not sight.keeps(found.question):
            raise RefusalError(HTTPStatus.NOT_FOUND, words.NO_LINK)
        return found

    def _left(self, who: Asked, why: str, path: str) -> str:
        return left_page(Left(why=say(who.lang, why), path=path, label=say(who.lang, words.LOOK_AGAIN)), who.frame)


def _may(who: Asked) -> bool:
    return who.officer.may(RULES["/links/{id}/{act}"].least)


def _acts(sight: FeedSight) -> bool:
    return sight.bodies is None or bool(sight.bodies.organisations)


def _bar(link: Link, change: Change) -> str | None:
    if link.revoked_at is not None:
        return words.OVER
    return words.IS_PUBLIC if change is Change.ROTATE and link.slug is not None else None
