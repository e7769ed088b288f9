"""The fields of each decision's form, in the reader's language, with what is sensible filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from calendars.catalogue import say
from calendars.decisions import UNITS
from calendars.headline import subject
from calendars.pages.choices import Choice
from calendars.pages.decide import Field, Widget
from calendars.pages.decidewords import (
    AS_IT_STANDS,
    FAULTS,
    GAPS,
    HINTS,
    LABELS,
    MORE_MEETINGS,
    NOT_SET,
    PASSES,
    UNSAID,
    WAITS,
)
from calendars.wording import days, name
from config.decideforms import MOST_SHORT, Typed
from config.decideground import Ground
from config.decidepapers import MOST_JOINT, MOST_VALUES, MOST_WHY
from scheduler.amendment import Verb
from scheduler.decided import JOINING
from scheduler.occurrence import Status
from scheduler.plan import MEETINGS, Gap, Kind
from scheduler.rules import PeriodUnit

ANSWER_IN = timedelta(days=30)
"""How long one waits for an answer, unless they say otherwise."""

MOST_BODIES = 300
"""Bodies that are offered to choose from; of more their ids are typed."""

MOST_LEADS = 3


@dataclass(frozen=True, slots=True)
class Filling:
    """A form being filled in: on which ground, with what, and what is wrong with it."""

    ground: Ground
    typed: Typed
    faults: Mapping[str, str]
    lang: str

    def say(self, words: str, **fields: object) -> str:
        """In the reader's language."""
        return say(self.lang, words, **fields)

    def named(self, ident: str) -> str:
        """A party, place or body by name."""
        return name(ident, self.ground.directory, self.lang)

    def options(self, field: str, idents: Iterable[str], empty: str) -> tuple[Choice, ...]:
        """Nothing, and each of these; what was typed is among them, whatever it is."""
        value = self.typed.get(field, "")
        offered = dict.fromkeys((*idents, *([value] if value else [])))
        return (Choice("", empty, not value), *(Choice(each, self.named(each), each == value) for each in offered))

    def field(
        self, given: str, widget: Widget, *, label: str = "", hint: str | None = None, needed: bool = False,
        most: int | None = None, choices: tuple[Choice, ...] = (),
    ) -> Field:  # fmt: skip
        """One field, by its name in the form."""
        wrong = self.faults.get("value" if given == "value1" else given)
        return Field(
            name=given,
            label=label or self.say(LABELS[given]),
            widget=widget,
            value=self.typed.get(given, ""),
            choices=choices,
            hint=self.say(hint) if hint else None,
            fault=self.say(FAULTS[wrong], most=most or MOST_SHORT) if wrong else None,
            most=most,
            needed=needed,
        )


def fields(verb: Verb, filling: Filling) -> tuple[Field, ...]:
    """All fields of a decision's form, the reason last."""
    own = _FIELDS[verb](filling) if verb in _FIELDS else ()
    return (*own, reason(filling.typed, filling.faults, filling.lang))


def reason(typed: Typed, faults: Mapping[str, str], lang: str) -> Field:
    """Why it is decided; every decision has one."""
    wrong = faults.get("why")
    return Field(
        name="why",
        label=say(lang, LABELS["why"]),
        widget=Widget.LINE,
        value=typed.get("why", ""),
        hint=say(lang, HINTS["why"]),
        fault=say(lang, FAULTS[wrong], most=MOST_WHY) if wrong else None,
        most=MOST_WHY,
        needed=True,
    )


def sensible(verb: Verb, ground: Ground) -> Typed:
    """What a form is filled in with before anybody types."""
    one, window = ground.one, ground.one.window
    if verb is Verb.AWAIT_PARTNER:
        return {"until": (ground.today + ANSWER_IN).isoformat()}
    if verb in (Verb.JOIN, Verb.LEAVE):
        return {"since": one.cycle if one.cycle.isdecimal() else str(ground.today.year)}
    past = window.last is not None and window.last <= ground.today
    joined = {f"also{number}": mate.key for number, mate in enumerate(ground.joined, 1)} if verb in JOINING else {}
    wanted = verb is Verb.HELD if past else verb in (Verb.CONFIRM, Verb.PROPOSE) and one.status is not Status.POSTPONED
    if wanted and window.fixed and window.start and window.last:
        return {"first": window.start.isoformat(), "last": window.last.isoformat(), **joined}
    return joined


def _days(filling: Filling, *, needed: bool = True) -> Iterator[Field]:
    yield filling.field("first", Widget.DAY, needed=needed, hint=None if needed else HINTS["new"])
    yield filling.field("last", Widget.DAY, hint=HINTS["last"])


def _place(filling: Filling) -> Field:
    ground, one = filling.ground, filling.ground.one
    places = [ident for ident, place in ground.directory.places.items() if place.party in ground.sides]
    known = one.place or one.host
    empty = filling.say(AS_IT_STANDS, host=filling.named(known)) if known else filling.say(UNSAID)
    choices = filling.options("place", (*ground.sides, *places), empty)
    return filling.field("place", Widget.SELECT, choices=choices, hint=HINTS["place"])


def _joint(filling: Filling) -> Iterator[Field]:
    ground = filling.ground
    ticked = {filling.typed.get(f"also{number}", "") for number in range(1, MOST_JOINT + 1)} - {""}
    ordered = sorted(ground.companions, key=lambda one: one.key not in ticked)
    shown, left = ordered[:MOST_JOINT], max(0, len(ordered) - MOST_JOINT)
    choices = tuple(
        Choice(
            one.key,
            f"{subject(one, ground.directory, filling.lang)} ({days(one.window, filling.lang)})",
            one.key in ticked,
        )
        for one in shown
    )
    if choices:
        found = filling.field("also", Widget.CHECKS, choices=choices, hint=HINTS["also"])
        yield replace(found, hint=f"{found.hint} {filling.say(MORE_MEETINGS, count=left)}") if left else found


