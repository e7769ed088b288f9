"""Decisions as the pages have them, in the reader's language: what may be decided, and the forms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from calendars import programme
from calendars.catalogue import say
from calendars.decisions import decision_parts, deed_words
from calendars.description import further_details, source_words
from calendars.headline import subject
from calendars.pages import decidewords as words
from calendars.pages.decide import About, Deed, Menu, Past, Trouble, Way
from calendars.pages.year import Sheet, month_words, sheet
from calendars.query import FIRST_DAY, LAST_DAY, RefusalError
from calendars.wording import days, language_of, name, status_word
from config.decidefields import Filling, fields, reason
from config.decideforms import Draft
from config.decideground import Ground
from config.decidepapers import MONTH
from config.words import UNCALLED, error_words
from scheduler.amendment import Amendment, Decision, Verb, effective
from scheduler.errors import LuanphienError, WordedError
from scheduler.occurrence import Occurrence
from scheduler.plan import Directory, Gap
from scheduler.window import ONE_DAY

_LONG = 92
"""A wider window is not where one begins to look for a day."""

_WITH_SHEET = (Verb.CONFIRM, Verb.PROPOSE, Verb.POSTPONE, Verb.HELD)


@dataclass(frozen=True, slots=True)
class Shown:
    """A form to be shown: what was typed or is sensible, what is wrong, its seal, and the `month` of its sheet.

    `bar`: the decision that stands in its way; `open`: whether it may be filled in all the same.
    """

    verb: Verb
    draft: Draft
    seal: str
    month: str = ""
    error: Exception | None = None
    bar: Amendment | None = None
    open: bool = True


def about(one: Occurrence, directory: Directory, lang: str) -> About:
    """An occurrence in short."""
    return About(
        key=one.key,
        title=titled(one, directory, lang),
        title_lang=language_of(one.title, lang),
        when=days(one.window, lang),
        host=name(one.host, directory, lang) if one.host else None,
        status=status_word(one, lang),
        source=source_words(one, lang),
        words=one.expression,
    )


def titled(one: Occurrence, directory: Directory, lang: str) -> str:
    """Its title, and of which year it is."""
    title = subject(one, directory, lang)
    return f"{title} ({one.cycle})" if one.cycle.isdecimal() and one.cycle not in title else title


def menu(ground: Ground, decided: Sequence[Amendment], lang: str) -> Menu:
    """All that may be decided on an occurrence, the gaps of its line among it, and what was."""
    one, key = ground.one, ground.one.key
    ways = [_way(verb, f"/decide/{verb}?key={key}", lang) for verb in ground.verbs]
    ways += [
        Way(
            path=f"/decide/set?key={key}&gap={gap}",
            label=deed_words(Verb.SET, gap, lang),
            meaning=say(lang, words.GAPS[gap]),
        )
        for gap in ground.gaps
    ]
    history = tuple(_past(each, decided, ground.directory, lang) for each in decided)
    return Menu(
        about=about(one, ground.directory, lang),
        ways=tuple(ways),
        none=None if ways or one.joint else _none(one, history, lang),
        joint=one.joint,
        history=history,
    )


def _way(verb: Verb, path: str, lang: str) -> Way:
    return Way(path=path, label=deed_words(verb, None, lang), meaning=say(lang, words.MEANINGS[verb]))


def _none(one: Occurrence, history: Sequence[Past], lang: str) -> str:
    if not one.over:
        return say(lang, words.NO_WAY)
    message = words.OVER if any(past.undo for past in history) else words.BY_TEXT
    return say(lang, message, status=status_word(one, lang))


def _past(amendment: Amendment, decided: Sequence[Amendment], directory: Directory, lang: str) -> Past:
    stands = amendment in effective(decided)
    said = decision_parts(
        {"number": amendment.number, "at": amendment.at, "who": amendment.who, "why": amendment.why,
         "decision": amendment.decision},
        directory, lang,
    )  # fmt: skip
    what = f"{said.number}. {said.what}"
    taken = "" if stands else f" · {say(lang, words.TAKEN_BACK)}"
    undo = f"/decide/undo?number={said.number}" if stands and amendment.decision.verb is not Verb.UNDO else None
    return Past(what=f"{what}{taken}", said=f"{said.day} · {said.who} · {said.why}", undo=undo)


def deed(ground: Ground, shown: Shown, lang: str) -> Deed:
    """The form of a decision on an occurrence."""
    verb, draft = shown.verb, shown.draft
    filling = Filling(ground, draft.typed, draft.faults, lang)
    called, told = {ground.one.key: titled(ground.one, ground.directory, lang)}, shown.open or shown.bar
    gap = draft.typed.get("gap")
    month = _month(ground, draft, shown.month) if verb in _WITH_SHEET and shown.open else None
    hidden = [("key", ground.one.key)]
    hidden += [("gap", gap)] if gap else []
    hidden += [("month", f"{month:%Y-%m}")] if month else []
    return Deed(
        name=verb.value,
        label=deed_words(verb, Gap(gap) if gap else None, lang),
        meaning=say(lang, words.MEANINGS[verb]),
        about=about(ground.one, ground.directory, lang),
        facts=further_details(ground.one, ground.directory, lang) if verb is Verb.SET else (),
        fields=fields(verb, filling),
        hidden=tuple(hidden),
        seal=shown.seal,
        trouble=trouble(shown, ground.directory, lang, called) if told else _by_text(ground.one, lang),
        open=shown.open,
        sheet=_sheet(ground, month, lang) if month else None,
        month=month_words(month.year, month.month, lang) if month else "",
        months=_beside(month, lang) if month else (),
        back=f"/decide?key={ground.one.key}",
    )


def undoing(amendment: Amendment, directory: Directory, shown: Shown, lang: str) -> Deed:
    """The form that takes a decision back."""
    past, draft = _past(amendment, (amendment,), directory, lang), shown.draft
    return Deed(
        name=Verb.UNDO.value,
        label=deed_words(Verb.UNDO, None, lang),
        meaning=say(lang, words.MEANINGS[Verb.UNDO]),
        about=None,
        facts=((say(lang, "What was decided"), past.what), (say(lang, words.BY_WHOM), past.said)),
        fields=(reason(draft.typed, draft.faults, lang),),
        hidden=(("number", str(amendment.number)),),
        seal=shown.seal,
        trouble=trouble(shown, directory, lang),
        open=shown.open,
        back=back_of(amendment.decision),
    )


def back_of(decision: Decision) -> str:
    """Where one goes on after a decision: what it is about, if that has a page."""
    return f"/o/{decision.keys[0]}" if decision.keys else "/today"


def _by_text(one: Occurrence, lang: str) -> Trouble:
    """That an occurrence is over although nobody decided so."""
    return Trouble(what=_none(one, (), lang), fix="", lang=lang)


def trouble(shown: Shown, directory: Directory, lang: str, called: Mapping[str, str] = UNCALLED) -> Trouble | None:
    """Why a decision cannot be taken, and what was decided that stands in its way; `called`: titles by key.

    The reasons are those of the command line: Vietnamese or English.
    """
    error, bar = shown.error, shown.bar
    if error is None:
        return None
    if isinstance(error, RefusalError):
        return Trouble(what=error.said(lang), fix="", lang=lang)
    if not isinstance(error, LuanphienError):
        raise error
    spoken = lang if lang in ("vi", "en") else "en"
    what, fix = error_words(error, spoken, called)
    if isinstance(error, WordedError) and error.fix in words.FIXES:
        fix = say(spoken, words.FIXES[error.fix], **error.fields)
    past = passed(bar, directory, lang) if bar else ""
    undo = bar.number if bar and bar.decision.verb is not Verb.UNDO else None
    return Trouble(what=what, fix=fix, lang=spoken, past=past, undo=undo)


def passed(amendment: Amendment, directory: Directory, lang: str) -> str:
    """What somebody else decided: on which day, who, what and why."""
    said = decision_parts(
        {"number": amendment.number, "at": amendment.at, "who": amendment.who, "why": amendment.why,
         "decision": amendment.decision},
        directory, lang,
    )  # fmt: skip
    return f"{said.day} · {said.who}: {said.what} ({said.why})"


def _month(ground: Ground, draft: Draft, asked: str) -> date:
    """The first day of the month to show: the one asked for, of what was typed, shown before, or where it begins."""
    typed = draft.typed.get("first", "")[:7] if "first" not in draft.faults else ""
    for month in (asked, typed, draft.typed.get("month", "")):
        if re.fullmatch(MONTH, month, re.ASCII):
            return date.fromisoformat(f"{month}-01")
    window, today = ground.one.window, ground.today
    first, last = window.start, window.last
    near = window.length is not None and window.length <= _LONG
    if first is None or (not near and first <= today and (last is None or today <= last)):
        return today.replace(day=1)
    return first.replace(day=1)


def _sheet(ground: Ground, month: date, lang: str) -> Sheet:
    """The month with the days off of every side, and what stands on its days."""
    found = ground.around(month, _after(month) - ONE_DAY)
    days_ = programme.month_of(found, month.year, month.month, ground.off, ground.countries)
    return sheet(days_, month.year, month.month, ground.directory, lang, ground.today)


def _beside(month: date, lang: str) -> tuple[tuple[str, str], ...]:
    """The months before and after, as the form asks for them."""
    around = ((month - ONE_DAY).replace(day=1), _after(month))
    near = (each for each in around if FIRST_DAY <= each <= LAST_DAY)
    return tuple((f"month-{each:%Y-%m}", month_words(each.year, each.month, lang)) for each in near)


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
