"""Which keys one may have meant by one that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from sqlmodel import Session

from scheduler import store

MOST = 5_000
"""Occurrences up to which every key is looked at."""


def near_to(key: str, known: Sequence[str]) -> tuple[str, ...]:
    """Up to three keys one may have meant: the years around it in its line of turns, else those spelt most alike."""
    line, _, cycle = key.rpartition(".")
    years = [other for other in known if other.rpartition(".")[0] == line and other.rpartition(".")[2].isdigit()]
    if cycle.isdigit() and years:
        return tuple(sorted(years, key=lambda other: abs(int(other.rpartition(".")[2]) - int(cycle)))[:3])
    return tuple(difflib.get_close_matches(key, known, n=3, cutoff=0.6))


def nearest_in(session: Session, key: str) -> tuple[str, ...]:
    """The same among the keys of the store; in a large one among those of the duties spelt most alike."""
    if store.count(session) <= MOST:
        return near_to(key, store.keys(session))
    ident = key.partition(".")[0]
    known = store.obligation_digests(session)
    alike = [ident] if ident in known else difflib.get_close_matches(ident, known, n=3, cutoff=0.6)
    return near_to(key, [other for duty in alike for other in store.keys(session, f"{duty}.")])
