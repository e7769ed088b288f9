"""What is stored against what should be: the changes that bring one to the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from scheduler.occurrence import Occurrence, withdrawn


@dataclass(frozen=True, slots=True)
class Change:
    """One occurrence before and after; `before` None: it is new."""

    before: Occurrence | None
    after: Occurrence

    @property
    def moved(self) -> bool:
        """Whether its days changed."""
        return self.before is not None and self.before.window != self.after.window

    @property
    def dropped(self) -> bool:
        """Whether it was cancelled by this change."""
        return self.before is not None and self.before != self.after and self.after == withdrawn(self.before)


def reconcile(
    stored: Mapping[str, Occurrence], expected: Iterable[Occurrence], keep: Collection[str] = ()
) -> tuple[Change, ...]:
    """Changes by key, in key order; none when everything stands as it should.

    An occurrence that nothing asks for any more is not removed but cancelled: calendars that show it must be told.
    What is in `keep` stays as it is although nothing asks for it: it was held. Doing it twice changes nothing.
    """
    wanted = {occurrence.key: occurrence for occurrence in expected}
    changes = [Change(stored.get(key), after) for key, after in wanted.items() if stored.get(key) != after]
    for key, before in stored.items():
        if key not in wanted and key not in keep and (after := withdrawn(before)) != before:
            changes.append(Change(before, after))
    return tuple(sorted(changes, key=lambda change: change.after.key))
