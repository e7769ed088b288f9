"""What needs an officer now: matters in order, each cut to what one can read, and what to type about each thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from scheduler.amendment import Verb
from scheduler.lacking import Term
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Agreement, Directory, Document, Gap
from scheduler.succession import circles_of, heir_of

SHOWN = 20
"""Things of one matter that are shown."""


class Matter(StrEnum):
    """Why something needs an officer; the order in which it is shown."""

    OVERDUE = "overdue"
    CONFIRM = "confirm"
    TO_SET = "to-set"
    UNRECORDED = "unrecorded"
    LAPSING = "lapsing"
    MAIL = "mail"
    APPROVAL = "approval"


class Trouble(StrEnum):
    """How a mail in trouble stands, the gravest first."""

    QUARANTINED = "quarantined"
    DEAD = "dead"
    IN_DOUBT = "in_doubt"
    RETRY = "retry"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """An occurrence that needs somebody. `body`: whose it is; `leads` whether they lead it, else they own its plan.

    `gaps`: what is to be set of its whole line. `since` None: it is not known since when. `deciders`: who decides
    on it, where whoever looks may not. `lacks`: the terms a projected one lies outside of, where that was asked.
    """

    occurrence: Occurrence
    since: date | None
    body: str
    leads: bool
    gaps: tuple[Gap, ...] = ()
    deciders: tuple[str, ...] = ()
    lacks: tuple[Term, ...] = ()

    @property
    def projected(self) -> bool:
        """Whether it waits for a term to be renewed, rather than for days alone."""
        return self.occurrence.status is Status.PROJECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An agreement that ends with nothing to follow. `page`: the part of the page of agreements it stands on."""

    agreement: Agreement
    ends: date
    since: date | None
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail in trouble, and the first thing it tells of, if it tells of any."""

    ident: str
    address: str
    trouble: Trouble
    day: date
    since: date
    about: Occurrence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text of a plan that waits for a second officer. `number`: of the proposal; `by`: who gave it, as they sign.

    `document`: that of the text in force, as far as it is known.
    """

    plan: str
    number: int
    by: str
    since: date
    document: Document | None = None


Thing = Duty | Ending | Letter | Draft


@dataclass(frozen=True, slots=True)
class Pile:
    """All that was found of one matter, in order. `whole` False: there may be more than was read.

    `ended`: how many agreements have ended with nothing to follow, while meetings ahead rest on them.
    """

    things: Sequence[Thing]
    whole: bool = True
    ended: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What is shown: one `matter` alone, or each; the `page`th so many things. `most` None: all."""

    matter: Matter | None = None
    page: int = 1
    most: int | None = SHOWN


FIRST = Part()


@dataclass(frozen=True, slots=True)
class Section:
    """One matter, cut: `count` of all, of which those after the first `skipped` are shown.

    `whole` False: there are more than `count`, or may be. `ended`: as in its pile.
    """

    matter: Matter
    shown: tuple[Thing, ...]
    count: int
    whole: bool
    skipped: int = 0
    ended: int = 0

    @property
    def left(self) -> int:
        """How many come after those shown."""
        return self.count - self.skipped - len(self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What needs somebody on `day`; `bodies` are those they act for, None: all. `ahead` is what comes next."""

    day: date
    bodies: tuple[str, ...] | None
    sections: tuple[Section, ...]
    ahead: tuple[Occurrence, ...] = ()
    stored: bool = True

    @property
    def quiet(self) -> bool:
        """Whether nothing needs them, as far as all was read."""
        return all(not section.count and section.whole for section in self.sections)


_LEFT_OUT = (Matter.MAIL, Matter.APPROVAL)


def sections(piles: Mapping[Matter, Pile], part: Part = FIRST) -> tuple[Section, ...]:
    """Every matter in its order, those with nothing as well; of one alone, if the part names it.

    Approval is left out where nothing waits for it: most offices do not ask for a second officer. So are mails where
    none were looked for: to who may not see them it is not said that none is in trouble.
    """
    every = (matter for matter in Matter if matter not in _LEFT_OUT or matter in piles)
    matters = every if part.matter is None else (part.matter,)
    return tuple(_cut(matter, piles.get(matter, Pile(())), part) for matter in matters)


def _cut(matter: Matter, pile: Pile, part: Part) -> Section:
    skipped = 0 if part.most is None else (part.page - 1) * part.most
    shown = pile.things[skipped:] if part.most is None else pile.things[skipped : skipped + part.most]
    return Section(matter, tuple(shown), len(pile.things), pile.whole, skipped, pile.ended)


def acting_for(bodies: Iterable[str], directory: Directory, day: date, *, below: bool) -> frozenset[str]:
    """All whose duties on `day` concern these bodies: groups they are in, too, and bodies they came after.

    `below`: members of them, too, and members of those.
    """
    own = _with_members(bodies, directory) if below else set(bodies)
    return _with_forebears({group for body in own for group in circles_of(body, directory)}, directory, day)


