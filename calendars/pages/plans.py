"""The pages of plans: what each says clause by clause, its text and how that changed, and an editor that checks it."""

from __future__ import annotations

from dataclasses import dataclass, field

from calendars.pages.choices import Choice
from calendars.pages.effects import Effect
from calendars.pages.frame import Frame, fill
from calendars.pages.textdiff import TextDiff


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One plan in short. `state` names the style of `standing`."""

    id: str
    title: str
    title_lang: str
    paper: str
    owner: str
    period: str
    state: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A proposal that waits: its number, whose plan, by whom and since when."""

    id: int
    plan: str
    by: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The plans of one page, what they were narrowed to, and what waits for a second officer.

    `cut`: that others may wait beside those shown.
    """

    whose: tuple[Choice, ...]
    name: str
    plans: tuple[Entry, ...]
    waiting: tuple[Waiting, ...]
    cut: str | None
    may_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One occurrence in a line."""

    key: str
    when: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty: where the text says so, what it is in the text's own words, and what follows from it.

    `assumed`: something in it is inferred. `more`: occurrences beside those shown.
    """

    id: str
    clauses: str
    title: str
    title_lang: str
    kind: str
    words: str | None
    facts: tuple[tuple[str, str], ...]
    note: str | None
    assumed: bool
    turns: tuple[Turn, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One plan whole. `cut` as in `Shelf`; `done`: what was just done to it."""

    entry: Entry
    facts: tuple[tuple[str, str], ...]
    duties: tuple[Duty, ...]
    waiting: tuple[Waiting, ...]
    cut: str | None
    may_write: bool
    done: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One text of a plan: which, when, by whom as far as known, its size. `ended`: taken away."""

    number: int
    when: str
    by: str
    size: str
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How a plan's text changed; `diff` of the revision `shown` against the one before."""

    plan: str
    revisions: tuple[Revision, ...]
    shown: int
    diff: TextDiff
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong: where, what, and how to mend it. `file` None: in the text itself; `excerpt` is of its line."""

    file: str | None
    line: int
    column: int
    message: str
    fix: str
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A text in the editor, as it was typed. `plan` None: a new one.

    `faults` None: it was not looked at yet; `effect` None: nor at what it would do. `entries`: what it would do to who
    is who. The form brings `base`, `digest` and `effect_mark` back.
    `words_lang`: the language of what is wrong, where that is another than the page's. `saving`: the words of the
    button, None: this officer may not, and `bar` says why.
    """

    plan: str | None
    text: str
    faults: tuple[Fault, ...] | None
    more_faults: int
    entries: tuple[str, ...]
    effect: Effect | None
    diff: TextDiff | None
    words_lang: str
    base: str
    digest: str
    effect_mark: str
    saving: str | None
    bar: str | None
    note: str | None
    most: int
    seal: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A text that waits, or waited, for a second officer. `stale`: why it cannot be approved as it is.

    `more_faults`: beside those shown; `entries`: what it would do to who is who.
    `acts`: what this officer may do to it (`approve`, `refuse`, `withdraw`).
    """

    id: int
    plan: str
    new: bool
    facts: tuple[tuple[str, str], ...]
    pending: bool
    state: str
    faults: tuple[Fault, ...]
    more_faults: int
    words_lang: str
    entries: tuple[str, ...]
    effect: Effect | None
    diff: TextDiff | None
    stale: str | None
    bar: str | None
    acts: tuple[str, ...]
    seen: str
    most: int
    note: str | None
    seal: str = field(repr=False)


def plans_page(view: Shelf, frame: Frame) -> str:
    """HTML of /plans."""
    return fill("plans.html", frame, view=view)


def plan_page(view: Sheet, frame: Frame) -> str:
    """HTML of one plan."""
    return fill("plan.html", frame, view=view, base=f"/plans/{view.entry.id}")


def history_page(view: Past, frame: Frame) -> str:
    """HTML of how its text changed."""
    return fill("plan-history.html", frame, view=view, base=f"/plans/{view.plan}")


def edit_page(view: Edit, frame: Frame) -> str:
    """HTML of the editor."""
    base = f"/plans/{view.plan}" if view.plan else "/plans"
    way = f"/plans/{view.plan or 'new'}"
    return fill("plan-edit.html", frame, view=view, base=base, way=way)


def proposal_page(view: Proposed, frame: Frame) -> str:
    """HTML of a proposal."""
    return fill("plan-proposal.html", frame, view=view, base=f"/plans/{view.plan}")
