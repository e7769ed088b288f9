"""What slots still ask for on one day, for many of them: what is told to many readers is worked out once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from notifications.asks import Almanac, Ask, asks
from notifications.audience import recipients
from notifications.due import Reason, Slot, past, why_fallen
from scheduler.occurrence import Record

_Named = tuple[str, date, int]


@dataclass(frozen=True, slots=True)
class Standings:
    """How things stand on `today`, kept for the occurrences and audiences asked about last: at most `most` of each."""

    almanac: Almanac
    today: date
    most: int = 500
    _asks: dict[str, tuple[Record, dict[_Named, Ask]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _readers: dict[Hashable, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, record: Record | None, slot: Slot) -> Ask | Reason:
        """What a slot still asks for; else the reason why it must not be sent any more (`due.standing`)."""
        if record is None:
            return Reason.GONE
        ask = self._all(record).get((slot.step, slot.counted_from, slot.repeat))
        if ask is not None and (ask.afterwards or not past(record.occurrence, self.today)):
            return ask
        return why_fallen(record.occurrence, self.today)

    def tells(self, ask: Ask, recipient: str) -> bool:
        """Whether a reader is among those who are told of an ask (`due.told_still`)."""
        named = ask.audience.named
        if named not in self._readers:
            almanac = self.almanac
            found = recipients(ask.audience, almanac.directory, almanac.roster, self.today)
            self._readers[named] = frozenset(reader.recipient for reader in found)
            _drop_oldest(self._readers, self.most)
        return recipient in self._readers[named]

    def _all(self, record: Record) -> dict[_Named, Ask]:
        key = record.occurrence.key
        kept = self._asks.get(key)
        if kept is None or kept[0] != record:
            mine: dict[_Named, Ask] = {}
            for ask in asks(record, self.almanac):
                mine.setdefault((ask.step.id, ask.counted_from, ask.repeat), ask)
            kept = self._asks[key] = record, mine
            _drop_oldest(self._asks, self.most)
        return kept[1]


def _drop_oldest(shelf: dict[Any, Any], most: int) -> None:
    if len(shelf) > most:
        del shelf[next(iter(shelf))]
