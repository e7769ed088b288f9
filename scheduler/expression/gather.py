"""Pieces sorted by what they are about, each bound joined to what it bounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import assert_never

from scheduler.errors import UnknownPhraseError
from scheduler.expression.days import Extent, extent_of
from scheduler.expression.known import unknown
from scheduler.expression.pieces import (
    Bound,
    Condition,
    Counted,
    Feast,
    Filler,
    MonthDay,
    Picked,
    Piece,
    QuarterMonth,
    Recurs,
    Remark,
    Rotates,
    Side,
    Span,
    Weekday,
)
from scheduler.expression.reading import Pick

_TOGETHER = {
    (Side.BY, Side.BEFORE): Side.BY_BEFORE,
    (Side.TO, Side.BEFORE): Side.BEFORE,
    (Side.FROM, Side.AFTER): Side.AFTER,
}
_LAST_DAY_SIDES = (None, Side.BEFORE, Side.BY_BEFORE, Side.BY, Side.TO)


@dataclass(slots=True)
class Found:
    """What a phrase holds. Several of what can only be one make the phrase unknown."""

    phrase: str
    extents: list[Extent] = field(default_factory=list)
    sides: set[Side] = field(default_factory=set)
    month_days: list[int] = field(default_factory=list)
    quarter_months: list[int] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)
    recurs: list[Recurs] = field(default_factory=list)
    rotates: bool = False
    picks: list[Pick] = field(default_factory=list)
    terms: list[Counted] = field(default_factory=list)
    feasts: list[Feast] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    _pending: Side | None = None
    _after_span: bool = False

    def take(self, piece: Piece) -> None:
        """Add the next piece."""
        match piece:
            case Bound():
                self._bound(piece.side)
            case Span():
                self._span(piece)
            case MonthDay() | Feast() | Picked():
                self._bounded(piece)
            case Recurs() | Rotates() | QuarterMonth() | Weekday():
                self._cyclic(piece)
            case Counted():
                self.terms.append(piece)
            case Remark():
                self.remarks.append(piece)
            case Condition():
                self.conditions.append(piece.words)
            case Filler():
                pass
            case _:
                assert_never(piece)

    def close(self) -> None:
        """Refuse a bound that bounds nothing, and two of what can only be one."""
        if self._pending is not None:
            raise self.unknown()
        for several in (self.month_days, self.quarter_months, self.weekdays, self.picks, self.terms, self.feasts):
            if len(several) > 1:
                raise self.unknown()

    def unknown(self) -> UnknownPhraseError:
        """The error for a phrase whose pieces do not fit together."""
        return unknown(self.phrase)

    def _bound(self, side: Side) -> None:
        joins = self._after_span and side in (Side.TO, Side.DASH)
        if side is Side.DASH and not joins:
            return
        if self._pending is None:
            self._pending = side
        elif (self._pending, side) in _TOGETHER:
            self._pending = _TOGETHER[self._pending, side]
        else:
            raise self.unknown()
        self._after_span = joins

    def _span(self, span: Span) -> None:
        if self._after_span and self._pending in (Side.TO, Side.DASH):
            before = self.extents[-1]
            if before.first is None:
                raise self.unknown()
            if before.side is Side.AFTER:
                self.extents.append(extent_of(Side.TO, span))
            else:
                self.extents[-1] = Extent(before.first, span)
        else:
            self.extents.append(extent_of(self._pending, span))
        if self._pending is not None:
            self.sides.add(self._pending)
        self._pending, self._after_span = None, True

    def _bounded(self, piece: MonthDay | Feast | Picked) -> None:
        self._after_span = False
        match piece:
            case MonthDay():
                self._side(_LAST_DAY_SIDES)
                self.month_days.append(piece.day)
            case Picked():
                self._side((None, Side.BY, Side.TO))
                self.picks.append(piece.pick)
            case Feast():
                side = self._side((*Side, None))
                self.feasts.append(piece if side is None else replace(piece, side=side, near=False))
            case _:
                assert_never(piece)

    def _cyclic(self, piece: Recurs | Rotates | QuarterMonth | Weekday) -> None:
        match piece:
            case Recurs():
                self.recurs.append(piece)
            case Rotates():
                self.rotates = True
            case QuarterMonth():
                self.quarter_months.append(piece.number)
            case Weekday():
                self.weekdays.append(piece.number)
            case _:
                assert_never(piece)

    def _side(self, allowed: Iterable[Side | None]) -> Side | None:
        """Take the pending bound, which must be one of `allowed`."""
        side = self._pending
        if side not in allowed:
            raise self.unknown()
        if side is not None:
            self.sides.add(side)
        self._pending = None
        return side


def gathered(phrase: str, pieces: Iterable[Piece]) -> Found:
    """Sort the pieces. Raises UnknownPhraseError when they do not fit together."""
    found = Found(phrase)
    for piece in pieces:
        found.take(piece)
    found.close()
    return found
