"""Words for values: status, kind, flags, gaps, names and days, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from babel.dates import format_date

from calendars.catalogue import msg, say
from scheduler.anniversary import Anniversary, AnniversaryClass
from scheduler.lacking import Term, may_lack
from scheduler.occurrence import UNSET, Flag, Occurrence, Status
from scheduler.plan import Directory, Document, Gap, Kind, Text
from scheduler.rules import Unit
from scheduler.window import ONE_DAY, Precision, Window

DUTIES = (Kind.TASK, Kind.DEADLINE, Kind.REPORT)
"""Kinds that are done by their last day, rather than meet on a day."""

LONGEST_BAR = 31
"""Days; a longer window is shown on its last day only, else it would be a bar across the year."""

INDOCHINA = timezone(timedelta(hours=7))
"""The time of Viet Nam, Laos and Cambodia alike, all year."""

_STATUS = {
    Status.PROJECTED: msg("projected"),
    Status.TENTATIVE: msg("dates not set"),
    Status.PROPOSED: msg("dates proposed"),
    Status.CONFIRMED: msg("confirmed"),
    Status.POSTPONED: msg("postponed"),
    Status.HELD: msg("held"),
    Status.SKIPPED: msg("skipped"),
    Status.CANCELLED: msg("cancelled"),
}
_KIND = {
    Kind.EXCHANGE: msg("delegation exchange"),
    Kind.TALKS: msg("talks"),
    Kind.ANNIVERSARY: msg("anniversary"),
    Kind.EVENT: msg("event"),
    Kind.TASK: msg("task"),
    Kind.DEADLINE: msg("deadline"),
    Kind.REPORT: msg("report"),
    Kind.ONGOING: msg("ongoing duty"),
}
_FLAG = {
    Flag.DAY_OFF: msg("falls on a day off"),
    Flag.OVERDUE: msg("overdue"),
    Flag.UNRECORDED: msg("no result recorded"),
    Flag.MISSED: msg("missed"),
}
_GAP = {
    Gap.FIRST_YEAR: msg("the first year"),
    Gap.ORDER: msg("the order of hosts"),
    Gap.FIRST_HOST: msg("the first host"),
    Gap.CYCLE: msg("the cycle"),
    Gap.DATES: msg("the dates"),
    Gap.DEADLINE: msg("the deadline"),
    Gap.LEAD: msg("the lead organisation"),
    Gap.PLACE: msg("the place"),
    Gap.SUCCESSOR: msg("the successor organisation"),
}
_RANK = {
    AnniversaryClass.ROUND: msg("round year"),
    AnniversaryClass.FIFTH: msg("fifth year"),
    AnniversaryClass.OTHER: msg("other year"),
}
_RENEWED: Mapping[tuple[Term, ...], str] = {
    (): msg("a new plan or agreement"),
    (Term.PLAN,): msg("a new plan"),
    (Term.AGREEMENT,): msg("a new agreement"),
    (Term.PLAN, Term.AGREEMENT): msg("a new plan and a new agreement"),
}
_QUARTER = (msg("Q1 {year}"), msg("Q2 {year}"), msg("Q3 {year}"), msg("Q4 {year}"))
_HALF = (msg("first half of {year}"), msg("second half of {year}"))

_DAY = {"vi": ("d", "d/M", "d/M/y"), "en": ("d", "d MMMM", "d MMMM y")}
_DAY_ELSEWHERE = _DAY["en"]


def status_word(occurrence: Occurrence, lang: str) -> str:
    """Its status; what is in force with no day to settle reads "in effect", a duty fulfilled reads "done"."""
    return status_of(occurrence.status, occurrence.kind, lang)


def status_of(status: Status, kind: Kind | None, lang: str) -> str:
    """The word for `status` as said of a `kind`; None when the kind is not known."""
    if kind is Kind.ONGOING and status in (Status.TENTATIVE, Status.CONFIRMED):
        return say(lang, "in effect")
    if kind in DUTIES and status is Status.CONFIRMED:
        return say(lang, "in effect")
    if kind in DUTIES and status is Status.HELD:
        return say(lang, "done")
    return say(lang, _STATUS[status])


def kind_word(kind: Kind, lang: str) -> str:
    """The kind of duty."""
    return say(lang, _KIND[kind])


def flag_word(flag: Flag, lang: str) -> str:
    """What is to be said of it today."""
    return say(lang, _FLAG[flag])


def gap_word(gap: Gap, lang: str) -> str:
    """What an officer still has to set."""
    return say(lang, _GAP[gap])


def rank_word(rank: AnniversaryClass, lang: str) -> str:
    """Class of an anniversary (Decree 145/2013, article 3.1)."""
    return say(lang, _RANK[rank])


def mark_words(mark: Anniversary, lang: str) -> str:
    """Which anniversary it is: "60 năm (năm tròn)"."""
    return say(lang, "{years} years ({rank})", years=mark.ordinal, rank=rank_word(mark.rank, lang))


def language_of(text: Text, lang: str) -> str:
    """The language in which `text` answers a reader of `lang`: their own, else English, else Vietnamese."""
    if getattr(text, lang) is not None:
        return lang
    return "en" if text.en is not None else "vi"


def name(ident: str, directory: Directory, lang: str) -> str:
    """Name of a party, place or organisation; an unknown id names itself."""
    return directory.name_of(ident).in_(lang)


def names(idents: Iterable[str], directory: Directory, lang: str, between: str = ", ") -> str:
    """Names in the order given."""
    return between.join(name(ident, directory, lang) for ident in idents)


def next_steps(occurrence: Occurrence, lang: str, lacks: tuple[Term, ...] = ()) -> tuple[str, ...]:
    """What must be decided next: the terms it `lacks` (of a projected one, known or not), the text's gaps, the days."""
    if occurrence.over or occurrence.kind is Kind.ONGOING:
        return ()
    gaps = list(occurrence.to_set)
    if occurrence.kind not in DUTIES and not occurrence.window.fixed and Gap.DATES not in gaps:
        gaps.append(Gap.DATES)
    steps = [gap_word(gap, lang) for gap in gaps]
    if occurrence.status is Status.PROJECTED or lacks:
        steps.insert(0, say(lang, _RENEWED[lacks or may_lack(occurrence)]))
    return tuple(steps)


