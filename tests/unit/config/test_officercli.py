"""`luanphien officers …` in a terminal: what is printed, what is stored, and how each command ends."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config import bindings, officerbook, sessions
from config.database import Database
from config.officerbook import Action
from config.officers import Officer, Role
from config.officerscreens import ACTIONS, ROLES
from config.sessions import Lasting
from notifications import people
from notifications.tables import REMINDER
from tests.unit.docs.terminal import MORNING, Terminal, as_one_line

LAN = "lan --name 'Nguyễn Thị Lan' --mail lan@quang-tri.example --role officer --organisation so-ngoai-vu-quang-tri"
LINK = re.compile(r"^  http://127\.0\.0\.1:8000/en/password/[0-9a-f]{64}$", re.MULTILINE)
RELAY = "export LUANPHIEN_MAIL_URL=smtp://127.0.0.1:1"


def run(terminal: Terminal, line: str, code: int = 0) -> str:
    """What a command prints; it has to end with `code`."""
    printed = terminal.run(f"luanphien officers {line}")
    assert (terminal.code, printed) == (code, printed)
    return printed


def asked(terminal: Terminal, line: str) -> Any:
    return json.loads(run(terminal, f"{line} --json"))


def test_the_first_admin_is_made_here_before_anything_else(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING, {"LUANPHIEN_LANG": "en"})
    terminal.run(RELAY)
    assert "nobody may sign in yet" in run(terminal, "list", 1)
    printed = run(terminal, "add huong --name Hương --mail huong@quang-tri.example --role admin")
    assert len(LINK.findall(printed)) == 1  # no mail goes out while the store holds no plan
    assert asked(terminal, "list")[0] | {"created_at": ""} == {
        "id": "huong", "name": "Hương", "mail": "huong@quang-tri.example", "role": "admin", "organisations": [],
        "lang": "en", "created_at": "", "closed_at": None,
    }  # fmt: skip
    refused = run(terminal, f"add {LAN}", 1)
    assert "the store holds no plan yet" in refused


def test_added_listed_and_shown(terminal: Terminal) -> None:
    printed = run(terminal, f"add {LAN}")
    assert printed.startswith("added: Nguyễn Thị Lan (lan)\n")
    assert len(LINK.findall(printed)) == 1
    body = "Department of Foreign Affairs, Quảng Trị Province"
    assert as_one_line(run(terminal, "list")) == (
        f"lan Nguyễn Thị Lan specialist officer lan@quang-tri.example · {body} · en"
    )
    shown = run(terminal, "show lan").splitlines()
    assert shown[2].strip() == "no password is set yet; sessions: 0"
    assert [line.rstrip() for line in shown[3:]] == [
        "What was done",
        "  23 November 2026 09:00  officer added  (Hương)",
        "  23 November 2026 09:00  a link to set a password was made  (Hương)",
    ]


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (LAN.replace("lan ", "minh ", 1), 1, "lan has the address lan@quang-tri.example already"),
        (LAN, 1, "somebody has the id lan already"),
        (LAN.replace("lan ", "Lan ", 1), 1, "Lan is no id"),
        ("minh --name M --mail x --role reader", 1, "x is not one mail address"),
        ("minh --name M --mail m@x.example --role head", 1, "whoever has the role head acts for an organisation"),
        (LAN.replace("lan", "minh").replace("vu-quang-tri", "vu-quang-ti"), 2, "there is no organisation called"),
        ("minh --name M --mail m@x.example --role king", 2, "king"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(terminal: Terminal, line: str, code: int, message: str) -> None:
    run(terminal, f"add {LAN}")
    before = asked(terminal, "show lan"), asked(terminal, "list")
    assert message in as_one_line(run(terminal, f"add {line}", code))
    assert (asked(terminal, "show lan"), asked(terminal, "list")) == before


def test_every_change_is_a_line_with_who_and_when(terminal: Terminal) -> None:
    run(terminal, f"add {LAN}")
    assert as_one_line(run(terminal, "change lan --name 'Nguyễn Thị Lan'")) == (
        "there is nothing to change about Nguyễn Thị Lan (lan)"
    )
    terminal.now += timedelta(minutes=1)
    assert as_one_line(run(terminal, "change lan --role head --organisation mttq-quang-tri --who Minh")) == (
        "changed: Nguyễn Thị Lan (lan)"
    )
    assert as_one_line(run(terminal, "close lan")) == (
        "closed: Nguyễn Thị Lan (lan); sessions ended: 0 undo: luanphien officers reopen lan"
    )
    assert "may not sign in any more" in run(terminal, "list")
    run(terminal, "reopen lan")
    run(terminal, "sign-out lan")
    history = [(line["action"], line["who"], line["detail"]) for line in asked(terminal, "show lan")["history"]]
    bodies = [["so-ngoai-vu-quang-tri"], ["mttq-quang-tri"]]
    assert history[2:] == [
        ("changed", "Minh", {"role": ["officer", "head"], "organisations": bodies}),
        ("closed", "Hương", {}),
        ("reopened", "Hương", {}),
        ("signed-out", "Hương", {}),
    ]
    assert "role: officer → head" in run(terminal, "show lan")


def test_a_name_is_printed_as_it_is(terminal: Terminal) -> None:
    printed = run(terminal, f"add {LAN.replace('Nguyễn Thị Lan', '[red]Lan[/blue]')}")
    assert printed.startswith("added: [red]Lan[/blue] (lan)\n")


def test_undo_and_what_has_no_sense(terminal: Terminal) -> None:
    run(terminal, f"add {LAN}")
    assert "lan is not closed" in run(terminal, "reopen lan", 1)
    run(terminal, "close lan")
    for line in ("close lan", "reset lan"):
        assert "bring them back: luanphien officers reopen lan" in as_one_line(run(terminal, line, 1))
    assert "did you mean lan?" in run(terminal, "show lam", 1)
    assert "say what to change" in run(terminal, "change lan", 2)


def test_closing_ends_sessions(terminal: Terminal) -> None:
    run(terminal, f"add {LAN}")
    store = terminal.database()
    for command, count in (("close", 2), ("sign-out", 3)):
        with store.write() as session:
            for number in range(count):
                lasting = Lasting(timedelta(hours=1), timedelta(hours=1))
                sessions.begin(session, "lan", f"{command}{number}", MORNING, lasting)
        assert asked(terminal, f"{command} lan")["sessions_ended"] == count
    store.close()


def test_a_link_goes_by_mail_unless_it_is_to_be_printed_or_cannot_go(terminal: Terminal) -> None:
    terminal.run(RELAY)
    assert "goes to lan@quang-tri.example" in as_one_line(run(terminal, f"add {LAN}"))
    store = terminal.database()
    with store.read() as session:
        mailed = session.execute(REMINDER.select().where(REMINDER.c.step == "access")).mappings().all()
    assert [(row["recipient"], row["address"]) for row in mailed] == [("officer:lan", "lan@quang-tri.example")]
    assert LINK.findall(run(terminal, "reset lan")) == []
    assert len(LINK.findall(run(terminal, "reset lan --print"))) == 1
    with store.write() as session:
        people.asked(session, "lan@quang-tri.example", MORNING)
        people.unsubscribed(session, people.address_id("lan@quang-tri.example"), MORNING)
    assert len(LINK.findall(run(terminal, "reset lan"))) == 1
    store.close()
    shown = as_one_line(terminal.run("luanphien outbox list"))
    assert "lan@quang-tri.example" in shown


def test_every_role_and_action_has_words() -> None:
    assert (set(ROLES), set(ACTIONS)) == (set(Role), set(Action))
    assert timedelta(hours=1) == officerbook.LINK_FOR


OIDC = {"LUANPHIEN_OIDC_ISSUER": "https://dang-nhap.example", "LUANPHIEN_OIDC_CLIENT_ID": "luanphien"}


def test_an_account_elsewhere_is_shown_and_unbound(terminal: Terminal) -> None:
    run(terminal, f"add {LAN}")
    assert "lan is bound to no account elsewhere" in run(terminal, "unbind lan", 1)
    account = (OIDC["LUANPHIEN_OIDC_ISSUER"], "2f9c")
    database = Database(f"sqlite:///{terminal.folder}/luanphien.db")
    with database.write() as session:
        assert isinstance(bindings.let_in(session, account, "lan@quang-tri.example", MORNING), Officer)
        sessions.begin(session, "lan", sessions.new_token(), MORNING, Lasting(timedelta(hours=2), timedelta(hours=12)))
    database.close()
    assert "no password is set yet; bound to an account elsewhere; sessions: 1" in run(terminal, "show lan")
    bound = [{"issuer": account[0], "subject": "2f9c", "bound_at": MORNING.isoformat()}]
    assert asked(terminal, "show lan")["accounts"] == bound
    printed = run(terminal, "unbind lan --who Hương")
    assert as_one_line(printed) == (
        "unbound: Nguyễn Thị Lan (lan); sessions ended: 1 "
        "at the next sign-in the account with the address lan@quang-tri.example is bound"
    )
    assert asked(terminal, "show lan")["accounts"] == []
    shown = as_one_line(run(terminal, "show lan"))
    assert "an account elsewhere was bound (lan) 2f9c @ https://dang-nhap.example" in shown
    assert "unbound from an account elsewhere (Hương) 2f9c @ https://dang-nhap.example" in shown


def test_where_no_passwords_are_taken_no_links_are_made(terminal: Terminal) -> None:
    for name, value in (OIDC | {"LUANPHIEN_PASSWORDS": "no"}).items():
        terminal.run(f"export {name}={value}")
    printed = run(terminal, f"add {LAN}")
    assert (LINK.findall(printed), "no password is needed" in as_one_line(printed)) == ([], True)
    assert "no passwords are taken here" in run(terminal, "reset lan", 1)
    assert [line["action"] for line in asked(terminal, "show lan")["history"]] == ["added"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"LUANPHIEN_OIDC_ISSUER": "http://dang-nhap.example"}, "OIDC_ISSUER"),
        ({"LUANPHIEN_OIDC_ISSUER": "https://dang-nhap.example/?a=1"}, "OIDC_ISSUER"),
        ({"LUANPHIEN_OIDC_ISSUER": "https://u:p@dang-nhap.example"}, "OIDC_ISSUER"),
        ({"LUANPHIEN_OIDC_ISSUER": "https://[x"}, "OIDC_ISSUER"),
        ({"LUANPHIEN_OIDC_ISSUER": "https://dang-nhap.example"}, "OIDC_CLIENT_ID"),
        (OIDC | {"LUANPHIEN_OIDC_CLIENT_SECRET": "bí-mật-lắm"}, "OIDC_CLIENT_SECRET"),
        (OIDC | {"LUANPHIEN_OIDC_NAME": "' '"}, "OIDC_NAME"),
        ({"LUANPHIEN_PASSWORDS": "no"}, "PASSWORDS"),
        (OIDC | {"LUANPHIEN_PASSWORDS": "maybe"}, "PASSWORDS"),
    ],
)
def test_settings_of_it_that_cannot_be(terminal: Terminal, given: dict[str, str], wrong: str) -> None:
    for name, value in given.items():
        terminal.run(f"export {name}={value}")
    printed = run(terminal, "list", 2)
    assert re.findall(r"LUANPHIEN_(\w+): ", printed) == [wrong]
    assert "lắm" not in printed
