"""Reports as mail systems write them, and what else arrives at a return path."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.bounces import LONGEST_SAID, MOST_BYTES, Action, Ignored, Report, read
from notifications.verp import return_path

KEY = b"secret"
DELIVERY = "0123456789abcdef0123456789abcdef"
PATH = return_path("nhac-viec@luanphien.example", KEY, DELIVERY)
FORGED = return_path("nhac-viec@luanphien.example", b"guessed", DELIVERY)
NOBODY = "550 5.1.1 <a@x.example>: Recipient address rejected: User unknown"


def report(*recipients: str, to: str = f"To: {PATH}", original: str = "Subject: x\n\nx", kind: str = "report") -> bytes:
    """A report of Postfix about these recipients."""
    blocks = "\n".join(recipients)
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
{to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/{kind}; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Wed, 1 Sep 2021 07:30:00 +0700

{blocks}
--b
Content-Type: message/rfc822

{original}

--b--
""".encode()


def recipient(action: str, status: str = "", said: str = "", address: str = "a@x.example") -> str:
    lines = [f"Final-Recipient: rfc822; {address}", f"Action: {action}"]
    lines += [f"Status: {status}"] if status else []
    lines += [f"Diagnostic-Code: smtp; {said}"] if said else []
    return "".join(f"{line}\n" for line in lines)


def letter(body: str, sender: str = "MAILER-DAEMON@mx.example", to: str = PATH, extra: str = "") -> bytes:
    return f"From: {sender}\nTo: {to}\nSubject: failure notice\n{extra}\n{body}".encode()


FAILED = Report(DELIVERY, Action.FAILED, "5.1.1", NOBODY)


@pytest.mark.parametrize(
    ("raw", "expected", "hard"),
    [
        (report(recipient("failed", "5.1.1", NOBODY)), FAILED, True),
        (report(recipient("Failed (unknown)", "5.1.1 (no such user)", NOBODY)), FAILED, True),
        (report(recipient("failed", "", NOBODY)), FAILED, True),
        (report(recipient("failed", "5.0.0")), Report(DELIVERY, Action.FAILED, "5.0.0", ""), True),
        (report(recipient("failed", "", "550 no")), Report(DELIVERY, Action.FAILED, "5.0.0", "550 no"), True),
        (report(recipient("failed", "", "451 no")), Report(DELIVERY, Action.FAILED, "4.0.0", "451 no"), False),
        (report(recipient("failed")), Report(DELIVERY, Action.FAILED, "5.0.0", ""), True),
        (report(recipient("failed", "4.4.7")), Report(DELIVERY, Action.FAILED, "4.4.7", ""), False),
        (report(recipient("delayed", "4.4.1")), Report(DELIVERY, Action.DELAYED, "4.4.1", ""), False),
        (report(recipient("delayed")), Report(DELIVERY, Action.DELAYED, "4.0.0", ""), False),
        (report(recipient("delivered", "2.1.5")), Report(DELIVERY, Action.DELIVERED, "2.1.5", ""), False),
        (report(recipient("relayed")), Report(DELIVERY, Action.RELAYED, "2.0.0", ""), False),
        (report(recipient("expanded")), Report(DELIVERY, Action.EXPANDED, "2.0.0", ""), False),
    ],
)
def test_a_report_says_what_became_of_the_mail(raw: bytes, expected: Report, hard: bool) -> None:
    found = read(raw, KEY)
    assert found == expected
    assert isinstance(found, Report)
    assert found.hard == hard


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To", "to"])
def test_the_return_path_may_stand_in_other_fields(header: str) -> None:
    others = f"To: undisclosed-recipients:;\n{header}: {PATH.upper()}"
    assert read(report(recipient("failed", "5.1.1", NOBODY), to=others), KEY) == FAILED


def test_lines_may_end_as_on_the_wire() -> None:
    assert read(report(recipient("failed", "5.1.1", NOBODY)).replace(b"\n", b"\r\n"), KEY) == FAILED


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ((recipient("failed", "5.1.1", NOBODY), recipient("delivered", "2.0.0")), Action.DELIVERED),
        ((recipient("failed", "5.1.1", NOBODY), recipient("delayed", "4.2.0")), Action.DELAYED),
        ((recipient("failed", "5.1.1", NOBODY), recipient("failed", "5.1.1", NOBODY)), Action.FAILED),
    ],
)
def test_behind_a_list_the_mail_failed_only_if_it_failed_for_all(blocks: tuple[str, ...], expected: Action) -> None:
    found = read(report(*blocks), KEY)
    assert isinstance(found, Report)
    assert found.action is expected


