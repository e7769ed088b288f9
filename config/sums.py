"""Changes counted by what they are, where there are too many to keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from scheduler.reconcile import Change

ADDED, MOVED, CHANGED, CANCELLED = "added", "moved", "changed", "cancelled"
"""What a change is."""


def sort_of(change: Change) -> str:
    """What a change is: one of the four words."""
    if change.before is None:
        return ADDED
    return CANCELLED if change.dropped else MOVED if change.moved else CHANGED


@dataclass(slots=True)
class Sums:
    """How many changes of each sort there were, and how many of the new ones each plan has."""

    sorts: dict[str, int] = field(default_factory=dict)
    plans: dict[str, int] = field(default_factory=dict)

    def add(self, changes: Iterable[Change]) -> None:
        """Count these as well."""
        for change in changes:
            sort, plan = sort_of(change), change.after.plan
            self.sorts[sort] = self.sorts.get(sort, 0) + 1
            if sort == ADDED:
                self.plans[plan] = self.plans.get(plan, 0) + 1

    def of(self, sort: str) -> int:
        """How many of one sort."""
        return self.sorts.get(sort, 0)
