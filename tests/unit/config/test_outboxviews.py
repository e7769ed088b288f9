"""The words of the outbox pages: one for each thing a mail can be, and ages."""

from __future__ import annotations

import pytest

from calendars.pages import outboxwords as words
from calendars.pages.outbox import age_words
from config.outboxviews import TROUBLE, states_of
from notifications import byhand
from notifications.byhand import Hand, Refusal
from notifications.diagnosis import Fault
from notifications.due import Reason
from notifications.outbook import TROUBLED
from notifications.tables import DeliveryState


def test_every_word_has_its_words() -> None:
    assert set(words.STATES) == set(DeliveryState)
    assert set(words.FAULTS) == set(Fault)
    assert set(words.REASONS) == set(Reason)
    assert set(words.REFUSALS) == set(Refusal)
    assert set(words.ACTS) == set(words.DONE) == set(Hand)
    assert set(words.NOTES) >= set(byhand.NOTES.values())


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("held by hand", "giữ lại bằng tay"),
        ("held by hand: chờ: địa chỉ", "giữ lại bằng tay: chờ: địa chỉ"),
        ("RCPT was refused: 550 no", "RCPT was refused: 550 no"),
        ("", ""),
    ],
)
def test_a_note_with_its_reason(detail: str, said: str) -> None:
    assert words.note_words(detail, "vi") == said


def test_nobody_is_told_that_what_was_given_up_goes_by_itself() -> None:
    fixes = {
        state: words.trouble_words(Fault.BUSY, state, "en")[1] for state in ("retry", "dead", "quarantined", "held")
    }
    assert fixes == {
        "retry": "Nothing: it goes again by itself.",
        "dead": "Send it again, or telephone.",
        "quarantined": "Send it again, or telephone.",
        "held": "It waits until somebody releases it.",
    }


@pytest.mark.parametrize(
    ("minutes", "age"),
    [(-5, "0 min"), (0, "0 min"), (119, "119 min"), (120, "2 h"), (2879, "47 h"), (2880, "2 days"), (9999, "6 days")],
)
def test_how_old(minutes: int, age: str) -> None:
    assert age_words(minutes, "en") == age


def test_what_a_choice_stands_for() -> None:
    assert [states_of(one) for one in ("", TROUBLE, "dead", "x", "DEAD")] == [
        (), TROUBLED, (DeliveryState.DEAD,), None, None,
    ]  # fmt: skip
