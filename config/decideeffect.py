"""What a decision changes, as the pages have it, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from babel import Locale

from calendars import links, scopes
from calendars.catalogue import say
from calendars.decisions import decision_parts, deed_words
from calendars.differences import moves
from calendars.headline import subject
from calendars.pages import decidewords as words
from calendars.pages.decide import Effect, Shift
from calendars.wording import day_words, days, language_of
from config.decide import Ruling
from config.decideforms import Draft
from config.decideground import Ground
from config.decidescreens import mail_words
from config.decideviews import about, back_of, titled
from config.office import Office
from notifications.due import Reminder
from scheduler.amendment import Amendment
from scheduler.plan import Directory, Text
from scheduler.reconcile import Change

MOST_SHIFTS, MOST_MAILS, MOST_FEEDS, MOST_WARNINGS = 40, 12, 12, 8
"""Of each so many are shown."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a decision stands: only shown, with the seal and the mark to save it by, or saved.

    `meanwhile`: what others decided since they looked; `stale`: it would do another thing by now.
    """

    seal: str = ""
    seen: str = ""
    stale: bool = False
    meanwhile: tuple[Amendment, ...] = ()


def effect(desk: Office, ground: Ground | None, draft: Draft, ruling: Ruling, stand: Stand, lang: str) -> Effect:
    """What a decision changes: whose turn, which days, which mails and feeds, and what to beware of."""
    directory, decision = desk.directory(), ruling.decision
    (no_more, instead), feeds = _mails(ruling, lang), _feeds(desk, ruling.changes)
    back = f"/o/{ground.one.key}" if ground else back_of(decision)
    stored = ruling.number is not None
    return Effect(
        name=decision.verb.value,
        label=deed_words(decision.verb, decision.gap, lang),
        about=about(ground.one, directory, lang) if ground else None,
        why=draft.why,
        shifts=tuple(_shift(change, directory, lang) for change in ruling.changes[:MOST_SHIFTS]),
        more_shifts=max(0, len(ruling.changes) - MOST_SHIFTS),
        warnings=tuple(_warnings(ground, ruling, lang)) if ground and not stored else (),
        no_more=no_more[:MOST_MAILS],
        instead=instead[:MOST_MAILS],
        more_mails=sum(max(0, len(some) - MOST_MAILS) for some in (no_more, instead)),
        told=tuple(dict.fromkeys(mail.address for mail in ruling.told)),
        feeds=feeds[:MOST_FEEDS],
        more_feeds=max(0, len(feeds) - MOST_FEEDS),
        hidden=() if stored else _hidden(draft, stand),
        seal=stand.seal,
        stale=stand.stale,
        meanwhile=tuple(_passed(amendment, directory, lang) for amendment in stand.meanwhile),
        number=ruling.number,
        back=back,
    )


def _hidden(draft: Draft, stand: Stand) -> tuple[tuple[str, str], ...]:
    """All that was typed, so that the same form comes back with the second button, or is shown again."""
    return (*((name, value) for name, value in draft.typed.items() if value), ("seen", stand.seen))


def _shift(change: Change, directory: Directory, lang: str) -> Shift:
    one = change.after
    return Shift(
        key=one.key,
        title=titled(one, directory, lang),
        title_lang=language_of(one.title, lang),
        moves=moves(change, directory, lang),
    )


def _mails(ruling: Ruling, lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    def said(mails: Sequence[Reminder]) -> tuple[str, ...]:
        ordered = sorted(mails, key=lambda mail: (mail.send_on, mail.address))
        return tuple(mail_words(mail, ruling.called, lang) for mail in ordered)

    return said(ruling.no_more), said(ruling.instead)


def _feeds(desk: Office, changes: Sequence[Change]) -> tuple[str, ...]:
    """The feeds that were given out and show what changes, by name."""
    sides = [side for change in changes for side in (change.before, change.after) if side is not None]
    touched = {scope for side in sides for scope in scopes.scopes_of(side)}
    return tuple(
        link.label
        for link in links.listed(desk.session)
        if link.revoked_at is None and not touched.isdisjoint(scopes.scopes_for(link.question.selection))
    )


def _warnings(ground: Ground, ruling: Ruling, lang: str) -> Iterator[str]:
    """Days off on any side, and what stands on these days already."""
    window = ruling.decision.window
    if window is None:
        return
    for day, reason in list(ground.resting(window))[:MOST_WARNINGS]:
        named = reason.name
        yield say(
            lang,
            words.OFF,
            day=day_words(day, lang),
            country=Locale(lang).territories.get(reason.country, reason.country),
            name=Text(named.vi, named.en, named.lo, named.km, named.th).in_(lang),
        )
    for other in list(ground.clashing(window))[:MOST_WARNINGS]:
        if other.key not in ruling.decision.keys:
            title = subject(other, ground.directory, lang)
            yield say(lang, words.CLASH, title=title, when=days(other.window, lang))


def _passed(amendment: Amendment, directory: Directory, lang: str) -> str:
    said = decision_parts(
        {"number": amendment.number, "at": amendment.at, "who": amendment.who, "why": amendment.why,
         "decision": amendment.decision},
        directory, lang,
    )  # fmt: skip
    return f"{said.day} · {said.who}: {said.what} ({said.why})"
