"""What can go wrong, as codes and values; wording puts them into the reader's language."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


class LuanphienError(Exception):
    """Base of every error the product raises on purpose; the message says what to do about it."""


class WordedError(LuanphienError):
    """What went wrong, and what to do about it. `message` and `fix` are catalogue ids, filled from `fields`."""

    def __init__(self, message: str, fix: str, **fields: object) -> None:
        """Keep the words apart from what fills them, so that a reader's language can be chosen later."""
        self.message = message
        self.fix = fix
        self.fields = fields
        super().__init__(f"{message.format_map(fields)}: {fix.format_map(fields)}")


class UnknownPhraseError(WordedError):
    """A date or cycle phrase that is not understood; `nearest` is the known phrase most like it, or None."""

    def __init__(self, phrase: str, nearest: str | None) -> None:
        """Keep the phrase and the suggestion as fields, so that a reader's language can be chosen later."""
        self.phrase = phrase
        self.nearest = nearest
        message = "the date words {words} are not understood"
        if nearest:
            fix = "did you mean {near}? days can also be written FIRST/LAST, such as 2021-09-01/2021-09-30"
            super().__init__(message, fix, words=phrase, near=nearest)
        else:
            fix = "write a phrase the reference lists, or FIRST/LAST, such as 2021-09-01/2021-09-30"
            super().__init__(message, fix, words=phrase)


class ImpossibleDateError(WordedError):
    """A day, month, quarter or span that no calendar has; `written` is the part at fault of `phrase`."""

    def __init__(self, phrase: str, written: str) -> None:
        """Keep both as fields."""
        self.phrase = phrase
        self.written = written
        super().__init__("no calendar has the days {written}", "correct them", written=written)


class HorizonError(WordedError):
    """A span or a recurrence that asks for more than the product will compute."""


class TooFarError(HorizonError):
    """A day further ahead than anyone may look."""

    def __init__(self, day: date, years: int) -> None:
        """Keep both as fields."""
        self.day = day
        self.years = years
        super().__init__("{day} is more than {years} years ahead", "give an earlier day", day=day, years=years)


class TooManyError(HorizonError):
    """Days that no rows are kept for, of more duties than are worked out at once; `after`: the last day with rows."""

    def __init__(self, count: int, most: int, after: date) -> None:
        """Keep all three as fields."""
        self.count = count
        self.most = most
        self.after = after
        message = "days after {after} are worked out for at most {most} duties at once, and here are {count}"
        fix = "ask for a partner, a kind or a plan, or for earlier days"
        super().__init__(message, fix, after=after, most=most, count=count)


class DecisionError(WordedError):
    """A decision that cannot be taken."""


class ClosedError(DecisionError):
    """A decision on what is over, or was taken back; a decision that stands in its way may say by whom and when."""


class UnknownKeyError(LuanphienError):
    """No occurrence has this key; `nearest` lists keys most like it, nearest first."""

    def __init__(self, key: str, nearest: tuple[str, ...] = ()) -> None:
        """Keep the key and suggestions as fields."""
        self.key = key
        self.nearest = nearest
        super().__init__(f"no occurrence has the key {key!r}")


class EmptyStoreError(LuanphienError):
    """The store holds no plan yet."""


class StoredTextError(LuanphienError):
    """A text in the store that no longer passes the checks; nothing is settled from it, so that no row is lost."""

    def __init__(self, problem: Problem) -> None:
        """Keep the first fault."""
        self.problem = problem
        said = problem.message.format_map(problem.fields)
        super().__init__(f"the stored text {problem.file}, line {problem.line}, cannot be used any more: {said}")


class FaultyFileError(LuanphienError):
    """Files that cannot be used; `problems`: all that is wrong with them, one at least."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep what is wrong, with its places."""
        self.problems = problems
        super().__init__("; ".join(f"{p.file}:{p.line}: {p.message.format_map(p.fields)}" for p in problems))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a person's file: where, what, and how to mend it. Lines and columns count from 1.

    `message` and `fix` are English sentences with `{named}` places filled from `fields`; they are also the message ids
    under which a catalogue keeps them in other languages.
    """

    file: str
    line: int
    column: int
    field: str
    message: str
    fix: str
    fields: Mapping[str, object] = dataclasses.field(default_factory=dict)
