"""Which feed the form for subscribing asks for: its fields are those of a feed, and empty ones are not given."""

from __future__ import annotations

from dataclasses import dataclass, replace

from calendars.feed import FEED_KINDS
from calendars.feedquery import FeedQuestion, question_from
from calendars.query import check_known, kinds_in, lang_in, only, read_query
from scheduler.plan import LANGUAGES, Kind

FEED_LANG = "feed-lang"
"""The language of the feed; `lang` is that of the page, here as on every page."""

FIELDS = ("partner", "involving", "kind", "eyes", "steps", "alarms", FEED_LANG)
OFFERED = tuple(kind for kind in Kind if kind is not Kind.ONGOING)
"""Kinds that can stand in a calendar."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The feed asked for, and the language of the page."""

    question: FeedQuestion
    lang: str


def wish(raw: bytes, lang: str) -> Wish:
    """Read the form; with nothing chosen it is the whole calendar in the language of the page. Raises RefusalError.

    All kinds a feed shows by default are the same as none: the address stays short.
    """
    sent = b"&".join(pair for pair in raw.split(b"&") if not pair.endswith(b"="))
    asked = read_query(sent, (*FIELDS, "lang"))
    spoken = lang_in(asked, lang)
    tongue = only(asked, FEED_LANG) or spoken
    check_known(FEED_LANG, (tongue,), LANGUAGES)
    only(asked, "involving")  # the form has one list for it
    kinds_in(asked)
    check_known("kind", asked.get("kind", ()), OFFERED)
    pairs = [(name, value) for name in FIELDS if name != FEED_LANG for value in asked.get(name, ())]
    question = question_from([*pairs, ("lang", tongue)])
    if set(question.selection.kinds) == set(FEED_KINDS):
        question = replace(question, selection=replace(question.selection, kinds=()))
    return Wish(question, spoken)
