"""The board of turns: years across, partners down, under the home party whose plan names them. Ids, not yet words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calendars.desk import Upcoming
from calendars.yearquery import BoardQuestion
from scheduler.anniversary import AnniversaryClass
from scheduler.diary import NOT_TO_COME, Load, loads
from scheduler.occurrence import Occurrence, Selection
from scheduler.plan import MEETINGS, Directory, Kind

KINDS = (*MEETINGS, Kind.ANNIVERSARY, Kind.EVENT)
"""What the board looks at: meetings stand on it, the others may make a year round."""

_NOBODY = ""
_OF_A_YEAR = re.compile(r"(\d{4})(?:-.+)?")


class Direction(StrEnum):
    """Which way the delegation goes, seen from home."""

    INBOUND = "in"
    OUTBOUND = "out"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of meetings with a partner: for each column of the board, those that belong there."""

    cells: tuple[tuple[Upcoming, ...], ...]

    @property
    def latest(self) -> Occurrence:
        """The last of them, whose title names the line."""
        return [upcoming for cell in self.cells for upcoming in cell][-1].record.occurrence


@dataclass(frozen=True, slots=True)
class Pair:
    """All lines with one partner; None: with nobody named."""

    partner: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """All partners of a home party, and by year what it has to do altogether, partners not shown included.

    `loads` is empty where not everything was read.
    """

    home: str
    pairs: tuple[Pair, ...]
    loads: Mapping[int, Load]


@dataclass(frozen=True, slots=True)
class Board:
    """`columns` are years; a last one, None, is there only if something of that time has no year yet.

    `rounds` are the anniversaries that make a year round, by year.
    """

    columns: tuple[int | None, ...]
    blocks: tuple[Block, ...]
    rounds: Mapping[int, tuple[Upcoming, ...]]


def selections(asked: BoardQuestion) -> tuple[Selection, Selection]:
    """What to look for: all that was moved out of its year, as far as stored, and the years asked for.

    The two overlap. Partners are not narrowed down, since a year is crowded by all of them.
    """
    first = date(asked.first - 1, 1, 1)
    return Selection(first, kinds=KINDS), Selection(first, date(asked.last, 12, 31), kinds=KINDS)


def selection_of_lines(asked: BoardQuestion) -> Selection:
    """The same for some lines alone: the years asked for, behind which all that is stored is read."""
    return Selection(date(asked.first - 1, 1, 1), date(asked.last, 12, 31), kinds=MEETINGS)


def column_of(occurrence: Occurrence) -> int | None:
    """The year a meeting belongs to, which is not always the one it takes place in; None when it has none yet."""
    named = _OF_A_YEAR.fullmatch(occurrence.cycle)
    if named:
        return int(named[1])
    first, last = occurrence.window.start, occurrence.window.last
    if first is None or last is None or (first.year != last.year and not occurrence.window.fixed):
        return None
    return first.year


def home_of(occurrence: Occurrence, directory: Directory) -> str:
    """The party whose plan names it; an owner nobody knows stands for itself."""
    owner = directory.organisations.get(occurrence.owner)
    return owner.party if owner else occurrence.owner


def direction_of(occurrence: Occurrence, home: str, directory: Directory) -> Direction:
    """Which way the delegation goes. A province goes where its country goes; open while nobody knows who travels."""
    if occurrence.host is None and not occurrence.travels:
        return Direction.OPEN
    ours = {home, *_country_of(home, occurrence, directory)}
    if ours.isdisjoint(occurrence.travels):
        return Direction.INBOUND if occurrence.travels or occurrence.host in ours else Direction.OUTBOUND
    return Direction.OUTBOUND