QMAIL = f"""Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<a@x.example>:
Remote host said: {NOBODY}

--- Below this line is a copy of the message.

Return-Path: <{PATH}>
"""
EXIM = """This message was created automatically by mail delivery software.

  a@x.example
    host mx.x.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<a@x.example>: 550 no such user

------ This is a copy of the message, including all the headers. ------
"""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (letter(QMAIL), Report(DELIVERY, Action.FAILED, "5.1.1", f"Remote host said: {NOBODY}")),
        (
            letter(EXIM, "Mail Delivery System <Mailer-Daemon@mx.example>"),
            Report(
                DELIVERY,
                Action.FAILED,
                "5.0.0",
                "SMTP error from remote mail server after RCPT TO:<a@x.example>: 550 no such user",
            ),
        ),
        (letter("450 4.2.0 greylisted", "postmaster@mx.example"),
         Report(DELIVERY, Action.DELAYED, "4.2.0", "450 4.2.0 greylisted")),
        (letter("I am on leave, room 5.1.1", "anh@x.example"), Ignored.NO_REPORT),
        (letter("I am on leave", "postmaster@x.example", extra="Auto-Submitted: auto-replied\n"), Ignored.NO_REPORT),
        (letter("Your mail has arrived. 2.0.0", "postmaster@x.example"), Ignored.NO_REPORT),
        (letter("Nothing is said of it.\n\n--- copy\n550 5.1.1", "postmaster@x.example"), Ignored.NO_REPORT),
        (letter(QMAIL, to="nhac-viec@luanphien.example"), Ignored.UNRELATED),
        (letter(QMAIL, to=FORGED), Ignored.FORGED),
        (letter(QMAIL, to=f"{PATH}, {return_path('x@y.example', KEY, 'f' * 32)}"), Ignored.FORGED),
        (report(recipient("failed", "5.1.1", NOBODY), to=f"To: {FORGED}"), Ignored.FORGED),
        (report(recipient("failed", "5.1.1"), to="To: a@x.example", original=f"To: {PATH}\n\nx"), Ignored.UNRELATED),
        (report(recipient("vanished", "5.1.1")), Ignored.NO_REPORT),
        (report(), Ignored.NO_REPORT),
        (report(recipient("failed", "5.1.1"), kind="mixed"), Ignored.NO_REPORT),
        (b"", Ignored.UNRELATED),
        (f"To: {PATH}\n\n".encode(), Ignored.NO_REPORT),
        (f"From: MAILER-DAEMON\nTo: {PATH}\nContent-Type: text/plain; charset=none\n\n550".encode(), Ignored.NO_REPORT),
    ],
)  # fmt: skip
def test_what_else_arrives_there(raw: bytes, expected: Report | Ignored) -> None:
    assert read(raw, KEY) == expected


def test_the_returned_mail_decides_nothing() -> None:
    """A reader may have our mail say what they like: only what stands before it is heard."""
    inside = recipient("failed", "5.1.1", NOBODY)
    original = f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{inside}"
    assert read(report(recipient("delivered", "2.0.0"), original=original), KEY) == Report(
        DELIVERY, Action.DELIVERED, "2.0.0", ""
    )


def test_what_is_said_is_one_short_line() -> None:
    said = "550 5.1.1 \x1b[31mno\x00 such\n\tuser " + "x" * 1000
    found = read(report(recipient("failed", "5.1.1", said)), KEY)
    assert isinstance(found, Report)
    assert found.said == ("550 5.1.1 [31mno such user " + "x" * 1000)[:LONGEST_SAID]


def test_a_huge_mail_costs_no_more_than_its_beginning() -> None:
    huge = report(recipient("failed", "5.1.1", NOBODY), original="x" * (100 * MOST_BYTES))
    began = time.process_time()
    assert read(huge, KEY) == FAILED
    late = report(recipient("failed", "5.1.1", NOBODY)).replace(b"I'm sorry", b"x" * MOST_BYTES)
    assert read(late, KEY) is Ignored.NO_REPORT
    assert time.process_time() - began < 2


def test_parts_within_parts_without_end_are_refused() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(3000))
    assert read(f"From: MAILER-DAEMON@x.example\nTo: {PATH}\n{deep}".encode(), KEY) is Ignored.UNREADABLE


@given(st.binary(max_size=2000), st.sampled_from([b"", report(recipient("failed", "5.1.1")), letter(QMAIL)]))
def test_nothing_makes_it_fail(noise: bytes, sound: bytes) -> None:
    for raw in (noise, noise + sound, sound + noise, sound[: len(noise)] + noise):
        assert isinstance(read(raw, KEY), Report | Ignored)
