"""What a text does to who is who: only what differs, whatever the way it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from config.planentries import Entries, entries_between
from tests.integration.town import FRONT

IDS = st.sampled_from(["ban", "khoi", "hoi", "so"])
BODIES = st.fixed_dictionaries(
    {"party": st.just("quang-tri"), "name": st.fixed_dictionaries({"vi": st.sampled_from(["Ban", "Hội"])})},
    optional={
        "mail": st.sampled_from(["a@quang-tri.example", "b@quang-tri.example"]),
        "members": st.lists(IDS, max_size=2, unique=True),
        "until": st.sampled_from(["2021-08-31", "2021-12-31"]),
    },
)
PARTIES = st.fixed_dictionaries({"country": st.sampled_from(["VN", "LA"]), "name": st.just({"vi": "Huế"})})
PLACES = st.fixed_dictionaries({"party": st.just("quang-tri"), "name": st.just({"vi": "Lao Bảo"})})
SHELVES = st.fixed_dictionaries(
    {},
    optional={
        "parties": st.dictionaries(IDS, PARTIES, max_size=2),
        "places": st.dictionaries(IDS, PLACES, max_size=2),
        "organisations": st.dictionaries(IDS, BODIES, max_size=3),
    },
)


def text_of(shelves: Mapping[str, Any]) -> str:
    return FRONT + "".join(f"{shelf}: {json.dumps(entries)}\n" for shelf, entries in shelves.items())


def flat(shelves: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """Every entry, with what it does not say left out."""
    return {
        (shelf, ident): {name: value for name, value in entry.items() if value != []}
        for shelf, entries in shelves.items()
        for ident, entry in entries.items()
    }


@given(SHELVES, SHELVES)
def test_all_that_differs_and_nothing_else(before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = flat(before), flat(after)
    found = entries_between(text_of(before), text_of(after))
    assert sorted(found.new) == sorted(ident for shelf, ident in new.keys() - old.keys())
    assert sorted(found.gone) == sorted(ident for shelf, ident in old.keys() - new.keys())
    assert sorted(found.changed) == sorted(name[1] for name in old.keys() & new.keys() if old[name] != new[name])
    assert bool(found.digest) is (old != new)


@given(SHELVES, SHELVES, SHELVES)
def test_what_becomes_another_thing_has_another_digest(
    before: dict[str, Any], after: dict[str, Any], other: dict[str, Any]
) -> None:
    one, two = (entries_between(text_of(before), text_of(shelves)).digest for shelves in (after, other))
    assert (one == two) is (flat(after) == flat(other))


@given(SHELVES)
def test_a_new_plan_brings_all_of_its_own(shelves: dict[str, Any]) -> None:
    found = entries_between("", text_of(shelves))
    assert (found.new, found.changed, found.gone) == (tuple(ident for _, ident in sorted(flat(shelves))), (), ())


@given(SHELVES)
def test_texts_that_cannot_be_read(shelves: dict[str, Any]) -> None:
    """One that is given does nothing, since it is saved by nobody; one in force lets nothing pass for known."""
    text = text_of(shelves)
    assert entries_between(text, text + "[") == entries_between(text, "plan: [") == Entries()
    assert len(entries_between("plan: [", text).new) == len(flat(shelves))
