"""Which feed an address asks for: its filters read strictly, and written back always in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from calendars.catalogue import msg
from calendars.eyes import Voice
from calendars.query import (
    MOST_CHARACTERS,
    RefusalError,
    check_known,
    day_in,
    kinds_in,
    lang_in,
    only,
    ordered,
    read_query,
)
from scheduler.occurrence import Selection
from scheduler.plan import Directory
from scheduler.succession import circles_of

FILTERS = ("partner", "lead", "involving", "kind", "plan", "from", "to", "lang", "eyes", "steps", "alarms")


@dataclass(frozen=True, slots=True)
class FeedQuestion:
    """Which feed, and how it speaks; two addresses that ask for the same are equal. `alarms`: its events ring."""

    selection: Selection
    voice: Voice
    alarms: bool = False

    @property
    def lang(self) -> str:
        """Its language."""
        return self.voice.lang

    @property
    def query(self) -> str:
        """The question written back as the query of an address, always in the same order."""
        return urlencode(pairs_of(self))

    @property
    def about(self) -> tuple[str, ...]:
        """Whom it is narrowed to."""
        chosen = self.selection
        return tuple(dict.fromkeys((*chosen.partners, *chosen.leads, *chosen.involving)))


def feed_question(raw: bytes, lang: str) -> FeedQuestion:
    """Read the filters of a feed; `lang` is the language when none is asked for. Raises RefusalError."""
    return _question(read_query(raw, FILTERS), lang)


def filters_in(raw: bytes) -> tuple[str, ...]:
    """The filters of a feed that a query names, whatever else stands in it."""
    names = [name for name, _ in parse_qsl(raw[:MOST_CHARACTERS].decode("latin-1"), keep_blank_values=True)]
    return tuple(name for name in names if name in FILTERS)


def question_from(pairs: Iterable[tuple[str, str]]) -> FeedQuestion:
    """Read back what `pairs_of` wrote. Raises RefusalError when something else wrote it."""
    asked: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        asked[name] = (*asked.get(name, ()), value)
    return _question(asked, "vi")


def pairs_of(question: FeedQuestion) -> list[tuple[str, str]]:
    """A question as names and values, always in the same order."""
    chosen, voice = question.selection, question.voice
    pairs = [("partner", value) for value in chosen.partners]
    pairs += [("lead", value) for value in chosen.leads]
    pairs += [("involving", value) for value in chosen.involving]
    pairs += [("kind", value.value) for value in chosen.kinds]
    pairs += [("plan", value) for value in chosen.plans]
    pairs += [("from", chosen.first.isoformat())] if chosen.first else []
    pairs += [("to", chosen.last.isoformat())] if chosen.last else []
    pairs += [("eyes", voice.eyes)] if voice.eyes else []
    pairs += [("steps", "1")] if voice.steps else []
    pairs += [("alarms", "1")] if question.alarms else []
    return [*pairs, ("lang", voice.lang)]


def check_feed(question: FeedQuestion, directory: Directory, plans: Iterable[str]) -> None:
    """Raise RefusalError when a feed is asked for somebody or something nobody knows."""
    check_known("partner", question.selection.partners, directory.parties)
    check_known("lead", question.selection.leads, directory.organisations)
    check_known("involving", question.selection.involving, directory.organisations)
    check_known("plan", question.selection.plans, plans)
    eyes = (question.voice.eyes,) if question.voice.eyes else ()
    check_known("eyes", eyes, (*directory.parties, *directory.organisations))


def widened(selection: Selection, directory: Directory) -> Selection:
    """The same, asking also for the groups that an organisation involved is a member of."""
    circles = (circle for body in selection.involving for circle in circles_of(body, directory))
    return replace(selection, involving=ordered(circles))


def _question(asked: Mapping[str, tuple[str, ...]], lang: str) -> FeedQuestion:
    first, last = day_in(asked, "from"), day_in(asked, "to")
    if first and last and last < first:
        msgid = msg("The span ends on {last}, before it starts on {first}. Swap the two days.")
        raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, first=first, last=last)
    selection = Selection(
        first=first,
        last=last,
        partners=ordered(asked.get("partner", ())),
        leads=ordered(asked.get("lead", ())),
        kinds=kinds_in(asked),
        plans=ordered(asked.get("plan", ())),
        involving=ordered(asked.get("involving", ())),
    )
    voice = Voice(lang_in(asked, lang), only(asked, "eyes"), _yes(asked, "steps"))
    return FeedQuestion(selection, voice, _yes(asked, "alarms"))


def _yes(asked: Mapping[str, tuple[str, ...]], name: str) -> bool:
    text = only(asked, name)
    if text not in (None, "0", "1"):
        msgid = msg("“{name}” is 1 for yes or 0 for no.")
        raise RefusalError(HTTPStatus.BAD_REQUEST, msgid, name=name)
    return text == "1"
