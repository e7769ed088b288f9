"""A change that waited while more changed: what is left of it, told against how things stand now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from notifications.changes import window_from
from notifications.letters import Happened, Told
from notifications.notices import differences, happened_to
from scheduler.occurrence import Occurrence, Status
from scheduler.reconcile import Change

_BODIES = ("leads", "coordinating")
_STANDS = (Happened.CANCELLED, Happened.SKIPPED, Happened.POSTPONED, Happened.RESTORED)


def afresh(told: Told) -> Told | None:
    """The change from what its reader knew to how things stand now; None where nothing of it is left to tell.

    How it stands since is told by whoever changed that, with their reason. Raises ValueError for days or a status in
    `before` that cannot be read.
    """
    now = told.record.occurrence
    known = _known(told, now)
    before = differences(known, now)
    if now.over and "status" not in told.before:
        other = now.status is not Status.HELD and not set(_BODIES).isdisjoint(before)
        happened = Happened.REASSIGNED if other else None
    else:
        happened = happened_to(Change(known, now), mailed=True)
    if happened is None or (happened in _STANDS and happened is not told.happened):
        return None
    return replace(told, happened=happened, before=before)


def _known(told: Told, now: Occurrence) -> Occurrence:
    """What the reader knew, as far as it was noted."""
    old = {field: _value(field, text) for field, text in told.before.items()}
    return replace(now, **{"window" if field == "days" else field: value for field, value in old.items()})


def _value(field: str, text: str) -> Any:
    if field == "days":
        return window_from(text)
    if field == "status":
        return Status(text)
    return tuple(filter(None, text.split(","))) if field in _BODIES else text or None