def days_left_words(count: int, lang: str) -> str:
    """How long until it begins, in days; 0 once its time has come."""
    if count <= 0:
        return say(lang, "the time has come")
    return say(lang, "1 day left") if count == 1 else say(lang, "{count} days left", count=count)


def days_to_end_words(count: int, lang: str) -> str:
    """How long until the last day of a time that has begun."""
    if count <= 0:
        return say(lang, "today is the last day")
    if count == 1:
        return say(lang, "1 day to the last day")
    return say(lang, "{count} days to the last day", count=count)


def amount_words(count: int, unit: Unit, lang: str) -> str:
    """An amount of calendar or working days."""
    if unit is Unit.WORKING:
        return say(lang, "1 working day") if count == 1 else say(lang, "{count} working days", count=count)
    return say(lang, "1 day") if count == 1 else say(lang, "{count} days", count=count)


def local_day(moment: datetime) -> date:
    """The day of a moment where the readers live."""
    return moment.astimezone(INDOCHINA).date()


def day_words(day: date, lang: str) -> str:
    """One day as people write it: 20/9/2022, 20 September 2022."""
    return _format(day, _DAY.get(lang, _DAY_ELSEWHERE)[2], lang)


def weekday_words(day: date, lang: str) -> str:
    """One day with its weekday."""
    return say(lang, "{weekday}, {day}", weekday=_format(day, "EEEE", lang), day=day_words(day, lang))


def days(window: Window, lang: str) -> str:
    """A window as people write it: 20/9/2022 · 21–30/4/2020 · tháng 7/2020 · quý I/2024 · trong năm 2021 · 2020–2022.

    A month, quarter, half or year is named only where the window is exactly that; an open bound is said to be open.
    """
    first, last = window.start, window.last
    if first is None:
        return say(lang, "no term stated") if last is None else say(lang, "until {day}", day=day_words(last, lang))
    if last is None:
        return say(lang, "from {day}", day=day_words(first, lang))
    return _whole_unit(window, first, last, lang) or _span(first, last, lang)


def ends_known(occurrence: Occurrence) -> bool:
    """Whether the last day is a real last day, rather than the plan's own end lent to a duty with no day yet."""
    return occurrence.window.last is not None and occurrence.cycle != UNSET


def is_long(window: Window) -> bool:
    """Whether calendars show the window on its last day only."""
    return window.stop is not None and (window.length is None or window.length > LONGEST_BAR)


def document_words(document: Document, lang: str) -> str:
    """A document as it is cited: title (number, date)."""
    marks = [say(lang, "No. {number}", number=document.number)] if document.number else []
    if document.date:
        marks.append(say(lang, "dated {day}", day=day_words(document.date, lang)))
    title = document.title.in_(lang)
    return f"{title} ({', '.join(marks)})" if marks else title


def _whole_unit(window: Window, first: date, last: date, lang: str) -> str | None:
    stop, year = last + ONE_DAY, first.year
    if window.fixed or first.day != 1 or stop.day != 1:
        return None
    months = (stop.year - first.year) * 12 + stop.month - first.month
    if months == 1:
        return say(lang, "{month} {year}", month=_format(first, "MMMM", lang), year=year)
    if months == 3 and window.precision is Precision.QUARTER and first.month % 3 == 1:
        return say(lang, _QUARTER[first.month // 3], year=year)
    if months == 6 and window.precision is Precision.HALF and first.month % 6 == 1:
        return say(lang, _HALF[first.month // 6], year=year)
    if first.month != 1 or months % 12:
        return None
    return say(lang, "in {year}", year=year) if months == 12 else f"{year}–{last.year}"


def _span(first: date, last: date, lang: str) -> str:
    day, day_month, full = _DAY.get(lang, _DAY_ELSEWHERE)
    if first == last:
        return _format(last, full, lang)
    if (first.year, first.month) == (last.year, last.month):
        opening = day
    else:
        opening = day_month if first.year == last.year else full
    between = "–" if opening == day or lang == "vi" else " – "
    return f"{_format(first, opening, lang)}{between}{_format(last, full, lang)}"


@lru_cache(maxsize=4096)
def _format(day: date, pattern: str, lang: str) -> str:
    return format_date(day, pattern, locale=lang)
