"""`luanphien outbox …` in a terminal: words for people, JSON for programs, and codes that say how it ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest

from calendars.pages.outboxwords import REASONS, SPECIAL, STATES, reason_words
from config.outboxwords import FIXES, IGNORED, REFUSALS, fault_words, state_words
from notifications import lease
from notifications.bounces import Ignored
from notifications.byhand import Refusal
from notifications.diagnosis import Fault
from notifications.due import Reason
from notifications.notices import ACCESS, OFFICE, VERIFY
from notifications.tables import DeliveryState
from tests.integration.postroom import MAIL, Postroom
from tests.unit.docs.terminal import MORNING, Terminal, lines

KEY = "qt-front-exchange.savannakhet.2027"


@pytest.fixture
def terminal(terminal: Terminal) -> Terminal:
    """Lan is at the keyboard."""
    terminal.run("export LUANPHIEN_WHO=lan")
    return terminal


@contextmanager
def room(terminal: Terminal) -> Iterator[Postroom]:
    """The terminal's outbox."""
    database = terminal.database()
    yield Postroom(database, MORNING)
    database.close()


def test_an_empty_outbox_says_what_to_do(terminal: Terminal) -> None:
    assert lines(terminal.run("luanphien outbox list")) == [
        "No mail has been put into the outbox yet",
        "  → luanphien remind --preview shows what is to come, luanphien remind --once",
        "sends what is due",
    ]
    assert terminal.code == 0
    assert json.loads(terminal.run("luanphien outbox list --json")) == {"counts": {}, "mails": [], "more": 0}
    assert (terminal.run("luanphien outbox retry --dead").strip(), terminal.code) == ("No mail is like that", 0)


def test_one_mail_for_people_and_for_programs(terminal: Terminal) -> None:
    with room(terminal) as post:
        mail = post.put(KEY)
        post.dead()
    shown = lines(terminal.run(f"luanphien outbox show {mail[:8]}"))
    assert shown == [
        mail,
        f"  To: {MAIL}",
        "  State: given up",
        "  Attempts: 1",
        f"  Message-ID: <{mail}@x.example>",
        "    ✗ The mail server there knows no such mailbox. (RCPT was refused: 550 no",
        "    such user)",
        "    → Ask for the right address by telephone and correct it; later mails go",
        "    there.",
        "What it tells",
        "  DATE NOT SET: Front delegation exchange and talks, hosts in turn –",
        "  Savannakhet: Savannakhet hosts – projected  (Viet Nam Fatherland Front",
        "  Committee, Quảng Trị Province; get ready; the mail was given up)",
        "What became of it",
        "  23 November 2026 09:00  still waiting",
        "  23 November 2026 09:00  being handed over  (worker-1)",
        "  23 November 2026 09:00  given up: RCPT was refused: 550 no such user",
        "  (worker-1)",
    ]
    answer = json.loads(terminal.run(f"luanphien outbox show {mail} --json"))
    tells = answer.pop("tells")
    assert [(one["key"], one["step"], one["state"], one["reason"]) for one in tells] == [
        (KEY, "prepare-30", "expired", "undeliverable")
    ]
    assert [one["state"] for one in answer.pop("history")] == ["pending", "transmitting", "dead"]
    assert answer == {
        "id": mail,
        "to": MAIL,
        "lang": "vi",
        "day": "2021-09-01",
        "batch": f"at-{KEY}",
        "state": "dead",
        "worker": None,
        "attempt": 1,
        "in_doubt_once": False,
        "next_try_at": None,
        "deadline": answer["deadline"],
        "message_id": f"<{mail}@x.example>",
        "last_error": "RCPT was refused: 550 no such user",
        "error_means": "The mail server there knows no such mailbox.",
        "to_do": "Ask for the right address by telephone and correct it; later mails go there.",
        "created_at": MORNING.isoformat(),
        "sent_at": None,
    }


def test_a_step_of_the_preparation_is_named(terminal: Terminal) -> None:
    with room(terminal) as post:
        mail = post.put(KEY, step="chain-gifts-7")
    shown = " ".join(line.strip() for line in lines(terminal.run(f"luanphien outbox show {mail[:8]}")))
    assert "; to prepare: Prepare the gifts)" in shown


