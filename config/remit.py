"""Whose duties an officer decides on: those their organisations lead, and those of the plans these own."""

from __future__ import annotations

from calendars.todaylist import acting_for, answering_for
from config.excerpt import is_indexed
from config.office import Office
from config.officers import Officer, Role
from scheduler import index
from scheduler.attending import Bodies
from scheduler.occurrence import Occurrence

NOTHING = Bodies(frozenset(), frozenset())


def remit_of(desk: Office, officer: Officer) -> Bodies:
    """The bodies an officer acts for today, a head's with those below them, and the plans they own.

    What a group leads is for the plan's owner to decide, not for each of its members. Whoever has no organisation acts
    for nobody, whatever their role: looking after an installation is no mandate to decide whose turn it is.
    """
    if not officer.organisations:
        return NOTHING
    bodies = bodies_of(desk, officer)
    return Bodies(bodies, _plans_of(desk, bodies))


def bodies_of(desk: Office, officer: Officer) -> frozenset[str]:
    """The bodies of their remit alone: whose mails they see and act on, and lines about single bodies."""
    if not officer.organisations:
        return frozenset()
    below = officer.may(Role.HEAD)
    return answering_for(officer.organisations, desk.directory(), desk.today, below=below)


def concerning(desk: Office, officer: Officer) -> Bodies:
    """The same with the groups these bodies are in, and the plans of all of them: what concerns an officer."""
    bodies = acting_for(officer.organisations, desk.directory(), desk.today, below=officer.may(Role.HEAD))
    return Bodies(bodies, _plans_of(desk, bodies))


def sight_of(desk: Office, officer: Officer) -> Bodies | None:
    """Whose people and feeds an officer sees: those of their remit; None: all, for who looks after the installation."""
    return None if officer.may(Role.ADMIN) else remit_of(desk, officer)


def covers(remit: Bodies, one: Occurrence) -> bool:
    """Whether an occurrence is theirs to decide on: they lead it, or own the plan it rests on."""
    return one.plan in remit.plans or not remit.organisations.isdisjoint(one.leads)


def _plans_of(desk: Office, bodies: frozenset[str]) -> frozenset[str]:
    if is_indexed(desk.session):
        return index.owned(desk.session, bodies)
    return frozenset(plan.id for plan in desk.plans() if plan.owner in bodies) if desk.revision else frozenset()
