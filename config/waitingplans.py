"""Which proposals concern an officer: those on their plans, for a plan that is to be theirs, and their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from config import proposals
from config.excerpt import plan_of
from config.guard import top_word
from config.office import Office
from config.officers import Officer, Role
from config.proposals import Pending, Proposal
from config.remit import remit_of

MOST = 50
"""Proposals that are shown, the oldest first."""

BEGINNING = 4_000
"""Characters of a new plan's text in which its owner is looked for."""

MOST_WHOLE = 5
"""New plans that name their owner later than that, and are read whole for one look; others wait for another look."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Proposals that wait, the oldest first. `whole` False: there are more, or may be."""

    shown: tuple[Pending, ...]
    whole: bool = True


def waiting_for(desk: Office, officer: Officer | None, *, plan: str | None = None, others: bool = False) -> Waits:
    """The proposals that wait and concern them, of one plan if it is named. None, or an administrator: all that wait.

    `others`: only what somebody else gave. What does not concern them takes no place.
    """
    session, but = desk.session, officer.id if others and officer else None
    named = None if plan is None else (plan,)
    if officer is None or officer.role is Role.ADMIN:
        return _cut(proposals.waiting(session, MOST + 1, plans=named, but=but))
    if not officer.may(Role.OFFICER):
        return Waits(())
    remit = remit_of(desk, officer)
    owned = remit.plans if plan is None else remit.plans & {plan}
    new, whole = _new_ones(desk, remit.organisations, plan, but)
    theirs = proposals.waiting(session, MOST + 1, plans=owned, but=but)
    own = () if others else proposals.waiting(session, MOST + 1, plans=named, by=officer.id)
    return _cut((*theirs, *own, *new), whole=whole)


def concerns(desk: Office, officer: Officer, one: Proposal) -> bool:
    """Whether a proposal is theirs to look at, whether it waits or not."""
    if officer.role is Role.ADMIN or one.by == officer.id:
        return True
    remit = remit_of(desk, officer)
    return one.plan in remit.plans or (not one.base and _owner(one.text) in remit.organisations)


def owners_of(desk: Office, plan: str, text: str) -> tuple[str, ...]:
    """The bodies that a text for a plan concerns: who owns the plan in force, and who would."""
    before = plan_of(desk.session, plan)
    owners = (before and before.owner, _owner(text))
    return tuple(dict.fromkeys(owner for owner in owners if owner))


def _cut(found: Iterable[Pending], *, whole: bool = True) -> Waits:
    ordered = sorted({one.id: one for one in found}.values(), key=lambda one: one.id)
    return Waits(tuple(ordered[:MOST]), whole and len(ordered) <= MOST)


def _new_ones(desk: Office, bodies: Collection[str], plan: str | None, but: str | None) -> tuple[list[Pending], bool]:
    """The oldest new plans that are to be theirs, and whether all were looked at that come before the last of them."""
    found: list[Pending] = []
    left, whole = MOST_WHOLE, True
    for one, beginning in proposals.new_ones(desk.session, BEGINNING, plan=plan, but=but):
        kept = _kept(one.digest)
        if not kept:
            owner = _owner(beginning, whole=len(beginning) < BEGINNING)
            if owner is None and len(beginning) == BEGINNING:
                if not left:
                    whole = False
                    continue
                left -= 1
                entire = proposals.one(desk.session, one.id)
                owner = _owner(entire.text) if entire else None
            kept.append(owner)
        if kept[0] in bodies:
            found.append(one)
            if len(found) > MOST:
                break
    return found, whole


def _owner(text: str, *, whole: bool = True) -> str | None:
    return top_word(text, "owner", whole=whole)


@lru_cache(maxsize=5_000)
def _kept(_digest: str) -> list[str | None]:
    """Where the owner that a text names is kept once it was read."""
    return []
