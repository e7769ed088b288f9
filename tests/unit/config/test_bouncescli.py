"""`luanphien bounces read` in a terminal, and returned mail as it lies on disk."""

from __future__ import annotations

import json
from datetime import timedelta
from email import message_from_bytes
from email import policy as email_policy
from pathlib import Path

import pytest

from config.returnedmail import mails
from notifications.bounces import MOST_BYTES
from notifications.verp import return_path
from tests.integration.postroom import MAIL, Postroom
from tests.unit.docs.terminal import MORNING, Terminal
from tests.unit.notifications.relays import ScriptedRelay
from tests.unit.notifications.test_bounces import letter, recipient, report

SECRET = "a secret of this test"
KEYS = [f"qt-front-exchange.savannakhet.{year}" for year in (2021, 2023, 2025)]
SAID = "550 5.1.1 no such user"


def returned(mail: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    to = return_path("nhac-viec@luanphien.example", SECRET.encode(), mail)
    return report(recipient(action, status, SAID), to=f"To: {to}")


@pytest.fixture
def terminal(terminal: Terminal) -> Terminal:
    """The secret is known, so that mail can be sent back."""
    terminal.run(f"export LUANPHIEN_SECRET='{SECRET}'")
    return terminal


def sent(terminal: Terminal, *keys: str, address: str = MAIL) -> list[str]:
    """Mails that the relay took, an hour after each other."""
    database = terminal.database()
    room, found = Postroom(database, MORNING - timedelta(days=1)), []
    for key in keys:
        found.append(room.put(key, address))
        room.sent()
        room.now += timedelta(hours=1)
    database.close()
    return found


def test_the_third_in_a_row_closes_an_address_and_the_office_hears_of_it(terminal: Terminal) -> None:
    person = "lan@quang-tri.gov.vn"
    terminal.run(f"luanphien contacts add lan --name Lan --organisation mttq-quang-tri --mail {person}")
    terminal.run("luanphien contacts verify lan --by-hand --why 'gọi điện' --who nam")
    with ScriptedRelay({}) as relay:
        terminal.run(f"export LUANPHIEN_MAIL_URL=smtp://127.0.0.1:{relay.port}")
        terminal.run("luanphien remind --once")
    assert person in relay.tried
    found = sent(terminal, *KEYS, address=person)
    for number, mail in enumerate(found):
        (terminal.folder / str(number)).write_bytes(returned(mail))
    answers = [json.loads(terminal.run(f"luanphien bounces read {number} --json")) for number in range(3)]
    assert [[one["suspended"] for one in answer["reports"]] for answer in answers] == [[False], [False], [True]]
    assert answers[2] == {
        "read": 1,
        "reports": [
            {
                "file": "2",
                "mail": found[2],
                "to": person,
                "action": "failed",
                "status": "5.1.1",
                "said": SAID,
                "hard": True,
                "suspended": True,
            }
        ],
        "ignored": [],
    }
    again = json.loads(terminal.run("luanphien bounces read 2 --json"))
    assert (again["reports"], again["ignored"]) == ([], [{"file": "2", "because": "known"}])
    with ScriptedRelay({}) as relay:
        terminal.run(f"export LUANPHIEN_MAIL_URL=smtp://127.0.0.1:{relay.port}")
        terminal.run("luanphien remind --once")
    assert person not in relay.tried
    notices = [mail for raw in relay.taken if person in (mail := text(raw))]
    assert len(notices) == 1
    assert SAID in notices[0]


def text(raw: bytes) -> str:
    """What a mail says in plain text."""
    mail = message_from_bytes(raw, policy=email_policy.default)
    body = mail.get_body(("plain",))  # type: ignore[attr-defined]  # the policy gives an EmailMessage
    return str(body.get_content())


def test_each_sort_is_told(terminal: Terminal) -> None:
    bad, late, well = sent(terminal, *KEYS)
    new = terminal.folder / "box" / "new"
    new.mkdir(parents=True)
    for name, raw in (
        ("1", returned(bad)),
        ("2", returned(late, "delayed", "4.4.1")),
        ("3", returned(well, "delivered", "2.0.0")),
        ("4", letter("Xin chào", "a@x.example", to="nhac-viec@luanphien.example")),
        ("5", returned("0" * 32)),
        ("6", returned(bad)),
    ):
        (new / name).write_bytes(raw)
    assert [line.rstrip() for line in terminal.run("luanphien bounces read box").splitlines()] == [
        "6 mails read, 3 reports",
        f"{bad[:10]}  {MAIL}  came back  (5.1.1 {SAID})",
        "    → Ask for the right address by telephone and correct it; later mails go",
        "    there.",
        f"{late[:10]}  {MAIL}  is late; the mail server goes on trying",
        "(4.4.1 550 5.1.1 no such user)",
        f"{well[:10]}  {MAIL}  has arrived  (2.0.0 {SAID})",
        "  left alone: 1, read before",
        "  left alone: 1, the store has no such mail",
        "  left alone: 1, no mail that came back to us",
    ]
    assert terminal.code == 0
    assert len(list(new.iterdir())) == 6
    history = json.loads(terminal.run(f"luanphien outbox show {bad} --json"))["history"]
    assert (history[-1]["state"], history[-1]["detail"], history[-1]["who"]) == ("returned", f"5.1.1 {SAID}", "bounces")


def test_a_place_that_is_not_there(terminal: Terminal) -> None:
    printed = terminal.run("luanphien bounces read nowhere")
    assert (terminal.code, "nowhere cannot be read: No such file or directory" in printed) == (1, True)


def test_a_maildir_an_mbox_and_one_mail(tmp_path: Path) -> None:
    for folder, name in (("cur", "b:2,S"), ("new", "a"), ("tmp", "c")):
        (tmp_path / "box" / folder).mkdir(parents=True)
        (tmp_path / "box" / folder / name).write_bytes(name.encode())
    (tmp_path / "box" / "new" / "deeper").mkdir()
    assert list(mails(tmp_path / "box")) == [("b:2,S", b"b:2,S"), ("a", b"a")]
    (tmp_path / "mbox").write_bytes(b"From a Mon\nTo: 1\n\nx\n>From y\nFrom z\n\nFrom b Tue\nTo: 2\n\ny\n")
    assert list(mails(tmp_path / "mbox")) == [
        ("mbox:1", b"To: 1\n\nx\n>From y\nFrom z\n\n"),
        ("mbox:2", b"To: 2\n\ny\n"),
    ]
    (tmp_path / "one").write_bytes(b"To: 1\n\nFrom x\n")
    assert list(mails(tmp_path / "one")) == [("one", b"To: 1\n\nFrom x\n")]
    (tmp_path / "none").write_bytes(b"")
    assert list(mails(tmp_path / "none")) == [("none", b"")]


def test_of_a_huge_mail_only_the_beginning_is_kept(tmp_path: Path) -> None:
    huge = b"To: 1\n\n" + b"x" * MOST_BYTES * 3
    (tmp_path / "one").write_bytes(huge)
    (tmp_path / "mbox").write_bytes(b"From a\n" + huge + b"\n\nFrom b\nTo: 2\n")
    assert [raw for _, raw in mails(tmp_path / "one")] == [huge[:MOST_BYTES]]
    assert [raw for _, raw in mails(tmp_path / "mbox")] == [huge[:MOST_BYTES], b"To: 2\n"]
