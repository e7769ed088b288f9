"""Whose duties may ever be told to an address: a look ahead for one person reads no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from notifications.asks import Almanac
from notifications.contacts import folded
from scheduler.plan import Directory
from scheduler.succession import lineage


@dataclass(frozen=True, slots=True)
class Concerned:
    """The bodies and parties whose duties may be told to an address on some day. `all`: anybody's may be."""

    bodies: frozenset[str]
    parties: frozenset[str]
    all: bool = False


def concerned(address: str, almanac: Almanac) -> Concerned:
    """Who may bring mail to `address`: never too few, whatever the day.

    Those who are written to there, the groups they are members of and those whose duties pass to them, however far; the
    parties that people with this address work for. A chain may name one of these bodies for the steps of any meeting.
    """
    directory, wanted = almanac.directory, folded(address)
    people = [one.organisation for one in almanac.roster.contacts.values() if folded(one.address) == wanted]
    serving = {ident for ident, _, _ in lineage(people, directory)}
    offices = {body.id for body in directory.organisations.values() if body.mail and folded(body.mail) == wanted}
    bodies = _up(serving | offices, directory)
    named = {step.lead for template in (almanac.chains or {}).values() for step in template.steps}
    parties = frozenset(directory.organisations[ident].party for ident in serving)
    return Concerned(bodies, parties, all=not named.isdisjoint(bodies))


def _up(idents: Iterable[str], directory: Directory) -> frozenset[str]:
    """These bodies, with all that stand for them: groups, and bodies that they come after."""
    above = _above(directory)
    found: set[str] = set()
    waiting = set(idents)
    while waiting:
        found |= waiting
        waiting = {ident for below in waiting for ident in above.get(below, ())} - found
    return frozenset(found)


def _above(directory: Directory) -> Mapping[str, set[str]]:
    above: dict[str, set[str]] = {}
    for body in directory.organisations.values():
        for below in (*body.members, *([body.successor] if body.successor else [])):
            above.setdefault(below, set()).add(body.id)
    return above
