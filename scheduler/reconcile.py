"""What is stored against what should be: the changes that bring one to the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from scheduler.occurrence import UNSET, Occurrence, withdrawn


@dataclass(frozen=True, slots=True)
class Change:
    """One occurrence before and after; `before` None: it is new.

    `replaced`: its duty goes on under other keys. It stood for what was open, which is set now; or it has had days,
    and these are open again.
    """

    before: Occurrence | None
    after: Occurrence
    replaced: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """Its key; of what came in place of another one (`by_duty`) both."""
        return frozenset(side.key for side in (self.before, self.after) if side is not None)

    @property
    def moved(self) -> bool:
        """Whether its days changed."""
        return self.before is not None and self.before.window != self.after.window

    @property
    def comes(self) -> bool:
        """Whether it is expected from now on, and was not before."""
        return not self.after.over and (self.before is None or self.before.over)

    @property
    def opens(self) -> bool:
        """Whether it stands from now on for what is open of its duty."""
        return self.after.cycle == UNSET and self.comes

    @property
    def dropped(self) -> bool:
        """Whether it was cancelled by this change, and nothing came in its place."""
        if self.before is None or self.replaced:
            return False
        return self.before != self.after and self.after == withdrawn(self.before)


def reconcile(
    stored: Mapping[str, Occurrence], expected: Iterable[Occurrence], keep: Collection[str] = ()
) -> tuple[Change, ...]:
    """Changes by key, in key order; none when everything stands as it should.

    An occurrence that nothing asks for any more is not removed but cancelled: calendars that show it must be told.
    What is in `keep` stays as it is although nothing asks for it: it was held. Doing it twice changes nothing.
    """
    wanted = {occurrence.key: occurrence for occurrence in expected}
    changes = [Change(stored.get(key), after) for key, after in wanted.items() if stored.get(key) != after]
    opened = {change.after.obligation for change in changes if change.opens}
    going_on = {occurrence.obligation for occurrence in wanted.values()}
    for key, before in stored.items():
        if key not in wanted and key not in keep and (after := withdrawn(before)) != before:
            heirs = going_on if before.cycle == UNSET else opened
            changes.append(Change(before, after, replaced=before.obligation in heirs))
    return tuple(sorted(changes, key=lambda change: change.after.key))


def by_duty(changes: Iterable[Change], day: date) -> tuple[Change, ...]:
    """The same as those see them who have the duties: what was replaced and what came for it are one change.

    Of several that came, that is the first whose last day is not before `day`; the others stay as they are.
    """
    kept: list[Change] = []
    replaced: dict[str, Change] = {}
    for change in changes:
        if change.replaced:
            first = replaced.setdefault(change.after.obligation, change)
            replaced[change.after.obligation] = min(first, change, key=partial(_nearest, day))
        else:
            kept.append(change)
    heirs: dict[str, list[int]] = {duty: [] for duty in replaced}
    for index, change in enumerate(kept):
        if change.comes and change.after.obligation in heirs:
            heirs[change.after.obligation].append(index)
    for duty, indexes in heirs.items():
        if indexes:
            heir = min(indexes, key=lambda index: _nearest(day, kept[index]))
            kept[heir] = replace(kept[heir], before=replaced[duty].before)
    return tuple(kept)


def _nearest(day: date, change: Change) -> tuple[bool, date, str]:
    last = change.after.window.last or date.max
    return last < day, last, change.after.key
