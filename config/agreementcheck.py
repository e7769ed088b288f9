"""What an agreement must hold beyond the shape of its fields: a term its renewal needs, successors that exist."""

from __future__ import annotations

from collections.abc import Sequence

from config.faults import Faults
from config.guard import Path
from config.planmodel import AgreementModel, PlanModel
from scheduler.agreement import RENEWS
from scheduler.plan import Extension


def check_agreement(path: Path, agreement: AgreementModel, faults: Faults) -> None:
    """Everything that can be said of one agreement by itself; `path` is its place in the plan."""
    before = len(faults.found)
    window = faults.phrase((*path, "term"), agreement.term) if agreement.term else None
    if len(faults.found) > before:
        return
    ends = window is not None and window.last is not None
    fix = "add `term:` with its last day"
    if agreement.term and window is None:
        faults.add((*path, "term"), "the term names no days", "write it as giai đoạn 2020 - 2022 or FIRST/LAST")
    elif agreement.extension is Extension.TACIT and not ends:
        faults.add((*path, "extension"), "a tacit extension needs a term that ends", fix)
    elif agreement.notice_days is not None and not ends:
        faults.add((*path, "notice_days"), "a notice needs a term that ends", fix)
    if agreement.extension is Extension.TACIT and agreement.every is None:
        faults.add((*path, "extension"), "a tacit extension needs its years", "add `every:` with the years of each")
    if agreement.extension is not Extension.TACIT and agreement.every is not None:
        fix = "write `extension: tacit`, or remove `every:`"
        faults.add((*path, "every"), "only a tacit extension has years", fix)


def check_agreements(model: PlanModel, everywhere: Sequence[AgreementModel], faults: Faults) -> None:
    """What can only be seen beside the agreements of all plans, `everywhere`."""
    kept = {f"{RENEWS}{agreement.id}" for agreement in everywhere if agreement.notice_days is not None}
    for index, item in enumerate(model.obligations):
        if item.id in kept:
            message = "the id {ident} is kept for the renewal of an agreement"
            faults.add(("obligations", index, "id"), message, "give the obligation another id", ident=item.id)
    successors = {agreement.id: agreement.successor for agreement in everywhere}
    for index, agreement in enumerate(model.agreements):
        if any(other != agreement for other in everywhere if other.id == agreement.id):
            faults.add(
                ("agreements", index, "id"),
                "the agreement {ident} is described differently in another place",
                "make both equal (both files at once, then luanphien sync), or give another id",
                ident=agreement.id,
            )
        _check_successor(("agreements", index, "successor"), agreement, successors, faults)


def _check_successor(path: Path, agreement: AgreementModel, successors: dict[str, str | None], faults: Faults) -> None:
    following = agreement.successor
    if following is None:
        return
    if following not in successors:
        faults.unknown(path, "successor", following, set(successors) - {agreement.id})
    elif _comes_back(agreement.id, successors):
        message = "the agreement {ident} comes after itself"
        faults.add(path, message, "name the agreement that begins after it", ident=agreement.id)


def _comes_back(start: str, successors: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    ident = successors.get(start)
    while ident is not None and ident not in seen:
        if ident == start:
            return True
        seen.add(ident)
        ident = successors.get(ident)
    return False
