"""How agreements stand on a day, with the plans that name them and the meetings ahead that rest on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.agreement import Health, health
from scheduler.occurrence import Record
from scheduler.plan import Agreement, Plan
from scheduler.survey import agreements_of


@dataclass(frozen=True, slots=True)
class Standing:
    """An agreement as it stands on a day, the plans that name it by id, and what ahead rests on it by time."""

    agreement: Agreement
    health: Health
    plans: tuple[Plan, ...]
    ahead: tuple[Record, ...]


def standings(plans: Sequence[Plan], ahead: Iterable[Record], day: date) -> tuple[Standing, ...]:
    """Every agreement of the plans as it stands on `day`, by id; `ahead` are the meetings from that day on.

    What is over no longer rests on anything.
    """
    resting: dict[str | None, list[Record]] = {}
    for record in ahead:
        if not record.occurrence.over:
            resting.setdefault(record.occurrence.agreement, []).append(record)
    naming: dict[str, list[Plan]] = {}
    for plan in sorted(plans, key=lambda plan: plan.id):
        for ident in {own.id for own in plan.agreements}:
            naming.setdefault(ident, []).append(plan)
    return tuple(
        Standing(each, health(each, day), tuple(naming[each.id]), tuple(resting.get(each.id, ())))
        for each in agreements_of(plans)
    )