def test_the_stored_bytes_come_out_as_they_are(terminal: Terminal) -> None:
    with room(terminal) as post:
        mail = post.put(KEY)
    assert "has not been written yet" in terminal.run(f"luanphien outbox show {mail} --raw")
    assert terminal.code == 1
    with room(terminal) as post:
        post.sent()
    assert (terminal.run(f"luanphien outbox show {mail} --raw"), terminal.code) == ("Subject: x\r\n\r\nx\r\n", 0)


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("show 0123", 1, "no mail has an id that begins with 0123"),
        ("show ''", 1, "no mail has an id that begins with"),
        ("hold 0123", 1, "no mail has an id that begins with 0123"),
        ("retry", 2, "no mail is named"),
        ("list --state lost", 2, "lost"),
        ("list --count 0", 2, "count"),
    ],
)
def test_what_cannot_be_done_says_so(terminal: Terminal, command: str, code: int, words: str) -> None:
    printed = terminal.run(f"luanphien outbox {command}")
    assert (terminal.code, words in printed) == (code, True)


def test_a_beginning_that_fits_several_asks_for_more(terminal: Terminal) -> None:
    with room(terminal) as post:
        mails = sorted(post.put(f"event.{number}") for number in range(17))
    twice = next(a[0] for a, b in pairwise(mails) if a[0] == b[0])
    printed = terminal.run(f"luanphien outbox hold {twice}")
    assert (terminal.code, "several mails have an id that begins with" in printed) == (2, True)


def test_a_mail_in_a_workers_hands_is_left_to_it(terminal: Terminal) -> None:
    with room(terminal) as post:
        mail, other = post.put("event.2021"), post.put("event.2022", "b@x.example")
        claimed = post.claim()
    printed = lines(terminal.run(f"luanphien outbox hold {mail} {other}"))
    assert terminal.code == 1
    held = {mail, other} - {claimed.id}
    said = "the worker worker-1 holds it until 23 November"
    assert {line.split()[1]: line[0] for line in printed if line[0] in "✓✗"} == {
        claimed.id[:10]: "✗",
        held.pop()[:10]: "✓",
    }
    assert said in " ".join(printed)
    answer = json.loads(terminal.run(f"luanphien outbox retry {claimed.id} --json"))
    assert [(one["state"], one["refused"]) for one in answer] == [("claimed", "in-hands")]
    assert answer[0]["because"].startswith(said)


def test_who_did_it_is_kept_and_all_of_a_sort_can_be_taken(terminal: Terminal) -> None:
    with room(terminal) as post:
        mail = post.put("event.2021")
        post.dead()
    printed = lines(terminal.run("luanphien outbox retry --dead --quarantined"))
    assert (printed, terminal.code) == ([f"✓ {mail[:10]}  {MAIL}: still waiting"], 0)
    terminal.run(f"luanphien outbox hold {mail} --who {'x' * 100}")
    history = json.loads(terminal.run(f"luanphien outbox show {mail} --json"))["history"]
    assert [(one["state"], one["who"]) for one in history][-2:] == [("pending", "lan"), ("held", "x" * 64)]
    assert "  23 November 2026 09:00  still waiting: sent again by hand  (lan)" in lines(
        terminal.run(f"luanphien outbox show {mail}")
    )


def test_the_list_can_be_chosen_from(terminal: Terminal) -> None:
    with room(terminal) as post:
        for number, address in enumerate(("a@x.example", "b@x.example", "c@x.example")):
            post.put(f"event.{number}", address)
            post.sent()
        post.now += timedelta(minutes=1)
        post.put("event.4", "a@x.example")
    printed = lines(terminal.run("luanphien outbox list --address A@x.example --count 1"))
    assert printed[0] == "Outbox: 1 still waiting, 3 sent out"
    assert printed[1].endswith("→ a@x.example  still waiting")
    assert printed[2:] == ["… and 1 more (--count shows more)"]
    assert lines(terminal.run("luanphien outbox list --state held"))[1:] == ["No mail is like that"]
    answer = json.loads(terminal.run("luanphien outbox list --json --state sent --state pending"))
    assert (answer["counts"], len(answer["mails"])) == ({"pending": 1, "sent": 3}, 4)


def test_every_word_is_there() -> None:
    assert set(STATES) == set(DeliveryState)
    assert set(FIXES) == set(Fault)
    assert set(REFUSALS) == set(Refusal)
    assert set(REASONS) == set(Reason)
    assert set(IGNORED) == set(Ignored)
    assert {ACCESS, OFFICE, VERIFY} <= set(SPECIAL)
    assert (state_words("returned", "vi"), state_words("new-state", "vi")) == ("bị trả lại", "new-state")
    assert (reason_words("moved", "vi"), reason_words("new", "vi")) == ("đã dời ngày", "new")
    assert (
        fault_words(f"took {lease.CRASHES} workers down", "vi")[0] == "Ba tiến trình gửi đã chết khi đang giữ thư này."
    )
