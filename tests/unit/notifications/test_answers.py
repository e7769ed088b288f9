"""Whom an answer speaks for, which step of the chain a reminder asks for, and links that cannot be altered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.answers import Answer, Matter, covers, outdated
from notifications.due import Reason, Slot
from notifications.policy import chain_step
from notifications.tokens import Action, Links, Pass
from scheduler.occurrence import Record, Status
from scheduler.window import Window
from tests.unit.notifications.samples import CHANGED, almanac, day_of_event

DAY = date(2021, 10, 1)
LINKS = Links("https://lich.example", b"key")
OTHER = Links("https://lich.example", b"another key")


def matter(step: str = "prepare-30", **fields: object) -> Matter:
    given_: dict[str, object] = {"reminder": "a" * 32, "organisation": "mttq", "recipient": "@lan"} | fields
    slot = Slot("event.2021", step, DAY, 0, str(given_["recipient"]))
    return Matter(str(given_["reminder"]), slot, str(given_["organisation"]))


def answer(step: str = "prepare-30", action: Action = Action.ACKNOWLEDGE, **fields: object) -> Answer:
    given_ = Answer(
        reminder="b" * 32,
        action=action,
        occurrence="event.2021",
        step=step,
        counted_from=DAY,
        organisation="mttq",
        recipient="@minh",
        at=CHANGED,
    )
    return replace(given_, **fields)  # type: ignore[arg-type]  # names of the fields of an Answer


ACK, DONE, POSTPONE = Action.ACKNOWLEDGE, Action.DONE, Action.POSTPONE


@pytest.mark.parametrize(
    ("given_", "about", "action", "speaks"),
    [
        (answer(), matter(), ACK, True),
        (answer(), matter(), DONE, False),
        (answer(step="prepare-7"), matter(), ACK, False),
        (answer(organisation="so-ngoai-vu"), matter(), ACK, False),
        (answer(counted_from=DAY + timedelta(days=1)), matter(), ACK, False),
        (answer(occurrence="event.2022"), matter(), ACK, False),
        (answer(step="overdue-3w"), matter("overdue-3w"), ACK, False),
        (answer(step="overdue-3w", reminder="a" * 32), matter("overdue-3w"), ACK, True),
        (answer(action=POSTPONE), matter(), POSTPONE, False),
        (answer(action=POSTPONE, reminder="a" * 32), matter(), POSTPONE, True),
        (answer(action=DONE), matter(), DONE, False),
        (answer("chain-gifts-7", DONE), matter("chain-gifts-7"), DONE, True),
        (answer("chain-gifts-7", DONE), matter("chain-gifts-3w"), DONE, True),
        (answer("chain-gifts-7", DONE, organisation="so-ngoai-vu"), matter("chain-gifts-7"), DONE, True),
        (answer("chain-gifts-7", DONE), matter("chain-note-7"), DONE, False),
    ],
)
def test_whom_an_answer_speaks_for(given_: Answer, about: Matter, action: Action, *, speaks: bool) -> None:
    assert covers(given_, about, action) is speaks


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        ("chain-gifts-7", "gifts"),
        ("chain-fix-days-5w", "fix-days"),
        ("record-report-0", "report"),
        ("record-1w", None),
        ("prepare-30", None),
        ("digest", None),
    ],
)
def test_the_step_of_the_chain(step: str, asked: str | None) -> None:
    assert chain_step(step) == asked


EVENT = day_of_event(DAY, status=Status.CONFIRMED)


@pytest.mark.parametrize(
    ("step", "record", "reason"),
    [
        ("prepare-30", EVENT, None),
        ("prepare-30", None, Reason.GONE),
        ("prepare-30", day_of_event(DAY, status=Status.CANCELLED), Reason.CANCELLED),
        ("prepare-30", day_of_event(DAY, status=Status.HELD), Reason.HELD),
        ("prepare-30", day_of_event(DAY, joint="x"), Reason.JOINT),
        ("prepare-30", day_of_event(DAY + timedelta(days=3)), Reason.MOVED),
        ("prepare-30", day_of_event(date(2021, 8, 1), window=Window.day(date(2021, 8, 1))), None),
        ("changed", day_of_event(DAY, status=Status.CANCELLED), None),
        ("verify", None, None),
        ("digest", None, None),
    ],
)
def test_why_a_mail_does_not_fit_any_more(step: str, record: Record | None, reason: Reason | None) -> None:
    assert outdated(matter(step), record, almanac(), date(2021, 9, 1)) == reason


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("step", "record", "written", "reason"),
    [
        ("prepare-30", EVENT, CHANGED - SECOND, Reason.MOVED),
        ("prepare-30", EVENT, CHANGED, None),
        ("prepare-30", EVENT, CHANGED + SECOND, None),
        ("prepare-30", day_of_event(DAY, status=Status.CANCELLED), CHANGED - SECOND, Reason.CANCELLED),
        ("prepare-30", day_of_event(date(2021, 8, 1)), CHANGED - SECOND, Reason.MOVED),
        ("prepare-30", None, CHANGED - SECOND, Reason.GONE),
        ("changed", EVENT, CHANGED - SECOND, None),
        ("digest", EVENT, CHANGED - SECOND, None),
    ],
)
def test_what_changed_since_its_mail_was_written_makes_it_old(
    step: str, record: Record | None, written: datetime, reason: Reason | None
) -> None:
    told = replace(matter(step), written=written)
    assert outdated(told, record, almanac(), date(2021, 9, 1)) == reason


PASSES = st.builds(
    Pass, st.sampled_from(Action), st.text("0123456789abcdef", min_size=32, max_size=32), st.dates(min_value=date.min)
)


@given(PASSES, st.sampled_from(Action))
def test_a_token_is_good_for_its_own_button_only(granted: Pass, other: Action) -> None:
    token = LINKS.token(granted)
    assert LINKS.read(other, token) == (granted if other is granted.action else None)
    assert OTHER.read(granted.action, token) is None


@given(PASSES, st.integers(0, 69), st.characters(codec="utf-8"))
def test_no_character_of_a_token_can_be_changed(granted: Pass, place: int, character: str) -> None:
    token = LINKS.token(granted)
    altered = token[:place] + character + token[place + 1 :]
    assert LINKS.read(granted.action, altered) == (granted if altered == token else None)


@given(st.sampled_from(Action), st.text(max_size=80))
def test_anything_else_is_no_token(action: Action, text: str) -> None:
    assert LINKS.read(action, text) is None
