"""What differs between two states of an occurrence, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from calendars.catalogue import msg, say
from calendars.wording import days, gap_word, name, names, status_word
from scheduler.occurrence import UNSET, Occurrence, content_of
from scheduler.plan import Directory
from scheduler.reconcile import Change

NONE = "—"
REPLACED = {True: msg("What was open is set by now"), False: msg("It is open again when this is to be")}
"""Why something gave way, by whether it stood for what was open."""

UNCALLED: Mapping[str, str] = MappingProxyType({})
Said = Callable[[Occurrence, Directory, str], str | None]


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that differs: its name, what it was, what it becomes. `turn`: it is whose turn it is."""

    label: str
    old: str
    new: str
    turn: bool = False

    def __str__(self) -> str:
        """In one line."""
        return f"{self.label}: {self.old} → {self.new}" if self.old or self.new else self.label


def moves(change: Change, directory: Directory, lang: str, called: Mapping[str, str] = UNCALLED) -> tuple[Move, ...]:
    """All that differs, the days first; of a new occurrence its days alone. `called`: titles of other occurrences."""
    before, after = change.before, change.after
    if change.replaced:
        return (Move(say(lang, REPLACED[change.after.cycle == UNSET]), "", ""),)
    was = days(before.window, lang) if before else NONE
    when = Move(say(lang, "When"), was, days(after.window, lang))
    others = () if before is None else differences(before, after, directory, lang, called)
    return (*((when,) if when.old != when.new else ()), *others)


def differences(
    before: Occurrence, after: Occurrence, directory: Directory, lang: str, called: Mapping[str, str] = UNCALLED
) -> Iterator[Move]:
    """Everything that differs beside the days; what has no words of its own stands last, by name alone.

    Another occurrence is named by its title, where it is `called` one, else by its key. The days themselves, and the
    text's words for them, are left to whoever shows the days.
    """
    old, new = content_of(before), content_of(after)
    changed = {field for field in old.keys() | new.keys() if old.get(field) != new.get(field)}
    if changed & _DAYS:
        changed -= _DAYS | _SPELT
    for fields, label, said in _SAID:
        if changed & fields:
            pair = said(before, directory, lang) or NONE, said(after, directory, lang) or NONE
            changed -= fields if pair[0] != pair[1] else set()
            if pair[0] != pair[1]:
                old_, new_ = (called.get(one, one) for one in pair) if fields == _WITH else pair
                yield Move(say(lang, label), old_, new_, turn=fields == _TURN)
    if changed:
        yield Move(say(lang, "Other details of the text"), "", "")


def _named(ident: str | None, directory: Directory, lang: str) -> str | None:
    return name(ident, directory, lang) if ident else None


def _document(occurrence: Occurrence, _: Directory, lang: str) -> str:
    document = occurrence.document
    clauses = ", ".join(occurrence.clauses)
    return f"{clauses} · {document.number or document.title.in_(lang)}"


_DAYS = {"start", "end"}
_SPELT = {"expression", "precision"}
"""How the days are written; they are shown with the days where those have moved."""
_TURN = {"host"}
_WITH = {"with"}

_SAID: tuple[tuple[set[str], str, Said], ...] = (
    ({"title"}, msg("What"), lambda o, _, lang: o.title.in_(lang)),
    (_TURN, msg("Host"), lambda o, d, lang: _named(o.host, d, lang)),
    ({"place"}, msg("Place"), lambda o, d, lang: _named(o.place, d, lang)),
    ({"travels"}, msg("Travels"), lambda o, d, lang: names(o.travels, d, lang)),
    ({"status"}, msg("Status"), lambda o, _, lang: status_word(o, lang)),
    ({"leads"}, msg("Leads"), lambda o, d, lang: names(o.leads, d, lang)),
    ({"coordinating"}, msg("Coordinate"), lambda o, d, lang: names(o.coordinating, d, lang)),
    ({"partners"}, msg("Partners"), lambda o, d, lang: names(o.partners, d, lang)),
    ({"to_set"}, msg("To decide"), lambda o, _, lang: ", ".join(gap_word(gap, lang) for gap in o.to_set)),
    ({"plan", "clauses", "document"}, msg("Under"), _document),
    ({"expression"}, msg("Words of the text"), lambda o, _, __: o.expression),
    ({"quantity"}, msg("Quantity"), lambda o, _, __: o.quantity),
    ({"conditions"}, msg("Conditions"), lambda o, _, __: "; ".join(o.conditions)),
    (_WITH, msg("Held together with"), lambda o, _, __: o.joint),
    ({"precision"}, msg("When"), lambda o, _, lang: days(o.window, lang)),
)
"""Fields of an occurrence's content, what they are called, and how they are said."""