def board(found: Iterable[Upcoming], asked: BoardQuestion, directory: Directory, *, whole: bool = True) -> Board:
    """The board of what was found; what stands in `found` twice counts once. `whole`: nothing of these years is not."""
    once = {upcoming.record.occurrence.key: upcoming for upcoming in found}
    meetings = [upcoming for upcoming in once.values() if upcoming.record.occurrence.kind in MEETINGS]
    years = range(asked.first, asked.last + 1)
    shown = [upcoming for upcoming in meetings if _shown(upcoming.record.occurrence, asked, directory)]
    unset = any(column_of(upcoming.record.occurrence) is None for upcoming in shown)
    columns: tuple[int | None, ...] = (*years, None) if unset else tuple(years)
    homes = {one.record.occurrence.plan: home_of(one.record.occurrence, directory) for one in meetings}
    burdens = list(loads((one.record.occurrence for one in meetings), homes)) if whole else []
    by_home: dict[str, list[Upcoming]] = {}
    for upcoming in shown:
        by_home.setdefault(homes[upcoming.record.occurrence.plan], []).append(upcoming)
    blocks = tuple(
        Block(
            home,
            tuple(_pairs(by_home[home], home, columns, asked, directory)),
            {load.year: load for load in burdens if load.party == home and load.year in years},
        )
        for home in in_order(by_home, directory)
    )
    return Board(columns, blocks, _rounds(once.values(), asked, directory))


def in_order(parties: Iterable[str], directory: Directory) -> list[str]:
    """Parties in the order of the directory; those it does not know after them."""
    order = {party: index for index, party in enumerate(directory.parties)}
    return sorted(set(parties), key=lambda party: (order.get(party, len(order)), party))


def _shown(occurrence: Occurrence, asked: BoardQuestion, directory: Directory) -> bool:
    filters, column = asked.filters, column_of(occurrence)
    if filters.homes and home_of(occurrence, directory) not in filters.homes:
        return False
    if filters.partners and set(filters.partners).isdisjoint(occurrence.partners):
        return False
    if column is not None:
        return asked.first <= column <= asked.last
    return occurrence.window.overlaps(date(asked.first, 1, 1), date(asked.last, 12, 31))


def _pairs(
    found: Sequence[Upcoming], home: str, columns: Sequence[int | None], asked: BoardQuestion, directory: Directory
) -> Iterator[Pair]:
    by_partner: dict[str, list[Upcoming]] = {}
    wanted = asked.filters.partners
    for upcoming in found:
        partners = [party for party in upcoming.record.occurrence.partners if party != home]
        for partner in partners or [_NOBODY]:
            if not wanted or partner in wanted:
                by_partner.setdefault(partner, []).append(upcoming)
    nobody = by_partner.pop(_NOBODY, None)
    for partner in in_order(by_partner, directory):
        yield Pair(partner, tuple(_lines(by_partner[partner], columns)))
    if nobody:
        yield Pair(None, tuple(_lines(nobody, columns)))


def _lines(found: Sequence[Upcoming], columns: Sequence[int | None]) -> Iterator[Line]:
    lines: dict[tuple[int, str, str], list[Upcoming]] = {}
    for upcoming in sorted(found, key=_by_cycle):
        one = upcoming.record.occurrence
        lines.setdefault((MEETINGS.index(one.kind), one.obligation, one.leg or ""), []).append(upcoming)
    for _, line in sorted(lines.items()):
        yield Line(
            tuple(tuple(one for one in line if column_of(one.record.occurrence) == column) for column in columns)
        )


def _rounds(
    found: Iterable[Upcoming], asked: BoardQuestion, directory: Directory
) -> Mapping[int, tuple[Upcoming, ...]]:
    rounds: dict[int, tuple[Upcoming, ...]] = {}
    for upcoming in sorted(found, key=_by_day):
        one = upcoming.record.occurrence
        last, mark = one.window.last, one.anniversary
        if mark is None or mark.rank is not AnniversaryClass.ROUND or last is None or one.status in NOT_TO_COME:
            continue
        filters = asked.filters
        elsewhere = filters.homes and home_of(one, directory) not in filters.homes
        others = filters.partners and one.partners and set(filters.partners).isdisjoint(one.partners)
        if asked.first <= last.year <= asked.last and not elsewhere and not others:
            rounds[last.year] = (*rounds.get(last.year, ()), upcoming)
    return rounds


def _country_of(home: str, occurrence: Occurrence, directory: Directory) -> Iterator[str]:
    """Parties of the same country that are no partners of the meeting."""
    country = directory.countries((home,))
    for party in directory.parties:
        if directory.countries((party,)) == country and party not in occurrence.partners:
            yield party


def _by_cycle(upcoming: Upcoming) -> tuple[str, str]:
    return upcoming.record.occurrence.cycle, upcoming.record.occurrence.key


def _by_day(upcoming: Upcoming) -> tuple[date, str]:
    return upcoming.record.occurrence.window.last or date.max, upcoming.record.occurrence.key
