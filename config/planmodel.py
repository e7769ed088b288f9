"""The plan file's fields, as pydantic models: what a clerk writes. Its JSON Schema is what editors complete from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from calendars.gate import shows
from config.daymodel import Day, LastDay, Origin, Year
from scheduler.plan import Extension, Gap, Kind, Rest
from scheduler.rules import DUE_DAY, Edge, PeriodUnit, TurnMode, Unit


def _legible(text: str) -> str:
    if not shows(text):
        raise PydanticCustomError("string_too_short", "it holds nothing that can be seen")
    return text


Legible = AfterValidator(_legible)
"""Words of which something can be seen: blanks and joiners alone are empty."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Clause = Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+/)?[\w.\-]+$", max_length=80)]
Line = Annotated[str, StringConstraints(pattern=r"^[^\n]*$", min_length=1, max_length=300), Legible]
Words = Annotated[str, StringConstraints(min_length=1, max_length=2000), Legible]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=500), Legible]
StatedKey = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9-]+\.)?([0-9]{4}(-(q[1-4]|h[12]|0[1-9]|1[0-2]))?|once)$")
]
Ids = Annotated[list[Id], Field(max_length=200)]
Anchor = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=200)]


class Model(BaseModel):
    """Base: unknown fields are errors, values are frozen, and errors do not repeat what was typed."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)


class TextModel(Model):
    """Words in several languages; `vi` is required."""

    vi: Line = Field(description="In Vietnamese.")
    en: Line | None = Field(default=None, description="In English.")
    lo: Line | None = Field(default=None, description="In Lao.")
    km: Line | None = Field(default=None, description="In Khmer.")
    th: Line | None = Field(default=None, description="In Thai.")


class PartyModel(Model):
    """A province or a country."""

    country: Literal["VN", "LA", "KH", "TH", "CN"] = Field(description="Country, ISO 3166-1 alpha-2.")
    name: TextModel = Field(description="Its name; for a party also in lo, km or th.")


class PlaceModel(Model):
    """A place narrower than a party."""

    party: Id = Field(description="The party it lies in.")
    name: TextModel = Field(description="Its name.")


class OrganisationModel(Model):
    """A body that leads, coordinates or is visited; or a collective with members."""

    party: Id = Field(description="The party it belongs to.")
    name: TextModel = Field(description="Its name.")
    mail: Annotated[str, StringConstraints(max_length=254)] | None = Field(
        default=None, description="Address for reminders; without one they go to the plan's owner."
    )
    members: Ids = Field(default=[], description="Members of a collective ('các Sở, ban, ngành').")
    until: LastDay | None = Field(
        default=None, description="Its last day, when it was merged or ended; the year alone if the day is not known."
    )
    successor: Id | None = Field(default=None, description="Who took its duties over; leave out if not known.")


class DocumentModel(Model):
    """The paper the plan is."""

    number: Line | None = Field(default=None, description="Number and sign, such as 06/KH-MTTQ-BTT.")
    date: Day | None = Field(default=None, description="Day of issue, YYYY-MM-DD.")
    issuer: Id = Field(description="Organisation that issued it.")
    title: TextModel = Field(description="Its title.")


class AgreementModel(Model):
    """An agreement the plan rests on."""

    id: Id = Field(description="Its name in keys and lists; the same id in two plans is the same agreement.")
    title: TextModel = Field(description="Its title.")
    signed: Day | None = Field(default=None, description="Day of signing.")
    term: Phrase | None = Field(default=None, description="Its term, in date words or as FIRST/LAST.")
    parties: Ids = Field(description="The parties it binds.")
    extension: Extension = Field(
        default=Extension.NONE, description="At the end of its term: none, tacit (of itself) or express (in writing)."
    )
    every: Annotated[int, Field(ge=1, le=50)] | None = Field(
        default=None, description="Years of each tacit renewal; with extension tacit only."
    )
    notice_days: Annotated[int, Field(ge=1, le=3660)] | None = Field(
        default=None, description="How many days before the last day of a term the other side must have been told."
    )
    successor: Id | None = Field(default=None, description="The agreement that stands in its place once it begins.")


class LegModel(Model):
    """One line of turns: one partner of an obligation that runs with several."""

    first_year: Year | None = Field(default=None, description="Year of the first turn.")
    order: Ids = Field(default=[], description="Hosts in turn; the host of first_year first.")


class RotationModel(Model):
    """Hosts by turns."""

    type: Literal["rotation"]
    every: Annotated[int, Field(ge=1, le=50)] = Field(description="Years between two turns.")
    first_year: Year | None = Field(default=None, description="Year of the first turn (without legs).")
    order: Ids = Field(default=[], description="Hosts in turn; the host of first_year first (without legs).")
    legs: dict[Id, LegModel] = Field(default={}, description="One line of turns per partner.")
    by: TurnMode = Field(default=TurnMode.CALENDAR, description="What a cancellation does to later hosts.")
    within: Phrase | None = Field(default=None, description="Date words inside the year, such as 'tháng 6'.")


class YearlyModel(Model):
    """Every year, or every N years."""

    type: Literal["yearly"]
    every: Annotated[int, Field(ge=1, le=50)] = Field(default=1, description="Years between two cycles.")
    first_year: Year | None = Field(default=None, description="First year; left out: the first of the period.")
    within: Phrase | None = Field(default=None, description="Date words inside the year, such as 'tháng 6'.")


class AnniversaryModel(Model):
    """Every year on the day."""

    type: Literal["anniversary"]
    origin: Origin = Field(description="The day that is remembered, YYYY-MM-DD.")
    within: Phrase | None = Field(default=None, description="Date words, where the plan gives a shorter window.")


class OnceModel(Model):
    """One window."""

    type: Literal["once"]
    when: Phrase | None = Field(default=None, description="Date words, or FIRST/LAST; left out: the field words.")
    start: Day | None = Field(default=None, description="First day, where the words state only the last.")
    marks: Origin | None = Field(default=None, description="Origin of the anniversary the event celebrates.")


class PeriodModel(Model):
    """One duty over the plan's period."""

    type: Literal["period"]
    when: Phrase | None = Field(default=None, description="Date words; left out: the plan's period.")


