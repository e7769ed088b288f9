"""What became of an address: mails that came back from it, and what was decided about it. Only read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.contacts import address_id, folded
from notifications.people import MAILBOX_AUDIT
from notifications.tables import BOUNCE, MAIL_AUDIT


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that came back: when that was read, which one, and what the mail system said."""

    at: datetime
    delivery: str
    said: str


@dataclass(frozen=True, slots=True)
class Step:
    """One change of an address: what, why, and by whom, as far as that was written down."""

    at: datetime
    state: str
    why: str | None
    who: str | None


def returned(session: Session, address: str, most: int) -> tuple[Bounce, ...]:
    """The last mails that came back from an address, the newest first."""
    c = BOUNCE.c
    query = select(c.at, c.delivery, c.status, c.said).where(c.address.in_({address, folded(address)}))
    rows = session.execute(query.order_by(c.at.desc(), c.id).limit(most))
    return tuple(Bounce(row.at, row.delivery, f"{row.status} {row.said}".strip()) for row in rows)


def story(session: Session, address: str, most: int) -> tuple[Step, ...]:
    """The last changes of an address, the newest first."""
    c = MAIL_AUDIT.c
    mine = select(c.at, c.state, c.detail, c.worker).where(
        c.subject == MAILBOX_AUDIT, c.subject_id == address_id(address)
    )
    rows = session.execute(mine.order_by(c.id.desc()).limit(most))
    return tuple(Step(row.at, row.state, row.detail, row.worker) for row in rows)
