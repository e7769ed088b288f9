"""One decision: judged, shown as what it changes, and stored only when asked to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from calendars.gate import shows, unprintable
from config import settle
from config.excerpt import world_around
from config.likely import nearest_in
from config.session import Job
from config.telling import almanac_of, tell_changes
from config.world import World
from notifications import sentbook
from notifications.advice import UNTITLED, Titles, titles
from notifications.asks import Almanac, Ask, asks
from notifications.due import Reminder, State, between
from scheduler import history, store
from scheduler.amendment import Amendment, Decision, Verb, decision_content, effective
from scheduler.decided import JOINING, decided
from scheduler.docket import Docket, Line, Scene
from scheduler.errors import DecisionError, EmptyStoreError, UnknownKeyError
from scheduler.occurrence import Occurrence, Record, content_of
from scheduler.plan import Directory
from scheduler.reconcile import Change
from scheduler.ruling import ruled

MAILS_AHEAD = timedelta(days=730)
"""How far ahead the effect on reminders is shown."""

LONGEST = 500
"""Characters of a reason or a name."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a decision does, or would do. `number` is its own in the journal; None when it was only shown.

    `no_more` and `instead` are the mails of the next two years that would go no more, and those that go in their place.
    `cut`: mails after those change, too. `told` are those who are told of it at once. `written`: the obligations it is
    written under. `called`: the steps of preparation chains that these mails ask for.
    """

    number: int | None
    decision: Decision
    changes: tuple[Change, ...]
    no_more: tuple[Reminder, ...]
    instead: tuple[Reminder, ...]
    told: tuple[Reminder, ...] = ()
    written: tuple[str, ...] = ()
    called: Titles = field(default_factory=lambda: UNTITLED)
    cut: bool = False

    def away(self, directory: Directory) -> tuple[Occurrence, ...]:
        """What takes place, as decided, with another party than the one that hosts it by turn: perhaps that one did."""
        decision = self.decision
        if decision.place is None or decision.host is not None:
            return ()
        met = (change.after for change in self.changes if change.after.key in decision.keys)
        return tuple(one for one in met if one.host and one.place and directory.party_at(one.place) != one.host)

    @property
    def mark(self) -> str:
        """A short text that is another one when the decision would do anything else than this."""
        sides = [[_content(change.before), _content(change.after)] for change in self.changes]
        mails = [[[mail.slot.id, mail.send_on.isoformat()] for mail in some] for some in (self.no_more, self.instead)]
        told = sorted({mail.address for mail in self.told})  # a notice's own name has the decision's number in it
        text = json.dumps([decision_content(self.decision), sides, mails, told], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


Approval = Callable[[Session, Ruling], bool]
"""Looks at what a decision does before it is stored, in its transaction; may raise, or say that it is not meant."""


def decide(job: Job, decision: Decision, who: str, why: str, *, apply: bool, approve: Approval | None = None) -> Ruling:
    """Judge a decision and show its effect on every later occurrence; with `apply`, store it, if that is approved.

    To be shown only, it does not wait for whoever changes the store at the time, where the database allows.
    Raises EmptyStoreError, UnknownKeyError or DecisionError, and what `approve` raises; then nothing is written.
    """
    with job.database.write() if apply else job.database.write_beside() as session:
        if not history.revision(session):
            raise EmptyStoreError("the store holds no plan yet")
        try:
            ruling = decide_within(job, session, decision, who, why)
            approved = approve is None or approve(session, ruling)
        except BaseException:
            session.rollback()
            raise
        if not apply or not approved:
            session.rollback()
            return replace(ruling, number=None)
    return ruling


def decide_within(job: Job, session: Session, decision: Decision, who: str, why: str) -> Ruling:
    """Store a decision in the caller's transaction, with what it changes and the mail that tells of it.

    Raises UnknownKeyError or DecisionError; the caller then rolls back.
    """
    _check_words(who, why)
    almanac = almanac_of(session, job)
    now, today = job.now(), job.today()
    ruling = _take(session, decision, (who, why), (now, today), almanac)
    told = tell_changes(session, ruling.changes, almanac, (today, now), ruling.number or 0, (who, why))
    return replace(ruling, told=told)


def _take(
    session: Session, decision: Decision, words: tuple[str, str], when: tuple[datetime, date], almanac: Almanac
) -> Ruling:
    """Write the decision and settle what it touches, in the caller's transaction."""
    now, today = when
    records = store.found(session, decision.keys)
    for key in decision.keys:
        if key not in records:
            raise UnknownKeyError(key, nearest_in(session, key))
    taken = _taken(session, decision, records)
    touched = _touched(decision, records, taken)
    world = world_around(session, touched)
    amendments = _all(touched, taken)
    replay = partial(_scene, world, touched)
    scene = replay(amendments)
    stored = {key: record.occurrence for key, record in records.items() if key not in scene.occurrences}
    scene = replace(scene, occurrences={**scene.occurrences, **stored})
    final = ruled(Docket(decision, scene, amendments, world.directory, today, replay))
    number, changes = settle.decided(session, [history.decision_line(ident, *words, final) for ident in touched], now)
    before = _mails((change.before for change in changes), almanac, now, today)
    after = _mails((change.after for change in changes), almanac, now, today)
    fallen = [mail for slot, mail in before.items() if slot not in after]
    gone = sentbook.ended(session, [mail.slot.id for mail in fallen])
    no_more = tuple(mail for mail in fallen if mail.slot.id not in gone)
    instead = tuple(mail for slot, mail in after.items() if slot not in before)
    sides = (side for change in changes for side in (change.before, change.after) if side is not None)
    called = titles((Record(side, 0, now) for side in sides), almanac.steps_of)
    cut = any(_later(change.before, almanac, when) != _later(change.after, almanac, when) for change in changes)
    return Ruling(number, final, changes, no_more, instead, written=touched, called=called, cut=cut)


