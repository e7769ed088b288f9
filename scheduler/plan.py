"""What a document says, as frozen values: plans, agreements, obligations, parties and organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from scheduler.rules import Relative, Rule
from scheduler.window import ONE_DAY, Window

LANGUAGES = ("vi", "en", "lo", "km")


@dataclass(frozen=True, slots=True)
class Text:
    """Words in several languages; Vietnamese is always there. `th` is kept for Thai names."""

    vi: str
    en: str | None = None
    lo: str | None = None
    km: str | None = None
    th: str | None = None

    def in_(self, lang: str) -> str:
        """The words in `lang`, else in English for a reader of Lao, Khmer or Thai, else in Vietnamese."""
        own: str | None = getattr(self, lang)
        if own is None and lang != "vi":
            own = self.en
        return own if own is not None else self.vi


class Kind(StrEnum):
    """What sort of duty it is."""

    EXCHANGE = "exchange"
    TALKS = "talks"
    ANNIVERSARY = "anniversary"
    EVENT = "event"
    TASK = "task"
    DEADLINE = "deadline"
    REPORT = "report"
    ONGOING = "ongoing"


MEETINGS = (Kind.EXCHANGE, Kind.TALKS)
"""Kinds that must have a host in every cycle."""

RUNNING_ON = (Kind.EXCHANGE, Kind.TALKS, Kind.ANNIVERSARY)
"""Kinds that go on, as projected, after the plan's period."""


class Gap(StrEnum):
    """What a text leaves open and an officer must set."""

    FIRST_YEAR = "first_year"
    ORDER = "order"
    FIRST_HOST = "first_host"
    CYCLE = "cycle"
    DATES = "dates"
    DEADLINE = "deadline"
    LEAD = "lead"
    PLACE = "place"
    SUCCESSOR = "successor"


class Rest(StrEnum):
    """What becomes of a single day the rule gives when it is a day off on a side that takes part."""

    KEEP = "keep"
    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Party:
    """A province or a country. `country` is an ISO 3166-1 alpha-2 code."""

    id: str
    name: Text
    country: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place narrower than a party, such as a town, and the party it lies in."""

    id: str
    name: Text
    party: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body of a party that leads or coordinates. A collective lists `members`.

    `until` is its last day of life, at the latest; `successor` takes its duties from then on, None when not known.
    """

    id: str
    name: Text
    party: str
    mail: str | None = None
    members: tuple[str, ...] = ()
    until: date | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """Who is who, by id."""

    parties: Mapping[str, Party] = field(default_factory=lambda: MappingProxyType({}))
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    organisations: Mapping[str, Organisation] = field(default_factory=lambda: MappingProxyType({}))

    def party_at(self, place: str) -> str:
        """The party in which a place lies; a party lies in itself."""
        return place if place in self.parties else self.places[place].party

    def countries(self, parties: Iterable[str]) -> tuple[str, ...]:
        """The countries these parties lie in, in their order, each once; a party not known is passed over."""
        return tuple(dict.fromkeys(self.parties[party].country for party in parties if party in self.parties))

    def name_of(self, ident: str) -> Text:
        """Name of a party, place or organisation; an unknown id names itself."""
        for shelf in (self.parties, self.places, self.organisations):
            if ident in shelf:
                return shelf[ident].name
        return Text(ident)


@dataclass(frozen=True, slots=True)
class Document:
    """The paper a duty comes from. `issuer` is an organisation id."""

    number: str | None
    date: date | None
    issuer: str
    title: Text


