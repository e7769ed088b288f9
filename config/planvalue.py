"""From the plan file's fields to the values the scheduler works with. Expects models that `plancheck` found sound."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from config.planmodel import (
    AgreementModel,
    AnniversaryModel,
    DirectoryModel,
    DocumentModel,
    ObligationModel,
    OnceModel,
    OngoingModel,
    PeriodicModel,
    PeriodModel,
    PlanModel,
    RecurrenceModel,
    RelativeModel,
    RotationModel,
    RuleModel,
    StatedModel,
    TextModel,
    UnsetModel,
    YearlyModel,
)
from scheduler.expression import read
from scheduler.plan import (
    Agreement,
    Directory,
    Document,
    Obligation,
    Organisation,
    Party,
    Place,
    Plan,
    Stated,
    Text,
)
from scheduler.rules import (
    AnniversaryOf,
    Leg,
    Once,
    Ongoing,
    Periodic,
    Recurrence,
    Relative,
    Rotation,
    Rule,
    Unset,
    WholePeriod,
    Yearly,
)
from scheduler.window import Window


def directory_from(models: Iterable[DirectoryModel]) -> Directory:
    """One directory of several files; of two entries with one id the first stands (`check_directory` reports it)."""
    parties: dict[str, Party] = {}
    places: dict[str, Place] = {}
    organisations: dict[str, Organisation] = {}
    for model in models:
        for ident, party in model.parties.items():
            parties.setdefault(ident, Party(ident, text_from(party.name), party.country))
        for ident, place in model.places.items():
            places.setdefault(ident, Place(ident, text_from(place.name), place.party))
        for ident, body in model.organisations.items():
            value = Organisation(
                ident, text_from(body.name), body.party, body.mail, tuple(body.members), body.until, body.successor
            )
            organisations.setdefault(ident, value)
    return Directory(MappingProxyType(parties), MappingProxyType(places), MappingProxyType(organisations))


def plan_from(model: PlanModel, directory: Directory) -> Plan:
    """The plan a sound file describes."""
    return Plan(
        id=model.plan,
        document=_document(model.document),
        owner=model.owner,
        home=directory.organisations[model.owner].party,
        period=_window(model.period),
        agreements=tuple(_agreement(item) for item in model.agreements),
        obligations=tuple(_obligation(item, directory) for item in model.obligations),
    )


def rule_from(model: RuleModel, words: str | None) -> Rule:  # noqa: PLR0911 - one return per rule type
    """The rule a sound entry describes; `words` stand in for a missing `when` of a `once`."""
    match model:
        case RotationModel():
            return Rotation(model.every, _legs(model), model.by, model.within)
        case YearlyModel():
            return Yearly(model.every, model.first_year, model.within)
        case AnniversaryModel():
            return AnniversaryOf(model.origin, model.within)
        case OnceModel():
            return Once(model.when or words or "", model.start, model.marks)
        case PeriodModel():
            return WholePeriod(model.when)
        case RelativeModel():
            return Relative(tuple(model.to), model.before, model.days, model.unit, model.same, model.after)
        case OngoingModel():
            return Ongoing(model.when)
        case RecurrenceModel():
            return Recurrence(model.rrule, model.first)
        case PeriodicModel():
            return Periodic(model.unit, model.due_day, model.first_year)
        case UnsetModel():
            return Unset()


def party_of(ident: str, directory: Directory) -> str:
    """The party that a party or organisation id stands for."""
    return ident if ident in directory.parties else directory.organisations[ident].party


def _legs(model: RotationModel) -> tuple[Leg, ...]:
    if not model.legs:
        return (Leg(None, model.first_year, tuple(model.order)),)
    return tuple(Leg(partner, leg.first_year, tuple(leg.order)) for partner, leg in model.legs.items())


def _obligation(model: ObligationModel, directory: Directory) -> Obligation:
    partners = dict.fromkeys(party_of(ident, directory) for ident in model.partners)
    return Obligation(
        id=model.id,
        clauses=tuple(model.clauses),
        kind=model.kind,
        title=text_from(model.title),
        rule=rule_from(model.rule, model.words),
        words=model.words,
        leads=tuple(dict.fromkeys(model.lead)),
        coordinating=tuple(dict.fromkeys(model.coordinating)),
        partners=tuple(partners),
        counterparts=tuple(ident for ident in model.partners if ident in directory.organisations),
        host=model.host,
        place=model.place,
        travels=tuple(dict.fromkeys(model.travels)),
        conditions=tuple(model.conditions),
        quantity=model.quantity,
        note=model.note,
        assumed=model.assumed,
        to_set=tuple(model.to_set),
        stated=tuple(_stated(key, item) for key, item in model.stated.items()),
        agreement=model.agreement,
        continues=model.continues,
        runs_on=None if model.runs_on is None else model.runs_on == "yes",
        days_off=model.days_off,
        chain=model.chain,
    )


def _stated(key: str, model: StatedModel) -> Stated:
    leg, _, cycle = key.rpartition(".")
    return Stated(cycle, leg or None, tuple(model.clauses), _window(model.held), model.host, model.place)


def _document(model: DocumentModel) -> Document:
    return Document(model.number, model.date, model.issuer, text_from(model.title))


def _agreement(model: AgreementModel) -> Agreement:
    return Agreement(
        id=model.id,
        title=text_from(model.title),
        parties=tuple(model.parties),
        signed=model.signed,
        term=_window(model.term),
        extension=model.extension,
        every=model.every,
        notice_days=model.notice_days,
        successor=model.successor,
    )


def _window(words: str | None) -> Window | None:
    return None if words is None else read(words).window


def text_from(model: TextModel) -> Text:
    """Words in the languages they are given in."""
    return Text(model.vi, model.en, model.lo, model.km, model.th)