class RelativeModel(Model):
    """Counted from other obligations."""

    type: Literal["relative"]
    to: Annotated[list[Anchor], Field(min_length=1, max_length=50)] = Field(
        description="The obligations it prepares; or one cycle of theirs by its key, such as ID.2022."
    )
    before: Edge = Field(default=Edge.START, description="Counted back from the start or the end of their window.")
    after: Edge | None = Field(
        default=None, description="Counted forward instead, from the start or the end of their window."
    )
    days: Annotated[int, Field(ge=0, le=3660)] = Field(
        default=0, description="How many days earlier still; with after, how many days later."
    )
    unit: Unit = Field(default=Unit.CALENDAR, description="Calendar or working days.")
    same: bool = Field(default=False, description="The same window as theirs instead of a day before it.")


class OngoingModel(Model):
    """Tracked, never in a calendar."""

    type: Literal["ongoing"]
    when: Phrase | None = Field(default=None, description="Date words; left out: the plan's period.")


class RecurrenceModel(Model):
    """A raw recurrence rule (RFC 5545), nothing below daily."""

    type: Literal["rrule"]
    rrule: Annotated[str, StringConstraints(max_length=300)] = Field(description="Such as FREQ=MONTHLY;BYMONTHDAY=15.")
    first: Day = Field(description="Day the rule counts from.")


class PeriodicModel(Model):
    """A report for every period, by Decree 09/2019."""

    type: Literal["periodic"]
    unit: PeriodUnit = Field(description="month, quarter, half or year.")
    due_day: Annotated[int, Field(ge=15, le=31)] = Field(
        default=DUE_DAY, description="Day of its last month it is due."
    )
    first_year: Year | None = Field(default=None, description="First year; left out: the first of the period.")


class UnsetModel(Model):
    """The text gives no year, cycle or day; `to_set` says what an officer must fill in."""

    type: Literal["unset"]


