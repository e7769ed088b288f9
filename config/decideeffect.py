"""What a decision changes, as the pages have it, in the reader's language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel import Locale

from calendars import links, scopes
from calendars.catalogue import say
from calendars.decisions import deed_words
from calendars.differences import moves
from calendars.headline import subject
from calendars.pages import decidewords as words
from calendars.pages.decide import Effect, Shift
from calendars.wording import day_words, days, language_of, name
from config.decide import Ruling
from config.decideforms import Draft
from config.decideground import Ground
from config.decidescreens import mail_words
from config.decideviews import about, back_of, passed, titled
from config.office import Office
from notifications.due import Reminder
from scheduler import store
from scheduler.amendment import Amendment
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory, Text
from scheduler.reconcile import Change
from scheduler.workdays import OffReason

MOST_SHIFTS, MOST_MAILS, MOST_FEEDS, MOST_WARNINGS = 40, 12, 12, 8
"""Of each so many are shown."""

MOST_READ = 500
"""Feeds that are looked at."""


@dataclass(frozen=True, slots=True)
class Away:
    """What takes place with another party than its host."""

    one: Occurrence


Caution = tuple[date, OffReason] | Occurrence | Away | str
"""A day off, what stands on the same days, who may not have hosted, or the key of what is no more one with it."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a decision stands: only shown, with the seal and the mark to save it by, or saved.

    `meanwhile`: what others decided since they looked; `stale`: it would do another thing by now. `beware`: of what.
    `again`: it was stored before.
    """

    seal: str = ""
    seen: str = ""
    beware: tuple[Caution, ...] = ()
    stale: bool = False
    meanwhile: tuple[Amendment, ...] = ()
    again: bool = False


def effect(desk: Office, ground: Ground | None, draft: Draft, ruling: Ruling, stand: Stand, lang: str) -> Effect:
    """What a decision changes: whose turn, which days, which mails and feeds, and what to beware of."""
    directory, decision = desk.directory(), ruling.decision
    called = _called(desk, ruling.changes, directory, lang)
    (no_more, instead), feeds = _mails(ruling, called, lang), _feeds(desk, ruling.changes)
    changed = f"/o/{ruling.changes[0].after.key}" if ruling.changes else back_of(decision)
    back = f"/o/{_heir(ground.one.key, ruling)}" if ground else changed
    stored = ruling.number is not None
    return Effect(
        name=decision.verb.value,
        label=deed_words(decision.verb, decision.gap, lang),
        about=about(ground.one, directory, lang) if ground else None,
        why=draft.why,
        shifts=tuple(_shift(change, called, directory, lang) for change in ruling.changes[:MOST_SHIFTS]),
        more_shifts=max(0, len(ruling.changes) - MOST_SHIFTS),
        warnings=tuple(_caution(each, desk, directory, lang) for each in stand.beware),
        no_more=no_more[:MOST_MAILS],
        instead=instead[:MOST_MAILS],
        cut=ruling.cut,
        more_no_more=max(0, len(no_more) - MOST_MAILS),
        more_instead=max(0, len(instead) - MOST_MAILS),
        told=tuple(dict.fromkeys(mail.address for mail in ruling.told)),
        feeds=feeds[:MOST_FEEDS],
        more_feeds=max(0, len(feeds) - MOST_FEEDS),
        hidden=() if stored else _hidden(draft, stand),
        seal=stand.seal,
        stale=stand.stale,
        meanwhile=tuple(passed(amendment, directory, lang) for amendment in stand.meanwhile),
        number=ruling.number,
        again=stand.again,
        back=back,
    )


def _heir(key: str, ruling: Ruling) -> str:
    """What goes on with the duty of `key`, once it is stored: itself, unless it is replaced."""
    if ruling.number is None or not any(change.replaced and change.after.key == key for change in ruling.changes):
        return key
    duty = next(change.after.obligation for change in ruling.changes if change.after.key == key)
    heirs = [change.after for change in ruling.changes if change.comes and change.after.obligation == duty]
    return min(heirs, key=lambda one: (one.window.last or date.max, one.key)).key if heirs else key


def _hidden(draft: Draft, stand: Stand) -> tuple[tuple[str, str], ...]:
    """All that was typed, so that the same form comes back with the second button, or is shown again."""
    return (*((name, value) for name, value in draft.typed.items() if value), ("seen", stand.seen))


def _called(desk: Office, changes: Sequence[Change], directory: Directory, lang: str) -> dict[str, str]:
    """The titles, with their days, of all that changes, and of the meetings that these are held together with."""
    sides = [side for change in changes for side in (change.before, change.after) if side is not None]
    with_ = {side.joint for side in sides if side.joint is not None}
    known = {key: record.occurrence for key, record in store.found(desk.session, with_).items()}
    known |= {side.key: side for side in sides}
    return {key: f"{subject(one, directory, lang)} ({days(one.window, lang)})" for key, one in known.items()}


def _shift(change: Change, called: Mapping[str, str], directory: Directory, lang: str) -> Shift:
    one = change.after
    return Shift(
        key=one.key,
        title=titled(one, directory, lang),
        title_lang=language_of(one.title, lang),
        moves=moves(change, directory, lang, called),
    )


def _mails(ruling: Ruling, called: Mapping[str, str], lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    def said(mails: Sequence[Reminder]) -> tuple[str, ...]:
        ordered = sorted(mails, key=lambda mail: (mail.send_on, mail.address))
        return tuple(mail_words(mail, ruling.called, lang, called) for mail in ordered)

    return said(ruling.no_more), said(ruling.instead)


def _feeds(desk: Office, changes: Sequence[Change]) -> tuple[str, ...]:
    """The feeds that were given out and show what changes, by name."""
    sides = [side for change in changes for side in (change.before, change.after) if side is not None]
    touched = {scope for side in sides for scope in scopes.scopes_of(side)}
    named = {scope.rpartition("/")[2] for scope in touched}
    found = links.showing(desk.session, named, MOST_READ)
    return tuple(link.label for link in found if not touched.isdisjoint(scopes.scopes_for(link.question.selection)))


def cautions(ground: Ground | None, ruling: Ruling) -> tuple[Caution, ...]:
    """What to beware of: days off on any side, what stands on these days already, hosts, and what is no more one."""
    keys, window = ruling.decision.keys, ruling.decision.window
    parted = tuple(
        change.after.key
        for change in ruling.changes
        if change.before and change.before.joint in keys and change.after.joint is None and change.after.key not in keys
    )
    if ground is None or window is None:
        return parted
    resting = tuple(ground.resting(window))[:MOST_WARNINGS]
    clashing = tuple(other for other in ground.clashing(window) if other.key not in keys)[:MOST_WARNINGS]
    away = tuple(Away(one) for one in ruling.away(ground.directory))
    return (*away, *resting, *clashing, *parted)


def mark_of(ruling: Ruling, beware: Sequence[Caution]) -> str:
    """A short text that is another one when a decision does anything else, or there is anything else to beware of."""
    said = [_short(each) for each in beware]
    return hashlib.sha256(f"{ruling.mark}\n{said}".encode()).hexdigest()


def _short(caution: Caution) -> object:
    match caution:
        case Occurrence():
            return caution.key, caution.window
        case Away(one):
            return one.key, one.host, one.place
        case str():
            return caution
        case _:
            return caution[:2]


def _caution(caution: Caution, desk: Office, directory: Directory, lang: str) -> str:
    match caution:
        case Occurrence():
            return say(lang, words.CLASH, title=titled(caution, directory, lang), when=days(caution.window, lang))
        case Away(one):
            who, where = (name(ident, directory, lang) for ident in (one.host or "", one.place or ""))
            return say(lang, words.AWAY, title=titled(one, directory, lang), host=who, place=where)
        case str():
            found = store.found(desk.session, (caution,))
            title = titled(found[caution].occurrence, directory, lang) if caution in found else caution
            return say(lang, words.PARTS, title=title)
        case day, reason:
            named = reason.name
            return say(
                lang,
                words.OFF,
                day=day_words(day, lang),
                country=Locale(lang).territories.get(reason.country, reason.country),
                name=Text(named.vi, named.en, named.lo, named.km, named.th).in_(lang),
            )
