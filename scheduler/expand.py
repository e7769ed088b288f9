"""From rules to occurrences: every slot of a series up to a horizon. The same values give the same occurrences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.amendment import NONE_DECIDED, Decided
from scheduler.occurrence import UNSET, Occurrence, Status, key_of
from scheduler.plan import MEETINGS, Directory, Gap, Kind, Rest, Stated, Text
from scheduler.rules import Once, Ongoing, Relative, Renewal, WholePeriod
from scheduler.series import Segment, Series
from scheduler.slots import Ground, Slot, legs_through, slots_of
from scheduler.succession import Bodies, handed_on
from scheduler.window import Precision, Window

FIXED_KINDS = (Kind.TASK, Kind.DEADLINE, Kind.REPORT, Kind.ANNIVERSARY)
"""Kinds that are confirmed as soon as they are in force."""


def expand(
    series: Series,
    ground: Ground,
    anchors: Mapping[str, Iterable[Occurrence]],
    decided: Decided = NONE_DECIDED,
) -> tuple[Occurrence, ...]:
    """Every occurrence of a series from its beginning to the horizon, by key, each key once.

    `anchors` holds the occurrences of the obligations a relative duty is counted from, by obligation id. A later plan
    that continues the series takes the slots of its own years. What people decided comes last and wins.
    """
    found: dict[str, Occurrence] = {}
    for segment, legs in zip(series, legs_through(series), strict=True):
        for slot in slots_of(segment, ground, anchors, legs, decided):
            occurrence = _occurrence(segment, slot, ground, decided)
            found[occurrence.key] = occurrence
    return tuple(found[key] for key in sorted(found))


def _occurrence(segment: Segment, slot: Slot, ground: Ground, decided: Decided) -> Occurrence:
    plan, obligation = segment.plan, segment.obligation
    verdict = decided.verdict(key_of(obligation.id, slot.leg, slot.cycle))
    stated = next((s for s in obligation.stated if (s.leg, s.cycle) == (slot.leg, slot.cycle)), None)
    partners = obligation.partners if slot.partners is None else slot.partners
    host = verdict.host or (stated and stated.host) or slot.host or obligation.host
    stated_place = (stated and stated.place) or obligation.place
    place = verdict.place or stated_place or (host if obligation.kind in MEETINGS else None)
    window = verdict.window or (stated and stated.held) or _rested(segment, slot, partners, ground)
    bodies = handed_on(obligation.leads, obligation.coordinating, window.start, ground.directory)
    agreement = plan.agreement_for(partners, obligation.agreement)
    return Occurrence(
        obligation=obligation.id,
        leg=slot.leg,
        cycle=slot.cycle,
        plan=plan.id,
        kind=obligation.kind,
        title=_title(obligation.title, slot.about),
        clauses=tuple(dict.fromkeys((*obligation.clauses, *(stated.clauses if stated else ())))),
        window=window,
        expression=obligation.words,
        status=verdict.status or _status(segment, slot, stated, partners),
        host=host,
        place=place,
        travels=_travellers(segment, place, partners, ground.directory),
        partners=partners,
        leads=bodies.leads,
        coordinating=bodies.coordinating,
        owner=plan.owner,
        conditions=obligation.conditions,
        quantity=obligation.quantity,
        assumed=obligation.assumed,
        to_set=_open(obligation.to_set, bodies),
        anniversary=slot.anniversary,
        document=plan.document,
        agreement=agreement.id if agreement else None,
        joint=verdict.joint,
    )


def _open(to_set: tuple[Gap, ...], bodies: Bodies) -> tuple[Gap, ...]:
    """What is still to set: what the text leaves open, and who took over from a body that has ended."""
    return to_set if bodies.known or Gap.SUCCESSOR in to_set else (*to_set, Gap.SUCCESSOR)


def _rested(segment: Segment, slot: Slot, partners: tuple[str, ...], ground: Ground) -> Window:
    """The days the rule gives; a single day that is off for a side moves where the obligation says so.

    A day that a relative duty counts has been moved already.
    """
    window, rest = slot.window, segment.obligation.days_off
    single = window.precision is Precision.DAY and window.length == 1
    if rest is Rest.KEEP or window.start is None or not single or isinstance(segment.obligation.rule, Relative):
        return window
    move = ground.earlier if rest is Rest.EARLIER else ground.later
    return Window.day(move(window.start, 0, ground.directory.countries((segment.plan.home, *partners))))


def _title(title: Text, about: Text | None) -> Text:
    """The duty's title, and what it prepares; in a language only where both are said in it."""
    if about is None:
        return title
    said = {lang: (getattr(title, lang), getattr(about, lang)) for lang in ("en", "lo", "km", "th")}
    others = {lang: f"{own}: {of}" for lang, (own, of) in said.items() if own and of}
    return Text(f"{title.vi}: {about.vi}", **others)


def _travellers(
    segment: Segment, place: str | None, partners: tuple[str, ...], directory: Directory
) -> tuple[str, ...]:
    """Everyone who leaves home for a meeting or an event: all but the party of the place."""
    obligation = segment.obligation
    if obligation.travels or place is None or obligation.kind not in (*MEETINGS, Kind.EVENT):
        return obligation.travels
    at = directory.party_at(place)
    return tuple(party for party in dict.fromkeys((segment.plan.home, *partners)) if party != at)


def _status(segment: Segment, slot: Slot, stated: Stated | None, partners: tuple[str, ...]) -> Status:
    obligation = segment.obligation
    if stated and stated.held:
        return Status.HELD
    if slot.cycle == UNSET:
        return Status.TENTATIVE
    named = stated is not None or isinstance(obligation.rule, Once | WholePeriod | Ongoing | Renewal)
    if not named and (slot.projected or not segment.in_force(slot.window.start, partners)):
        return Status.PROJECTED
    if obligation.kind in FIXED_KINDS:
        return Status.CONFIRMED
    return Status.CONFIRMED if slot.window.fixed and not slot.tentative else Status.TENTATIVE
