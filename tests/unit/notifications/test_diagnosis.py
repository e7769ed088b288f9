"""What relays say, and what it means for whoever has to act."""

from __future__ import annotations

import pytest

from notifications.diagnosis import Fault, diagnose


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        ("RCPT was refused: 550 no such user", Fault.MAILBOX_UNKNOWN),
        ("RCPT was refused: 550 5.1.1 <a@x.example>: User unknown in virtual mailbox table", Fault.MAILBOX_UNKNOWN),
        ("5.1.1 550 5.1.1 User unknown", Fault.MAILBOX_UNKNOWN),
        ("5.1.10 recipient not found", Fault.MAILBOX_UNKNOWN),
        ("RCPT was refused: 552 5.2.2 mailbox is full", Fault.MAILBOX_FULL),
        ("RCPT was refused: 452 4.2.2 over quota", Fault.MAILBOX_FULL),
        ("the mail was refused: 554 5.7.1 rejected by DMARC policy", Fault.POLICY),
        ("RCPT was refused: 550 5.7.1 relaying denied", Fault.POLICY),
        ("RCPT was refused: 554 blocked", Fault.POLICY),
        ("MAIL was refused: 553 5.7.1 sender address rejected: not owned by user", Fault.SENDER),
        ("RCPT was refused: 450 4.2.0 greylisted", Fault.BUSY),
        ("the mail was refused: 451 later", Fault.BUSY),
        ("relay.example:25 cannot be used: 421 too many connections", Fault.BUSY),
        ("relay.example:25 cannot be used: [Errno -2] Name or service not known", Fault.NAME),
        ("relay.example:25 cannot be used: [Errno -3] Temporary failure in name resolution", Fault.NAME),
        ("127.0.0.1:1 cannot be used: [Errno 111] Connection refused", Fault.UNREACHABLE),
        ("relay.example:25 cannot be used: timed out", Fault.UNREACHABLE),
        ("relay.example:465 cannot be used: 535 5.7.8 authentication failed", Fault.LOGIN),
        ("relay.example:465 cannot be used: 535 b'no'", Fault.LOGIN),
        (
            "relay.example:465 cannot be used: [SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired",
            Fault.CERTIFICATE,
        ),
        ("relay.example:25 cannot be used: it offers no STARTTLS, and a password is never sent in clear", Fault.NO_TLS),
        ("relay.example:25 broke off: Connection unexpectedly closed", Fault.BROKE_OFF),
        ("relay.example:25 did not answer the final dot: timed out", Fault.UNANSWERED),
        ("the Maildir /mail cannot be written: Permission denied", Fault.FOLDER),
        ("cannot be written: HeaderError: Subject holds a control character", Fault.UNWRITABLE),
        ("lost with its worker 3 times", Fault.CRASHED),
        ("something nobody has seen", Fault.OTHER),
        ("", Fault.OTHER),
    ],
)
def test_an_error_is_told_by_its_words(error: str, fault: Fault) -> None:
    assert diagnose(error) is fault
