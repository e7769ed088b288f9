"""Links that act: bound to what they were made for, and worthless once anything of them is changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.tokens import ADDRESS_FOR, ANSWERS_FOR, Action, Links, Pass

LINKS = Links("https://lich.example", b"secret")
SUBJECT = "0123456789abcdef" * 2
DAY = date(2026, 11, 22)
HEX = "0123456789abcdef"

PASSES = st.builds(
    Pass, st.sampled_from(Action), st.text(HEX, min_size=32, max_size=32), st.dates(date(1, 1, 1), date.max)
)


@given(PASSES)
def test_law_what_was_granted_is_read_back(granted: Pass) -> None:
    token = LINKS.token(granted)
    assert len(token) == 70
    assert set(token) <= set(HEX)
    assert LINKS.read(granted.action, token) == granted
    assert LINKS.token(granted) == token


@given(PASSES, st.integers(0, 69), st.integers(1, 15))
def test_law_any_digit_changed_is_no_token(granted: Pass, place: int, by: int) -> None:
    token = LINKS.token(granted)
    digit = HEX[int(token[place], 16) ^ by]
    assert LINKS.read(granted.action, f"{token[:place]}{digit}{token[place + 1 :]}") is None


@given(PASSES, st.sampled_from(Action))
def test_law_a_token_is_for_one_action(granted: Pass, action: Action) -> None:
    assert (LINKS.read(action, LINKS.token(granted)) is None) == (action is not granted.action)


@given(PASSES, st.binary(max_size=40).filter(lambda key: key != LINKS.key))
def test_law_another_installation_reads_nothing(granted: Pass, key: bytes) -> None:
    assert replace(LINKS, key=key).read(granted.action, LINKS.token(granted)) is None


@given(PASSES, PASSES)
def test_law_parts_of_two_tokens_make_no_third(one: Pass, other: Pass) -> None:
    first, second = LINKS.token(one), LINKS.token(other)
    for cut in (32, 38):
        mixed = first[:cut] + second[cut:]
        known = {first: one, second: other}.get(mixed)
        assert LINKS.read(one.action, mixed) == (known if known and known.action is one.action else None)


@given(
    st.text(max_size=80)
    | st.from_regex(r"[0-9a-f]{70}", fullmatch=True)
    | st.text("0123456789abcdef٣", min_size=70, max_size=70)
)
def test_law_nonsense_is_no_token(token: str) -> None:
    assert all(LINKS.read(action, token) is None for action in Action)


@pytest.mark.parametrize(
    "change", [str.upper, lambda t: f" {t}", lambda t: f"{t}\n", lambda t: t[:-1], lambda t: f"{t}0", lambda _: ""]
)
def test_a_token_is_read_to_the_letter(change: object) -> None:
    assert callable(change)
    token = LINKS.token(Pass(Action.DONE, SUBJECT, DAY))
    assert LINKS.read(Action.DONE, change(token)) is None


def test_how_long_the_links_of_a_mail_work() -> None:
    base = "https://lich.example/vi/r"
    answer = LINKS.answer(Action.ACKNOWLEDGE, SUBJECT, DAY, "vi")
    assert answer.startswith(f"{base}/ack/")
    assert LINKS.read(Action.ACKNOWLEDGE, answer.rpartition("/")[2]) == Pass(
        Action.ACKNOWLEDGE, SUBJECT, DAY + timedelta(days=60)
    )
    leave = LINKS.address(Action.UNSUBSCRIBE, SUBJECT, DAY, "vi")
    assert leave.startswith(f"{base}/unsubscribe/")
    assert LINKS.read(Action.UNSUBSCRIBE, leave.rpartition("/")[2]) == Pass(
        Action.UNSUBSCRIBE, SUBJECT, DAY + timedelta(days=400)
    )
    assert (ANSWERS_FOR.days, ADDRESS_FOR.days) == (60, 400)


def test_the_key_is_not_shown() -> None:
    assert repr(LINKS) == "Links(base_url='https://lich.example')"


def test_this_token_never_changes() -> None:
    """Links in mails already sent must go on working."""
    assert LINKS.token(Pass(Action.DONE, SUBJECT, DAY)) == f"{SUBJECT}0b4a664fc6fee149463996061ee0ad542060e8"
