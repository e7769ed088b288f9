"""From rules to occurrences: every slot of a series up to a horizon. The same values give the same occurrences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.decided import NONE_DECIDED, Decided, courses_of
from scheduler.mould import Mould
from scheduler.occurrence import Occurrence
from scheduler.series import Series
from scheduler.slots import Ground, legs_through, slots_of


def expand(
    series: Series,
    ground: Ground,
    anchors: Mapping[str, Iterable[Occurrence]],
    decided: Decided = NONE_DECIDED,
) -> tuple[Occurrence, ...]:
    """Every occurrence of a series from its beginning to the horizon, by key, each key once.

    `anchors` holds the occurrences of the obligations a relative duty is counted from, by obligation id. A later plan
    that continues the series takes the slots of its own years. What people decided comes last and wins.
    """
    found: dict[str, Occurrence] = {}
    verdicts = decided.verdicts
    courses = courses_of(series, decided)
    for segment, legs in zip(series, legs_through(series), strict=True):
        mould: Mould | None = None
        usual = False  # nothing was decided on the series or stated of the leg, so that none of its cycles is special
        for slot in slots_of(segment, ground, anchors, legs, courses):
            if mould is None or slot.leg != mould.leg:
                mould = Mould(segment, slot, ground)
                usual = mould.plain and not verdicts and not mould.stated
            key = mould.head + slot.cycle
            if usual or (mould.plain and key not in verdicts and slot.cycle not in mould.stated):
                found[key] = mould.ordinary(slot)
            else:
                found[key] = mould.special(slot, decided.verdict(key))
    return tuple([found[key] for key in sorted(found)])
