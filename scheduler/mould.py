"""What all cycles of a leg have in common, and each of them made from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scheduler.decided import Verdict
from scheduler.occurrence import UNSET, Occurrence, Status, key_of
from scheduler.plan import MEETINGS, Gap, Kind, Rest, Stated, Text
from scheduler.quick import copier
from scheduler.rules import Once, Ongoing, Relative, Renewal, Rotation, WholePeriod
from scheduler.series import Segment
from scheduler.slots import Ground, Slot
from scheduler.succession import Bodies, handed_on, unchanging
from scheduler.window import FIXED, Precision, Window

FIXED_KINDS = (Kind.TASK, Kind.DEADLINE, Kind.REPORT, Kind.ANNIVERSARY)
"""Kinds that are confirmed as soon as they are in force."""

_VISITS = (*MEETINGS, Kind.EVENT)
NAMED = (Once, WholePeriod, Ongoing, Renewal)
"""Rules whose days the text names by themselves: in force whatever the terms of plan and agreement."""
_ALWAYS, _NEVER = (date.min, date.max), (date.max, date.min)
_KEEP, _PROJECTED, _CONFIRMED, _TENTATIVE = Rest.KEEP, Status.PROJECTED, Status.CONFIRMED, Status.TENTATIVE
_UNSTATED = Stated("")
_cast = copier(Occurrence, "cycle", "window", "status", "host", "place", "travels", "anniversary")


class Mould:
    """A leg of a segment. Fields that are the same in all its occurrences stand here under their names there.

    `head` is what their keys begin with. Where it is `plain`, a cycle that the text does not state and nobody decided
    on is `ordinary`; every other one is made by `special`, which gives the same for an ordinary one, only later.
    """

    __slots__ = (
        "_certain", "_changing", "_first", "_ground", "_host", "_last", "_others", "_place", "_segment", "_sides",
        "_travels", "_where", "agreement", "assumed", "clauses", "conditions", "coordinating", "document", "expression",
        "head", "joint", "kind", "leads", "leg", "obligation", "owner", "partners", "plain", "plan", "quantity",
        "stated", "title", "to_set",
    )  # fmt: skip

    def __init__(self, segment: Segment, slot: Slot, ground: Ground, days: Window | None = None) -> None:
        """Take what the plan and the duty say; `slot` is any cycle of the leg.

        It rests on the agreement of `days`, else on the first.
        """
        plan, duty = segment.plan, segment.obligation
        self.partners = partners = duty.partners if slot.partners is None else slot.partners
        agreement = plan.agreement_for(partners, duty.agreement, days)
        first, last = _ALWAYS if isinstance(duty.rule, NAMED) else segment.reach(agreement)
        self._first, self._last = (first, last) if first <= last else _NEVER
        self._changing = plan.hands_over(partners, duty.agreement)
        self._others: dict[str, Mould] = {}
        self._segment, self._ground = segment, ground
        self._host, self._place, self._travels = duty.host, duty.place, duty.travels
        self._sides = dict.fromkeys((plan.home, *partners))
        self._certain = duty.kind in FIXED_KINDS
        self._where: dict[str | None, tuple[str | None, tuple[str, ...]]] = {}
        self.stated = {stated.cycle: stated for stated in duty.stated if stated.leg == slot.leg} if duty.stated else {}
        self.head = key_of(duty.id, slot.leg, "")
        self.plain = (
            duty.days_off is _KEEP
            and not self._changing
            and not isinstance(duty.rule, Relative)
            and unchanging(duty.leads, duty.coordinating, ground.directory)
        )
        self.obligation, self.leg, self.plan, self.kind, self.title = duty.id, slot.leg, plan.id, duty.kind, duty.title
        self.clauses = tuple(dict.fromkeys(duty.clauses))
        self.expression, self.conditions, self.quantity = duty.words, duty.conditions, duty.quantity
        self.leads, self.coordinating, self.owner = duty.leads, duty.coordinating, plan.owner
        self.assumed, self.to_set, self.document = duty.assumed, duty.to_set, plan.document
        self.agreement = agreement.id if agreement else None
        self.joint = None

    def ordinary(self, slot: Slot) -> Occurrence:
        """A cycle just as its rule gives it; in force when a day of it is."""
        host = slot.host or self._host
        where = self._where.get(host)
        if where is None:
            where = self._where[host] = self._meeting(host)
        window, cycle = slot.window, slot.cycle
        start = window.start
        if cycle == UNSET:
            status = _TENTATIVE
        elif (
            slot.projected
            or (start is not None and start > self._last)
            or (window.stop is not None and window.stop <= self._first)
        ):
            status = _PROJECTED
        else:
            status = _CONFIRMED if self._certain or (window.precision in FIXED and not slot.tentative) else _TENTATIVE
        return _cast(self, cycle, window, status, host, where[0], where[1], slot.anniversary)

    def special(self, slot: Slot, verdict: Verdict) -> Occurrence:
        """A cycle with what the text states of it, and over that what people decided."""
        stated = self.stated.get(slot.cycle, _UNSTATED)
        window = verdict.window or stated.held or self._rested(slot)
        plain = self._resting(slot, window).ordinary(slot)
        host = plain.host if self._in_turn(slot) else verdict.host or stated.host or plain.host
        place = verdict.place or stated.place or self._meeting(host)[0]
        own = plain.status if stated is _UNSTATED or slot.cycle == UNSET else self._in_force(slot)
        bodies = handed_on(self.leads, self.coordinating, window.start, self._ground.directory)
        return replace(
            plain,
            title=_title(self.title, slot.about),
            clauses=tuple(dict.fromkeys((*self.clauses, *stated.clauses))),
            window=window,
            status=verdict.status or (Status.HELD if stated.held else own),
            host=host,
            place=place,
            travels=self._travellers(place),
            leads=bodies.leads,
            coordinating=bodies.coordinating,
            to_set=_open(self._unset(verdict), slot.gaps, bodies),
            joint=verdict.joint,
        )

    def _unset(self, verdict: Verdict) -> tuple[Gap, ...]:
        """What the text leaves open; days that people decided on are open no more."""
        if verdict.window is None:
            return self.to_set
        return tuple(gap for gap in self.to_set if gap is not Gap.DATES)

    def _in_turn(self, slot: Slot) -> bool:
        """Whether the line of turns has said who hosts, decisions and the text's own words among it."""
        return isinstance(self._segment.obligation.rule, Rotation) and slot.cycle != UNSET

    def _resting(self, slot: Slot, window: Window) -> Mould:
        """The mould that rests on the agreement of these days."""
        if not self._changing:
            return self
        agreement = self._segment.plan.agreement_for(self.partners, self._segment.obligation.agreement, window)
        if agreement is None or agreement.id == self.agreement:
            return self
        if agreement.id not in self._others:
            self._others[agreement.id] = Mould(self._segment, slot, self._ground, window)
        return self._others[agreement.id]

    def _in_force(self, slot: Slot) -> Status:
        """What a cycle in force is by itself."""
        return _CONFIRMED if self._certain or (slot.window.fixed and not slot.tentative) else _TENTATIVE

    def _meeting(self, host: str | None) -> tuple[str | None, tuple[str, ...]]:
        """Where a cycle takes place that `host` hosts, and who travels."""
        place = self._place or (host if self.kind in MEETINGS else None)
        return place, self._travellers(place)

    def _travellers(self, place: str | None) -> tuple[str, ...]:
        """Everyone who leaves home for a meeting or an event: all but the party of the place."""
        if self._travels or place is None or self.kind not in _VISITS:
            return self._travels
        at = self._ground.directory.party_at(place)
        return tuple([party for party in self._sides if party != at])

    def _rested(self, slot: Slot) -> Window:
        """The days the rule gives; a single day that is off for a side moves where the obligation says so.

        A day that a relative duty counts has been moved already.
        """
        window, duty = slot.window, self._segment.obligation
        single = window.precision is Precision.DAY and window.length == 1
        if duty.days_off is Rest.KEEP or window.start is None or not single or isinstance(duty.rule, Relative):
            return window
        move = self._ground.earlier if duty.days_off is Rest.EARLIER else self._ground.later
        return Window.day(move(window.start, 0, self._ground.directory.countries(self._sides)))


def _open(to_set: tuple[Gap, ...], elsewhere: tuple[Gap, ...], bodies: Bodies) -> tuple[Gap, ...]:
    """What is still to set, each once: what the text leaves open, here and elsewhere, and who took over from a body."""
    after = () if bodies.known else (Gap.SUCCESSOR,)
    return tuple(dict.fromkeys((*to_set, *elsewhere, *after)))


def _title(title: Text, about: Text | None) -> Text:
    """The duty's title, and what it prepares; in a language only where both are said in it."""
    if about is None:
        return title
    said = {lang: (getattr(title, lang), getattr(about, lang)) for lang in ("en", "lo", "km", "th")}
    others = {lang: f"{own}: {of}" for lang, (own, of) in said.items() if own and of}
    return Text(f"{title.vi}: {about.vi}", **others)
