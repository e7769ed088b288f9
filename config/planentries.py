"""Who is who in a plan's own text: the entries it brings, and which of them another text of the plan changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from config.planfile import SourceFile, model_of
from config.planmodel import DirectoryModel, PlanModel
from scheduler import store


@dataclass(frozen=True, slots=True)
class Entries:
    """Parties, places and organisations that a text brings anew, changes or takes away, by id.

    `digest` covers what each was and is; empty: none differs.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    digest: bytes = b""


def entries_between(before: str, after: str) -> Entries:
    """What a text does to the entries of the text before it (empty: there was none).

    A text after that cannot be read does nothing. One before that cannot be read brought nothing.
    """
    model = _model(after)
    if model is None:
        return Entries()
    old, new = _entries(_model(before)), _entries(model)
    differing = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    if not differing:
        return Entries()
    told = store.canonical([[*name, old.get(name), new.get(name)] for name in differing])
    return Entries(
        new=tuple(ident for shelf, ident in differing if (shelf, ident) not in old),
        changed=tuple(ident for shelf, ident in differing if (shelf, ident) in old and (shelf, ident) in new),
        gone=tuple(ident for shelf, ident in differing if (shelf, ident) not in new),
        digest=hashlib.sha256(told.encode()).digest(),
    )


def _model(text: str) -> PlanModel | None:
    return model_of(SourceFile("", text), PlanModel, [])[1] if text else None


def _entries(model: PlanModel | None) -> dict[tuple[str, str], str]:
    """Every entry by the shelf it stands on and its id, as canonical text."""
    if model is None:
        return {}
    shelves = {shelf: getattr(model, shelf) for shelf in DirectoryModel.model_fields}
    return {(shelf, ident): entry.model_dump_json() for shelf in shelves for ident, entry in shelves[shelf].items()}
