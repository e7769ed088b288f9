"""Who has received whom: meetings between a home party and each partner, by who hosted them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from scheduler.occurrence import UNSET, Occurrence, Status
from scheduler.plan import MEETINGS

NOT_CARRIED_OUT = (Status.SKIPPED, Status.CANCELLED, Status.POSTPONED)


@dataclass(frozen=True, slots=True)
class Balance:
    """Meetings of `home` with `partner` that were carried out by a day, by who hosted.

    `elsewhere`: a third party hosted both. `unknown`: nobody knows who hosted. `unrecorded` of all these have nothing
    recorded, and are counted as carried out.
    """

    home: str
    partner: str
    hosted: int = 0
    visited: int = 0
    elsewhere: int = 0
    unknown: int = 0
    unrecorded: int = 0

    @property
    def outstanding(self) -> int:
        """How many meetings the side that hosted less would have to host to be even."""
        return abs(self.hosted - self.visited)

    @property
    def owing(self) -> str | None:
        """The side that hosted less, or None when they are even."""
        if self.hosted == self.visited:
            return None
        return self.partner if self.hosted > self.visited else self.home


_Met = tuple[str | None, bool]
"""Who hosted a meeting, and whether anything was recorded of it."""


@dataclass(frozen=True, slots=True)
class Balances:
    """Meetings carried out by a day, noted one by one."""

    as_of: date
    _met: dict[tuple[str, str], dict[str, _Met]] = field(default_factory=dict)

    def note(self, occurrence: Occurrence, home: str) -> None:
        """Count a meeting of a plan of this home party, if it was carried out."""
        if not _carried_out(occurrence, self.as_of):
            return
        meeting = occurrence.host, occurrence.status is Status.HELD
        for partner in occurrence.partners:
            if partner != home:
                found = self._met.setdefault((home, partner), {})
                if occurrence.joint is not None or occurrence.key not in found:
                    found[occurrence.joint or occurrence.key] = meeting

    def all(self) -> tuple[Balance, ...]:
        """The balance of every pair that has met, by home and partner."""
        return tuple(_balance(*pair, tuple(found.values())) for pair, found in sorted(self._met.items()))


def balances(occurrences: Iterable[Occurrence], homes: Mapping[str, str], as_of: date) -> tuple[Balance, ...]:
    """The balance of every pair that has met by `as_of`, by home and partner. `homes`: home party of each plan.

    What was held counts for its actual host; what is past with nothing recorded counts as carried out by the host whose
    turn it was. A joint meeting that fulfils several turns of one pair counts once, for each pair by its own turn.
    """
    found = Balances(as_of)
    for occurrence in occurrences:
        found.note(occurrence, homes[occurrence.plan])
    return found.all()


def _balance(home: str, partner: str, meetings: tuple[_Met, ...]) -> Balance:
    hosts = [host for host, _ in meetings]
    known = sum(host is not None for host in hosts)
    hosted, visited = hosts.count(home), hosts.count(partner)
    return Balance(
        home=home,
        partner=partner,
        hosted=hosted,
        visited=visited,
        elsewhere=known - hosted - visited,
        unknown=len(hosts) - known,
        unrecorded=sum(not recorded for _, recorded in meetings),
    )


def _carried_out(occurrence: Occurrence, as_of: date) -> bool:
    if occurrence.kind not in MEETINGS or occurrence.cycle == UNSET or occurrence.status in NOT_CARRIED_OUT:
        return False
    last = occurrence.window.last
    return last is not None and last < as_of