def line_of(session: Session, one: Occurrence) -> Line | None:
    """The line of turns an occurrence stands in, with all that was decided on it; None where there is none."""
    idents = (one.obligation,)
    scene = _scene(world_around(session, idents), idents, history.decisions(session, idents).get(one.obligation, ()))
    return scene.line(one.obligation, one.leg)


def joined_with(session: Session, one: Occurrence) -> tuple[Occurrence, ...]:
    """The meetings that were decided to be one with this one, which carries their event, by key."""
    taken = history.decisions(session, (one.obligation,)).get(one.obligation, ())
    named = {key for amendment in effective(taken) if amendment.decision.verb in JOINING
             for key in amendment.decision.keys if one.key in amendment.decision.keys}  # fmt: skip
    found = store.found(session, named - {one.key})
    return tuple(found[key].occurrence for key in sorted(found) if found[key].occurrence.joint == one.key)


def _content(occurrence: Occurrence | None) -> dict[str, Any] | None:
    return None if occurrence is None else content_of(occurrence)


def _taken(session: Session, decision: Decision, records: dict[str, Record]) -> dict[str, tuple[Amendment, ...]]:
    """All that was ever decided on the obligations that a decision may touch, by obligation."""
    waiting = {record.occurrence.obligation for record in records.values()}
    if decision.obligation is not None:
        waiting.add(decision.obligation)
    if decision.target is not None:
        waiting.update(history.decided_under(session, decision.target))
    taken: dict[str, tuple[Amendment, ...]] = {}
    while waiting:
        taken |= dict.fromkeys(waiting, ()) | history.decisions(session, waiting)
        joined = _together(decision, taken) if decision.keys else ()
        waiting = {key.partition(".")[0] for key in joined} - taken.keys()
    return {ident: amendments for ident, amendments in taken.items() if amendments}


