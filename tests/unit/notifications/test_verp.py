"""Return paths: made for one mail, read back whatever relays do to their letters, and by nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.verp import LONGEST_LOCAL, ROOM, delivery_of, return_path, signed

KEY = b"secret"
SENDER = "nhac-viec@luanphien.example"
DELIVERY = "0123456789abcdef0123456789abcdef"
PATH = "nhac-viec+b-aerukz4jvpg66ajdivtytk6n54-s5q4jf6latzww@luanphien.example"

ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
locals_ = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789.-+", min_size=1, max_size=ROOM)


def test_a_return_path_names_its_mail() -> None:
    assert return_path(SENDER, KEY, DELIVERY) == PATH
    assert delivery_of(PATH, KEY) == DELIVERY


@given(local=locals_, delivery=ids)
def test_every_return_path_is_short_enough_and_read_back_in_any_case(local: str, delivery: str) -> None:
    path = return_path(f"{local}@x.example", KEY, delivery)
    assert len(path.partition("@")[0]) <= LONGEST_LOCAL
    assert [delivery_of(form, KEY) for form in (path, path.upper(), path.title(), f"<{path}>")] == [delivery] * 4


@given(delivery=ids, place=st.integers(0, 38), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_letter_can_be_changed(delivery: str, place: int, letter: str) -> None:
    path = return_path(SENDER, KEY, delivery)
    begins = path.index("+b-") + 3 + place + (place >= 26)
    changed = path[:begins] + letter + path[begins + 1 :]
    assert delivery_of(changed, KEY) == (delivery if changed == path else None)


@given(st.text(max_size=200))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert delivery_of(text, KEY) is None


def test_another_key_makes_other_paths() -> None:
    other = return_path(SENDER, b"another", DELIVERY)
    assert (delivery_of(other, KEY), signed(other), signed(SENDER)) == (None, True, False)


def test_a_sender_without_room_stays_as_it_is() -> None:
    longest, longer = f"{'a' * ROOM}@x.example", f"{'a' * (ROOM + 1)}@x.example"
    assert delivery_of(return_path(longest, KEY, DELIVERY), KEY) == DELIVERY
    assert return_path(longer, KEY, DELIVERY) == longer


@pytest.mark.parametrize("ident", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 31 + "\n"])
def test_only_deliveries_have_return_paths(ident: str) -> None:
    with pytest.raises(ValueError, match="no delivery"):
        return_path(SENDER, KEY, ident)
