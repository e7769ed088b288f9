"""What a plan file must hold beyond the shape of its fields: names that exist and stand once, series that go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from email_validator import EmailNotValidError, validate_email

from config.agreementcheck import check_agreement
from config.faults import Faults
from config.guard import Path
from config.planmodel import DirectoryModel, ObligationModel, OrganisationModel, PlanModel, StatedModel
from config.rulecheck import Around, check_rule
from scheduler.errors import LuanphienError
from scheduler.expression import read
from scheduler.plan import MEETINGS, Directory, Gap

NEW = "new"
"""What stands in the address of a plan that is not there yet, so that no plan can be called so."""


def check_directory(files: Sequence[tuple[DirectoryModel, Faults]], directory: Directory) -> None:
    """Names that stand twice, or point nowhere."""
    seen: set[str] = set()
    for model, faults in files:
        for shelf, entries in (
            ("parties", model.parties),
            ("places", model.places),
            ("organisations", model.organisations),
        ):
            for ident in entries:
                if ident in seen:
                    faults.add(
                        (shelf, ident), "{ident} stands twice in the directory", "keep one of the two", ident=ident
                    )
                seen.add(ident)
        for ident, place in model.places.items():
            _known(faults, ("places", ident, "party"), "party", place.party, directory.parties)
        for ident, body in model.organisations.items():
            _check_organisation(("organisations", ident), body, directory, faults)


def check_plan(model: PlanModel, directory: Directory, faults: Faults) -> None:
    """Everything that can be said of one plan by itself and the directory."""
    if model.plan == NEW:
        message = "a plan cannot be called {ident}: the page that adds plans has this name"
        faults.add(("plan",), message, "write another name", ident=NEW)
    _known(faults, ("owner",), "organisation", model.owner, directory.organisations)
    _known(faults, ("document", "issuer"), "organisation", model.document.issuer, directory.organisations)
    period = faults.phrase(("period",), model.period) if model.period else None
    if model.period and period is None and not faults.found:
        faults.add(("period",), "the period names no days", "write it as giai đoạn 2020 - 2022 or FIRST/LAST")
    for index, agreement in enumerate(model.agreements):
        for place, party in enumerate(agreement.parties):
            _known(faults, ("agreements", index, "parties", place), "party", party, directory.parties)
        check_agreement(("agreements", index), agreement, faults)
    for index, obligation in enumerate(model.obligations):
        _check_obligation(("obligations", index), obligation, model, directory, faults)
    _once_each(model, faults)


def _check_organisation(path: Path, body: OrganisationModel, directory: Directory, faults: Faults) -> None:
    _known(faults, (*path, "party"), "party", body.party, directory.parties)
    for index, member in enumerate(body.members):
        _known(faults, (*path, "members", index), "organisation", member, directory.organisations)
    if body.successor is not None:
        _known(faults, (*path, "successor"), "organisation", body.successor, directory.organisations)
        if body.until is None:
            faults.add((*path, "successor"), "a successor needs the last day of the body", "add `until:` with that day")
    if body.mail is not None:
        try:
            validate_email(body.mail, check_deliverability=False)
        except EmailNotValidError:
            faults.add((*path, "mail"), "the mail address cannot be used", "write it as name@office.vn")


def _check_obligation(path: Path, item: ObligationModel, plan: PlanModel, directory: Directory, faults: Faults) -> None:
    partners = {*directory.parties, *directory.organisations}
    for name, idents in (("lead", item.lead), ("coordinating", item.coordinating)):
        for index, ident in enumerate(idents):
            _known(faults, (*path, name, index), "organisation", ident, directory.organisations)
    for index, ident in enumerate(item.partners):
        _known(faults, (*path, "partners", index), "party", ident, partners)
    for index, ident in enumerate(item.travels):
        _known(faults, (*path, "travels", index), "party", ident, directory.parties)
    _check_where(path, item, directory, faults)
    agreements = [agreement.id for agreement in plan.agreements]
    if item.agreement is not None:
        _known(faults, (*path, "agreement"), "agreement", item.agreement, agreements)
    if not item.lead and Gap.LEAD not in item.to_set:
        faults.add(
            path, "nobody leads it", "add `lead: [ORGANISATION]`, or `to_set: [lead]` when the text names nobody"
        )
    if item.kind in MEETINGS and item.rule.type not in ("rotation", "unset") and item.host is None:
        _needs(path, item, Gap.FIRST_HOST, "a meeting needs a host in every cycle", "host: PARTY", faults)
    for key, stated in item.stated.items():
        _check_words_of_cycle((*path, "stated", key), stated, directory, faults)
    owner = directory.organisations.get(plan.owner)
    has_period, ends = _period(plan.period)
    check_rule(path, item, faults, Around(directory, owner.party if owner else None, has_period, ends))


def _check_words_of_cycle(where: Path, stated: StatedModel, directory: Directory, faults: Faults) -> None:
    _check_where(where, stated, directory, faults)
    if stated.held is not None:
        before = len(faults.found)
        window = faults.phrase((*where, "held"), stated.held)
        if len(faults.found) == before and (window is None or not window.fixed):
            faults.add((*where, "held"), "the date words name no days", "write the days on which it was held")


def _check_where(path: Path, model: ObligationModel | StatedModel, directory: Directory, faults: Faults) -> None:
    if model.host is not None:
        _known(faults, (*path, "host"), "party", model.host, directory.parties)
    if model.place is not None:
        _known(faults, (*path, "place"), "party", model.place, {*directory.parties, *directory.places})


def _period(period: str | None) -> tuple[bool, date | None]:
    """Whether the plan's period has a first day, and its last; words that cannot be read are noted elsewhere."""
    try:
        window = read(period).window if period else None
    except LuanphienError:
        return True, None
    begins = bool(period) and (window is None or window.start is not None)
    return begins, window.last if window else None


def _needs(path: Path, item: ObligationModel, gap: Gap, message: str, field_line: str, faults: Faults) -> None:
    if gap not in item.to_set:
        fix = "add `{line}`, or `to_set: [{gap}]` when the text leaves it open"
        faults.add(path, message, fix, line=field_line, gap=gap.value)


def _once_each(model: PlanModel, faults: Faults) -> None:
    """Every obligation id and every clause of this plan stands once."""
    ids: set[str] = set()
    clauses: dict[str, str] = {}
    for index, item in enumerate(model.obligations):
        path: Path = ("obligations", index)
        if item.id in ids:
            faults.add((*path, "id"), "the id {ident} stands twice", "give each obligation its own id", ident=item.id)
        ids.add(item.id)
        own = [*item.clauses, *(clause for stated in item.stated.values() for clause in stated.clauses)]
        for clause in own:
            if clauses.setdefault(clause, item.id) != item.id:
                fix = "name each clause under one obligation; split it (II.4a, II.4b) when it holds two duties"
                faults.add(
                    (*path, "clauses"),
                    "clause {clause} is also under {other}",
                    fix,
                    clause=clause,
                    other=clauses[clause],
                )


def _known(faults: Faults, path: Path, what: str, ident: str, known: Iterable[str]) -> None:
    if ident not in known:
        faults.unknown(path, what, ident, known)
