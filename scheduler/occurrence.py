"""One turn of a duty: its key, its days, its host, its status, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from scheduler.anniversary import Anniversary, AnniversaryClass
from scheduler.plan import Document, Gap, Kind, Text
from scheduler.window import Precision, Window

UID_DOMAIN = "luanphien"
ONCE = "once"
UNSET = "unset"


class Status(StrEnum):
    """What is stored of an occurrence's state; what depends on the day one looks is a `Flag`."""

    PROJECTED = "projected"
    TENTATIVE = "tentative"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    POSTPONED = "postponed"
    HELD = "held"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


OVER = (Status.HELD, Status.SKIPPED, Status.CANCELLED)
"""Nothing more is expected of what stands so."""


class Flag(StrEnum):
    """What is computed from the day one looks, never stored."""

    DAY_OFF = "day-off"
    OVERDUE = "overdue"
    UNRECORDED = "unrecorded"
    MISSED = "missed"


def key_of(obligation: str, leg: str | None, cycle: str) -> str:
    """Name of the slot: `<obligation>[.<leg>].<cycle>`, never the date, host or plan."""
    return f"{obligation}.{leg}.{cycle}" if leg else f"{obligation}.{cycle}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One turn of a duty, as it should be. `joint` is the key of the meeting that fulfils this one too."""

    obligation: str
    leg: str | None
    cycle: str
    plan: str
    kind: Kind
    title: Text
    clauses: tuple[str, ...]
    window: Window
    expression: str | None
    status: Status
    host: str | None
    place: str | None
    travels: tuple[str, ...]
    partners: tuple[str, ...]
    leads: tuple[str, ...]
    coordinating: tuple[str, ...]
    owner: str
    conditions: tuple[str, ...]
    quantity: str | None
    assumed: bool
    to_set: tuple[Gap, ...]
    anniversary: Anniversary | None
    document: Document
    agreement: str | None
    joint: str | None = None

    @property
    def key(self) -> str:
        """Name of the slot."""
        return key_of(self.obligation, self.leg, self.cycle)

    @property
    def uid(self) -> str:
        """RFC 5545 UID; follows the key for life."""
        return f"{self.key}@{UID_DOMAIN}"

    @property
    def over(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.status in OVER

    @property
    def undated(self) -> bool:
        """Whether it has no day of its own: its cycle is unset and nobody decided on days. Its window is the plan's."""
        return self.cycle == UNSET and (self.status is Status.TENTATIVE or not self.window.fixed)


@dataclass(frozen=True, slots=True)
class Record:
    """An occurrence as stored: how often it changed (RFC 5545 SEQUENCE), and when last, in UTC."""

    occurrence: Occurrence
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Selection:
    """Which occurrences are wanted. Days are inclusive and match by overlap; an empty tuple or None asks for all.

    `involving`: organisations that lead or coordinate.
    """

    first: date | None = None
    last: date | None = None
    partners: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    plans: tuple[str, ...] = ()
    involving: tuple[str, ...] = ()

    def admits(self, occurrence: Occurrence) -> bool:
        """Whether `occurrence` is wanted; the store's query answers the same."""
        return (
            occurrence.window.overlaps(self.first, self.last)
            and _meets(self.partners, occurrence.partners)
            and _meets(self.leads, occurrence.leads)
            and _meets(self.involving, (*occurrence.leads, *occurrence.coordinating))
            and (not self.kinds or occurrence.kind in self.kinds)
            and (not self.plans or occurrence.plan in self.plans)
        )


def flags_of(occurrence: Occurrence, today: date, day_off: bool) -> tuple[Flag, ...]:  # noqa: FBT001 - a fact, not a switch
    """What is to be said of it on `today`; `day_off` is whether its own day is one (see `workdays`).

    A duty without a day of its own is never overdue.
    """
    flags = [Flag.DAY_OFF] if day_off else []
    last = occurrence.window.last
    if last is None or last >= today:
        return tuple(flags)
    if occurrence.status in (Status.SKIPPED, Status.CANCELLED):
        flags.append(Flag.MISSED)
    elif occurrence.status is not Status.HELD:
        if occurrence.kind in (Kind.TASK, Kind.DEADLINE, Kind.REPORT):
            flags += [] if occurrence.undated else [Flag.OVERDUE]
        elif occurrence.kind in (Kind.EXCHANGE, Kind.TALKS, Kind.EVENT):
            flags.append(Flag.UNRECORDED)
    return tuple(flags)


def content_of(occurrence: Occurrence) -> dict[str, Any]:
    """Everything about an occurrence as plain JSON values; `from_content` reads it back equal."""
    document = occurrence.document
    mark = occurrence.anniversary
    return {
        "obligation": occurrence.obligation,
        "leg": occurrence.leg,
        "cycle": occurrence.cycle,
        "plan": occurrence.plan,
        "kind": occurrence.kind.value,
        "title": _text_content(occurrence.title),
        "clauses": list(occurrence.clauses),
        "start": _iso(occurrence.window.start),
        "end": _iso(occurrence.window.last),
        "precision": occurrence.window.precision.value,
        "expression": occurrence.expression,
        "status": occurrence.status.value,
        "host": occurrence.host,
        "place": occurrence.place,
        "travels": list(occurrence.travels),
        "partners": list(occurrence.partners),
        "leads": list(occurrence.leads),
        "coordinating": list(occurrence.coordinating),
        "owner": occurrence.owner,
        "conditions": list(occurrence.conditions),
        "quantity": occurrence.quantity,
        "assumed": occurrence.assumed,
        "to_set": [gap.value for gap in occurrence.to_set],
        "anniversary": {"ordinal": mark.ordinal, "class": mark.rank.value} if mark else None,
        "document": {
            "number": document.number,
            "date": _iso(document.date),
            "issuer": document.issuer,
            "title": _text_content(document.title),
        },
        "agreement": occurrence.agreement,
        "with": occurrence.joint,
    }


def from_content(content: dict[str, Any]) -> Occurrence:
    """Read back what `content_of` wrote. Raises KeyError or ValueError when it was written by something else."""
    mark = content["anniversary"]
    document = content["document"]
    return Occurrence(
        obligation=content["obligation"],
        leg=content["leg"],
        cycle=content["cycle"],
        plan=content["plan"],
        kind=Kind(content["kind"]),
        title=Text(**content["title"]),
        clauses=tuple(content["clauses"]),
        window=Window.of(_day(content["start"]), _day(content["end"]), Precision(content["precision"])),
        expression=content["expression"],
        status=Status(content["status"]),
        host=content["host"],
        place=content["place"],
        travels=tuple(content["travels"]),
        partners=tuple(content["partners"]),
        leads=tuple(content["leads"]),
        coordinating=tuple(content["coordinating"]),
        owner=content["owner"],
        conditions=tuple(content["conditions"]),
        quantity=content["quantity"],
        assumed=content["assumed"],
        to_set=tuple(Gap(gap) for gap in content["to_set"]),
        anniversary=Anniversary(mark["ordinal"], AnniversaryClass(mark["class"])) if mark else None,
        document=Document(
            number=document["number"],
            date=_day(document["date"]),
            issuer=document["issuer"],
            title=Text(**document["title"]),
        ),
        agreement=content["agreement"],
        joint=content["with"],
    )


PUBLIC = (
    "key", "uid", "plan", "obligation", "leg", "clauses", "cycle", "kind", "title", "start", "end", "precision",
    "expression", "status", "host", "place", "travels", "partners", "leads", "coordinating", "owner", "conditions",
    "quantity", "assumed", "to_set", "anniversary", "document", "agreement", "sequence", "changed_at", "with",
)  # fmt: skip
"""Names of the public JSON, in its order."""


def as_json(record: Record, lang: str) -> dict[str, Any]:
    """The public JSON of an occurrence: titles in `lang`, days as ISO dates, `end` the inclusive last day."""
    occurrence = record.occurrence
    content = content_of(occurrence)
    content["title"] = occurrence.title.in_(lang)
    content["document"]["title"] = occurrence.document.title.in_(lang)
    told = {
        "key": occurrence.key,
        "uid": occurrence.uid,
        "sequence": record.sequence,
        "changed_at": record.changed_at.isoformat(),
        **content,
    }
    return {name: told[name] for name in PUBLIC}


def withdrawn(occurrence: Occurrence) -> Occurrence:
    """The same slot, cancelled because no plan asks for it any more."""
    return replace(occurrence, status=Status.CANCELLED)


def _meets(wanted: tuple[str, ...], present: tuple[str, ...]) -> bool:
    return not wanted or not set(wanted).isdisjoint(present)


def _text_content(text: Text) -> dict[str, str]:
    words = {"vi": text.vi, "en": text.en, "lo": text.lo, "km": text.km, "th": text.th}
    return {lang: value for lang, value in words.items() if value is not None}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
