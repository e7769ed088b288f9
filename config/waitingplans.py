"""Which proposals concern an officer: those on their plans, for a plan that is to be theirs, and their own."""

from __future__ import annotations

from config import proposals
from config.excerpt import plan_of
from config.office import Office
from config.officers import Officer, Role
from config.planfile import SourceFile, model_of
from config.planmodel import PlanModel
from config.proposals import Proposal
from config.remit import remit_of
from scheduler.attending import Bodies

MOST = 50
"""Proposals that are looked at, the oldest first."""


def waiting_for(desk: Office, officer: Officer | None) -> tuple[Proposal, ...]:
    """The proposals that wait and concern them, the oldest first. None, or an administrator: all that wait."""
    if officer is None or officer.role is Role.ADMIN:
        return proposals.waiting(desk.session, None, "", MOST)
    if not officer.may(Role.OFFICER):
        return ()
    remit = remit_of(desk, officer)
    found = proposals.waiting(desk.session, remit.plans, officer.id, MOST)
    return tuple(one for one in found if _concerns(one, officer, remit))


def concerns(desk: Office, officer: Officer, one: Proposal) -> bool:
    """Whether a proposal is theirs to look at, whether it waits or not."""
    return officer.role is Role.ADMIN or _concerns(one, officer, remit_of(desk, officer))


def bodies_of(desk: Office, plan: str, text: str) -> tuple[str, ...]:
    """The bodies that a text for a plan concerns: who owns the plan in force, and who would."""
    before = plan_of(desk.session, plan)
    model = model_of(SourceFile(plan, text), PlanModel, [])[1] if text else None
    owners = (before and before.owner, model and model.owner)
    return tuple(dict.fromkeys(owner for owner in owners if owner))


def _concerns(one: Proposal, officer: Officer, remit: Bodies) -> bool:
    if one.by == officer.id or one.plan in remit.plans:
        return True
    model = None if one.base else model_of(SourceFile(one.plan, one.text), PlanModel, [])[1]
    return model is not None and model.owner in remit.organisations