def answering_for(bodies: Iterable[str], directory: Directory, day: date, *, below: bool) -> frozenset[str]:
    """All whose duties on `day` are theirs alone: bodies they came after; `below`: members of them, and of those."""
    return _with_forebears(_with_members(bodies, directory) if below else set(bodies), directory, day)


def _with_members(bodies: Iterable[str], directory: Directory) -> set[str]:
    own = set(bodies)
    waiting = list(own)
    while waiting:
        body = directory.organisations.get(waiting.pop())
        fresh = set(body.members) - own if body else set()
        own |= fresh
        waiting += fresh
    return own


def _with_forebears(own: set[str], directory: Directory, day: date) -> frozenset[str]:
    return frozenset(
        own | {ident for ident in directory.organisations if heir_of(ident, day, directory).organisation in own}
    )


def duty_of(one: Occurrence, since: date | None, bodies: frozenset[str] | None, gaps: tuple[Gap, ...] = ()) -> Duty:
    """An occurrence as one of these bodies sees it: as its lead if they lead it, else as the owner of its plan."""
    leading = [lead for lead in one.leads if bodies is None or lead in bodies]
    body = leading[0] if leading else one.owner
    return Duty(occurrence=one, since=since, body=body, leads=bool(leading), gaps=gaps)


def deciding(one: Occurrence, directory: Directory) -> tuple[str, ...]:
    """The bodies that decide on an occurrence: its leads, a group's place being taken by the plan's owner."""
    bodies = directory.organisations
    single = tuple(lead for lead in one.leads if lead in bodies and not bodies[lead].members)
    return single or (one.owner,)


def commands(matter: Matter, thing: Thing) -> tuple[str, ...]:
    """What is typed about a thing; what only an officer knows stands in capitals. None: no command settles it."""
    return tuple(_commands(matter, thing))


def _commands(matter: Matter, thing: Thing) -> Iterator[str]:
    match thing:
        case Letter():
            yield f"luanphien outbox show {thing.ident}"
            if thing.trouble is Trouble.HELD:
                yield f"luanphien outbox release {thing.ident}"
            elif thing.trouble is not Trouble.IN_DOUBT:
                yield f"luanphien outbox retry {thing.ident}"
        case Ending() | Draft():
            return
        case Duty():
            yield from () if thing.deciders else _of_duty(matter, thing)
        case _:
            assert_never(thing)


def _of_duty(matter: Matter, duty: Duty) -> Iterator[str]:
    one = duty.occurrence
    match matter:
        case Matter.OVERDUE:
            yield f"luanphien decide done {one.key} --why WHY"
        case Matter.UNRECORDED:
            yield f"luanphien decide held {one.key} --days {_days(one)} --why WHY"
            yield f"luanphien decide skip {one.key} --passes --why WHY"
        case Matter.TO_SET:
            leg = f" --leg {one.leg}" if one.leg else ""
            for gap in duty.gaps:
                if gap is not Gap.SUCCESSOR:
                    yield f"luanphien decide set {one.obligation} {gap}{leg if gap in _BY_LEG else ''} VALUE --why WHY"
        case _:
            yield f"luanphien decide confirm {one.key} --days DAY/DAY --why WHY"
            if duty.projected:
                yield f"luanphien decide skip {one.key} --passes --why WHY"


def deeds(matter: Matter, thing: Thing) -> tuple[tuple[Verb, Gap | None, str], ...]:
    """What may be decided about a thing on pages: how, what is set, and on which key.

    None of what is no duty, nor of what others decide on.
    """
    if not isinstance(thing, Duty) or thing.deciders:
        return ()
    key = thing.occurrence.key
    match matter:
        case Matter.OVERDUE:
            return ((Verb.DONE, None, key),)
        case Matter.UNRECORDED:
            return ((Verb.HELD, None, key), (Verb.SKIP, None, key))
        case Matter.TO_SET:
            return tuple((Verb.SET, gap, key) for gap in thing.gaps if gap is not Gap.SUCCESSOR)
        case _:
            return ((Verb.CONFIRM, None, key), (Verb.SKIP if thing.projected else Verb.POSTPONE, None, key))


_BY_LEG = (Gap.FIRST_YEAR, Gap.ORDER, Gap.FIRST_HOST)
"""What is set for each leg by itself."""


def _days(one: Occurrence) -> str:
    """Its days as `--days` takes them, where they are known."""
    first, last = one.window.start, one.window.last
    if not one.window.fixed or first is None or last is None:
        return "DAY/DAY"
    return first.isoformat() if first == last else f"{first}/{last}"
