"""Letters of every kind made by hand, and mails read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email import policy as email_policy
from email.message import EmailMessage
from typing import Any

from notifications.letters import (
    AccessLetter,
    AnyLetter,
    ChangeLetter,
    Happened,
    InvitationLetter,
    Item,
    Method,
    OfficeLetter,
    Told,
    Trouble,
    VerificationLetter,
)
from notifications.policy import Lead, Purpose, Role, Step
from scheduler import preparation
from scheduler.occurrence import Record, Status
from scheduler.plan import Kind, Text
from scheduler.preparation import ChainStep, Way
from scheduler.rules import Edge, Unit
from scheduler.window import Precision, Window
from tests.unit.notifications.samples import HEAD, day_of_event, letter, record

SLOT = "ab" * 16
"""The id of a reminder that has buttons."""

CONFIRMED = record(
    window=Window.of(date(2021, 10, 5), date(2021, 10, 8), Precision.DAYS), status=Status.CONFIRMED, place="quang-tri"
)
REPORT = day_of_event(
    date(2021, 8, 27),
    kind=Kind.REPORT,
    cycle="2021",
    title=Text("Báo cáo kết quả thực hiện Kế hoạch", "Report on the plan"),
    status=Status.CONFIRMED,
    host=None,
    travels=(),
    partners=(),
)
PERMISSION = preparation.Step(
    ChainStep(
        id="permission",
        title=Text("Xin chủ trương đón đoàn", "Ask for permission to receive the delegation"),
        days=30,
        law=Text("Quyết định 06/2020/QĐ-TTg, Điều 4", "Decision 06/2020/QĐ-TTg, article 4"),
    ),
    date(2021, 9, 5),
    date(2021, 9, 3),
    ("so-ngoai-vu-quang-tri",),
    provisional=False,
)


def asked(of: Record, purpose: Purpose, day: date, **more: Any) -> Item:
    """A reminder of one purpose, counted from `day`, to the Front as the lead."""
    late = purpose in (Purpose.OVERDUE, Purpose.RECORD)
    lead = Lead(3, Unit.WORKING) if late else Lead(7)
    way, edge = (Way.AFTER, Edge.END) if late else (Way.BEFORE, Edge.START)
    given = {"step": Step(purpose, lead, edge, (Role.LEAD,), way), "recipient": "mttq-quang-tri", "role": Role.LEAD}
    return Item(record=of, counted_from=day, **given | more)


def told(of: Record = CONFIRMED, happened: Happened = Happened.MOVED, **more: Any) -> Told:
    """A change as the Front is told of it, by somebody and for a reason unless `more` says otherwise."""
    given = {"before": {}, "who": "Lê Văn Hùng", "why": "trùng lễ Boun Ok Phansa", "recipient": "mttq-quang-tri"}
    return Told(record=of, happened=happened, **given | more)


def change(*changes: Told, **more: Any) -> ChangeLetter:
    """A mail about changes."""
    return ChangeLetter(**{**HEAD, "changes": changes or (told(),), **more})


def invited(of: Record = CONFIRMED, method: Method = Method.REQUEST, **more: Any) -> InvitationLetter:
    """An invitation of a person of the Front."""
    given = {"person": "Nguyễn Thị Lan", "address": "lan@quang-tri.example", "update": False}
    return InvitationLetter(**{**HEAD, **given, "record": of, "method": method, **more})


def office(trouble: Trouble, fields: dict[str, str], of: Record | None = None, **more: Any) -> OfficeLetter:
    """A mail to the Front about mail."""
    return OfficeLetter(
        **{**HEAD, "trouble": trouble, "fields": fields, "occurrence": of.occurrence if of else None, **more}
    )


def verification(**more: Any) -> VerificationLetter:
    """A mail that asks for the address to be confirmed."""
    return VerificationLetter(**{**HEAD, "url": "https://lich.example/vi/r/verify/0", **more})


def access(**more: Any) -> AccessLetter:
    """A mail with the link to set a password."""
    return AccessLetter(**{**HEAD, "url": "https://lich.example/vi/password/0", "unsubscribe": None, **more})


def everything(of: Record, words: str, **more: Any) -> tuple[AnyLetter, ...]:
    """A letter of each kind about an occurrence, with `words` wherever free text may stand."""
    named: dict[str, Any] = {"person": words, **more}
    step = replace(PERMISSION, rule=replace(PERMISSION.rule, title=Text(words), law=Text(words)))
    fields = {"name": words, "address": words, "why": words, "days": words, "error": words, "titles": words}
    superior = asked(of, Purpose.PREPARE, date(2021, 10, 5), role=Role.SUPERIOR, escalated=(words,), reminder=SLOT)
    return (
        letter(asked(of, Purpose.CHAIN, date(2021, 9, 3), prepares=step, reminder=SLOT), **named),
        letter(superior, asked(of, Purpose.RECORD, date(2021, 8, 3)), **named),
        change(told(of, why=words, who=words, before={"host": words, "place": words, "leads": words}), **named),
        invited(of, **named),
        verification(**named),
        access(**named),
        *(office(trouble, fields, of, **named) for trouble in Trouble),
    )


def read(raw: bytes) -> EmailMessage:
    """A mail as a mail program reads it; it has no defect."""
    parsed = message_from_bytes(raw, policy=email_policy.default)
    assert isinstance(parsed, EmailMessage)
    for each in parsed.walk():
        assert each.defects == []
    return parsed


def part(mail: EmailMessage, kind: str) -> str:
    """Its text or its HTML, with plain line ends."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
