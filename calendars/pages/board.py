"""The page of the board: who hosts whom, partner by partner and year by year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from calendars.catalogue import msg, say
from calendars.desk import Upcoming
from calendars.headline import headline
from calendars.pages.choices import choices
from calendars.pages.frame import Frame, fill
from calendars.turnboard import Block, Board, Direction, Line, Pair, column_of, direction_of
from calendars.wording import days, flag_word, kind_word, name, rank_word, status_word
from calendars.yearquery import FIRST_YEAR, MOST_YEARS, BoardQuestion, last_year
from scheduler.anniversary import AnniversaryClass
from scheduler.diary import Load
from scheduler.occurrence import Flag, Occurrence, Status
from scheduler.plan import Directory
from scheduler.survey import CROWDED
from scheduler.window import Precision

_WAY = {Direction.INBOUND: msg("receiving"), Direction.OUTBOUND: msg("travelling")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A meeting in a cell. `way` None: nobody knows who travels; `about` tells links to different meetings apart."""

    key: str
    host: str
    host_known: bool
    direction: str
    way: str | None
    about: str
    when: str | None
    place: str | None
    state: str
    status: str | None
    alerts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of meetings with a partner."""

    title: str
    kind: str
    cells: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """All lines with one partner."""

    partner: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """All partners of one home; `burdens` says for each column when it is crowded."""

    home: str
    burdens: tuple[str | None, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A year, or what has none yet."""

    label: str
    year: int | None
    mark: str | None
    present: bool


@dataclass(frozen=True, slots=True)
class Round:
    """An anniversary that makes a year round."""

    year: int
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Wall:
    """The board in words."""

    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
    rounds: tuple[Round, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page can be narrowed to; `stored` is whether any plan is stored.

    `whole`: the page shows all that was asked for; else `passed` duties stand on the pages before.
    """

    homes: tuple[str, ...]
    partners: tuple[str, ...]
    stored: bool
    whole: bool = True
    passed: int = 0


def board_page(
    board: Board, asked: BoardQuestion, offer: Offer, directory: Directory, frame: Frame, today: date
) -> str:
    """HTML of /board as seen on `today`."""
    lang = frame.lang
    reach = FIRST_YEAR, last_year(today)
    return fill(
        "board.html",
        frame,
        wall=wall(board, directory, lang, today),
        span=(asked.first, asked.last),
        reach=reach,
        limits=say(
            lang, "At most {most} years, from {first} to {last}.", most=MOST_YEARS, first=reach[0], last=reach[1]
        ),
        caption=say(lang, "Who hosts whom, {first}–{last}", first=asked.first, last=asked.last),
        homes=choices(offer.homes, asked.filters.homes, directory, lang),
        partners=choices(offer.partners, asked.filters.partners, directory, lang),
        narrowed=bool(asked.filters.homes or asked.filters.partners),
        stored=offer.stored,
        whole=offer.whole,
    )


def wall(board: Board, directory: Directory, lang: str, today: date) -> Wall:
    """The board in the words of `lang`."""
    columns = tuple(_column(year, board, lang, today) for year in board.columns)
    rounds = tuple(
        Round(year, one.record.occurrence.key, headline(one.record.occurrence, directory, lang))
        for year, found in sorted(board.rounds.items())
        for one in found
    )
    return Wall(columns, tuple(_section(block, board, directory, lang) for block in board.blocks), rounds)


def alerts(upcoming: Upcoming, lang: str) -> tuple[str, ...]:
    """What is to be said of it today. That its day is off is no news once it is over."""
    over = upcoming.record.occurrence.over
    return tuple(flag_word(flag, lang) for flag in upcoming.flags if not (over and flag is Flag.DAY_OFF))


def _column(year: int | None, board: Board, lang: str, today: date) -> Column:
    if year is None:
        return Column(say(lang, "year not set"), None, None, present=False)
    mark = rank_word(AnniversaryClass.ROUND, lang) if year in board.rounds else None
    return Column(str(year), year, mark, present=year == today.year)


def _section(block: Block, board: Board, directory: Directory, lang: str) -> Section:
    burdens = tuple(_burden(block.loads.get(year or 0), lang) for year in board.columns)
    groups = tuple(_group(pair, block.home, directory, lang) for pair in block.pairs)
    return Section(name(block.home, directory, lang), burdens, groups)


def _burden(load: Load | None, lang: str) -> str | None:
    if load is None or load.count < CROWDED:
        return None
    counts = {"count": load.count, "hosting": load.hosting, "travelling": load.travelling}
    return say(lang, "crowded year: {count} meetings, {hosting} to host, {travelling} to travel to", **counts)


def _group(pair: Pair, home: str, directory: Directory, lang: str) -> Group:
    partner = name(pair.partner, directory, lang) if pair.partner else say(lang, "No partner named")
    return Group(partner, tuple(_row(line, home, directory, lang) for line in pair.lines))


def _row(line: Line, home: str, directory: Directory, lang: str) -> Row:
    latest = line.latest
    cells = tuple(tuple(_entry(one, home, directory, lang) for one in cell) for cell in line.cells)
    return Row(latest.title.in_(lang), kind_word(latest.kind, lang), cells)


def _entry(upcoming: Upcoming, home: str, directory: Directory, lang: str) -> Entry:
    one = upcoming.record.occurrence
    direction = direction_of(one, home, directory)
    year, title = column_of(one), one.title.in_(lang)
    told = list(alerts(upcoming, lang))
    if one.joint is not None:
        told.append(say(lang, "one meeting with another"))
    return Entry(
        key=one.key,
        host=name(one.host, directory, lang) if one.host else say(lang, "host not set"),
        host_known=one.host is not None,
        direction=direction.value,
        way=say(lang, _WAY[direction]) if direction in _WAY else None,
        about=f"{title}, {year}" if year else title,
        when=_when(one, year, lang),
        place=name(one.place, directory, lang) if one.place and one.place != one.host else None,
        state=one.status.value,
        status=status_word(one, lang) if _says_more(upcoming) else None,
        alerts=tuple(told),
    )


def _says_more(upcoming: Upcoming) -> bool:
    """Whether the status is news beside its flags: of what is past and unrecorded only that it was postponed is."""
    return Flag.UNRECORDED not in upcoming.flags or upcoming.record.occurrence.status is Status.POSTPONED


def _when(one: Occurrence, year: int | None, lang: str) -> str | None:
    """Its days, unless they are all of the year it stands under."""
    window = one.window
    whole = window.precision is Precision.YEAR and window.start is not None and window.start.year == year
    return None if whole else days(window, lang)