def _touched(
    decision: Decision, records: dict[str, Record], taken: dict[str, tuple[Amendment, ...]]
) -> tuple[str, ...]:
    """Obligations a decision is written under; an undo under those of what it takes back."""
    if decision.verb is Verb.UNDO:
        numbers = {ident: {a.number for a in amendments} for ident, amendments in taken.items()}
        found = tuple(ident for ident in sorted(numbers) if decision.target in numbers[ident])
        if not found:
            message = "there is no decision {target}"
            raise DecisionError(message, "luanphien explain KEY shows the numbers", target=decision.target)
        return found
    if decision.obligation is not None:
        return (decision.obligation,)
    keys = [*decision.keys, *_together(decision, taken)]
    owners = {key: ident for ident in taken for key in keys if key.startswith(f"{ident}.")}
    owners |= {key: record.occurrence.obligation for key, record in records.items()}
    return tuple(dict.fromkeys(owners[key] for key in keys))


def _together(decision: Decision, taken: dict[str, tuple[Amendment, ...]]) -> Iterator[str]:
    """The other meetings that were once decided to be one with those this decision is about."""
    for amendments in taken.values():
        for amendment in effective(amendments):
            keys = amendment.decision.keys
            if amendment.decision.verb in JOINING and len(keys) > 1 and not set(keys).isdisjoint(decision.keys):
                yield from keys


def _scene(world: World, touched: tuple[str, ...], amendments: tuple[Amendment, ...]) -> Scene:
    """What the texts and some of the decisions on the touched obligations come to."""
    written = {ident: {amendment.number for amendment in world.amendments.get(ident, ())} for ident in touched}
    known = set().union(*written.values())
    told = {
        ident: tuple(a for a in amendments if a.number in written[ident] or a.number not in known) for ident in touched
    }
    then = replace(world, amendments={**world.amendments, **told})
    series = {ident: then.filled(ident) for ident in touched if ident in then.series}
    cache: dict[str, tuple[Occurrence, ...]] = {}
    occurrences = {occurrence.key: occurrence for ident in series for occurrence in then.occurrences(ident, cache)}
    return Scene(occurrences, series, decided(amendments))


def _all(touched: tuple[str, ...], taken: dict[str, tuple[Amendment, ...]]) -> tuple[Amendment, ...]:
    """Every decision on the touched obligations, each once, in order."""
    numbered = {amendment.number: amendment for ident in touched for amendment in taken.get(ident, ())}
    return tuple(numbered[number] for number in sorted(numbered))


def _mails(
    occurrences: Iterable[Occurrence | None], almanac: Almanac, now: datetime, today: date
) -> dict[tuple[object, ...], Reminder]:
    """The mails of the next two years about these occurrences, by what makes a mail the same."""
    records = [Record(occurrence, 0, now) for occurrence in occurrences if occurrence is not None]
    found = between(records, almanac, today, today + MAILS_AHEAD)
    return {(mail.slot, mail.send_on): mail for mail in found if mail.state is not State.EXPIRED}


def _later(one: Occurrence | None, almanac: Almanac, when: tuple[datetime, date]) -> list[Ask]:
    """What is asked for about an occurrence later than its mails are shown."""
    now, today = when
    found = () if one is None else asks(Record(one, 0, now), almanac)
    return [ask for ask in found if ask.around > today + MAILS_AHEAD]


def _check_words(who: str, why: str) -> None:
    """Who and why stand in the record for good: both must be there, short, and plain text."""
    for name, words in (("who", who), ("why", why)):
        if not shows(words):
            raise DecisionError("the field {name} is missing", "say it with --{name}", name=name)
        if len(words) > LONGEST:
            message = "{name} is longer than {max_length} characters"
            raise DecisionError(message, "shorten it", name=name, max_length=LONGEST)
        if (bad := unprintable(words)) is not None or "\n" in words:
            fix = "type the text again without it"
            raise DecisionError("the text holds the control character {code}", fix, code=bad or "U+000A")
