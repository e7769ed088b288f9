"""What came back, written down: each mail once, its address suspended when it was the third. In the caller's
transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from notifications import audit, people
from notifications.bounces import Action, Ignored, Report
from notifications.tables import BOUNCE, DELIVERY

READER = "bounces"
"""Who wrote the audit rows."""

TellOffice = Callable[[str, str, str], None]
"""Told, inside the transaction, of each address that is suspended now: the mail that came back last (its id), the
address, and what the mail system said."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A report as it was written down: whose mail it was, and whether the address is suspended since."""

    report: Report
    address: str
    suspended: bool


def record(session: Session, report: Report, now: datetime, tell_office: TellOffice) -> Returned | Ignored:
    """Write one report down. Only mail that failed is kept; of delayed and delivered mail nothing changes.

    One mail counts once, however many reports come of it and however often they are read.
    """
    address = session.execute(select(DELIVERY.c.address).where(DELIVERY.c.id == report.delivery)).scalar_one_or_none()
    if address is None:
        return Ignored.UNKNOWN
    if report.action is not Action.FAILED:
        return Returned(report, address, suspended=False)
    ident = hashlib.sha256(f"{report.delivery}\n{report.action}".encode()).hexdigest()[:32]
    if session.execute(select(BOUNCE.c.id).where(BOUNCE.c.id == ident)).first() is not None:
        return Ignored.KNOWN
    words = f"{report.status} {report.said}".strip()
    suspended = report.hard and people.bounced(session, address, now, words)
    values = {
        "id": ident,
        "delivery": report.delivery,
        "address": address,
        "action": report.action,
        "status": report.status,
        "said": report.said,
        "at": now,
    }
    session.execute(insert(BOUNCE).values(values))
    audit.write(session, audit.DELIVERY, [(report.delivery, "returned", words)], now, READER)
    if suspended:
        tell_office(report.delivery, address, words)
    return Returned(report, address, suspended=suspended)
