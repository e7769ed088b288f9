"""What readers answered to reminders: the first answer of a kind stands. Takes part in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from notifications import audit
from notifications.asks import Almanac
from notifications.bulk import among, parted
from notifications.due import Reason, Slot, standing
from notifications.escalation import beneath
from notifications.mime import written_at
from notifications.policy import AT_ONCE, Purpose, Role, chain_step, purpose_of
from notifications.tables import ANSWER, DELIVERY, MAIL_BYTES, REMINDER
from notifications.tokens import Action
from scheduler.occurrence import Record

ANSWER_AUDIT = "answer"
"""Subject of the audit rows of answers; they name a reminder by its id."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A reminder as its links know it. `slot` is what was asked for: of an escalation, what went unanswered.

    `role` is why its reader was written to; `written` is when its mail was, None while it has not been.
    """

    reminder: str
    slot: Slot
    organisation: str
    role: Role = Role.LEAD
    written: datetime | None = None

    @property
    def chain_step(self) -> str | None:
        """The step of the preparation chain it asks for, by its id; None when it asks for something else."""
        return chain_step(self.slot.step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a reader answered, and when. `words` are their own, one line (of a wish: `Wish.words`); None: none."""

    reminder: str
    action: Action
    occurrence: str
    step: str
    counted_from: date
    organisation: str
    recipient: str
    at: datetime
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Other days that a reader asks for: why, and from when to when, where they say so. `last` only with `first`."""

    why: str
    first: date | None = None
    last: date | None = None

    @property
    def days(self) -> str:
        """ISO days `first/last`, or empty."""
        return "" if self.first is None else f"{self.first}/{self.last or self.first}"

    @property
    def words(self) -> str:
        """The wish as it is kept: its days, which may be none, then on a line of its own why."""
        return f"{self.days}\n{self.why}"


def wish_of(words: str) -> Wish:
    """Read back what `Wish.words` wrote."""
    days, _, why = words.partition("\n")
    first, _, last = days.partition("/")
    return Wish(why, date.fromisoformat(first), date.fromisoformat(last)) if first else Wish(why)


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer that stands, and whether it is the one just given."""

    answer: Answer
    fresh: bool


def matter_of(session: Session, reminder: str) -> Matter | None:
    """The reminder of this id; None when it was never stored."""
    c = REMINDER.c
    slot = (c.occurrence, c.step, c.counted_from, c.repeat, c.recipient, c.channel)
    kept = (MAIL_BYTES.c.delivery_id == DELIVERY.c.id) & DELIVERY.c.message_id.is_not(None)
    mails = REMINDER.outerjoin(DELIVERY, DELIVERY.c.id == c.delivery_id).outerjoin(MAIL_BYTES, kept)
    query = select(*slot, c.organisation, c.role, MAIL_BYTES.c.message).select_from(mails)
    row = session.execute(query.where(c.id == reminder)).first()
    if row is None:
        return None
    written = None if row.message is None else written_at(row.message)
    return Matter(reminder, beneath(Slot(*row[:6])), row.organisation, Role(row.role), written)


def answers_of(session: Session, occurrences: Iterable[str]) -> tuple[Answer, ...]:
    """Every answer to reminders of these occurrences, oldest first."""
    keys = set(occurrences)
    rows = [row for part in parted(keys) for row in _rows(session, part)]
    return tuple(sorted((_answer(row) for row in rows), key=lambda answer: (answer.at, answer.reminder)))


def standing_answer(session: Session, matter: Matter, action: Action) -> Answer | None:
    """The first answer of this kind that speaks for this reminder, by its reader or by somebody else (`covers`)."""
    given = answers_of(session, (matter.slot.occurrence,))
    return next((answer for answer in given if covers(answer, matter, action)), None)


def take(session: Session, matter: Matter, action: Action, now: datetime, words: str | None = None) -> Taken:
    """Keep an answer. The first one that speaks for the reminder stands; the same reader's second is not kept."""
    earlier = standing_answer(session, matter, action)
    own = Answer(
        reminder=matter.reminder,
        action=action,
        occurrence=matter.slot.occurrence,
        step=matter.slot.step,
        counted_from=matter.slot.counted_from,
        organisation=matter.organisation,
        recipient=matter.slot.recipient,
        at=now,
        words=words,
    )
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(ANSWER).values(asdict(own)).on_conflict_do_nothing().returning(ANSWER.c.reminder)
    if session.execute(statement).first() is not None:
        audit.write(session, ANSWER_AUDIT, [(matter.reminder, action, matter.slot.recipient)], now)
    return Taken(earlier or own, fresh=earlier is None)


def covers(answer: Answer, matter: Matter, action: Action) -> bool:
    """Whether an answer speaks for a reminder, too.

    One acknowledgement speaks for all who were told of that step in the same organisation, whatever their rank; a step
    of the preparation chain is done for everybody; what is said again and again is answered each time anew.
    """
    if answer.action is not action:
        return False
    if answer.reminder == matter.reminder:
        return True
    slot = matter.slot
    if (answer.occurrence, answer.counted_from) != (slot.occurrence, slot.counted_from):
        return False
    if action is Action.DONE:
        return matter.chain_step is not None and matter.chain_step == chain_step(answer.step)
    alike = answer.step == slot.step and answer.organisation == matter.organisation
    return action is Action.ACKNOWLEDGE and alike and purpose_of(slot.step) is not Purpose.OVERDUE


def outdated(matter: Matter, record: Record | None, almanac: Almanac, today: date) -> Reason | None:
    """Why a reminder does not fit any more how things stand; None when it does, or its days have merely passed.

    Whatever has changed since its mail was written counts: its days, who hosts, its status, its words.
    """
    if purpose_of(matter.slot.step) in (*AT_ONCE, Purpose.DIGEST):
        return None
    found = standing(record, matter.slot, almanac, today)
    if isinstance(found, Reason) and found is not Reason.PAST:
        return found
    changed = record is not None and matter.written is not None and record.changed_at > matter.written
    return Reason.MOVED if changed else None


def _rows(session: Session, keys: Sequence[str]) -> Sequence[RowMapping]:
    return session.execute(select(ANSWER).where(among(session, ANSWER.c.occurrence, keys))).mappings().all()


def _answer(row: RowMapping) -> Answer:
    return Answer(**{**row, "action": Action(row["action"])})
