"""Who has a body's duties on a day: the body while it lives, then its successor, and so on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from scheduler.plan import Directory


@dataclass(frozen=True, slots=True)
class Heir:
    """The last body known to have taken the duties over. `known` False: it has ended too, and who came next is open."""

    organisation: str
    known: bool


@dataclass(frozen=True, slots=True)
class Bodies:
    """Who leads and who coordinates, each once. `known` False: of one of them it is not known who took over."""

    leads: tuple[str, ...]
    coordinating: tuple[str, ...]
    known: bool


def heir_of(ident: str, day: date, directory: Directory) -> Heir:
    """Who has the duties of `ident` on `day`: itself up to its last day, then its successor. A circle ends.

    A body the directory does not have, or gives no last day, is taken to live.
    """
    seen = {ident}
    while _ended(ident, day, directory):
        successor = directory.organisations[ident].successor
        if successor is None or successor in seen:
            return Heir(ident, known=False)
        seen.add(successor)
        ident = successor
    return Heir(ident, known=True)


def handed_on(leads: tuple[str, ...], coordinating: tuple[str, ...], day: date | None, directory: Directory) -> Bodies:
    """Who has these duties on `day`, in the order given; None: the day is open, and nothing is handed on.

    A coordinating body is left out where its duties are now with one that leads, unless the plan names it as both.
    """
    if day is None or not any(_ended(ident, day, directory) for ident in (*leads, *coordinating)):
        return Bodies(leads, coordinating, known=True)
    first = {ident: heir_of(ident, day, directory) for ident in (*leads, *coordinating)}
    leading = dict.fromkeys(first[ident].organisation for ident in leads)
    beside = [ident for ident in coordinating if first[ident].organisation not in leading or ident in leads]
    return Bodies(
        tuple(leading),
        tuple(dict.fromkeys(first[ident].organisation for ident in beside)),
        all(heir.known for heir in first.values()),
    )


def unchanging(leads: tuple[str, ...], coordinating: tuple[str, ...], directory: Directory) -> bool:
    """Whether `handed_on` gives just these on every day: none of them has a last day, none stands twice in its list."""
    for ident in (*leads, *coordinating):
        body = directory.organisations.get(ident)
        if body is not None and body.until is not None:
            return False
    return len(set(leads)) == len(leads) and len(set(coordinating)) == len(coordinating)


def lineage(idents: Iterable[str], directory: Directory) -> tuple[tuple[str, date | None, str | None], ...]:
    """All that the heirs of these bodies depend on: each body and those after it, with last day and successor."""
    found: dict[str, tuple[str, date | None, str | None]] = {}
    waiting = list(idents)
    while waiting:
        ident = waiting.pop(0)
        body = directory.organisations.get(ident)
        if body is not None and ident not in found:
            found[ident] = ident, body.until, body.successor
            waiting += [body.successor] if body.successor is not None else []
    return tuple(found.values())


def _ended(ident: str, day: date, directory: Directory) -> bool:
    body = directory.organisations.get(ident)
    return body is not None and body.until is not None and body.until < day


def circles_of(ident: str, directory: Directory) -> tuple[str, ...]:
    """A body and every group it is a member of, itself first."""
    groups = (body.id for body in directory.organisations.values() if ident in body.members)
    return (ident, *sorted(groups))
