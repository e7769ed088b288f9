"""Who is told when nobody answers: the head, and then the deputy director, counted in working days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from notifications.asks import Almanac, Ask
from notifications.audience import country_of, person
from notifications.contacts import Rank
from notifications.due import Reminder, Slot
from notifications.policy import Purpose, Role
from notifications.standings import Standings
from scheduler.occurrence import Record
from scheduler.succession import heir_of

WORDS = {Rank.HEAD: "head", Rank.DEPUTY_DIRECTOR: "deputy"}
"""How the steps of an escalation name whom they tell."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A reminder to one who leads, sent on a local day. `answered`: somebody of the organisation has."""

    slot: Slot
    organisation: str
    sent_on: date
    answered: bool = False


def escalated(
    reached: Iterable[Reached],
    records: Mapping[str, Record],
    almanac: Almanac,
    awaiting: Mapping[str, date],
    today: date,
    told: Mapping[str, date] | None = None,
) -> Iterator[Reminder]:
    """Who is told on `today`, each once: superiors of those who did not answer in time, of what still stands.

    Of several reminders of one line to one reader the latest counts, answered or not; of what is said again and again,
    the first since the last answer. While the partner's answer is awaited (`awaiting`, the last day by occurrence)
    nothing rises, and the days count from then. Nothing rises on a superior's day off.

    `told`: the day on which superiors were, by the id of their slot. After an outage several ranks may be due at once:
    the higher ones wait until the lower have had their days. None: it is not known, and each rank is told by its own.
    """
    found: dict[Slot, Reminder] = {}
    for ask, last in _latest(reached, records, almanac, today):
        until = awaiting.get(last.slot.occurrence)
        if last.answered or (until is not None and until >= today):
            continue
        since = max(last.sent_on, until or last.sent_on)
        country = country_of(last.organisation, almanac.directory)
        heir = heir_of(last.organisation, today, almanac.directory).organisation
        below: list[tuple[int, date]] = []
        for rank, days in _ladder(last.slot.recipient, almanac):
            counted = [(since, days), *((day, max(0, days - fewer)) for fewer, day in below)]
            if any(almanac.after(day, number, (country,)) > today for day, number in counted):
                continue
            for contact in almanac.roster.people(heir, rank, today, almanac.directory):
                reader = person(contact, last.organisation, Role.SUPERIOR, almanac.directory)
                step = f"{Purpose.ESCALATE}-{WORDS[rank]}-{ask.step.id}"
                slot = replace(last.slot, step=step, recipient=reader.recipient)
                works = almanac.works(today, reader)
                if told is not None and (works or slot.id in told):
                    below.append((days, told.get(slot.id, today)))
                if works:
                    reminder = Reminder(
                        slot=slot,
                        organisation=last.organisation,
                        address=contact.address,
                        lang=contact.lang,
                        role=Role.SUPERIOR,
                        send_on=today,
                    )
                    found.setdefault(slot, reminder)
    yield from found.values()


def beneath(slot: Slot) -> Slot:
    """The slot that an escalation speaks of, but for its reader; another slot is itself."""
    for word in WORDS.values():
        start = f"{Purpose.ESCALATE}-{word}-"
        if slot.step.startswith(start):
            return replace(slot, step=slot.step.removeprefix(start))
    return slot


def risen_to(slot: Slot) -> Rank | None:
    """The rank that an escalation tells; None for another slot."""
    named = (rank for rank, word in WORDS.items() if slot.step.startswith(f"{Purpose.ESCALATE}-{word}-"))
    return next(named, None)


def _latest(
    reached: Iterable[Reached], records: Mapping[str, Record], almanac: Almanac, today: date
) -> Iterator[tuple[Ask, Reached]]:
    """Of each line to each reader the last that was sent, while it still stands and is near enough.

    What is said again and again counts from the first time that went unanswered since the last answer.
    """
    found: dict[tuple[object, ...], tuple[Ask, Reached]] = {}
    standings = Standings(almanac, today)
    for each in sorted(reached, key=lambda sent: (sent.sent_on, sent.slot)):
        ask = standings.of(records.get(each.slot.occurrence), each.slot)
        if isinstance(ask, Ask) and (each.slot.counted_from - today).days <= almanac.policy.escalation.within:
            line = each.slot.occurrence, each.slot.recipient, ask.line
            before = found.get(line)
            again = ask.repeat > 1 and before is not None and before[0].counted_from == ask.counted_from
            if not (again and not each.answered and before is not None and not before[1].answered):
                found[line] = ask, each
    yield from found.values()


def _ladder(recipient: str, almanac: Almanac) -> Iterator[tuple[Rank, int]]:
    """The ranks above whoever was reminded, each with the working days after which it is told."""
    contact = almanac.roster.named(recipient)
    days = {Rank.HEAD: almanac.policy.escalation.head, Rank.DEPUTY_DIRECTOR: almanac.policy.escalation.deputy}
    above = contact.rank.above if contact is not None else tuple(days)
    yield from ((rank, days[rank]) for rank in above)