RuleModel = Annotated[
    RotationModel
    | YearlyModel
    | AnniversaryModel
    | OnceModel
    | PeriodModel
    | RelativeModel
    | OngoingModel
    | RecurrenceModel
    | PeriodicModel
    | UnsetModel,
    Field(discriminator="type"),
]


class StatedModel(Model):
    """What the text says of one cycle by itself."""

    clauses: Annotated[list[Clause], Field(max_length=20)] = Field(default=[], description="Its own clauses.")
    held: Phrase | None = Field(default=None, description="Days on which the source reports it took place.")
    host: Id | None = Field(default=None, description="Host, where the text names one out of turn.")
    place: Id | None = Field(default=None, description="Place, where the text names one.")


class ObligationModel(Model):
    """One duty."""

    id: Id = Field(
        description="Name of the series, unique over all plans; keys and calendar entries carry it for life."
    )
    clauses: Annotated[list[Clause], Field(min_length=1, max_length=50)] = Field(
        description="Where the text says so; another plan's clause as PLAN/CLAUSE."
    )
    kind: Kind = Field(description="exchange, talks, anniversary, event, task, deadline, report or ongoing.")
    title: TextModel = Field(description="What it is, in vi and en.")
    words: Words | None = Field(default=None, description="The plan's own date words, as they stand there.")
    rule: RuleModel = Field(description="When it falls due; see the rule types.")
    lead: Ids = Field(default=[], description="Organisations that lead (đơn vị chủ trì).")
    coordinating: Ids = Field(default=[], description="Organisations that coordinate (đơn vị phối hợp).")
    partners: Ids = Field(default=[], description="Partner parties, or partner organisations, which name their party.")
    host: Id | None = Field(default=None, description="The party that hosts every time, where the text says so.")
    place: Id | None = Field(default=None, description="Where, where the text says so: a party or a place.")
    travels: Ids = Field(default=[], description="Who leaves home, where host and place do not tell.")
    conditions: Annotated[list[Words], Field(max_length=20)] = Field(
        default=[], description="nếu …, khi …: as written."
    )
    quantity: Words | None = Field(default=None, description="Numbers and money, as written.")
    agreement: Id | None = Field(default=None, description="The agreement it rests on, if partners do not tell.")
    note: Words | None = Field(default=None, description="A remark for the officer: a slip in the source, say.")
    assumed: bool = Field(default=False, description="true: something in it is inferred, not in the text.")
    to_set: Annotated[list[Gap], Field(max_length=9)] = Field(default=[], description="What the text leaves open.")
    stated: dict[StatedKey, StatedModel] = Field(
        default={}, description="Cycles the text names itself: '2021', or 'LEG.2021'."
    )
    continues: Id | None = Field(default=None, description="The earlier plan whose series of the same id goes on.")
    runs_on: Literal["yes", "no"] | None = Field(
        default=None, description="Whether it goes on, as projected, after the period; left out: by its kind."
    )
    days_off: Rest = Field(
        default=Rest.KEEP, description="keep, earlier or later: what becomes of a single day that is a day off."
    )
    chain: Id | None = Field(default=None, description="Its preparation chain, where it has one of its own.")


class DirectoryModel(Model):
    """Who is who: parties, places, organisations."""

    parties: dict[Id, PartyModel] = Field(default={}, description="Provinces and countries.")
    places: dict[Id, PlaceModel] = Field(default={}, description="Towns and border gates.")
    organisations: dict[Id, OrganisationModel] = Field(default={}, description="Bodies of a party.")


class PlanModel(DirectoryModel):
    """One document's duties."""

    plan: Id = Field(description="Name of the plan.")
    owner: Id = Field(description="Organisation whose desk the plan is on; receives what resolves to nobody.")
    period: Phrase | None = Field(
        default=None, description="Its period, in date words or FIRST/LAST; none if not stated."
    )
    document: DocumentModel = Field(description="The paper.")
    agreements: Annotated[list[AgreementModel], Field(max_length=50)] = Field(
        default=[], description="What it rests on."
    )
    obligations: Annotated[list[ObligationModel], Field(min_length=1, max_length=2000)] = Field(
        description="Its duties, in the order of the text."
    )
