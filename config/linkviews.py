"""Feeds on pages: as the pages have them, in the reader's language."""

from __future__ import annotations

from dataclasses import replace

from calendars.catalogue import say
from calendars.feedquery import FeedQuestion
from calendars.links import Link
from calendars.pages import linkwords as words
from calendars.pages.links import Adding, Card
from calendars.pages.subscribe import Form, Offer, clients_of, form_of, warning_of
from calendars.ways import reach_of, ways_at
from calendars.wording import day_words, local_day
from config.linksight import FeedSight
from scheduler.plan import Directory


def card(link: Link, directory: Directory, lang: str) -> Card:
    """One feed in short."""
    return Card(
        id=link.id,
        label=link.label,
        how=words.how_words(link.slug, link.revoked_at, lang),
        over=link.revoked_at is not None,
        scope=" · ".join(value for _, value in words.scope(link.question, directory, lang)),
        used=words.used_words(link.fetches, lang),
    )


def facts(link: Link, directory: Directory, lang: str) -> tuple[tuple[str, str], ...]:
    """What a feed shows, and since when there is one."""
    made = (say(lang, words.MADE), day_words(local_day(link.created_at), lang))
    return (*words.scope(link.question, directory, lang), made)


def adding(address: str, name: str, base_url: str, lang: str) -> Adding:
    """The ways to add a feed at an address to a calendar."""
    ways = ways_at(address, f"{address.removesuffix('ics')}json", name)
    return Adding(ways=ways, clients=clients_of(ways, lang), warning=warning_of(reach_of(base_url), lang))


def form(question: FeedQuestion, offer: Offer, sight: FeedSight, lang: str) -> Form:
    """The form, of the organisations that one may make a feed for."""
    theirs = sight.bodies.organisations & frozenset(sight.directory.organisations) if sight.bodies else offer.bodies
    return form_of(question, replace(offer, bodies=theirs), sight.directory, lang)


def narrowed(question: FeedQuestion, body: str | None) -> FeedQuestion:
    """The same, of what an organisation leads or coordinates."""
    return question if body is None else replace(question, selection=replace(question.selection, involving=(body,)))