def _confirm(filling: Filling) -> tuple[Field, ...]:
    return (*_days(filling), _place(filling), *_joint(filling))


def _held(filling: Filling) -> tuple[Field, ...]:
    host = filling.ground.one.host
    empty = filling.say(AS_IT_STANDS, host=filling.named(host) if host else filling.say(NOT_SET))
    others = (side for side in filling.ground.sides if side != host)
    hosted = filling.field("host", Widget.SELECT, choices=filling.options("host", others, empty), hint=HINTS["host"])
    hosts = (hosted,) if filling.ground.one.kind in (*MEETINGS, Kind.EVENT) else ()
    return (*_days(filling), _place(filling), *hosts, *_joint(filling))


def _skip(filling: Filling) -> tuple[Field, ...]:
    value = filling.typed.get("turn", "")
    ways = [("passes", PASSES), *([("waits", WAITS)] if filling.ground.members else [])]
    choices = tuple(Choice(way, filling.say(words), way == value) for way, words in ways)
    return (filling.field("turn", Widget.RADIO, choices=choices, needed=True),)


def _swap(filling: Filling) -> tuple[Field, ...]:
    value, directory = filling.typed.get("other", ""), filling.ground.directory
    turns = tuple(
        Choice(one.key, f"{one.cycle}: {name(one.host or '', directory, filling.lang)}", one.key == value)
        for one in filling.ground.mates
    )
    empty = Choice("", filling.say(FAULTS["choose"]), not value)
    return (filling.field("other", Widget.SELECT, choices=(empty, *turns), needed=True),)


def _party(filling: Filling, idents: Iterable[str]) -> Field:
    choices = filling.options("party", idents, filling.say(FAULTS["choose"]))
    return filling.field("party", Widget.SELECT, choices=choices, needed=True)


def _join(filling: Filling) -> tuple[Field, ...]:
    ground = filling.ground
    strangers = [party for party in ground.directory.parties if party not in ground.members]
    after = filling.options("after", ground.members, filling.say(UNSAID))
    return (
        _party(filling, strangers),
        filling.field("since", Widget.NUMBER, needed=True),
        filling.field("after", Widget.SELECT, choices=after, hint=HINTS["after"]),
    )


def _set(filling: Filling) -> tuple[Field, ...]:
    """One value typed, or some chosen in order."""
    gap, ground = Gap(filling.typed["gap"]), filling.ground
    directory = ground.directory
    sides = ground.sides if len(ground.sides) > 1 else tuple(directory.parties)
    if gap is Gap.CYCLE:
        return (_units(filling), _typed_value(filling, Widget.NUMBER, LABELS["since"], needed=False))
    chosen: tuple[tuple[str, ...], int] | None = {
        Gap.ORDER: (sides, min(max(len(sides), 2), MOST_VALUES)),
        Gap.FIRST_HOST: (sides, 1),
        Gap.PLACE: ((*sides, *directory.places), 1),
        Gap.LEAD: (tuple(directory.organisations), MOST_LEADS),
    }.get(gap)
    if chosen is None or len(chosen[0]) > MOST_BODIES:
        widget = Widget.NUMBER if gap is Gap.FIRST_YEAR else Widget.LINE
        return (_typed_value(filling, widget, LABELS["value"], hint=GAPS.get(gap)),)
    offered, count = chosen
    return tuple(_nth(filling, number, count, offered, gap) for number in range(1, count + 1))


def _nth(filling: Filling, number: int, count: int, offered: tuple[str, ...], gap: Gap) -> Field:
    field = f"value{number}"
    label = filling.say(LABELS["value"])
    return filling.field(
        field,
        Widget.SELECT,
        label=f"{label} {number}" if count > 1 else label,
        choices=filling.options(field, offered, filling.say(UNSAID)),
        hint=GAPS[gap] if number == 1 else None,
        needed=number == 1,
    )


def _units(filling: Filling) -> Field:
    value = filling.typed.get("value1", "")
    units = tuple(Choice(unit.value, filling.say(UNITS[unit]), unit == value) for unit in PeriodUnit)
    empty = Choice("", filling.say(FAULTS["choose"]), not value)
    return filling.field(
        "value1", Widget.SELECT, label=filling.say(LABELS["value"]), choices=(empty, *units),
        hint=GAPS[Gap.CYCLE], needed=True,
    )  # fmt: skip


def _typed_value(
    filling: Filling, widget: Widget, label: str, *, hint: str | None = None, needed: bool = True
) -> Field:
    return filling.field("value", widget, label=filling.say(label), hint=hint, needed=needed, most=MOST_SHORT)


_FIELDS: Mapping[Verb, Callable[[Filling], tuple[Field, ...]]] = {
    Verb.CONFIRM: _confirm,
    Verb.PROPOSE: lambda filling: (*_days(filling), _place(filling)),
    Verb.POSTPONE: lambda filling: tuple(_days(filling, needed=False)),
    Verb.HELD: _held,
    Verb.SKIP: _skip,
    Verb.SWAP: _swap,
    Verb.HOST: lambda filling: (_party(filling, filling.ground.sides),),
    Verb.JOIN: _join,
    Verb.LEAVE: lambda filling: (
        _party(filling, filling.ground.members),
        filling.field("since", Widget.NUMBER, needed=True),
    ),
    Verb.AWAIT_PARTNER: lambda filling: (filling.field("until", Widget.DAY, needed=True),),
    Verb.SET: _set,
}
"""What each decision asks for beside its reason."""
