"""What has changed, as a mail tells it to one reader: what happened, old and new, and what follows for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from calendars.catalogue import msg
from calendars.catalogue import say as say_of_calendars
from calendars.feed import page_url
from calendars.gate import one_line
from calendars.wording import days, names, status_of
from notifications.advice import turn
from notifications.heading import heading
from notifications.letters import Happened, Told
from notifications.sections import rows_of
from notifications.words import say
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Directory
from scheduler.succession import circles_of, heir_of
from scheduler.window import Precision, Window

_LABELS = {
    "days": "When",
    "status": "Status",
    "host": "Host",
    "place": "Place",
    "leads": "Lead",
    "coordinating": "Coordinating",
}
"""The fields a change is told of, in this order, by the label they have in details."""

_OFF = {
    Happened.CANCELLED: "CANCELLED: {title}",
    Happened.SKIPPED: "SKIPPED: {title}",
    Happened.POSTPONED: "POSTPONED: {title}",
}
"""How feeds call it."""

_HAPPENED = {
    Happened.CANCELLED: msg("It is cancelled. Nothing more needs to be prepared."),
    Happened.SKIPPED: msg("It does not take place this time. Nothing more needs to be prepared."),
    Happened.POSTPONED: msg("It is postponed; the new days are not known yet. Please stop preparing for the old ones."),
    Happened.RESTORED: msg("It takes place after all. Please go on preparing it."),
    Happened.REASSIGNED: msg("Who is in charge has changed."),
    Happened.FIXED: msg("Its days are settled now. Please get ready for them."),
}


@dataclass(frozen=True, slots=True)
class Turned:
    """One field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One change as the templates show it. `subject` is the title with what happened to it."""

    subject: str
    title: str
    happened: str
    meaning: tuple[str, ...]
    turned: tuple[Turned, ...]
    grounds: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str], ...]
    url: str


def gravest_first(changes: Iterable[Told]) -> tuple[Told, ...]:
    """Changes by what happened and then by day; what hangs on another of them comes right after it, or later."""
    every, gravity = tuple(changes), list(Happened)
    known = {told.record.occurrence.key: told for told in every}

    def place(told: Told) -> tuple[int, date, bool, date, str]:
        occurrence = told.record.occurrence
        anchor = known.get(occurrence.cycle)
        day, own = _first_day(anchor or told), _first_day(told)
        grave = max(gravity.index(each.happened) for each in (told, anchor or told))
        return grave, day, anchor is not None, own, occurrence.key

    return tuple(sorted(every, key=place))


def _first_day(told: Told) -> date:
    window = told.record.occurrence.window
    return window.start or window.last or date.max


def news(told: Told, day: date, base_url: str, directory: Directory, lang: str) -> News:
    """A change in words, as told on `day`. Raises ValueError for days or a status in `before` that cannot be read."""
    occurrence = told.record.occurrence
    title = heading(occurrence, directory, lang)
    changed = {say_of_calendars(lang, _LABELS[field]) for field in told.before if field in _LABELS}
    known = rows_of(occurrence, told.recipient, directory, lang)
    return News(
        subject=_subject(told.happened, title, lang),
        title=title,
        happened=_happened(told, lang),
        meaning=tuple(one_line(line) for line in _meaning(told, day, directory, lang)),
        turned=tuple(_turned(told, directory, lang)),
        grounds=tuple(_grounds(told, lang)),
        rows=tuple((label, value) for label, value in known if label not in changed),
        url=page_url(occurrence.key, base_url),
    )


def _subject(happened: Happened, title: str, lang: str) -> str:
    if happened in _OFF:
        return say_of_calendars(lang, _OFF[happened], title=title)
    if happened is Happened.RESTORED:
        return say(lang, "Stands again: {title}", title=title)
    if happened is Happened.FIXED:
        return say(lang, "Days settled: {title}", title=title)
    return say(lang, "Changed: {title}", title=title)


def _happened(told: Told, lang: str) -> str:
    if told.happened is Happened.POSTPONED and told.record.occurrence.window.fixed:
        return say(lang, "It is postponed to other days. Please arrange everything for these.")
    if told.happened is Happened.RESTORED and told.record.occurrence.status is Status.PROJECTED:
        return say(lang, "It is expected again, as its cycle goes; nothing is settled yet.")
    if told.happened is Happened.REASSIGNED and {"leads", "coordinating"}.isdisjoint(told.before):
        return say(lang, "Another party hosts it now.")
    return say(lang, _moved(told) if told.happened is Happened.MOVED else _HAPPENED[told.happened])


def _moved(told: Told) -> str:
    if "joint" in told.before:
        return _joint(told)
    if "days" in told.before:
        return _other_days(told.record.occurrence, window_from(told.before["days"]))
    if "place" in told.before:
        return msg("It takes place elsewhere now. Please arrange everything for this.")
    return _joint(told)


def _joint(told: Told) -> str:
    if told.record.occurrence.joint is not None:
        return msg("Another meeting now fulfils it too; it has no days of its own any more.")
    return msg("It is a meeting of its own again.")


def _other_days(occurrence: Occurrence, before: Window) -> str:
    if occurrence.undated:
        return msg("Its days are open again. Please stop preparing for the old ones.")
    if occurrence.status is Status.PROPOSED:
        return msg("Days are proposed for it; they are not agreed yet.")
    if Precision.PERIOD is before.precision is not occurrence.window.precision:
        return msg("It is known now when it is to be; the very days are not settled yet.")
    return msg("It has other days now. Please arrange everything for these.")


def _meaning(told: Told, day: date, directory: Directory, lang: str) -> Iterator[str]:
    """What it means for this reader that others are in charge, or that another party hosts."""
    occurrence = told.record.occurrence
    led, leads = (_in_charge(told.recipient, bodies, day, directory) for bodies in _both(told, "leads"))
    if led and not leads:
        yield say(lang, "You no longer lead it.")
    elif leads and not led:
        yield say(lang, "You lead it from now on.")
    helped, helps = (_in_charge(told.recipient, bodies, day, directory) for bodies in _both(told, "coordinating"))
    if helped and not (helps or leads):
        yield say(lang, "You no longer coordinate it.")
    elif helps and not helped:
        yield say(lang, "You coordinate it from now on.")
    own = "host" in told.before and not occurrence.over and occurrence.joint is None
    whose = turn(occurrence, told.recipient, directory, lang) if own else None
    if whose:
        yield say(lang, "From now on: {turn}.", turn=whose)


def _both(told: Told, field: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The bodies of a field before and now."""
    occurrence = told.record.occurrence
    now = occurrence.leads if field == "leads" else occurrence.coordinating
    return (_idents(told.before[field]) if field in told.before else now), now


