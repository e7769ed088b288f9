"""The pages of a year: its programme as an office prints it, and its months as calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from babel import Locale
from babel.dates import get_day_names, get_month_names

from calendars.catalogue import msg, say
from calendars.desk import Upcoming
from calendars.headline import headline, subject
from calendars.pages.board import Offer, alerts
from calendars.pages.choices import choices
from calendars.pages.frame import Frame, fill
from calendars.programme import Day, Month, Part, Place, programme
from calendars.wording import days, kind_word, mark_words, name, names, status_word, weekday_words
from calendars.yearquery import FIRST_YEAR, YearQuestion, last_year
from scheduler.anniversary import AnniversaryClass
from scheduler.occurrence import Occurrence
from scheduler.plan import MEETINGS, Directory, Text
from scheduler.window import ONE_DAY, Precision, Window
from scheduler.workdays import OffReason

_PARTS = {
    Part.OPEN: msg("No day chosen yet"),
    Part.THROUGHOUT: msg("All year long"),
    Part.DROPPED: msg("Skipped or cancelled"),
}


_Stop = tuple[str, int, str]
"""Where a link leads below /year/, the year it lies in, and its label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the programme. `number` counts from 1 through the whole programme."""

    number: int
    key: str
    when: str
    kind: str
    title: str
    mark: str | None
    round: bool
    host: str | None
    travels: str | None
    place: str | None
    leads: str | None
    coordinating: str | None
    state: str
    status: str
    alerts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A month of the programme, or what has none."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What stands in a day of the calendar."""

    key: str
    title: str
    state: str
    alerts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the calendar; `day` is an ISO date, `holidays` say whose they are."""

    day: str
    number: int
    weekday: str
    present: bool
    holidays: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A month in words."""

    heading: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[Cell | None, ...], ...]
    undated: tuple[Item, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing stands on any day."""
        return not any(cell.notes for week in self.weeks for cell in week if cell)


@dataclass(frozen=True, slots=True)
class Way:
    """A link to another year or month."""

    href: str
    label: str
    rel: str = ""
    here: bool = False


def year_page(
    found: Sequence[Upcoming], asked: YearQuestion, offer: Offer, directory: Directory, frame: Frame, today: date
) -> str:
    """HTML of /year/YYYY as seen on `today`."""
    lang = frame.lang
    return fill(
        "year.html",
        frame,
        title=_title(asked, directory, lang),
        about=_about(asked, directory, lang),
        day=say(lang, "As of {day}", day=weekday_words(today, lang)),
        chapters=chapters(found, asked.year, directory, lang, offer.passed),
        ways=_around(frame, today, *((f"{year}", year, str(year)) for year in (asked.year - 1, asked.year + 1))),
        months=_months(asked, frame),
        here=frame.at(f"/year/{asked.year}"),
        whole=frame.at(f"/year/{asked.year}"),
        homes=choices(offer.homes, asked.filters.homes, directory, lang),
        partners=choices(offer.partners, asked.filters.partners, directory, lang),
        stored=offer.stored,
        whole_year=offer.whole,
    )


def month_page(
    month: Month,
    asked: YearQuestion,
    offer: Offer,
    directory: Directory,
    frame: Frame,
    today: date,
    listed: Sequence[Upcoming] | None = None,
) -> str:
    """HTML of /year/YYYY/MM as seen on `today`; `listed` stands in place of days that were not read whole."""
    lang, number = frame.lang, asked.month or 1
    before, after = date(asked.year, number, 1) - ONE_DAY, date(asked.year + number // 12, number % 12 + 1, 1)
    around = [(f"{day:%Y/%m}", day.year, _capital(month_words(day.year, day.month, lang))) for day in (before, after)]
    return fill(
        "month.html",
        frame,
        sheet=sheet(month, asked.year, number, directory, lang, today),
        days=listed is None,
        chapters=chapters(listed or (), asked.year, directory, lang, offer.passed),
        about=_about(asked, directory, lang),
        ways=_around(frame, today, *around),
        months=_months(asked, frame),
        here=frame.at(f"/year/{asked.year}/{number:02}"),
        whole=_way(frame, f"/year/{asked.year}", say(lang, "The whole year {year}", year=asked.year)),
        homes=choices(offer.homes, asked.filters.homes, directory, lang),
        partners=choices(offer.partners, asked.filters.partners, directory, lang),
        stored=offer.stored,
    )


def chapters(
    found: Sequence[Upcoming], year: int, directory: Directory, lang: str, passed: int = 0
) -> tuple[Chapter, ...]:
    """The programme in words, numbered through; `passed` stand on the pages before."""
    told: list[Chapter] = []
    count = passed
    for place, there in programme(found, year).items():
        items = tuple(_item(upcoming, count + n, directory, lang) for n, upcoming in enumerate(there, 1))
        told.append(Chapter(_place_words(place, year, lang), items))
        count += len(items)
    return tuple(told)


def sheet(month: Month, year: int, number: int, directory: Directory, lang: str, today: date) -> Sheet:
    """A month in words."""
    weekdays = get_day_names("wide", "format", lang)
    weeks = tuple(
        tuple(_cell(day, weekdays, directory, lang, today) if day else None for day in week) for week in month.weeks
    )
    return Sheet(
        heading=say(lang, "Calendar of external relations, {month}", month=month_words(year, number, lang)),
        weekdays=tuple(weekdays[n] for n in range(7)),
        weeks=weeks,
        undated=tuple(_item(one, n, directory, lang) for n, one in enumerate(month.undated, 1)),
    )


def _title(asked: YearQuestion, directory: Directory, lang: str) -> str:
    """As an office heads its programme: of the year, and whose."""
    homes = names(asked.filters.homes, directory, lang)
    if homes:
        return say(lang, "Programme of external relations in {year} of {homes}", year=asked.year, homes=homes)
    return say(lang, "Programme of external relations in {year}", year=asked.year)


def _about(asked: YearQuestion, directory: Directory, lang: str) -> str:
    """What it is narrowed to, beside the homes that stand in the title."""
    told = [name(partner, directory, lang) for partner in asked.filters.partners]
    return ", ".join([*told, *(kind_word(kind, lang) for kind in asked.filters.kinds)])


def _place_words(place: Place, year: int, lang: str) -> str:
    return say(lang, _PARTS[place]) if isinstance(place, Part) else month_words(year, place, lang)


def _item(upcoming: Upcoming, number: int, directory: Directory, lang: str) -> Item:
    one = upcoming.record.occurrence
    host = name(one.host, directory, lang) if one.host else None
    return Item(
        number=number,
        key=one.key,
        when=_when(one, lang),
        kind=kind_word(one.kind, lang),
        title=subject(one, directory, lang),
        mark=mark_words(one.anniversary, lang) if one.anniversary else None,
        round=one.anniversary is not None and one.anniversary.rank is AnniversaryClass.ROUND,
        host=say(lang, "host not set") if host is None and one.kind in MEETINGS else host,
        travels=names(one.travels, directory, lang) or None,
        place=name(one.place, directory, lang) if one.place and one.place != one.host else None,
        leads=names(one.leads, directory, lang, "; ") or None,
        coordinating=names(one.coordinating, directory, lang, "; ") or None,
        state=one.status.value,
        status=status_word(one, lang),
        alerts=alerts(upcoming, lang),
    )


def _when(one: Occurrence, lang: str) -> str:
    """Its days; a single one with its weekday."""
    day = one.window.start
    return weekday_words(day, lang) if day and one.window.length == 1 else days(one.window, lang)


def _cell(day: Day, weekdays: Mapping[int, str], directory: Directory, lang: str, today: date) -> Cell:
    return Cell(
        day=day.day.isoformat(),
        number=day.day.day,
        weekday=weekdays[day.day.weekday()],
        present=day.day == today,
        holidays=tuple(_holiday(reason, lang) for reason in day.off),
        notes=tuple(_note(upcoming, directory, lang) for upcoming in day.found),
    )


def _note(upcoming: Upcoming, directory: Directory, lang: str) -> Note:
    one = upcoming.record.occurrence
    return Note(one.key, headline(one, directory, lang), one.status.value, alerts(upcoming, lang))


def _holiday(reason: OffReason, lang: str) -> str:
    named = reason.name
    words = Text(named.vi, named.en, named.lo, named.km, named.th).in_(lang)
    return f"{words} ({Locale(lang).territories.get(reason.country, reason.country)})"


def _months(asked: YearQuestion, frame: Frame) -> list[Way]:
    # Of Khmer, Babel knows months only as they stand in a date; by themselves it gives them in Lao.
    known = get_month_names("wide", "format", frame.lang)
    return [
        _way(frame, f"/year/{asked.year}/{month:02}", _capital(known[month]), here=month == asked.month)
        for month in range(1, 13)
    ]


def _around(frame: Frame, today: date, before: _Stop, after: _Stop) -> list[Way]:
    """Links to what comes before and after, as far as anyone may look."""
    stops = zip(("prev", "next"), (before, after), strict=True)
    within = [(rel, stop) for rel, stop in stops if FIRST_YEAR <= stop[1] <= last_year(today)]
    return [_way(frame, f"/year/{path}", label, rel) for rel, (path, _, label) in within]


def _way(frame: Frame, path: str, label: str, rel: str = "", *, here: bool = False) -> Way:
    """A link to the first page of another time; it keeps what this one is narrowed to."""
    asked = urlencode([pair for pair in frame.query if pair[0] != "page"])
    return Way(frame.at(f"{path}?{asked}" if asked else path), label, rel, here)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def month_words(year: int, month: int, lang: str) -> str:
    """A month of a year by name."""
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    return days(Window(first, after, Precision.MONTH), lang)
