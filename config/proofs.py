"""Plan and directory files looked over before anything is settled: those that changed, and those that rest on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlmodel import Session

from config.excerpt import AT_ONCE, people_of
from config.holidayfile import days_off
from config.planfile import SourceFile, in_order, load_people, load_plans, plan_id
from config.projection import Touch
from scheduler import history, index
from scheduler.errors import Problem
from scheduler.portions import portions


def faults(
    session: Session,
    touch: Touch,
    given: tuple[Sequence[SourceFile], Sequence[SourceFile], SourceFile],
    own: Mapping[str, Sequence[SourceFile]],
    progress: Callable[[int, int], object] | None = None,
) -> tuple[Problem, ...]:
    """All that is wrong with what changed, and with what rests on it, by file and place.

    The journal holds the new texts already. `given`: directory, plan and holiday files, for their names; `own`: the
    plan files by plan.
    """
    directory, plans, holidays = given
    bringing = frozenset(index.with_entries(session))
    people = load_people(directory, list(_files(session, bringing, own))) if touch.people else people_of(session)
    found = [*people.problems, *people.others, *days_off(holidays)[1]]
    unread = [file for file in plans if plan_id(file) is None] if len(plans) > sum(map(len, own.values())) else []
    found += load_plans(people, unread).problems
    looked = sorted(_to_look_at(session, touch, own))
    done = 0
    for some in portions(looked, AT_ONCE):
        found += load_plans(people, list(_files(session, _beside(session, some), own))).problems
        done += len(some)
        if progress is not None:
            progress(done, len(looked))
    once = {(each.file, each.line, each.column, each.field, each.message): each for each in found}
    return in_order(once.values())


def _to_look_at(session: Session, touch: Touch, own: Mapping[str, Sequence[SourceFile]]) -> frozenset[str]:
    """The plans in force that may be wrong by now: changed ones, and those that share a series or refer to them."""
    twice = {ident for ident, files in own.items() if len(files) > 1}
    if touch.people and touch.everything:
        return frozenset({subject for _, subject in history.digests(session, history.PLAN)} | twice)
    near = index.referring(session, touch.names) | index.givers(session, touch.names)
    return frozenset({*touch.plans, *near, *twice})


def _beside(session: Session, plans: Sequence[str]) -> frozenset[str]:
    """Plans with all those that they, and these in turn, share a series with or refer to."""
    found: frozenset[str] = frozenset()
    waiting = frozenset(plans)
    while waiting:
        found |= waiting
        names = index.given_by(session, waiting) | index.referred(session, waiting)
        waiting = index.givers(session, names) - found
    return found


def _files(session: Session, plans: frozenset[str], own: Mapping[str, Sequence[SourceFile]]) -> Iterator[SourceFile]:
    """The files of plans under the names people know them by; of plans that were not given, by the plan's name."""
    for line in history.in_force(session, history.PLAN, subjects=plans):
        if line.text:
            yield from own.get(line.subject) or (SourceFile(line.subject, line.text),)
