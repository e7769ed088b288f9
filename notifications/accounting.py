"""What became of the mails of a run, counted and written down for good."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from notifications import handover, pace
from notifications.claiming import Claim
from notifications.desk import Desk, Fate, Outcome
from notifications.errors import TransportError
from notifications.recording import Answer, of_the_database, record

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Account:
    """The mails of one run that have come to an end in it."""

    desk: Desk
    fates: Counter[Fate] = field(default_factory=Counter)
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """How many ended how."""
        return Outcome(**{fate.value: self.fates[fate] for fate in Fate}, errors=tuple(self.errors))

    def note(self, mail: Claim, fate: Fate, error: str | None = None) -> None:
        """Count one mail; what is written down of it is written already."""
        self.fates[fate] += 1
        self.errors += [(mail.id, error)] if error else []

    def record(self, change: Callable[[Session], Answer], *, alone: bool = False) -> Answer:
        """Write down what only this process knows, however long the store takes to come back."""
        write = (self.desk.write_alone if alone else None) or self.desk.write
        return record(write, self.desk.pause, change)

    def not_sent(self, mail: Claim, error: TransportError) -> None:
        """A relay did not take a mail, or does not say whether it did."""
        desk, said = self.desk, str(error)
        now = desk.clock()
        broken = desk.circuit.breaker
        desk.circuit.breaker = broken.failed(self.record(desk.moment)) if error.relay else broken.answered()
        again = pace.again_at(mail.attempt, desk.jitter(), now, mail.deadline)
        if error.permanent or again is None:
            self.give_up(mail, said if error.permanent else f"its deadline is over: {said}")
        elif error.doubtful:
            kept = self.record(lambda session: handover.doubt(session, mail, now, again, said))
            self.note(mail, Fate.IN_DOUBT if kept else Fate.LOST, said)
        else:
            kept = self.record(lambda session: handover.retry_later(session, mail, now, again, said))
            self.note(mail, Fate.RETRIED if kept else Fate.LOST, said)

    def give_up(self, mail: Claim, error: str) -> None:
        """A mail will never be taken; the office is told, if it can be."""
        desk = self.desk

        def bury(session: Session) -> bool:
            return handover.give_up(session, mail, desk.clock(), error)

        def bury_and_tell(session: Session) -> bool:
            kept = bury(session)
            if kept:
                desk.buried(session, mail, error)
            return kept

        try:
            kept = self.record(bury_and_tell, alone=True)
        except Exception as trouble:
            if of_the_database(trouble):
                raise
            log.exception("the office could not be told that the mail %s is given up", mail.id)
            kept = self.record(bury)
        self.note(mail, Fate.DEAD if kept else Fate.LOST, error)

    def put_aside(self, mail: Claim, error: str) -> None:
        """A mail that cannot be written waits until somebody has looked."""
        kept = self.record(lambda session: handover.quarantine(session, mail, self.desk.clock(), error))
        self.note(mail, Fate.QUARANTINED if kept else Fate.LOST, error)