def _in_charge(reader: str, bodies: tuple[str, ...], day: date, directory: Directory) -> bool:
    """Whether an organisation is one of `bodies`, through groups and successors."""
    living = (heir_of(body, day, directory).organisation for body in bodies)
    return not set(circles_of(reader, directory)).isdisjoint(living)


def _turned(told: Told, directory: Directory, lang: str) -> Iterator[Turned]:
    occurrence = told.record.occurrence
    for field, label in _LABELS.items():
        if field in told.before:
            after = one_line(_now(field, occurrence, directory, lang), cap=1000)
            before = one_line(_then(field, told.before[field], occurrence, directory, lang), cap=1000)
            unset = say_of_calendars(lang, "not set")
            yield Turned(say_of_calendars(lang, label), before or unset, after or unset)


def _now(field: str, occurrence: Occurrence, directory: Directory, lang: str) -> str:
    if field == "days":
        unknown = occurrence.undated or (occurrence.status is Status.POSTPONED and not occurrence.window.fixed)
        return say(lang, "no new days yet") if unknown else days(occurrence.window, lang)
    if field == "status":
        return status_of(occurrence.status, occurrence.kind, lang)
    if field in ("host", "place"):
        ident = occurrence.host if field == "host" else occurrence.place
        return names((ident,), directory, lang) if ident else ""
    return names(occurrence.leads if field == "leads" else occurrence.coordinating, directory, lang, "; ")


def _then(field: str, value: str, occurrence: Occurrence, directory: Directory, lang: str) -> str:
    if not value:
        return ""
    if field == "days":
        return days(window_from(value), lang)
    if field == "status":
        return status_of(Status(value), occurrence.kind, lang)
    return names(_idents(value), directory, lang, "; ")


def _idents(value: str) -> tuple[str, ...]:
    return tuple(filter(None, value.split(",")))


def window_from(value: str) -> Window:
    """Days as `Told.before` has them: `first/last/precision`, a bound that is empty being open. Raises ValueError."""
    first, last, precision = value.split("/")
    return Window.of(_day(first), _day(last), Precision(precision))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _grounds(told: Told, lang: str) -> Iterator[tuple[str, str]]:
    if told.why is None and told.who is None:
        yield say(lang, "Why"), say(lang, "the text of the plan changed")
    if told.why:
        yield say(lang, "Why"), one_line(told.why, cap=1000)
    if told.who:
        yield say(lang, "Decided by"), one_line(told.who)