class Extension(StrEnum):
    """What happens at the end of an agreement's term: nothing, *tự động gia hạn*, or renewal in writing."""

    NONE = "none"
    TACIT = "tacit"
    EXPRESS = "express"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a plan rests on; `term` None when the text names no end or start.

    `every`: years of each tacit renewal. `notice_days`: so long before the last day the other side must have been told.
    `successor` is the agreement that stands in its place, from `replaced` on (None: not known; see `agreement.linked`).
    """

    id: str
    title: Text
    parties: tuple[str, ...]
    signed: date | None = None
    term: Window | None = None
    extension: Extension = Extension.NONE
    every: int | None = None
    notice_days: int | None = None
    successor: str | None = None
    replaced: date | None = None

    @property
    def first(self) -> date | None:
        """First day it can carry anything, else the day of signing; None when neither is known."""
        return self.term.start if self.term and self.term.start else self.signed

    @property
    def last(self) -> date | None:
        """Last day it can carry anything; None: open, renewed tacitly without end, or not known."""
        end = self.term.last if self.term and self.extension is not Extension.TACIT else None
        before = self.replaced - ONE_DAY if self.replaced and self.replaced > date.min else self.replaced
        return min(end, before) if end and before else end or before


@dataclass(frozen=True, slots=True)
class Stated:
    """What the text says of one cycle by itself: its clauses, its host, and history the source reports (`held`)."""

    cycle: str
    leg: str | None = None
    clauses: tuple[str, ...] = ()
    held: Window | None = None
    host: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One duty of a plan. `id` names a series: keys, UIDs and turns go on under it when a later plan continues it.

    `words` are the text's own date words. `host`, `place` and `travels` are given where the text fixes them for every
    cycle; a rotation finds its own. `to_set` names what the text leaves open. `chain` names a preparation of its own.
    """

    id: str
    clauses: tuple[str, ...]
    kind: Kind
    title: Text
    rule: Rule
    words: str | None = None
    leads: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    counterparts: tuple[str, ...] = ()
    host: str | None = None
    place: str | None = None
    travels: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    quantity: str | None = None
    note: str | None = None
    assumed: bool = False
    to_set: tuple[Gap, ...] = ()
    stated: tuple[Stated, ...] = ()
    agreement: str | None = None
    continues: str | None = None
    runs_on: bool | None = None
    days_off: Rest = Rest.KEEP
    chain: str | None = None

    @property
    def anchors(self) -> tuple[str, ...]:
        """Obligations this one is counted from."""
        named = self.rule.to if isinstance(self.rule, Relative) else ()
        return tuple(dict.fromkeys(anchor.partition(".")[0] for anchor in named))

    @property
    def goes_on(self) -> bool:
        """Whether it goes on, as projected, after the plan's period."""
        return self.kind in RUNNING_ON if self.runs_on is None else self.runs_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One document's duties. `home` is the party of the owner organisation."""

    id: str
    document: Document
    owner: str
    home: str
    period: Window | None
    agreements: tuple[Agreement, ...] = ()
    obligations: tuple[Obligation, ...] = ()

    def agreement_for(
        self, partners: tuple[str, ...], named: str | None = None, days: Window | None = None
    ) -> Agreement | None:
        """The agreement that a duty with `partners` rests on.

        The one it names; else the one that covers all its partners; else, where several cover them together, the one
        that ends first. None: none covers every partner, or the plan lacks the one named. With `days`, those of a
        cycle, one that ended before them gives way to its successor in this plan if that begins before they are over.
        """
        resting = self._covering(partners, named)
        if days is not None:
            resting = [self._standing(agreement, days) for agreement in resting]
        return min(resting, key=_ends_first) if len(resting) > 1 else resting[0] if resting else None

    def hands_over(self, partners: tuple[str, ...], named: str | None = None) -> bool:
        """Whether such a duty may rest on different agreements of this plan in different years."""
        for agreement in self.agreements:
            if agreement.successor is not None:
                return any(one.successor is not None for one in self._covering(partners, named))
        return False

    def _covering(self, partners: tuple[str, ...], named: str | None) -> list[Agreement]:
        if named is not None:
            return [agreement for agreement in self.agreements if agreement.id == named]
        wanted = set(partners)
        whole = [agreement for agreement in self.agreements if wanted and wanted <= set(agreement.parties)]
        if whole:
            return whole
        part = [agreement for agreement in self.agreements if wanted & set(agreement.parties)]
        covered = {party for agreement in part for party in agreement.parties}
        return part if wanted <= covered else []

    def _standing(self, agreement: Agreement, days: Window) -> Agreement:
        """The agreement that stands in the place of `agreement` in these days. A circle ends."""
        known = {other.id: other for other in self.agreements}
        while agreement.last is not None and days.start is not None and agreement.last < days.start:
            after = known.pop(agreement.successor or "", None)
            if after is None or after.first is None or (days.last is not None and after.first > days.last):
                break
            agreement = after
        return agreement


def _ends_first(agreement: Agreement) -> tuple[bool, date, str]:
    last = agreement.last
    return last is None, last or date.min, agreement.id
